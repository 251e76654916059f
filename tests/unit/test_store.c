#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cache/entry.h"
#include "cache/labels.h"
#include "cache/root.h"
#include "cache/store.h"
#include "kube/object.h"

struct world {
	struct roots *roots;
	struct labels *labels;
	struct store *store;
};

static int setup(void **state)
{
	struct world *w = mem_zalloc(sizeof(*w));

	w->roots = roots_new();
	w->labels = labels_new(roots_retire(w->roots), LABELS_PAIRS_MAX);
	w->store = store_new(roots_retire(w->roots));
	*state = w;
	return 0;
}

static struct entry *make(struct world *w, const char *ns, const char *name, enum health health)
{
	struct object o = { .name = str_of(name), .rv = STR("1"), .uid = STR("u") };
	struct entry *e =
		entry_new(&o, &(struct entry_facts){ .ns = str_of(ns) }, w->labels, NULL, NULL);

	e->version = entry_next_version();
	e->health = (uint8_t)health;
	return e;
}

static int teardown(void **state)
{
	struct world *w = *state;
	struct entry *e;

	while ((e = store_at(w->store, 0))) {
		store_remove(w->store, entry_ns(e), entry_name(e));
		entry_free(e, w->labels);
	}
	store_free(w->store);
	roots_free(w->roots);
	labels_free(w->labels);
	free(w);
	return 0;
}

/* The root agrees with itself and is in order. */
static void check(const struct store_root *root, size_t count)
{
	const struct entry *before = NULL;
	size_t n = 0, health = 0;

	for (size_t i = 0; i < root->n_chunks; i++) {
		assert_int_equal(root->starts[i], n);
		assert_in_range(root->chunks[i]->count, 1, STORE_CHUNK);
		for (size_t k = 0; k < root->chunks[i]->count; k++, n++) {
			const struct entry *e = root->chunks[i]->entries[k];

			assert_ptr_equal(store_root_at(root, n), e);
			assert_true(e->slot < root->slots);
			if (before)
				assert_true(entry_cmp(before, entry_ns(e), entry_name(e)) < 0);
			before = e;
		}
	}
	for (size_t i = 0; i < HEALTH_KINDS; i++)
		health += root->health[i];
	assert_int_equal(n, count);
	assert_int_equal(root->count, count);
	assert_int_equal(health, count);
	assert_null(store_root_at(root, count));
}

static void test_order(void **state)
{
	static const char *const keys[][2] = { { "b", "a" }, { "", "z" }, { "a", "b" },
		{ "a", "a" }, { "a-b", "a" }, { "a", "aa" } };
	static const char *const sorted[] = { "z", "a", "aa", "b", "a", "a" };
	struct world *w = *state;
	const struct store_root *root;
	size_t at;

	for (size_t i = 0; i < 6; i++)
		assert_null(store_put(w->store, make(w, keys[i][0], keys[i][1], HEALTH_OK)));
	root = store_publish(w->store);
	check(root, 6);
	for (size_t i = 0; i < 6; i++)
		assert_true(str_is(entry_name(store_root_at(root, i)), sorted[i]));
	assert_non_null(store_root_find(root, STR("a"), STR("aa"), &at));
	assert_int_equal(at, 2);
	assert_null(store_root_find(root, STR("a"), STR("ab"), &at));
	assert_int_equal(at, 3);
	assert_null(store_root_find(root, STR("zz"), STR(""), &at));
	assert_int_equal(at, 6);
}

static void test_published_roots_do_not_change(void **state)
{
	struct world *w = *state;
	const struct store_root *before, *after;
	struct entry *old;

	store_put(w->store, make(w, "n", "a", HEALTH_OK));
	store_put(w->store, make(w, "n", "b", HEALTH_OK));
	before = store_publish(w->store);
	assert_ptr_equal(store_publish(w->store), before);
	old = store_put(w->store, make(w, "n", "a", HEALTH_BAD));
	assert_non_null(old);
	assert_ptr_equal(store_root_at(before, 0), old);
	after = store_publish(w->store);
	assert_ptr_not_equal(after, before);
	assert_true(after->version != before->version);
	assert_true(after->chunks[0]->version != before->chunks[0]->version);
	assert_int_equal(before->health[HEALTH_OK], 2);
	assert_int_equal(after->health[HEALTH_OK], 1);
	assert_int_equal(after->health[HEALTH_BAD], 1);
	assert_int_equal(store_root_at(after, 0)->slot, old->slot);
	entry_free(old, w->labels);
}

