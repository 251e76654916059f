#include "cluster_fixture.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/labels.h"
#include "kube/columns.h"
#include "kube/object.h"

void fixture_init(struct fixture *f)
{
	*f = (struct fixture){ .roots = roots_new(), .next_id = 1 };
	f->labels = labels_new(roots_retire(f->roots), LABELS_PAIRS_MAX);
	f->reader = root_reader_new(f->roots, NULL);
}

static void free_entry(void *ptr, void *arg)
{
	struct entry *e = ptr;

	free(atomic_load(&e->text));
	entry_free(e, arg);
}

static void free_kind(void *ptr, void *arg)
{
	struct fixture_kind *kind = ptr;

	(void)arg;
	gvr_release(&kind->kind.gvr);
	free(kind->kind.kind);
	free(kind->kind.singular);
	free(kind->kind.short_names[0]);
	free(kind->kind.short_names);
	columns_free(kind->kind.columns);
	free(kind);
}

static int cmp_kinds(const struct fixture_kind *a, const struct fixture_kind *b)
{
	int order = strcmp(a->kind.gvr.group, b->kind.gvr.group);

	return order ? order : strcmp(a->kind.kind, b->kind.kind);
}

struct fixture_kind *fixture_add_kind(
	struct fixture *f, const char *group, const char *plural, const char *columns)
{
	struct fixture_kind *kind = mem_zalloc(sizeof(*kind));
	size_t at = 0;

	kind->kind.id = f->next_id++;
	gvr_init(&kind->kind.gvr, str_of(group), STR("v1"), str_of(plural));
	/* "widgets": Widget, widget, wid */
	kind->kind.kind = str_dup(str_make(plural, strlen(plural) - 1));
	kind->kind.singular = mem_strdup(kind->kind.kind);
	kind->kind.kind[0] = (char)(kind->kind.kind[0] - 'a' + 'A');
	kind->kind.short_names = mem_alloc(sizeof(char *));
	kind->kind.short_names[0] = str_dup(str_make(plural, 3));
	kind->kind.n_short_names = 1;
	kind->kind.namespaced = true;
	kind->kind.version = entry_next_version();
	kind->kind.columns = columns_new(str_of(columns), NULL);
	kind->store = store_new(roots_retire(f->roots));
	kind->root = (struct kind_root){
		.kind = &kind->kind, .state = KIND_SYNCED, .ever_synced = true
	};
	while (at < f->n_kinds && cmp_kinds(f->kinds[at], kind) < 0)
		at++;
	memmove(f->kinds + at + 1, f->kinds + at, (f->n_kinds - at) * sizeof(f->kinds[0]));
	f->kinds[at] = kind;
	f->n_kinds++;
	return kind;
}

void fixture_remove_kind(struct fixture *f, struct fixture_kind *kind)
{
	struct retire *retire = roots_retire(f->roots);
	size_t at = 0;

	while (f->kinds[at] != kind)
		at++;
	f->n_kinds--;
	memmove(f->kinds + at, f->kinds + at + 1, (f->n_kinds - at) * sizeof(f->kinds[0]));
	for (size_t i = 0; i < store_count(kind->store); i++)
		retire_add(retire, store_at(kind->store, i), free_entry, f->labels);
	store_free(kind->store);
	retire_add(retire, kind, free_kind, NULL);
}

static struct text *new_text(struct str raw)
{
	struct text *text = mem_zalloc(sizeof(*text) + raw.len);

	text->raw_len = text->len = (uint32_t)raw.len;
	text->form = TEXT_RAW;
	text->home = TEXT_HEAP;
	memcpy(text->bytes, raw.p, raw.len);
	return text;
}

void fixture_put(struct fixture *f, struct fixture_kind *kind, const char *ns, const char *name,
	const char *metadata, const char *rest)
{
	struct buf json = BUF_INIT(1 << 20);
	struct entry_facts facts;
	struct entry *e, *old;
	struct object o;

	buf_addf(&json, "{\"metadata\":{\"namespace\":\"%s\",\"name\":\"%s\"%s%s}%s%s}", ns, name,
		metadata ? "," : "", metadata ? metadata : "", rest ? "," : "", rest ? rest : "");
	if (object_scan(buf_str(&json), &o, NULL) < 0)
		abort();
	facts = (struct entry_facts){ o.ns, health_of(&o, NULL, 0) };
	e = entry_new(&o, &facts, f->labels, new_text(buf_str(&json)), NULL);
	e->version = entry_next_version();
	old = store_put(kind->store, e);
	if (old)
		retire_add(roots_retire(f->roots), old, free_entry, f->labels);
	buf_release(&json);
}

void fixture_remove(struct fixture *f, struct fixture_kind *kind, const char *ns, const char *name)
{
	struct entry *old = store_remove(kind->store, str_of(ns), str_of(name));

	if (old)
		retire_add(roots_retire(f->roots), old, free_entry, f->labels);
}

static void free_kind_root(void *ptr, void *arg)
{
	(void)arg;
	free(ptr);
}

const struct root *fixture_publish(struct fixture *f)
{
	struct root *root = mem_zalloc(sizeof(*root));
	const struct kind_root **kinds = mem_zalloc((f->n_kinds + 1) * sizeof(*kinds));

	for (size_t i = 0; i < f->n_kinds; i++) {
		struct kind_root *copy = mem_dup(&f->kinds[i]->root, sizeof(*copy));

		copy->store = store_publish(f->kinds[i]->store);
		kinds[i] = copy;
	}
	root->link = LINK_LIVE;
	root->kinds_known = true;
	root->labels = f->labels;
	root->n_kinds = f->n_kinds;
	root->kinds = kinds;
	roots_publish(f->roots, root);
	for (size_t i = 0; i < f->n_kinds; i++)
		retire_add(roots_retire(f->roots), (void *)kinds[i], free_kind_root, NULL);
	root_unpin(f->reader);
	retire_run(roots_retire(f->roots));
	return root_pin(f->reader);
}

void fixture_release(struct fixture *f)
{
	while (f->n_kinds)
		fixture_remove_kind(f, f->kinds[0]);
	root_unpin(f->reader);
	root_reader_free(f->reader);
	roots_free(f->roots);
	labels_free(f->labels);
}
