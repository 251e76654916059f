#include "ui/term/keys.h"

#include <string.h>

#include "base/utf8.h"

#define ESC	  0x1b
#define IN_MAX	  ((size_t)1 << 20)
#define MORE	  (-1) /* a sequence whose end has not come yet */
#define SEQ_MAX	  64   /* no key's sequence is longer */
#define PASTE_END "\033[201~"

void keys_init(struct keys *keys, const struct key_name *extra, size_t n_extra)
{
	*keys = (struct keys){ .extra = extra, .n_extra = n_extra };
	buf_init(&keys->in, IN_MAX);
	buf_init(&keys->paste, KEYS_PASTE_MAX);
}

void keys_release(struct keys *keys)
{
	buf_release(&keys->in);
	buf_release(&keys->paste);
}

void keys_feed(struct keys *keys, const char *p, size_t n)
{
	buf_add(&keys->in, p, n);
}

/* ---- where a sequence ends: its length, or MORE ---- */

static int csi_length(const unsigned char *p, size_t n)
{
	size_t i = 2;

	if (n > 2 && p[2] == '[') /* the Linux console's function keys */
		return n > 3 ? 4 : MORE;
	while (i < n && p[i] >= 0x20 && p[i] <= 0x3f) {
		/* rxvt ends shifted keys with a dollar */
		if (p[i] == '$' && p[2] != '?')
			return (int)i + 1;
		i++;
	}
	if (i >= SEQ_MAX * 4)
		return (int)i;
	if (i == n)
		return MORE;
	if (p[i] < 0x40 || p[i] > 0x7e) /* broken off: what comes is a new key */
		return (int)i;
	if (p[i] == 'M' && i == 2) /* the old mouse protocol: three more bytes */
		return n >= 6 ? 6 : MORE;
	return (int)i + 1;
}

static int ss3_length(const unsigned char *p, size_t n)
{
	size_t i = 2;

	while (i < n && i < SEQ_MAX && p[i] >= 0x30 && p[i] <= 0x3f)
		i++;
	if (i == n)
		return MORE;
	return p[i] >= 0x40 && p[i] <= 0x7e ? (int)i + 1 : (int)i;
}

/* OSC, DCS and the like: up to BEL or ESC \. */
static int string_length(const unsigned char *p, size_t n)
{
	for (size_t i = 2; i < n; i++) {
		if (p[i] == 0x07)
			return (int)i + 1;
		if (p[i] == ESC && i + 1 < n)
			return p[i + 1] == '\\' ? (int)i + 2 : (int)i;
	}
	return MORE;
}

static int sequence_length(const unsigned char *p, size_t n)
{
	if (n < 2)
		return MORE;
	switch (p[1]) {
	case '[':
		return csi_length(p, n);
	case 'O':
		return ss3_length(p, n);
	case ']':
	case 'P':
	case '_':
	case '^':
	case 'X':
		return string_length(p, n);
	default: /* the key, and another one soon after it */
		return 1;
	}
}

/* ---- what a whole sequence means; 0: unknown ---- */

/* super, hyper and meta, as kitty and xterm count them: no key has a meaning with
 * them, least of all that of the key alone */
#define OTHERS (8 | 16 | 32)

static uint32_t modifiers(unsigned param)
{
	unsigned bits = param > 1 ? param - 1 : 0;

	return ((bits & 1) ? KEYS_SHIFT : 0) | ((bits & (2 | OTHERS)) ? KEYS_ALT : 0) |
	       ((bits & 4) ? KEYS_CTRL : 0);
}

static uint32_t letter_key(unsigned char final)
{
	static const struct {
		char final;
		uint32_t key;
	} table[] = {
		{ 'A', KEYS_UP },
		{ 'B', KEYS_DOWN },
		{ 'C', KEYS_RIGHT },
		{ 'D', KEYS_LEFT },
		{ 'H', KEYS_HOME },
		{ 'F', KEYS_END },
		{ 'P', KEYS_F1 },
		{ 'Q', KEYS_F1 + 1 },
		{ 'R', KEYS_F1 + 2 },
		{ 'S', KEYS_F1 + 3 },
		{ 'Z', KEYS_TAB | KEYS_SHIFT },
		{ 'M', KEYS_ENTER },
		/* rxvt's arrows with shift */
		{ 'a', KEYS_UP | KEYS_SHIFT },
		{ 'b', KEYS_DOWN | KEYS_SHIFT },
		{ 'c', KEYS_RIGHT | KEYS_SHIFT },
		{ 'd', KEYS_LEFT | KEYS_SHIFT },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (table[i].final == (char) final)
			return table[i].key;
	}
	return 0;
}

