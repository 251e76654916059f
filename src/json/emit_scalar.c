#include "json/emit_scalar.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"

/* ---- what another reader would not take for a string ---- */

static const struct str words[] = { { "~", 1 }, { "null", 4 }, { "true", 4 }, { "false", 5 },
	{ "yes", 3 }, { "no", 2 }, { "on", 2 }, { "off", 3 }, { "y", 1 }, { "n", 1 }, { "<<", 2 },
	{ "=", 1 } };

static bool is_word(struct str s)
{
	if (s.len > strlen("false"))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].len == s.len && words[i].p[0] == (s.p[0] | 0x20) &&
			strncasecmp(words[i].p, s.p, s.len) == 0)
			return true;
	}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct str behind(struct str s, size_t n)
{
	return str_make(s.p + n, s.len - n);
}

static bool all_of(struct str s, const char *set)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!s.p[i] || !strchr(set, s.p[i]))
			return false;
	}
	return true;
}

/* Digits and underscores at the start. */
static size_t digits(struct str s)
{
	size_t n = 0;

	while (n < s.len && (is_digit(s.p[n]) || s.p[n] == '_'))
		n++;
	return n;
}

static bool is_exponent(struct str s)
{
	size_t sign;

	if (s.len < 2 || (s.p[0] != 'e' && s.p[0] != 'E'))
		return false;
	sign = s.p[1] == '+' || s.p[1] == '-' ? 2 : 1;
	return s.len > sign && digits(behind(s, sign)) == s.len - sign;
}

/* 190:20:30, hours and minutes to YAML 1.1 */
static bool is_sexagesimal(struct str s)
{
	return s.len && is_digit(s.p[0]) && all_of(s, "0123456789_:.");
}

static bool is_based(struct str s)
{
	if (s.len < 3 || s.p[0] != '0')
		return false;
	switch (s.p[1]) {
	case 'x':
	case 'X':
		return all_of(behind(s, 2), "0123456789abcdefABCDEF_");
	case 'o':
	case 'O':
	case 'b':
	case 'B':
		return all_of(behind(s, 2), "01234567_");
	default:
		return false;
	}
}

static bool is_special_float(struct str s)
{
	return s.len == 4 && (strncasecmp(s.p, ".inf", 4) == 0 || strncasecmp(s.p, ".nan", 4) == 0);
}

static bool is_number(struct str text)
{
	struct str s = text;
	size_t whole, part = 0;

	if (s.p[0] == '-' || s.p[0] == '+')
		s = behind(s, 1);
	if (is_special_float(s) || is_based(s))
		return true;
	if (s.len && memchr(s.p, ':', s.len))
		return is_sexagesimal(s);
	whole = digits(s);
	s = behind(s, whole);
	if (s.len && s.p[0] == '.') {
		part = digits(behind(s, 1));
		s = behind(s, part + 1);
	}
	return whole + part > 0 && (s.len == 0 || is_exponent(s));
}

/* Anything that begins like 2026-11-10. */
static bool is_timestamp(struct str s)
{
	return s.len >= 8 && s.p[4] == '-' && is_digit(s.p[0]) && is_digit(s.p[1]) &&
	       is_digit(s.p[2]) && is_digit(s.p[3]) && is_digit(s.p[5]);
}

static bool resolves(struct str s)
{
	if (is_word(s))
		return true;
	if (!is_digit(s.p[0]) && !strchr("+-.", s.p[0]))
		return false;
	return is_number(s) || is_timestamp(s);
}

/* ---- what may stand as it is ---- */

static bool is_printable(uint32_t code)
{
	if (code < 0x80)
		return code >= 0x20 && code < 0x7f;
	if (code < 0xa0 || code == 0x2028 || code == 0x2029 || code == 0xfeff)
		return false;
	return (code & 0xfffe) != 0xfffe;
}

struct content {
	bool printable; /* but for line feeds and tabs */
	bool lines;
	bool tabs;
	bool text; /* something but line feeds */
};

/* Bytes that are no UTF-8 decode to U+FFFD and would not come back as they are
 * written: such text is quoted, where the replacement is made. */
static bool is_valid(struct str rest, size_t used, uint32_t code)
{
	return code != 0xfffd || (used == 3 && rest.p[0] == '\xef');
}

static struct content look(struct str text)
{
	struct content c = { .printable = true };
	size_t at = 0;

	while (at < text.len) {
		struct str rest = behind(text, at);
		uint32_t code = (unsigned char)rest.p[0];
		size_t used = 1;

		if (code >= 0x80)
			used = utf8_decode(rest, &code);
		at += used;
		c.lines |= code == '\n';
		c.tabs |= code == '\t';
		c.text |= code != '\n';
		if (code != '\n' && code != '\t' &&
			(!is_printable(code) || !is_valid(rest, used, code)))
			c.printable = false;
	}
	return c;
}

