#include "cmd/choose.h"

#include "base/buf.h"
#include "cluster/kinds.h"

#define FOUND_MAX 16

static int ambiguous(struct str name, const struct kind_root **found, size_t n, struct error *err)
{
	struct buf text = BUF_INIT(1 << 16);

	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addz(&text, ", ");
		kinds_full_name(found[i]->kind, &text);
	}
	error_set(err, ERROR_INVALID, "\"" STR_FMT "\" may mean %s: please name the group",
		STR_ARG(name), buf_text(&text));
	buf_release(&text);
	return -1;
}

/* Of a group's resource with kubectl's words; a name alone may be one that kubectl
 * knows, but no custom one. */
static int unknown_kind(struct str kind, struct error *err)
{
	struct str group = kind;
	struct str name = str_cut(&group, '.');

	if (group.p)
		return error_set(err, ERROR_NOT_FOUND,
			"the server doesn't have a resource type \"" STR_FMT "\"", STR_ARG(name));
	return error_set(err, ERROR_NOT_FOUND,
		"\"" STR_FMT "\" is not a custom resource of this cluster", STR_ARG(kind));
}

int choose_kind(
	const struct root *root, struct str name, const struct kind_root **ret, struct error *err)
{
	const struct kind_root *found[FOUND_MAX];
	size_t n = kinds_find(root, name, found, FOUND_MAX);

	if (n == 0)
		return unknown_kind(name, err);
	/* A better match is no ambiguity: a plural against another's short name. */
	if (n > 1 && kinds_match(found[0]->kind, name) == kinds_match(found[1]->kind, name))
		return ambiguous(name, found, n < FOUND_MAX ? n : FOUND_MAX, err);
	*ret = found[0];
	return 0;
}
