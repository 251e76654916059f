/*
 * prompt - one line that is being typed. Pure.
 */
#ifndef UI_WIDGETS_PROMPT_H
#define UI_WIDGETS_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum prompt_kind {
	PROMPT_NONE,
	PROMPT_FILTER,
	PROMPT_SELECTOR,
	PROMPT_COMMAND,
	PROMPT_SEARCH,
	PROMPT_QUIT,   /* y or n */
	PROMPT_CHOICE, /* a digit */
	PROMPT_COLUMN,
	PROMPT_SAVE,
	PROMPT_REPLACE, /* y or n */
	PROMPT_KINDS,
};

enum prompt_result {
	PROMPT_IGNORED,
	PROMPT_MOVED,
	PROMPT_CHANGED,
	PROMPT_DONE,
	PROMPT_CANCELLED,
	PROMPT_OTHER /* no answer to the question: the key is for others */
};

#define PROMPT_HISTORY 100

/* What was entered, the newest last. */
struct prompt_history {
	char **items;
	size_t count;
};

struct prompt {
	enum prompt_kind kind;
	struct buf text;
	size_t at; /* the cursor's byte */
	char *error;
	size_t error_at;
	struct prompt_history history[PROMPT_KINDS];
	size_t back; /* entries behind the newest one; 0: what is being typed */
	char *draft; /* what was being typed when the first entry was recalled */
};

#define PROMPT_MAX 4096

void prompt_init(struct prompt *prompt);
void prompt_release(struct prompt *prompt);

void prompt_open(struct prompt *prompt, enum prompt_kind kind, struct str text);
void prompt_close(struct prompt *prompt);
enum prompt_result prompt_key(struct prompt *prompt, uint32_t key);
/* Remembers an entry as the newest one; the same text is not kept twice. */
void prompt_remember(struct prompt *prompt, enum prompt_kind kind, const char *text);
/* Puts word where from .. the cursor is. */
void prompt_complete(struct prompt *prompt, size_t from, struct str word);
/* Inserts the first line of text; controls are left out. */
enum prompt_result prompt_paste(struct prompt *prompt, struct str text);

/* An error and where in the text; NULL takes it away. */
void prompt_set_error(struct prompt *prompt, const char *error, size_t at);

#endif
