/*
 * tab_describe_related - the objects around one: owners, what it owns, what it
 * refers to and what refers to it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "cluster/referrers.h"
#include "cluster/relations.h"
#include "kube/object.h"
#include "kube/references.h"
#include "ui/state.h"
#include "ui/widgets/text.h"
#include "ui/ui.h"

#define OWNERS_DEPTH 8
#define OWNERS_MAX   100 /* lines */

/* A line about an object that is there. */
static void add_relation(
	struct description *d, const struct relation *of, size_t indent, const char *behind)
{
	const struct entry *e = of->entry;
	enum health health = (enum health)e->health;
	struct str ns = entry_ns(e), name = entry_name(e);
	struct tree_row row = { .level = TREE_OBJECT,
		.group = str_of(of->kind->kind->gvr.group),
		.kind = of->kind,
		.entry = e };
	struct tree_key key = { 0 };

	facts_add(d->facts, text_health_role(health), "%*s%s %s " STR_FMT "%s" STR_FMT "%s",
		(int)indent, "", health_glyph(health), of->kind->kind->kind, STR_ARG(ns),
		ns.len ? "/" : "", STR_ARG(name), behind);
	tree_key_of(&row, &key);
	facts_target(d->facts, &key);
	facts_id(d->facts, str_make((const char *)e->uid, sizeof(e->uid)));
	tree_key_release(&key);
}

/* ---- owners ---- */

struct owner {
	char *kind, *name;
	unsigned char uid[16];
	bool controller;
	struct relation of; /* entry NULL: not in the cache */
	enum relation_state state;
};

struct owners {
	struct description *d;
	struct str ns;
	struct owner items[16];
	size_t count;
};

static bool take_owner(void *arg, const struct reference *ref)
{
	struct owners *o = arg;
	struct owner *owner;

	if (!ref->owner)
		return true;
	owner = &o->items[o->count++];
	*owner = (struct owner){ .kind = str_dup(ref->kind),
		.name = str_dup(ref->name),
		.controller = ref->controller };
	entry_uid(ref->uid, owner->uid);
	owner->state = relations_resolve(o->d->ui->root, ref, o->ns, STR(""), &owner->of);
	/* one of the same name that is another is no owner */
	if (owner->of.entry && memcmp(owner->of.entry->uid, owner->uid, 16) != 0) {
		owner->of.entry = NULL;
		owner->state = RELATION_DANGLING;
	}
	return o->count < sizeof(o->items) / sizeof(o->items[0]);
}

/* All owners that have a line, each of which has one. */
struct climb {
	struct description *d;
	unsigned char uids[OWNERS_MAX][16];
	size_t count;
	size_t more; /* past the ceiling */
};

static bool is_new_owner(struct climb *c, const unsigned char uid[16])
{
	for (size_t i = 0; i < c->count; i++) {
		if (!memcmp(c->uids[i], uid, 16))
			return false;
	}
	if (c->count == OWNERS_MAX) {
		c->more++;
		return false;
	}
	memcpy(c->uids[c->count++], uid, 16);
	return true;
}

static void add_missing_owner(struct description *d, const struct owner *owner, size_t indent)
{
	facts_add(d->facts, owner->state == RELATION_DANGLING ? ROLE_BAD : ROLE_DIM,
		"%*s  %s %s  %s", (int)indent, "", owner->kind, owner->name,
		owner->state == RELATION_DANGLING      ? "gone"
		: owner->state == RELATION_NOT_WATCHED ? "not watched"
						       : "not known");
}

/* Objects may name each other as owners, in circles and as often as they like. */
static void add_owners(struct climb *c, struct str text, struct str ns, size_t depth)
{
	struct description *d = c->d;
	struct owners o = { .d = d, .ns = ns };

	references_each(text, take_owner, &o);
	for (size_t i = 0; i < o.count; i++) {
		const struct owner *owner = &o.items[i];
		const struct entry *e = owner->of.entry;

		if (!is_new_owner(c, owner->uid))
			continue;
		if (!e) {
			add_missing_owner(d, owner, 2 + 2 * depth);
			continue;
		}
		add_relation(
			d, &owner->of, 2 + 2 * depth, owner->controller ? "  (controller)" : "");
		if (depth + 1 < OWNERS_DEPTH && e->n_owners)
			add_owners(c, text_read_kept(d->ui->old_texts, e->text), entry_ns(e),
				depth + 1);
	}
	for (size_t i = 0; i < o.count; i++) {
		free(o.items[i].kind);
		free(o.items[i].name);
	}
}

void describe_owners(struct description *d)
{
	struct climb c = { .d = d };

	if (!d->object->owners.p || d->object->owners.len <= 2)
		return;
	facts_section(d->facts, "owned by");
	add_owners(&c, d->object->text, d->object->ns, 0);
	if (c.more)
		facts_add(d->facts, ROLE_DIM, "    and more");
}

