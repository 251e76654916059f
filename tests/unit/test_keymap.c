#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "ui/keymap.h"
#include "ui/keys.h"

static void test_key_names(void **state)
{
	(void)state;
	assert_int_equal(keymap_key(STR("j")), 'j');
	assert_int_equal(keymap_key(STR("ctrl-f")), 'f' | KEYS_CTRL);
	assert_int_equal(keymap_key(STR("shift-tab")), KEYS_TAB | KEYS_SHIFT);
	assert_int_equal(keymap_key(STR("-")), '-');
	assert_int_equal(keymap_key(STR("nonsense")), 0);
	assert_int_equal(keymap_key(STR("")), 0);
}

static void test_pane_comes_first(void **state)
{
	(void)state;
	assert_int_equal(keymap_find(WHERE_TREE, '/'), ACTION_FILTER);
	assert_int_equal(keymap_find(WHERE_DETAIL, '/'), ACTION_SEARCH);
	assert_int_equal(keymap_find(WHERE_TREE, 'j'), ACTION_DOWN);
	assert_int_equal(keymap_find(WHERE_TREE, 'm'), ACTION_NONE);
	assert_int_equal(keymap_find(WHERE_EVENTS, 'm'), ACTION_NOISE);
	assert_int_equal(keymap_find(WHERE_EVENTS, 'c' | KEYS_CTRL), ACTION_QUIT);
}

/* Every name in the table is a key, and no key has two meanings in one place. */
static void test_table(void **state)
{
	const struct action_entry *entry;

	(void)state;
	for (size_t i = 0; (entry = keymap_entry(i)); i++) {
		struct str rest = str_of(entry->keys);

		assert_true(strlen(entry->text) > 0);
		while (rest.p) {
			struct str name = str_cut(&rest, ' ');
			uint32_t key = keymap_key(name);

			if (!key)
				fail_msg("%s: no such key", entry->keys);
			if (keymap_find(entry->where, key) != entry->action)
				fail_msg("%s: has two meanings", entry->keys);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_names),
		cmocka_unit_test(test_pane_comes_first),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("keymap", tests, NULL, NULL);
}
