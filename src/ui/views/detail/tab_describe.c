#include "ui/views/detail/tab_describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "cluster/referrers.h"
#include "cluster/relations.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/conditions.h"
#include "kube/explain.h"
#include "kube/format.h"
#include "kube/health_rules.h"
#include "kube/managers.h"
#include "kube/object.h"
#include "ui/state.h"
#include "ui/widgets/text.h"
#include "ui/ui.h"

#define EXPLAIN_MAX   ((size_t)64 << 10)
#define CONDITIONS    200
#define EVENTS_SHOWN  50
#define MEMBERS_SHOWN 500
#define VALUE_WIDTH   200
#define TYPE_WIDTH    28
#define REASON_WIDTH  28

void describe_init(struct ui *ui)
{
	struct describe *v = &ui->detail.describe;

	v->relations = relations_new();
	buf_init(&v->text, DOCUMENT_MAX);
}

void describe_leave(struct ui *ui)
{
	struct describe *v = &ui->detail.describe;

	referrers_free(v->referrers);
	v->referrers = NULL;
	v->made = 0;
}

void describe_forget(struct ui *ui)
{
	struct describe *v = &ui->detail.describe;

	describe_leave(ui);
	v->followed = false;
	lines_forget(&v->lines);
	buf_reset(&v->text);
}

void describe_release(struct ui *ui)
{
	struct describe *v = &ui->detail.describe;

	describe_leave(ui);
	relations_free(v->relations);
	buf_release(&v->text);
	lines_release(&v->lines);
}

void describe_why(struct ui *ui)
{
	ui->detail.describe.to_verdict = true;
	ui->detail.describe.made = 0;
}

void describe_find_referrers(struct ui *ui)
{
	struct describe *v = &ui->detail.describe;

	describe_leave(ui);
	v->referrers = referrers_new(ui->root, &ui->detail.key, ui->old_texts);
	v->to_referrers = true;
}

/* ---- health ---- */

static void age_of(const struct description *d, int64_t seconds, char out[FORMAT_AGE_MAX])
{
	if (seconds == OBJECT_NO_TIME)
		out[0] = '\0';
	else
		format_age(d->ui->wall / CLOCK_S - seconds, out);
}

static void write_health(struct description *d, const struct health_context *context)
{
	struct buf text = BUF_INIT(EXPLAIN_MAX);
	int64_t now = d->ui->wall / CLOCK_S;
	struct health_verdict verdict = health_of(d->object, context, now);
	struct str rest;

	if (d->entry) {
		verdict = (struct health_verdict){ .health = (enum health)d->entry->health,
			.field = entry_health_field(d->entry),
			.since = d->entry->since,
			.turns = d->entry->turns };
	}
	health_explain(d->object, context, &verdict, now, &text);
	facts_section(d->facts, "%s", "is it well?");
	rest = buf_str(&text);
	for (bool first = true; rest.p && rest.len; first = false) {
		struct str line = str_cut(&rest, '\n');
		char *said = first ? mem_printf("%s " STR_FMT, health_glyph(verdict.health),
					     STR_ARG(line))
				   : str_dup(line);

		if (line.len)
			facts_wrapped(d->facts,
				first ? text_health_role(verdict.health) : ROLE_WARNING,
				str_of(said), 2, d->width);
		free(said);
	}
	buf_release(&text);
}

/* ---- conditions ---- */

struct widths {
	size_t type, status, reason;
};

static void widen(size_t *width, struct str text, size_t most)
{
	struct buf safe = BUF_INIT(text.len * 8 + 1);
	size_t columns;

	utf8_escape(text, UTF8_CELL, &safe);
	columns = utf8_columns(buf_str(&safe));
	buf_release(&safe);
	if (columns > most)
		columns = most;
	if (columns > *width)
		*width = columns;
}

static void add_field(struct buf *out, struct str text, size_t width)
{
	struct buf safe = BUF_INIT(text.len * 8 + 1), field = BUF_INIT(text.len * 8 + 4);

	utf8_escape(text, UTF8_CELL, &safe);
	text_cut(buf_str(&safe), width, &field);
	buf_addstr(out, buf_str(&field));
	buf_addf(out, "%*s", (int)(width - utf8_columns(buf_str(&field)) + 2), "");
	buf_release(&safe);
	buf_release(&field);
}

static void write_condition(
	struct description *d, const struct condition *c, const struct widths *widths)
{
	struct buf line = BUF_INIT(FACTS_LINE_MAX);
	char age[FORMAT_AGE_MAX];
	struct buf id = BUF_INIT(4096);

