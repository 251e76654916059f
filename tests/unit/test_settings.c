/* settings: a good file, and each kind of mistake with its line and column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "config/settings.h"
#include "ui/term/theme.h"

static struct settings *parse(const char *text, struct problems *problems)
{
	problems_init(problems, "/home/me/config.yaml");
	return settings_parse(str_of(text), problems);
}

static void test_good(void **state)
{
	static const char text[] = "# mine\n"
				   "theme: light\n"
				   "mouse: false\n"
				   "namespaces: [shop, payments]\n"
				   "labels: app=web,tier!=cache\n"
				   "history: 64Mi\n"
				   "events: false\n"
				   "wide: true\n"
				   "managed-fields: true\n"
				   "line-numbers: true\n"
				   "wrap: true\n"
				   "keys:\n"
				   "  page-down: ctrl-d pgdn\n"
				   "  redraw: \"\"\n"
				   "  help:\n"
				   "aliases:\n"
				   "  mine: certificates shop -l team=web\n"
				   "pins:\n"
				   "- certificates.cert-manager.io\n"
				   "columns:\n"
				   "  certificates.cert-manager.io:\n"
				   "    - Ready\n"
				   "    - {name: Issuer, path: .spec.issuerRef.name}\n"
				   "    - {name: Team, label: team}\n"
				   "    - condition: Issuing\n"
				   "health:\n"
				   "  - kind: databases.example.org\n"
				   "    path: .status.phase\n"
				   "    good: [Running]\n"
				   "    progressing: [Creating, Upgrading]\n"
				   "    bad: Failed\n"
				   "max-cache: 2Gi\n";
	struct problems problems;
	struct settings *s = parse(text, &problems);
	const struct column_choice *columns;

	(void)state;
	assert_non_null(s);
	if (problems.count)
		fail_msg("%s", problems.lines[0]);
	assert_string_equal(s->theme, "light");
	assert_false(s->mouse || s->events);
	assert_true(s->wide && s->managed_fields && s->line_numbers && s->wrap);
	assert_int_equal(s->namespaces.count, 2);
	assert_string_equal(s->namespaces.items[1], "payments");
	assert_string_equal(s->labels, "app=web,tier!=cache");
	assert_int_equal(s->history, 64 << 20);
	assert_int_equal(s->max_cache, (int64_t)2 << 30);
	assert_int_equal(s->keys.count, 3);
	assert_string_equal(s->keys.items[0].action, "page-down");
	assert_string_equal(s->keys.items[0].keys, "ctrl-d pgdn");
	assert_int_equal(s->keys.items[0].keys_place.line, 13);
	assert_string_equal(s->keys.items[2].keys, "");
	assert_string_equal(s->aliases.items[0].command, "certificates shop -l team=web");
	assert_string_equal(s->pins.items[0], "certificates.cert-manager.io");
	columns = settings_columns(s, "certificates.cert-manager.io");
	assert_non_null(columns);
	assert_int_equal(columns->count, 4);
	assert_int_equal(columns->items[0].source, COLUMN_OWN);
	assert_string_equal(columns->items[0].name, "Ready");
	assert_int_equal(columns->items[1].source, COLUMN_PATH);
	assert_string_equal(columns->items[1].what, ".spec.issuerRef.name");
	assert_int_equal(columns->items[2].source, COLUMN_LABEL);
	assert_int_equal(columns->items[3].source, COLUMN_CONDITION);
	assert_string_equal(columns->items[3].name, "Issuing");
	assert_null(settings_columns(s, "pods"));
	assert_int_equal(s->health.count, 1);
	assert_null(s->health.items[0].condition);
	assert_int_equal(s->health.items[0].n_progressing, 2);
	assert_string_equal(s->health.items[0].bad[0], "Failed");
	settings_unref(settings_ref(s));
	settings_unref(s);
	problems_release(&problems);
}

static void check_preset(struct settings *s)
{
	assert_non_null(s);
	assert_string_equal(s->theme, "dark");
	assert_true(s->mouse && s->events);
	assert_false(s->wide || s->wrap || s->line_numbers || s->managed_fields);
	assert_int_equal(s->history, 16 << 20);
	assert_int_equal(s->max_cache, 0);
	assert_null(s->labels);
	assert_int_equal(s->pins.count, 0);
	settings_unref(s);
}

static void test_nothing(void **state)
{
	static const char *const texts[] = { "", "# nothing\n", "---\n", "null\n", "{}",
		"theme:\ncolumns:\n", "\xef\xbb\xbf# mark\n" };
	struct problems problems;

	(void)state;
	check_preset(settings_new());
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		check_preset(parse(texts[i], &problems));
		assert_int_equal(problems.count, 0);
		problems_release(&problems);
	}
}

/* Each of these has exactly this problem, and the rest of the file counts. */
static void test_problems(void **state)
{
	static const struct {
		const char *text, *problem;
	} cases[] = {
		{ "thme: dark\n", "1:1: unknown key \"thme\": did you mean \"theme\"?" },
		{ "xylophone: 1\n", "1:1: unknown key \"xylophone\"" },
		{ "\n\ntheme: pink\n",
			"3:8: theme is dark, light, contrast, mono or 16, not \"pink\"" },
		{ "mouse: yes\n", "1:8: mouse is true or false, not \"yes\"" },
		{ "mouse: [true]\n",
			"1:8: mouse: a list is here where a single value is expected" },
		{ "history: much\n", "1:10: history is a size from 1Mi to 64Gi, not \"much\"" },
		{ "max-cache: 63Ki\n",
			"1:12: max-cache is a size from 64Ki to 1024Gi, not \"63Ki\"" },
		{ "history: 5\n", "1:10: history is a size from 1Mi to 64Gi, not \"5\"" },
		{ "history: 9999999999999Gi\n",
			"1:10: history is a size from 1Mi to 64Gi, not \"9999999999999Gi\"" },
		{ "mouse: true\nmouse: false\n",
			"2:1: \"mouse\" is there already, in line 1: that one counts" },
		{ "namespaces: {a: b}\n",
			"1:13: namespaces: a mapping is here where a list is expected" },
		{ "namespaces: [a, [b]]\n",
			"1:17: namespaces: a list is here where a single value is expected" },
		{ "labels: &l a=b\nnamespaces: *l\n",
			"2:13: namespaces: an alias (*name), which is not supported, is here where "
			"a list is expected" },
		{ "x: &x {}\n<<: *x\n", "1:1: unknown key \"x\"" },
		{ "keys: q\n", "1:7: keys: a single value is here where a mapping is expected" },
		{ "keys: {down: [j]}\n",
			"1:14: down: a list is here where a single value is expected" },
		{ "labels: \"a\\tb\"\n", "1:9: labels: a control character" },
		{ "aliases:\n  two words: x\n", "2:3: \"two words\" is no single word" },
		{ "aliases:\n  x: -l a=b\n", "2:6: x: a kind is expected first" },
		{ "aliases:\n  x:\n", "2:5: x: empty" },
		{ "pins: [certificates]\n",
			"1:8: \"certificates\" is no kind: plural.group is expected" },
		{ "columns:\n  a.b:\n    - {name: x}\n",
			"3:7: a column needs one of column, path, label and condition" },
		{ "columns:\n  a.b:\n    - {path: .x}\n",
			"3:7: a column with a path needs a name" },
		{ "columns:\n  a.b:\n    - {label: x, path: .x}\n",
			"3:18: a column has only one of column, path, label and condition" },
		{ "columns:\n  a.b:\n    - {label: x, nme: X}\n",
			"3:18: unknown key \"nme\": did you mean \"name\"?" },
		{ "columns: {Pods: [x]}\n", "1:11: \"Pods\" is no kind: plural.group is expected" },
		{ "columns: {a.b: x}\n",
			"1:16: a.b: a single value is here where a list is expected" },
		{ "health:\n  - good: [x]\n    path: .a\n", "2:5: a rule needs a kind" },
		{ "health:\n  - {kind: a.b, good: x}\n",
			"2:5: a rule needs a condition or a path, not both" },
		{ "health:\n  - {kind: a.b, condition: Ready}\n",
			"2:5: a rule needs values that are good, progressing or bad" },
		{ "health:\n  - {kind: a.b, condition: Ready, god: x, bad: y}\n",
			"2:35: unknown key \"god\": did you mean \"good\"?" },
	};
	char *want;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = NULL;
		struct problems problems;
		struct settings *s;

		assert_true(asprintf(&text, "%s", cases[i].text) >= 0);
		s = parse(text, &problems);
		assert_non_null(s);
		assert_true(asprintf(&want, "config.yaml:%s", cases[i].problem) >= 0);
		if (problems.count < 1 || strcmp(problems.lines[0], want) != 0)
			fail_msg("%s: %s", cases[i].text,
				problems.count ? problems.lines[0] : "no problem");
		settings_unref(s);
		problems_release(&problems);
		free(want);
		free(text);
	}
}

