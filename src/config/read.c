/*
 * What all values share, and those that are one scalar or a list of them.
 */
#include "config/read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/texts.h"
#include "config/settings.h"
#include "json/path.h"
#include "kube/selector.h"

void read_map_begin(struct read_map *map, const struct yaml_node *node, struct problems *problems)
{
	*map = (struct read_map){ .next = node->first, .problems = problems };
	map_init(&map->seen);
}

bool read_map_next(struct read_map *map)
{
	while ((map->node = map->next)) {
		const struct yaml_node *key = map->node->key;
		const struct yaml_node *first = map_get(&map->seen, key->text);

		map->next = map->node->next;
		if (!first) {
			map_put(&map->seen, key->text, (void *)key);
			return true;
		}
		problems_add(map->problems, key->place,
			"\"" STR_FMT "\" is there already, in line %zu: that one counts",
			STR_ARG(problems_quote(key->text)), first->place.line);
	}
	return false;
}

void read_map_end(struct read_map *map)
{
	map_release(&map->seen);
}

void read_unknown(
	struct read_map *map, const char *(*name)(const void *arg, size_t i), const void *arg)
{
	const struct yaml_node *key = map->node->key;
	const char *nearest = problems_nearest(key->text, name, arg);

	problems_add(map->problems, key->place, "unknown key \"" STR_FMT "\"%s%s%s",
		STR_ARG(problems_quote(key->text)), nearest ? ": did you mean \"" : "",
		nearest ? nearest : "", nearest ? "\"?" : "");
}

bool read_is(const struct yaml_node *node, enum yaml_kind kind, const char *what,
	struct problems *problems)
{
	static const char *const words[] = {
		[YAML_NODE_SCALAR] = "a single value",
		[YAML_NODE_MAP] = "a mapping",
		[YAML_NODE_LIST] = "a list",
		[YAML_NODE_ALIAS] = "an alias (*name), which is not supported,",
	};

	if (node->kind == kind)
		return true;
	problems_add(problems, node->place, "%.*s: %s is here where %s is expected", PROBLEMS_QUOTE,
		what, words[node->kind], words[kind]);
	return false;
}

bool read_is_text(const struct yaml_node *node, const char *what, struct problems *problems)
{
	if (!read_is(node, YAML_NODE_SCALAR, what, problems))
		return false;
	if (node->text.len == 0 || yaml_node_is_null(node)) {
		problems_add(problems, node->place, "%.*s: empty", PROBLEMS_QUOTE, what);
		return false;
	}
	for (size_t i = 0; i < node->text.len; i++) {
		if ((unsigned char)node->text.p[i] < ' ' || node->text.p[i] == 0x7f) {
			problems_add(problems, node->place, "%.*s: a control character",
				PROBLEMS_QUOTE, what);
			return false;
		}
	}
	return true;
}

bool read_is_kind(const struct yaml_node *scalar, struct problems *problems)
{
	struct str text = scalar->text;
	const char *dot = text.len ? memchr(text.p, '.', text.len) : NULL;
	bool good = dot && dot > text.p && dot < text.p + text.len - 1;

	for (size_t i = 0; good && i < text.len; i++)
		good = text.p[i] && strchr("abcdefghijklmnopqrstuvwxyz0123456789-.", text.p[i]);
	if (!good)
		problems_add(problems, scalar->place,
			"\"" STR_FMT "\" is no kind: plural.group is expected",
			STR_ARG(problems_quote(text)));
	return good;
}

bool read_is_selector(struct str text, struct yaml_place place, struct problems *problems)
{
	struct selector *selector = NULL;
	struct error err = ERROR_INIT;
	bool good = selector_parse(text, &selector, NULL, &err) == 0;

	if (!good)
		problems_add(problems, place, "label selector: " STR_FMT,
			STR_ARG(problems_quote(str_of(err.text))));
	selector_free(selector);
	error_release(&err);
	return good;
}

bool read_is_path(const struct yaml_node *scalar, struct problems *problems)
{
	struct path *path = NULL;
	struct error err = ERROR_INIT;
	bool good = path_parse(scalar->text, &path, &err) == 0;

	if (!good)
		problems_add(problems, scalar->place, "path: " STR_FMT,
			STR_ARG(problems_quote(str_of(err.text))));
	path_free(path);
	error_release(&err);
	return good;
}

void read_texts(const struct yaml_node *node, const char *what, char ***texts, size_t *count,
	struct problems *problems)
{
	if (node->kind == YAML_NODE_SCALAR) {
		if (read_is_text(node, what, problems))
			texts_add(texts, count, node->text.p);
		return;
	}
	if (!read_is(node, YAML_NODE_LIST, what, problems))
		return;
	for (node = node->first; node; node = node->next) {
		if (read_is_text(node, what, problems))
			texts_add(texts, count, node->text.p);
	}
}

/* ---- scalars ---- */

