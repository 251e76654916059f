/* Cells, exactly as the API server and kubectl make them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "json/number.h"
#include "kube/columns.h"

#define NOW INT64_C(1794297601) /* 2026-11-10T08:00:01Z */

static const struct {
	const char *type;
	const char *value; /* of .v in the object; NULL: absent */
	const char *cell;
} rows[] = {
	{ "string", "\"text\"", "text" },
	{ "string", "\"\"", "" },
	{ "string", "\"a\\nb\\u003c\"", "a\nb<" },
	{ "string", NULL, "" },
	{ "string", "null", "<no value>" },
	{ "string", "true", "true" },
	{ "string", "12", "12" },
	{ "string", "9007199254740993", "9007199254740993" },
	{ "string", "2.50", "2.5" },
	{ "string", "123456.5", "123456.5" },
	{ "string", "1234567.5", "1.2345675e+06" },
	{ "string", "0.00001", "1e-05" },
	{ "string", "1e3", "1000" },
	{ "string", "18446744073709552000", "1.8446744073709552e+19" },
	{ "string", "{}", "{}" },
	{ "string", "[]", "[]" },
	{ "string", "{ \"b\" : 1, \"a\" : [ \"x<&>\", null, 2.50 ] }",
		"{\"a\":[\"x\\u003c\\u0026\\u003e\",null,2.50],\"b\":1}" },
	{ "string", "{\"k\\u0041\":\"\xe2\x80\xa8\\u0001\\t\",\"k\":1,\"k\":2}",
		"{\"k\":2,\"kA\":\"\\u2028\\u0001\\t\"}" },
	{ "integer", "3", "3" },
	{ "integer", "3.9", "3" },
	{ "integer", "-3.9", "-3" },
	{ "integer", "\"3\"", "" },
	{ "integer", "null", "" },
	{ "integer", NULL, "" },
	{ "integer", "true", "" },
	{ "integer", "{}", "" },
	{ "integer", "9007199254740993", "9007199254740993" },
	{ "integer", "-9223372036854775808", "-9223372036854775808" },
	{ "integer", "1e30", "-9223372036854775808" },
	{ "number", "3", "3" },
	{ "number", "3.5", "3.5" },
	{ "number", "1000000.0", "1000000" },
	{ "number", "1234567.5", "1.2345675e+06" },
	{ "number", "1e20", "1e+20" },
	{ "number", "\"3\"", "" },
	{ "number", "1e400", "" },
	{ "boolean", "true", "true" },
	{ "boolean", "false", "false" },
	{ "boolean", "\"true\"", "" },
	{ "boolean", "1", "" },
	{ "date", "\"2026-11-10T08:00:00Z\"", "1s" },
	{ "date", "\"2026-11-09T08:00:01Z\"", "24h" },
	{ "date", "\"2026-11-10T08:00:02Z\"", "0s" },
	{ "date", "\"2026-11-10T08:00:09Z\"", "<invalid>" },
	{ "date", "\"\"", "<unknown>" },
	{ "date", "\"null\"", "<unknown>" },
	{ "date", "\"0001-01-01T00:00:00Z\"", "<unknown>" },
	{ "date", "\"x\"", "<invalid>" },
	{ "date", "5", "" },
	{ "date", "null", "" },
	{ "date", NULL, "" },
};

static void check_row(const char *type, const char *value, const char *cell)
{
	struct buf definition = BUF_INIT(1000), object = BUF_INIT(1000), out = BUF_INIT(1000);
	struct columns *columns;

	buf_addf(&definition, "[{\"name\":\"V\",\"type\":\"%s\",\"jsonPath\":\".v\"}]", type);
	buf_addf(&object, value ? "{\"v\":%s}" : "{}", value);
	columns = columns_new(buf_str(&definition), NULL);
	assert_int_equal(columns->count, 1);
	columns_cell(columns, 0, buf_str(&object), NOW, &out);
	if (strcmp(buf_text(&out), cell) != 0)
		fail_msg("%s %s: %s", type, value, buf_text(&out));
	columns_free(columns);
	buf_release(&definition);
	buf_release(&object);
	buf_release(&out);
}

