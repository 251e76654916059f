/* What a user types to see fewer rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cluster_fixture.h"
#include "kube/selector.h"

#define COLUMNS                                                                                    \
	"[{\"name\":\"Ready\",\"type\":\"string\",\"jsonPath\":\".status.r\"},"                    \
	"{\"name\":\"Last Sync\",\"type\":\"string\",\"jsonPath\":\".status.l\"},"                 \
	"{\"name\":\"Age\",\"type\":\"date\",\"jsonPath\":\".metadata.creationTimestamp\"},"       \
	"{\"name\":\"Size\",\"type\":\"string\",\"jsonPath\":\".s\"},"                             \
	"{\"name\":\"Took\",\"type\":\"string\",\"jsonPath\":\".t\"},"                             \
	"{\"name\":\"Restarts\",\"type\":\"integer\",\"jsonPath\":\".n\"},"                        \
	"{\"name\":\"Renewed\",\"type\":\"date\",\"jsonPath\":\".d\"}]"

static struct fixture fixture;
static const struct root *root;

static int set_up(void **state)
{
	struct fixture_kind *kind;
	struct entry *e;

	(void)state;
	fixture_init(&fixture);
	kind = fixture_add_kind(&fixture, "e.c", "widgets", COLUMNS);
	fixture_put(&fixture, kind, "pay", "Api-tls",
		"\"labels\":{\"team\":\"a\",\"env\":\"prod\",\"n\":\"7\"}",
		"\"status\":{\"phase\":\"Failed\"}");
	fixture_add_kind(&fixture, "e.c", "gadgets", NULL);
	root = fixture_publish(&fixture);
	/* an hour and a half old */
	e = store_find(kind->store, STR("pay"), STR("Api-tls"));
	e->created = clock_wall() / CLOCK_S - 5400;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_release(&fixture);
	return 0;
}

static struct filter *parse(const char *text)
{
	struct error err = ERROR_INIT;
	struct filter *filter;

	if (filter_new(str_of(text), NULL, &filter, NULL, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	return filter;
}

static const struct {
	const char *text;
	bool matches; /* pay/Api-tls with cells "True", "2h x" and an empty date */
} rows[] = {
	{ "", true },
	{ "   ", true },
	{ "api", true },
	{ "API-TLS", true },
	{ "pay", true },
	{ "pay api", true },
	{ "pay web", false },
	{ "web", false },
	{ "true", true },
	{ "2h", true },
	{ "h.x", true },
	{ "^api", true },
	{ "^pi", false },
	{ "tls$", true },
	{ "^2h", true },
	{ "a(b|p)i", true },
	{ "!web", true },
	{ "!api", false },
	{ "!true", false },
	{ "!^web api", true },
	{ "!", true },
	{ "ready=true", true },
	{ "READY=True", true },
	{ "ready=tru", false },
	{ "ready!=true", false },
	{ "ready!=false", true },
	{ "!ready=true", false },
	{ "last-sync=2h", false },
	{ "last_sync!=x", true },
	{ "name=api-tls", true },
	{ "name=api", false },
	{ "ns=pay", true },
	{ "namespace!=pay", false },
	{ "health=not-ready", true },
	{ "health=healthy", false },
	{ "nothing=x", false },
	{ "nothing!=x", true },
	{ "-f atls", true },
	{ "-f slta", false },
	{ "-f atls web", false },
	{ "\xc3\xa9", false },
	{ "size>=1.5Gi", true },
	{ "size>1600Mi", false },
	{ "size<2Gi", true },
	{ "size<=1536Mi", true },
	{ "size>abc", false },
	{ "took<2h", true },
	{ "took>30m", true },
	{ "took>2", false },
	{ "!took>30m", false },
	{ "ready>a", true },
	{ "name<b", true },
	{ "name>b", false },
	{ "nothing<5", false },
	{ "age<2h", true },
	{ "age>2h", false },
	{ "age>30d", false },
	{ "age>=1h", true },
	{ "!age<2h", false },
	{ "age=2h", false },
};

static void test_text(void **state)
{
	const struct kind *kind = root->kinds[1]->kind;
	const struct entry *e = store_root_at(root->kinds[1]->store, 0);
	const struct str cells = STR("True\0002h x\0\0001.5Gi\00045m\0");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct filter *filter = parse(rows[i].text);
		bool matches = filter_judge_text(filter, kind, e, &cells) == FILTER_YES;

		if (matches != rows[i].matches)
			fail_msg("'%s': %d", rows[i].text, matches);
		filter_free(filter);
	}
}

static const struct {
	const char *text;
	enum filter_answer answer;
} judged[] = {
	{ "api", FILTER_YES },
	{ "web", FILTER_NEEDS_CELLS },
	{ "!api", FILTER_NO },
	{ "!web", FILTER_NEEDS_CELLS },
	{ "web !pay", FILTER_NO },
	{ "name=api-tls", FILTER_YES },
	{ "ready=true", FILTER_NEEDS_CELLS },
	{ "ready=true name=x", FILTER_NO },
};

static void test_without_cells(void **state)
{
	const struct entry *e = store_root_at(root->kinds[1]->store, 0);
	struct filter *filter;

	(void)state;
	for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++) {
		filter = parse(judged[i].text);
		assert_int_equal(
			filter_judge_text(filter, root->kinds[1]->kind, e, NULL), judged[i].answer);
		filter_free(filter);
	}
	/* a kind whose cells are all ages has nothing to wait for */
	filter = parse("web");
	assert_int_equal(filter_judge_text(filter, root->kinds[0]->kind, e, NULL), FILTER_NO);
	filter_free(filter);
}

