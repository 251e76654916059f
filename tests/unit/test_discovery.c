#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "kube/answer.h"
#include "kube/columns.h"
#include "kube/discovery.h"
#include "kube/object.h"

static void test_content_type(void **state)
{
	(void)state;
	assert_true(discovery_is_aggregated(
		STR("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")));
	assert_true(discovery_is_aggregated(STR(
		"application/json; as=APIGroupDiscoveryList ; v=v2; charset=utf-8;g=apidiscovery.k8s.io")));
	assert_false(discovery_is_aggregated(
		STR("application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList")));
	assert_false(discovery_is_aggregated(STR("application/json")));
	assert_false(discovery_is_aggregated(STR("")));
}

static const char aggregated[] =
	"{\"items\":[{\"metadata\":{\"name\":\"example.com\"},\"versions\":["
	"{\"version\":\"v2\",\"freshness\":\"Stale\",\"resources\":[{\"resource\":\"olds\","
	"\"responseKind\":{\"kind\":\"Old\"},\"scope\":\"Namespaced\",\"verbs\":[\"list\",\"watch\"]}]},"
	"{\"version\":\"v1\",\"freshness\":\"Current\",\"resources\":[{\"resource\":\"widgets\","
	"\"responseKind\":{\"group\":\"\",\"version\":\"\",\"kind\":\"Widget\"},\"scope\":\"Namespaced\","
	"\"singularResource\":\"widget\",\"verbs\":[\"get\",\"list\",\"watch\"],\"shortNames\":[\"w\",\"wd\"],"
	"\"subresources\":[{\"subresource\":\"status\"}]},"
	"{\"resource\":\"pokes\",\"responseKind\":{\"kind\":\"Poke\"},\"scope\":\"Cluster\","
	"\"verbs\":[\"create\"]}]},"
	"{\"version\":\"v1beta1\",\"resources\":[{\"resource\":\"widgets\",\"responseKind\":"
	"{\"kind\":\"Widget\"},\"scope\":\"Namespaced\",\"verbs\":[\"list\",\"watch\"]}]}]}]}";

static void test_aggregated(void **state)
{
	struct discovery d = { 0 };

	(void)state;
	assert_int_equal(discovery_read_aggregated(str_of(aggregated), &d, NULL), 0);
	assert_int_equal(d.count, 2);
	assert_string_equal(d.items[0].group, "example.com");
	assert_string_equal(d.items[0].version, "v1"); /* preferred; the stale one is left out */
	assert_string_equal(d.items[0].plural, "widgets");
	assert_string_equal(d.items[0].singular, "widget");
	assert_string_equal(d.items[0].kind, "Widget");
	assert_int_equal(d.items[0].n_short_names, 2);
	assert_string_equal(d.items[0].short_names[1], "wd");
	assert_true(d.items[0].namespaced);
	assert_true(d.items[0].listable);
	assert_false(d.items[1].listable);
	assert_false(d.items[1].namespaced);
	discovery_release(&d);
}

static void collect(void *arg, struct str group_version)
{
	buf_addstr(arg, group_version);
	buf_addc(arg, ' ');
}

static void test_plain(void **state)
{
	struct discovery d = { 0 };
	struct buf out = BUF_INIT(1000);

	(void)state;
	assert_int_equal(
		discovery_each_version(STR("{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":"
					   "\"a\",\"versions\":[{\"groupVersion\":\"a/v2\"},"
					   "{\"groupVersion\":\"a/v1\"}]},{\"name\":\"b\"}]}"),
			collect, &out, NULL),
		0);
	assert_string_equal(buf_text(&out), "a/v2 a/v1 ");
	assert_int_equal(
		discovery_read_version(
			STR("{\"groupVersion\":\"a/v2\",\"resources\":[{\"name\":\"xs\","
			    "\"singularName\":\"x\",\"namespaced\":true,\"kind\":\"X\",\"verbs\":"
			    "[\"list\",\"watch\"]},{\"name\":\"xs/status\",\"kind\":\"X\"}]}"),
			&d, NULL),
		0);
	assert_int_equal(d.count, 1);
	assert_string_equal(d.items[0].version, "v2");
	assert_true(d.items[0].namespaced);
	discovery_release(&d);
	buf_release(&out);
}

static void test_unreadable(void **state)
{
	static const char *const bad[] = { "", "<html>", "{}", "[]", "{\"items\":[" };
	struct discovery d = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct error err = ERROR_INIT;

		assert_int_equal(discovery_read_aggregated(str_of(bad[i]), &d, &err), -1);
		assert_non_null(err.text);
		error_release(&err);
	}
	assert_int_equal(
		discovery_read_aggregated(STR("{\"items\":[1,{},{\"versions\":7}]}"), &d, NULL), 0);
	assert_int_equal(d.count, 0);
	discovery_release(&d);
}

