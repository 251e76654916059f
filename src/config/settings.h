/*
 * settings - what the user has chosen, read from the text of config.yaml. What
 * can be set stands in settings.def.
 *
 * Immutable and counted: any thread may read what it holds a reference to.
 */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "config/problems.h"
#include "kube/column_spec.h"

struct error;

#define SETTINGS_MAX ((size_t)1 << 20) /* bytes of the file */

enum setting_type {
	SETTING_CHOICE,
	SETTING_BOOL,
	SETTING_SIZE,
	SETTING_SELECTOR,
	SETTING_TEXTS,
	SETTING_KEYS,
	SETTING_ALIASES,
	SETTING_PINS,
	SETTING_COLUMNS,
	SETTING_HEALTH,
	SETTING_TYPES,
};

/* A line of the table. */
struct setting {
	const char *name;
	size_t at; /* of the member */
	enum setting_type type;
	const char *preset;
	const char *values;
};

struct setting_texts {
	char **items;
	size_t count;
};

/* Keys of an action, as they stand in the file; keymap_set() judges them. */
struct setting_key {
	char *action;
	char *keys; /* divided by blanks; may be empty */
	struct yaml_place action_place, keys_place;
};

struct setting_keys {
	struct setting_key *items;
	size_t count;
};

struct setting_alias {
	char *name;
	char *command; /* "kind [ns] [-l sel]"; the selector is known to parse */
};

struct setting_aliases {
	struct setting_alias *items;
	size_t count;
};

/* The columns of one kind, never none; paths are known to parse. */
struct column_choice {
	char *kind; /* plural.group */
	struct column_spec *items;
	size_t count;
};

struct setting_columns {
	struct column_choice *items;
	size_t count;
};

/* Either a condition or a path; the other is NULL. */
struct setting_health {
	char *kind;
	char *condition;
	char *path;
	char **good, **progressing, **bad;
	size_t n_good, n_progressing, n_bad;
};

struct setting_healths {
	struct setting_health *items;
	size_t count;
};

struct settings {
	atomic_uint refs;
	char *theme;
	bool mouse;
	struct setting_texts namespaces;
	char *labels;	   /* NULL: none */
	int64_t history;   /* bytes */
	int64_t max_cache; /* bytes; 0: as many as it takes */
	bool events;
	bool wide;
	bool managed_fields;
	bool line_numbers;
	bool wrap;
	bool readonly;
	struct setting_keys keys;
	struct setting_aliases aliases;
	struct setting_texts pins;
	struct setting_columns columns;
	struct setting_healths health;
};

/* The table, in its order; NULL past its end. */
const struct setting *setting_entry(size_t index);

/* A size as the setting of this name takes it ("500Mi"), for the command line. */
int settings_size(const char *name, struct str text, int64_t *ret, struct error *err);

struct settings *settings_new(void); /* everything as preset */

/* What is wrong goes to problems (which may be NULL) and is as preset. NULL only
 * when the text is no YAML mapping at all. */
struct settings *settings_parse(struct str text, struct problems *problems);

struct settings *settings_ref(struct settings *settings);
void settings_unref(struct settings *settings); /* accepts NULL */

/* The choice for a kind, or NULL. */
const struct column_choice *settings_columns(const struct settings *settings, const char *kind);

/* The members of these are released with the settings; used while they are read. */
void column_choice_release(struct column_choice *choice);
void setting_health_release(struct setting_health *rule);

#endif
