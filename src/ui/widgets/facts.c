#include "ui/widgets/facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/texts.h"
#include "base/utf8.h"
#include "cache/root.h"
#include "cluster/tree.h"
#include "kube/columns.h"
#include "kube/format.h"
#include "ui/widgets/text.h"

#define DASH "\xe2\x80\x93"

void facts_clear(struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++) {
		free(facts->items[i].text);
		if (facts->items[i].target)
			tree_key_release(facts->items[i].target);
		free(facts->items[i].target);
	}
	facts->count = 0;
	facts->section = 0;
	facts->in_section = 0;
}

void facts_release(struct facts *facts)
{
	facts_clear(facts);
	free(facts->items);
	*facts = (struct facts){ 0 };
}

/* ---- lines ---- */

struct fact *facts_last(struct facts *facts)
{
	return &facts->items[facts->count - 1];
}

static uint64_t mix(uint64_t section, uint64_t part)
{
	return (section ^ part) * UINT64_C(0x9e3779b97f4a7c15);
}

static void append(struct facts *facts, enum role role, const struct buf *text)
{
	struct buf safe = BUF_INIT(FACTS_LINE_MAX * 8);

	utf8_escape(buf_str(text), UTF8_CELL, &safe);
	facts->items =
		array_reserve(facts->items, &facts->cap, facts->count + 1, sizeof(*facts->items));
	facts->items[facts->count++] = (struct fact){
		.role = role,
		.lead_role = role,
		.text = mem_strdup(buf_text(&safe)),
		.id = mix(facts->section, ++facts->in_section),
	};
	buf_release(&safe);
}

static void add_format(struct buf *out, const char *fmt, va_list ap)
{
	char *text = NULL;
	struct str all;

	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	all = str_of(text);
	if (all.len > FACTS_LINE_MAX - out->len)
		all.len = FACTS_LINE_MAX - out->len;
	buf_addstr(out, all);
	free(text);
}

void facts_add(struct facts *facts, enum role role, const char *fmt, ...)
{
	struct buf text = BUF_INIT(FACTS_LINE_MAX);
	va_list ap;

	va_start(ap, fmt);
	add_format(&text, fmt, ap);
	va_end(ap);
	append(facts, role, &text);
	buf_release(&text);
}

void facts_led(struct facts *facts, enum role lead_role, const char *lead, enum role role,
	const char *fmt, ...)
{
	struct buf text = BUF_INIT(FACTS_LINE_MAX), safe = BUF_INIT(FACTS_LINE_MAX * 8);
	struct fact *last;
	va_list ap;

	utf8_escape(str_of(lead), UTF8_CELL, &safe);
	buf_addz(&text, lead);
	va_start(ap, fmt);
	add_format(&text, fmt, ap);
	va_end(ap);
	append(facts, role, &text);
	last = facts_last(facts);
	last->lead_role = lead_role;
	last->lead = (uint32_t)safe.len;
	last->hang = (uint16_t)utf8_columns(buf_str(&safe));
	facts_id(facts, str_of(lead));
	buf_release(&text);
	buf_release(&safe);
}

void facts_section(struct facts *facts, const char *fmt, ...)
{
	struct buf text = BUF_INIT(FACTS_LINE_MAX);
	struct str name, rest;
	va_list ap;

	va_start(ap, fmt);
	add_format(&text, fmt, ap);
	va_end(ap);
	/* what stands behind a comma may change: ages, counts */
	rest = buf_str(&text);
	name = str_cut(&rest, ',');
	if (facts->count)
		facts_add(facts, ROLE_TEXT, "%s", "");
	facts->section = str_hash(name);
	facts->in_section = 0;
	append(facts, ROLE_HEAD, &text);
	buf_release(&text);
}

void facts_id(struct facts *facts, struct str id)
{
	facts_last(facts)->id = mix(facts->section, str_hash(id));
}

void facts_target(struct facts *facts, const struct tree_key *key)
{
	struct tree_key *copy = mem_zalloc(sizeof(*copy));

	*copy = *key;
	copy->group = mem_strdup_or_null(key->group);
	copy->ns = mem_strdup_or_null(key->ns);
	copy->name = mem_strdup_or_null(key->name);
	facts_last(facts)->target = copy;
}

void facts_wrapped(
	struct facts *facts, enum role role, struct str text, size_t indent, size_t width)
{
	struct buf safe = BUF_INIT(text.len * 8 + 1);
	struct str rest;

	if (width < indent + 20)
		width = indent + 20;
	/* what is made visible takes more columns */
	utf8_escape(text, UTF8_TEXT, &safe);
	rest = buf_str(&safe);
	while (rest.len) {
		struct str line = text_line(&rest, width - indent - 2);

		facts_add(facts, role, "%*s" STR_FMT, (int)indent, "", STR_ARG(line));
	}
	buf_release(&safe);
}

