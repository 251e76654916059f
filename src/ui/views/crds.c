#include "ui/views/crds.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/kinds.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/crd.h"
#include "ui/header.h"
#include "ui/state.h"
#include "ui/ui.h"
#include "ui/widgets/text.h"
#include "ui/command.h"

#define TEXT_MAX ((size_t)8192)

static const struct sheet_column columns[] = { { "NAME", false }, { "KIND", false },
	{ "OBJECTS", true }, { "STATE", false }, { "SCOPE", false }, { "VERSIONS", false },
	{ "STORED", false }, { "CONVERSION", false }, { "", false } };

void crds_view_init(struct ui *ui)
{
	ui->crds = (struct crds_view){ .n_facts = 0 };
	sheet_init(&ui->crds.sheet, columns, sizeof(columns) / sizeof(*columns));
}

static void facts_free(struct crd_facts *f)
{
	free(f->kind);
	free(f->scope);
	free(f->versions);
	free(f->stored);
	free(f->conversion);
	free(f->wrong);
	*f = (struct crd_facts){ 0 };
}

void crds_view_release(struct ui *ui)
{
	for (size_t i = 0; i < ui->crds.n_facts; i++)
		facts_free(&ui->crds.facts[i]);
	free(ui->crds.facts);
	sheet_release(&ui->crds.sheet);
}

static struct sheet *sheet_of(struct ui *ui)
{
	return &ui->crds.sheet;
}

/* ---- what a definition says ---- */

/* "v1* v1beta1! (v1alpha1)": stored, deprecated, not served. */
static char *versions_text(const struct crd *crd)
{
	struct buf out = BUF_INIT(TEXT_MAX);
	char *text;

	for (size_t i = 0; i < crd->n_versions; i++) {
		const struct crd_version *v = &crd->versions[i];

		buf_addf(&out, "%s%s%s%s%s%s", i ? " " : "", v->served ? "" : "(", v->name,
			v->storage ? "*" : "", v->deprecated ? "!" : "", v->served ? "" : ")");
	}
	text = str_dup(buf_str(&out));
	buf_release(&out);
	return text;
}

static char *stored_text(struct str status)
{
	struct buf out = BUF_INIT(TEXT_MAX);
	struct str item;
	struct scan s;
	char *text;

	scan_init(&s, scan_member(status, "storedVersions"));
	if (scan_array(&s) == 0) {
		while (scan_item_text(&s, &item)) {
			buf_addz(&out, out.len ? " " : "");
			buf_addstr(&out, pick_raw(item));
		}
	}
	text = str_dup(buf_str(&out));
	buf_release(&out);
	return text;
}

/* Bad when True; all others are when False. */
static bool is_negative(struct str type)
{
	return str_is(type, "Terminating") || str_is(type, "NonStructuralSchema");
}

/* The first condition that is not as it should be: "Established=False NotAccepted: ..." */
static char *wrong_text(struct str status)
{
	static const char *const keys[] = { "type", "status", "message" };
	struct str item, v[3];
	struct scan s;

	scan_init(&s, scan_member(status, "conditions"));
	if (scan_array(&s) < 0)
		return NULL;
	while (scan_item_text(&s, &item)) {
		char *message, *text;

		pick_members(item, keys, v, 3);
		for (size_t i = 0; i < 3; i++)
			v[i] = pick_raw(v[i]);
		if (!str_is(v[1], is_negative(v[0]) ? "True" : "False"))
			continue;
		message = text_unescaped(v[2], TEXT_MAX);
		text = mem_printf(STR_FMT "=" STR_FMT "%s%s", STR_ARG(v[0]), STR_ARG(v[1]),
			*message ? ": " : "", message);
		free(message);
		return text;
	}
	return NULL;
}

static void read_facts(struct ui *ui, const struct entry *e, struct crd_facts *f)
{
	struct str text = text_read(ui->new_texts, e->text);
	struct str status = scan_member(text, "status");
	struct error err = ERROR_INIT;
	struct crd crd;

	facts_free(f);
	f->version = e->version;
	if (crd_parse(text, &crd, &err) < 0) {
		f->wrong = mem_strdup(err.text ? err.text : "cannot be read");
		error_release(&err);
		return;
	}
	f->kind = mem_strdup(crd.kind);
	f->scope = mem_strdup(crd.namespaced ? "namespaced" : "cluster");
	f->versions = versions_text(&crd);
	f->stored = stored_text(status);
	f->conversion = mem_strdup(crd.webhook ? "webhook" : "none");
	f->wrong = wrong_text(status);
	crd_release(&crd);
}

/* False: there was no time to read it. */
static bool facts_of(
	struct ui *ui, const struct entry *e, int64_t deadline, const struct crd_facts **ret)
{
	struct crds_view *v = &ui->crds;
	size_t n = (size_t)e->slot + 1;

	if (n > v->n_facts) {
		v->facts = mem_realloc_array(v->facts, n, sizeof(*v->facts));
		memset(v->facts + v->n_facts, 0, (n - v->n_facts) * sizeof(*v->facts));
		v->n_facts = n;
	}
	*ret = &v->facts[e->slot];
	if ((*ret)->version == e->version)
		return true;
	if (clock_now() >= deadline && !clock_is_test())
		return false;
	read_facts(ui, e, &v->facts[e->slot]);
	return true;
}

/* ---- rows ---- */

/* How it is, where 80 columns show it. */
static void add_state(struct sheet *sheet, const struct kind_root *kind)
{
	bool well = kind && kind_state_is_well(kind->state);

	sheet_cell(sheet, well ? ROLE_DIM : ROLE_WARNING,
		str_of(kind ? kinds_state_word(kind->state) : ""));
}

