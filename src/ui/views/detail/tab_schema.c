#include "ui/views/detail/tab_schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/ask.h"
#include "cluster/cluster.h"
#include "cluster/kinds.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/schema.h"
#include "ui/state.h"
#include "ui/widgets/text.h"

#define TEXT_MAX    ASK_BODY_MAX
#define OPENAPI_MAX ((size_t)4 << 20) /* passed over at once, for one kind */
#define ROWS_MAX    20000
#define MATCHES_MAX 200
#define VALUE_WIDTH 60
#define TOP	    UINT64_C(0x9e3779b97f4a7c15)
#define NAMES_MAX   SCHEMA_DEPTH

static void forget(struct ui *ui)
{
	struct schema_view *v = &ui->detail.schema;

	if (v->asked)
		cluster_forget(ui->cluster, v->asked);
	v->asked = 0;
	v->answered = false;
	v->crd_version = 0;
	buf_release(&v->text);
	buf_init(&v->text, TEXT_MAX);
	free(v->why);
	v->why = NULL;
	v->serial++;
}

void schema_view_release(struct ui *ui)
{
	struct schema_view *v = &ui->detail.schema;

	forget(ui);
	lines_release(&v->lines);
	folds_release(&v->open);
}

/* ---- where it comes from ---- */

static void say_why(struct schema_view *v, const char *why)
{
	free(v->why);
	v->why = mem_strdup(why);
}

static const struct entry *crd_of(const struct ui *ui, const struct kind_root *kind)
{
	struct buf name = BUF_INIT(1024);
	const struct entry *e;

	if (!ui->root->crds)
		return NULL;
	kinds_full_name(kind->kind, &name);
	e = store_root_find(ui->root->crds->store, STR(""), buf_str(&name), NULL);
	buf_release(&name);
	return e;
}

static void take_crd(struct ui *ui, const struct kind_root *kind, const struct entry *crd)
{
	struct schema_view *v = &ui->detail.schema;
	struct str schema;

	forget(ui);
	v->crd_version = crd->version;
	schema =
		schema_of_crd(text_read(ui->old_texts, crd->text), str_of(kind->kind->gvr.version));
	if (schema.p && buf_addstr(&v->text, schema) == 0)
		return;
	buf_reset(&v->text);
	say_why(v, schema.p ? "the schema is too large to be shown"
			    : "its CRD has no schema for the version that is watched");
}

static void take_kind(struct ui *ui, const struct kind_root *kind)
{
	struct schema_view *v = &ui->detail.schema;

	if (v->kind == kind->kind->id && v->kind_version == kind->kind->version)
		return;
	if (v->kind != kind->kind->id) {
		folds_release(&v->open);
		lines_forget(&v->lines);
	}
	v->kind = kind->kind->id;
	v->kind_version = kind->kind->version;
	forget(ui);
}

struct str schema_view_known(struct ui *ui, const struct kind_root *kind)
{
	struct schema_view *v = &ui->detail.schema;
	const struct entry *crd;

	if (!kind)
		return v->text.len ? buf_str(&v->text) : (struct str){ NULL, 0 };
	take_kind(ui, kind);
	crd = crd_of(ui, kind);
	if (crd && crd->version != v->crd_version)
		take_crd(ui, kind, crd);
	else if (!crd && v->crd_version)
		forget(ui);
	return v->text.len ? buf_str(&v->text) : (struct str){ NULL, 0 };
}

static void ask(struct ui *ui, const struct kind_root *kind)
{
	struct schema_view *v = &ui->detail.schema;
	struct buf path = BUF_INIT(4096);
	struct ask_spec spec = { .method = NULL };

	buf_addz(&path, "/openapi/v3/apis/");
	gvr_escape(str_of(kind->kind->gvr.group), &path);
	buf_addc(&path, '/');
	gvr_escape(str_of(kind->kind->gvr.version), &path);
	spec.path = buf_text(&path);
	v->asked = cluster_ask(ui->cluster, &spec);
	v->answered = true;
	say_why(v, "not yet loaded: the server has been asked \xe2\x80\xa6");
	buf_release(&path);
}

