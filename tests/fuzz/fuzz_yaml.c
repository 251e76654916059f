/* YAML as people write it: to JSON, and as a tree with places. */
#include "base/buf.h"
#include "fuzz.h"
#include "json/scan.h"
#include "json/yaml.h"
#include "json/yaml_tree.h"

static void to_json(struct str text, enum yaml_scalars scalars)
{
	struct buf out = BUF_INIT(16 * FUZZ_MAX);

	if (yaml_to_json(text, scalars, &out, NULL) == 0)
		fuzz_must(scan_validate(buf_str(&out), NULL) == 0);
	buf_release(&out);
}

static size_t look(const struct yaml_node *node, struct str text, int depth)
{
	size_t count = 1;

	fuzz_must(depth <= YAML_TREE_DEPTH + 1);
	fuzz_must(node->start <= node->end && node->end <= text.len);
	fuzz_must(node->place.line >= 1 && node->place.column >= 1);
	if (node->kind == YAML_NODE_SCALAR)
		fuzz_must(node->text.p[node->text.len] == '\0');
	yaml_node_is_null(node);
	for (const struct yaml_node *n = node->first; n; n = n->next) {
		if (node->kind == YAML_NODE_MAP)
			fuzz_must(n->key && yaml_node_get(node, n->key->text));
		count += look(n, text, depth + 1);
		if (count > 2000)
			break; /* yaml_node_get() looks at all before it */
	}
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);
	struct yaml_place place = { 0, 0 };
	struct yaml_tree *tree;

	if (size > FUZZ_MAX)
		return 0;
	to_json(text, YAML_TYPED);
	to_json(text, YAML_TEXT);
	if (yaml_tree_parse(text, &tree, &place, NULL) < 0)
		return 0;
	fuzz_must(yaml_tree_end(tree) <= text.len);
	if (yaml_tree_root(tree))
		look(yaml_tree_root(tree), text, 0);
	yaml_tree_free(tree);
	return 0;
}
