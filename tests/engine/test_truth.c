/*
 * A long random script of changes and of everything that goes wrong with lists,
 * streams, definitions and clocks. At each quiet point the stores are what the
 * server has; the change log, replayed from the start and by a reader that began
 * late, comes to the same; and --verify, which runs meanwhile, has found nothing.
 * Below a tiny ceiling of the caches that holds for what is kept: keys, versions and
 * cells.
 *
 * CRWATCH_TEST_SEED sets the seed, CRWATCH_TEST_SEEDS how many from there on.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "kube/columns.h"
#include "kube/object.h"
#include "replay.h"

#define SEEDS	    3 /* of each test, without a word */
#define STEPS	    10000
#define QUIET_EVERY 250
#define NAMES	    25
#define KINDS	    3
#define PAGE	    20 /* what the server gives at most */
#define VERSIONS    2

struct model_kind {
	const char *plural;
	const char *kind;
	struct collection *at[VERSIONS]; /* v1, v2 */
	size_t version;			 /* the one that is served */
	bool there;
	unsigned uid; /* of its CRD */
	unsigned columns;
};

struct run {
	struct scene *sc;
	struct model_kind kinds[KINDS];
	struct text_reader *reader;
	struct replay *whole, *late;
	uint64_t seed;
	uint64_t compared; /* objects by --verify, at quiet points */
	size_t max_cache;  /* bytes; 0: texts are kept */
	size_t on_demand;  /* kinds without texts, at quiet points */
};

static uint64_t roll(struct run *r, uint64_t n)
{
	r->seed ^= r->seed << 13;
	r->seed ^= r->seed >> 7;
	r->seed ^= r->seed << 17;
	return (r->seed >> 11) % n;
}

/* ---- definitions ---- */

static void put_crd(struct run *r, struct model_kind *k)
{
	struct buf versions = BUF_INIT(1 << 16);
	char *uid = mem_printf("crd-%s-%u", k->plural, k->uid);

	for (size_t i = 0; i < VERSIONS; i++) {
		const char *is = i == k->version ? "true" : "false";

		buf_addf(&versions, "%s{\"name\":\"v%zu\",\"served\":%s,\"storage\":%s,",
			i ? "," : "[", i + 1, is, is);
		buf_addz(&versions, "\"additionalPrinterColumns\":[");
		for (unsigned n = 0; n < k->columns; n++)
			buf_addf(&versions,
				"%s{\"name\":\"C%u\",\"type\":\"string\",\"jsonPath\":\"%s\"}",
				n ? "," : "", n, n == 1 ? ".spec.t" : ".spec.v");
		buf_addz(&versions, "]}");
	}
	buf_addz(&versions, "]");
	world_crd(r->sc->world,
		&(struct crd_text){
			.plural = k->plural, .uid = uid, .versions = buf_text(&versions) });
	buf_release(&versions);
	free(uid);
}

static void create_crd(struct run *r, struct model_kind *k)
{
	k->there = true;
	k->uid++;
	k->columns = 1 + (unsigned)roll(r, 3);
	collection_serve(k->at[k->version], true);
	put_crd(r, k);
}

static void empty(struct collection *c);

/* Its objects go with it. */
static void delete_crd(struct run *r, struct model_kind *k)
{
	k->there = false;
	world_crd_delete(r->sc->world, k->plural);
	collection_serve(k->at[k->version], false);
	empty(k->at[k->version]);
}

/* The first kind keeps its version: all its deletions are to be heard of. */
static void switch_version(struct run *r, struct model_kind *k)
{
	if (k == r->kinds)
		return;
	collection_serve(k->at[k->version], false);
	k->version = (k->version + 1) % VERSIONS;
	collection_serve(k->at[k->version], true);
	put_crd(r, k);
}

/* A change of the definition ends its watches. */
static void change_columns(struct run *r, struct model_kind *k)
{
	k->columns = 1 + (unsigned)roll(r, 3);
	put_crd(r, k);
	collection_end(k->at[k->version]);
}

static void change_crd(struct run *r, struct model_kind *k)
{
	uint64_t n = roll(r, 10);

	if (!k->there) {
		create_crd(r, k);
	} else if (n < 3) {
		delete_crd(r, k);
		if (roll(r, 2))
			create_crd(r, k);
	} else if (n < 6) {
		switch_version(r, k);
	} else {
		change_columns(r, k);
	}
}

/* ---- objects ---- */

static const char *const spaces[] = { "a", "b", "c" };

static void empty(struct collection *c)
{
	for (int i = 0; i < 3 * NAMES; i++) {
		char *name = mem_printf("n%02d", i / 3);

		collection_delete(c, spaces[i % 3], name);
		free(name);
	}
}

