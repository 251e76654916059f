#include "ui/views/access.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/ask.h"
#include "cluster/cluster.h"
#include "cluster/kinds.h"
#include "cluster/role.h"
#include "kube/access.h"
#include "kube/crd.h"
#include "ui/object_actions.h"
#include "ui/state.h"
#include "ui/ui.h"
#include "ui/command.h"

#define TEXT_MAX   ((size_t)8192)
#define ROLE_MAX   ((size_t)4 << 20)
#define FIRST_KIND 3	  /* ids below are of the rows above the kinds */
#define ROLE	   "role" /* shows it instead of a namespace */
#define DASH	   "\xe2\x80\x93"

static const struct sheet_column columns[] = { { "RESOURCE.GROUP", false }, { "SCOPE", false },
	{ "LIST", false }, { "WATCH", false }, { "GET", false }, { "CREATE", false },
	{ "UPDATE", false }, { "PATCH", false }, { "DELETE", false }, { "STATUS", false },
	{ "SCALE", false }, { "CRWATCH", false } };

static const struct sheet_column role_columns[] = { { "CLUSTERROLE", false } };

void access_view_init(struct ui *ui)
{
	ui->access = (struct access_view){ 0 };
	sheet_init(&ui->access.sheet, columns, sizeof(columns) / sizeof(*columns));
	ui->access.sheet.gives = true;
	sheet_init(&ui->access.role_sheet, role_columns, 1);
}

void access_view_release(struct ui *ui)
{
	struct access_view *v = &ui->access;

	cluster_forget(ui->cluster, v->question);
	sheet_release(&v->sheet);
	sheet_release(&v->role_sheet);
	access_rules_free(v->rules);
	free(v->ns);
	free(v->why);
	free(v->error);
	free(v->facts);
	*v = (struct access_view){ 0 };
}

static struct sheet *sheet_of(struct ui *ui)
{
	return ui->access.role ? &ui->access.role_sheet : &ui->access.sheet;
}

/* ---- the question ---- */

static void ask(struct ui *ui)
{
	struct access_view *v = &ui->access;
	struct ask_spec spec = { .method = "POST", .path = ACCESS_REVIEW_PATH };
	char *body = access_review(v->ns);

	spec.body = str_of(body);
	cluster_forget(ui->cluster, v->question);
	v->question = cluster_ask(ui->cluster, &spec);
	free(body);
}

static void set_error(struct access_view *v, const char *text)
{
	free(v->error);
	v->error = mem_strdup_or_null(text);
}

static void forget_rules(struct access_view *v)
{
	access_rules_free(v->rules);
	v->rules = NULL;
	v->review++;
	set_error(v, NULL);
}

static void take_answer(struct ui *ui)
{
	struct access_view *v = &ui->access;
	struct error err = ERROR_INIT;
	struct ask_answer answer;

	if (!v->question || !cluster_answer(ui->cluster, v->question, &answer))
		return;
	v->question = 0;
	forget_rules(v);
	if (answer.error)
		set_error(v, answer.error);
	else if (access_rules_parse(buf_str(&answer.body), &v->rules, &err) < 0)
		set_error(v, err.text ? err.text : "the answer cannot be read");
	error_release(&err);
	ask_answer_release(&answer);
}

/* The namespace to ask about: the one named, the first shown, the one watched. */
static void choose_namespace(struct ui *ui, const char *name)
{
	const struct namespaces *shown = &ui->namespaces;
	struct access_view *v = &ui->access;
	const char *watched = ui->options->cluster->ns;
	char *ns;

	free(v->why);
	v->why = NULL;
	if (!name && shown->n_shown > 1)
		v->why = mem_printf(
			", the first of %zu shown; :access NAME another", shown->n_shown);
	else if (!name && !shown->n_shown && !(watched && *watched))
		v->why = mem_strdup("; :access NAME another");
	if (!name && shown->n_shown)
		name = shown->shown[0];
	if (!name)
		name = watched && *watched ? watched : "default";
	ns = mem_strdup(name);
	if (!v->ns || strcmp(v->ns, ns) != 0)
		forget_rules(v);
	free(v->ns);
	v->ns = ns;
}

static void enter(struct ui *ui, const struct place *place)
{
	ui->access.role = place->arg && strcmp(place->arg, ROLE) == 0;
	if (ui->access.role)
		return;
	choose_namespace(ui, place->arg);
	ask(ui);
}

/* ---- what a kind's row says ---- */

static void read_subresources(
	struct ui *ui, const struct entry *e, const char *version, struct access_facts *f)
{
	const struct crd_version *v;
	struct crd crd;

	f->status = f->scale = false;
	if (crd_parse(text_read(ui->new_texts, e->text), &crd, NULL) < 0)
		return;
	v = crd_version_named(&crd, version);
	f->status = v && v->status;
	f->scale = v && v->scale;
	crd_release(&crd);
}