static bool has_word(const char *words, struct str word)
{
	struct str rest = str_of(words);

	while (rest.p) {
		if (str_eq(str_cut(&rest, ' '), word))
			return true;
	}
	return false;
}

/* "dark, light or 16" */
static char *listed(const char *words)
{
	struct buf out = BUF_INIT(1000);
	struct str rest = str_of(words);

	while (rest.p) {
		struct str word = str_cut(&rest, ' ');

		if (out.len)
			buf_addz(&out, rest.p ? ", " : " or ");
		buf_addstr(&out, word);
	}
	return buf_take(&out);
}

static bool read_choice(
	const struct setting *setting, const struct yaml_node *node, struct problems *problems)
{
	char *words;

	if (!read_is(node, YAML_NODE_SCALAR, setting->name, problems))
		return false;
	if (has_word(setting->values, node->text))
		return true;
	words = listed(setting->values);
	problems_add(problems, node->place, "%s is %s, not \"" STR_FMT "\"", setting->name, words,
		STR_ARG(problems_quote(node->text)));
	free(words);
	return false;
}

static int size_of(struct str text, int64_t *ret)
{
	static const struct {
		struct str suffix;
		unsigned shift;
	} units[] = { { { "Ki", 2 }, 10 }, { { "Mi", 2 }, 20 }, { { "Gi", 2 }, 30 } };
	unsigned shift = 0;
	int64_t n;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (str_ends(text, units[i].suffix)) {
			shift = units[i].shift;
			text.len -= units[i].suffix.len;
			break;
		}
	}
	if (str_to_i64(text, &n) < 0 || n < 0 || n > INT64_MAX >> shift)
		return -1;
	*ret = n << shift;
	return 0;
}

int read_size_of(const struct setting *setting, struct str text, int64_t *ret)
{
	struct str rest = str_of(setting->values);
	struct str least = str_cut(&rest, ' ');
	int64_t min = 0, max = 0, n;

	size_of(least, &min);
	size_of(rest, &max);
	if (size_of(text, &n) < 0 || n < min || n > max)
		return -1;
	*ret = n;
	return 0;
}

static void read_size(const struct setting *setting, const struct yaml_node *node, int64_t *member,
	struct problems *problems)
{
	struct str rest = str_of(setting->values);
	struct str least = str_cut(&rest, ' ');

	if (!read_is(node, YAML_NODE_SCALAR, setting->name, problems))
		return;
	if (read_size_of(setting, node->text, member) < 0)
		problems_add(problems, node->place,
			"%s is a size from " STR_FMT " to " STR_FMT ", not \"" STR_FMT "\"",
			setting->name, STR_ARG(least), STR_ARG(rest),
			STR_ARG(problems_quote(node->text)));
}

static void read_pins(
	struct setting_texts *pins, const struct yaml_node *node, struct problems *problems)
{
	if (!read_is(node, YAML_NODE_LIST, "pins", problems))
		return;
	for (node = node->first; node; node = node->next) {
		if (read_is(node, YAML_NODE_SCALAR, "pins", problems) &&
			read_is_kind(node, problems))
			texts_add(&pins->items, &pins->count, node->text.p);
	}
}

static void set_text(char **member, struct str text)
{
	free(*member);
	*member = str_dup(text);
}

void read_preset(struct settings *settings, const struct setting *setting)
{
	void *member = (char *)settings + setting->at;

	switch (setting->type) {
	case SETTING_CHOICE:
		set_text(member, str_of(setting->preset));
		break;
	case SETTING_BOOL:
		*(bool *)member = strcmp(setting->preset, "true") == 0;
		break;
	case SETTING_SIZE:
		size_of(str_of(setting->preset), member);
		break;
	default: /* nothing at all */
		break;
	}
}

void read_setting(struct settings *settings, const struct setting *setting,
	const struct yaml_node *node, struct problems *problems)
{
	void *member = (char *)settings + setting->at;
	struct setting_texts *texts = member;

	switch (setting->type) {
	case SETTING_CHOICE:
		if (read_choice(setting, node, problems))
			set_text(member, node->text);
		break;
	case SETTING_BOOL:
		if (read_choice(setting, node, problems))
			*(bool *)member = str_is(node->text, "true");
		break;
	case SETTING_SIZE:
		read_size(setting, node, member, problems);
		break;
	case SETTING_SELECTOR:
		if (read_is_text(node, setting->name, problems) &&
			read_is_selector(node->text, node->place, problems))
			set_text(member, node->text);
		break;
	case SETTING_TEXTS:
		read_texts(node, setting->name, &texts->items, &texts->count, problems);
		break;
	case SETTING_PINS:
		read_pins(member, node, problems);
		break;
	case SETTING_KEYS:
		read_keys(settings, node, problems);
		break;
	case SETTING_ALIASES:
		read_aliases(settings, node, problems);
		break;
	case SETTING_COLUMNS:
		read_columns(settings, node, problems);
		break;
	case SETTING_HEALTH:
		read_health(settings, node, problems);
		break;
	case SETTING_TYPES:
		break;
	}
}