static void test_cells(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(rows[i].type, rows[i].value, rows[i].cell);
}

static void test_conditions(void **state)
{
	static const char *const objects[][2] = {
		{ "{\"status\":{\"conditions\":[{\"type\":\"A\",\"status\":\"x\"},"
		  "{\"type\":\"Ready\",\"status\":\"True\"}]}}",
			"True" },
		{ "{\"status\":{\"conditions\":[]}}", "" },
		{ "{\"status\":{}}", "" },
		{ "{}", "" },
		{ "{\"status\":{\"conditions\":\"none\"}}", "" },
		{ "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":null}]}}",
			"<no value>" },
	};
	struct columns *columns =
		columns_new(STR("[{\"name\":\"Ready\",\"type\":\"string\",\"jsonPath\":"
				"\".status.conditions[?(@.type==\\\"Ready\\\")].status\"}]"),
			NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		struct buf out = BUF_INIT(100);

		columns_cell(columns, 0, str_of(objects[i][0]), NOW, &out);
		assert_string_equal(buf_text(&out), objects[i][1]);
		buf_release(&out);
	}
	columns_free(columns);
}

static void test_definitions(void **state)
{
	struct columns *columns;
	char *bad = NULL;

	(void)state;
	columns = columns_new(str_make(NULL, 0), &bad);
	assert_int_equal(columns->count, 1);
	assert_string_equal(columns->items[0].head, "AGE");
	assert_int_equal(columns->items[0].type, COLUMN_DATE);
	columns_free(columns);
	columns = columns_new(STR("[]"), &bad);
	assert_int_equal(columns->count, 1);
	columns_free(columns);
	assert_null(bad);

	columns = columns_new(
		STR("[{\"name\":\"Last Seen\",\"type\":\"date\",\"jsonPath\":\".a\",\"priority\":1},"
		    "{\"name\":\"B\",\"type\":\"integer\",\"jsonPath\":\".b\",\"priority\":-1},"
		    "{\"name\":\"C\",\"type\":\"string\",\"jsonPath\":\".c[\"},"
		    "{\"name\":\"D\",\"type\":\"string\",\"jsonPath\":\".d\"}]"),
		&bad);
	assert_int_equal(columns->count, 2);
	assert_string_equal(columns->items[0].name, "Last Seen");
	assert_string_equal(columns->items[0].head, "LAST SEEN");
	assert_int_equal(columns->items[0].priority, 1);
	assert_int_equal(columns->items[1].priority, -1);
	assert_string_equal(bad, "column C and those after it: path .c[: unterminated array");
	free(bad);
	columns_free(columns);
}

static void test_all_cells(void **state)
{
	struct columns *columns =
		columns_new(STR("[{\"name\":\"A\",\"type\":\"string\",\"jsonPath\":\".a\"},"
				"{\"name\":\"T\",\"type\":\"date\",\"jsonPath\":\".t\"},"
				"{\"name\":\"N\",\"type\":\"integer\",\"jsonPath\":\".n\"}]"),
			NULL);
	struct str object = STR("{\"a\":\"x\\u0000y\",\"t\":\"2026-11-10T08:00:00Z\",\"n\":5}");
	struct buf out = BUF_INIT(100);

	(void)state;
	columns_cells(columns, object, NOW, true, &out);
	assert_true(str_eq(buf_str(&out), STR("x y\0001s\0005\0")));
	buf_reset(&out);
	columns_cells(columns, object, NOW, false, &out);
	assert_true(str_eq(buf_str(&out), STR("x y\0\0005\0")));
	buf_release(&out);
	columns_free(columns);
}

static void test_numbers(void **state)
{
	static const struct {
		double value;
		const char *text;
	} numbers[] = {
		{ 0, "0" },
		{ 1, "1" },
		{ -1.5, "-1.5" },
		{ 0.1, "0.1" },
		{ 100000, "100000" },
		{ 1000000, "1e+06" },
		{ 999999, "999999" },
		{ 0.0001, "0.0001" },
		{ 0.00012, "0.00012" },
		{ 0.000099, "9.9e-05" },
		{ 1.7976931348623157e308, "1.7976931348623157e+308" },
		{ 5e-324, "5e-324" },
		{ 0.30000000000000004, "0.30000000000000004" },
	};
	char out[NUMBER_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		number_format(numbers[i].value, out);
		assert_string_equal(out, numbers[i].text);
	}
}

