#include "cluster/crds_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/texts.h"
#include "cache/entry.h"
#include "cluster/choices.h"
#include "cluster/discover.h"
#include "cluster/make_kind.h"
#include "cluster/narrow.h"
#include "cluster/tables.h"
#include "kube/columns.h"
#include "kube/crd.h"
#include "kube/object.h"
#include "net/client.h"

#define TABLES_EVERY (30 * CLOCK_S) /* between two looks at which kinds have changed */

/* ---- members ---- */

static void member_free(struct member *m)
{
	informer_free(m->informer);
	free(m->name);
	free(m->uid);
	free(m->signature);
	free(m->version);
	free(m);
}

static struct member *find(const struct crds *crds, struct str name)
{
	for (size_t i = 0; i < crds->n_members; i++) {
		if (str_is(name, crds->members[i]->name))
			return crds->members[i];
	}
	return NULL;
}

static int cmp_kinds(const struct kind *a, const struct kind *b)
{
	int order = strcmp(a->gvr.group, b->gvr.group);

	if (order == 0)
		order = strcmp(a->kind, b->kind);
	return order ? order : strcmp(a->gvr.resource, b->gvr.resource);
}

static void insert(struct crds *crds, struct member *m)
{
	const struct kind *kind = informer_kind(m->informer);
	size_t at = 0;

	while (at < crds->n_members &&
		cmp_kinds(informer_kind(crds->members[at]->informer), kind) < 0)
		at++;
	crds->members = array_reserve(
		crds->members, &crds->cap_members, crds->n_members + 1, sizeof(*crds->members));
	memmove(crds->members + at + 1, crds->members + at,
		(crds->n_members - at) * sizeof(*crds->members));
	crds->members[at] = m;
	crds->n_members++;
}

static void remove_member(struct crds *crds, struct member *m)
{
	size_t at = 0;

	while (crds->members[at] != m)
		at++;
	crds->n_members--;
	memmove(crds->members + at, crds->members + at + 1,
		(crds->n_members - at) * sizeof(*crds->members));
	member_free(m);
}

/* Its objects are gone with it. */
static void delete_member(struct crds *crds, struct member *m)
{
	informer_clear(m->informer);
	remove_member(crds, m);
}

/* ---- from a CRD to a kind ---- */

static void add_strings(struct buf *out, char **strings, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s,", strings[i]);
	buf_addc(out, '\n');
}

/* Equal signatures: nothing of the CRD that matters here has changed. */
static char *make_signature(const struct crd *crd, const struct crd_version *version)
{
	struct buf out = BUF_INIT((size_t)4 << 20);

	buf_addf(&out, "%s\n%s\n%s\n%s\n%d\n", version ? version->name : "", crd->plural,
		crd->singular, crd->kind, crd->namespaced);
	add_strings(&out, crd->short_names, crd->n_short_names);
	add_strings(&out, crd->categories, crd->n_categories);
	if (version)
		buf_addstr(&out, version->columns);
	buf_addf(&out, "\n%d\n%s", crd->established, crd->not_accepted ? crd->not_accepted : "");
	return buf_take(&out);
}

/* Why a CRD has no rows; NULL when it has. */
static char *why_not_served(const struct crd *crd, const struct crd_version *version)
{
	if (!version)
		return mem_strdup("no version of it is served");
	if (!crd->established && crd->not_accepted)
		return mem_printf("its names were not accepted: %s", crd->not_accepted);
	return NULL;
}

/* Says it once: what comes next would be told in vain, too. */
static bool is_full(struct crds *crds, const char *name)
{
	size_t max = crds->ctx->kinds_max ? crds->ctx->kinds_max : INFORMER_KINDS_MAX;

	if (crds->n_members < max)
		return false;
	if (!crds->full)
		log_line(LOG_WARNING, "more than %zu kinds: %s and others are not watched", max,
			name);
	crds->full = true;
	return true;
}

static void start_member(struct crds *crds, struct member *m, struct kind *kind, char *why)
{
	m->informer = informer_new(crds->ctx, kind, str_of(crds->ns), true, NULL, NULL);
	for (size_t i = 0; i < crds->n_preferred; i++) {
		if (!strcmp(m->name, crds->preferred[i]))
			informer_hurry(m->informer);
	}
	if (crds->narrow)
		informer_may_narrow(m->informer);
	if (why)
		informer_set_state(m->informer, KIND_NOT_SERVED, why);
	else if (!crds->only_kinds)
		informer_start(m->informer);
	insert(crds, m);
}

