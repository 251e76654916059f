#include "ui/query.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cache/filter.h"
#include "cache/root.h"
#include "kube/selector.h"

void query_init(struct query *query)
{
	*query = (struct query){ .text = mem_strdup(""), .selector = mem_strdup("") };
}

void query_release(struct query *query)
{
	free(query->text);
	free(query->selector);
	filter_free(query->filter);
	*query = (struct query){ 0 };
}

static void set_text(char **at, const char *text)
{
	char *copy = text ? mem_strdup(text) : NULL;

	if (!copy)
		return;
	free(*at);
	*at = copy;
}

/* "-l" alone: there is nothing to show for it. */
static bool filters_nothing(const char *text)
{
	struct filter *filter;
	bool nothing;

	if (filter_new(str_of(text), NULL, &filter, NULL, NULL) < 0)
		return false;
	nothing = filter_is_empty(filter);
	filter_free(filter);
	return nothing;
}

static int check(const struct filter *filter, const struct query_wish *wish, size_t *ret_at,
	struct error *err)
{
	const struct root *root = wish->root;

	if (filter_check(filter, root->kinds, root->n_kinds, ret_at, err) < 0)
		return -1;
	if (!wish->columns || !root->kinds_known)
		return 0;
	return filter_check_columns(filter, wish->columns, root->kinds, root->n_kinds, ret_at, err);
}

static int make(const struct query *query, const struct query_wish *wish, struct filter **ret,
	size_t *ret_at, struct error *err)
{
	struct str labels = str_trim(str_of(wish->selector ? wish->selector : query->selector));
	struct selector *parsed = NULL;

	*ret_at = 0;
	if (labels.len && selector_parse(labels, &parsed, ret_at, err) < 0)
		return -1;
	if (filter_new(str_of(wish->text ? wish->text : query->text), parsed, ret, ret_at, err) < 0)
		return -1;
	if (wish->text && wish->root && check(*ret, wish, ret_at, err) < 0) {
		filter_free(*ret);
		return -1;
	}
	filter_set_unwell(*ret, wish->unwell);
	filter_set_namespaces(*ret, wish->namespaces, wish->n_namespaces);
	return 0;
}

int query_set(struct query *query, const struct query_wish *wish, struct filter **ret_old,
	size_t *ret_at, struct error *err)
{
	const char *text = wish->text;
	struct filter *filter;

	if (make(query, wish, &filter, ret_at, err) < 0)
		return -1;
	if (filter_is_empty(filter)) {
		filter_free(filter);
		filter = NULL;
	}
	set_text(&query->text, text && filters_nothing(text) ? "" : text);
	set_text(&query->selector, wish->selector);
	query->unwell = wish->unwell;
	*ret_old = query->filter;
	query->filter = filter;
	query->serial++;
	return 0;
}

struct filter *query_filter(const struct query *query, const struct query_wish *wish)
{
	struct filter *filter = NULL;
	size_t at;

	/* they are known to parse */
	if (make(query, wish, &filter, &at, NULL) < 0)
		abort();
	return filter;
}

bool query_cannot_match(const struct filter *filter, const struct root *root)
{
	if (!filter || !root->n_kinds)
		return false;
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (!filter_cannot_match(filter, root->kinds[i]->kind))
			return false;
	}
	return true;
}

int query_take(const struct query_own *own, const char *typed, size_t *ret_at, struct error *err)
{
	struct filter *made;

	if (filter_new(str_of(typed), NULL, &made, ret_at, err) < 0)
		return -1;
	if (filter_check_cells(made, own->names, ret_at, err) < 0) {
		filter_free(made);
		return -1;
	}
	if (filter_is_empty(made)) {
		filter_free(made);
		made = NULL;
	}
	filter_free(*own->filter);
	*own->filter = made;
	free(*own->text);
	*own->text = mem_strdup(made ? typed : "");
	return 0;
}
