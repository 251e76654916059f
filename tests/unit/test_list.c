#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ui/widgets/list.h"

static void check(const struct list *list, size_t cursor, size_t top)
{
	assert_int_equal(list->cursor, cursor);
	assert_int_equal(list->top, top);
}

static void test_moves(void **state)
{
	struct list list = { 0 };

	(void)state;
	list_resize(&list, 100, 10);
	assert_true(list_act(&list, ACTION_UP));
	check(&list, 0, 0);
	for (int i = 0; i < 10; i++)
		list_act(&list, ACTION_DOWN);
	check(&list, 10, 1);
	list_act(&list, ACTION_BOTTOM);
	check(&list, 99, 90);
	list_act(&list, ACTION_PAGE_UP);
	check(&list, 90, 90);
	list_act(&list, ACTION_PAGE_UP);
	check(&list, 81, 81);
	list_act(&list, ACTION_TOP);
	check(&list, 0, 0);
	assert_false(list_act(&list, ACTION_FILTER));
}

static void test_stays_on_its_line(void **state)
{
	struct list list = { 0 };

	(void)state;
	list_resize(&list, 100, 10);
	list_to(&list, 50);
	check(&list, 50, 41);
	/* five rows came in above: the row is on the same line */
	list_follow(&list, 55, 105);
	check(&list, 55, 46);
	/* not enough rows above any more */
	list_follow(&list, 3, 60);
	check(&list, 3, 0);
}

static void test_shrinks(void **state)
{
	struct list list = { 0 };

	(void)state;
	list_resize(&list, 100, 10);
	list_act(&list, ACTION_BOTTOM);
	list_resize(&list, 5, 10);
	check(&list, 4, 0);
	list_resize(&list, 0, 10);
	check(&list, 0, 0);
	list_act(&list, ACTION_DOWN);
	check(&list, 0, 0);
	list_resize(&list, 100, 0);
	list_act(&list, ACTION_PAGE_DOWN);
	assert_true(list.cursor < 100);
}

static void test_scroll_takes_the_cursor_along(void **state)
{
	struct list list = { 0 };

	(void)state;
	list_resize(&list, 100, 10);
	list_scroll(&list, 3);
	check(&list, 3, 3);
	list_scroll(&list, -100);
	check(&list, 3, 0);
	list_scroll(&list, 1000);
	check(&list, 90, 90);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moves),
		cmocka_unit_test(test_stays_on_its_line),
		cmocka_unit_test(test_shrinks),
		cmocka_unit_test(test_scroll_takes_the_cursor_along),
	};

	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
