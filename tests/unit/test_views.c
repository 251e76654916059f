/* What every view is made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ui/keymap.h"
#include "ui/command.h"
#include "ui/state.h"

/* A hint names only actions that there are, and they have keys. */
static void check_hints(const struct keymap *map, const struct view *view)
{
	const char *at = view->hints;

	assert_non_null(at);
	while ((at = strchr(at, '<'))) {
		const char *end = strchr(at, '>');
		struct buf hint = BUF_INIT((size_t)100), out = BUF_INIT((size_t)100);

		assert_non_null(end);
		buf_add(&hint, at, (size_t)(end - at) + 1);
		keymap_hints(map, buf_text(&hint), &out);
		if (!out.len)
			fail_msg("%s: no action is called %s", view->name, buf_text(&hint));
		buf_release(&hint);
		buf_release(&out);
		at = end;
	}
}

static void test_hints(void **state)
{
	struct keymap *map = keymap_new();
	const struct view *const *views;
	size_t n;

	(void)state;
	views = ui_main_views(&n);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(views[i]->name);
		check_hints(map, views[i]);
	}
	check_hints(map, &detail_view);
	check_hints(map, &events_view);
	keymap_free(map);
}

static void test_names(void **state)
{
	const struct view *const *views;
	size_t n;

	(void)state;
	views = ui_main_views(&n);
	for (size_t i = 0; i < n; i++)
		assert_ptr_equal(ui_main_view(str_of(views[i]->name)), views[i]);
	assert_null(ui_main_view(STR("nosuch")));
	/* each can be completed, and none is the name of a command */
	for (size_t i = 0; i < n; i++) {
		size_t found = 0;

		for (size_t c = 0; ui_command_name(c); c++)
			found += strcmp(ui_command_name(c), views[i]->name) == 0;
		assert_int_equal(found, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("views", tests, NULL, NULL);
}