void crds_only_kinds(struct crds *crds)
{
	crds->only_kinds = true;
}

void crds_prefer(struct crds *crds, char *const *names, size_t n)
{
	texts_free(crds->preferred, crds->n_preferred);
	crds->preferred = texts_copy(names, n);
	crds->n_preferred = n;
}

static bool is_wanted(const struct crds *crds, const struct kind *kind)
{
	return !crds->wanted || crds->wanted(crds->wanted_arg, kind);
}

static void add_member(struct crds *crds, const struct crd *crd, char *signature)
{
	const struct crd_version *version = crd_version(crd);
	struct kind *kind = make_kind(crd, version, crds->next_id++, crds->choices);
	char *why = why_not_served(crd, version);
	struct member *m;

	if (!is_wanted(crds, kind) || is_full(crds, crd->name)) {
		kind_free(kind);
		free(signature);
		free(why);
		return;
	}
	m = mem_zalloc(sizeof(*m));
	m->name = mem_strdup(crd->name);
	m->uid = mem_strdup(crd->uid);
	m->version = mem_strdup(version ? version->name : "");
	m->signature = signature;
	start_member(crds, m, kind, why);
	free(why);
}

/* Whether what has changed can be taken over by the running informer. */
static bool same_place(const struct member *m, const struct crd *crd)
{
	const struct crd_version *version = crd_version(crd);
	const struct kind *kind = informer_kind(m->informer);

	return version && str_is(str_of(version->name), m->version) &&
	       kind->namespaced == crd->namespaced &&
	       informer_state(m->informer) != KIND_NOT_SERVED &&
	       strcmp(kind->gvr.resource, crd->plural) == 0 && strcmp(kind->kind, crd->kind) == 0;
}

static void update(struct crds *crds, struct member *m, const struct crd *crd, char *signature)
{
	if (strcmp(m->signature, signature) == 0) {
		free(signature);
		return;
	}
	if (!same_place(m, crd)) {
		remove_member(crds, m);
		add_member(crds, crd, signature);
		return;
	}
	free(m->signature);
	m->signature = signature;
	informer_set_kind(m->informer, make_kind(crd, crd_version(crd), 0, crds->choices));
}

static void crd_put(struct crds *crds, const struct crd *crd)
{
	struct member *m = find(crds, str_of(crd->name));
	bool there = crd->established || crd->not_accepted;

	if (m && (m->gone_at || strcmp(m->uid, crd->uid) != 0)) {
		delete_member(crds, m);
		m = NULL;
	}
	if (m)
		update(crds, m, crd, make_signature(crd, crd_version(crd)));
	else if (there)
		add_member(crds, crd, make_signature(crd, crd_version(crd)));
}

/* ---- members that are gone ---- */

static void set_gone_timer(struct crds *crds)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < crds->n_members; i++) {
		int64_t at = crds->members[i]->gone_at;

		if (at && at < next)
			next = at;
	}
	if (next == INT64_MAX)
		client_timer_cancel(crds->ctx->client, &crds->timer);
	else
		client_timer_set(crds->ctx->client, &crds->timer, next);
}

static void mark_gone(struct crds *crds, struct member *m)
{
	if (m->gone_at)
		return;
	informer_stop(m->informer);
	informer_set_state(m->informer, KIND_GONE, "its CustomResourceDefinition was deleted");
	m->gone_at = clock_now() + CRDS_GONE;
	set_gone_timer(crds);
}

static void fire(struct client_timer *timer)
{
	struct crds *crds = (struct crds *)(void *)((char *)timer - offsetof(struct crds, timer));
	int64_t now = clock_now();

	for (size_t i = crds->n_members; i-- > 0;) {
		struct member *m = crds->members[i];

		if (m->gone_at && m->gone_at <= now)
			delete_member(crds, m);
	}
	set_gone_timer(crds);
}

/* ---- the CRD informer ---- */

static void changed(void *arg, const struct entry *e, const struct object *o)
{
	struct crds *crds = arg;
	struct error err = ERROR_INIT;
	struct crd crd;
	struct member *m;

	if (!o) {
		m = find(crds, entry_name(e));
		if (m)
			mark_gone(crds, m);
		return;
	}
	if (crd_parse(o->text, &crd, &err) < 0) {
		log_line(LOG_WARNING, "CRD " STR_FMT ": %s", STR_ARG(o->name), err.text);
		error_release(&err);
		return;
	}
	crd_put(crds, &crd);
	crd_release(&crd);
}