#define CHOSEN_OBJECT                                                                               \
	"{\"metadata\":{\"name\":\"x\",\"namespace\":\"a\",\"labels\":{\"app.kubernetes.io/name\":" \
	"\"web\",\"a\\u002fb\":\"esc\"},\"creationTimestamp\":\"2026-11-10T07:00:00Z\"},"           \
	"\"spec\":{\"n\":3,\"list\":[{\"i\":\"p\"},{\"i\":\"q\"}]},\"status\":{\"conditions\":["    \
	"{\"type\":\"Ready\",\"status\":\"True\"},{\"type\":\"Synced\",\"status\":\"Unknown\"}]}}"
#define OWN                                                                                        \
	"[{\"name\":\"Ready\",\"type\":\"string\",\"jsonPath\":\".status.conditions[0].status\"}," \
	"{\"name\":\"N\",\"type\":\"integer\",\"jsonPath\":\".spec.n\",\"priority\":1},"           \
	"{\"name\":\"Age\",\"type\":\"date\",\"jsonPath\":\".metadata.creationTimestamp\"}]"

static const struct {
	struct column_spec spec;
	const char *cell;
} chosen[] = {
	{ { (char *)"A", COLUMN_OWN, (char *)"Ready" }, "True" },
	{ { (char *)"B", COLUMN_OWN, (char *)"n" }, "3" },
	{ { (char *)"C", COLUMN_OWN, (char *)"Age" }, "60m" },
	{ { (char *)"D", COLUMN_OWN, (char *)"Nothing" }, "" },
	{ { (char *)"E", COLUMN_PATH, (char *)".spec.n" }, "3" },
	{ { (char *)"F", COLUMN_PATH, (char *)"spec.n" }, "3" },
	{ { (char *)"G", COLUMN_PATH, (char *)"{.spec.n}" }, "3" },
	{ { (char *)"H", COLUMN_PATH, (char *)"{spec.n}" }, "3" },
	{ { (char *)"I", COLUMN_PATH, (char *)".spec.list[*].i" }, "p,q" },
	{ { (char *)"J", COLUMN_PATH, (char *)".spec.list[1].i" }, "q" },
	{ { (char *)"K", COLUMN_PATH, (char *)".spec.none" }, "" },
	{ { (char *)"L", COLUMN_PATH, (char *)".spec.list[?(@.i==\"q\")].i" }, "q" },
	{ { (char *)"M", COLUMN_PATH, (char *)"..i" }, "p,q" },
	{ { (char *)"N", COLUMN_LABEL, (char *)"app.kubernetes.io/name" }, "web" },
	{ { (char *)"O", COLUMN_LABEL, (char *)"a/b" }, "esc" },
	{ { (char *)"P", COLUMN_LABEL, (char *)"none" }, "" },
	{ { (char *)"Q", COLUMN_CONDITION, (char *)"Synced" }, "Unknown" },
	{ { (char *)"R", COLUMN_CONDITION, (char *)"Lost" }, "" },
};

#define CHOSEN (sizeof(chosen) / sizeof(chosen[0]))

static struct columns *choose(struct columns *own)
{
	struct column_spec specs[CHOSEN];
	struct columns *columns;

	for (size_t i = 0; i < CHOSEN; i++)
		specs[i] = chosen[i].spec;
	assert_int_equal(columns_new_chosen(own, specs, CHOSEN, &columns, NULL), 0);
	columns_free(own); /* the choice holds them */
	return columns;
}

