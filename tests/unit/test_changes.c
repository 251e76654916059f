#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cache/archive.h"
#include "cache/changes.h"

static struct text *make_text(size_t len, char fill)
{
	struct text *text = mem_zalloc(sizeof(*text) + len);

	text->raw_len = text->len = (uint32_t)len;
	memset(text->bytes, fill, len);
	return text;
}

static void append(struct changes *c, const char *name, const struct text *old_text,
	const struct text *new_text)
{
	struct change change = {
		.kind = 3,
		.type = CHANGE_MODIFIED,
		.group = STR("g.example.com"),
		.version = STR("v1"),
		.kind_name = STR("Widget"),
		.ns = STR("ns"),
		.name = str_of(name),
		.rv = STR("17"),
		.old_text = old_text,
		.new_text = new_text,
	};

	changes_append(c, &change);
}

static void test_record(void **state)
{
	struct changes *c = changes_new(0);
	struct text *old_text = make_text(100, 'o'), *new_text = make_text(3, 'n');
	struct text_reader *reader = text_reader_new();
	struct change_copy copy = { .memory = NULL };
	uint64_t first, next;
	size_t max;

	(void)state;
	assert_int_equal(changes_read(c, 0, &copy), -1);
	assert_int_equal(changes_used(c, &max), 0);
	append(c, "a", old_text, new_text);
	assert_in_range(changes_used(c, &max), 103, 1000);
	assert_int_equal(max, 1 << 20);
	append(c, "b", NULL, NULL);
	free(old_text);
	free(new_text);
	changes_range(c, &first, &next);
	assert_int_equal(first, 0);
	assert_int_equal(next, 2);
	assert_int_equal(changes_read(c, 0, &copy), 0);
	assert_int_equal(copy.change.number, 0);
	assert_int_equal(copy.change.kind, 3);
	assert_true(str_is(copy.change.name, "a"));
	assert_true(str_is(copy.change.ns, "ns"));
	assert_true(str_is(copy.change.rv, "17"));
	assert_true(str_is(copy.change.group, "g.example.com"));
	assert_true(str_is(copy.change.version, "v1"));
	assert_true(str_is(copy.change.kind_name, "Widget"));
	assert_int_equal(text_read(reader, copy.change.old_text).len, 100);
	assert_true(str_is(text_read(reader, copy.change.new_text), "nnn"));
	assert_int_equal(changes_read(c, 1, &copy), 0);
	assert_null(copy.change.old_text);
	assert_null(copy.change.new_text);
	assert_int_equal(changes_read(c, 2, &copy), -1);
	change_copy_release(&copy);
	text_reader_free(reader);
	changes_free(c);
}

/* Records of all sizes round and round: what is kept is always whole. */
static void test_wraps(void **state)
{
	struct changes *c = changes_new(0);
	struct text_reader *reader = text_reader_new();
	struct change_copy copy = { .memory = NULL };
	uint64_t first = 0, next = 0;

	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		size_t len = i * 7919u % 20000u;
		struct text *text = make_text(len, (char)('a' + i % 26));
		char name[16];

		snprintf(name, sizeof(name), "n%u", i);
		append(c, name, text, NULL);
		free(text);
		changes_range(c, &first, &next);
		assert_int_equal(next, i + 1);
		assert_true(first < next);
	}
	assert_true(next - first > 50);
	for (uint64_t i = first; i < next; i++) {
		char name[16];
		struct str text;

		snprintf(name, sizeof(name), "n%u", (unsigned)i);
		assert_int_equal(changes_read(c, i, &copy), 0);
		assert_true(str_is(copy.change.name, name));
		text = text_read(reader, copy.change.old_text);
		assert_int_equal(text.len, i * 7919u % 20000u);
		if (text.len)
			assert_int_equal(text.p[text.len - 1], 'a' + i % 26);
	}
	assert_int_equal(changes_read(c, first - 1, &copy), -1);
	change_copy_release(&copy);
	text_reader_free(reader);
	changes_free(c);
}

static void test_huge_texts_are_left_out(void **state)
{
	struct changes *c = changes_new(0);
	struct text *text = make_text(900000, 'x');
	struct change_copy copy = { .memory = NULL };

	(void)state;
	append(c, "a", text, text);
	assert_int_equal(changes_read(c, 0, &copy), 0);
	assert_null(copy.change.old_text);
	assert_null(copy.change.new_text);
	change_copy_release(&copy);
	free(text);
	changes_free(c);
}

static void test_hold(void **state)
{
	struct changes *c = changes_new(0);
	struct text *text = make_text(100000, 'x');

	(void)state;
	assert_false(changes_would_overrun(c, 1 << 18));
	changes_hold(c, 0);
	assert_false(changes_would_overrun(c, 1 << 18));
	for (int i = 0; i < 4; i++)
		append(c, "a", text, NULL);
	assert_true(changes_would_overrun(c, 1 << 18));
	changes_hold(c, 3);
	assert_false(changes_would_overrun(c, 1 << 18));
	changes_hold(c, 4);
	for (int i = 0; i < 4; i++) {
		append(c, "a", text, NULL);
		changes_hold(c, 5 + (uint64_t)i);
		assert_false(changes_would_overrun(c, 1 << 18));
	}
	free(text);
	changes_free(c);
}

/* What a reader must see is kept even when it comes all at once. */
static void test_held_log_grows(void **state)
{
	struct changes *c = changes_new(0);
	struct text *text = make_text(100000, 'x');
	struct change_copy copy = { .memory = NULL };
	uint64_t first, next;

	(void)state;
	for (int i = 0; i < 37; i++)
		append(c, "before", text, NULL);
	changes_range(c, &first, &next);
	assert_true(first > 0);
	changes_hold(c, first);
	for (int i = 0; i < 100; i++)
		append(c, "held", text, NULL);
	for (uint64_t i = first; i < next + 100; i++) {
		assert_int_equal(changes_read(c, i, &copy), 0);
		assert_true(str_is(copy.change.name, i < next ? "before" : "held"));
		assert_int_equal(copy.change.old_text->bytes[99999], 'x');
	}
	change_copy_release(&copy);
	free(text);
	changes_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_wraps),
		cmocka_unit_test(test_huge_texts_are_left_out),
		cmocka_unit_test(test_hold),
		cmocka_unit_test(test_held_log_grows),
	};

	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