/* Why, which may be long. */
static void add_message(struct sheet *sheet, const struct kind_root *kind, const char *wrong)
{
	const char *message = kind && kind->message ? kind->message : wrong;

	sheet_cell(sheet, ROLE_WARNING, str_of(message ? message : ""));
}

static void add_count(struct sheet *sheet, const struct kind_root *kind)
{
	char count[TEXT_NUMBER_MAX];

	text_number(kind ? kind->store->count : 0, count);
	sheet_cell(sheet, ROLE_TEXT,
		str_of(!kind		    ? ""
			: kind->ever_synced ? count
					    : "\xe2\x80\xa6"));
}

static void add_crd(struct ui *ui, const struct entry *e, const struct crd_facts *f)
{
	const struct kind_root *kind = kinds_named(ui->root, entry_name(e));
	struct sheet *sheet = &ui->crds.sheet;
	bool read = f->version == e->version;

	sheet_row(sheet, str_hash(entry_name(e)));
	sheet_cell(sheet, f->wrong ? ROLE_WARNING : ROLE_TEXT, entry_name(e));
	sheet_cell(sheet, ROLE_HEAD, str_of(read ? f->kind : "\xe2\x80\xa6"));
	add_count(sheet, kind);
	add_state(sheet, kind);
	sheet_cell(sheet, ROLE_DIM, str_of(read ? f->scope : ""));
	sheet_cell(sheet, ROLE_TEXT, str_of(read ? f->versions : ""));
	sheet_cell(sheet, ROLE_DIM, str_of(read ? f->stored : ""));
	sheet_cell(sheet, ROLE_DIM, str_of(read ? f->conversion : ""));
	add_message(sheet, kind, read ? f->wrong : NULL);
}

/* Known from discovery only. */
static void add_kind(struct ui *ui, const struct kind_root *kind)
{
	struct sheet *sheet = &ui->crds.sheet;
	struct buf name = BUF_INIT(TEXT_MAX);

	kinds_full_name(kind->kind, &name);
	sheet_row(sheet, str_hash(buf_str(&name)));
	sheet_cell(sheet, ROLE_TEXT, buf_str(&name));
	sheet_cell(sheet, ROLE_HEAD, str_of(kind->kind->kind));
	add_count(sheet, kind);
	add_state(sheet, kind);
	sheet_cell(sheet, ROLE_DIM, str_of(kind->kind->namespaced ? "namespaced" : "cluster"));
	sheet_cell(sheet, ROLE_TEXT, str_of(kind->kind->gvr.version));
	sheet_cell(sheet, ROLE_DIM, STR("\xe2\x80\x93"));
	sheet_cell(sheet, ROLE_DIM, STR("\xe2\x80\x93"));
	add_message(sheet, kind, "no CRD access");
	buf_release(&name);
}

static bool update(struct ui *ui)
{
	const struct kind_root *crds = ui->root->crds;
	int64_t deadline = clock_now() + UI_SLICE;
	const struct crd_facts *facts;
	bool done = true;

	sheet_begin(&ui->crds.sheet);
	for (size_t i = 0; crds && i < crds->store->count; i++) {
		const struct entry *e = store_root_at(crds->store, i);

		done = facts_of(ui, e, deadline, &facts) && done;
		add_crd(ui, e, facts);
	}
	for (size_t i = 0; i < ui->root->n_kinds; i++) {
		if (ui->root->kinds[i]->no_crd)
			add_kind(ui, ui->root->kinds[i]);
	}
	sheet_note(&ui->crds.sheet, ui_notice(ui) ? "no definition could be read yet"
				    : ui->root->kinds_known
					    ? "this cluster has no custom resource definitions"
					    : "reading the definitions \xe2\x80\xa6");
	sheet_end(ui, &ui->crds.sheet);
	return done;
}

static void open_kind(struct ui *ui)
{
	const struct kind_root *kind = kinds_named(ui->root, sheet_text(&ui->crds.sheet, 0));

	if (kind)
		ui_go_kind(ui, kind->kind->id);
	else
		statusline_say(&ui->status, ui->now, false, "its kind is not known: see STATE");
}

/* What describes an object elsewhere: the keys may be a list's own here. */
static bool is_about_object(const struct ui *ui, enum action action)
{
	enum action object = keymap_find(ui->options->keymap, WHERE_OBJECT, ui->key);

	return action != ACTION_LIST_OPEN &&
	       (object == ACTION_SHOW_YAML || object == ACTION_DESCRIBE);
}

static bool act(struct ui *ui, enum action action)
{
	if (sheet_is_empty(&ui->crds.sheet))
		return sheet_view_act(ui, action);
	if (action == ACTION_LIST_OPEN)
		open_kind(ui);
	else if (is_about_object(ui, action))
		statusline_say(&ui->status, ui->now, false,
			"a definition is not shown as an object: in the tree its kind's detail has facts and schema");
	else
		return sheet_view_act(ui, action);
	return true;
}

const struct view crds_view = {
	.where = WHERE_LIST,
	.name = "crds",
	.hints =
		"<list-open> its objects  <filter> filter  <list-left> <list-right> sideways  * stored  ! deprecated  () not served  "
		"<back> back  <help> help",
	.wide = true,
	.update = update,
	.sheet = sheet_of,
	.draw = sheet_view_draw,
	.act = act,
	.click = sheet_view_click,
	.wheel = sheet_view_wheel,
	.back = sheet_view_back,
	.filter = sheet_view_filter,
	.set_filter = sheet_view_set_filter,
};
