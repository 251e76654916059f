#include "ui/views/detail/tab_schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/root.h"
#include "kube/schema.h"
#include "ui/state.h"
#include "ui/views/detail/schema_details.h"
#include "ui/widgets/text.h"

#define ROWS_MAX    20000
#define MATCHES_MAX 200
#define TOP	    UINT64_C(0x9e3779b97f4a7c15)
#define NAMES_MAX   SCHEMA_DEPTH

void schema_view_release(struct ui *ui)
{
	struct schema_view *v = &ui->detail.schema;

	schema_source_release(ui);
	lines_release(&v->lines);
	folds_release(&v->open);
}

/* ---- what is open ---- */

static struct str load(struct ui *ui, const struct kind_root *kind)
{
	struct schema_view *v = &ui->detail.schema;
	struct str schema = schema_load(ui, kind);

	if (v->source.kind != v->kind) {
		folds_release(&v->open);
		lines_forget(&v->lines);
		v->kind = v->source.kind;
	}
	return schema;
}

static uint64_t path_of(uint64_t parent, struct str name)
{
	uint64_t path = (parent ^ str_hash(name)) * UINT64_C(0xff51afd7ed558ccd);

	return path ^ (path >> 33);
}

void schema_view_at(struct ui *ui, size_t offset)
{
	struct detail_view *d = &ui->detail;
	struct schema_view *v = &d->schema;
	const struct kind_root *kind = root_kind(ui->root, d->key.kind);
	struct str names[NAMES_MAX];
	uint64_t path = TOP;
	struct str schema;
	size_t n;

	if (!kind || !d->loaded)
		return;
	schema = load(ui, kind);
	n = schema_path(schema, buf_str(&d->doc.json), offset, names, NAMES_MAX);
	for (size_t i = 0; i < n; i++) {
		path = path_of(path, names[i]);
		folds_set(&v->open, path, true);
	}
	v->found = n ? path : 0;
}

struct looking {
	struct schema_view *v;
	struct str needle;
	size_t fields, matches;
};

/* Opens what leads to a match; true: there is one at or below it. */
static bool look(struct looking *l, struct str schema, uint64_t path, unsigned depth)
{
	struct schema_fields fields;
	struct schema_field field;
	bool any = false;

	if (depth >= SCHEMA_DEPTH)
		return false;
	schema_fields(schema, &fields);
	while (l->matches < MATCHES_MAX && l->fields < ROWS_MAX && schema_next(&fields, &field)) {
		uint64_t below = path_of(path, field.name);
		size_t at;

		l->fields++;
		if (text_find(field.name, l->needle, 0, &at)) {
			l->matches++;
			any = true;
		}
		if (look(l, field.schema, below, depth + 1)) {
			folds_set(&l->v->open, below, true);
			any = true;
		}
	}
	return any;
}

/* ---- the tree ---- */

struct writing {
	struct schema_view *v;
	struct schema_page page;
};

static bool has_fields(struct str schema)
{
	struct schema_fields fields;
	struct schema_field field;

	schema_fields(schema, &fields);
	return schema_next(&fields, &field);
}

static void add_line(
	struct writing *w, const struct schema_field *field, uint64_t path, unsigned depth)
{
	bool open = folds_has(&w->v->open, path);
	struct buf lead = BUF_INIT(FACTS_LINE_MAX), rest = BUF_INIT(FACTS_LINE_MAX);
	struct schema_facts f;
	struct fact *fact;
	char *text;

	schema_read(field->schema, &f);
	text = text_unescaped(field->name, FACTS_LINE_MAX);
	buf_addf(&lead, "%*s%s %s", (int)(2 * depth), "",
		open			    ? "\xe2\x96\xbe"
		: has_fields(field->schema) ? "\xe2\x96\xb8"
					    : "\xc2\xb7",
		text);
	free(text);
	schema_type(field->schema, &rest);
	buf_addz(&rest, field->required ? "  required" : "");
	if (f.preset.p) {
		buf_addz(&rest, "  = ");
		text_value(f.preset, 20, &rest);
	}
	if (!open && f.description.p) {
		text = text_unescaped(f.description, FACTS_LINE_MAX);
		text[strcspn(text, "\n")] = '\0';
		buf_addf(&rest, "  %s", text);
		free(text);
	}
	facts_led(w->page.facts, ROLE_KEY, buf_text(&lead), ROLE_DIM, "  %s", buf_text(&rest));
	fact = facts_last(w->page.facts);
	fact->id = fact->value = path;
	fact->level = (uint16_t)depth;
	buf_release(&lead);
	buf_release(&rest);
}

