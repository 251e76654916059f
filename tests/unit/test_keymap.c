#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "config/settings.h"
#include "ui/keymap.h"
#include "ui/term/keys.h"

static struct keymap *map;

static void test_key_names(void **state)
{
	(void)state;
	assert_int_equal(keymap_key(STR("j")), 'j');
	assert_int_equal(keymap_key(STR("ctrl-f")), 'f' | KEYS_CTRL);
	assert_int_equal(keymap_key(STR("shift-tab")), KEYS_TAB | KEYS_SHIFT);
	assert_int_equal(keymap_key(STR("-")), '-');
	assert_int_equal(keymap_key(STR("nonsense")), 0);
	assert_int_equal(keymap_key(STR("")), 0);
	assert_int_equal(keymap_key(STR("shift-g")), 'G');
	assert_int_equal(keymap_key(STR("f12")), KEYS_F12);
	assert_int_equal(keymap_key(STR("f13")), 0);
	assert_int_equal(keymap_key(STR("f")), 'f');
}

static void test_pane_comes_first(void **state)
{
	(void)state;
	assert_int_equal(keymap_find(map, WHERE_TREE, '/'), ACTION_FILTER);
	assert_int_equal(keymap_find(map, WHERE_DETAIL, '/'), ACTION_SEARCH);
	assert_int_equal(keymap_find(map, WHERE_TREE, 'j'), ACTION_DOWN);
	assert_int_equal(keymap_find(map, WHERE_TREE, 'm'), ACTION_NONE);
	assert_int_equal(keymap_find(map, WHERE_EVENTS, 'm'), ACTION_NOISE);
	assert_int_equal(keymap_find(map, WHERE_EVENTS, 'c' | KEYS_CTRL), ACTION_QUIT);
}

/* Every name in the table is a key, and no key has two meanings in one place. */
static void test_table(void **state)
{
	const struct action_entry *entry;

	(void)state;
	for (size_t i = 0; (entry = keymap_entry(map, i)); i++) {
		struct str rest = str_of(entry->keys);

		assert_true(strlen(entry->text) > 0);
		while (rest.p) {
			struct str name = str_cut(&rest, ' ');
			uint32_t key = keymap_key(name);

			if (!key)
				fail_msg("%s: no such key", entry->keys);
			if (keymap_find(map, entry->where, key) != entry->action)
				fail_msg("%s: has two meanings", entry->keys);
		}
	}
}

/* The first problem that these settings make, or "". */
static const char *set(const char *text, struct problems *problems)
{
	struct settings *settings;

	problems_init(problems, "config.yaml");
	settings = settings_parse(str_of(text), problems);
	assert_non_null(settings);
	keymap_set(map, settings, problems);
	settings_unref(settings);
	return problems->count ? problems->lines[0] : "";
}

static void test_chosen(void **state)
{
	struct problems problems;

	(void)state;
	assert_string_equal(keymap_keys(map, ACTION_PAGE_DOWN), "ctrl-f pgdn");
	assert_string_equal(set("keys:\n  page-down: \" ctrl-d  x \"\n  redraw: \"\"\n  quit: Q\n"
				"  search: ctrl-f\n",
				    &problems),
		"");
	assert_string_equal(keymap_keys(map, ACTION_PAGE_DOWN), "ctrl-d x");
	assert_string_equal(keymap_keys(map, ACTION_REDRAW), "");
	assert_int_equal(keymap_find(map, WHERE_TREE, 'd' | KEYS_CTRL), ACTION_PAGE_DOWN);
	assert_int_equal(keymap_find(map, WHERE_TREE, 'f' | KEYS_CTRL), ACTION_NONE);
	assert_int_equal(keymap_find(map, WHERE_DETAIL, 'f' | KEYS_CTRL), ACTION_SEARCH);
	assert_int_equal(keymap_find(map, WHERE_DETAIL, '/'), ACTION_FILTER);
	assert_int_equal(keymap_find(map, WHERE_TREE, 'l' | KEYS_CTRL), ACTION_NONE);
	assert_int_equal(keymap_find(map, WHERE_TREE, 'Q'), ACTION_QUIT);
	assert_int_equal(keymap_find(map, WHERE_TREE, 'c' | KEYS_CTRL), ACTION_QUIT);
	assert_string_equal(keymap_keys(map, ACTION_QUIT), "Q ctrl-c");
	problems_release(&problems);
	keymap_set(map, NULL, NULL);
	assert_string_equal(keymap_keys(map, ACTION_PAGE_DOWN), "ctrl-f pgdn");
	assert_int_equal(keymap_find(map, WHERE_TREE, 'l' | KEYS_CTRL), ACTION_REDRAW);
	assert_int_equal(keymap_find(map, WHERE_TREE, 'Q'), ACTION_NONE);
}

static void test_problems(void **state)
{
	static const struct {
		const char *text, *problem;
	} cases[] = {
		{ "keys:\n  pagedown: x\n",
			"config.yaml:2:3: there is no action \"pagedown\": did you mean "
			"\"page-down\"?" },
		{ "keys:\n  down: j dwon\n", "config.yaml:2:9: down: \"dwon\" is no key" },
		{ "keys:\n  down: ctrl-c\n", "config.yaml:2:9: down: ctrl-c always quits" },
		{ "keys:\n  up: x\n  down: x\n",
			"config.yaml:3:9: \"x\" cannot be the key of both up and down" },
		{ "keys:\n  filter: j\n",
			"config.yaml:2:11: \"j\" is the key of down, too: filter has it now" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct problems problems;

		assert_string_equal(set(cases[i].text, &problems), cases[i].problem);
		assert_int_equal(problems.count, 1);
		problems_release(&problems);
		assert_int_equal(keymap_find(map, WHERE_TREE, 'c' | KEYS_CTRL), ACTION_QUIT);
	}
	assert_int_equal(keymap_find(map, WHERE_TREE, 'j'), ACTION_FILTER);
	assert_string_equal(keymap_keys(map, ACTION_DOWN), "down");
	keymap_set(map, NULL, NULL);
}

static void check_hints(const char *hints, const char *expected)
{
	struct buf out = BUF_INIT((size_t)1000);

	keymap_hints(map, hints, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

static void test_hints(void **state)
{
	struct problems problems;

	(void)state;
	keymap_set(map, NULL, NULL);
	check_hints("<unfold> unfold  <search-next> <search-last> next  plain",
		"l unfold  n N next  plain");
	check_hints("", "");
	check_hints("<nosuch> gone  <help> help", "? help");
	set("keys:\n  unfold: o f2\n  help: ''\n", &problems);
	problems_release(&problems);
	check_hints("<unfold> unfold  <help> help  <quit> quit", "o unfold  ctrl-c quit");
	check_hints("<help> help", "");
	keymap_set(map, NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_names),
		cmocka_unit_test(test_pane_comes_first),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_chosen),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_hints),
	};

	int failed;

	map = keymap_new();
	failed = cmocka_run_group_tests_name("keymap", tests, NULL, NULL);
	keymap_free(map);
	return failed;
}