static void test_chosen(void **state)
{
	struct columns *columns = choose(columns_new(STR(OWN), NULL));
	struct buf cells = BUF_INIT(4096), cell = BUF_INIT(4096);
	int64_t times[CHOSEN];
	struct str rest;

	(void)state;
	columns_cells(columns, STR(CHOSEN_OBJECT), NOW, true, &cells);
	rest = buf_str(&cells);
	for (size_t i = 0; i < CHOSEN; i++) {
		struct str one = str_cut(&rest, '\0');

		assert_string_equal(columns->items[i].head, chosen[i].spec.name);
		assert_int_equal(columns->items[i].priority, 0);
		if (!str_is(one, chosen[i].cell))
			fail_msg("%s: '" STR_FMT "'", chosen[i].spec.what, STR_ARG(one));
		buf_reset(&cell);
		columns_cell(columns, i, STR(CHOSEN_OBJECT), NOW, &cell);
		assert_string_equal(buf_text(&cell), chosen[i].cell);
	}
	/* nothing of it in an object that has none of it */
	for (size_t i = 0; i < CHOSEN; i++) {
		buf_reset(&cell);
		columns_cell(
			columns, i, STR("{\"metadata\":{\"labels\":7},\"status\":{}}"), NOW, &cell);
		assert_string_equal(buf_text(&cell), "");
	}
	buf_reset(&cells);
	columns_values(columns, STR(CHOSEN_OBJECT), times, &cells);
	assert_int_equal(times[2], INT64_C(1794294000));
	assert_true(times[0] == COLUMNS_NO_TIME);
	buf_release(&cells);
	buf_release(&cell);
	columns_free(columns);
}

static const struct {
	const char *path;
	const char *says;
} refused[] = {
	{ "", "no path" },
	{ "{}", "no path" },
	{ "{.a}{.b}", "no path" },
	{ ".spec.list[", "at 10" },
	{ "spec.list[", "at 9" },
	{ "{.spec.list[}", "at 11" },
	{ ".a[0].b[x", "at 7" },
};

static void test_chosen_refused(void **state)
{
	struct columns *own = columns_new(STR(OWN), NULL), *columns;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct column_spec spec = { (char *)"X", COLUMN_PATH, (char *)refused[i].path };
		struct error err = ERROR_INIT;

		assert_int_equal(columns_new_chosen(own, &spec, 1, &columns, &err), -1);
		if (!strstr(err.text, refused[i].says) || !strstr(err.text, "column X"))
			fail_msg("%s: %s", refused[i].path, err.text);
		error_release(&err);
	}
	columns_free(own);
}

#define TABLE                                                                                      \
	"{\"columnDefinitions\":[{\"name\":\"Name\"},{\"name\":\"Ready\"},{\"name\":\"Note\"},"    \
	"{\"name\":\"Age\"}],\"rows\":[{\"cells\":[\"x\",\"True\",\"said\",\"1h\"],\"object\":"    \
	"{\"metadata\":{\"name\":\"x\",\"namespace\":\"a\"}}}]}"

static void check_cells(const struct columns *columns, struct str want)
{
	struct buf cells = BUF_INIT(4096);

	columns_cells(columns, STR(CHOSEN_OBJECT), NOW, true, &cells);
	if (!str_eq(buf_str(&cells), want))
		fail_msg("'" STR_FMT "'", STR_ARG(buf_str(&cells)));
	buf_release(&cells);
}

/* The server's words, in one walk and chosen. */
static void test_table(void **state)
{
	const struct column_spec specs[] = {
		{ (char *)"S", COLUMN_OWN, (char *)"Note" },
		{ (char *)"L", COLUMN_LABEL, (char *)"app.kubernetes.io/name" },
		{ (char *)"A", COLUMN_OWN, (char *)"Age" },
		{ (char *)"N", COLUMN_PATH, (char *)"spec.n" },
	};
	struct columns *own = columns_new_table(STR(TABLE), NULL), *columns;

	(void)state;
	check_cells(own, STR("True\0said\00060m\0"));
	assert_int_equal(columns_new_chosen(own, specs, 4, &columns, NULL), 0);
	columns_free(own);
	check_cells(columns, STR("said\0web\00060m\0003\0"));
	columns_free(columns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_definitions),
		cmocka_unit_test(test_all_cells),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_chosen),
		cmocka_unit_test(test_chosen_refused),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