static struct access_facts *find_facts(struct access_view *v, uint32_t kind, size_t hint)
{
	for (size_t i = 0; i < v->n_facts; i++) {
		struct access_facts *f = &v->facts[(hint + i) % v->n_facts];

		if (f->kind == kind)
			return f;
	}
	v->facts = array_reserve(v->facts, &v->cap_facts, v->n_facts + 1, sizeof(*v->facts));
	v->facts[v->n_facts] = (struct access_facts){ .kind = kind, .review = UINT64_MAX };
	return &v->facts[v->n_facts++];
}

/* NULL: there was no time. */
static const struct access_facts *facts_of(
	struct ui *ui, const struct kind_root *kind, size_t hint, int64_t deadline)
{
	struct access_facts *f = find_facts(&ui->access, kind->kind->id, hint);
	const struct entry *e = kinds_definition(ui->root, kind->kind);
	uint64_t version = e ? e->version : 0;

	if (f->review == ui->access.review && f->crd == version)
		return f;
	if (clock_now() >= deadline && !clock_is_test())
		return NULL;
	f->review = ui->access.review;
	f->crd = version;
	f->status = !e; /* not known: shown as if there was one */
	f->scale = false;
	if (e)
		read_subresources(ui, e, kind->kind->gvr.version, f);
	for (size_t i = 0; i < ACCESS_MARKS; i++)
		f->marks[i] = (uint8_t)access_check_mark(ui->access.rules, kind->kind->gvr.group,
			kind->kind->gvr.resource, (enum access_mark)i);
	return f;
}

/* ---- rows ---- */

static void add_mark(struct ui *ui, enum access access)
{
	static const struct {
		const char *text;
		enum role role;
	} looks[] = {
		[ACCESS_NO] = { "\xe2\x9c\x97", ROLE_BAD },
		[ACCESS_YES] = { "\xe2\x9c\x93", ROLE_OK },
		[ACCESS_SOME] = { "~", ROLE_WARNING },
		[ACCESS_UNKNOWN] = { "?", ROLE_DIM },
	};
	const struct access_view *v = &ui->access;
	bool asked = v->question && !v->rules && !v->error;

	sheet_cell(&ui->access.sheet, looks[access].role,
		str_of(asked ? "\xe2\x80\xa6" : looks[access].text));
}

static void add_blanks(struct sheet *sheet, size_t n)
{
	while (n--)
		sheet_cell(sheet, ROLE_DIM, STR(""));
}

static void add_role(struct ui *ui)
{
	struct sheet *sheet = &ui->access.sheet;

	sheet_row(sheet, 0);
	sheet_cell(sheet, ROLE_TEXT, STR("the ClusterRole for crwatch"));
	add_blanks(sheet, ACCESS_MARKS + 1);
	sheet_cell(sheet, ROLE_DIM, STR("enter shows it"));
}

/* What crwatch itself lists and watches. */
struct need {
	uint64_t id;
	const char *group, *resource, *scope;
};

static void add_need(struct ui *ui, const struct need *need, const char *state)
{
	struct sheet *sheet = &ui->access.sheet;

	sheet_row(sheet, need->id);
	sheet_cellf(sheet, ROLE_TEXT, "%s.%s", need->resource, need->group);
	sheet_cell(sheet, ROLE_DIM, str_of(need->scope));
	for (size_t i = ACCESS_LIST; i <= ACCESS_WATCH; i++)
		add_mark(ui, access_check_mark(ui->access.rules, need->group, need->resource,
				     (enum access_mark)i));
	add_blanks(sheet, ACCESS_MARKS - 2);
	sheet_cell(sheet, strcmp(state, "watched") == 0 ? ROLE_DIM : ROLE_WARNING, str_of(state));
}

static void add_needs(struct ui *ui)
{
	static const char *const words[] = {
		[K8S_EVENTS_OFF] = "not asked for",
		[K8S_EVENTS_ON] = "watched",
		[K8S_EVENTS_FORBIDDEN] = "forbidden",
		[K8S_EVENTS_NOT_SERVED] = "not served",
		[K8S_EVENTS_FAILING] = "failing",
		[K8S_EVENTS_STOPPED] = "stopped",
		[K8S_EVENTS_TOO_MANY] = "stopped above 1 MB/s",
	};
	static const struct need crds = { 1, "apiextensions.k8s.io", "customresourcedefinitions",
		"cluster" };
	static const struct need events = { 2, "events.k8s.io", "events", "namespaced" };
	const struct root *root = ui->root;

	add_need(ui, &crds,
		root->problem ? root->problem
		: root->crds  ? kinds_state_word(root->crds->state)
			      : "");
	add_need(ui, &events, words[root->k8s_events]);
}

static void add_state(struct sheet *sheet, const struct kind_root *kind)
{
	bool well = kind_state_is_well(kind->state);

	sheet_cellf(sheet, well && !kind->only ? ROLE_DIM : ROLE_WARNING, "%s%s%s%s%s",
		kinds_state_word(kind->state), kind->only ? " in " : "",
		kind->only ? kind->only : "", kind->message ? ": " : "",
		kind->message ? kind->message : "");
}

