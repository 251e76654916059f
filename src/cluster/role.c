#include "cluster/role.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "json/emit_scalar.h"

static void put_scalar(struct buf *out, const char *before, const char *text)
{
	struct str s = str_of(text);

	buf_addz(out, before);
	if (scalar_style(s, false) == SCALAR_PLAIN)
		buf_addstr(out, s);
	else
		scalar_quote(s, out);
	buf_addc(out, '\n');
}

static void put_item(struct buf *out, const char *text)
{
	put_scalar(out, "  - ", text);
}

static void put_group(struct buf *out, const char *group)
{
	buf_addz(out, "- apiGroups:\n");
	put_item(out, group);
	buf_addz(out, "  resources:\n");
}

static void put_verbs(struct buf *out, bool get)
{
	buf_addz(out, "  verbs:\n");
	if (get)
		put_item(out, "get");
	put_item(out, "list");
	put_item(out, "watch");
}

static int compare(const void *a, const void *b)
{
	const struct gvr *x = &(*(const struct kind_root *const *)a)->kind->gvr;
	const struct gvr *y = &(*(const struct kind_root *const *)b)->kind->gvr;
	int by_group = strcmp(x->group, y->group);

	return by_group ? by_group : strcmp(x->resource, y->resource);
}

static void put_kinds(const struct kind_root *const *kinds, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct gvr *gvr = &kinds[i]->kind->gvr;
		const struct gvr *last = i ? &kinds[i - 1]->kind->gvr : NULL;

		if (!last || strcmp(last->group, gvr->group) != 0) {
			if (last)
				put_verbs(out, true);
			put_group(out, gvr->group);
		} else if (strcmp(last->resource, gvr->resource) == 0) {
			continue; /* the same name under a definition that has gone */
		}
		put_item(out, gvr->resource);
	}
	if (n)
		put_verbs(out, true);
}

static void put_head(const struct role_spec *spec, const char *ns, struct buf *out)
{
	buf_addf(out, "apiVersion: rbac.authorization.k8s.io/v1\nkind: %s\nmetadata:\n",
		ns ? "Role" : "ClusterRole");
	put_scalar(out, "  name: ", spec->name ? spec->name : ROLE_NAME);
	if (ns)
		put_scalar(out, "  namespace: ", ns);
	buf_addz(out, "rules:\n");
}

static void put_events(struct buf *out)
{
	put_group(out, "events.k8s.io");
	put_item(out, "events");
	put_verbs(out, false);
}

enum scope {
	SCOPE_ANY,
	SCOPE_NAMESPACED,
	SCOPE_CLUSTER
};

/* The rules for the wanted kinds of this scope; head (may be NULL) comes before, if there
 * are any. */
static void put_wanted(const struct root *root, const struct role_spec *spec, enum scope scope,
	const char *head, struct buf *out)
{
	const struct kind_root **kinds = mem_alloc((root->n_kinds + 1) * sizeof(*kinds));
	size_t n = 0;

	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct kind *kind = root->kinds[i]->kind;

		if (scope != SCOPE_ANY && kind->namespaced != (scope == SCOPE_NAMESPACED))
			continue;
		if (!spec->wanted || spec->wanted(spec->arg, kind))
			kinds[n++] = root->kinds[i];
	}
	qsort(kinds, n, sizeof(*kinds), compare);
	if (n && head) {
		buf_addz(out, head);
		put_head(spec, NULL, out);
	}
	put_kinds(kinds, n, out);
	free(kinds);
}

void role_write(const struct root *root, const struct role_spec *spec, struct buf *out)
{
	put_head(spec, spec->ns, out);
	if (spec->ns) {
		put_events(out);
		put_wanted(root, spec, SCOPE_NAMESPACED, NULL, out);
		put_wanted(root, spec, SCOPE_CLUSTER, "---\n", out);
		return;
	}
	put_group(out, "apiextensions.k8s.io");
	put_item(out, "customresourcedefinitions");
	put_verbs(out, true);
	put_events(out);
	put_wanted(root, spec, SCOPE_ANY, NULL, out);
}
