#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "ui/place.h"
#include "ui/view.h"

static const struct view one = { .name = "one" }, two = { .name = "two" };

static void test_back_and_forward(void **state)
{
	struct places p = { 0 };

	(void)state;
	assert_null(places_now(&p));
	assert_false(places_step(&p, -1));
	places_go(&p, &one, NULL);
	places_go(&p, &two, "a");
	places_go(&p, &two, "b");
	assert_string_equal(places_now(&p)->arg, "b");
	assert_false(places_step(&p, 1));
	assert_true(places_step(&p, -1));
	assert_string_equal(places_now(&p)->arg, "a");
	assert_true(places_step(&p, -1));
	assert_ptr_equal(places_now(&p)->view, &one);
	assert_false(places_step(&p, -1));
	assert_true(places_step(&p, 1));
	/* what was forward is gone once another way is taken */
	places_go(&p, &one, NULL);
	assert_false(places_step(&p, 1));
	assert_true(places_step(&p, -1));
	assert_string_equal(places_now(&p)->arg, "a");
	places_release(&p);
}

static void test_same_place(void **state)
{
	struct places p = { 0 };

	(void)state;
	places_go(&p, &one, NULL);
	places_go(&p, &one, NULL);
	assert_int_equal(p.count, 1);
	places_go(&p, &one, "");
	assert_int_equal(p.count, 2);
	places_release(&p);
}

static void test_oldest_are_forgotten(void **state)
{
	struct places p = { 0 };
	char arg[16];

	(void)state;
	for (int i = 0; i < PLACES_MAX + 10; i++) {
		snprintf(arg, sizeof(arg), "%d", i);
		places_go(&p, &one, arg);
	}
	assert_int_equal(p.count, PLACES_MAX);
	assert_string_equal(places_now(&p)->arg, "73");
	while (places_step(&p, -1))
		;
	assert_string_equal(places_now(&p)->arg, "10");
	places_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_back_and_forward),
		cmocka_unit_test(test_same_place),
		cmocka_unit_test(test_oldest_are_forgotten),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
