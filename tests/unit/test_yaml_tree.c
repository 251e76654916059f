/* yaml_tree: what stands where, and what ends as an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "json/yaml_tree.h"

static struct yaml_tree *parse(const char *text)
{
	struct error err = ERROR_INIT;
	struct yaml_tree *tree;

	if (yaml_tree_parse(str_of(text), &tree, NULL, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	return tree;
}

/* The node at a path of keys divided by slashes; a number is an item's. */
static const struct yaml_node *at(const struct yaml_tree *tree, const char *path)
{
	const struct yaml_node *node = yaml_tree_root(tree);
	struct str rest = str_of(path);

	while (rest.p) {
		struct str name = str_cut(&rest, '/');
		int64_t n;

		if (node->kind == YAML_NODE_LIST && str_to_i64(name, &n) == 0) {
			for (node = node->first; n > 0; n--)
				node = node->next;
			continue;
		}
		node = yaml_node_get(node, name);
		assert_non_null(node);
	}
	return node;
}

/* Its text begins in this line and column, and is these bytes of the file. */
static void stands(
	const char *text, const char *path, size_t line, size_t column, const char *bytes)
{
	struct yaml_tree *tree = parse(text);
	const struct yaml_node *node = at(tree, path);

	assert_int_equal(node->place.line, line);
	assert_int_equal(node->place.column, column);
	assert_int_equal(node->end - node->start, strlen(bytes));
	assert_memory_equal(text + node->start, bytes, strlen(bytes));
	yaml_tree_free(tree);
}

static void test_places(void **state)
{
	(void)state;
	stands("a: b\n", "a", 1, 4, "b");
	stands("# \xc3\xa4\n\xc3\xb6: \"\xe2\x82\xac\" # c\n", "\xc3\xb6", 2, 4,
		"\"\xe2\x82\xac\"");
	stands("a:\n  b: [x, {c: 'd'}] # e\n", "a/b", 2, 6, "[x, {c: 'd'}]");
	stands("a:\n  b: [x, {c: 'd'}] # e\n", "a/b/1/c", 2, 14, "'d'");
	stands("a:\n  - x\n  # c\n  - y: z # d\n\n# e\nf: g\n", "a", 2, 3, "- x\n  # c\n  - y: z");
	stands("a:\n- x\n- y\nb: c\n", "a", 2, 1, "- x\n- y");
	stands("a:\r\n  b: c\r\n", "a/b", 2, 6, "c");
	stands("\xef\xbb\xbf"
	       "a: b\n",
		"a", 1, 5, "b");
	stands("a:\nb: &x c\n", "a", 1, 3, "");
}

static void test_kinds(void **state)
{
	struct yaml_tree *tree = parse("a: &x 0123\nb: *x\nc: ~\nd: ''\ne: \"x\\0y\"\na: again\n");

	(void)state;
	assert_string_equal(at(tree, "a")->text.p, "0123");
	assert_int_equal(at(tree, "b")->kind, YAML_NODE_ALIAS);
	assert_true(yaml_node_is_null(at(tree, "c")));
	assert_false(yaml_node_is_null(at(tree, "d")));
	assert_int_equal(at(tree, "e")->text.len, 3);
	assert_null(yaml_node_get(at(tree, "a"), STR("x")));
	assert_null(yaml_node_get(NULL, STR("x")));
	yaml_tree_free(tree);
	tree = parse("# nothing\n");
	assert_null(yaml_tree_root(tree));
	yaml_tree_free(tree);
	tree = parse("a: b\n...\n");
	assert_int_equal(yaml_tree_end(tree), 5);
	yaml_tree_free(tree);
}

static void refuse(struct str text, enum error_code code, size_t line)
{
	struct yaml_place place = { 0, 0 };
	struct error err = ERROR_INIT;
	struct yaml_tree *tree;

	assert_int_equal(yaml_tree_parse(text, &tree, &place, &err), -1);
	assert_int_equal(err.code, code);
	if (line)
		assert_int_equal(place.line, line);
	error_release(&err);
}

static void test_refuses(void **state)
{
	struct buf text = BUF_INIT(1 << 20);

	(void)state;
	refuse(STR("a: 1\nb: [\n"), ERROR_INVALID, 3);
	refuse(STR("a: 1\n---\nb: 2\n"), ERROR_INVALID, 2);
	refuse(STR("a: 1\n? [b]\n: c\n"), ERROR_INVALID, 2);
	refuse(STR("? *x\n: c\n"), ERROR_INVALID, 1);
	refuse(STR("a: \xff"), ERROR_INVALID, 0);
	refuse(STR("\xff\xfe\x61\x00"), ERROR_INVALID, 0);
	for (int i = 0; i < YAML_TREE_DEPTH + 1; i++)
		buf_addz(&text, "[");
	refuse(buf_str(&text), ERROR_TOO_LARGE, 1);
	buf_reset(&text);
	for (int i = 0; i < YAML_TREE_NODES; i++)
		buf_addz(&text, "- x\n");
	refuse(buf_str(&text), ERROR_TOO_LARGE, YAML_TREE_NODES);
	buf_release(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_refuses),
	};

	return cmocka_run_group_tests_name("yaml_tree", tests, NULL, NULL);
}
