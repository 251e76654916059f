#include "json/compact.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "json/pick.h"
#include "json/scan.h"

#define MAX_DEPTH 1000

/* ---- strings ---- */

static bool is_plain(unsigned char c, bool html)
{
	if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\')
		return false;
	return !html || (c != '<' && c != '>' && c != '&');
}

static void add_ascii_escape(char c, struct buf *out)
{
	static const char from[] = "\"\\\b\f\n\r\t";
	static const char to[] = "\"\\bfnrt";
	const char *known = c ? strchr(from, c) : NULL;

	if (known)
		buf_addf(out, "\\%c", to[known - from]);
	else
		buf_addf(out, "\\u%04x", (unsigned char)c);
}

static size_t add_character(struct str rest, struct buf *out)
{
	uint32_t code;
	size_t n = utf8_decode(rest, &code);
	char bytes[4];

	if (code == 0x2028 || code == 0x2029)
		buf_addf(out, "\\u%04x", (unsigned)code);
	else
		buf_add(out, bytes, utf8_encode(code, bytes));
	return n;
}

void compact_string(struct str text, bool html, struct buf *out)
{
	size_t at = 0, start = 0;

	buf_addc(out, '"');
	while (at < text.len) {
		if (is_plain((unsigned char)text.p[at], html)) {
			at++;
			continue;
		}
		buf_add(out, text.p + start, at - start);
		if ((unsigned char)text.p[at] < 0x80)
			add_ascii_escape(text.p[at++], out);
		else
			at += add_character(str_make(text.p + at, text.len - at), out);
		start = at;
	}
	if (at > start)
		buf_add(out, text.p + start, at - start);
	buf_addc(out, '"');
}

static void add_raw_string(struct str raw, struct buf *out)
{
	struct buf plain;

	if (!scan_has_escape(raw)) {
		compact_string(raw, true, out);
		return;
	}
	buf_init(&plain, 2 * raw.len + 4);
	scan_unescape(raw, &plain);
	compact_string(buf_str(&plain), true, out);
	buf_release(&plain);
}

/* ---- values ---- */

static int add_value(struct str json, int depth, struct buf *out);

static int add_object(struct str json, int depth, struct buf *out)
{
	struct pick_sorted members;
	int result = 0;

	if (pick_sorted(json, &members) < 0)
		return -1;
	buf_addc(out, '{');
	for (size_t i = 0; i < members.count && result == 0; i++) {
		if (i)
			buf_addc(out, ',');
		add_raw_string(members.items[i].key, out);
		buf_addc(out, ':');
		result = add_value(members.items[i].value, depth + 1, out);
	}
	pick_sorted_release(&members);
	buf_addc(out, '}');
	return result;
}

static int add_array(struct str json, int depth, struct buf *out)
{
	bool first = true;
	struct str item;
	struct scan s;

	scan_init(&s, json);
	scan_array(&s);
	buf_addc(out, '[');
	while (scan_item_text(&s, &item)) {
		if (!first)
			buf_addc(out, ',');
		first = false;
		if (add_value(item, depth + 1, out) < 0)
			return -1;
	}
	buf_addc(out, ']');
	return scan_failed(&s) ? -1 : 0;
}

static int add_value(struct str json, int depth, struct buf *out)
{
	struct scan s;

	if (depth > MAX_DEPTH || out->overflow)
		return -1;
	scan_init(&s, json);
	switch (scan_type(&s)) {
	case SCAN_OBJECT:
		return add_object(json, depth, out);
	case SCAN_ARRAY:
		return add_array(json, depth, out);
	case SCAN_STRING:
		add_raw_string(pick_raw(str_trim(json)), out);
		return 0;
	case SCAN_BAD:
		return -1;
	default:
		return buf_addstr(out, str_trim(json));
	}
}

int compact_json(struct str json, struct buf *out)
{
	return add_value(json, 0, out) < 0 || out->overflow ? -1 : 0;
}
