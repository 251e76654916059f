#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ui/views/detail/document.h"

#define OBJECT(ready, version)                                                                          \
	"{\"apiVersion\":\"g/v1\",\"metadata\":{\"annotations\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}," \
	"\"name\":\"n\",\"resourceVersion\":\"" version                                                 \
	"\"},\"spec\":{\"list\":[{\"k\":{\"x\":1},\"n\":2},{\"k\":{\"x\":3}}]},"                        \
	"\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"" ready "\"}]}}"

static struct folds folds;

static void load(struct document *doc, const char *json)
{
	assert_int_equal(document_load(doc, str_of(json), false, &folds, NULL), 0);
}

static size_t line_with(const struct document *doc, const char *text)
{
	for (size_t i = 0; i < doc->lines.count; i++) {
		if (str_contains(document_line(doc, i), str_of(text)))
			return i;
	}
	fail_msg("no line with %s", text);
	return 0;
}

static uint64_t annotations(void)
{
	static const char *const keys[] = { "metadata", "annotations", NULL };

	return document_path(keys);
}

/* The first lines are those of the whole, whatever is behind them. */
static void test_head(void **state)
{
	struct document head, whole;
	struct buf broken = BUF_INIT(1000);

	(void)state;
	document_init(&head);
	document_init(&whole);
	load(&whole, OBJECT("True", "1"));
	for (size_t lines = 1; lines < whole.lines.count; lines++) {
		assert_true(
			document_load_head(&head, STR(OBJECT("True", "1")), false, &folds, lines));
		assert_true(head.lines.count >= lines);
		assert_true(head.lines.count <= lines + 1);
		for (size_t i = 0; i < head.lines.count; i++) {
			assert_true(str_eq(document_line(&head, i), document_line(&whole, i)));
			assert_int_equal(head.paths[i], whole.paths[i]);
		}
		assert_true(str_eq(buf_str(&head.json), buf_str(&whole.json)));
	}
	buf_addz(&broken, "{\"a\":1,\"b\":2,\"c\":3,");
	assert_true(document_load_head(&head, buf_str(&broken), false, &folds, 2));
	assert_int_equal(head.lines.count, 2);
	assert_int_equal(document_load(&head, buf_str(&broken), false, &folds, NULL), -1);
	document_release(&head);
	document_release(&whole);
	buf_release(&broken);
}

static void test_folds(void **state)
{
	struct document doc;
	size_t line;
	bool items;

	(void)state;
	document_init(&doc);
	folds_set(&folds, annotations(), true);
	load(&doc, OBJECT("True", "1"));
	line = line_with(&doc, "annotations:");
	assert_true(document_is_heading(&doc, line));
	assert_int_equal(doc.n_shown, doc.lines.count - 3);
	assert_int_equal(document_children(&doc, line, &items), 3);
	assert_false(items);
	/* a line inside the fold is shown by its heading */
	assert_int_equal(document_row(&doc, line + 2), line);
	folds_set(&folds, annotations(), false);
	document_refold(&doc, &folds);
	assert_int_equal(doc.n_shown, doc.lines.count);
	assert_int_equal(document_children(&doc, line_with(&doc, "list:"), &items), 2);
	assert_true(items);
	document_release(&doc);
	folds_release(&folds);
}

static void test_parents(void **state)
{
	struct document doc;
	size_t first, second, list;

	(void)state;
	document_init(&doc);
	load(&doc, OBJECT("True", "1"));
	list = line_with(&doc, "list:");
	first = line_with(&doc, "x: 1");
	second = line_with(&doc, "x: 3");
	assert_int_not_equal(doc.paths[first], doc.paths[second]);
	assert_int_equal(doc.parents[list], line_with(&doc, "spec:"));
	assert_true(doc.ends[list] > second);
	assert_int_equal(doc.ends[list], line_with(&doc, "status:"));
	document_release(&doc);
}

static void test_marks(void **state)
{
	struct document doc;
	const struct line_mark *mark;

	(void)state;
	document_init(&doc);
	load(&doc, OBJECT("False", "2"));
	document_mark(&doc, str_of(OBJECT("True", "1")), 7);
	mark = document_mark_of(&doc, line_with(&doc, "status: \"False\""));
	assert_non_null(mark);
	assert_string_equal(mark->was, "\"True\"");
	assert_int_equal(mark->time, 7);
	assert_int_equal(doc.n_marks, 1); /* the resourceVersion is noise */
	/* the mark stays with its path when lines come in above */
	load(&doc, "{\"more\":{\"lines\":1},"
		   "\"status\":{\"conditions\":"
		   "[{\"type\":\"Ready\",\"status\":\"False\"}]}}");
	assert_non_null(document_mark_of(&doc, line_with(&doc, "status: \"False\"")));
	document_release(&doc);
}

static void test_search(void **state)
{
	struct document doc;
	size_t line = 0, first;

	(void)state;
	document_init(&doc);
	load(&doc, OBJECT("True", "1"));
	first = line_with(&doc, "x: 1");
	assert_true(document_search(&doc, STR("x:"), 0, 1, true, &line));
	assert_int_equal(line, first);
	assert_true(document_search(&doc, STR("X: 1"), first, 1, true, &line) == false);
	assert_true(document_search(&doc, STR("x:"), first, 1, false, &line));
	assert_int_equal(line, line_with(&doc, "x: 3"));
	assert_true(document_search(&doc, STR("x:"), first, -1, false, &line));
	assert_int_equal(line, line_with(&doc, "x: 3"));
	assert_false(document_search(&doc, STR("nowhere"), 0, 1, true, &line));
	document_release(&doc);
}

static void test_bad_text(void **state)
{
	struct error err = ERROR_INIT;
	struct document doc;

	(void)state;
	document_init(&doc);
	assert_int_equal(document_load(&doc, STR("{\"a\":"), false, &folds, &err), -1);
	assert_int_equal(doc.n_shown, 0);
	error_release(&err);
	document_release(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folds),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_parents),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_bad_text),
	};

	return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
