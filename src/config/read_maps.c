/*
 * The settings that are mappings: keys, aliases, columns, health. See read.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/texts.h"
#include "config/read.h"
#include "config/settings.h"

/* The items with room for one more. */
static void *room(void *items, size_t count, size_t size)
{
	return mem_realloc_array(items, count + 1, size);
}

void read_keys(struct settings *settings, const struct yaml_node *node, struct problems *problems)
{
	struct read_map map;

	if (!read_is(node, YAML_NODE_MAP, "keys", problems))
		return;
	read_map_begin(&map, node, problems);
	while (read_map_next(&map)) {
		const struct yaml_node *key = map.node->key;
		bool none = yaml_node_is_null(map.node);

		if (!read_is_text(key, "keys", problems))
			continue;
		if (!none && map.node->text.len == 0 && map.node->kind == YAML_NODE_SCALAR)
			none = true;
		if (!none && !read_is_text(map.node, key->text.p, problems))
			continue;
		settings->keys.items = room(
			settings->keys.items, settings->keys.count, sizeof(*settings->keys.items));
		settings->keys.items[settings->keys.count++] = (struct setting_key){
			.action = mem_strdup(key->text.p),
			.keys = mem_strdup(none ? "" : map.node->text.p),
			.action_place = key->place,
			.keys_place = map.node->place,
		};
	}
	read_map_end(&map);
}

/* What stands behind -l, p NULL without one. */
static struct str selector_of(struct str command)
{
	struct str rest = command;

	while (rest.p) {
		if (str_is(str_cut(&rest, ' '), "-l"))
			return rest.p ? str_trim(rest) : str_make("", 0);
	}
	return str_make(NULL, 0);
}

static bool is_alias(const struct yaml_node *node, struct problems *problems)
{
	struct str name = node->key->text;
	struct str selector;

	if (!read_is_text(node->key, "aliases", problems) || !read_is_text(node, name.p, problems))
		return false;
	if (memchr(name.p, ' ', name.len)) {
		problems_add(problems, node->key->place, "\"" STR_FMT "\" is no single word",
			STR_ARG(problems_quote(name)));
		return false;
	}
	if (str_starts(str_trim(node->text), STR("-"))) {
		problems_add(problems, node->place, STR_FMT ": a kind is expected first",
			STR_ARG(problems_quote(name)));
		return false;
	}
	selector = selector_of(node->text);
	return !selector.p || read_is_selector(selector, node->place, problems);
}

void read_aliases(
	struct settings *settings, const struct yaml_node *node, struct problems *problems)
{
	struct read_map map;

	if (!read_is(node, YAML_NODE_MAP, "aliases", problems))
		return;
	read_map_begin(&map, node, problems);
	while (read_map_next(&map)) {
		if (!is_alias(map.node, problems))
			continue;
		settings->aliases.items = room(settings->aliases.items, settings->aliases.count,
			sizeof(*settings->aliases.items));
		settings->aliases.items[settings->aliases.count++] = (struct setting_alias){
			.name = mem_strdup(map.node->key->text.p),
			.command = str_dup(str_trim(map.node->text)),
		};
	}
	read_map_end(&map);
}

/* ---- columns ---- */

static const char *const column_words[] = {
	[COLUMN_OWN] = "column",
	[COLUMN_PATH] = "path",
	[COLUMN_LABEL] = "label",
	[COLUMN_CONDITION] = "condition",
};
#define N_SOURCES (sizeof(column_words) / sizeof(*column_words))

static const char *column_word(const void *arg, size_t i)
{
	(void)arg;
	return i < N_SOURCES ? column_words[i] : i == N_SOURCES ? "name" : NULL;
}

static bool take_source(struct column_spec *spec, enum column_source source,
	const struct yaml_node *node, struct problems *problems)
{
	if (spec->what) {
		problems_add(problems, node->key->place,
			"a column has only one of column, path, label and condition");
		return false;
	}
	if (!read_is_text(node, column_words[source], problems) ||
		(source == COLUMN_PATH && !read_is_path(node, problems)))
		return false;
	spec->source = source;
	spec->what = mem_strdup(node->text.p);
	return true;
}

static bool take_name(
	struct column_spec *spec, const struct yaml_node *node, struct problems *problems)
{
	if (!read_is_text(node, "name", problems))
		return false;
	spec->name = mem_strdup(node->text.p);
	return true;
}

static bool read_column_members(
	struct column_spec *spec, const struct yaml_node *node, struct problems *problems)
{
	struct read_map map;
	bool good = true;

	read_map_begin(&map, node, problems);
	while (read_map_next(&map)) {
		size_t i = 0;

		while (i < N_SOURCES && !str_is(map.node->key->text, column_words[i]))
			i++;
		if (i < N_SOURCES)
			good = take_source(spec, (enum column_source)i, map.node, problems) && good;
		else if (str_is(map.node->key->text, "name"))
			good = take_name(spec, map.node, problems) && good;
		else
			read_unknown(&map, column_word, NULL);
	}
	read_map_end(&map);
	return good;
}

