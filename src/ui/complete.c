#include "ui/complete.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/texts.h"
#include "cache/entry.h"
#include "cache/labels.h"
#include "cache/root.h"
#include "cluster/kinds.h"
#include "config/config_file.h"
#include "ui/state.h"
#include "ui/ui.h"
#include "ui/command.h"

#define PAIRS_MAX 20000

static void forget_words(struct completion *c)
{
	texts_free(c->words, c->count);
	c->words = NULL;
	c->count = c->next = 0;
	c->taken = false;
}

static void forget_pairs(struct completion *c)
{
	for (size_t i = 0; i < c->n_pairs; i++) {
		free(c->pairs[i].key);
		free(c->pairs[i].value);
	}
	c->n_pairs = 0;
	c->has_pairs = false;
}

void completion_release(struct completion *c)
{
	forget_words(c);
	forget_pairs(c);
	free(c->pairs);
	*c = (struct completion){ 0 };
}

void completion_begin(struct ui *ui)
{
	forget_words(&ui->completion);
	forget_pairs(&ui->completion);
	completion_update(ui);
}

static bool goes_on(const char *word, struct str begun)
{
	return strlen(word) > begun.len && strncasecmp(word, begun.p, begun.len) == 0;
}

static void offer(struct completion *c, struct str begun, const char *word)
{
	if (c->count == COMPLETE_MAX || !goes_on(word, begun))
		return;
	for (size_t i = 0; i < c->count; i++) {
		if (!strcmp(c->words[i], word))
			return;
	}
	texts_add(&c->words, &c->count, word);
}

/* ---- labels ---- */

static int cmp_pairs(const void *a, const void *b)
{
	const struct label_pair *pa = a, *pb = b;
	int order = strcmp(pa->key, pb->key);

	return order ? order : strcmp(pa->value, pb->value);
}

static void add_pair(struct completion *c, const struct label *label)
{
	c->pairs = array_reserve(c->pairs, &c->cap_pairs, c->n_pairs + 1, sizeof(*c->pairs));
	c->pairs[c->n_pairs++] =
		(struct label_pair){ str_dup(label_key(label)), str_dup(label_value(label)) };
}

struct seen {
	uint64_t *bits;
	size_t words;
};

/* True the first time. */
static bool see(struct seen *seen, uint32_t id)
{
	size_t word = id / 64;
	uint64_t bit = UINT64_C(1) << (id % 64);

	if (word >= seen->words) {
		seen->bits = mem_realloc_array(seen->bits, word * 2 + 64, sizeof(*seen->bits));
		memset(seen->bits + seen->words, 0,
			(word * 2 + 64 - seen->words) * sizeof(*seen->bits));
		seen->words = word * 2 + 64;
	}
	if (seen->bits[word] & bit)
		return false;
	seen->bits[word] |= bit;
	return true;
}

static void read_chunk(struct ui *ui, const struct chunk *chunk, struct seen *seen)
{
	struct completion *c = &ui->completion;

	for (uint32_t i = 0; i < chunk->count; i++) {
		const struct entry *e = chunk->entries[i];
		const uint32_t *ids = entry_labels(e);

		for (uint16_t n = 0; n < e->n_labels && c->n_pairs < PAIRS_MAX; n++) {
			if (see(seen, ids[n]))
				add_pair(c, labels_get(ui->root->labels, ids[n]));
		}
	}
}

/* Every pair that any object has, once. */
static void read_pairs(struct ui *ui)
{
	struct completion *c = &ui->completion;
	struct seen seen = { NULL, 0 };

	if (c->has_pairs)
		return;
	for (size_t i = 0; i < ui->root->n_kinds; i++) {
		const struct store_root *store = ui->root->kinds[i]->store;

		for (size_t n = 0; n < store->n_chunks; n++)
			read_chunk(ui, store->chunks[n], &seen);
	}
	free(seen.bits);
	if (c->n_pairs)
		qsort(c->pairs, c->n_pairs, sizeof(*c->pairs), cmp_pairs);
	c->has_pairs = true;
}

static size_t behind_last(struct str text, const char *of)
{
	size_t at = text.len;

	while (at && !strchr(of, text.p[at - 1]))
		at--;
	return at;
}

/* Where the last requirement begins: commas in parentheses divide values. */
static size_t term_begin(struct str text)
{
	size_t begin = 0;
	int depth = 0;

	for (size_t i = 0; i < text.len; i++) {
		depth += text.p[i] == '(' ? 1 : text.p[i] == ')' ? -1 : 0;
		if (text.p[i] == ',' && depth == 0)
			begin = i + 1;
	}
	return begin;
}

/* The key before an operator: letters, digits and what joins them. */
static struct str key_of(struct str term)
{
	size_t n = 0;

	while (n < term.len && !strchr(" =!<>(", term.p[n]))
		n++;
	return str_make(term.p, n);
}

