#include "cmd/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cmd/changing.h"
#include "cmd/cmd.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/selector.h"

static int add(struct selection *s, struct str object, struct error *err)
{
	static const char *const keys[] = { "namespace", "name", "uid" };
	struct str v[3];

	if (s->count >= SELECTION_MAX)
		return error_set(
			err, ERROR_TOO_LARGE, "more than %zu objects are selected", SELECTION_MAX);
	pick_members(scan_member(object, "metadata"), keys, v, 3);
	s->objects = array_reserve(s->objects, &s->cap, s->count + 1, sizeof(*s->objects));
	s->objects[s->count++] = (struct selection_object){
		pick_text_or_empty(v[0]),
		pick_text_or_empty(v[1]),
		pick_text_or_empty(v[2]),
	};
	return 0;
}

static int add_page(struct selection *s, struct str list, struct error *err)
{
	struct str item;
	struct scan items;

	scan_init(&items, scan_member(list, "items"));
	if (!items.p || !scan_array_or_skip(&items))
		return 0;
	while (scan_item_text(&items, &item)) {
		if (add(s, item, err) < 0)
			return -1;
	}
	return 0;
}

/* Reads a page and puts the token of the next one into *page, "" behind the last. */
static int read_page(
	struct changing *c, struct mutate *m, struct selection *s, char **page, struct error *err)
{
	char *next;
	int code;

	m->page = str_of(*page);
	if (changing_send(c, m, NULL, &code, err) < 0 || add_page(s, changing_answer(c), err) < 0)
		return -1;
	next = pick_text_or_empty(
		scan_member(scan_member(changing_answer(c), "metadata"), "continue"));
	if (*next && *page && strcmp(next, *page) == 0) {
		free(next);
		return error_set(
			err, ERROR_INVALID, "the server gives the same continue token twice");
	}
	free(*page);
	*page = next;
	return 0;
}

int selection_read(struct changing *c, const struct changing_kind *kind, struct selection *ret,
	struct error *err)
{
	struct mutate m = changing_of(c, MUTATE_LIST, kind, STR(""), STR(""));
	struct selection s = { 0 };
	char *page = NULL;
	int rc;

	if (c->args->all_namespaces)
		m.ns = STR("");
	if (c->args->labels)
		m.selector = str_trim(str_of(c->args->labels));
	do {
		rc = read_page(c, &m, &s, &page, err);
	} while (rc == 0 && *page);
	free(page);
	if (rc < 0)
		selection_release(&s);
	else
		*ret = s;
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
