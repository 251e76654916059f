#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ui/layout.h"

static void check_size(int rows, int cols, const struct layout_wish *wish)
{
	enum pane focus = wish->focus;
	struct layout l;
	int cells = 0;

	layout_compute(rows, cols, wish, &l);
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
		cells += l.panes[PANE_MAIN].h;
	/* every cell belongs to somebody, none to two */
	assert_int_equal(cells, (rows - 1 - l.header.h - l.notice.h) * cols);
	assert_true(l.panes[focus].h >= 2);
}

static void test_all_sizes(void **state)
{
	(void)state;
	for (int rows = 1; rows < 80; rows++) {
		for (int cols = 1; cols < 240; cols += 7) {
			for (int i = 0; i < PANES * 4; i++) {
				struct layout_wish wish = {
					.notice = cols % 2,
					.focus = (enum pane)(i % PANES),
					.wide = i / PANES & 1,
					.full = i / PANES & 2,
				};

				check_size(rows, cols, &wish);
			}
		}
	}
}

static void compute(int rows, int cols, enum pane focus, struct layout *ret)
{
	struct layout_wish wish = { .focus = focus, .main = focus };

	layout_compute(rows, cols, &wish, ret);
}

/* A table has all the width until its object's detail is used. */
static void test_wide(void **state)
{
	struct layout_wish wish = { .focus = PANE_MAIN, .main = PANE_MAIN, .wide = true };
	struct layout l;

	(void)state;
	layout_compute(40, 120, &wish, &l);
	assert_int_equal(l.panes[PANE_MAIN].w, 120);
	assert_int_equal(l.panes[PANE_DETAIL].h, 0);
	wish.focus = PANE_EVENTS;
	layout_compute(40, 120, &wish, &l);
	assert_int_equal(l.panes[PANE_MAIN].w, 120);
	wish.focus = wish.main = PANE_DETAIL;
	layout_compute(40, 120, &wish, &l);
	assert_int_equal(l.rule, 63);
	wish.no_detail = true;
	wish.focus = wish.main = PANE_MAIN;
	layout_compute(24, 80, &wish, &l);
	assert_int_equal(l.panes[PANE_MAIN].w, 80);
}

static void test_full(void **state)
{
	struct layout_wish wish = { .focus = PANE_DETAIL, .main = PANE_DETAIL, .full = true };
	struct layout l;

	(void)state;
	layout_compute(40, 120, &wish, &l);
	assert_int_equal(l.panes[PANE_DETAIL].w, 120);
	assert_int_equal(l.panes[PANE_DETAIL].h, 37);
	assert_int_equal(l.panes[PANE_MAIN].h, 0);
	assert_int_equal(l.panes[PANE_EVENTS].h, 0);
}

static void test_usual_sizes(void **state)
{
	struct layout l;

	(void)state;
	compute(24, 80, PANE_MAIN, &l);
	assert_true(l.panes[PANE_MAIN].h >= 14);
	assert_int_equal(l.panes[PANE_DETAIL].h, 0);
	assert_int_equal(l.panes[PANE_EVENTS].h, 5);
	compute(24, 80, PANE_DETAIL, &l);
	assert_int_equal(l.panes[PANE_MAIN].h, 0);
	assert_true(l.panes[PANE_DETAIL].h >= 14);
	compute(40, 120, PANE_MAIN, &l);
	assert_int_equal(l.rule, 63);
	assert_true(l.panes[PANE_DETAIL].w >= 50);
	compute(5, 20, PANE_MAIN, &l);
	assert_true(l.too_small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_sizes),
		cmocka_unit_test(test_usual_sizes),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
