#include "ui/views/detail/tab_changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cache/archive.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "json/diff.h"
#include "json/scan.h"
#include "kube/format.h"
#include "ui/state.h"
#include "ui/widgets/text.h"

#define SHOWN	     3	  /* paths below a version that is not open */
#define PATHS_MAX    2000 /* of one version */
#define VERSIONS_MAX 5000
#define EVENTS_MAX   500
#define SHORT_VALUE  40
#define LONG_VALUE   2000

static void version_clear(struct version *version)
{
	for (size_t i = 0; i < version->n_paths; i++) {
		free(version->paths[i].path);
		free(version->paths[i].old_value);
		free(version->paths[i].new_value);
	}
	free(version->paths);
	free(version->manager);
	*version = (struct version){ 0 };
}

void versions_forget(struct ui *ui)
{
	struct versions *v = &ui->detail.versions;

	for (size_t i = 0; i < v->count; i++)
		version_clear(&v->items[i]);
	version_clear(&v->diff);
	lines_forget(&v->lines);
	v->count = v->n_events = v->n_marks = 0;
	v->next = 0;
	v->dropped = 0;
	v->begun = false;
}

void versions_release(struct ui *ui)
{
	struct versions *v = &ui->detail.versions;

	versions_forget(ui);
	lines_release(&v->lines);
	free(v->items);
	free(v->events);
}

/* ---- what the feed has ---- */

static bool regards(struct ui *ui, const struct feed_item *item)
{
	const struct tree_key *key = &ui->detail.key;
	struct str ns = str_of(key->ns), name = str_of(key->name);
	const struct change *change = &ui->feed.copy.change;

	return item->kind == key->kind && item->place == feed_place(ns, name) &&
	       changes_read(cluster_changes(ui->cluster), item->number, &ui->feed.copy) == 0 &&
	       str_eq(change->ns, ns) && str_eq(change->name, name);
}

static void drop_first(struct versions *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		version_clear(&v->items[i]);
	v->count -= n;
	v->dropped += n;
	memmove(v->items, v->items + n, v->count * sizeof(*v->items));
}

static void add_version(struct versions *v, const struct feed_item *item)
{
	if (v->count == VERSIONS_MAX)
		drop_first(v, VERSIONS_MAX / 4);
	v->items = array_reserve(v->items, &v->cap, v->count + 1, sizeof(*v->items));
	v->items[v->count++] = (struct version){
		.number = item->number, .time = item->time, .type = (enum change_type)item->type
	};
}

static void add_event(struct versions *v, uint64_t number)
{
	if (v->n_events == EVENTS_MAX)
		memmove(v->events, v->events + 1, --v->n_events * sizeof(*v->events));
	v->events = array_reserve(v->events, &v->cap_events, v->n_events + 1, sizeof(*v->events));
	v->events[v->n_events++] = number;
}

static void drop_lost(struct ui *ui)
{
	struct versions *v = &ui->detail.versions;
	size_t lost = 0;
	uint64_t first, next;

	changes_range(cluster_changes(ui->cluster), &first, &next);
	while (lost < v->count && v->items[lost].number < first)
		lost++;
	if (lost)
		drop_first(v, lost);
}

void versions_follow(struct ui *ui)
{
	struct versions *v = &ui->detail.versions;
	struct feed *feed = &ui->feed;

	drop_lost(ui);
	for (size_t i = feed_find(feed, v->next); i < feed->count; i++) {
		const struct feed_item *item = feed_at(feed, i);

		if (change_is_event((enum change_type)item->type)) {
			if (regards(ui, item))
				add_event(v, item->number);
		} else if (item->type != CHANGE_RELIST &&
			   !memcmp(item->uid, ui->detail.key.uid, sizeof(item->uid))) {
			add_version(v, item);
		}
	}
	v->next = feed->next;
}

/* ---- what a version changed ---- */

static char *value_text(struct str json)
{
	struct buf out = BUF_INIT(LONG_VALUE * 8);
	char *text;

	if (!json.p)
		return NULL;
	text_value(json, LONG_VALUE, &out);
	text = mem_strdup(buf_text(&out));
	buf_release(&out);
	return text;
}

