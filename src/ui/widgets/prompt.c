#include "ui/widgets/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/texts.h"
#include "base/utf8.h"
#include "ui/term/keys.h"

void prompt_init(struct prompt *prompt)
{
	*prompt = (struct prompt){ .kind = PROMPT_NONE };
	buf_init(&prompt->text, PROMPT_MAX);
}

void prompt_release(struct prompt *prompt)
{
	buf_release(&prompt->text);
	free(prompt->error);
	for (size_t i = 0; i < PROMPT_KINDS; i++)
		texts_free(prompt->history[i].items, prompt->history[i].count);
	free(prompt->draft);
}

void prompt_set_error(struct prompt *prompt, const char *error, size_t at)
{
	free(prompt->error);
	prompt->error = error ? mem_strdup(error) : NULL;
	prompt->error_at = at;
}

static void set_text(struct prompt *prompt, struct str text)
{
	buf_reset(&prompt->text);
	buf_addstr(&prompt->text, text);
	prompt->at = prompt->text.len;
}

void prompt_open(struct prompt *prompt, enum prompt_kind kind, struct str text)
{
	prompt->kind = kind;
	prompt->back = 0;
	set_text(prompt, text);
	prompt_set_error(prompt, NULL, 0);
}

void prompt_close(struct prompt *prompt)
{
	prompt->kind = PROMPT_NONE;
	prompt_set_error(prompt, NULL, 0);
}

static void replace(struct prompt *prompt, size_t from, size_t to, struct str with)
{
	struct buf text = BUF_INIT(PROMPT_MAX);
	struct str old = buf_str(&prompt->text);

	buf_addstr(&text, str_make(old.p, from));
	buf_addstr(&text, with);
	buf_addstr(&text, str_make(old.p + to, old.len - to));
	if (text.overflow) {
		buf_release(&text);
		return;
	}
	buf_release(&prompt->text);
	prompt->text = text;
	prompt->at = from + with.len;
}

static size_t char_before(const struct prompt *prompt, size_t at)
{
	while (at > 0) {
		at--;
		if (((unsigned char)prompt->text.data[at] & 0xc0) != 0x80)
			break;
	}
	return at;
}

static size_t char_after(const struct prompt *prompt, size_t at)
{
	if (at < prompt->text.len)
		at++;
	while (at < prompt->text.len && ((unsigned char)prompt->text.data[at] & 0xc0) == 0x80)
		at++;
	return at;
}

static size_t word_before(const struct prompt *prompt, size_t at)
{
	while (at > 0 && prompt->text.data[at - 1] == ' ')
		at--;
	while (at > 0 && prompt->text.data[at - 1] != ' ')
		at--;
	return at;
}

static enum prompt_result cut(struct prompt *prompt, size_t from, size_t to)
{
	if (from == to)
		return PROMPT_MOVED;
	replace(prompt, from, to, STR(""));
	return PROMPT_CHANGED;
}

static enum prompt_result move_to(struct prompt *prompt, size_t at)
{
	prompt->at = at;
	return PROMPT_MOVED;
}

static enum prompt_result insert(struct prompt *prompt, uint32_t key)
{
	char bytes[4];

	if (key < 0x20 || key >= 0x110000 || !utf8_is_safe(key))
		return PROMPT_IGNORED;
	replace(prompt, prompt->at, prompt->at, str_make(bytes, utf8_encode(key, bytes)));
	return PROMPT_CHANGED;
}

/* A question takes its answers only; any other key means what it means without
 * the question. */
static enum prompt_result answer_key(struct prompt *prompt, uint32_t key)
{
	if (key == KEYS_ESC)
		return PROMPT_CANCELLED;
	if (prompt->kind == PROMPT_QUIT || prompt->kind == PROMPT_REPLACE) {
		bool sure = prompt->kind == PROMPT_QUIT && (key == KEYS_ENTER || key == 'q');

		if (key == 'y' || key == 'Y' || sure)
			return PROMPT_DONE;
		return key == 'n' || key == 'N' ? PROMPT_CANCELLED : PROMPT_OTHER;
	}
	if (key == KEYS_ENTER || key == '0')
		return PROMPT_IGNORED;
	if (key < '1' || key > '9')
		return PROMPT_OTHER;
	set_text(prompt, STR(""));
	insert(prompt, key);
	return PROMPT_DONE;
}

