#include "kube/access.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "json/doc.h"
#include "json/pick.h"
#include "json/scan.h"

struct words {
	char **items;
	size_t count, cap;
};

struct rule {
	struct words verbs, groups, resources;
	bool named; /* for some names only */
};

struct access_rules {
	struct rule *items;
	size_t count, cap;
	size_t n_words;
	bool incomplete;
	char *problem;
};

static void words_release(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i]);
	free(words->items);
}

void access_rules_free(struct access_rules *rules)
{
	if (!rules)
		return;
	for (size_t i = 0; i < rules->count; i++) {
		words_release(&rules->items[i].verbs);
		words_release(&rules->items[i].groups);
		words_release(&rules->items[i].resources);
	}
	free(rules->items);
	free(rules->problem);
	free(rules);
}

/* ---- reading ---- */

static int read_words(
	struct access_rules *rules, struct str list, struct words *ret, struct error *err)
{
	struct str item;
	struct scan s;

	scan_init(&s, list);
	if (!list.p || scan_type(&s) != SCAN_ARRAY || scan_array(&s) < 0)
		return 0;
	while (scan_item_text(&s, &item)) {
		char *word = pick_text(item);

		if (!word)
			continue;
		if (rules->n_words++ == ACCESS_WORDS_MAX) {
			free(word);
			return error_set(err, ERROR_TOO_LARGE, "the review has more than %zu words",
				ACCESS_WORDS_MAX);
		}
		ret->items =
			array_reserve(ret->items, &ret->cap, ret->count + 1, sizeof(*ret->items));
		ret->items[ret->count++] = word;
	}
	return 0;
}

static bool is_empty_list(struct str list)
{
	struct scan s;

	scan_init(&s, list);
	return !list.p || scan_type(&s) != SCAN_ARRAY || scan_array(&s) < 0 || !scan_item(&s);
}

static int read_rule(struct access_rules *rules, struct str text, struct error *err)
{
	static const char *const keys[] = { "verbs", "apiGroups", "resources", "resourceNames" };
	struct str v[4];
	struct rule *rule;

	pick_members(text, keys, v, 4);
	rules->items =
		array_reserve(rules->items, &rules->cap, rules->count + 1, sizeof(*rules->items));
	rule = &rules->items[rules->count++];
	*rule = (struct rule){ .named = !is_empty_list(v[3]) };
	if (read_words(rules, v[0], &rule->verbs, err) < 0 ||
		read_words(rules, v[1], &rule->groups, err) < 0 ||
		read_words(rules, v[2], &rule->resources, err) < 0)
		return -1;
	return 0;
}

static int read_rules(struct access_rules *rules, struct str list, struct error *err)
{
	struct str item;
	struct scan s;

	scan_init(&s, list);
	if (scan_type(&s) == SCAN_NULL)
		return 0; /* Go's empty list */
	if (scan_array(&s) < 0)
		return error_set(err, ERROR_INVALID, "the review's resourceRules are no list");
	while (scan_item_text(&s, &item)) {
		if (rules->n_words++ >= ACCESS_WORDS_MAX)
			return error_set(err, ERROR_TOO_LARGE, "the review has too many rules");
		if (read_rule(rules, item, err) < 0)
			return -1;
	}
	return 0;
}

int access_rules_parse(struct str answer, struct access_rules **ret, struct error *err)
{
	static const char *const keys[] = { "resourceRules", "incomplete", "evaluationError" };
	struct access_rules *rules;
	struct str v[3];

	if (scan_validate(answer, err) < 0)
		return -1;
	pick_members(scan_member(answer, "status"), keys, v, 3);
	if (!v[0].p)
		return error_set(err, ERROR_INVALID, "the answer is no review of rules");
	rules = mem_zalloc(sizeof(*rules));
	if (read_rules(rules, v[0], err) < 0) {
		access_rules_free(rules);
		return -1;
	}
	rules->incomplete = str_is(v[1], "true");
	rules->problem = pick_text(v[2]);
	if (rules->problem && !*rules->problem) {
		free(rules->problem);
		rules->problem = NULL;
	}
	*ret = rules;
	return 0;
}

/* ---- asking ---- */

static bool has_word(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++) {
		if (strcmp(words->items[i], "*") == 0 || strcmp(words->items[i], word) == 0)
			return true;
	}
	return false;
}

/* "widgets/scale" for widgets and scale. */
static bool is_subresource(const char *word, const char *resource, const char *subresource)
{
	size_t n = strlen(resource);

	return strncmp(word, resource, n) == 0 && word[n] == '/' &&
	       strcmp(word + n + 1, subresource) == 0;
}

static bool has_resource(const struct words *words, const struct access_wish *wish)
{
	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->items[i];

		if (strcmp(word, "*") == 0)
			return true;
		if (!wish->subresource && strcmp(word, wish->resource) == 0)
			return true;
		if (wish->subresource && (is_subresource(word, wish->resource, wish->subresource) ||
						 is_subresource(word, "*", wish->subresource)))
			return true;
	}
	return false;
}

static bool knows_no_name(const struct access_wish *wish)
{
	return strcmp(wish->verb, "create") == 0 || strcmp(wish->verb, "deletecollection") == 0;
}

enum access access_check(const struct access_rules *rules, const struct access_wish *wish)
{
	bool some = false;

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->items[i];

		if (!has_word(&rule->groups, wish->group) || !has_word(&rule->verbs, wish->verb) ||
			!has_resource(&rule->resources, wish))
			continue;
		if (!rule->named)
			return ACCESS_YES;
		some = some || !knows_no_name(wish);
	}
	if (some)
		return ACCESS_SOME;
	return rules->incomplete ? ACCESS_UNKNOWN : ACCESS_NO;
}

static const struct {
	const char *name;
	const char *verb;
	const char *subresource;
} marks[ACCESS_MARKS] = {
	[ACCESS_LIST] = { "LIST", "list", NULL },
	[ACCESS_WATCH] = { "WATCH", "watch", NULL },
	[ACCESS_GET] = { "GET", "get", NULL },
	[ACCESS_CREATE] = { "CREATE", "create", NULL },
	[ACCESS_UPDATE] = { "UPDATE", "update", NULL },
	[ACCESS_PATCH] = { "PATCH", "patch", NULL },
	[ACCESS_DELETE] = { "DELETE", "delete", NULL },
	[ACCESS_STATUS] = { "STATUS", "update", "status" },
	[ACCESS_SCALE] = { "SCALE", "update", "scale" },
};

const char *access_mark_name(enum access_mark mark)
{
	return marks[mark].name;
}

enum access access_check_mark(const struct access_rules *rules, const char *group,
	const char *resource, enum access_mark mark)
{
	struct access_wish wish = {
		.verb = marks[mark].verb,
		.group = group,
		.resource = resource,
		.subresource = marks[mark].subresource,
	};

	return rules ? access_check(rules, &wish) : ACCESS_UNKNOWN;
}

bool access_is_incomplete(const struct access_rules *rules)
{
	return rules->incomplete;
}

const char *access_problem(const struct access_rules *rules)
{
	return rules->problem;
}

char *access_review(const char *ns)
{
	struct doc *review = doc_new_object();
	char *body;

	doc_add_string(review, "apiVersion", "authorization.k8s.io/v1");
	doc_add_string(review, "kind", "SelfSubjectRulesReview");
	doc_add_string(doc_add_object(review, "spec"), "namespace", ns);
	body = doc_print(review);
	doc_free(review);
	return body;
}
