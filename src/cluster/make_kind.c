#include "cluster/make_kind.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/texts.h"
#include "cache/kind.h"
#include "cluster/choices.h"
#include "kube/columns.h"
#include "kube/crd.h"

static void add_note(struct kind *kind, const struct error *err)
{
	char *note = mem_printf("%s%schosen columns are not shown: %s",
		kind->note ? kind->note : "", kind->note ? "; " : "", err->text);

	free(kind->note);
	kind->note = note;
}

struct kind *make_kind_dressed(struct kind *kind, const struct column_choices *choices)
{
	char *name = mem_printf("%s.%s", kind->gvr.resource, kind->gvr.group);
	struct error err = ERROR_INIT;
	const struct column_spec *specs;
	size_t n;

	kind->own_columns = kind->columns;
	kind->columns = NULL;
	specs = choices_find(choices, name, &n);
	free(name);
	if (specs && columns_new_chosen(kind->own_columns, specs, n, &kind->columns, &err) == 0)
		return kind;
	if (specs) {
		add_note(kind, &err);
		error_release(&err);
	}
	kind->columns = columns_ref(kind->own_columns);
	return kind;
}

struct kind *make_kind(const struct crd *crd, const struct crd_version *version, uint32_t id,
	const struct column_choices *choices)
{
	struct kind *kind = mem_zalloc(sizeof(*kind));
	struct str name = str_of(crd->name), plural = str_of(crd->plural);

	if (plural.len == 0)
		plural = str_cut(&name, '.');
	kind->id = id;
	gvr_init(&kind->gvr, str_of(crd->group), str_of(version ? version->name : ""), plural);
	kind->kind = *crd->kind ? mem_strdup(crd->kind) : str_dup(plural);
	kind->singular = mem_strdup(crd->singular);
	kind->short_names = texts_copy(crd->short_names, crd->n_short_names);
	kind->n_short_names = crd->n_short_names;
	kind->categories = texts_copy(crd->categories, crd->n_categories);
	kind->n_categories = crd->n_categories;
	kind->namespaced = crd->namespaced;
	kind->columns = columns_new(version ? version->columns : str_make(NULL, 0), &kind->note);
	kind->own_note = kind->note ? mem_strdup(kind->note) : NULL;
	return make_kind_dressed(kind, choices);
}

struct kind *make_kind_copy(
	const struct kind *from, struct columns *own, const struct column_choices *choices)
{
	struct kind *kind = mem_zalloc(sizeof(*kind));

	gvr_init(&kind->gvr, str_of(from->gvr.group), str_of(from->gvr.version),
		str_of(from->gvr.resource));
	kind->kind = mem_strdup(from->kind);
	kind->singular = mem_strdup(from->singular);
	kind->short_names = texts_copy(from->short_names, from->n_short_names);
	kind->n_short_names = from->n_short_names;
	kind->categories = texts_copy(from->categories, from->n_categories);
	kind->n_categories = from->n_categories;
	kind->namespaced = from->namespaced;
	kind->columns = own;
	kind->note = from->own_note ? mem_strdup(from->own_note) : NULL;
	kind->own_note = from->own_note ? mem_strdup(from->own_note) : NULL;
	return make_kind_dressed(kind, choices);
}
