#include "ui/statusline.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "ui/state.h"
#include "ui/ui.h"

#define MESSAGE_TIME (6 * CLOCK_S)
#define HINTS_MAX    ((size_t)4096)

void statusline_release(struct statusline *status)
{
	free(status->message);
	status->message = NULL;
}

void statusline_say(struct statusline *status, int64_t now, bool warning, const char *fmt, ...)
{
	va_list ap;

	statusline_release(status);
	va_start(ap, fmt);
	if (vasprintf(&status->message, fmt, ap) < 0)
		abort();
	va_end(ap);
	status->warning = warning;
	status->until = now + MESSAGE_TIME;
}

bool statusline_expire(struct statusline *status, int64_t now)
{
	if (!status->message || now < status->until)
		return false;
	statusline_release(status);
	return true;
}

void statusline_sample(struct statusline *status, int64_t now, uint64_t events)
{
	if (status->n_samples == STATUSLINE_SAMPLES) {
		memmove(status->samples, status->samples + 1,
			sizeof(*status->samples) * (STATUSLINE_SAMPLES - 1));
		memmove(status->times, status->times + 1,
			sizeof(*status->times) * (STATUSLINE_SAMPLES - 1));
		status->n_samples--;
	}
	status->samples[status->n_samples] = events;
	status->times[status->n_samples++] = now;
}

unsigned statusline_rate(const struct statusline *status)
{
	unsigned last = status->n_samples - 1;
	int64_t time;
	double rate;

	if (status->n_samples < 2)
		return 0;
	time = status->times[last] - status->times[0];
	if (time <= 0)
		return 0;
	rate = (double)(status->samples[last] - status->samples[0]) * (double)CLOCK_S /
	       (double)time;
	return rate > 0 && rate < 1 ? 1 : (unsigned)(rate + 0.5);
}

static const char *prompt_label(enum prompt_kind kind)
{
	static const char *const labels[PROMPT_KINDS] = {
		[PROMPT_NONE] = "",
		[PROMPT_FILTER] = "/",
		[PROMPT_SELECTOR] = "labels: ",
		[PROMPT_COMMAND] = ":",
		[PROMPT_SEARCH] = "search: ",
		[PROMPT_QUIT] = "quit crwatch? y/n",
		[PROMPT_CHOICE] = "which? ",
		[PROMPT_COLUMN] = "NAME=JSONPATH, label:KEY or condition:TYPE: ",
		[PROMPT_SAVE] = "save as: ",
		[PROMPT_REPLACE] = "it exists: replace it? y/n",
	};

	return labels[kind];
}

/* What the word could be: the first as if it were typed, the others behind. */
static void draw_words(const struct ui *ui)
{
	const struct completion *c = &ui->completion;
	struct str rest = completion_rest(ui);

	draw_text(ui->draw, ROLE_DIM, rest);
	if (c->count < 2 || ui->prompt.error)
		return;
	for (size_t i = 0; i < c->count; i++) {
		if (i == 0 && rest.len)
			continue;
		draw_z(ui->draw, ROLE_DIM, "  ");
		draw_z(ui->draw,
			c->taken && i == (c->next + c->count - 1) % c->count ? ROLE_MATCH
									     : ROLE_DIM,
			c->words[i]);
	}
}

/* The text with the place of its error marked. */
static void draw_prompt(struct ui *ui, struct area area)
{
	const struct prompt *prompt = &ui->prompt;
	struct draw *draw = ui->draw;
	struct str text = buf_str(&prompt->text);
	size_t split = prompt->error && prompt->error_at < text.len ? prompt->error_at : text.len;

	draw_z(draw, ROLE_TITLE, prompt_label(prompt->kind));
	draw_cursor(draw, area.y,
		area.x + draw_column(draw) + draw_width(draw, str_make(text.p, prompt->at)));
	draw_text(draw, ROLE_TEXT, str_make(text.p, split));
	draw_text(draw, ROLE_WARNING, str_make(text.p + split, text.len - split));
	draw_words(ui);
	if (!prompt->error)
		return;
	draw_z(draw, ROLE_WARNING, "   ");
	if (prompt->kind == PROMPT_FILTER || prompt->kind == PROMPT_SELECTOR ||
		prompt->kind == PROMPT_COLUMN)
		draw_f(draw, ROLE_WARNING, "at %zu: ", prompt->error_at + 1);
	draw_z(draw, ROLE_WARNING, prompt->error);
}

/* Without the hint before the last one, which is that there is help; false: there
 * are no more. */
static bool shorten(struct buf *hints)
{
	struct str text = buf_str(hints), rest = text;
	size_t before = 0, last = 0;
	const char *at;

	while ((at = memmem(rest.p, rest.len, "  ", 2))) {
		before = last;
		last = (size_t)(at - text.p);
		rest = str_make(at + 2, rest.len - (size_t)(at + 2 - rest.p));
	}
	if (!last)
		return false;
	memmove(hints->data + before, hints->data + last, text.len - last);
	buf_truncate(hints, before + text.len - last);
	return true;
}

void statusline_hints(struct ui *ui, const char *hints)
{
	struct draw *draw = ui->draw;
	struct buf text = BUF_INIT(HINTS_MAX);

	keymap_hints(ui->options->keymap, hints, &text);
	while (draw_width(draw, buf_str(&text)) > draw_left(draw) && shorten(&text))
		;
	draw_text(draw, ROLE_DIM, buf_str(&text));
	buf_release(&text);
}

void statusline_draw(struct ui *ui, const char *hints)
{
	const struct statusline *status = &ui->status;
	struct area area = ui->layout.footer;
	struct draw *draw = ui->draw;

	draw_cursor(draw, -1, 0);
	draw_begin(draw, area.y, area.x, area.w, GROUND_NONE);
	if (ui->prompt.kind == PROMPT_NONE)
		draw_z(draw, ROLE_TEXT, " ");
	if (ui->prompt.kind != PROMPT_NONE)
		draw_prompt(ui, area);
	else if (status->message)
		draw_z(draw, status->warning ? ROLE_WARNING : ROLE_TEXT, status->message);
	else
		statusline_hints(ui, hints);
	draw_end(draw);
}