size_t completion_selector_word(struct str text, struct str *ret_key)
{
	size_t begin = term_begin(text);
	struct str term;

	while (begin < text.len && (text.p[begin] == ' ' || text.p[begin] == '!'))
		begin++;
	term = str_make(text.p + begin, text.len - begin);
	*ret_key = str_make(NULL, 0);
	if (key_of(term).len == term.len)
		return begin;
	*ret_key = key_of(term);
	return begin + behind_last(term, "=(, ");
}

static void offer_labels(struct ui *ui, struct str text)
{
	struct completion *c = &ui->completion;
	struct str key, begun;
	size_t from = completion_selector_word(text, &key);

	read_pairs(ui);
	begun = str_make(text.p + from, text.len - from);
	c->from = ui->prompt.at - begun.len;
	for (size_t i = 0; i < c->n_pairs; i++) {
		if (!key.p)
			offer(c, begun, c->pairs[i].key);
		else if (str_is(key, c->pairs[i].key))
			offer(c, begun, c->pairs[i].value);
	}
}

/* ---- commands ---- */

static void offer_kinds(struct ui *ui, struct str begun)
{
	struct buf name = BUF_INIT((size_t)4096);

	for (size_t i = 0; i < ui->root->n_kinds; i++)
		offer(&ui->completion, begun, ui->root->kinds[i]->kind->gvr.resource);
	for (size_t i = 0; i < ui->root->n_kinds; i++) {
		if (!memchr(begun.p, '.', begun.len))
			break;
		buf_reset(&name);
		kinds_full_name(ui->root->kinds[i]->kind, &name);
		offer(&ui->completion, begun, buf_text(&name));
	}
	buf_release(&name);
}

static void offer_namespaces(struct ui *ui, struct str begun)
{
	for (size_t i = 0; i < ui->namespaces.count; i++)
		offer(&ui->completion, begun, ui->namespaces.items[i].name);
}

static void offer_arguments(struct ui *ui, struct str name, struct str begun)
{
	const char *const *words = ui_command_words(ui, name);

	for (; words && *words; words++)
		offer(&ui->completion, begun, *words);
	if (!words)
		offer_namespaces(ui, begun);
}

static void offer_command(struct ui *ui, struct str text)
{
	const struct setting_aliases *aliases = &ui->options->config->settings->aliases;
	struct completion *c = &ui->completion;
	struct str rest = text, name = str_cut(&rest, ' ');
	const char *option = rest.p ? memmem(rest.p, rest.len, "-l ", 3) : NULL;
	size_t from = behind_last(text, " ");
	struct str begun = str_make(text.p + from, text.len - from);

	if (option) {
		offer_labels(ui, str_make(option + 3, (size_t)(rest.p + rest.len - (option + 3))));
		return;
	}
	c->from = from;
	if (rest.p) {
		offer_arguments(ui, name, begun);
		return;
	}
	for (size_t i = 0; ui_command_name(i); i++)
		offer(c, begun, ui_command_name(i));
	for (size_t i = 0; i < aliases->count; i++)
		offer(c, begun, aliases->items[i].name);
	if (begun.len) /* all kinds would be too much */
		offer_kinds(ui, begun);
}

static void offer_filter(struct ui *ui, struct str text)
{
	const char *option = text.len ? memmem(text.p, text.len, "-l ", 3) : NULL;

	if (option)
		offer_labels(ui, str_make(option + 3, (size_t)(text.p + text.len - (option + 3))));
}

/* ---- the prompt ---- */

void completion_update(struct ui *ui)
{
	struct str text = str_make(buf_text(&ui->prompt.text), ui->prompt.at);

	forget_words(&ui->completion);
	if (ui->prompt.kind == PROMPT_SELECTOR)
		offer_labels(ui, text);
	else if (ui->prompt.kind == PROMPT_COMMAND)
		offer_command(ui, text);
	else if (ui->prompt.kind == PROMPT_FILTER)
		offer_filter(ui, text);
}

bool completion_take(struct ui *ui)
{
	struct completion *c = &ui->completion;

	if (!c->count)
		return false;
	prompt_complete(&ui->prompt, c->from, str_of(c->words[c->next]));
	c->next = (c->next + 1) % c->count;
	c->taken = true;
	return true;
}

struct str completion_rest(const struct ui *ui)
{
	const struct completion *c = &ui->completion;
	size_t typed = ui->prompt.at - c->from;

	/* of all commands none is the one to go on with */
	if (!ui->prompt.text.len && ui->prompt.kind == PROMPT_COMMAND)
		return STR("");
	if (!c->count || c->taken || ui->prompt.at < c->from ||
		ui->prompt.at != ui->prompt.text.len || typed > strlen(c->words[0]))
		return STR("");
	return str_of(c->words[0] + typed);
}
