#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cache/labels.h"
#include "cache/root.h"

static int freed;

static void count_free(void *ptr, void *arg)
{
	(void)arg;
	free(ptr);
	freed++;
}

static void publish(struct roots *roots)
{
	roots_publish(roots, mem_zalloc(sizeof(struct root)));
}

static void test_retire_waits_for_pins(void **state)
{
	struct roots *roots = roots_new();
	struct root_reader *a = root_reader_new(roots, NULL), *b = root_reader_new(roots, NULL);
	struct retire *retire = roots_retire(roots);

	(void)state;
	freed = 0;
	publish(roots);
	root_pin(a);
	retire_add(retire, mem_alloc(1), count_free, NULL);
	retire_run(retire);
	assert_int_equal(freed, 0); /* the newest root may still be read */
	publish(roots);
	root_pin(b);
	retire_run(retire);
	assert_int_equal(freed, 0); /* a has pinned the older one */
	root_unpin(a);
	retire_run(retire);
	assert_int_equal(freed, 1);
	retire_add(retire, mem_alloc(1), count_free, NULL);
	publish(roots);
	retire_run(retire);
	assert_int_equal(freed, 1);
	root_unpin(b);
	retire_run(retire);
	assert_int_equal(freed, 2);
	root_reader_free(a);
	root_reader_free(b);
	roots_free(roots);
}

static void test_publish_rings(void **state)
{
	struct roots *roots = roots_new();
	struct root_reader *reader;
	struct wake wake;
	uint64_t number;

	(void)state;
	wake_init(&wake);
	reader = root_reader_new(roots, &wake);
	number = root_pin(reader)->number;
	root_unpin(reader);
	assert_false(atomic_load(&wake.rung));
	publish(roots);
	assert_true(atomic_load(&wake.rung));
	assert_int_equal(root_pin(reader)->number, number + 1);
	root_unpin(reader);
	root_reader_free(reader);
	wake_release(&wake);
	roots_free(roots);
}

static uint32_t intern(struct labels *labels, const char *key, const char *value)
{
	uint32_t id = UINT32_MAX;

	assert_int_equal(labels_intern(labels, str_of(key), str_of(value), &id), 0);
	return id;
}

static void test_labels(void **state)
{
	struct roots *roots = roots_new();
	struct labels *labels = labels_new(roots_retire(roots), LABELS_PAIRS_MAX);
	uint32_t id = intern(labels, "app", "web");
	uint32_t other = intern(labels, "ap", "pweb");

	(void)state;
	assert_int_not_equal(id, other);
	assert_int_equal(intern(labels, "app", "web"), id);
	assert_true(str_is(label_key(labels_get(labels, id)), "app"));
	assert_true(str_is(label_value(labels_get(labels, id)), "web"));
	labels_release(labels, id);
	assert_int_equal(intern(labels, "app", "web"), id);
	labels_release(labels, id);
	labels_release(labels, id);
	publish(roots);
	retire_run(roots_retire(roots));
	assert_int_equal(intern(labels, "new", "pair"), id);
	roots_free(roots);
	labels_free(labels);
}

static void test_many_labels_come_and_go(void **state)
{
	struct roots *roots = roots_new();
	struct labels *labels = labels_new(roots_retire(roots), LABELS_PAIRS_MAX);
	uint32_t highest = 0;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		char value[16];
		uint32_t id;

		snprintf(value, sizeof(value), "v%u", i);
		id = intern(labels, "pod-hash", value);
		assert_true(str_is(label_value(labels_get(labels, id)), value));
		highest = id > highest ? id : highest;
		labels_release(labels, id);
		publish(roots);
		retire_run(roots_retire(roots));
	}
	assert_true(highest < 100);
	roots_free(roots);
	labels_free(labels);
}

/* A full table refuses new pairs only, and until one has gone. */
static void test_too_many_labels(void **state)
{
	struct roots *roots = roots_new();
	struct labels *labels = labels_new(roots_retire(roots), 2);
	uint32_t a = intern(labels, "a", "1"), b = intern(labels, "b", "1"), id = 7;

	(void)state;
	assert_int_equal(labels_intern(labels, STR("c"), STR("1"), &id), -1);
	assert_int_equal(id, 7);
	assert_int_equal(intern(labels, "b", "1"), b);
	labels_release(labels, a);
	publish(roots);
	retire_run(roots_retire(roots));
	assert_int_equal(intern(labels, "c", "1"), a);
	assert_int_equal(labels_intern(labels, STR("a"), STR("1"), &id), -1);
	roots_free(roots);
	labels_free(labels);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_retire_waits_for_pins),
		cmocka_unit_test(test_publish_rings),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_many_labels_come_and_go),
		cmocka_unit_test(test_too_many_labels),
	};

	return cmocka_run_group_tests_name("root", tests, NULL, NULL);
}
