#include "cluster/ceiling_words.h"

#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "cache/ceiling.h"
#include "cache/contents.h"
#include "cache/informer.h"
#include "cache/root.h"

#define WORDS_MAX ((size_t)4096)

static size_t count_reduced(const struct ceiling *ceiling, const struct kind **ret_kind)
{
	size_t n = 0;

	for (size_t i = 0; i < ceiling->count; i++) {
		if (!contents_is_reduced(ceiling->items[i]))
			continue;
		*ret_kind = ceiling->items[i]->kind;
		n++;
	}
	return n;
}

static void add_kinds(const struct ceiling *ceiling, struct buf *out)
{
	const struct kind *kind = NULL;
	size_t n = count_reduced(ceiling, &kind);

	if (n == 1)
		buf_addf(out, "the texts of %s.%s are not kept, they are read on demand: ",
			kind->gvr.resource, kind->gvr.group);
	else if (n)
		buf_addf(out, "the texts of %zu kinds are not kept, they are read on demand: ", n);
}

static void say(const struct ceiling_words *words)
{
	const struct ceiling *ceiling = &words->ctx->ceiling;
	size_t used = ceiling_used(words->ctx, roots_held(words->roots));
	struct buf text = BUF_INIT(WORDS_MAX);

	add_kinds(ceiling, &text);
	buf_addf(&text, "%sthe caches hold %zu KiB, the ceiling is %zu KiB",
		text.len ? "without them " : "", used >> 10, ceiling->max >> 10);
	if (used > ceiling->max && ceiling->told)
		buf_addz(&text, ", and no texts are left that could go");
	log_line(LOG_WARNING, "max-cache: %s", buf_text(&text));
	buf_release(&text);
}

static void on_time(struct client_timer *timer)
{
	struct ceiling_words *words =
		(struct ceiling_words *)((char *)timer - offsetof(struct ceiling_words, timer));

	words->set = false;
	words->any = true;
	words->last = clock_now();
	say(words);
	words->ctx->dirty = true; /* the log is read when there is a new root */
}

void ceiling_words_init(struct ceiling_words *words, struct client *client,
	struct informer_context *ctx, struct roots *roots)
{
	*words = (struct ceiling_words){ .client = client, .ctx = ctx, .roots = roots };
	words->timer.fire = on_time;
}

void ceiling_words_stop(struct ceiling_words *words)
{
	client_timer_cancel(words->client, &words->timer);
}

void ceiling_words_add(void *arg, const struct kind *kind)
{
	struct ceiling_words *words = arg;
	int64_t at = clock_now() + CEILING_WORDS_AFTER;

	(void)kind;
	words->ctx->dirty = true;
	if (words->set)
		return;
	if (words->any && at < words->last + CEILING_WORDS_EACH)
		at = words->last + CEILING_WORDS_EACH;
	words->set = true;
	client_timer_set(words->client, &words->timer, at);
}
