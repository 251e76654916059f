/* Schemas read from the text of a CRD: types, fields, places, what is unknown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "kube/schema.h"

static const char spec_schema[] =
	"{\"type\":\"object\",\"required\":[\"apiVersion\",\"spec\"],\"properties\":{"
	"\"apiVersion\":{\"type\":\"string\"},\"kind\":{\"type\":\"string\"},"
	"\"metadata\":{\"type\":\"object\"},"
	"\"spec\":{\"type\":\"object\",\"required\":[\"size\"],\"properties\":{"
	"\"size\":{\"type\":\"integer\",\"format\":\"int32\",\"minimum\":1,\"maximum\":9,"
	"\"exclusiveMaximum\":true,\"default\":3},"
	"\"tags\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
	"\"limits\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\","
	"\"properties\":{\"cpu\":{\"x-kubernetes-int-or-string\":true}}}},"
	"\"rules\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
	"\"host\":{\"type\":\"string\"}}}},"
	"\"free\":{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true},"
	"\"pod\":{\"type\":\"object\",\"x-kubernetes-embedded-resource\":true,"
	"\"properties\":{\"spec\":{\"type\":\"object\"}}},"
	"\"mode\":{\"type\":\"string\",\"enum\":[\"a\",\"b\"],\"pattern\":\"^[ab]$\","
	"\"description\":\"how\",\"x-kubernetes-validations\":[{\"rule\":\"self != \\\"c\\\"\"}]}"
	"}}}}";

static struct str schema(void)
{
	return str_make(spec_schema, strlen(spec_schema));
}

static struct str field_of(struct str in, const char *name)
{
	struct schema_field field;

	assert_true(schema_field(in, str_of(name), &field));
	return field.schema;
}

static void check_type(struct str of, const char *expected)
{
	struct buf out = BUF_INIT(1000);

	schema_type(of, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

static void test_sources(void **state)
{
	static const char crd[] =
		"{\"spec\":{\"versions\":[{\"name\":\"v1\"},{\"name\":\"v2\",\"schema\":"
		"{\"openAPIV3Schema\":{\"type\":\"object\"}}}]}}";
	static const char document[] =
		"{\"components\":{\"schemas\":{\"io.x.Other\":{\"type\":\"string\"},"
		"\"com.example.v1.Widget\":{\"type\":\"object\","
		"\"x-kubernetes-group-version-kind\":[{\"group\":\"example.com\","
		"\"kind\":\"Widget\",\"version\":\"v1\"}]}}}}";

	(void)state;
	assert_null(schema_of_crd(str_of(crd), STR("v1")).p);
	assert_null(schema_of_crd(str_of(crd), STR("v3")).p);
	assert_null(schema_of_crd(STR("[]"), STR("v1")).p);
	assert_true(str_is(schema_of_crd(str_of(crd), STR("v2")), "{\"type\":\"object\"}"));
	assert_non_null(schema_of_openapi(str_of(document), STR("example.com"), STR("Widget")).p);
	assert_null(schema_of_openapi(str_of(document), STR("example.org"), STR("Widget")).p);
	assert_null(schema_of_openapi(STR("no"), STR("example.org"), STR("Widget")).p);
	assert_null(schema_of_openapi(STR("{\"components\":[]}"), STR("a"), STR("B")).p);
	/* all of it, and nothing of what stands around it */
	assert_true(str_is(schema_of_openapi(STR("{\"paths\":{},\"components\":{\"schemas\":{"
						 "\"a\":7,\"b\": {\"x-kubernetes-group-version-"
						 "kind\":[{\"group\":\"a\",\"kind\":\"B\"}],"
						 "\"type\":\"object\"} ,\"c\":{}}}}"),
				   STR("a"), STR("B")),
		"{\"x-kubernetes-group-version-kind\":[{\"group\":\"a\",\"kind\":\"B\"}],"
		"\"type\":\"object\"}"));
}

static void test_types(void **state)
{
	struct str spec = field_of(schema(), "spec");

	(void)state;
	check_type(spec, "Object");
	check_type(field_of(spec, "size"), "integer");
	check_type(field_of(spec, "tags"), "[]string");
	check_type(field_of(spec, "limits"), "map[string]Object");
	check_type(field_of(field_of(spec, "limits"), "cpu"), "IntOrString");
	check_type(STR("{}"), "any");
	check_type(STR("{\"$ref\":\"#/components/schemas/io.k8s.v1.ObjectMeta\"}"), "ObjectMeta");
	check_type(STR("{\"allOf\":[{\"$ref\":\"#/x.y.Thing\"}],\"default\":{}}"), "Thing");
	check_type(STR("nonsense"), "any");
}

static void test_fields(void **state)
{
	struct str spec = field_of(schema(), "spec");
	struct schema_fields fields;
	struct schema_field field;
	struct schema_facts facts;
	size_t n = 0;

	(void)state;
	schema_fields(spec, &fields);
	while (schema_next(&fields, &field))
		assert_int_equal(field.required, n++ == 0);
	assert_int_equal(n, 7);
	schema_fields(field_of(spec, "rules"), &fields); /* through the list */
	assert_true(schema_next(&fields, &field));
	assert_true(str_is(field.name, "host"));
	assert_false(schema_next(&fields, &field));
	schema_read(field_of(spec, "size"), &facts);
	assert_true(str_is(facts.minimum, "1") && str_is(facts.preset, "3"));
	assert_true(facts.exclusive_maximum && !facts.exclusive_minimum);
	schema_read(field_of(spec, "mode"), &facts);
	assert_true(str_is(facts.description, "how") && facts.rules.p && facts.pattern.p);
}