/* ---- what was entered before ---- */

static void forget(struct prompt_history *history, size_t at)
{
	free(history->items[at]);
	history->count--;
	memmove(history->items + at, history->items + at + 1,
		(history->count - at) * sizeof(*history->items));
}

void prompt_remember(struct prompt *prompt, enum prompt_kind kind, const char *text)
{
	struct prompt_history *history = &prompt->history[kind];

	if (!*text)
		return;
	for (size_t i = history->count; i-- > 0;) {
		if (!strcmp(history->items[i], text))
			forget(history, i);
	}
	if (history->count == PROMPT_HISTORY)
		forget(history, 0);
	texts_add(&history->items, &history->count, text);
}

static enum prompt_result done(struct prompt *prompt)
{
	if (!prompt->error)
		prompt_remember(prompt, prompt->kind, buf_text(&prompt->text));
	return PROMPT_DONE;
}

/* Older entries by 1, newer ones by -1; behind the newest is what was typed. */
static enum prompt_result recall(struct prompt *prompt, int by)
{
	const struct prompt_history *history = &prompt->history[prompt->kind];

	if (by > 0 ? prompt->back >= history->count : prompt->back == 0)
		return PROMPT_IGNORED;
	if (prompt->back == 0) {
		free(prompt->draft);
		prompt->draft = str_dup(buf_str(&prompt->text));
	}
	prompt->back = by > 0 ? prompt->back + 1 : prompt->back - 1;
	set_text(prompt, str_of(prompt->back ? history->items[history->count - prompt->back]
					     : prompt->draft));
	return PROMPT_CHANGED;
}

void prompt_complete(struct prompt *prompt, size_t from, struct str word)
{
	if (from <= prompt->at)
		replace(prompt, from, prompt->at, word);
}

enum prompt_result prompt_key(struct prompt *prompt, uint32_t key)
{
	size_t at = prompt->at;
	size_t end = prompt->text.len;

	if (prompt->kind == PROMPT_QUIT || prompt->kind == PROMPT_CHOICE ||
		prompt->kind == PROMPT_REPLACE)
		return answer_key(prompt, key);
	switch (key) {
	case KEYS_ENTER:
		return done(prompt);
	case KEYS_ESC:
		return PROMPT_CANCELLED;
	case KEYS_BACKSPACE:
		return end == 0 ? PROMPT_CANCELLED : cut(prompt, char_before(prompt, at), at);
	case KEYS_DELETE:
	case 'd' | KEYS_CTRL:
		return cut(prompt, at, char_after(prompt, at));
	case 'u' | KEYS_CTRL:
		return cut(prompt, 0, at);
	case 'k' | KEYS_CTRL:
		return cut(prompt, at, end);
	case 'w' | KEYS_CTRL:
		return cut(prompt, word_before(prompt, at), at);
	case KEYS_LEFT:
		return move_to(prompt, char_before(prompt, at));
	case KEYS_RIGHT:
		return move_to(prompt, char_after(prompt, at));
	case KEYS_HOME:
	case 'a' | KEYS_CTRL:
		return move_to(prompt, 0);
	case KEYS_END:
	case 'e' | KEYS_CTRL:
		return move_to(prompt, end);
	case KEYS_UP:
		return recall(prompt, 1);
	case KEYS_DOWN:
		return recall(prompt, -1);
	default:
		return insert(prompt, key);
	}
}

enum prompt_result prompt_paste(struct prompt *prompt, struct str text)
{
	enum prompt_result result = PROMPT_IGNORED;

	if (prompt->kind == PROMPT_QUIT || prompt->kind == PROMPT_CHOICE ||
		prompt->kind == PROMPT_REPLACE)
		return result;
	while (text.len && *text.p != '\r' && *text.p != '\n') {
		uint32_t code;
		size_t n = utf8_decode(text, &code);

		if (insert(prompt, code == '\t' ? ' ' : code) == PROMPT_CHANGED)
			result = PROMPT_CHANGED;
		text = str_make(text.p + n, text.len - n);
	}
	return result;
}
