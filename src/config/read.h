/*
 * read - values of the user's file as members of struct settings, each checked;
 * what is wrong becomes a problem with its place. Part of settings.
 */
#ifndef CONFIG_READ_H
#define CONFIG_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "config/problems.h"
#include "json/yaml_tree.h"

struct setting;
struct setting_texts;
struct settings;

/* A walk over a mapping that passes over keys that were there already, and says
 * so. */
struct read_map {
	const struct yaml_node *node; /* the member at hand */
	const struct yaml_node *next;
	struct map seen;
	struct problems *problems;
};

void read_map_begin(struct read_map *map, const struct yaml_node *node, struct problems *problems);
bool read_map_next(struct read_map *map);
void read_map_end(struct read_map *map);

/* Says that the member's key is none, and which one looks like it. */
void read_unknown(
	struct read_map *map, const char *(*name)(const void *arg, size_t i), const void *arg);

/* The member as preset; and as the file has it: unchanged when the value is bad. */
void read_preset(struct settings *settings, const struct setting *setting);
void read_setting(struct settings *settings, const struct setting *setting,
	const struct yaml_node *node, struct problems *problems);

/* A size within the setting's range; -1: it is none. */
int read_size_of(const struct setting *setting, struct str text, int64_t *ret);

/* For the readers: whether node is what is expected; if not, that is said. */
bool read_is(const struct yaml_node *node, enum yaml_kind kind, const char *what,
	struct problems *problems);
/* A scalar that is neither empty nor null, without NUL and control characters. */
bool read_is_text(const struct yaml_node *node, const char *what, struct problems *problems);
bool read_is_kind(const struct yaml_node *scalar, struct problems *problems);
bool read_is_selector(struct str text, struct yaml_place place, struct problems *problems);
bool read_is_path(const struct yaml_node *scalar, struct problems *problems);
/* Appends one text, or the texts of a list. */
void read_texts(const struct yaml_node *node, const char *what, char ***texts, size_t *count,
	struct problems *problems);

/* The types that are made of more than a scalar. */
void read_keys(struct settings *settings, const struct yaml_node *node, struct problems *problems);
void read_aliases(
	struct settings *settings, const struct yaml_node *node, struct problems *problems);
void read_columns(
	struct settings *settings, const struct yaml_node *node, struct problems *problems);
void read_health(
	struct settings *settings, const struct yaml_node *node, struct problems *problems);

#endif