static char *why_not(const struct ask_answer *answer)
{
	if (answer->error)
		return mem_printf("its CRD may not be read, and the server did not give its "
				  "OpenAPI schema: %s (ctrl-r asks again)",
			answer->error);
	if (answer->body.len > OPENAPI_MAX)
		return mem_printf("its CRD may not be read, and the server's OpenAPI document is "
				  "larger than %zu MiB",
			OPENAPI_MAX >> 20);
	return mem_strdup("its CRD may not be read, and the server's OpenAPI document does not "
			  "describe it");
}

static void take_answer(struct ui *ui, const struct kind_root *kind)
{
	struct schema_view *v = &ui->detail.schema;
	struct ask_answer answer;
	struct str schema = { NULL, 0 };

	if (!v->asked || !cluster_answer(ui->cluster, v->asked, &answer))
		return;
	v->asked = 0;
	if (!answer.error && answer.body.len <= OPENAPI_MAX)
		schema = schema_of_openapi(buf_str(&answer.body), str_of(kind->kind->gvr.group),
			str_of(kind->kind->kind));
	if (schema.p && buf_addstr(&v->text, schema) == 0) {
		v->serial++;
	} else {
		char *why = why_not(&answer);

		buf_reset(&v->text);
		say_why(v, why);
		free(why);
	}
	ask_answer_release(&answer);
}

/* The CRDs are read, or will be: why is this one not among them? */
static void say_state(struct schema_view *v, const struct kind_root *crds)
{
	char *failing =
		crds->state != KIND_FAILING
			? NULL
			: mem_printf("the CRDs cannot be read: %s (tried again until it works)",
				  crds->message ? crds->message : "no reason is given");

	say_why(v, failing			 ? failing
		   : crds->state == KIND_LISTING ? "not yet loaded: the CRDs are being listed"
		   : crds->state == KIND_STALE
			   ? "the connection is lost, and its CRD was not there before"
			   : "its CRD is not there");
	free(failing);
}

/* The same, and the server is asked when there is no other way. */
static struct str load(struct ui *ui, const struct kind_root *kind)
{
	struct schema_view *v = &ui->detail.schema;
	struct str schema = schema_view_known(ui, kind);
	const struct kind_root *crds = ui->root->crds;

	if (schema.p || !kind || v->crd_version)
		return schema;
	if (crds && crds->state != KIND_FORBIDDEN) {
		say_state(v, crds);
		return schema;
	}
	if (!v->answered)
		ask(ui, kind);
	take_answer(ui, kind);
	return v->text.len ? buf_str(&v->text) : schema;
}

/* ---- what is open ---- */

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
	struct ui *ui;
	struct schema_view *v;
	struct facts *facts;
	size_t width;
};

static void add_value(struct buf *out, const char *name, struct str value)
{
	if (!value.p)
		return;
	buf_addf(out, "%s%s ", out->len ? ", " : "", name);
	text_value(value, VALUE_WIDTH, out);
}

static void add_detail(struct writing *w, size_t indent, const char *name, struct str text)
{
	struct buf line = BUF_INIT(FACTS_LINE_MAX);

	if (text.p && text.len) {
		buf_addf(&line, "%s" STR_FMT, name, STR_ARG(text));
		facts_wrapped(w->facts, ROLE_DIM, buf_str(&line), indent, w->width);
	}
	buf_release(&line);
}

static void add_limits(struct writing *w, const struct schema_facts *f, size_t indent)
{
	struct buf out = BUF_INIT(FACTS_LINE_MAX);

	if (f->format.p)
		buf_addf(&out, "format " STR_FMT, STR_ARG(f->format));
	add_value(&out, "default", f->preset);
	add_value(&out, f->exclusive_minimum ? "more than" : "minimum", f->minimum);
	add_value(&out, f->exclusive_maximum ? "less than" : "maximum", f->maximum);
	add_value(&out, "a multiple of", f->multiple);
	add_value(&out, "min length", f->min_length);
	add_value(&out, "max length", f->max_length);
	add_value(&out, "min items", f->min_items);
	add_value(&out, "max items", f->max_items);
	add_value(&out, "min members", f->min_members);
	add_value(&out, "max members", f->max_members);
	if (f->list_type.p)
		buf_addf(&out, "%slist of type " STR_FMT, out.len ? ", " : "",
			STR_ARG(f->list_type));
	if (f->nullable)
		buf_addf(&out, "%snullable", out.len ? ", " : "");
	if (f->preserve)
		buf_addf(&out, "%sunknown fields are kept", out.len ? ", " : "");
	if (f->embedded)
		buf_addf(&out, "%san object of its own", out.len ? ", " : "");
	add_detail(w, indent, "", buf_str(&out));
	buf_release(&out);
}

