#include "cluster/role.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "json/emit_scalar.h"

static void put_item(struct buf *out, const char *text)
{
	struct str s = str_of(text);

	buf_addz(out, "  - ");
	if (scalar_style(s, false) == SCALAR_PLAIN)
		buf_addstr(out, s);
	else
		scalar_quote(s, out);
	buf_addc(out, '\n');
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

void role_write(const struct root *root, bool (*wanted)(void *arg, const struct kind *kind),
	void *arg, struct buf *out)
{
	const struct kind_root **kinds = mem_alloc((root->n_kinds + 1) * sizeof(*kinds));
	size_t n = 0;

	for (size_t i = 0; i < root->n_kinds; i++)
		if (!wanted || wanted(arg, root->kinds[i]->kind))
			kinds[n++] = root->kinds[i];
	qsort(kinds, n, sizeof(*kinds), compare);
	buf_addz(out, "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
		      "metadata:\n  name: crwatch\nrules:\n");
	put_group(out, "apiextensions.k8s.io");
	put_item(out, "customresourcedefinitions");
	put_verbs(out, true);
	put_group(out, "events.k8s.io");
	put_item(out, "events");
	put_verbs(out, false);
	put_kinds(kinds, n, out);
	free(kinds);
}
