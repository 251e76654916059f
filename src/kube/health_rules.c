#include "kube/health_rules.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "base/mem.h"
#include "json/path.h"
#include "kube/health_table.h"

struct health_rules {
	atomic_size_t refs;
	struct health_rule *items;
	size_t count;
	size_t cap;
};

struct health_rules *health_rules_new(void)
{
	struct health_rules *rules = mem_zalloc(sizeof(*rules));

	atomic_init(&rules->refs, 1);
	return rules;
}

struct health_rules *health_rules_ref(struct health_rules *rules)
{
	if (rules)
		atomic_fetch_add_explicit(&rules->refs, 1, memory_order_relaxed);
	return rules;
}

static void free_values(const char *const *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free((char *)values[i]);
	free((void *)values);
}

static void release_rule(struct health_rule *rule)
{
	free((char *)rule->kind);
	free((char *)rule->condition);
	free((char *)rule->path);
	free_values(rule->good, rule->n_good);
	free_values(rule->progressing, rule->n_progressing);
	free_values(rule->bad, rule->n_bad);
}

void health_rules_unref(struct health_rules *rules)
{
	if (!rules || atomic_fetch_sub_explicit(&rules->refs, 1, memory_order_acq_rel) > 1)
		return;
	for (size_t i = 0; i < rules->count; i++)
		release_rule(&rules->items[i]);
	free(rules->items);
	free(rules);
}

/* ---- adding ---- */

/* kubectl's braces around a path are taken, too. */
static struct str bare_path(const char *text)
{
	struct str path = str_trim(str_of(text));

	if (path.len >= 2 && path.p[0] == '{' && path.p[path.len - 1] == '}')
		path = str_make(path.p + 1, path.len - 2);
	return path;
}

static int check(
	const struct health_rules *rules, const struct health_rule *rule, struct error *err)
{
	struct path *path;
	size_t values = rule->n_good + rule->n_progressing + rule->n_bad;

	if (!rule->kind || !*rule->kind)
		return error_set(err, ERROR_INVALID, "a health rule names no kind");
	if (!rule->condition == !rule->path || (rule->condition && !*rule->condition))
		return error_set(err, ERROR_INVALID,
			"the health rule for %s needs a condition or a path, and not both",
			rule->kind);
	if (values == 0)
		return error_set(err, ERROR_INVALID, "the health rule for %s and %s has no values",
			rule->kind, rule->condition ? rule->condition : rule->path);
	if (values > HEALTH_VALUES_MAX || rules->count >= HEALTH_RULES_MAX)
		return error_set(err, ERROR_TOO_LARGE,
			"more than %d health rules, or %d values of one", HEALTH_RULES_MAX,
			HEALTH_VALUES_MAX);
	if (!rule->path)
		return 0;
	if (path_parse(bare_path(rule->path), &path, err) < 0)
		return error_prefix(err, "the health rule for %s", rule->kind);
	path_free(path);
	return 0;
}

static const char *const *copy_values(const char *const *values, size_t n)
{
	char **copy = n ? mem_alloc(n * sizeof(*copy)) : NULL;

	for (size_t i = 0; i < n; i++)
		copy[i] = mem_strdup(values[i]);
	return (const char *const *)copy;
}

int health_rules_add(struct health_rules *rules, const struct health_rule *rule, struct error *err)
{
	if (check(rules, rule, err) < 0)
		return -1;
	rules->items =
		array_reserve(rules->items, &rules->cap, rules->count + 1, sizeof(*rules->items));
	rules->items[rules->count++] = (struct health_rule){
		.kind = mem_strdup(rule->kind),
		.condition = mem_strdup_or_null(rule->condition),
		.path = rule->path ? str_dup(bare_path(rule->path)) : NULL,
		.good = copy_values(rule->good, rule->n_good),
		.progressing = copy_values(rule->progressing, rule->n_progressing),
		.bad = copy_values(rule->bad, rule->n_bad),
		.n_good = rule->n_good,
		.n_progressing = rule->n_progressing,
		.n_bad = rule->n_bad,
	};
	return 0;
}

/* ---- the rules of one kind ---- */

/* Whether "plural.group" is pattern's: itself, "*.group" or "*". */
static bool matches(const char *pattern, struct str group, struct str plural)
{
	struct str p = str_of(pattern), domain;

	if (str_is(p, "*"))
		return true;
	if (str_starts(p, STR("*."))) {
		domain = str_make(p.p + 1, p.len - 1);
		return str_eq(group, str_make(p.p + 2, p.len - 2)) || str_ends(group, domain);
	}
	if (p.len < plural.len || !str_starts(p, plural))
		return false;
	if (group.len == 0 && p.len == plural.len)
		return true;
	return p.len == plural.len + 1 + group.len && p.p[plural.len] == '.' && str_ends(p, group);
}

bool health_rules_concern(const struct health_rules *rules, struct str group, struct str plural)
{
	for (size_t i = 0; rules && i < rules->count; i++) {
		if (matches(rules->items[i].kind, group, plural))
			return true;
	}
	return false;
}

/* What a path is called: without what every path begins with. */
static struct str field_name(const char *path)
{
	struct str field = str_of(path), head = STR(".status.");

	if (str_starts(field, head) && field.len > head.len)
		return str_make(field.p + head.len, field.len - head.len);
	return field;
}

static void add_line(struct health_context *c, const struct health_rule *rule, bool user)
{
	struct health_line line = { .rule = rule, .user = user };

	if (rule->path) {
		if (path_parse(str_of(rule->path), &line.path, NULL) < 0)
			return;
		line.field = field_name(rule->path);
		c->paths = c->paths || !user;
	}
	c->lines = mem_realloc_array(c->lines, c->n_lines + 1, sizeof(*c->lines));
	c->lines[c->n_lines++] = line;
}

void health_context_init(struct health_context *context, struct health_rules *rules,
	struct str group, struct str plural)
{
	size_t n;
	const struct health_rule *ours = health_table_kinds(&n);

	*context = (struct health_context){ .rules = health_rules_ref(rules) };
	for (size_t i = rules ? rules->count : 0; i-- > 0;) {
		if (matches(rules->items[i].kind, group, plural))
			add_line(context, &rules->items[i], true);
	}
	for (size_t i = 0; i < n; i++) {
		if (matches(ours[i].kind, group, plural))
			add_line(context, &ours[i], false);
	}
}

void health_context_release(struct health_context *context)
{
	if (!context)
		return;
	for (size_t i = 0; i < context->n_lines; i++)
		path_free(context->lines[i].path);
	free(context->lines);
	health_rules_unref(context->rules);
	*context = (struct health_context){ .rules = NULL };
}
