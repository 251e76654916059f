#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "ui/marks.h"

static struct tree_key key_of(unsigned n)
{
	static char group[] = "example.com", ns[] = "a", name[] = "one";
	struct tree_key key = {
		.level = TREE_OBJECT, .kind = 7, .group = group, .ns = ns, .name = name
	};

	memcpy(key.uid, &n, sizeof(n));
	return key;
}

static void test_toggle(void **state)
{
	struct tree_key one = key_of(1), other = key_of(2);
	struct marks marks;

	(void)state;
	marks_init(&marks);
	assert_false(marks_has(&marks, one.kind, one.uid));
	assert_true(marks_toggle(&marks, &one));
	assert_true(marks_toggle(&marks, &other));
	assert_int_equal(marks_count(&marks), 2);
	assert_true(marks_has(&marks, one.kind, one.uid));
	/* of another kind it is another one */
	assert_false(marks_has(&marks, 8, one.uid));
	assert_true(marks_toggle(&marks, &one));
	assert_false(marks_has(&marks, one.kind, one.uid));
	assert_memory_equal(marks_at(&marks, 0)->uid, other.uid, sizeof(other.uid));
	assert_null(marks_at(&marks, 1));
	marks_remove(&marks, &one); /* none any more */
	marks_clear(&marks);
	assert_int_equal(marks_count(&marks), 0);
	assert_false(marks_has(&marks, other.kind, other.uid));
	marks_release(&marks);
}

static void test_in_order(void **state)
{
	struct marks marks;

	(void)state;
	marks_init(&marks);
	for (unsigned i = 1; i <= 5; i++) {
		struct tree_key key = key_of(i);

		assert_true(marks_add(&marks, &key));
		assert_true(marks_add(&marks, &key)); /* once */
	}
	assert_int_equal(marks_count(&marks), 5);
	for (unsigned i = 1; i <= 5; i++) {
		struct tree_key key = key_of(i);

		assert_memory_equal(marks_at(&marks, i - 1)->uid, key.uid, sizeof(key.uid));
	}
	marks_release(&marks);
}

static void test_ceiling(void **state)
{
	struct tree_key key;
	struct marks marks;

	(void)state;
	marks_init(&marks);
	for (unsigned i = 0; i < MARKS_MAX; i++) {
		key = key_of(i);
		assert_true(marks_add(&marks, &key));
	}
	key = key_of(MARKS_MAX);
	assert_false(marks_add(&marks, &key));
	assert_false(marks_toggle(&marks, &key));
	key = key_of(3);
	assert_true(marks_toggle(&marks, &key));
	assert_int_equal(marks_count(&marks), MARKS_MAX - 1);
	marks_release(&marks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_toggle),
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_ceiling),
	};

	return cmocka_run_group_tests_name("marks", tests, NULL, NULL);
}