/* CRDs can be listed (again): what only discovery knew is theirs now. */
static void synced(void *arg)
{
	struct crds *crds = arg;

	discover_free(crds->discover);
	tables_free(crds->tables);
	crds->discover = NULL;
	crds->tables = NULL;
	client_timer_cancel(crds->ctx->client, &crds->table_timer);
	for (size_t i = crds->n_members; i-- > 0;) {
		if (!*crds->members[i]->uid)
			remove_member(crds, crds->members[i]);
	}
}

static const struct informer_handlers handlers = { .changed = changed, .synced = synced };

static struct kind *crd_kind(void)
{
	struct kind *kind = mem_zalloc(sizeof(*kind));

	gvr_init(&kind->gvr, STR("apiextensions.k8s.io"), STR("v1"),
		STR("customresourcedefinitions"));
	kind->kind = mem_strdup("CustomResourceDefinition");
	kind->singular = mem_strdup("customresourcedefinition");
	kind->columns = columns_new(str_make(NULL, 0), NULL);
	return kind;
}

/* ---- kinds from discovery ---- */

static void found_columns(void *arg, const char *name, struct columns *columns)
{
	struct crds *crds = arg;
	struct member *m = find(crds, str_of(name));

	if (m && columns && !*m->uid)
		informer_set_kind(m->informer,
			make_kind_copy(informer_kind(m->informer), columns, crds->choices));
	else
		columns_free(columns);
	if (m)
		m->bare = false;
	crds->ctx->dirty = true;
}

/* Asks for the columns of a kind that has changed since they were asked for. */
static void want_table(struct crds *crds, struct member *m)
{
	const struct kind *kind = informer_kind(m->informer);
	uint64_t version = informer_version(m->informer);
	enum kind_state state = informer_state(m->informer);
	const char *namespaces[NARROW_MAX];
	size_t n = informer_narrowed(m->informer, namespaces, NARROW_MAX);

	if (*m->uid || m->gone_at || version == m->table_at ||
		(state != KIND_SYNCED && state != KIND_POLLING))
		return;
	m->table_at = version;
	if (n == 0)
		namespaces[n++] = kind->namespaced ? crds->ns : "";
	tables_want(crds->tables, &kind->gvr, namespaces, n);
}

static void table_tick(struct client_timer *timer)
{
	struct crds *crds =
		(struct crds *)(void *)((char *)timer - offsetof(struct crds, table_timer));

	for (size_t i = 0; i < crds->n_members; i++)
		want_table(crds, crds->members[i]);
	client_timer_set(crds->ctx->client, timer, clock_now() + TABLES_EVERY);
}

static void discovered(void *arg, struct kind **kinds, size_t n, bool partial)
{
	struct crds *crds = arg;
	struct map there;

	crds->discovered = true;
	crds->ctx->dirty = true;
	if (!kinds)
		return;
	map_init(&there);
	for (size_t i = 0; i < n; i++) {
		char *name = mem_printf("%s.%s", kinds[i]->gvr.resource, kinds[i]->gvr.group);
		struct member *m = find(crds, str_of(name));

		map_put(&there, str_of(name), crds);
		if (m && strcmp(m->version, kinds[i]->gvr.version) != 0) {
			remove_member(crds, m);
			m = NULL;
		}
		if (m || !is_wanted(crds, kinds[i]) || is_full(crds, name)) {
			kind_free(kinds[i]);
			free(name);
			continue;
		}
		m = mem_zalloc(sizeof(*m));
		m->name = name;
		m->uid = mem_strdup("");
		m->version = mem_strdup(kinds[i]->gvr.version);
		m->signature = mem_strdup("");
		m->bare = true;
		kinds[i]->id = crds->next_id++;
		start_member(crds, m, make_kind_dressed(kinds[i], crds->choices), NULL);
	}
	for (size_t i = 0; i < crds->n_members && !partial; i++) {
		if (!map_get(&there, str_of(crds->members[i]->name)))
			mark_gone(crds, crds->members[i]);
	}
	map_release(&there);
}

/* ---- life ---- */

struct crds *crds_new(struct informer_context *ctx, struct str ns,
	bool (*wanted)(void *arg, const struct kind *kind), void *arg)
{
	struct crds *crds = mem_zalloc(sizeof(*crds));

	crds->ctx = ctx;
	crds->ns = str_dup(ns);
	crds->wanted = wanted;
	crds->wanted_arg = arg;
	crds->next_id = 1;
	crds->timer.fire = fire;
	crds->table_timer.fire = table_tick;
	crds->informer = informer_new(ctx, crd_kind(), STR(""), false, &handlers, crds);
	return crds;
}

