/*
 * A long random script of changes and of everything that goes wrong with
 * streams. At each quiet point the store is what the server has, and the change
 * log, replayed, comes to the same. CRWATCH_TEST_SEED sets the seed.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"

#define STEPS	    10000
#define QUIET_EVERY 250
#define NAMES	    40

struct run {
	struct scene *sc;
	struct collection *c;
	struct text_reader *reader;
	uint64_t seed;
	char *replay[3][NAMES]; /* texts by namespace and name; NULL: not there */
};

static uint64_t roll(struct run *r, uint64_t n)
{
	r->seed ^= r->seed << 13;
	r->seed ^= r->seed >> 7;
	r->seed ^= r->seed << 17;
	return (r->seed >> 11) % n;
}

static const char *const spaces[] = { "a", "b", "c" };

static void change(struct run *r, bool remove, const char *uid)
{
	const char *ns = spaces[roll(r, 3)];
	char *name = mem_printf("n%02d", (int)roll(r, NAMES));
	char *rest = mem_printf(",\"spec\":{\"v\":%d,\"t\":\"\xc3\xa9\"}", (int)roll(r, 1000000));

	if (remove)
		collection_delete(r->c, ns, name);
	else
		collection_put(r->c, ns, name, uid, rest);
	free(name);
	free(rest);
}

static void change_uid(struct run *r)
{
	char *uid = mem_printf("new-%d", (int)roll(r, 1000000));

	change(r, false, uid);
	free(uid);
}

/* As when a watch was cut, and the server forgot what was then. */
static void hidden_changes(struct run *r)
{
	collection_hush(r->c, true);
	for (uint64_t n = roll(r, 8); n > 0; n--)
		change(r, roll(r, 2), NULL);
	if (roll(r, 2))
		collection_compact(r->c);
	collection_hush(r->c, false);
	collection_end(r->c);
}

static void step(struct run *r)
{
	uint64_t n = roll(r, 1000);

	if (n < 450)
		change(r, false, NULL);
	else if (n < 680)
		change(r, true, NULL);
	else if (n < 730)
		change_uid(r);
	else if (n < 745)
		collection_end(r->c); /* often a very short watch */
	else if (n < 755)
		collection_cut(r->c);
	else if (n < 765)
		collection_reset(r->c);
	else if (n < 775)
		hidden_changes(r);
	else if (n < 800)
		collection_compact(r->c);
	else if (n < 810)
		collection_gone_as_status(r->c, roll(r, 2));
	else if (n < 900)
		collection_bookmark(r->c);
	else if (n < 920)
		advance((int64_t)roll(r, 2500) * CLOCK_MS);
}

/* ---- comparing ---- */

static bool is_true(struct scene *sc, const struct root *root, void *arg)
{
	struct run *r = arg;
	const struct kind_root *k = scene_kind(root, "widgets");
	const struct entry *e;

	(void)sc;
	if (!k || k->store->count != collection_count(r->c))
		return false;
	for (size_t i = 0; (e = store_root_at(k->store, i)); i++) {
		char *ns = str_dup(entry_ns(e)), *name = str_dup(entry_name(e));
		const char *want = collection_find(r->c, ns, name);
		bool same = want && str_is(text_read(r->reader, atomic_load(&e->text)), want);

		free(ns);
		free(name);
		if (!same)
			return false;
	}
	return true;
}

static char **place(struct run *r, const struct change *change)
{
	char *name = str_dup(change->name);
	size_t n = strtoul(name + 1, NULL, 10);

	free(name);
	return &r->replay[change->ns.p[0] - 'a'][n];
}

static void replay(struct run *r, const struct change *change)
{
	char **at;

	if (change->type == CHANGE_RELIST)
		return;
	at = place(r, change);
	if (change->type == CHANGE_ADDED)
		assert_null(*at);
	else
		assert_non_null(*at);
	free(*at);
	*at = change->type == CHANGE_DELETED ? NULL
					     : str_dup(text_read(r->reader, change->new_text));
}

static void replay_log(struct run *r)
{
	struct change_copy copy = { .memory = NULL };

	for (; changes_read(cluster_changes(r->sc->cluster), r->sc->log_at, &copy) == 0;
		r->sc->log_at++)
		replay(r, &copy.change);
	change_copy_release(&copy);
	for (size_t ns = 0; ns < 3; ns++) {
		for (size_t i = 0; i < NAMES; i++) {
			char *name = mem_printf("n%02zu", i);
			const char *want = collection_find(r->c, spaces[ns], name);
			const char *got = r->replay[ns][i];

			assert_int_equal(!want, !got);
			if (want)
				assert_string_equal(want, got);
			free(name);
		}
	}
}

static void quiet(struct run *r)
{
	scene_drive(r->sc, is_true, r, 900, "the truth");
	replay_log(r);
}

static void run(struct scene *sc, bool pages, uint64_t seed)
{
	struct scene_options options = { .pages = pages };
	struct run r = { .sc = sc, .seed = seed, .reader = text_reader_new() };

	scene_open(sc, &options);
	r.c = world_kind(sc->world, "widgets");
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 1);
	for (int i = 1; i <= STEPS; i++) {
		step(&r);
		if (i % QUIET_EVERY == 0)
			quiet(&r);
	}
	for (size_t i = 0; i < 3 * (size_t)NAMES; i++)
		free(r.replay[i / NAMES][i % NAMES]);
	text_reader_free(r.reader);
	scene_close(sc);
}

static uint64_t seed(void)
{
	const char *text = getenv("CRWATCH_TEST_SEED");
	uint64_t n = text ? strtoull(text, NULL, 10) : 1;

	printf("# CRWATCH_TEST_SEED=%llu\n", (unsigned long long)n);
	return n * 0x9e3779b97f4a7c15u | 1;
}

static void test_case_40_by_pages(void **state)
{
	run(*state, true, seed());
}

static void test_case_40_by_stream(void **state)
{
	run(*state, false, seed());
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_case_40_by_pages),
		scene_test(test_case_40_by_stream),
	};

	return cmocka_run_group_tests_name("truth", tests, scene_group_setup, scene_group_teardown);
}
