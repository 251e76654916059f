#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ui/layout.h"

static void check_size(int rows, int cols, bool notice, enum pane focus)
{
	struct layout l;
	int cells = 0;

	layout_compute(rows, cols, notice, focus, PANE_TREE, &l);
	if (rows < LAYOUT_MIN_ROWS || cols < LAYOUT_MIN_COLS) {
		assert_true(l.too_small);
		return;
	}
	for (int i = 0; i < PANES; i++) {
		const struct area *a = &l.panes[i];

		if (!a->h)
			continue;
		assert_true(a->y >= l.header.h + l.notice.h && a->y + a->h <= rows - 1);
		assert_true(a->x >= 0 && a->x + a->w <= cols && a->w > 0);
		cells += a->h * a->w;
	}
	if (l.rule >= 0)
		cells += l.panes[PANE_TREE].h;
	/* every cell belongs to somebody, none to two */
	assert_int_equal(cells, (rows - 1 - l.header.h - l.notice.h) * cols);
	assert_true(l.panes[focus].h >= 2);
}

static void test_all_sizes(void **state)
{
	(void)state;
	for (int rows = 1; rows < 80; rows++) {
		for (int cols = 1; cols < 240; cols += 7) {
			for (int focus = 0; focus < PANES; focus++)
				check_size(rows, cols, cols % 2, (enum pane)focus);
		}
	}
}

static void test_usual_sizes(void **state)
{
	struct layout l;

	(void)state;
	layout_compute(24, 80, false, PANE_TREE, PANE_TREE, &l);
	assert_true(l.panes[PANE_TREE].h >= 14);
	assert_int_equal(l.panes[PANE_DETAIL].h, 0);
	assert_int_equal(l.panes[PANE_EVENTS].h, 5);
	layout_compute(24, 80, false, PANE_DETAIL, PANE_DETAIL, &l);
	assert_int_equal(l.panes[PANE_TREE].h, 0);
	assert_true(l.panes[PANE_DETAIL].h >= 14);
	layout_compute(40, 120, false, PANE_TREE, PANE_TREE, &l);
	assert_int_equal(l.rule, 63);
	assert_true(l.panes[PANE_DETAIL].w >= 50);
	layout_compute(5, 20, false, PANE_TREE, PANE_TREE, &l);
	assert_true(l.too_small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_sizes),
		cmocka_unit_test(test_usual_sizes),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