static void add_wrapped(struct facts *facts, enum role role, const char *text, size_t width)
{
	facts_wrapped(facts, role, str_of(text), 2, width);
}

/* ---- a kind ---- */

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

static void add_list(struct facts *facts, const char *name, char *const *texts, size_t n)
{
	char *all = n ? texts_join(texts, n, ", ") : mem_strdup(DASH);

	facts_add(facts, ROLE_TEXT, "%-12s %s", name, all);
	free(all);
}

static void add_state(struct facts *facts, const struct kind_root *kind, int64_t wall, size_t width)
{
	bool well = kind_state_is_well(kind->state);
	char age[FORMAT_AGE_MAX];

	format_age((wall - kind->since) / CLOCK_S, age);
	facts_section(facts, "state, since %s", kind->since ? age : "\xe2\x80\xa6");
	add_wrapped(facts, well ? ROLE_TEXT : ROLE_WARNING, state_words(kind), width);
	if (kind->no_crd)
		add_wrapped(facts, ROLE_WARNING,
			"no CRD access: known from discovery, its columns are not known", width);
	if (kind->only) {
		char *only = mem_printf("read in these namespaces alone, because all at once "
					"is forbidden: %s",
			kind->only);

		add_wrapped(facts, ROLE_WARNING, only, width);
		free(only);
	}
	if (kind->state == KIND_FORBIDDEN && kind->ever_synced)
		add_wrapped(facts, ROLE_WARNING, "what is shown is from before", width);
	if (kind->message)
		add_wrapped(facts, ROLE_WARNING, kind->message, width);
	if (kind->kind->note)
		add_wrapped(facts, ROLE_WARNING, kind->kind->note, width);
}

static void add_counts(struct facts *facts, const struct kind_root *kind)
{
	bool known = kind->ever_synced || kind->state == KIND_SYNCED;
	char count[TEXT_NUMBER_MAX];

	text_number(kind->store->count, count);
	if (!known && !kind->store->count)
		facts_section(facts, "objects: not known");
	else
		facts_section(facts, "%s object%s%s", count, kind->store->count == 1 ? "" : "s",
			known ? "" : " so far");
	for (int i = HEALTH_KINDS - 1; i >= 0; i--) {
		if (!kind->store->health[i])
			continue;
		text_number(kind->store->health[i], count);
		facts_add(facts, ROLE_TEXT, "  %s %s %s", health_glyph((enum health)i), count,
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

	facts_section(facts, "printer columns");
	for (size_t i = 0; i < columns->count; i++)
		facts_add(facts, ROLE_TEXT, "  %s  %s%s", columns->items[i].name,
			types[columns->items[i].type], columns->items[i].priority ? ", wide" : "");
}

void facts_of_kind(struct facts *facts, const struct kind_root *kind, int64_t wall, size_t width)
{
	const struct kind *k = kind->kind;

	facts_clear(facts);
	facts_add(facts, ROLE_TEXT, "%-12s %s", "group", k->gvr.group);
	facts_add(facts, ROLE_TEXT, "%-12s %s", "version", *k->gvr.version ? k->gvr.version : DASH);
	facts_add(facts, ROLE_TEXT, "%-12s %s", "resource", k->gvr.resource);
	facts_add(facts, ROLE_TEXT, "%-12s %s", "singular", k->singular ? k->singular : DASH);
	add_list(facts, "short names", k->short_names, k->n_short_names);
	add_list(facts, "categories", k->categories, k->n_categories);
	facts_add(facts, ROLE_TEXT, "%-12s %s", "scope", k->namespaced ? "namespaced" : "cluster");
	add_state(facts, kind, wall, width);
	if (kind->on_demand)
		facts_add(facts, ROLE_PROGRESS, "%-12s %s", "texts",
			"on demand: the caches have passed their ceiling (max-cache)");
	add_counts(facts, kind);
	add_columns(facts, k->columns);
}

void facts_of_group(struct facts *facts, const struct root *root, struct str group)
{
	facts_clear(facts);
	facts_add(facts, ROLE_HEAD, "kinds");
	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct kind_root *kind = root->kinds[i];
		char count[TEXT_NUMBER_MAX];
		size_t bad = kind->store->health[HEALTH_BAD];

		if (!str_is(group, kind->kind->gvr.group))
			continue;
		text_number(kind->store->count, count);
		facts_add(facts, bad ? ROLE_BAD : ROLE_TEXT, "  %8s  %s  %s/%s%s%s",
			kind->ever_synced || kind->state == KIND_SYNCED ? count : "\xe2\x80\xa6",
			kind->kind->kind, kind->kind->gvr.resource, kind->kind->gvr.version,
			bad ? "  " : "", bad ? health_glyph(HEALTH_BAD) : "");
	}
}