static bool take_path(void *arg, const struct diff_item *item)
{
	struct version *version = arg;

	if (item->noise)
		return true;
	version->fields++;
	if (version->n_paths == PATHS_MAX)
		return true;
	version->paths = array_reserve(
		version->paths, &version->cap_paths, version->n_paths + 1, sizeof(*version->paths));
	version->paths[version->n_paths++] = (struct version_path){
		.op = (uint8_t)item->op,
		.path = str_dup(item->path),
		.old_value = value_text(item->old_value),
		.new_value = value_text(item->new_value),
	};
	return true;
}

static void read_version(struct ui *ui, struct version *version)
{
	const struct change *change = &ui->feed.copy.change;
	struct str old_text, new_text;
	struct buf manager = BUF_INIT(4096);

	version->read = true;
	if (changes_read(cluster_changes(ui->cluster), version->number, &ui->feed.copy) < 0)
		return;
	version->relisted = change->relisted;
	version->unknown =
		version->type == CHANGE_MODIFIED && (!change->old_text || !change->new_text);
	if (version->type == CHANGE_DELETED || !change->new_text)
		return;
	new_text = text_read(ui->new_texts, change->new_text);
	old_text = text_read(ui->old_texts, change->old_text);
	diff_texts(old_text, new_text, take_path, version);
	scan_unescape(diff_author(old_text, new_text), &manager);
	version->manager = mem_strdup(buf_text(&manager));
	buf_release(&manager);
}

/* ---- writing ---- */

static void write_path(struct facts *facts, const struct version_path *path)
{
	struct buf old_value = BUF_INIT(4096), new_value = BUF_INIT(4096);

	text_cut(str_of(path->old_value), SHORT_VALUE, &old_value);
	text_cut(str_of(path->new_value), SHORT_VALUE, &new_value);
	facts_add(facts, ROLE_DIM, "      %s  %s \xe2\x86\x92 %s", path->path,
		path->old_value ? buf_text(&old_value) : "\xe2\x80\x93",
		path->new_value ? buf_text(&new_value) : "\xe2\x80\x93");
	buf_release(&old_value);
	buf_release(&new_value);
}

static void write_diff(struct facts *facts, const struct version_path *path)
{
	facts_add(facts, ROLE_KEY, "      %s:", path->path);
	if (path->old_value)
		facts_add(facts, ROLE_BAD, "    -   %s", path->old_value);
	if (path->new_value)
		facts_add(facts, ROLE_OK, "    +   %s", path->new_value);
}

static const char *type_word(const struct version *version)
{
	return version->type == CHANGE_ADDED	 ? "ADDED"
	       : version->type == CHANGE_DELETED ? "DELETED"
						 : "MODIFIED";
}

static bool is_marked(const struct versions *v, uint64_t number)
{
	return (v->n_marks > 0 && v->marks[0] == number) ||
	       (v->n_marks > 1 && v->marks[1] == number);
}

static void write_version(struct ui *ui, const struct version *version)
{
	struct versions *v = &ui->detail.versions;
	struct facts *facts = &v->lines.facts;
	char time[TEXT_TIME_MAX], age[FORMAT_AGE_MAX], fields[64] = "";
	bool marked = is_marked(v, version->number);
	struct fact *fact;
	char *lead;

	text_time(version->time, time);
	format_age((ui->wall - version->time) / CLOCK_S, age);
	if (!version->read)
		snprintf(fields, sizeof(fields), "  \xe2\x80\xa6");
	else if (version->unknown)
		snprintf(fields, sizeof(fields), "  earlier text not kept");
	else if (version->type == CHANGE_MODIFIED)
		snprintf(fields, sizeof(fields), "  %zu field%s", version->fields,
			version->fields == 1 ? "" : "s");
	lead = mem_printf("%s%s  %-8s", marked ? "\xe2\x97\x8f " : "  ", time, type_word(version));
	facts_led(facts, marked ? ROLE_MATCH : ROLE_TITLE, lead, ROLE_TEXT, "%s  %s ago%s%s%s",
		fields, age, version->manager && *version->manager ? "  " : "",
		version->manager ? version->manager : "",
		version->relisted ? "  (found by listing again)" : "");
	free(lead);
	fact = facts_last(facts);
	fact->id = fact->value = version->number + 1; /* the first number is 0 */
	for (size_t i = 0; i < version->n_paths && (version->open || i < SHOWN); i++) {
		if (version->open)
			write_diff(facts, &version->paths[i]);
		else
			write_path(facts, &version->paths[i]);
	}
	if (version->fields > version->n_paths || (!version->open && version->n_paths > SHOWN))
		facts_add(facts, ROLE_DIM, "      +%zu",
			version->fields - (version->open ? version->n_paths : SHOWN));
}