static const struct {
	const char *text;
	bool matches;
	bool more; /* text terms are left behind the selector */
} selectors[] = {
	{ "-l team=a", true, false },
	{ "-l team=b", false, false },
	{ "-l team in (a, b), env=prod", true, false },
	{ "-l team in (a, b), !env", false, false },
	{ "-l !x , n>6", true, false },
	{ "-l team!=a", false, false },
	{ "-l none!=a", true, false },
	{ "-l", true, false },
	{ "-l team=a api", true, true },
	{ "-l team api", true, true },
	{ "-l team in (a) api", true, true },
	{ "api -l team=a", true, true },
};

static void test_labels(void **state)
{
	const struct entry *e = store_root_at(root->kinds[1]->store, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++) {
		struct filter *filter = parse(selectors[i].text);
		struct filter_memo *memo = filter_memo_new(filter);

		assert_int_equal(
			filter_labels_match(filter, e, root->labels), selectors[i].matches);
		for (int again = 0; again < 2; again++)
			assert_int_equal(filter_labels_match_memo(filter, memo, e, root->labels),
				selectors[i].matches);
		filter_memo_reset(memo);
		assert_int_equal(filter_labels_match_memo(filter, memo, e, root->labels),
			selectors[i].matches);
		assert_int_equal(filter_needs_cells(filter), selectors[i].more);
		filter_memo_free(memo);
		filter_free(filter);
	}
}

static void test_given_selector(void **state)
{
	const struct entry *e = store_root_at(root->kinds[1]->store, 0);
	struct selector *selector;
	struct filter *filter;

	(void)state;
	assert_int_equal(selector_parse(STR("env=dev"), &selector, NULL, NULL), 0);
	assert_int_equal(filter_new(STR("-l team=a"), selector, &filter, NULL, NULL), 0);
	assert_false(filter_labels_match(filter, e, root->labels));
	assert_false(filter_is_empty(filter));
	filter_free(filter);
	assert_int_equal(selector_parse(STR("env=prod"), &selector, NULL, NULL), 0);
	assert_int_equal(filter_new(STR("-l team=a"), selector, &filter, NULL, NULL), 0);
	assert_true(filter_labels_match(filter, e, root->labels));
	filter_free(filter);
}

