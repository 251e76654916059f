#include "base/utf8.h"

#include <wchar.h>

#include "base/buf.h"

#define REPLACEMENT 0xfffd
#define MARKS_MAX   8

size_t utf8_decode(struct str s, uint32_t *ret_code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = (unsigned char)s.p[0];
	size_t need = lead < 0x80   ? 1
		      : lead < 0xc2 ? 0
		      : lead < 0xe0 ? 2
		      : lead < 0xf0 ? 3
		      : lead < 0xf5 ? 4
				    : 0;
	uint32_t code = need > 1 ? lead & (0x7fu >> need) : lead;

	*ret_code = REPLACEMENT;
	if (need == 0 || need > s.len)
		return 1;
	for (size_t i = 1; i < need; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c & 0xc0) != 0x80)
			return 1;
		code = code << 6 | (c & 0x3fu);
	}
	if (code < least[need] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 1;
	*ret_code = code;
	return need;
}

size_t utf8_encode(uint32_t code, char out[4])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

int utf8_width(uint32_t code)
{
	int width;

	if (code >= 0x20 && code < 0x7f)
		return 1;
	/* The C library's tables are those curses measures by. */
	width = wcwidth((wchar_t)code);
	return width < 0 ? 1 : width;
}

bool utf8_is_safe(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} unsafe[] = {
		{ 0x00, 0x1f },
		{ 0x7f, 0x9f },
		{ 0xad, 0xad },
		{ 0x61c, 0x61c },
		{ 0x180e, 0x180e },
		{ 0x200b, 0x200f },
		{ 0x2028, 0x202e },
		{ 0x2060, 0x206f },
		{ 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb },
		{ 0xe000, 0xf8ff },
		{ 0xe0000, 0xe0fff },
		{ 0xf0000, 0x10ffff },
	};

	if (code >= 0x20 && code < 0x7f)
		return true;
	for (size_t i = 0; i < sizeof(unsafe) / sizeof(*unsafe); i++) {
		if (code >= unsafe[i].first && code <= unsafe[i].last)
			return false;
	}
	/* What the C library cannot measure would shift everything behind it. */
	return wcwidth((wchar_t)code) >= 0 || code == REPLACEMENT;
}

static void escape_code(uint32_t code, enum utf8_mode mode, struct buf *out)
{
	if (mode == UTF8_TEXT && (code == '\n' || code == '\t'))
		buf_addc(out, (char)code);
	else if (code < 0x20)
		buf_addf(out, "^%c", (char)(code + '@'));
	else if (code == 0x7f)
		buf_addz(out, "^?");
	else
		buf_addf(out, "<U+%04X>", (unsigned)code);
}

void utf8_escape(struct str text, enum utf8_mode mode, struct buf *out)
{
	unsigned marks = 0;

	while (text.len) {
		size_t run = 0;
		size_t n;
		uint32_t code;

		while (run < text.len && text.p[run] >= 0x20 && text.p[run] < 0x7f)
			run++;
		if (run) {
			buf_add(out, text.p, run);
			text = str_make(text.p + run, text.len - run);
			marks = 0;
			continue;
		}
		n = utf8_decode(text, &code);
		text = str_make(text.p + n, text.len - n);
		if (!utf8_is_safe(code)) {
			escape_code(code, mode, out);
			marks = 0;
		} else if (utf8_width(code) > 0 || marks++ < MARKS_MAX) {
			char bytes[4];

			buf_add(out, bytes, utf8_encode(code, bytes));
			if (utf8_width(code) > 0)
				marks = 0;
		}
	}
}

size_t utf8_columns(struct str text)
{
	size_t columns;

	utf8_prefix(text, SIZE_MAX, &columns);
	return columns;
}

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7f;
}

struct str utf8_prefix(struct str text, size_t columns, size_t *ret_columns)
{
	size_t used = 0;
	size_t at = 0;

	while (at < text.len) {
		uint32_t code;
		size_t n, width;

		/* Nearly all text is ASCII; a mark may follow its last character. */
		while (at < text.len && used < columns && is_plain(text.p[at])) {
			at++;
			used++;
		}
		if (at == text.len)
			break;
		n = utf8_decode(str_make(text.p + at, text.len - at), &code);
		width = (size_t)utf8_width(code);
		if (width > columns - used)
			break;
		used += width;
		at += n;
	}
	if (ret_columns)
		*ret_columns = used;
	return str_make(text.p, at);
}