static void change(struct run *r, struct collection *c, bool remove, const char *uid)
{
	const char *ns = spaces[roll(r, 3)];
	char *name = mem_printf("n%02d", (int)roll(r, NAMES));
	char *rest = mem_printf(",\"spec\":{\"v\":%d,\"t\":\"\xc3\xa9\"}", (int)roll(r, 1000000));

	if (remove)
		collection_delete(c, ns, name);
	else
		collection_put(c, ns, name, uid, rest);
	free(name);
	free(rest);
}

static void change_uid(struct run *r, struct collection *c)
{
	char *uid = mem_printf("new-%d", (int)roll(r, 1000000));

	change(r, c, false, uid);
	free(uid);
}

/* As when a watch was cut, and the server forgot what was then. */
static void hidden_changes(struct run *r, struct collection *c)
{
	collection_hush(c, true);
	for (uint64_t n = roll(r, 8); n > 0; n--)
		change(r, c, roll(r, 2), NULL);
	if (roll(r, 2))
		collection_compact(c);
	collection_hush(c, false);
	collection_end(c);
}

static void hidden_definitions(struct run *r)
{
	struct collection *crds = world_crds(r->sc->world);

	collection_hush(crds, true);
	for (uint64_t n = roll(r, 4); n > 0; n--)
		change_crd(r, &r->kinds[roll(r, KINDS)]);
	if (roll(r, 2))
		collection_compact(crds);
	collection_hush(crds, false);
	collection_end(crds);
}

/* ---- what goes wrong ---- */

/* The whole server, for a while. */
static void go_down(struct run *r)
{
	server_down(r->sc->server);
	advance((int64_t)roll(r, 3000) * CLOCK_MS);
	server_up(r->sc->server);
}

static void jump(struct run *r)
{
	advance_wall(((int64_t)roll(r, 200000) - 100000) * CLOCK_S);
}

static void begin_late(struct run *r)
{
	replay_from_root(r->late, root_pin(r->sc->reader));
	root_unpin(r->sc->reader);
}

/* A stream, or a list by its pages, of a kind's objects or of the definitions. */
static void disturb(struct run *r, struct collection *c, uint64_t n)
{
	if (n < 15)
		collection_end(c); /* often a very short watch */
	else if (n < 25)
		collection_cut(c);
	else if (n < 35)
		collection_reset(c);
	else if (n < 60)
		collection_compact(c);
	else if (n < 70)
		collection_gone_as_status(c, roll(r, 2));
	else
		collection_bookmark(c);
}

static void step(struct run *r)
{
	struct model_kind *k = &r->kinds[roll(r, KINDS)];
	struct collection *c = k->at[k->version];
	uint64_t n = roll(r, 1000);

	if (n < 150)
		disturb(r, roll(r, 8) ? c : world_crds(r->sc->world), n);
	else if (n < 160)
		change_crd(r, k);
	else if (n < 162)
		hidden_definitions(r);
	else if (n < 163)
		go_down(r);
	else if (n < 168)
		jump(r);
	else if (n < 172)
		begin_late(r);
	else if (n < 195)
		advance((int64_t)roll(r, 2500) * CLOCK_MS);
	else if (!k->there)
		return;
	else if (n < 205)
		hidden_changes(r, c);
	else if (n < 650)
		change(r, c, false, NULL);
	else if (n < 900)
		change(r, c, true, NULL);
	else if (n < 950)
		change_uid(r, c);
}

/* ---- comparing ---- */

/* What a row is made of, where the text is not kept. */
static bool has_row(
	struct run *r, const struct columns *columns, const char *want, const struct entry *e)
{
	struct buf got_cells = BUF_INIT(1 << 16), want_cells = BUF_INIT(1 << 16);
	struct object o;
	bool same;

	assert_int_equal(object_scan(str_of(want), &o, NULL), 0);
	columns_cells(columns, str_of(want), 0, false, &want_cells);
	columns_cells(
		columns, text_read_kept(r->reader, atomic_load(&e->text)), 0, false, &got_cells);
	same = str_eq(o.rv, entry_rv(e)) && str_eq(buf_str(&got_cells), buf_str(&want_cells));
	buf_release(&got_cells);
	buf_release(&want_cells);
	return same;
}

static bool has_text(struct run *r, struct collection *c, const struct kind_root *k, size_t i)
{
	const struct entry *e = store_root_at(k->store, i);
	char *ns = str_dup(entry_ns(e)), *name = str_dup(entry_name(e));
	const char *want = collection_find(c, ns, name);
	struct str text = text_read(r->reader, atomic_load(&e->text));
	bool same = want && (text.p || !k->on_demand ? str_is(text, want)
						     : has_row(r, k->kind->columns, want, e));

	free(ns);
	free(name);
	return same;
}

static bool kind_is_true(struct run *r, const struct root *root, const struct model_kind *m)
{
	const struct kind_root *k = scene_kind(root, m->plural);
	struct collection *c = m->at[m->version];

	if (!m->there)
		return !k;
	if (!k || k->state != KIND_SYNCED || k->store->count != collection_count(c) ||
		k->kind->columns->count != m->columns ||
		k->kind->gvr.version[1] != (char)('1' + m->version))
		return false;
	for (size_t i = 0; i < k->store->count; i++) {
		if (!has_text(r, c, k, i))
			return false;
	}
	return true;
}