/* ---- owned ---- */

void describe_owned(struct description *d)
{
	const struct describe *v = &d->ui->detail.describe;
	struct owned_node *nodes;
	size_t more, n;

	n = relations_owned(v->relations, d->ui->root, d->ui->detail.key.uid, &nodes, &more);
	if (n || !v->related)
		facts_section(d->facts, "owns, %zu object%s%s", n + more, n + more == 1 ? "" : "s",
			v->related ? "" : " so far \xe2\x80\xa6");
	for (size_t i = 0; i < n; i++) {
		char *behind = nodes[i].children > 1 ? mem_printf("  owns %zu", nodes[i].children)
						     : mem_strdup("");

		add_relation(d, &nodes[i].of, 2 + 2 * (size_t)nodes[i].depth, behind);
		free(behind);
	}
	if (more)
		facts_add(d->facts, ROLE_DIM, "    +%zu", more);
	free(nodes);
}

/* ---- references ---- */

struct pointing {
	struct description *d;
	bool any;
};

static const char *watched_ns(const struct ui *ui)
{
	return ui->options->cluster && ui->options->cluster->ns ? ui->options->cluster->ns : "";
}

static bool add_reference(void *arg, const struct reference *ref)
{
	struct pointing *p = arg;
	struct description *d = p->d;
	static const char *const words[] = {
		[RELATION_EXISTS] = "\xe2\x9c\x93 exists",
		[RELATION_DANGLING] = "\xe2\x9c\x97 dangling: there is none",
		[RELATION_NOT_WATCHED] = "not watched",
		[RELATION_UNKNOWN] = "not known yet",
	};
	struct relation of;
	enum relation_state state;
	char *lead;

	if (ref->owner)
		return true;
	if (!p->any)
		facts_section(d->facts, "refers to");
	p->any = true;
	state = relations_resolve(d->ui->root, ref, d->object->ns, str_of(watched_ns(d->ui)), &of);
	lead = mem_printf("  " STR_FMT "  ", STR_ARG(ref->path));
	facts_led(d->facts, ROLE_KEY, lead,
		state == RELATION_EXISTS     ? ROLE_OK
		: state == RELATION_DANGLING ? ROLE_BAD
					     : ROLE_DIM,
		STR_FMT "%s" STR_FMT "%s" STR_FMT "  %s", STR_ARG(ref->kind),
		ref->kind.len ? " " : "", STR_ARG(ref->ns), ref->ns.len ? "/" : "",
		STR_ARG(ref->name),
		!ref->kind.len && state == RELATION_NOT_WATCHED ? "its kind is not given"
								: words[state]);
	free(lead);
	if (of.entry) {
		struct tree_row row = { .level = TREE_OBJECT,
			.group = str_of(of.kind->kind->gvr.group),
			.kind = of.kind,
			.entry = of.entry };
		struct tree_key key = { 0 };

		tree_key_of(&row, &key);
		facts_target(d->facts, &key);
		tree_key_release(&key);
	}
	return true;
}

void describe_references(struct description *d)
{
	struct pointing p = { d, false };

	references_each(d->object->text, add_reference, &p);
}

void describe_referrers(struct description *d)
{
	struct ui *ui = d->ui;
	const struct referrers *r = ui->detail.describe.referrers;
	size_t done, all;

	if (!r)
		return;
	referrers_progress(r, ui->root, &done, &all);
	if (referrers_done(r))
		facts_section(d->facts, "referred to by, %zu place%s", referrers_count(r),
			referrers_count(r) == 1 ? "" : "s");
	else
		facts_section(
			d->facts, "referred to by, searching %zu %%", all ? done * 100 / all : 0);
	for (size_t i = 0; i < referrers_count(r); i++) {
		const struct referrer *item = referrers_at(r, i);
		const struct kind_root *kind = root_kind(ui->root, item->key.kind);
		struct relation of = { .kind = kind };
		char *behind;

		of.entry = kind ? store_root_find(kind->store, str_of(item->key.ns),
					  str_of(item->key.name), NULL)
				: NULL;
		if (!of.entry)
			continue;
		behind = mem_printf(
			"  %s%s", item->path, item->by_name ? "  (no kind is given there)" : "");
		add_relation(d, &of, 2, behind);
		free(behind);
	}
	if (referrers_more(r))
		facts_add(d->facts, ROLE_DIM, "    +%zu", referrers_more(r));
	if (referrers_unread(ui->root))
		facts_add(d->facts, ROLE_WARNING,
			"    of %zu objects only the owners were looked at: their texts are not kept (max-cache)",
			referrers_unread(ui->root));
	if (referrers_done(r) && !referrers_count(r))
		facts_add(d->facts, ROLE_DIM, "    nothing that is watched");
}