static const struct {
	const char *text;
	size_t at;
} refused[] = {
	{ "age<abc", 4 },
	{ "x !age>=2", 8 },
	{ "age<", 4 },
	{ "since<-5m", 6 },
	{ "size>", 5 },
	{ "ns<=<none>", 4 },
	{ "x a(b", 5 },
	{ "x !a(b", 6 },
	{ "x *", 2 },
	{ "-l a in b", 8 },
	{ "x -l a=b=c", 8 },
	{ "-l =", 3 },
	{ "-l a=b x -l c", 11 },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct error err = ERROR_INIT;
		struct selector *selector;
		struct filter *filter;
		size_t at = 99;

		/* what was given is freed on an error, too */
		assert_int_equal(selector_parse(STR("a"), &selector, NULL, NULL), 0);
		assert_int_equal(
			filter_new(str_of(refused[i].text), selector, &filter, &at, &err), -1);
		if (at != refused[i].at)
			fail_msg("%s: at %zu: %s", refused[i].text, at, err.text);
		error_release(&err);
	}
}

static void test_questions(void **state)
{
	struct filter *filter = parse(" ");

	(void)state;
	assert_true(filter_is_empty(filter));
	filter_free(filter);
	filter = parse("ready=x");
	assert_false(filter_cannot_match(filter, root->kinds[1]->kind));
	assert_true(filter_cannot_match(filter, root->kinds[0]->kind));
	assert_true(filter_needs_cells(filter));
	filter_free(filter);
	filter = parse("name=x ns=y health=z");
	assert_false(filter_cannot_match(filter, root->kinds[0]->kind));
	assert_false(filter_needs_cells(filter));
	filter_free(filter);
}

static void test_find(void **state)
{
	struct filter *filter = parse("tls a.i !x name=tls");
	size_t start, end;

	(void)state;
	assert_true(filter_find(filter, STR("my-Api-TLS-tls"), 0, &start, &end));
	assert_int_equal(start, 3);
	assert_int_equal(end, 6);
	assert_true(filter_find(filter, STR("my-Api-TLS-tls"), end, &start, &end));
	assert_int_equal(start, 7);
	assert_int_equal(end, 10);
	assert_true(filter_find(filter, STR("my-Api-TLS-tls"), end, &start, &end));
	assert_int_equal(start, 11);
	assert_false(filter_find(filter, STR("my-Api-TLS-tls"), end, &start, &end));
	assert_false(filter_find(filter, STR("x"), 0, &start, &end));
	filter_free(filter);
}

/* An expression that would try for ever is given up. */
static void test_hostile_expression(void **state)
{
	const struct entry *e = store_root_at(root->kinds[1]->store, 0);
	struct filter *filter = parse("^(a+)+$ ready!=q");
	struct str cells;
	char cell[64];

	(void)state;
	memset(cell, 'a', sizeof(cell));
	cell[sizeof(cell) - 1] = 'b';
	cells = str_make(cell, sizeof(cell));
	assert_int_equal(filter_judge_text(filter, root->kinds[1]->kind, e, &cells), FILTER_NO);
	filter_free(filter);
}

/* Rows that are no objects, whose cells have names. */
static const struct {
	const char *text;
	bool matches;
} named[] = {
	{ "", true },
	{ "pay", true },
	{ "kind=widget", true },
	{ "kind=pay", false },
	{ "ns=PAY", true },
	{ "ns=widget", false },
	{ "ns!=pay", false },
	{ "nothing=pay", false },
	{ "nothing!=pay", true },
	{ "rest=tail", false }, /* has no name */
	{ "tail", true },
	{ "!tail", false },
	{ "-f wgt", true },
	{ "kind=widget !pay", false },
};

static void test_named_cells(void **state)
{
	static const char *const names[] = { "kind", "ns", NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
		struct filter *filter = parse(named[i].text);

		if (filter_named_cells_match(filter, names, STR("Widget\0pay\0tail\0")) !=
			named[i].matches)
			fail_msg("%s", named[i].text);
		filter_free(filter);
	}
}

