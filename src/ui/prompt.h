/*
 * prompt - one line that is being typed. Pure.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

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

struct prompt {
	enum prompt_kind kind;
	struct buf text;
	size_t at; /* the cursor's byte */
	char *error;
	size_t error_at;
	char *last[PROMPT_KINDS]; /* what was entered last, for the up key */
};

#define PROMPT_MAX 4096

void prompt_init(struct prompt *prompt);
void prompt_release(struct prompt *prompt);

void prompt_open(struct prompt *prompt, enum prompt_kind kind, struct str text);
void prompt_close(struct prompt *prompt);
enum prompt_result prompt_key(struct prompt *prompt, uint32_t key);
/* Inserts the first line of text; controls are left out. */
enum prompt_result prompt_paste(struct prompt *prompt, struct str text);

/* An error and where in the text; NULL takes it away. */
void prompt_set_error(struct prompt *prompt, const char *error, size_t at);

#endif