static bool add_kind(struct ui *ui, const struct kind_root *kind, size_t i, int64_t deadline)
{
	const struct access_facts *f = facts_of(ui, kind, i, deadline);
	struct sheet *sheet = &ui->access.sheet;
	struct buf name = BUF_INIT(TEXT_MAX);

	kinds_full_name(kind->kind, &name);
	sheet_row(sheet, (uint64_t)kind->kind->id + FIRST_KIND);
	sheet_cell(sheet, ROLE_TEXT, buf_str(&name));
	sheet_cell(sheet, ROLE_DIM, str_of(kind->kind->namespaced ? "namespaced" : "cluster"));
	for (size_t n = 0; n < ACCESS_MARKS; n++) {
		bool lacks = f && ((n == ACCESS_STATUS && !f->status) ||
					  (n == ACCESS_SCALE && !f->scale));

		if (lacks)
			sheet_cell(sheet, ROLE_DIM, STR(DASH));
		else
			add_mark(ui, f ? (enum access)f->marks[n] : ACCESS_UNKNOWN);
	}
	add_state(sheet, kind);
	buf_release(&name);
	return f != NULL;
}

static void set_title(struct ui *ui)
{
	struct access_view *v = &ui->access;
	const char *problem = v->error ? v->error : v->rules ? access_problem(v->rules) : NULL;
	bool part = v->rules && access_is_incomplete(v->rules);
	char *title = mem_printf("in namespace %s%s%s%s%s", v->ns ? v->ns : "",
		v->why ? v->why : "", part ? " \xc2\xb7 the server does not know all rules" : "",
		problem ? " \xc2\xb7 " : "", problem ? problem : "");

	sheet_about(&v->sheet, problem || part ? ROLE_WARNING : ROLE_DIM, title);
	free(title);
}

static bool update_table(struct ui *ui)
{
	struct access_view *v = &ui->access;
	int64_t deadline = clock_now() + UI_SLICE;
	bool done = true;

	take_answer(ui);
	sheet_begin(&v->sheet);
	add_role(ui);
	add_needs(ui);
	for (size_t i = 0; i < ui->root->n_kinds; i++)
		done = add_kind(ui, ui->root->kinds[i], i, deadline) && done;
	set_title(ui);
	sheet_end(ui, &v->sheet);
	return done;
}

/* ---- the role ---- */

char *access_role_text(const struct ui *ui)
{
	static const struct role_spec all = { .name = NULL };
	struct buf text = BUF_INIT(ROLE_MAX);

	role_write(ui->root, &all, &text);
	return buf_take(&text);
}

static void update_role(struct ui *ui)
{
	struct sheet *sheet = &ui->access.role_sheet;
	char *text = access_role_text(ui);
	struct str rest = str_of(text);
	uint64_t line = 0;

	sheet_begin(sheet);
	while (rest.len) {
		sheet_row(sheet, ++line);
		sheet_cell(sheet, ROLE_TEXT, str_cut(&rest, '\n'));
	}
	sheet_about(sheet, ROLE_DIM, "the least ClusterRole with which crwatch shows everything");
	sheet_end(ui, sheet);
	free(text);
}

static bool update(struct ui *ui)
{
	if (!ui->access.role)
		return update_table(ui);
	update_role(ui);
	return true;
}

/* ---- actions ---- */

static const struct kind_root *kind_here(const struct ui *ui)
{
	uint64_t id = sheet_id(&ui->access.sheet);

	return id < FIRST_KIND ? NULL : root_kind(ui->root, (uint32_t)(id - FIRST_KIND));
}

/* False: there is nothing behind the row. */
static bool open_row(struct ui *ui)
{
	const struct kind_root *kind;

	if (ui->access.role || sheet_is_empty(&ui->access.sheet))
		return false;
	kind = kind_here(ui);
	if (kind)
		ui_go_kind(ui, kind->kind->id);
	else if (sheet_id(&ui->access.sheet) == 0)
		ui_go(ui, &access_view, ROLE);
	else
		return false;
	return true;
}

static void copy_role(struct ui *ui)
{
	char *text = access_role_text(ui);

	object_copy(ui, "ClusterRole", str_of(text));
	free(text);
}

static bool act(struct ui *ui, enum action action)
{
	if (action == ACTION_LIST_OPEN)
		return open_row(ui);
	if (action == ACTION_LIST_COPY) {
		copy_role(ui);
		return true;
	}
	if (action == ACTION_RETRY && !ui->access.role)
		ask(ui);
	return sheet_view_act(ui, action);
}

const struct view access_view = {
	.where = WHERE_LIST,
	.name = "access",
	.words = VIEW_OWN_WORDS,
	.hints =
		"<list-open> its objects, or the role  <filter> filter  <list-left> <list-right> sideways  <list-copy> copy the role  \xe2\x9c\x93 yes  "
		"\xe2\x9c\x97 no  ~ some names  ? unknown  <retry> ask again  <back> back  <help> help",
	.wide = true,
	.enter = enter,
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
