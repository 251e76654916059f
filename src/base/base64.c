#include "base/base64.h"

#include <stdint.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int base64_encode(struct str text, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)text.p;

	for (size_t i = 0; i < text.len; i += 3) {
		size_t n = text.len - i < 3 ? text.len - i : 3;
		uint32_t bits = (uint32_t)p[i] << 16 | (n > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
				(n > 2 ? p[i + 2] : 0);
		char four[4] = { alphabet[bits >> 18], alphabet[bits >> 12 & 63],
			n > 1 ? alphabet[bits >> 6 & 63] : '=', n > 2 ? alphabet[bits & 63] : '=' };

		if (buf_add(out, four, sizeof(four)) < 0)
			return -1;
	}
	return 0;
}

static int value_of(char c)
{
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

int base64_decode(struct str text, struct buf *out)
{
	uint32_t bits = 0;
	unsigned n = 0, padding = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		int value = value_of(c);

		if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
			continue;
		if (c == '=') {
			padding++;
			value = 0;
		} else if (value < 0 || padding) {
			return -1;
		}
		bits = bits << 6 | (uint32_t)value;
		if (++n % 4)
			continue;
		for (unsigned k = 0; padding < 3 && k < 3 - padding; k++) {
			if (buf_addc(out, (char)(unsigned char)(bits >> (16 - 8 * k))) < 0)
				return -1;
		}
		bits = 0;
	}
	return n % 4 || padding > 2 ? -1 : 0;
}