	age_of(d, c->transition, age);
	buf_addf(&line, "  %s ", health_glyph(c->health));
	add_field(&line, c->type, widths->type);
	add_field(&line, c->status, widths->status);
	add_field(&line, c->reason, widths->reason);
	add_field(&line, str_of(age), 5);
	facts_led(d->facts, text_health_role(c->weight ? c->health : HEALTH_UNKNOWN),
		buf_text(&line), ROLE_TEXT, STR_FMT, STR_ARG(c->message));
	buf_addstr(&id, c->place);
	buf_addstr(&id, c->type);
	facts_id(d->facts, buf_str(&id));
	facts_last(d->facts)->hang = 6;
	buf_release(&line);
	buf_release(&id);
}

static void write_conditions(struct description *d, const struct health_context *context)
{
	struct widths widths = { 4, 6, 6 };
	struct buf place = BUF_INIT(4096);
	struct conditions all;
	struct condition c;
	size_t n = 0;

	conditions_init(&all, d->object, context);
	for (; n < CONDITIONS && conditions_next(&all, &c); n++) {
		widen(&widths.type, c.type, TYPE_WIDTH);
		widen(&widths.status, c.status, 8);
		widen(&widths.reason, c.reason, REASON_WIDTH);
	}
	conditions_release(&all);
	if (!n)
		return;
	facts_section(d->facts, "conditions");
	facts_add(d->facts, ROLE_DIM, "    %-*s  %-*s  %-*s  %-5s  %s", (int)widths.type, "TYPE",
		(int)widths.status, "STATUS", (int)widths.reason, "REASON", "SINCE", "MESSAGE");
	conditions_init(&all, d->object, context);
	for (size_t i = 0; i < n && conditions_next(&all, &c); i++) {
		if (!str_eq(c.place, buf_str(&place))) {
			buf_reset(&place);
			buf_addstr(&place, c.place);
			facts_add(d->facts, ROLE_KEY, "  " STR_FMT, STR_ARG(c.place));
		}
		write_condition(d, &c, &widths);
	}
	conditions_release(&all);
	buf_release(&place);
}

/* ---- deletion, generation, writers ---- */

static void write_deletion(struct description *d)
{
	const struct object *o = d->object;
	int64_t now = d->ui->wall / CLOCK_S;
	struct buf names = BUF_INIT(FACTS_LINE_MAX);
	char age[FORMAT_AGE_MAX];
	struct str item;
	struct scan s;

	scan_init(&s, o->finalizers.p ? o->finalizers : STR("[]"));
	for (bool any = scan_array_or_skip(&s); any && scan_item_text(&s, &item);) {
		char *name = pick_text_or_empty(item);

		buf_addf(&names, "%s%s", names.len ? ", " : "", name);
		free(name);
	}
	if (o->deleted != OBJECT_NO_TIME) {
		age_of(d, o->deleted, age);
		facts_section(d->facts, "deletion");
		facts_led(d->facts, ROLE_DELETING, "  being deleted", ROLE_DELETING, " since %s%s",
			age, now - o->deleted >= HEALTH_STUCK ? ", stuck" : "");
	}
	if (names.len) {
		if (o->deleted == OBJECT_NO_TIME)
			facts_section(d->facts, "deletion");
		facts_led(d->facts, ROLE_KEY, "  finalizers  ", ROLE_TEXT, "%s", buf_text(&names));
	}
	buf_release(&names);
}

static void write_writer(struct description *d, const char *what,
	bool (*find)(const struct object *object, struct manager *ret))
{
	struct manager manager;
	char age[FORMAT_AGE_MAX];
	char *name;

	if (!find(d->object, &manager))
		return;
	age_of(d, manager.time, age);
	name = mem_printf("\"" STR_FMT "\"", STR_ARG(manager.name));
	facts_led(d->facts, ROLE_KEY, what, ROLE_TEXT, "%s  %s%s  " STR_FMT, name, age,
		*age ? " ago" : "", STR_ARG(manager.operation));
	free(name);
}

static void write_versions(struct description *d)
{
	const struct object *o = d->object;
	char age[FORMAT_AGE_MAX];

	facts_section(d->facts, "versions");
	age_of(d, o->created, age);
	if (*age)
		facts_led(d->facts, ROLE_KEY, "  created     ", ROLE_TEXT, "%s ago", age);
	if (o->generation >= 0 && o->observed >= 0)
		facts_led(d->facts, ROLE_KEY, "  generation  ",
			o->observed < o->generation ? ROLE_PROGRESS : ROLE_TEXT,
			"%" PRIi64 ", the controller has seen %" PRIi64, o->generation,
			o->observed);
	else if (o->generation >= 0)
		facts_led(
			d->facts, ROLE_KEY, "  generation  ", ROLE_TEXT, "%" PRIi64, o->generation);
	write_writer(d, "  spec by     ", managers_of_spec);
	write_writer(d, "  status by   ", managers_of_status);
}

