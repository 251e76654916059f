#include "ui/widgets/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "json/scan.h"

#define VALUE_MAX ((size_t)4096)

void text_number(size_t value, char out[TEXT_NUMBER_MAX])
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%zu", value);
	size_t at = 0;

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
}

void text_time(int64_t wall, char out[TEXT_TIME_MAX])
{
	time_t seconds = (time_t)(wall / CLOCK_S);
	struct tm tm;

	if (!localtime_r(&seconds, &tm))
		memset(&tm, 0, sizeof(tm));
	snprintf(out, TEXT_TIME_MAX, "%02u:%02u:%02u.%03u", (unsigned)tm.tm_hour % 100,
		(unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100,
		(unsigned)(wall / CLOCK_MS % 1000));
}

enum role text_health_role(enum health health)
{
	static const enum role roles[HEALTH_KINDS] = {
		[HEALTH_UNKNOWN] = ROLE_TEXT,
		[HEALTH_OK] = ROLE_OK,
		[HEALTH_PROGRESSING] = ROLE_PROGRESS,
		[HEALTH_DELETING] = ROLE_DELETING,
		[HEALTH_BAD] = ROLE_BAD,
	};

	return roles[health];
}

char *text_unescaped(struct str raw, size_t most)
{
	struct buf plain = BUF_INIT(most);
	char *text;

	scan_unescape(raw, &plain);
	text = str_dup(buf_str(&plain));
	buf_release(&plain);
	return text;
}

struct str text_line(struct str *rest, size_t columns)
{
	struct str line = utf8_prefix(*rest, columns, NULL);
	const char *end = line.len ? memchr(line.p, '\n', line.len) : NULL;
	const char *blank = NULL;

	if (!line.len)
		line = *rest; /* not even one character has room */
	if (line.len < rest->len && rest->p[line.len] != ' ')
		blank = memrchr(line.p, ' ', line.len);
	if (end)
		line.len = (size_t)(end - line.p);
	else if (blank && blank > line.p)
		line.len = (size_t)(blank - line.p);
	*rest = str_trim(str_make(rest->p + line.len, rest->len - line.len));
	while (line.len && line.p[line.len - 1] == ' ')
		line.len--;
	return line;
}

void text_cut(struct str text, size_t columns, struct buf *out)
{
	if (utf8_columns(text) <= columns) {
		buf_addstr(out, text);
		return;
	}
	buf_addstr(out, utf8_prefix(text, columns ? columns - 1 : 0, NULL));
	buf_addz(out, "\xe2\x80\xa6");
}

void text_value(struct str json, size_t columns, struct buf *out)
{
	struct buf plain = BUF_INIT(VALUE_MAX);
	struct str raw = json;

	if (raw.len > columns * 8)
		raw.len = columns * 8;
	if (json.len >= 2 && json.p[0] == '"' && json.len > 2) {
		raw = str_make(json.p + 1, json.len - 2);
		if (raw.len > columns * 8)
			raw.len = columns * 8;
		/* an escape cut in two is left as it stands */
		if (scan_unescape(raw, &plain) == 0)
			raw = buf_str(&plain);
	}
	text_cut(raw, columns, out);
	buf_release(&plain);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool has_capital(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return true;
	}
	return false;
}

static bool find_exact(struct str text, struct str needle, size_t from, size_t *ret_at)
{
	const char *p = memmem(text.p + from, text.len - from, needle.p, needle.len);

	if (p)
		*ret_at = (size_t)(p - text.p);
	return p;
}

bool text_find(struct str text, struct str needle, size_t from, size_t *ret_at)
{
	if (!needle.len || from > text.len || text.len - from < needle.len)
		return false;
	if (has_capital(needle))
		return find_exact(text, needle, from, ret_at);
	for (size_t i = from; i + needle.len <= text.len; i++) {
		size_t n = 0;

		while (n < needle.len && lower(text.p[i + n]) == needle.p[n])
			n++;
		if (n == needle.len) {
			*ret_at = i;
			return true;
		}
	}
	return false;
}