static void test_check_cells(void **state)
{
	static const char *const names[] = { "kind", "ns", NULL };
	static const struct {
		const char *text;
		const char *const *names;
		int rc;
		size_t at;
	} checks[] = {
		{ "x kind=a -f b !ns=c", names, 0, 0 },
		{ "x since=a", names, -1, 8 },
		{ "kind<a", names, -1, 5 },
		{ "since=a", NULL, 0, 0 },
		{ "age<2h", NULL, -1, 4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		struct filter *filter = parse(checks[i].text);
		size_t at = 0;

		assert_int_equal(
			filter_check_cells(filter, checks[i].names, &at, NULL), checks[i].rc);
		if (checks[i].rc < 0)
			assert_int_equal(at, checks[i].at);
		filter_free(filter);
	}
}

static bool add_words(void *arg, const struct kind *kind, const struct entry *e, struct buf *out)
{
	(void)arg;
	(void)kind;
	(void)e;
	buf_addstr(out, STR("Widget\0Ready=False Not-Found: no such x\0"));
	return true;
}

/* Columns that only a view has: words, and sentences of which a part is enough. */
static const struct {
	const char *text;
	bool matches;
} said[] = {
	{ "sort=widget", true },
	{ "sort=widge", false },
	{ "why=not-found", true },
	{ "why=False", true },
	{ "why=no_such-x", true },
	{ "why=ready=false-not", true },
	{ "why=not-founds", false },
	{ "why!=found", false },
	{ "why!=timeout", true },
	{ "!why=found", false },
	{ "why=ready=false-not-found:-no-such-xy", false },
};

static void test_sentences(void **state)
{
	static const char *const names[] = { "sort", "why", NULL };
	static const struct filter_words words = { .add = add_words, .names = names, .n_whole = 1 };
	const struct entry *e = store_root_at(root->kinds[1]->store, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		struct filter *filter = parse(said[i].text);

		filter_set_words(filter, &words, NULL);
		if ((filter_judge_text(filter, root->kinds[1]->kind, e, NULL) == FILTER_YES) !=
			said[i].matches)
			fail_msg("%s", said[i].text);
		filter_free(filter);
	}
}

/* A selector on the text of labels: the same as on those of an entry. */
static const struct {
	const char *text;
	const char *labels; /* NULL: none */
	bool matches;
} label_texts[] = {
	{ "word", NULL, true },
	{ "-l team=a", "{\"team\":\"a\"}", true },
	{ "-l team=a", "{\"team\":\"b\"}", false },
	{ "-l team=a", "{\"team\":\"\\u0061\"}", true },
	{ "-l team=a", NULL, false },
	{ "-l team!=a", NULL, true },
	{ "-l !team", "{}", true },
	{ "-l team", "{\"team\":\"\"}", true },
	{ "-l team", "{\"team\":7}", false },
	{ "-l team", "[\"team\"]", false },
	{ "-l n>5,team=a", "{\"n\":\"7\",\"team\":\"a\"}", true },
	{ "-l n>7,team=a", "{\"n\":\"7\",\"team\":\"a\"}", false },
};

static void test_label_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(label_texts) / sizeof(*label_texts); i++) {
		struct filter *filter = parse(label_texts[i].text);

		assert_int_equal(filter_has_labels(filter), label_texts[i].text[0] == '-');
		if (filter_labels_text_matches(filter, str_of(label_texts[i].labels)) !=
			label_texts[i].matches)
			fail_msg("%s: %s", label_texts[i].text,
				label_texts[i].labels ? label_texts[i].labels : "none");
		filter_free(filter);
	}
}

static bool passes(const struct filter *filter, const char *ns, const char *name)
{
	const struct kind_root *kind = root->kinds[1];
	const struct entry *e = store_root_find(kind->store, str_of(ns), str_of(name), NULL);

	assert_non_null(e);
	return filter_labels_match(filter, e, root->labels) &&
	       filter_judge_text(filter, kind->kind, e, &STR("a\0b\0\0\0\0")) == FILTER_YES;
}