/* ---- Kubernetes Events ---- */

static void write_events(struct description *d)
{
	struct versions *v = &d->ui->detail.versions;
	const struct change *change = &d->ui->feed.copy.change;
	size_t shown = 0;

	for (size_t i = v->n_events; i-- > 0 && shown < EVENTS_SHOWN;) {
		char age[FORMAT_AGE_MAX], times[32] = "";
		char *lead;

		if (changes_read(cluster_changes(d->ui->cluster), v->events[i], &d->ui->feed.copy) <
			0)
			continue;
		if (!shown++)
			facts_section(d->facts, "events");
		format_age((d->ui->wall - change->time) / CLOCK_S, age);
		if (change->count > 1)
			snprintf(times, sizeof(times), "  (%" PRIu32 " times)", change->count);
		lead = mem_printf("  %-5s %s " STR_FMT, age,
			change->type == CHANGE_WARNING ? "Warning" : "Normal ",
			STR_ARG(change->reason));
		facts_led(d->facts, change->type == CHANGE_WARNING ? ROLE_BAD : ROLE_TEXT, lead,
			ROLE_TEXT, ": " STR_FMT "%s", STR_ARG(str_trim(change->note)), times);
		facts_last(d->facts)->id = v->events[i] + 1;
		facts_last(d->facts)->hang = 8;
		free(lead);
	}
}

/* ---- labels, annotations ---- */

static void write_members(struct description *d, const char *title, struct str object)
{
	struct str key, value;
	struct scan s;
	size_t n = 0;

	if (!object.p)
		return;
	scan_init(&s, object);
	if (!scan_object_or_skip(&s))
		return;
	while (n < MEMBERS_SHOWN && scan_key(&s, &key) && scan_skip(&s, &value) == 0) {
		struct buf text = BUF_INIT(4096 * 8);
		char *lead = mem_printf("  " STR_FMT ": ", STR_ARG(key));

		if (!n++)
			facts_section(d->facts, "%s", title);
		text_value(value, VALUE_WIDTH, &text);
		facts_led(d->facts, ROLE_KEY, lead, ROLE_STRING, "%s", buf_text(&text));
		buf_release(&text);
		free(lead);
	}
}

/* ---- all of it ---- */

/* What follows is not all there is. */
static void write_text_state(struct description *d)
{
	const struct detail_view *v = &d->ui->detail;

	if (d->entry && v->describe.state == OBJECT_TEXT_READING)
		facts_add(d->facts, ROLE_PROGRESS,
			"its text is being read from the server: references, labels and annotations follow");
	else if (d->entry && v->describe.state == OBJECT_TEXT_FAILED)
		facts_add(d->facts, ROLE_WARNING,
			"its text cannot be read, and what it refers to, its labels and annotations with it: %s",
			object_text_error(&v->text));
}

static void write_all(struct description *d)
{
	struct health_context context;

	health_context_init(&context, d->ui->health_rules,
		str_of(d->kind ? d->kind->kind->gvr.group : ""),
		str_of(d->kind ? d->kind->kind->gvr.resource : ""));
	if (!d->entry)
		facts_add(d->facts, ROLE_GONE, "deleted: this is from before");
	write_text_state(d);
	write_health(d, &context);
	write_conditions(d, &context);
	write_deletion(d);
	describe_owners(d);
	describe_owned(d);
	describe_references(d);
	describe_referrers(d);
	write_versions(d);
	write_events(d);
	write_members(d, "labels", d->object->labels);
	write_members(d, "annotations", d->object->annotations);
	health_context_release(&context);
}

static void go_where_asked(struct describe *v)
{
	const struct facts *facts = &v->lines.facts;

	for (size_t i = 0; i < facts->count; i++) {
		const char *text = facts->items[i].text;

		if ((v->to_verdict && !strcmp(text, "is it well?")) ||
			(v->to_referrers && !strncmp(text, "referred to by", 14))) {
			lines_to(&v->lines, i);
			list_scroll(
				&v->lines.list, (long)(v->lines.list.cursor - v->lines.list.top));
		}
	}
	v->to_verdict = v->to_referrers = false;
}

static void write_object(struct ui *ui, const struct kind_root *kind, const struct entry *e)
{
	struct describe *v = &ui->detail.describe;
	struct error err = ERROR_INIT;
	struct object object;
	struct description d = {
		.ui = ui,
		.facts = &v->lines.facts,
		.width = detail_view_width(ui),
		.kind = kind,
		.entry = e,
		.object = &object,
	};

	lines_begin(&v->lines);
	if (!v->text.len)
		facts_add(d.facts, ROLE_DIM, "no longer there");
	else if (object_scan(buf_str(&v->text), &object, &err) < 0)
		facts_add(d.facts, ROLE_WARNING, "%s", err.text ? err.text : "it cannot be read");
	else
		write_all(&d);
	error_release(&err);
	lines_end(&v->lines, d.width, ui->detail.wrap);
}