static bool is_true(struct scene *sc, const struct root *root, void *arg)
{
	struct run *r = arg;

	(void)sc;
	for (size_t i = 0; i < KINDS; i++) {
		if (!kind_is_true(r, root, &r->kinds[i]))
			return false;
	}
	return true;
}

/* The store is true: so is what its log comes to. */
static void check_replay(struct run *r, const struct root *root, struct replay *replay)
{
	for (size_t i = 0; i < KINDS; i++) {
		const struct kind_root *k = scene_kind(root, r->kinds[i].plural);
		uint32_t id = k ? k->kind->id : UINT32_MAX;
		const struct entry *e;

		if (i == 0)
			assert_true(replay_has_only(replay, r->kinds[i].kind, id));
		if (!k)
			continue;
		r->on_demand += k->on_demand;
		assert_int_equal(replay_count(replay, id), k->store->count);
		for (size_t n = 0; (e = store_root_at(k->store, n)); n++) {
			const char *got = replay_find(replay, id, entry_ns(e), entry_name(e));

			assert_non_null(got);
			if (r->max_cache)
				assert_true(str_is(entry_rv(e), got));
			else
				assert_true(
					str_is(text_read(r->reader, atomic_load(&e->text)), got));
		}
	}
}

static void quiet(struct run *r)
{
	const struct root *root;

	scene_drive(r->sc, is_true, r, 900, "the truth");
	replay_log(r->whole, cluster_changes(r->sc->cluster));
	replay_log(r->late, cluster_changes(r->sc->cluster));
	root = root_pin(r->sc->reader);
	check_replay(r, root, r->whole);
	check_replay(r, root, r->late);
	assert_int_equal(root->verify.differences, 0);
	r->compared += root->verify.objects;
	root_unpin(r->sc->reader);
}

/* ---- a run ---- */

static void add_kinds(struct run *r)
{
	static const char *const plurals[KINDS] = { "widgets", "gadgets", "gizmos" };
	static const char *const kinds[KINDS] = { "Widget", "Gadget", "Gizmo" };

	for (size_t i = 0; i < KINDS; i++) {
		r->kinds[i] = (struct model_kind){ .plural = plurals[i], .kind = kinds[i] };
		r->kinds[i].at[0] = world_add(r->sc->world, plurals[i], "v1");
		r->kinds[i].at[1] = world_add(r->sc->world, plurals[i], "v2");
		collection_serve(r->kinds[i].at[1], false);
		create_crd(r, &r->kinds[i]);
	}
}

static void run(struct scene *sc, bool pages, uint64_t seed, size_t max_cache)
{
	struct scene_options options = { .pages = pages };
	struct cluster_options all = {
		.log_initial = true, .verify = 10 * CLOCK_S, .max_cache = max_cache
	};
	struct run r = { .sc = sc, .reader = text_reader_new(), .max_cache = max_cache };

	printf("# CRWATCH_TEST_SEED=%llu\n", (unsigned long long)seed);
	fflush(stdout);
	r.seed = seed * 0x9e3779b97f4a7c15u | 1;
	r.whole = replay_new(max_cache > 0);
	r.late = replay_new(max_cache > 0);
	scene_open(sc, &options);
	world_set_page(sc->world, PAGE);
	add_kinds(&r);
	scene_start(sc, &all);
	for (int i = 1; i <= STEPS; i++) {
		step(&r);
		if (i % QUIET_EVERY == 0)
			quiet(&r);
	}
	assert_true(r.compared > 0);
	assert_int_equal(r.on_demand > 0, max_cache > 0);
	replay_free(r.whole);
	replay_free(r.late);
	text_reader_free(r.reader);
	scene_close(sc);
}

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static void run_seeds(struct scene *sc, bool pages)
{
	uint64_t seed = number("CRWATCH_TEST_SEED", 1);

	for (uint64_t n = number("CRWATCH_TEST_SEEDS", SEEDS); n > 0; n--)
		run(sc, pages, seed++, 0);
}

static void test_case_40_by_pages(void **state)
{
	run_seeds(*state, true);
}

static void test_case_40_by_stream(void **state)
{
	run_seeds(*state, false);
}

/* Both ways to list, and some kinds or all without texts. */
static void test_below_a_ceiling(void **state)
{
	uint64_t seed = number("CRWATCH_TEST_SEED", 1);

	for (uint64_t n = number("CRWATCH_TEST_SEEDS", SEEDS); n > 0; n--, seed++)
		run(*state, seed % 2, seed, (size_t)(8 << 10) << seed % 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_case_40_by_pages),
		scene_test(test_case_40_by_stream),
		scene_test(test_below_a_ceiling),
	};

	return cmocka_run_group_tests_name("truth", tests, scene_group_setup, scene_group_teardown);
}