static uint32_t number_key(unsigned number)
{
	static const uint32_t table[] = {
		[1] = KEYS_HOME,
		[2] = KEYS_INSERT,
		[3] = KEYS_DELETE,
		[4] = KEYS_END,
		[5] = KEYS_PAGE_UP,
		[6] = KEYS_PAGE_DOWN,
		[7] = KEYS_HOME,
		[8] = KEYS_END,
		[11] = KEYS_F1,
		[12] = KEYS_F1 + 1,
		[13] = KEYS_F1 + 2,
		[14] = KEYS_F1 + 3,
		[15] = KEYS_F1 + 4,
		[17] = KEYS_F1 + 5,
		[18] = KEYS_F1 + 6,
		[19] = KEYS_F1 + 7,
		[20] = KEYS_F1 + 8,
		[21] = KEYS_F1 + 9,
		[23] = KEYS_F1 + 10,
		[24] = KEYS_F1 + 11,
	};

	return number < sizeof(table) / sizeof(*table) ? table[number] : 0;
}

/* A key as kitty and xterm's modifyOtherKeys write it: its code point. */
static uint32_t code_key(unsigned code)
{
	switch (code) {
	case 8:
	case 127:
		return KEYS_BACKSPACE;
	case 9:
		return KEYS_TAB;
	case 13:
		return KEYS_ENTER;
	case 27:
		return KEYS_ESC;
	default:
		return code >= 0x20 && code < 0x110000 ? code : 0;
	}
}

#define PARAMS 4

static size_t read_params(const unsigned char *p, size_t n, unsigned params[PARAMS])
{
	size_t count = 0;

	memset(params, 0, sizeof(*params) * PARAMS);
	for (size_t i = 0; i < n; i++) {
		if (p[i] == ';') {
			if (++count == PARAMS)
				return count;
		} else if (p[i] >= '0' && p[i] <= '9' && params[count] < 1000000) {
			params[count] = params[count] * 10 + (unsigned)(p[i] - '0');
		}
	}
	return count + 1;
}

static uint32_t csi_key(const unsigned char *p, size_t n)
{
	unsigned params[PARAMS];
	unsigned char final = p[n - 1];
	size_t count = read_params(p + 2, n - 3, params);
	uint32_t key;

	if (p[2] == '[')
		return final >= 'A' && final <= 'E' ? KEYS_F1 + (uint32_t)(final - 'A') : 0;
	if (p[2] >= '<' && p[2] <= '?')
		return 0;
	for (size_t i = 2; i + 1 < n; i++) { /* with an intermediate byte it is none of these */
		if (p[i] < '0')
			return 0;
	}
	if (final == 'u') {
		key = code_key(params[0]);
		return key ? key | modifiers(params[1]) : 0;
	}
	if (final == '~' && params[0] == 27 && count >= 3) {
		key = code_key(params[2]);
		return key ? key | modifiers(params[1]) : 0;
	}
	if (final == '~' || final == '^' || final == '@' || final == '$') {
		key = number_key(params[0]);
		if (!key)
			return 0;
		return key | modifiers(params[1]) | (final == '$' ? KEYS_SHIFT : 0) |
		       (final == '^' ? KEYS_CTRL : 0) | (final == '@' ? KEYS_CTRL | KEYS_SHIFT : 0);
	}
	key = final == 'M' ? 0 : letter_key(final);
	return key ? key | modifiers(params[1]) : 0;
}

static uint32_t ss3_key(const unsigned char *p, size_t n)
{
	unsigned params[PARAMS];
	unsigned char final = p[n - 1];
	size_t count = read_params(p + 2, n - 3, params);
	uint32_t key = letter_key(final);

	if (!key)
		return 0;
	/* rxvt's arrows with ctrl are small letters behind SS3 */
	if (final >= 'a' && final <= 'd')
		return (key & ~KEYS_SHIFT) | KEYS_CTRL;
	return key | modifiers(params[count - 1]);
}

static uint32_t byte_key(unsigned char c)
{
	switch (c) {
	case 0:
		return ' ' | KEYS_CTRL;
	case '\t':
		return KEYS_TAB;
	case '\r':
	case '\n':
		return KEYS_ENTER;
	case ESC:
		return KEYS_ESC;
	case 8:
	case 127:
		return KEYS_BACKSPACE;
	default:
		return c < 0x20 ? (uint32_t)(c < 27 ? c + 0x60 : c + 0x40) | KEYS_CTRL : c;
	}
}

static uint32_t sequence_key(const unsigned char *p, size_t n)
{
	if (p[1] == '[' && n > 2)
		return csi_key(p, n);
	return p[1] == 'O' && n > 2 ? ss3_key(p, n) : 0;
}

/* ESC [ < button ; x ; y M or m */
static bool mouse_event(const unsigned char *p, size_t n, struct key_event *ret)
{
	unsigned params[PARAMS];

	if (n < 4 || p[1] != '[' || p[2] != '<')
		return false;
	if (read_params(p + 3, n - 4, params) < 3 || p[n - 1] != 'M' || !params[1] || !params[2])
		return false;
	*ret = (struct key_event){ .x = (int)params[1] - 1, .y = (int)params[2] - 1 };
	if (params[0] == 0) {
		ret->type = KEY_TYPE_CLICK;
		return true;
	}
	if (params[0] == 64 || params[0] == 65) {
		ret->type = KEY_TYPE_WHEEL;
		ret->by = params[0] == 64 ? -1 : 1;
		return true;
	}
	return false;
}