/* Problems whose words are another's, or those of libyaml. */
static void test_places(void **state)
{
	static const struct {
		const char *text, *begins;
		bool used;
	} cases[] = {
		{ "wide: true\nlabels: a in (\n", "config.yaml:2:9: label selector: ", true },
		{ "wide: true\naliases:\n  x: y -l =\n",
			"config.yaml:3:6: label selector: ", true },
		{ "wide: true\ncolumns:\n  a.b:\n  - {name: x, path: '.a['}\n",
			"config.yaml:4:21: path: ", true },
		{ "wide: true\nhealth:\n- {kind: a.b, path: '.a[', good: x}\n",
			"config.yaml:3:21: path: ", true },
		{ "wide: true\nx: [1\ny: 2\n", "config.yaml:3:", false },
		{ "wide: true\n---\nwide: true\n", "config.yaml:2:1: more than one document",
			false },
		{ "- a\n", "config.yaml:1:1: settings are expected", false },
		{ "{[a]: b}\n", "config.yaml:1:2: a key that is no plain text", false },
		{ "\x7f"
		  "ELF\x02\x01",
			"config.yaml:1:", false },
		{ "a: \xff\xfe\n", "config.yaml:", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct problems problems;
		struct settings *s = parse(cases[i].text, &problems);

		if (problems.count != 1 ||
			strncmp(problems.lines[0], cases[i].begins, strlen(cases[i].begins)) != 0)
			fail_msg("%s: %s", cases[i].text,
				problems.count ? problems.lines[0] : "no problem");
		assert_int_equal(s != NULL, cases[i].used);
		if (s)
			assert_true(s->wide);
		settings_unref(s);
		problems_release(&problems);
	}
}

static void test_rest_counts(void **state)
{
	struct problems problems;
	struct settings *s =
		parse("theme: pink\nmouse: maybe\nwide: true\nnamespaces: [a, \"\", b]\n"
		      "columns:\n  a.b: [{}, X]\n",
			&problems);

	(void)state;
	assert_int_equal(problems.count, 4);
	assert_true(s->wide && s->mouse);
	assert_string_equal(s->theme, "dark");
	assert_int_equal(s->namespaces.count, 2);
	assert_int_equal(settings_columns(s, "a.b")->count, 1);
	settings_unref(s);
	problems_release(&problems);
}

/* What the manual page shows is good. */
static void test_examples(void **state)
{
	static const char *const examples[] = {
#define SETTING(name, member, type, preset, values, text, example) example,
#include "config/settings.def"
#undef SETTING
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		struct problems problems;
		struct settings *s = parse(examples[i], &problems);

		assert_non_null(s);
		if (problems.count)
			fail_msg("%s: %s", examples[i], problems.lines[0]);
		assert_true(strncmp(examples[i], setting_entry(i)->name,
				    strlen(setting_entry(i)->name)) == 0);
		settings_unref(s);
		problems_release(&problems);
	}
}

static void hostile(const struct buf *text)
{
	struct problems problems;

	problems_init(&problems, "config.yaml");
	settings_unref(settings_parse(buf_str(text), &problems));
	assert_in_range(problems.count, 1, PROBLEMS_MAX);
	for (size_t i = 0; i < problems.count; i++)
		assert_in_range(strlen(problems.lines[i]), 1, 1000);
	problems_release(&problems);
}

static void test_hostile(void **state)
{
	struct buf text = BUF_INIT(SETTINGS_MAX);

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_addc(&text, '[');
	hostile(&text);
	buf_reset(&text);
	for (int i = 0; i < 2000; i++)
		buf_addf(&text, "%*sa:\n", i % 300, "");
	hostile(&text);
	buf_reset(&text);
	for (int i = 0; i < 60000; i++)
		buf_addf(&text, "key%d: x\n", i);
	hostile(&text);
	buf_reset(&text);
	for (int i = 0; i < 80000; i++)
		buf_addz(&text, "wide: true\n");
	hostile(&text);
	buf_reset(&text);
	buf_addz(&text, "pins: [");
	for (int i = 0; i < 150000; i++)
		buf_addz(&text, "a,");
	hostile(&text);
	buf_reset(&text);
	for (int i = 0; i < 500000; i++)
		buf_addc(&text, 'k');
	buf_addz(&text, ": x\n");
	hostile(&text);
	buf_release(&text);
}

/* The themes of the table are those that there are. */
static void test_themes(void **state)
{
	const struct setting *setting = setting_entry(0);
	struct buf names = BUF_INIT(1000);

	(void)state;
	assert_string_equal(setting->name, "theme");
	for (const char *const *name = theme_names(); *name; name++)
		buf_addf(&names, "%s%s", names.len ? " " : "", *name);
	assert_string_equal(setting->values, buf_text(&names));
	buf_release(&names);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_rest_counts),
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_themes),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