static const struct version *find_version(const struct versions *v, uint64_t number)
{
	for (size_t i = 0; i < v->count; i++) {
		if (v->items[i].number == number)
			return &v->items[i];
	}
	return NULL;
}

static void write_marked(struct ui *ui)
{
	struct versions *v = &ui->detail.versions;
	const struct version *one = v->n_marks > 1 ? find_version(v, v->marks[0]) : NULL;
	const struct version *other = one ? find_version(v, v->marks[1]) : NULL;
	char from[TEXT_TIME_MAX], to[TEXT_TIME_MAX];

	if (!other) {
		if (v->n_marks == 1)
			facts_add(&v->lines.facts, ROLE_WARNING,
				"space on another version shows what differs");
		return;
	}
	text_time(one->time, from);
	text_time(other->time, to);
	facts_section(&v->lines.facts, "from %s to %s, %zu field%s differ%s (esc: no marks)", from,
		to, v->diff.fields, v->diff.fields == 1 ? "" : "s", v->diff.fields == 1 ? "s" : "");
	for (size_t i = 0; i < v->diff.n_paths; i++)
		write_diff(&v->lines.facts, &v->diff.paths[i]);
	facts_add(&v->lines.facts, ROLE_TEXT, "%s", "");
}

static void write_all(struct ui *ui)
{
	struct versions *v = &ui->detail.versions;
	struct facts *facts = &v->lines.facts;

	facts_add(facts, ROLE_HEAD, "%zu version%s since the start", v->count,
		v->count == 1 ? "" : "s");
	if (v->count)
		facts_add(facts, ROLE_DIM, "enter: all of it   space: mark two to compare them");
	else
		facts_add(facts, ROLE_DIM, "it has not changed while it was watched");
	if (v->dropped || ui->feed.missed)
		facts_add(facts, ROLE_WARNING, "%zu of its versions are no longer kept%s",
			v->dropped,
			ui->feed.missed ? ", and the log has dropped changes unread" : "");
	write_marked(ui);
	for (size_t i = v->count; i-- > 0;)
		write_version(ui, &v->items[i]);
}

/* On what enter and space are about, not on the headings above it. */
static void begin_at_newest(struct versions *v)
{
	if (v->begun || !v->count)
		return;
	v->begun = true;
	lines_to_id(&v->lines, v->items[v->count - 1].number + 1);
}

static bool update(struct ui *ui, const struct kind_root *kind, const struct entry *e)
{
	struct versions *v = &ui->detail.versions;
	int64_t deadline = clock_now() + UI_SLICE;
	bool all = true;

	(void)kind;
	(void)e;
	versions_follow(ui);
	for (size_t i = v->count; all && i-- > 0;) {
		if (!v->items[i].read) {
			read_version(ui, &v->items[i]);
			all = clock_now() < deadline;
		}
	}
	lines_begin(&v->lines);
	write_all(ui);
	lines_end(&v->lines, detail_view_width(ui), ui->detail.wrap);
	begin_at_newest(v);
	return all;
}

/* ---- actions ---- */

static struct version *version_at_cursor(struct versions *v)
{
	size_t line;