static uint64_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

/* Against the simplest model: an array of flags. */
static void test_model(void **state)
{
	enum {
		KEYS = 3000
	};
	static bool there[KEYS];
	struct world *w = *state;
	uint64_t seed = 1;
	size_t count = 0;

	memset(there, 0, sizeof(there));
	for (int step = 0; step < 60000; step++) {
		size_t key = next_random(&seed) % KEYS;
		/* Grows, then shrinks to nearly nothing, then grows again. */
		bool put = next_random(&seed) % 100 < (step / 20000 == 1 ? 10 : 80);
		char ns[16], name[16];
		struct entry *old;

		snprintf(ns, sizeof(ns), "ns-%zu", key % 7);
		snprintf(name, sizeof(name), "name-%zu", key);
		old = put ? store_put(w->store, make(w, ns, name, HEALTH_OK))
			  : store_remove(w->store, str_of(ns), str_of(name));
		assert_int_equal(old != NULL, there[key]);
		count += put && !there[key] ? 1 : 0;
		count -= !put && there[key] ? 1 : 0;
		there[key] = put;
		entry_free(old, w->labels);
		if (step % 1000 == 0)
			check(store_publish(w->store), count);
		if (step % 100 == 0)
			retire_run(roots_retire(w->roots));
	}
	check(store_publish(w->store), count);
	assert_int_equal(store_count(w->store), count);
}

static void test_list_in_order_fills_chunks(void **state)
{
	struct world *w = *state;
	const struct store_root *root;
	char name[16];

	for (int i = 0; i < 5 * STORE_CHUNK; i++) {
		snprintf(name, sizeof(name), "%06d", i);
		store_put(w->store, make(w, "", name, HEALTH_OK));
	}
	root = store_publish(w->store);
	check(root, 5 * STORE_CHUNK);
	assert_int_equal(root->n_chunks, 5);
}

static void test_entry_keeps_its_parts(void **state)
{
	static const char text[] =
		"{\"metadata\":{\"name\":\"n\",\"uid\":\"00112233-4455-6677-8899-aabbccddeeff\","
		"\"resourceVersion\":\"99999999999999999999999\",\"labels\":{\"a\\u002fb\":\"c\",\"d\":\"\"},"
		"\"ownerReferences\":[{\"uid\":\"ffeeddcc-bbaa-9988-7766-554433221100\"},7,{\"uid\":\"x\"}]},"
		"\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}";
	static const unsigned char uid[] = { 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
		0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff };
	struct entry_facts facts = { .ns = STR("space") };
	struct world *w = *state;
	struct object o;
	struct entry *e;

	assert_int_equal(object_scan(str_of(text), &o, NULL), 0);
	facts.verdict = health_of(&o, NULL, 0);
	e = entry_new(&o, &facts, w->labels, NULL, NULL);
	assert_true(str_is(entry_name(e), "n"));
	assert_true(str_is(entry_ns(e), "space"));
	assert_true(str_is(entry_rv(e), "99999999999999999999999"));
	assert_memory_equal(e->uid, uid, 16);
	assert_int_equal(e->health, HEALTH_OK);
	assert_true(str_is(entry_health_field(e), "Ready"));
	assert_int_equal(e->n_owners, 2);
	assert_int_equal(entry_owner(e, 0)[0], 0xff);
	assert_int_equal(e->n_labels, 2);
	assert_true(str_is(label_key(labels_get(w->labels, entry_labels(e)[0])), "a/b"));
	assert_true(str_is(label_value(labels_get(w->labels, entry_labels(e)[1])), ""));
	entry_free(e, w->labels);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_published_roots_do_not_change, setup, teardown),
		cmocka_unit_test_setup_teardown(test_model, setup, teardown),
		cmocka_unit_test_setup_teardown(test_list_in_order_fills_chunks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_entry_keeps_its_parts, setup, teardown),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