void crds_free(struct crds *crds)
{
	if (!crds)
		return;
	client_timer_cancel(crds->ctx->client, &crds->timer);
	client_timer_cancel(crds->ctx->client, &crds->table_timer);
	discover_free(crds->discover);
	tables_free(crds->tables);
	narrow_free(crds->narrow);
	informer_free(crds->informer);
	for (size_t i = 0; i < crds->n_members; i++)
		member_free(crds->members[i]);
	free(crds->members);
	free(crds->ns);
	choices_unref(crds->choices);
	texts_free(crds->preferred, crds->n_preferred);
	free(crds);
}

void crds_set_choices(struct crds *crds, struct column_choices *choices)
{
	struct column_choices *old = crds->choices;

	crds->choices = choices;
	for (size_t i = 0; i < crds->n_members; i++) {
		struct member *m = crds->members[i];
		const struct kind *kind = informer_kind(m->informer);

		if (choices_same(old, choices, m->name))
			continue;
		informer_set_kind(m->informer,
			make_kind_copy(kind, columns_ref(kind->own_columns), crds->choices));
		crds->ctx->dirty = true;
	}
	choices_unref(old);
}

/* ---- one namespace after another ---- */

void crds_narrow(struct crds *crds, struct asks *asks, const char *ns)
{
	crds->narrow = narrow_new(crds->ctx->client, asks, ns);
}

void crds_name(struct crds *crds, struct str namespaces)
{
	while (crds->narrow && namespaces.len)
		narrow_name(crds->narrow, str_cut(&namespaces, ' '));
}

static void narrow_member(struct crds *crds, struct member *m)
{
	const char *namespaces[NARROW_MAX];
	size_t n = narrow_namespaces(crds->narrow, &informer_kind(m->informer)->gvr, namespaces);

	informer_narrow(m->informer, namespaces, n);
	m->narrowed = true;
}

void crds_run(struct crds *crds)
{
	bool news;

	if (!crds->narrow)
		return;
	news = narrow_run(crds->narrow);
	for (size_t i = 0; i < crds->n_members; i++) {
		struct member *m = crds->members[i];

		if (m->gone_at || !informer_is_forbidden(m->informer)) {
			m->narrowed = false;
			continue;
		}
		if (narrow_is_known(crds->narrow) && (news || !m->narrowed))
			narrow_member(crds, m);
		narrow_want(crds->narrow);
	}
}

void crds_start(struct crds *crds)
{
	informer_start(crds->informer);
}

void crds_kick(struct crds *crds)
{
	if (crds->narrow)
		narrow_kick(crds->narrow);
	informer_kick(crds->informer);
	for (size_t i = 0; i < crds->n_members; i++)
		informer_kick(crds->members[i]->informer);
}

void crds_judge(struct crds *crds)
{
	for (size_t i = 0; i < crds->n_members; i++) {
		if (!crds->members[i]->gone_at)
			informer_judge(crds->members[i]->informer);
	}
}

void crds_pause(struct crds *crds, bool paused)
{
	for (size_t i = 0; i < crds->n_members; i++)
		informer_pause(crds->members[i]->informer, paused);
}

/* Discovery takes over where CRDs may not be listed. */
static void check_access(struct crds *crds)
{
	if (crds->discover || informer_state(crds->informer) != KIND_FORBIDDEN)
		return;
	crds->discover = discover_new(crds->ctx->client, discovered, crds);
	crds->tables = tables_new(crds->ctx->client, found_columns, crds);
	client_timer_set(crds->ctx->client, &crds->table_timer, clock_now() + TABLES_EVERY);
}

const struct kind_root *const *crds_publish(
	struct crds *crds, bool stale, size_t *ret_n, const struct kind_root **ret_crds)
{
	const struct kind_root **kinds = mem_alloc(crds->n_members * sizeof(*kinds));
	unsigned flags = stale ? INFORMER_STALE : 0;

	check_access(crds);
	*ret_crds = informer_publish(crds->informer, flags);
	for (size_t i = 0; i < crds->n_members; i++) {
		struct member *m = crds->members[i];

		kinds[i] = informer_publish(m->informer,
			flags | (*m->uid ? 0 : INFORMER_NO_CRD) | (m->bare ? INFORMER_BARE : 0));
		if (m->bare && !m->table_at)
			want_table(crds, m);
	}
	*ret_n = crds->n_members;
	return kinds;
}