	if (v->lines.list.cursor >= v->lines.n_rows)
		return NULL;
	for (line = v->lines.rows[v->lines.list.cursor].line + 1; line-- > 0;) {
		uint64_t number = v->lines.facts.items[line].value;

		for (size_t i = 0; number && i < v->count; i++) {
			if (v->items[i].number + 1 == number)
				return &v->items[i];
		}
	}
	return NULL;
}

/* The object as it was then. */
static struct str text_of(struct change_copy *copy, struct text_reader *reader)
{
	const struct change *change = &copy->change;

	return text_read(reader, change->new_text ? change->new_text : change->old_text);
}

static bool has_text(const struct change_copy *copy)
{
	return copy->change.new_text || copy->change.old_text;
}

static void compare(struct ui *ui)
{
	struct versions *v = &ui->detail.versions;
	struct changes *log = cluster_changes(ui->cluster);
	struct change_copy other = { .memory = NULL };

	version_clear(&v->diff);
	if (v->marks[0] > v->marks[1]) {
		uint64_t newer = v->marks[0];

		v->marks[0] = v->marks[1];
		v->marks[1] = newer;
	}
	if (changes_read(log, v->marks[0], &ui->feed.copy) == 0 &&
		changes_read(log, v->marks[1], &other) == 0 && has_text(&ui->feed.copy) &&
		has_text(&other))
		diff_texts(text_of(&ui->feed.copy, ui->old_texts), text_of(&other, ui->new_texts),
			take_path, &v->diff);
	else
		v->n_marks = 0;
	if (!v->n_marks)
		statusline_say(&ui->status, ui->now, true, "one of the two is no longer kept");
	change_copy_release(&other);
}

static void say_none(struct ui *ui)
{
	statusline_say(&ui->status, ui->now, false, "there is no version under the cursor");
}

static void toggle_mark(struct ui *ui)
{
	struct versions *v = &ui->detail.versions;
	const struct version *version = version_at_cursor(v);

	if (!version) {
		say_none(ui);
		return;
	}
	if (is_marked(v, version->number)) {
		if (v->marks[0] == version->number)
			v->marks[0] = v->marks[1];
		v->n_marks--;
		return;
	}
	if (v->n_marks == 2) {
		v->marks[0] = v->marks[1];
		v->n_marks = 1;
	}
	v->marks[v->n_marks++] = version->number;
	if (v->n_marks == 2)
		compare(ui);
}

/* What a version has to show when it is opened; NULL: its fields. */
static const char *why_closed(const struct version *version)
{
	if (!version->read)
		return "it is being read";
	if (version->unknown)
		return "what it changed is not known: its earlier text is not kept (max-cache)";
	if (version->type == CHANGE_ADDED)
		return "it was added: there is nothing to compare it with";
	if (version->type == CHANGE_DELETED)
		return "it was deleted: there is nothing to compare it with";
	return version->n_paths ? NULL : "nothing but noise changed (resourceVersion ...)";
}

static void toggle_open(struct ui *ui)
{
	struct versions *v = &ui->detail.versions;
	struct version *version = version_at_cursor(v);
	const char *why = version ? why_closed(version) : NULL;

	if (!version) {
		say_none(ui);
	} else if (why) {
		statusline_say(&ui->status, ui->now, false, "%s", why);
	} else {
		version->open = !version->open;
		lines_to_id(&v->lines, version->number + 1);
	}
}

static bool act(struct ui *ui, enum action action)
{
	struct versions *v = &ui->detail.versions;

	switch (action) {
	case ACTION_GO_LINE:
	case ACTION_FOLD_HERE:
		toggle_open(ui);
		return true;
	case ACTION_MARK_VERSION:
		toggle_mark(ui);
		return true;
	default:
		return lines_act(&v->lines, action, ui->detail.wrap);
	}
}

static bool back(struct ui *ui)
{
	struct versions *v = &ui->detail.versions;

	if (!v->n_marks)
		return false;
	v->n_marks = 0;
	return true;
}

static struct lines *lines(struct ui *ui)
{
	return &ui->detail.versions.lines;
}

const struct tab versions_tab = {
	.name = "changes",
	.update = update,
	.act = act,
	.back = back,
	.lines = lines,
};