/* What of the search for referrers is shown. */
static uint64_t search_key(const struct ui *ui)
{
	const struct referrers *r = ui->detail.describe.referrers;
	size_t done, all;
	uint64_t key;

	if (!r)
		return 0;
	referrers_progress(r, ui->root, &done, &all);
	key = draw_key(referrers_done(r), all ? done * 100 / all : 0);
	return draw_key(key, draw_key(referrers_count(r), referrers_more(r)));
}

/* What the lines depend on: equal numbers, equal lines, but for what is around. */
static uint64_t made_of(const struct ui *ui, const struct entry *e)
{
	const struct describe *v = &ui->detail.describe;
	uint64_t key = draw_key(e ? e->version : 1, (uint64_t)(ui->wall / CLOCK_S));

	key = draw_key(key, v->state);
	key = draw_key(key, v->ever_related);
	key = draw_key(key, search_key(ui));
	key = draw_key(key, ui->detail.versions.n_events);
	key = draw_key(key, detail_view_width(ui) << 1 | ui->detail.wrap);
	return key;
}

/* All other objects, any of which may own it, be owned or be referred to. */
static uint64_t around(const struct root *root)
{
	uint64_t key = root->n_kinds;

	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct kind_root *kind = root->kinds[i];

		key = draw_key(key, draw_key(kind->kind->id, kind->state));
		key = draw_key(key, kind->store->version);
	}
	return key;
}

/* The lines take in what is around them once a second at most: in a busy cluster it
 * changes with each publication, and to look through it takes more than a slice. */
static bool is_due(struct ui *ui, uint64_t now_around)
{
	struct describe *v = &ui->detail.describe;

	if (now_around == v->around)
		return false;
	if (v->followed && ui->now - v->around_at < CLOCK_S)
		return false;
	v->followed = true;
	v->around_at = ui->now;
	return true;
}

/* had: the text of what is not kept, where it is there; else the part that is kept. */
static void take_text(
	struct ui *ui, const struct kind_root *kind, const struct entry *e, struct str had)
{
	struct describe *v = &ui->detail.describe;
	struct str text = had;

	if (text_is_whole(e->text))
		object_text_get(ui, &ui->detail.text, kind, e, &text);
	if (!text.p)
		text = text_read_kept(ui->new_texts, e->text);
	buf_reset(&v->text);
	buf_addstr(&v->text, text);
}

static bool update(struct ui *ui, const struct kind_root *kind, const struct entry *e)
{
	struct describe *v = &ui->detail.describe;
	int64_t deadline = clock_now() + UI_SLICE;
	uint64_t made, now_around = around(ui->root);
	struct str text = { NULL, 0 };
	bool all = true;

	versions_follow(ui);
	v->state = OBJECT_TEXT_HERE;
	if (e && kind && !text_is_whole(e->text))
		v->state = object_text_get(ui, &ui->detail.text, kind, e, &text);
	v->related = relations_update(v->relations, ui->root, deadline);
	v->ever_related = v->ever_related || v->related;
	if (v->referrers)
		all = referrers_update(v->referrers, ui->root, deadline);
	made = made_of(ui, e);
	if (made == v->made && !(v->related && is_due(ui, now_around)))
		return v->related && all;
	v->made = made;
	v->around = now_around;
	if (e && kind)
		take_text(ui, kind, e, text);
	write_object(ui, kind, e);
	go_where_asked(v);
	return v->related && all;
}

static bool act(struct ui *ui, enum action action)
{
	struct describe *v = &ui->detail.describe;
	const struct fact *fact = lines_current(&v->lines);
	struct tree_key key = { 0 };

	if (action != ACTION_GO_LINE)
		return lines_act(&v->lines, action, ui->detail.wrap);
	if (!fact || !fact->target) {
		statusline_say(
			&ui->status, ui->now, false, "this line names no object that is there");
		return true;
	}
	rows_key_copy(&key, fact->target);
	if (!ui_go_object(ui, &key))
		statusline_say(&ui->status, ui->now, true, "it is not shown: a filter hides it");
	tree_key_release(&key);
	return true;
}

static struct lines *lines(struct ui *ui)
{
	return &ui->detail.describe.lines;
}

const struct tab describe_tab = {
	.name = "describe",
	.update = update,
	.act = act,
	.lines = lines,
};