static void write_fields(struct writing *w, struct str schema, uint64_t path, unsigned depth)
{
	struct schema_fields fields;
	struct schema_field field;

	if (depth >= SCHEMA_DEPTH)
		return;
	schema_fields(schema, &fields);
	while (schema_next(&fields, &field)) {
		uint64_t below = path_of(path, field.name);

		if (w->v->rows++ >= ROWS_MAX) {
			facts_add(w->page.facts, ROLE_WARNING, "%*s... and more", (int)(2 * depth),
				"");
			return;
		}
		add_line(w, &field, below, depth);
		if (!folds_has(&w->v->open, below))
			continue;
		schema_details(&w->page, field.schema, 2 * (size_t)depth + 4);
		write_fields(w, field.schema, below, depth + 1);
	}
}

static void write_head(struct writing *w, const struct kind_root *kind, struct str schema)
{
	const struct kind *k = kind->kind;

	facts_add(w->page.facts, ROLE_HEAD, "%s %s/%s%s", k->kind, k->gvr.group, k->gvr.version,
		w->v->source.crd_version ? "" : ", from the server's OpenAPI document");
	schema_details(&w->page, schema, 2);
}

static bool update(struct ui *ui, const struct kind_root *kind, const struct entry *e)
{
	struct schema_view *v = &ui->detail.schema;
	struct writing w = { v, { &v->lines.facts, detail_view_width(ui) } };
	struct str schema = load(ui, kind);

	(void)e;
	v->rows = 0;
	lines_begin(&v->lines);
	if (schema.p && kind) {
		write_head(&w, kind, schema);
		write_fields(&w, schema, TOP, 0);
	} else {
		facts_add(w.page.facts, ROLE_HEAD, "no schema");
		facts_wrapped(w.page.facts, ROLE_WARNING,
			str_of(!kind		? "its kind is gone"
				: v->source.why ? v->source.why
						: "not yet loaded"),
			2, w.page.width);
	}
	lines_end(&v->lines, w.page.width, ui->detail.wrap);
	if (v->found && schema.p) {
		lines_to_id(&v->lines, v->found);
		v->found = 0;
	}
	return true;
}

/* ---- actions ---- */

/* The field that the line is of: a detail's is above it. */
static const struct fact *field_at(const struct schema_view *v)
{
	size_t line;

	if (v->lines.list.cursor >= v->lines.n_rows)
		return NULL;
	for (line = v->lines.rows[v->lines.list.cursor].line + 1; line-- > 0;) {
		if (v->lines.facts.items[line].value)
			return &v->lines.facts.items[line];
	}
	return NULL;
}

static void go_up(struct schema_view *v, const struct fact *field)
{
	for (const struct fact *f = field; f-- > v->lines.facts.items;) {
		if (f->value && f->level < field->level) {
			lines_to_id(&v->lines, f->id);
			return;
		}
	}
}

static bool fold(struct schema_view *v, enum action action)
{
	const struct fact *field = field_at(v);
	bool open;

	if (!field)
		return true;
	open = folds_has(&v->open, field->value);
	lines_to_id(&v->lines, field->id);
	if (action == ACTION_SCROLL_LEFT && !open)
		go_up(v, field);
	else
		folds_set(&v->open, field->value,
			action == ACTION_SCROLL_RIGHT || (action != ACTION_SCROLL_LEFT && !open));
	return true;
}

/* Closes what is open; when nothing is, opens all fields that are shown. */
static void fold_all(struct schema_view *v)
{
	size_t n = v->open.count ? 0 : v->lines.facts.count;

	v->open.count = 0;
	for (size_t i = 0; i < n; i++)
		if (v->lines.facts.items[i].value)
			folds_set(&v->open, v->lines.facts.items[i].value, true);
}

static bool act(struct ui *ui, enum action action)
{
	struct schema_view *v = &ui->detail.schema;

	switch (action) {
	case ACTION_RETRY:
		schema_ask_again(ui);
		return false; /* it is everybody's */
	case ACTION_FOLD_HERE:
	case ACTION_GO_LINE:
	case ACTION_SCROLL_LEFT:
	case ACTION_SCROLL_RIGHT:
		return fold(v, action);
	case ACTION_FOLD_LINES:
		fold_all(v);
		return true;
	default:
		return lines_act(&v->lines, action, ui->detail.wrap);
	}
}

static void reveal(struct ui *ui, const char *search)
{
	struct schema_view *v = &ui->detail.schema;
	const struct kind_root *kind = root_kind(ui->root, ui->detail.key.kind);
	struct looking l = { .v = v, .needle = str_of(search) };

	if (l.needle.len < 2 || !v->source.text.len)
		return;
	look(&l, buf_str(&v->source.text), TOP, 0);
	update(ui, kind, NULL);
}

static struct lines *lines(struct ui *ui)
{
	return &ui->detail.schema.lines;
}

const struct tab schema_tab = {
	.name = "schema",
	.update = update,
	.act = act,
	.lines = lines,
	.reveal = reveal,
};
