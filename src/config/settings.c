/*
 * The table of settings and the life of struct settings. See settings.h.
 */
#include "config/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/texts.h"
#include "config/read.h"

/* clang-format off */
static const struct setting table[] = {
#define SETTING(name, member, type, preset, values, text, example) \
	{ name, offsetof(struct settings, member), SETTING_##type, preset, values },
#include "config/settings.def"
#undef SETTING
};
/* clang-format on */

const struct setting *setting_entry(size_t index)
{
	return index < sizeof(table) / sizeof(*table) ? &table[index] : NULL;
}

struct settings *settings_new(void)
{
	struct settings *settings = mem_zalloc(sizeof(*settings));
	const struct setting *setting;

	atomic_init(&settings->refs, 1);
	for (size_t i = 0; (setting = setting_entry(i)); i++)
		read_preset(settings, setting);
	return settings;
}

static const char *setting_name(const void *arg, size_t i)
{
	const struct setting *setting = setting_entry(i);

	(void)arg;
	return setting ? setting->name : NULL;
}

static const struct setting *find(struct str name)
{
	const struct setting *setting;

	for (size_t i = 0; (setting = setting_entry(i)); i++) {
		if (str_is(name, setting->name))
			return setting;
	}
	return NULL;
}

int settings_size(const char *name, struct str text, int64_t *ret, struct error *err)
{
	const struct setting *setting = find(str_of(name));
	struct str rest = str_of(setting->values);
	struct str least = str_cut(&rest, ' ');

	if (read_size_of(setting, text, ret) == 0)
		return 0;
	return error_set(err, ERROR_USAGE,
		"%s takes a size from " STR_FMT " to " STR_FMT ", not " STR_FMT, name,
		STR_ARG(least), STR_ARG(rest), STR_ARG(text));
}

static void read_members(
	struct settings *settings, const struct yaml_node *root, struct problems *problems)
{
	struct read_map map;

	read_map_begin(&map, root, problems);
	while (read_map_next(&map)) {
		const struct setting *setting = find(map.node->key->text);

		if (!setting)
			read_unknown(&map, setting_name, NULL);
		else if (!yaml_node_is_null(map.node))
			read_setting(settings, setting, map.node, problems);
	}
	read_map_end(&map);
}

struct settings *settings_parse(struct str text, struct problems *problems)
{
	struct settings *settings = NULL;
	struct yaml_place place = { 0, 0 };
	const struct yaml_node *root;
	struct error err = ERROR_INIT;
	struct yaml_tree *tree;

	if (yaml_tree_parse(text, &tree, &place, &err) < 0) {
		problems_add(problems, place, "%s: nothing of the file is used", err.text);
		error_release(&err);
		return NULL;
	}
	root = yaml_tree_root(tree);
	if (!root || yaml_node_is_null(root)) {
		settings = settings_new();
	} else if (root->kind == YAML_NODE_MAP) {
		settings = settings_new();
		read_members(settings, root, problems);
	} else {
		problems_add(problems, root->place,
			"settings are expected, such as \"theme: dark\": nothing of the file is used");
	}
	yaml_tree_free(tree);
	return settings;
}

struct settings *settings_ref(struct settings *settings)
{
	atomic_fetch_add_explicit(&settings->refs, 1, memory_order_relaxed);
	return settings;
}

void column_choice_release(struct column_choice *choice)
{
	for (size_t i = 0; i < choice->count; i++) {
		free(choice->items[i].name);
		free(choice->items[i].what);
	}
	free(choice->items);
	free(choice->kind);
}

void setting_health_release(struct setting_health *rule)
{
	free(rule->kind);
	free(rule->condition);
	free(rule->path);
	texts_free(rule->good, rule->n_good);
	texts_free(rule->progressing, rule->n_progressing);
	texts_free(rule->bad, rule->n_bad);
}

static void release_maps(struct settings *settings)
{
	for (size_t i = 0; i < settings->keys.count; i++) {
		free(settings->keys.items[i].action);
		free(settings->keys.items[i].keys);
	}
	for (size_t i = 0; i < settings->aliases.count; i++) {
		free(settings->aliases.items[i].name);
		free(settings->aliases.items[i].command);
	}
	for (size_t i = 0; i < settings->columns.count; i++)
		column_choice_release(&settings->columns.items[i]);
	for (size_t i = 0; i < settings->health.count; i++)
		setting_health_release(&settings->health.items[i]);
	free(settings->keys.items);
	free(settings->aliases.items);
	free(settings->columns.items);
	free(settings->health.items);
}

void settings_unref(struct settings *settings)
{
	if (!settings || atomic_fetch_sub_explicit(&settings->refs, 1, memory_order_acq_rel) > 1)
		return;
	free(settings->theme);
	free(settings->labels);
	texts_free(settings->namespaces.items, settings->namespaces.count);
	texts_free(settings->pins.items, settings->pins.count);
	release_maps(settings);
	free(settings);
}

const struct column_choice *settings_columns(const struct settings *settings, const char *kind)
{
	for (size_t i = 0; i < settings->columns.count; i++) {
		if (strcmp(settings->columns.items[i].kind, kind) == 0)
			return &settings->columns.items[i];
	}
	return NULL;
}
