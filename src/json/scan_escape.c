/* What the escapes of a raw string stand for. */
#include "json/scan.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "json/scan_internal.h"

bool scan_has_escape(struct str raw)
{
	return raw.len && memchr(raw.p, '\\', raw.len) != NULL;
}

bool scan_is(struct str raw, const char *text)
{
	struct buf plain;
	bool same;

	if (!scan_has_escape(raw))
		return str_is(raw, text);
	/* An escape is never shorter than what it stands for, but a broken \u is: U+FFFD. */
	buf_init(&plain, 2 * raw.len);
	same = scan_unescape(raw, &plain) == 0 && str_is(buf_str(&plain), text);
	buf_release(&plain);
	return same;
}

int scan_hex4(const char *p, const char *end, uint32_t *ret)
{
	uint32_t value = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return -1;
		value = value << 4 | (uint32_t)digit;
	}
	*ret = value;
	return 0;
}

/* p stands behind "\u"; returns how many bytes belong to the escape. */
static size_t unescape_unicode(const char *p, const char *end, struct buf *out)
{
	char bytes[4];
	uint32_t code, low;
	size_t used = 4;

	if (scan_hex4(p, end, &code) < 0) {
		code = 0xfffd;
		used = 0;
	} else if (code >= 0xd800 && code <= 0xdbff && end - p >= 10 && p[4] == '\\' &&
		   p[5] == 'u' && scan_hex4(p + 6, end, &low) == 0 && low >= 0xdc00 &&
		   low <= 0xdfff) {
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		used = 10;
	} else if (code >= 0xd800 && code <= 0xdfff) {
		code = 0xfffd;
	}
	buf_add(out, bytes, utf8_encode(code, bytes));
	return used;
}

int scan_unescape(struct str raw, struct buf *out)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *p = raw.p;
	const char *end;

	if (!raw.len)
		return out->overflow ? -1 : 0;
	end = raw.p + raw.len;
	while (p < end) {
		const char *slash = memchr(p, '\\', (size_t)(end - p));
		const char *known;

		if (!slash || end - slash < 2)
			return buf_add(out, p, (size_t)(end - p));
		buf_add(out, p, (size_t)(slash - p));
		p = slash + 2;
		known = memchr(from, slash[1], sizeof(from) - 1);
		if (slash[1] == 'u')
			p += unescape_unicode(p, end, out);
		else
			buf_addc(out, known ? to[known - from] : slash[1]);
	}
	return out->overflow ? -1 : 0;
}
