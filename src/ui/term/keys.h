/*
 * keys - bytes from a terminal made into keys, mouse events and pasted text.
 *
 * A control sequence is taken whole or not at all: one that nobody knows is
 * dropped, never split into keys. Sequences follow ECMA-48; terminfo's strings
 * are only needed for terminals that do not. Pure, no I/O. UI thread.
 */
#ifndef UI_TERM_KEYS_H
#define UI_TERM_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* A key is a code point or one of these, with modifiers. */
enum key_code {
	KEYS_ENTER = 0x110000,
	KEYS_TAB,
	KEYS_ESC,
	KEYS_BACKSPACE,
	KEYS_UP,
	KEYS_DOWN,
	KEYS_LEFT,
	KEYS_RIGHT,
	KEYS_HOME,
	KEYS_END,
	KEYS_PAGE_UP,
	KEYS_PAGE_DOWN,
	KEYS_INSERT,
	KEYS_DELETE,
	KEYS_F1,
	KEYS_F12 = KEYS_F1 + 11,
};

#define KEYS_SHIFT (UINT32_C(1) << 24)
#define KEYS_ALT   (UINT32_C(1) << 25)
#define KEYS_CTRL  (UINT32_C(1) << 26)

enum key_type {
	KEY_TYPE_KEY,
	KEY_TYPE_CLICK,
	KEY_TYPE_WHEEL,
	KEY_TYPE_PASTE
};

struct key_event {
	enum key_type type;
	uint32_t key;	  /* KEY_TYPE_KEY */
	int x, y;	  /* mouse, from 0 */
	int by;		  /* wheel: -1 up, 1 down */
	struct str paste; /* valid until the next call */
};

/* A sequence of one terminal that ECMA-48's grammar does not explain. */
struct key_name {
	const char *bytes;
	uint32_t key;
};

struct keys {
	struct buf in;
	struct buf paste;
	bool pasting;
	const struct key_name *extra; /* borrowed */
	size_t n_extra;
};

#define KEYS_ESC_MS    25  /* a lone escape is the key after this */
#define KEYS_REST_MS   250 /* the rest of a sequence is given up after this */
#define KEYS_PASTE_MAX ((size_t)64 << 10)

void keys_init(struct keys *keys, const struct key_name *extra, size_t n_extra);
void keys_release(struct keys *keys);

void keys_feed(struct keys *keys, const char *p, size_t n);

/* The next event. False when there is none yet: *ret_wait is then how many ms
 * to wait for more bytes before keys_next() is called with timeout; 0: nothing
 * is begun. */
bool keys_next(struct keys *keys, bool timeout, struct key_event *ret, int *ret_wait);

#endif
