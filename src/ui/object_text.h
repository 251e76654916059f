/*
 * object_text - the whole text of one object, wherever it is: in the cache; in the
 * change log, as its last change brought it; or with the server, where it is asked for
 * when only a part of it is kept (cache/ceiling.h). UI thread, the root pinned.
 */
#ifndef UI_OBJECT_TEXT_H
#define UI_OBJECT_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct entry;
struct kind_root;
struct ui;

/* Of one object; of another once it is asked for that. Embedded. */
struct object_text {
	uint64_t ask;	/* the question under way; 0: none */
	uint64_t asked; /* the entry's version when it was sent */
	uint32_t kind;
	unsigned char uid[16];
	struct buf text;     /* what the log or the server had; empty: nothing yet */
	uint64_t version;    /* of the entry for which it is good */
	char *error;	     /* why it cannot be had, in the server's words; or NULL */
	uint64_t failed;     /* the entry's version then, */
	int64_t failed_link; /* and the connection's time */
};

enum object_text_state {
	OBJECT_TEXT_HERE,
	OBJECT_TEXT_READING,
	OBJECT_TEXT_FAILED, /* error says why; tried again when it changes */
};

/* What to say of one that has failed. */
static inline const char *object_text_error(const struct object_text *t)
{
	return t->error ? t->error : "";
}

void object_text_init(struct object_text *t);
void object_text_release(struct ui *ui, struct object_text *t);
void object_text_forget(struct ui *ui, struct object_text *t);

/* The text of e as it is now. *ret is set only when it is here, and valid until the
 * next text is read. What has to be asked for, once the detail is on the screen, rings
 * the reader when it comes. */
enum object_text_state object_text_get(struct ui *ui, struct object_text *t,
	const struct kind_root *kind, const struct entry *e, struct str *ret);

/* The same without asking: p NULL when it is not here. t may be NULL. */
struct str object_text_at_hand(struct ui *ui, struct object_text *t, const struct entry *e);

/* Asks the server for the object; the number of the question. */
uint64_t object_text_ask(struct ui *ui, const struct kind_root *kind, const struct entry *e);
/* Judges an answer's body for the object of this uid: its text without what is around
 * it, p NULL and *ret_error (heap) when it is another. */
struct str object_text_of_answer(struct str body, const unsigned char uid[16], char **ret_error);

#endif