static bool read_column(
	const struct yaml_node *node, struct column_spec *spec, struct problems *problems)
{
	*spec = (struct column_spec){ .source = COLUMN_OWN };
	if (node->kind == YAML_NODE_SCALAR) {
		if (!read_is_text(node, "columns", problems))
			return false;
		spec->what = mem_strdup(node->text.p);
	} else if (!read_is(node, YAML_NODE_MAP, "columns", problems) ||
		   !read_column_members(spec, node, problems)) {
		return false;
	}
	if (!spec->what || (spec->source == COLUMN_PATH && !spec->name)) {
		problems_add(problems, node->place, "%s",
			spec->what ? "a column with a path needs a name"
				   : "a column needs one of column, path, label and condition");
		return false;
	}
	if (!spec->name)
		spec->name = mem_strdup(spec->what);
	return true;
}

static void read_choice(
	struct settings *settings, const struct yaml_node *node, struct problems *problems)
{
	struct column_choice choice = { .kind = mem_strdup(node->key->text.p) };
	const struct yaml_node *item;
	struct column_spec spec;

	for (item = node->first; item; item = item->next) {
		if (read_column(item, &spec, problems)) {
			choice.items = room(choice.items, choice.count, sizeof(*choice.items));
			choice.items[choice.count++] = spec;
			continue;
		}
		free(spec.name);
		free(spec.what);
	}
	if (!choice.count) {
		column_choice_release(&choice);
		return;
	}
	settings->columns.items = room(
		settings->columns.items, settings->columns.count, sizeof(*settings->columns.items));
	settings->columns.items[settings->columns.count++] = choice;
}

void read_columns(
	struct settings *settings, const struct yaml_node *node, struct problems *problems)
{
	struct read_map map;

	if (!read_is(node, YAML_NODE_MAP, "columns", problems))
		return;
	read_map_begin(&map, node, problems);
	while (read_map_next(&map)) {
		if (read_is_kind(map.node->key, problems) &&
			read_is(map.node, YAML_NODE_LIST, map.node->key->text.p, problems))
			read_choice(settings, map.node, problems);
	}
	read_map_end(&map);
}

/* ---- health ---- */

static const struct {
	const char *name;
	size_t at;    /* a text */
	size_t lists; /* or a list: of its items, and of their count */
	size_t counts;
} health_members[] = {
#define MEMBER(name) #name, offsetof(struct setting_health, name)
	{ MEMBER(kind), 0, 0 },
	{ MEMBER(condition), 0, 0 },
	{ MEMBER(path), 0, 0 },
	{ "good", 0, offsetof(struct setting_health, good),
		offsetof(struct setting_health, n_good) },
	{ "progressing", 0, offsetof(struct setting_health, progressing),
		offsetof(struct setting_health, n_progressing) },
	{ "bad", 0, offsetof(struct setting_health, bad), offsetof(struct setting_health, n_bad) },
#undef MEMBER
};
#define N_HEALTH (sizeof(health_members) / sizeof(*health_members))

static const char *health_word(const void *arg, size_t i)
{
	(void)arg;
	return i < N_HEALTH ? health_members[i].name : NULL;
}

static bool take_health(struct setting_health *rule, size_t i, const struct yaml_node *node,
	struct problems *problems)
{
	const char *name = health_members[i].name;
	char *base = (char *)rule;

	if (health_members[i].lists) {
		read_texts(node, name, (char ***)(base + health_members[i].lists),
			(size_t *)(base + health_members[i].counts), problems);
		return true;
	}
	if (!read_is_text(node, name, problems) ||
		(strcmp(name, "kind") == 0 && !read_is_kind(node, problems)) ||
		(strcmp(name, "path") == 0 && !read_is_path(node, problems)))
		return false;
	*(char **)(base + health_members[i].at) = mem_strdup(node->text.p);
	return true;
}

static bool read_rule_members(
	struct setting_health *rule, const struct yaml_node *node, struct problems *problems)
{
	struct read_map map;
	bool good = true;

	read_map_begin(&map, node, problems);
	while (read_map_next(&map)) {
		size_t i = 0;

		while (i < N_HEALTH && !str_is(map.node->key->text, health_members[i].name))
			i++;
		if (i == N_HEALTH)
			read_unknown(&map, health_word, NULL);
		else
			good = take_health(rule, i, map.node, problems) && good;
	}
	read_map_end(&map);
	return good;
}

static const char *rule_lacks(const struct setting_health *rule)
{
	if (!rule->kind)
		return "a rule needs a kind";
	if (!rule->condition == !rule->path)
		return "a rule needs a condition or a path, not both";
	if (!rule->n_good && !rule->n_progressing && !rule->n_bad)
		return "a rule needs values that are good, progressing or bad";
	return NULL;
}

void read_health(struct settings *settings, const struct yaml_node *node, struct problems *problems)
{
	if (!read_is(node, YAML_NODE_LIST, "health", problems))
		return;
	for (node = node->first; node; node = node->next) {
		struct setting_health rule = { 0 };
		const char *lacks = NULL;

		if (read_is(node, YAML_NODE_MAP, "health", problems) &&
			read_rule_members(&rule, node, problems) && !(lacks = rule_lacks(&rule))) {
			settings->health.items = room(settings->health.items,
				settings->health.count, sizeof(*settings->health.items));
			settings->health.items[settings->health.count++] = rule;
			continue;
		}
		if (lacks)
			problems_add(problems, node->place, "%s", lacks);
		setting_health_release(&rule);
	}
}
