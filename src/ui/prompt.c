#include "ui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/keys.h"

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
		free(prompt->last[i]);
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
	if (prompt->kind == PROMPT_QUIT) {
		if (key == 'y' || key == 'Y' || key == KEYS_ENTER || key == 'q')
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

static enum prompt_result done(struct prompt *prompt)
{
	free(prompt->last[prompt->kind]);
	prompt->last[prompt->kind] = str_dup(buf_str(&prompt->text));
	return PROMPT_DONE;
}

static enum prompt_result recall(struct prompt *prompt)
{
	if (!prompt->last[prompt->kind])
		return PROMPT_IGNORED;
	set_text(prompt, str_of(prompt->last[prompt->kind]));
	return PROMPT_CHANGED;
}

enum prompt_result prompt_key(struct prompt *prompt, uint32_t key)
{
	size_t at = prompt->at;
	size_t end = prompt->text.len;

	if (prompt->kind == PROMPT_QUIT || prompt->kind == PROMPT_CHOICE)
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
		return recall(prompt);
	default:
		return insert(prompt, key);
	}
}

enum prompt_result prompt_paste(struct prompt *prompt, struct str text)
{
	enum prompt_result result = PROMPT_IGNORED;

	if (prompt->kind == PROMPT_QUIT || prompt->kind == PROMPT_CHOICE)
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