/* What is beside the text holds together with it. */
static void test_unwell_and_namespaces(void **state)
{
	static const char *const spaces[] = { "shop", "pay" };
	struct fixture_kind *kind = fixture.kinds[1];
	struct filter *filter = parse("");

	(void)state;
	fixture_put(&fixture, kind, "pay", "well", NULL, "\"status\":{\"phase\":\"Running\"}");
	fixture_put(&fixture, kind, "pay", "plain", NULL, NULL);
	fixture_put(&fixture, kind, "shop", "bad", NULL, "\"status\":{\"phase\":\"Failed\"}");
	fixture_put(&fixture, kind, "other", "bad", NULL, "\"status\":{\"phase\":\"Failed\"}");
	fixture_put(&fixture, kind, "other", "begins", NULL, "\"status\":{\"phase\":\"Pending\"}");
	fixture_put(&fixture, kind, "", "wide", NULL, "\"status\":{\"phase\":\"Failed\"}");
	root = fixture_publish(&fixture);

	assert_true(filter_is_empty(filter));
	filter_set_unwell(filter, true);
	assert_false(filter_is_empty(filter));
	assert_false(filter_needs_cells(filter));
	assert_true(passes(filter, "pay", "Api-tls"));
	assert_false(passes(filter, "pay", "well"));
	assert_false(passes(filter, "pay", "plain"));
	assert_true(passes(filter, "other", "begins"));
	filter_set_namespaces(filter, spaces, 2);
	assert_true(passes(filter, "pay", "Api-tls"));
	assert_true(passes(filter, "shop", "bad"));
	assert_false(passes(filter, "other", "bad"));
	assert_true(passes(filter, "", "wide"));
	filter_set_unwell(filter, false);
	assert_true(passes(filter, "pay", "well"));
	assert_false(filter_is_empty(filter));
	filter_set_namespaces(filter, NULL, 0);
	assert_true(filter_is_empty(filter));
	filter_free(filter);

	filter = parse("api -l team=a");
	filter_set_unwell(filter, true);
	assert_true(passes(filter, "pay", "Api-tls"));
	assert_false(passes(filter, "shop", "bad"));
	filter_free(filter);
	for (size_t i = 0; i < 3; i++)
		fixture_remove(&fixture, kind, i ? "other" : "shop", i == 2 ? "begins" : "bad");
	fixture_remove(&fixture, kind, "pay", "well");
	fixture_remove(&fixture, kind, "pay", "plain");
	fixture_remove(&fixture, kind, "", "wide");
	root = fixture_publish(&fixture);
}

static void test_timed(void **state)
{
	struct filter *filter = parse("name=x size>2");

	(void)state;
	assert_false(filter_is_timed(filter));
	filter_free(filter);
	filter = parse("name=x age>2h");
	assert_true(filter_is_timed(filter));
	assert_false(filter_needs_cells(filter));
	filter_free(filter);
}

/* Of these kinds no column of that name compares with the value. */
static void test_check(void **state)
{
	static const struct {
		const char *text;
		int rc;
		size_t at;
	} checks[] = {
		{ "size>abc", 0, 0 }, /* a column of words */
		{ "restarts>3", 0, 0 }, { "restarts=abc", 0, 0 }, { "age<2h last-sync=x", 0, 0 },
		{ "nothing>x", 0, 0 }, { "a restarts>abc", -1, 11 }, { "renewed<2h", -1, 8 },
		{ "since=5m", -1, 6 }, { "x since=", -1, 8 }, { "since!=5m", -1, 7 },
		{ "age=2h", -1, 4 }, { "kind=", -1, 5 }, { "name=", -1, 5 },
		{ "health=bad", -1, 7 }, { "health=Not_ready", 0, 0 }, { "health!=unknown", 0, 0 },
		{ "ns= ready=", 0, 0 }, /* a cell may be empty */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct filter *filter = parse(checks[i].text);
		struct error err = ERROR_INIT;
		size_t at = 0;

		if (filter_check(filter, root->kinds, root->n_kinds, &at, &err) != checks[i].rc)
			fail_msg("%s: %s", checks[i].text, err.text ? err.text : "fine");
		assert_int_equal(at, checks[i].at);
		error_release(&err);
		filter_free(filter);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named_cells),
		cmocka_unit_test(test_check_cells),
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_label_texts),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_without_cells),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_given_selector),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_hostile_expression),
		cmocka_unit_test(test_unwell_and_namespaces),
		cmocka_unit_test(test_timed),
	};

	return cmocka_run_group_tests_name("filter", tests, set_up, tear_down);
}
