#include "cmd/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cmd/changing.h"
#include "cmd/cmd.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/selector.h"

#define EMPTY_MAX 1000 /* pages without an object, one behind the other */

/* One list, page by page. */
struct listing {
	struct changing *c;
	const struct changing_kind *kind;
	struct mutate m;
	struct selection selection;
	char *page; /* the token of the next one; NULL: the first, "": there is none */
	int empty;
};

/* What is not named as it must be is not deleted, and neither is anything else: a name
 * without its namespace would be somebody else's object in our own. */
static int check(const struct listing *l, const struct selection_object *o, struct error *err)
{
	bool placed = !l->kind->namespaced || l->m.ns.len || *o->ns;

	if (*o->name && *o->uid && placed)
		return 0;
	return error_set(err, ERROR_INVALID,
		"the server lists an object of %s.%s without its %s: nothing was done",
		l->kind->gvr.resource, l->kind->gvr.group,
		!*o->name  ? "name"
		: !*o->uid ? "uid"
			   : "namespace");
}

static int add(struct listing *l, struct str object, struct error *err)
{
	static const char *const keys[] = { "namespace", "name", "uid" };
	struct selection *s = &l->selection;
	struct selection_object *o;
	struct str v[3];

	if (s->count >= SELECTION_MAX)
		return error_set(
			err, ERROR_TOO_LARGE, "more than %zu objects are selected", SELECTION_MAX);
	pick_members(scan_member(object, "metadata"), keys, v, 3);
	s->objects = array_reserve(s->objects, &s->cap, s->count + 1, sizeof(*s->objects));
	o = &s->objects[s->count++];
	*o = (struct selection_object){
		pick_text_or_empty(v[0]),
		pick_text_or_empty(v[1]),
		pick_text_or_empty(v[2]),
	};
	return check(l, o, err);
}

static int add_page(struct listing *l, struct str list, struct error *err)
{
	size_t before = l->selection.count;
	struct str item;
	struct scan items;

	scan_init(&items, scan_member(list, "items"));
	if (items.p && scan_array_or_skip(&items)) {
		while (scan_item_text(&items, &item)) {
			if (add(l, item, err) < 0)
				return -1;
		}
	}
	l->empty = l->selection.count > before ? 0 : l->empty + 1;
	return 0;
}

/* Of objects that are large the server is asked for fewer. */
static int ask_page(struct listing *l, struct error *err)
{
	struct error why = ERROR_INIT;
	int code;

	l->m.page = str_of(l->page);
	while (changing_send(l->c, &l->m, NULL, &code, &why) < 0) {
		if (why.code != ERROR_TOO_LARGE || l->m.limit == 1)
			return error_move(err, &why);
		l->m.limit /= 2;
		error_release(&why);
	}
	return 0;
}

/* Reads a page and gets the token of the next one. */
static int read_page(struct listing *l, struct error *err)
{
	struct str list;
	char *next;

	if (ask_page(l, err) < 0)
		return -1;
	list = changing_answer(l->c);
	if (add_page(l, list, err) < 0)
		return -1;
	next = pick_text_or_empty(scan_member(scan_member(list, "metadata"), "continue"));
	if (*next && l->page && strcmp(next, l->page) == 0) {
		free(next);
		return error_set(
			err, ERROR_INVALID, "the server gives the same continue token twice");
	}
	free(l->page);
	l->page = next;
	if (*next && l->empty >= EMPTY_MAX)
		return error_set(err, ERROR_INVALID,
			"the server gives page after page without an object (%d of them)",
			EMPTY_MAX);
	return 0;
}

int selection_read(struct changing *c, const struct changing_kind *kind, struct selection *ret,
	struct error *err)
{
	struct listing l = { .c = c, .kind = kind };
	int rc;

	l.m = changing_of(c, MUTATE_LIST, kind, STR(""), STR(""));
	l.m.limit = MUTATE_PAGE;
	if (c->args->all_namespaces)
		l.m.ns = STR("");
	if (c->args->labels)
		l.m.selector = str_trim(str_of(c->args->labels));
	do {
		rc = read_page(&l, err);
	} while (rc == 0 && *l.page);
	free(l.page);
	if (rc < 0)
		selection_release(&l.selection);
	else
		*ret = l.selection;
	return rc;
}

void selection_release(struct selection *selection)
{
	for (size_t i = 0; i < selection->count; i++) {
		free(selection->objects[i].ns);
		free(selection->objects[i].name);
		free(selection->objects[i].uid);
	}
	free(selection->objects);
	*selection = (struct selection){ 0 };
}

static bool term_holds(const struct selector_term *term, struct str labels)
{
	char *value = pick_text(scan_member(labels, term->key));
	bool holds =
		value ? selector_term_holds(term, str_of(value)) : selector_term_holds_absent(term);

	free(value);
	return holds;
}

bool selection_matches(const struct selector *selector, struct str json)
{
	struct str labels = scan_member(scan_member(json, "metadata"), "labels");

	for (size_t i = 0; selector && i < selector->n_terms; i++) {
		if (!term_holds(&selector->terms[i], labels))
			return false;
	}
	return true;
}