static void check_path(const char *json, const char *at, const char *expected)
{
	struct str names[8];
	struct buf out = BUF_INIT(1000);
	size_t n = schema_path(schema(), str_of(json), (size_t)(strstr(json, at) - json), names, 8);

	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "/" STR_FMT, STR_ARG(names[i]));
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

static void test_places(void **state)
{
	static const char json[] =
		"{\"kind\":\"W\",\"spec\":{\"size\":4,\"rules\":[{\"host\":\"one\"},{\"host\":\"two\"}],"
		"\"limits\":{\"big\":{\"cpu\":17}},\"strange\":{\"deep\":5}}}";

	(void)state;
	check_path(json, "4,", "/spec/size");
	check_path(json, "\"two", "/spec/rules/host");
	check_path(json, "17", "/spec/limits/cpu");
	check_path(json, "5}", "/spec");
	check_path(json, "{\"size", "/spec");
	check_path(json, "{\"kind", "");
	/* lists where the schema has objects, and the other way round */
	check_path("{\"spec\":[{\"size\":\"aaaa\"}]}", "aaaa", "/spec");
	check_path("{\"spec\":{\"limits\":[\"aaaa\",\"bbbb\"]}}", "bbbb", "/spec/limits");
	check_path("{\"spec\":{\"rules\":{\"host\":\"aaaa\"}}}", "aaaa", "/spec/rules");
	check_path("{\"spec\":{\"size\":[[\"aaaa\"]]}}", "aaaa", "/spec/size");
}

static void note(void *arg, size_t offset)
{
	buf_addf(arg, " %zu", offset);
}

static void check_unknown(const char *json, const char *const *at, bool whole)
{
	struct buf found = BUF_INIT(1000), expected = BUF_INIT(1000);
	struct schema_check *check;
	int steps = 0;

	for (; *at; at++)
		buf_addf(&expected, " %zu", (size_t)(strstr(json, *at) - json));
	assert_int_equal(schema_check(schema(), str_of(json), note, &found), whole);
	assert_string_equal(buf_text(&found), buf_text(&expected));
	/* the same one by one */
	buf_reset(&found);
	check = schema_check_new(schema(), str_of(json), note, &found);
	assert_false(schema_check_step(check, 0));
	while (!schema_check_step(check, 1))
		steps++;
	assert_true(steps > 0);
	assert_string_equal(buf_text(&found), buf_text(&expected));
	schema_check_free(check);
	buf_release(&found);
	buf_release(&expected);
}

static void test_unknown(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const some[] = { "71", "72", "73", NULL };

	(void)state;
	check_unknown(
		"{\"apiVersion\":\"x\",\"metadata\":{\"labels\":{}},\"spec\":{\"free\":{\"a\":[1]},"
		"\"pod\":{\"kind\":\"x\",\"metadata\":{},\"spec\":{}},\"tags\":[\"a\"]}}",
		none, true);
	check_unknown("{\"spec\":{\"odd\":71,\"rules\":[{\"host\":\"x\"},{\"port\":72}],"
		      "\"limits\":{\"x\":{\"mem\":73}}}}",
		some, true);
	check_unknown("{\"spec\":{\"tags\":", none, false);
	assert_false(schema_check(schema(), STR("[]"), note, NULL));
}

/* As deep as a hostile CRD makes it, and an object that follows it. */
static void test_depth(void **state)
{
	struct buf deep = BUF_INIT(1 << 20), json = BUF_INIT(1 << 20);
	struct buf found = BUF_INIT(1000);
	struct str names[SCHEMA_DEPTH * 2];

	(void)state;
	for (int i = 0; i < 500; i++) {
		buf_addz(&deep, "{\"properties\":{\"a\":");
		buf_addz(&json, "{\"a\":");
	}
	buf_addz(&deep, "{}");
	buf_addz(&json, "7");
	for (int i = 0; i < 500; i++) {
		buf_addz(&deep, "}}");
		buf_addc(&json, '}');
	}
	assert_false(schema_check(buf_str(&deep), buf_str(&json), note, &found));
	assert_int_equal(found.len, 0);
	assert_true(schema_path(buf_str(&deep), buf_str(&json), 2500, names, SCHEMA_DEPTH * 2) <=
		    SCHEMA_DEPTH);
	buf_reset(&deep);
	for (int i = 0; i < 500; i++)
		buf_addz(&deep, "{\"items\":");
	buf_addz(&deep, "{}");
	for (int i = 0; i < 500; i++)
		buf_addc(&deep, '}');
	buf_reset(&json);
	schema_type(buf_str(&deep), &json);
	assert_true(json.len < 200);
	buf_release(&deep);
	buf_release(&json);
	buf_release(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
