/*
 * events_say - what is written about one change, and what of it a filter
 * looks at.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/archive.h"
#include "cache/filter.h"
#include "cluster/cluster.h"
#include "json/diff.h"
#include "json/scan.h"
#include "ui/state.h"
#include "ui/widgets/text.h"
#include "ui/views/events/events.h"

#define CHANGES_MAX ((size_t)8192)
#define CELLS_MAX   ((size_t)256 << 10)

/* How much is said: of how many fields, and how many columns of each value. */
struct measure {
	size_t fields, columns;
};

static const struct measure brief = { 4, 32 };
static const struct measure longer = { 64, 1000 };
static const struct measure whole = { 4096, 16384 };

struct describing {
	struct buf *out;
	const struct measure *measure;
	size_t shown, more;
	bool noise;
};

static void put_value(struct describing *d, struct str value)
{
	if (value.p)
		text_value(value, d->measure->columns, d->out);
	else
		buf_addz(d->out, "\xe2\x80\x93");
}

static bool describe_item(void *arg, const struct diff_item *item)
{
	struct describing *d = arg;

	if (item->noise && !d->noise)
		return true;
	if (d->shown == d->measure->fields) {
		d->more++;
		return true;
	}
	buf_addz(d->out, d->shown++ ? "   " : "");
	buf_addstr(d->out, item->path);
	buf_addz(d->out, "  ");
	put_value(d, item->old_value);
	buf_addz(d->out, " \xe2\x86\x92 ");
	put_value(d, item->new_value);
	return !d->out->overflow;
}

static bool has_both(const struct change *change)
{
	return change->type == CHANGE_MODIFIED && change->old_text && change->new_text;
}

static void describe(struct ui *ui, const struct change *change, struct event_slot *slot)
{
	struct buf out = BUF_INIT(CHANGES_MAX);
	struct describing d = { .out = &out,
		.measure = slot->form & EVENT_LONG ? &longer : &brief,
		.noise = slot->form & EVENT_NOISE };
	struct str old_text, new_text;

	if (has_both(change)) {
		old_text = text_read(ui->old_texts, change->old_text);
		new_text = text_read(ui->new_texts, change->new_text);
		diff_texts(old_text, new_text, describe_item, &d);
		slot->manager = text_unescaped(diff_author(old_text, new_text), CHANGES_MAX);
		if (d.more)
			buf_addf(&out, "   +%zu", d.more);
		if (!d.shown)
			buf_addz(&out, "only noise");
	} else if (change->type == CHANGE_MODIFIED) {
		buf_addz(&out, change->new_text ? "earlier text not kept" : "text not kept");
	}
	slot->n_changes = out.len;
	slot->changes = str_dup(buf_str(&out));
	buf_release(&out);
}

static void put_quote(const struct change *change, struct buf *out)
{
	buf_addstr(out, change->reason);
	buf_addz(out, change->reason.len && change->note.len ? ": " : "");
	buf_addstr(out, str_trim(change->note));
}

/* What an Event says. */
static void quote(const struct change *change, struct event_slot *slot)
{
	struct buf out = BUF_INIT(CHANGES_MAX);

	put_quote(change, &out);
	if (change->count > 1)
		buf_addf(&out, "  (%" PRIu32 " times)", change->count);
	slot->n_changes = out.len;
	slot->changes = str_dup(buf_str(&out));
	buf_release(&out);
}

/* ---- slots ---- */

static void slot_release(struct event_slot *slot)
{
	free(slot->name);
	free(slot->changes);
	free(slot->manager);
	*slot = (struct event_slot){ 0 };
}

void events_say_release(struct events_view *v)
{
	for (size_t i = 0; i < EVENT_SLOTS; i++)
		slot_release(&v->slots[i]);
	buf_release(&v->cells);
}

const struct event_slot *events_slot(struct ui *ui, uint64_t number)
{
	struct events_view *v = &ui->events;
	struct event_slot *slot = &v->slots[number % EVENT_SLOTS];
	const struct change *change = &ui->feed.copy.change;
	unsigned form = (v->noise ? EVENT_NOISE : 0u) | (v->left ? EVENT_LONG : 0u);

	if (slot->known && slot->number == number && slot->form == form)
		return slot;
	if (changes_read(cluster_changes(ui->cluster), number, &ui->feed.copy) < 0)
		return NULL;
	slot_release(slot);
	*slot = (struct event_slot){ .number = number, .known = true, .form = form };
	slot->relisted = change->relisted;
	slot->name = mem_printf(STR_FMT "%s" STR_FMT, STR_ARG(change->ns),
		change->ns.len ? "/" : "", STR_ARG(change->name));
	if (change_is_event(change->type))
		quote(change, slot);
	else
		describe(ui, change, slot);
	return slot;
}