static void add_enum(struct writing *w, struct str values, size_t indent)
{
	struct buf out = BUF_INIT(FACTS_LINE_MAX);
	struct str item;
	struct scan s;

	if (!values.p)
		return;
	scan_init(&s, values);
	if (!scan_array_or_skip(&s))
		return;
	while (scan_item_text(&s, &item)) {
		buf_addz(&out, out.len ? ", " : "");
		text_value(item, VALUE_WIDTH, &out);
	}
	add_detail(w, indent, "one of: ", buf_str(&out));
	buf_release(&out);
}

static void add_rules(struct writing *w, struct str rules, size_t indent)
{
	struct str item;
	struct scan s;

	if (!rules.p)
		return;
	scan_init(&s, rules);
	if (!scan_array_or_skip(&s))
		return;
	while (scan_item_text(&s, &item)) {
		char *rule = pick_text_or_empty(scan_member(item, "rule"));
		char *message = pick_text_or_empty(scan_member(item, "message"));

		add_detail(w, indent, "rule: ", str_of(rule));
		add_detail(w, indent + 6, "", str_of(message));
		free(rule);
		free(message);
	}
}

static void add_details(struct writing *w, struct str schema, size_t indent)
{
	struct schema_facts f, inner;
	char *text;

	schema_read(schema, &f);
	add_limits(w, &f, indent);
	add_enum(w, f.values, indent);
	if (f.pattern.p) {
		text = pick_text_or_empty(f.pattern);
		add_detail(w, indent, "pattern: ", str_of(text));
		free(text);
	}
	add_rules(w, f.rules, indent);
	text = text_unescaped(f.description.p ? f.description : STR(""), FACTS_LINE_MAX);
	add_detail(w, indent, "", str_of(text));
	free(text);
	if (!f.items.p)
		return;
	schema_read(f.items, &inner);
	add_enum(w, inner.values, indent);
	add_rules(w, inner.rules, indent);
}

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
	facts_led(w->facts, ROLE_KEY, buf_text(&lead), ROLE_DIM, "  %s", buf_text(&rest));
	fact = facts_last(w->facts);
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
			facts_add(w->facts, ROLE_WARNING, "%*s... and more", (int)(2 * depth), "");
			return;
		}
		add_line(w, &field, below, depth);
		if (!folds_has(&w->v->open, below))
			continue;
		add_details(w, field.schema, 2 * (size_t)depth + 4);
		write_fields(w, field.schema, below, depth + 1);
	}
}

static void write_head(struct writing *w, const struct kind_root *kind, struct str schema)
{
	const struct kind *k = kind->kind;

	facts_add(w->facts, ROLE_HEAD, "%s %s/%s%s", k->kind, k->gvr.group, k->gvr.version,
		w->v->crd_version ? "" : ", from the server's OpenAPI document");
	add_details(w, schema, 2);
}

static bool update(struct ui *ui, const struct kind_root *kind, const struct entry *e)
{
	struct schema_view *v = &ui->detail.schema;
	struct writing w = { ui, v, &v->lines.facts, detail_view_width(ui) };
	struct str schema = load(ui, kind);

	(void)e;
	v->rows = 0;
	lines_begin(&v->lines);
	if (schema.p && kind) {
		write_head(&w, kind, schema);
		write_fields(&w, schema, TOP, 0);
	} else {
		facts_add(w.facts, ROLE_HEAD, "no schema");
		facts_wrapped(w.facts, ROLE_WARNING,
			str_of(!kind	 ? "its kind is gone"
				: v->why ? v->why
					 : "not yet loaded"),
			2, w.width);
	}
	lines_end(&v->lines, w.width, ui->detail.wrap);
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
		if (!v->asked && !v->text.len)
			v->answered = false;
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

	if (l.needle.len < 2 || !v->text.len)
		return;
	look(&l, buf_str(&v->text), TOP, 0);
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