/* ---- the stream ---- */

static bool key_event(uint32_t key, struct key_event *ret)
{
	*ret = (struct key_event){ .type = KEY_TYPE_KEY, .key = key };
	return true;
}

/* The longest of this terminal's own sequences that the input begins with;
 * *ret_prefix: more bytes could make one. */
static const struct key_name *extra_match(const struct keys *keys, bool *ret_prefix)
{
	struct str in = buf_str(&keys->in);
	const struct key_name *best = NULL;

	*ret_prefix = false;
	for (size_t i = 0; i < keys->n_extra; i++) {
		struct str name = str_of(keys->extra[i].bytes);

		if (str_starts(in, name)) {
			if (!best || name.len > strlen(best->bytes))
				best = &keys->extra[i];
		} else if (str_starts(name, in)) {
			*ret_prefix = true;
		}
	}
	return best;
}

static bool take_paste(struct keys *keys, bool timeout, struct key_event *ret, int *ret_wait)
{
	struct str in = buf_str(&keys->in);
	const char *end = in.len ? memmem(in.p, in.len, PASTE_END, strlen(PASTE_END)) : NULL;
	size_t keep = strlen(PASTE_END) - 1;
	size_t n;

	if (!end && !timeout) {
		n = in.len > keep ? in.len - keep : 0;
		buf_add(&keys->paste, in.p, n);
		buf_consume(&keys->in, n);
		*ret_wait = 4 * KEYS_REST_MS;
		return false;
	}
	n = end ? (size_t)(end - in.p) : in.len;
	if (n)
		buf_add(&keys->paste, in.p, n);
	buf_consume(&keys->in, end ? n + strlen(PASTE_END) : n);
	keys->pasting = false;
	*ret = (struct key_event){ .type = KEY_TYPE_PASTE, .paste = buf_str(&keys->paste) };
	return true;
}

static bool is_paste_start(const unsigned char *p, size_t n)
{
	return n == 6 && !memcmp(p, "\033[200~", 6);
}

/* One sequence at the front of the input. True: an event; false: *ret_wait
 * says whether more is needed; when it is 0 something was dropped. */
static bool take_sequence(struct keys *keys, bool timeout, struct key_event *ret, int *ret_wait)
{
	const unsigned char *p = (const unsigned char *)keys->in.data;
	size_t n = keys->in.len;
	int length = sequence_length(p, n);
	bool event = false;
	uint32_t key;

	*ret_wait = 0;
	if (length == MORE && !timeout) {
		*ret_wait = n == 1 ? KEYS_ESC_MS : KEYS_REST_MS;
		return false;
	}
	if (length == MORE) {
		/* the key alone, or before a letter that could have begun a string */
		bool alone = n == 1 || (n == 2 && p[1] != '[' && p[1] != 'O');

		buf_consume(&keys->in, alone ? 1 : n);
		return alone && key_event(KEYS_ESC, ret);
	}
	if (length == 1) {
		buf_consume(&keys->in, 1);
		return key_event(KEYS_ESC, ret);
	}
	if (is_paste_start(p, (size_t)length)) {
		keys->pasting = true;
		buf_reset(&keys->paste);
	} else if (mouse_event(p, (size_t)length, ret)) {
		event = true;
	} else {
		key = sequence_key(p, (size_t)length);
		event = key && key_event(key, ret);
	}
	buf_consume(&keys->in, (size_t)length);
	return event;
}

/* How many bytes a character has that begins with this one. */
static size_t char_length(unsigned char c)
{
	return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static bool take_char(struct keys *keys, bool timeout, struct key_event *ret, int *ret_wait)
{
	unsigned char first = (unsigned char)keys->in.data[0];
	uint32_t code;
	size_t n;

	if (first < 0x80) {
		buf_consume(&keys->in, 1);
		return key_event(byte_key(first), ret);
	}
	if (keys->in.len < char_length(first) && !timeout) {
		*ret_wait = KEYS_REST_MS;
		return false;
	}
	n = utf8_decode(buf_str(&keys->in), &code);
	buf_consume(&keys->in, n);
	*ret_wait = 0;
	return code != 0xfffd && key_event(code, ret);
}

bool keys_next(struct keys *keys, bool timeout, struct key_event *ret, int *ret_wait)
{
	*ret_wait = 0;
	for (;;) {
		const struct key_name *extra;
		bool prefix;

		if (keys->pasting)
			return take_paste(keys, timeout, ret, ret_wait);
		if (!keys->in.len) {
			keys->in.overflow = false;
			return false;
		}
		extra = extra_match(keys, &prefix);
		if (extra) {
			buf_consume(&keys->in, strlen(extra->bytes));
			return key_event(extra->key, ret);
		}
		if (prefix && !timeout && keys->in.data[0] != ESC) {
			*ret_wait = KEYS_ESC_MS;
			return false;
		}
		if (keys->in.data[0] == ESC ? take_sequence(keys, timeout, ret, ret_wait)
					    : take_char(keys, timeout, ret, ret_wait))
			return true;
		if (*ret_wait)
			return false;
	}
}
