/*
 * complete - how the word under the prompt's cursor could go on: commands and
 * kinds, namespaces, contexts, label keys and values of what the caches hold.
 * UI thread.
 */
#ifndef UI_COMPLETE_H
#define UI_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct ui;

#define COMPLETE_MAX 200 /* words that are offered */

struct label_pair {
	char *key;
	char *value;
};

struct completion {
	char **words; /* the best first */
	size_t count;
	size_t from; /* the byte of the prompt where the word begins */
	size_t next; /* the word that the next tab takes */
	bool taken;  /* one has been taken since the last key */
	/* What the caches held as the prompt was opened; sorted. */
	struct label_pair *pairs;
	size_t n_pairs, cap_pairs;
	bool has_pairs;
};

void completion_release(struct completion *completion);
/* Another prompt is open. */
void completion_begin(struct ui *ui);
/* Looks for words that go on with what stands before the prompt's cursor. */
void completion_update(struct ui *ui);
/* Puts the next word into the prompt; false: there is none. */
bool completion_take(struct ui *ui);
/* What the next word adds to what was typed; empty: nothing. */
struct str completion_rest(const struct ui *ui);

/* For tests: where the word begins that stands before the end of a selector's
 * beginning, and the key whose value it is (p NULL: it is a key itself). */
size_t completion_selector_word(struct str text, struct str *ret_key);

#endif
