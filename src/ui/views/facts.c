#include "ui/views/facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cache/root.h"
#include "kube/columns.h"
#include "kube/format.h"
#include "ui/text.h"

#define LIST_MAX 4096

static void clear(struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++)
		free(facts->items[i].text);
	facts->count = 0;
}

void facts_release(struct facts *facts)
{
	clear(facts);
	free(facts->items);
	*facts = (struct facts){ 0 };
}

static void __attribute__((format(printf, 3, 4)))
add(struct facts *facts, enum role role, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	facts->items =
		array_reserve(facts->items, &facts->cap, facts->count + 1, sizeof(*facts->items));
	facts->items[facts->count++] = (struct fact){ role, text };
}

static void add_wrapped(struct facts *facts, enum role role, const char *text, size_t width)
{
	struct str rest = str_of(text);

	if (width < 20)
		width = 20;
	while (rest.len) {
		struct str line = utf8_prefix(rest, width - 4, NULL);
		const char *blank;

		if (!line.len)
			line = rest;
		blank = line.len < rest.len ? memrchr(line.p, ' ', line.len) : NULL;
		if (blank && blank > line.p)
			line.len = (size_t)(blank - line.p);
		add(facts, role, "  " STR_FMT, STR_ARG(line));
		rest = str_trim(str_make(rest.p + line.len, rest.len - line.len));
	}
}

static const char *state_words(const struct kind_root *kind)
{
	static const char *const words[] = {
		[KIND_LISTING] = "being listed",
		[KIND_SYNCED] = "synced: listed and watched",
		[KIND_FORBIDDEN] = "forbidden: the server does not let you list it",
		[KIND_FAILING] = "failing: tried again until it works (ctrl-r: now)",
		[KIND_STALE] = "stale: the connection is lost, this is from before",
		[KIND_GONE] = "gone: its definition was deleted, this is from before",
		[KIND_NOT_SERVED] =
			"not served: no version of it is served, or its names are not accepted",
		[KIND_POLLING] = "polled: listing works, watching is forbidden",
	};

	return words[kind->state];
}

static char *join(char *const *texts, size_t n)
{
	struct buf out = BUF_INIT(LIST_MAX);
	char *result;

	for (size_t i = 0; i < n; i++) {
		buf_addz(&out, i ? ", " : "");
		buf_addz(&out, texts[i]);
	}
	result = mem_strdup(n ? buf_text(&out) : "\xe2\x80\x93");
	buf_release(&out);
	return result;
}

static void add_list(struct facts *facts, const char *name, char *const *texts, size_t n)
{
	char *all = join(texts, n);

	add(facts, ROLE_TEXT, "%-12s %s", name, all);
	free(all);
}

static void add_state(struct facts *facts, const struct kind_root *kind, int64_t wall, size_t width)
{
	bool well = kind->state == KIND_SYNCED || kind->state == KIND_LISTING ||
		    kind->state == KIND_POLLING;
	char age[FORMAT_AGE_MAX];

	format_age((wall - kind->since) / CLOCK_S, age);
	add(facts, ROLE_TEXT, "%s", "");
	add(facts, ROLE_HEAD, "state, since %s", kind->since ? age : "\xe2\x80\xa6");
	add_wrapped(facts, well ? ROLE_TEXT : ROLE_WARNING, state_words(kind), width);
	if (kind->no_crd)
		add_wrapped(facts, ROLE_WARNING,
			"no CRD access: known from discovery, its columns are not known", width);
	if (kind->message)
		add_wrapped(facts, ROLE_WARNING, kind->message, width);
	if (kind->kind->note)
		add_wrapped(facts, ROLE_WARNING, kind->kind->note, width);
}

static void add_counts(struct facts *facts, const struct kind_root *kind)
{
	char count[TEXT_NUMBER_MAX];

	add(facts, ROLE_TEXT, "%s", "");
	text_number(kind->store->count, count);
	add(facts, ROLE_HEAD, "%s objects%s", count,
		kind->ever_synced || kind->state == KIND_SYNCED ? "" : " so far");
	for (int i = HEALTH_KINDS - 1; i >= 0; i--) {
		if (!kind->store->health[i])
			continue;
		text_number(kind->store->health[i], count);
		add(facts, ROLE_TEXT, "  %s %s %s", health_glyph((enum health)i), count,
			health_word((enum health)i));
	}
}

static void add_columns(struct facts *facts, const struct columns *columns)
{
	static const char *const types[] = {
		[COLUMN_STRING] = "string",
		[COLUMN_INTEGER] = "integer",
		[COLUMN_NUMBER] = "number",
		[COLUMN_BOOLEAN] = "boolean",
		[COLUMN_DATE] = "date",
	};

	add(facts, ROLE_TEXT, "%s", "");
	add(facts, ROLE_HEAD, "printer columns");
	for (size_t i = 0; i < columns->count; i++)
		add(facts, ROLE_TEXT, "  %s  %s%s", columns->items[i].name,
			types[columns->items[i].type], columns->items[i].priority ? ", wide" : "");
}

void facts_of_kind(struct facts *facts, const struct kind_root *kind, int64_t wall, size_t width)
{
	const struct kind *k = kind->kind;

	clear(facts);
	add(facts, ROLE_TEXT, "%-12s %s", "group", k->gvr.group);
	add(facts, ROLE_TEXT, "%-12s %s", "version", k->gvr.version);
	add(facts, ROLE_TEXT, "%-12s %s", "resource", k->gvr.resource);
	add(facts, ROLE_TEXT, "%-12s %s", "singular", k->singular ? k->singular : "");
	add_list(facts, "short names", k->short_names, k->n_short_names);
	add_list(facts, "categories", k->categories, k->n_categories);
	add(facts, ROLE_TEXT, "%-12s %s", "scope", k->namespaced ? "namespaced" : "cluster");
	add_state(facts, kind, wall, width);
	add_counts(facts, kind);
	add_columns(facts, k->columns);
}

void facts_of_group(struct facts *facts, const struct root *root, struct str group)
{
	clear(facts);
	add(facts, ROLE_HEAD, "kinds");
	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct kind_root *kind = root->kinds[i];
		char count[TEXT_NUMBER_MAX];
		size_t bad = kind->store->health[HEALTH_BAD];

		if (!str_is(group, kind->kind->gvr.group))
			continue;
		text_number(kind->store->count, count);
		add(facts, bad ? ROLE_BAD : ROLE_TEXT, "  %8s  %s  %s/%s%s%s",
			kind->ever_synced || kind->state == KIND_SYNCED ? count : "\xe2\x80\xa6",
			kind->kind->kind, kind->kind->gvr.resource, kind->kind->gvr.version,
			bad ? "  " : "", bad ? health_glyph(HEALTH_BAD) : "");
	}
}