/* ---- how much changed ---- */

static bool count_item(void *arg, const struct diff_item *item)
{
	(void)arg;
	(void)item;
	return true;
}

unsigned events_view_fields(struct ui *ui, const unsigned char uid[16])
{
	struct feed_last *last = feed_last_of(&ui->feed, uid);
	const struct change *change = &ui->feed.copy.change;

	if (!last)
		return 0;
	if (last->counted)
		return last->fields;
	last->counted = true;
	if (changes_read(cluster_changes(ui->cluster), last->number, &ui->feed.copy) < 0 ||
		!has_both(change))
		return 0;
	last->fields = (uint32_t)diff_texts(text_read(ui->old_texts, change->old_text),
		text_read(ui->new_texts, change->new_text), count_item, NULL);
	return last->fields;
}

static bool is_noise_item(void *arg, const struct diff_item *item)
{
	bool *noise = arg;

	*noise = item->noise;
	return *noise;
}

bool events_is_noise(struct ui *ui, uint64_t number)
{
	const struct change *change = &ui->feed.copy.change;
	bool noise = true;

	if (changes_read(cluster_changes(ui->cluster), number, &ui->feed.copy) < 0 ||
		!has_both(change))
		return false;
	diff_texts(text_read(ui->old_texts, change->old_text),
		text_read(ui->new_texts, change->new_text), is_noise_item, &noise);
	return noise;
}

/* ---- the filter ---- */

const char *events_type_word(unsigned type)
{
	static const char *const words[] = {
		[CHANGE_ADDED] = "ADDED",
		[CHANGE_MODIFIED] = "MODIFIED",
		[CHANGE_DELETED] = "DELETED",
		[CHANGE_RELIST] = "RELIST",
		[CHANGE_NORMAL] = "Normal",
		[CHANGE_WARNING] = "Warning",
	};

	return words[type];
}

const char *const events_cell_names[] = { "kind", "group", "namespace", "ns", "name", "object",
	"type", "manager", "changes", NULL };

static void put_cell(struct buf *cells, struct str text)
{
	buf_addstr(cells, text);
	buf_addc(cells, '\0');
}

/* The last two cells; the last one may hold NULs. */
static void put_changes(struct ui *ui, const struct change *change, struct buf *cells)
{
	struct describing d = { .out = cells, .measure = &whole, .noise = ui->events.noise };
	struct str old_text, new_text;

	if (change_is_event(change->type)) {
		put_cell(cells, STR(""));
		put_quote(change, cells);
	} else if (has_both(change)) {
		old_text = text_read(ui->old_texts, change->old_text);
		new_text = text_read(ui->new_texts, change->new_text);
		scan_unescape(diff_author(old_text, new_text), cells);
		put_cell(cells, STR(""));
		diff_texts(old_text, new_text, describe_item, &d);
	} else {
		put_cell(cells, STR(""));
	}
	buf_addc(cells, '\0');
}

static bool text_passes(struct ui *ui, const struct change *change)
{
	struct buf *cells = &ui->events.cells;

	cells->max = CELLS_MAX;
	buf_reset(cells);
	cells->overflow = false;
	put_cell(cells, change->kind_name);
	put_cell(cells, change->group);
	put_cell(cells, change->ns);
	put_cell(cells, change->ns);
	put_cell(cells, change->name);
	buf_addstr(cells, change->ns);
	buf_addz(cells, change->ns.len ? "/" : "");
	put_cell(cells, change->name);
	put_cell(cells, str_of(events_type_word(change->type)));
	put_changes(ui, change, cells);
	return filter_named_cells_match(ui->events.filter, events_cell_names, buf_str(cells));
}

/* By the labels that the object had then: an Event tells none. */
static bool labels_pass(struct ui *ui, const struct change *change)
{
	const struct text *text = change->new_text ? change->new_text : change->old_text;
	struct str object;

	if (!filter_has_labels(ui->events.filter))
		return true;
	if (!text)
		return false;
	object = text_read(ui->new_texts, text);
	return filter_labels_text_matches(
		ui->events.filter, scan_member(scan_member(object, "metadata"), "labels"));
}

bool events_passes(struct ui *ui, const struct feed_item *item)
{
	const struct change *change = &ui->feed.copy.change;

	ui->events.judged++;
	return changes_read(cluster_changes(ui->cluster), item->number, &ui->feed.copy) == 0 &&
	       labels_pass(ui, change) && text_passes(ui, change);
}