static void test_builtin(void **state)
{
	(void)state;
	assert_true(discovery_is_builtin(STR("")));
	assert_true(discovery_is_builtin(STR("networking.k8s.io")));
	assert_false(discovery_is_builtin(STR("gateway.networking.k8s.io")));
}

static void test_answer(void **state)
{
	struct answer_list list;
	struct answer_event event;
	struct object object;

	(void)state;
	assert_int_equal(answer_read_list(STR("{\"kind\":\"XList\",\"items\":[],\"metadata\":"
					      "{\"continue\":\"t\",\"resourceVersion\":\"7\"}}"),
				 &list),
		0);
	assert_true(str_is(list.kind, "XList"));
	assert_true(str_is(list.rv, "7"));
	assert_true(str_is(list.token, "t"));
	assert_int_equal(answer_read_list(STR("{\"metadata\":null}"), &list), 0);
	assert_int_equal(list.rv.len, 0);
	assert_int_equal(answer_read_list(STR("<html>"), &list), -1);
	assert_null(answer_read_event(STR("{\"object\":{\"a\":1},\"type\":\"ADDED\"}"), &event));
	assert_true(str_is(event.type, "ADDED"));
	assert_true(str_is(event.object, "{\"a\":1}"));
	assert_null(
		answer_read_event(STR("{\"type\":\"ADDED\",\"object\": {\"a\":1} }\n"), &event));
	assert_int_equal(object_scan(event.object, &object, NULL), 0);
	assert_true(str_is(object.text, "{\"a\":1}"));
	assert_null(answer_read_event(STR("{\"type\":\"ERROR\",\"object\":{\"a\":1}}"), &event));
	assert_true(str_is(event.object, "{\"a\":1}"));
	assert_null(answer_read_event(STR("{\"type\":1}"), &event));
	assert_null(event.type.p);
	assert_non_null(answer_read_event(STR("{\"type\""), &event));
}

static char *cells(const struct columns *columns, const char *object)
{
	struct buf out = BUF_INIT(1000);

	for (size_t i = 0; i < columns->count; i++) {
		columns_cell(columns, i, str_of(object), 1767225600, &out);
		buf_addc(&out, '|');
	}
	return buf_take(&out);
}

/* The columns of a Table, found again by namespace and name. */
static void test_table(void **state)
{
	static const char page[] =
		"{\"kind\":\"Table\",\"columnDefinitions\":[{\"name\":\"Name\",\"type\":\"string\"},"
		"{\"name\":\"Ready\",\"type\":\"string\",\"priority\":0},{\"name\":\"N\",\"type\":\"integer\","
		"\"priority\":1},{\"name\":\"Age\",\"type\":\"date\"}],\"rows\":[{\"cells\":[\"a\","
		"\"Tr\\u0075e\",3,\"5d\"],\"object\":{\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"}}},7]}";
	static const char object[] = "{\"metadata\":{\"name\":\"a\",\"namespace\":\"n\","
				     "\"creationTimestamp\":\"2025-12-31T23:59:00Z\"}}";
	struct columns *columns = columns_new_table(str_of(page), NULL);
	char *text;

	(void)state;
	assert_non_null(columns);
	assert_int_equal(columns->count, 3);
	assert_string_equal(columns->items[0].head, "READY");
	assert_int_equal(columns->items[1].priority, 1);
	text = cells(columns, object);
	assert_string_equal(text, "True|3|60s|"); /* the age is computed, so that it ages */
	free(text);
	text = cells(columns, "{\"metadata\":{\"name\":\"b\",\"namespace\":\"n\"}}");
	assert_string_equal(text, "|||");
	free(text);
	assert_int_equal(columns_add_page(columns,
				 STR("{\"rows\":[{\"cells\":[\"b\",null,4,\"1d\"],\"object\":"
				     "{\"metadata\":{\"name\":\"b\",\"namespace\":\"n\"}}}]}"),
				 NULL),
		0);
	text = cells(columns, "{\"metadata\":{\"name\":\"b\",\"namespace\":\"n\"}}");
	assert_string_equal(text, "|4||");
	free(text);
	columns_free(columns);
	assert_null(columns_new_table(STR("{\"kind\":\"WidgetList\"}"), NULL));
	assert_null(columns_new_table(STR("<html>"), NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_content_type),
		cmocka_unit_test(test_aggregated),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_builtin),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("discovery", tests, NULL, NULL);
}
