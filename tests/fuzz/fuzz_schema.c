/* A schema, and behind a line of %% the object that is held against it. */
#include <stdlib.h>

#include "base/buf.h"
#include "fuzz.h"
#include "kube/schema.h"

static void count_unknown(void *arg, size_t offset)
{
	size_t *sum = arg;

	*sum += offset + 1;
}

static void describe(struct str schema, int depth)
{
	struct schema_fields fields = { 0 };
	struct schema_field field, found;
	struct schema_facts facts;
	struct buf out = BUF_INIT(16 * FUZZ_MAX);
	size_t n = 0;

	schema_type(schema, &out);
	fuzz_touch(buf_str(&out));
	buf_release(&out);
	schema_read(schema, &facts);
	fuzz_touch(facts.type);
	fuzz_touch(facts.description);
	fuzz_touch(facts.rules);
	schema_fields(schema, &fields);
	while (n++ < 20 && schema_next(&fields, &field)) {
		fuzz_must(schema_field(schema, field.name, &found));
		if (depth < 5)
			describe(field.schema, depth + 1);
	}
}

static void check(struct str schema, struct str object)
{
	size_t at_once = 0, in_steps = 0;
	struct schema_check *steps;
	struct str names[SCHEMA_DEPTH];

	schema_check(schema, object, count_unknown, &at_once);
	steps = schema_check_new(schema, object, count_unknown, &in_steps);
	while (!schema_check_step(steps, 3))
		;
	schema_check_free(steps);
	fuzz_must(at_once == in_steps);
	for (size_t at = 0; at <= object.len; at += 1 + object.len / 16) {
		size_t n = schema_path(schema, object, at, names, SCHEMA_DEPTH);

		fuzz_must(n <= SCHEMA_DEPTH);
		for (size_t i = 0; i < n; i++)
			fuzz_touch(names[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make((const char *)data, size);
	struct str text, object, found;

	if (size > FUZZ_MAX)
		return 0;
	text = fuzz_part(&rest);
	object = fuzz_part(&rest);
	describe(text, 0);
	check(text, object);
	found = schema_of_crd(text, STR("v1"));
	fuzz_must(fuzz_inside(found, text));
	if (found.p)
		check(found, object);
	found = schema_of_openapi(text, STR("example.com"), STR("Widget"));
	fuzz_must(fuzz_inside(found, text));
	free((char *)text.p);
	free((char *)object.p);
	return 0;
}