/* Nothing in it that means something in a block. */
static bool is_plain_syntax(struct str s)
{
	static const char indicators[] = "?:,[]{}#&*!|>'\"%@`";
	char last = s.p[s.len - 1];

	if (strchr(indicators, s.p[0]) || s.p[0] == ' ' || last == ' ' || last == ':')
		return false;
	if (s.p[0] == '-' && (s.len == 1 || s.p[1] == ' ' || s.p[1] == '-'))
		return false;
	if (str_starts(s, STR("...")))
		return false;
	return !str_contains(s, STR(": ")) && !str_contains(s, STR(" #"));
}

/* What nearly all strings are made of: bytes that mean something in no place, and
 * letters that a number, a time or a word does not begin with. */
enum {
	BYTE_HARMLESS = 1,
	BYTE_BEGINS = 2
};

#define LETTER (BYTE_HARMLESS | BYTE_BEGINS)

static const unsigned char classes[256] = {
	['a' ... 'z'] = LETTER,
	['A' ... 'Z'] = LETTER,
	['/'] = LETTER,
	['_'] = LETTER,
	['0' ... '9'] = BYTE_HARMLESS,
	['-'] = BYTE_HARMLESS,
	['.'] = BYTE_HARMLESS,
	['+'] = BYTE_HARMLESS,
	['='] = BYTE_HARMLESS,
	['('] = BYTE_HARMLESS,
	[')'] = BYTE_HARMLESS,
	[','] = BYTE_HARMLESS,
	[';'] = BYTE_HARMLESS,
};

static bool is_surely_plain(struct str text)
{
	unsigned all = BYTE_HARMLESS;

	if (!(classes[(unsigned char)text.p[0]] & BYTE_BEGINS))
		return false;
	for (size_t i = 0; i < text.len; i++)
		all &= classes[(unsigned char)text.p[i]];
	return all && !is_word(text);
}

enum scalar_style scalar_style(struct str text, bool literal_allowed)
{
	struct content c;

	if (text.len == 0)
		return SCALAR_QUOTED;
	if (is_surely_plain(text))
		return SCALAR_PLAIN;
	c = look(text);
	if (!c.printable)
		return SCALAR_QUOTED;
	if (c.lines)
		return literal_allowed && c.text ? SCALAR_LITERAL : SCALAR_QUOTED;
	if (c.tabs || resolves(text))
		return SCALAR_QUOTED;
	return is_plain_syntax(text) ? SCALAR_PLAIN : SCALAR_SINGLE;
}

void scalar_single(struct str text, struct buf *out)
{
	buf_addc(out, '\'');
	while (text.p) {
		buf_addstr(out, str_cut(&text, '\''));
		if (text.p)
			buf_addz(out, "''");
	}
	buf_addc(out, '\'');
}

void scalar_literal_header(struct str text, struct buf *out)
{
	bool ends = text.p[text.len - 1] == '\n';
	bool more = ends && text.len > 1 && text.p[text.len - 2] == '\n';

	buf_addc(out, '|');
	/* Where the first line cannot show how far the text is indented. */
	if (strchr(" \t\n", text.p[0]))
		buf_addc(out, '2');
	if (!ends)
		buf_addc(out, '-');
	else if (more)
		buf_addc(out, '+');
}

/* ---- double quotes ---- */

static void add_escape(uint32_t code, struct buf *out)
{
	static const char from[] = "\"\\\n\t\r\a\b\f\v\x1b";
	static const char to[] = "\"\\ntrabfve";
	const char *known = code && code < 0x80 ? strchr(from, (int)code) : NULL;

	if (known)
		buf_addf(out, "\\%c", to[known - from]);
	else if (code == 0)
		buf_addz(out, "\\0");
	else if (code < 0x100)
		buf_addf(out, "\\x%02X", (unsigned)code);
	else if (code < 0x10000)
		buf_addf(out, "\\u%04X", (unsigned)code);
	else
		buf_addf(out, "\\U%08X", (unsigned)code);
}

void scalar_quote(struct str text, struct buf *out)
{
	size_t at = 0;

	buf_addc(out, '"');
	while (at < text.len) {
		uint32_t code;
		char bytes[4];

		at += utf8_decode(behind(text, at), &code);
		if (is_printable(code) && code != '"' && code != '\\')
			buf_add(out, bytes, utf8_encode(code, bytes));
		else
			add_escape(code, out);
	}
	buf_addc(out, '"');
}
