#include "ui/keymap.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "config/settings.h"
#include "ui/term/keys.h"

#define QUIT_KEY ((uint32_t)'c' | KEYS_CTRL)

/* clang-format off */
static const struct action_entry actions[] = {
#define ACTION(name, where, keys, text) { ACTION_##name, WHERE_##where, #name, keys, text },
#include "ui/action.def"
#undef ACTION
};
/* clang-format on */
#define N_ACTIONS (sizeof(actions) / sizeof(*actions))

struct binding {
	uint32_t key;
	enum action action;
};

struct bindings {
	struct binding *items; /* by key */
	size_t count, cap;
};

struct keymap {
	struct action_entry entries[N_ACTIONS]; /* their names and keys are owned */
	struct bindings places[WHERES];
};

static const struct {
	const char *name;
	uint32_t key;
} names[] = {
	{ "enter", KEYS_ENTER },
	{ "tab", KEYS_TAB },
	{ "esc", KEYS_ESC },
	{ "up", KEYS_UP },
	{ "down", KEYS_DOWN },
	{ "left", KEYS_LEFT },
	{ "right", KEYS_RIGHT },
	{ "home", KEYS_HOME },
	{ "end", KEYS_END },
	{ "pgup", KEYS_PAGE_UP },
	{ "pgdn", KEYS_PAGE_DOWN },
	{ "insert", KEYS_INSERT },
	{ "delete", KEYS_DELETE },
	{ "space", ' ' },
	{ "backspace", KEYS_BACKSPACE },
};

static uint32_t plain_key(struct str name)
{
	uint32_t code;
	int64_t number;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (str_is(name, names[i].name))
			return names[i].key;
	}
	if (name.len && utf8_decode(name, &code) == name.len)
		return code;
	if (name.len > 1 && name.p[0] == 'f' &&
		str_to_i64(str_make(name.p + 1, name.len - 1), &number) == 0 && number >= 1 &&
		number <= 12)
		return (uint32_t)(KEYS_F1 + number - 1);
	return 0;
}

uint32_t keymap_key(struct str name)
{
	static const struct {
		struct str prefix;
		uint32_t bit;
	} modifiers[] = {
		{ { "ctrl-", 5 }, KEYS_CTRL },
		{ { "shift-", 6 }, KEYS_SHIFT },
		{ { "alt-", 4 }, KEYS_ALT },
	};
	uint32_t bits = 0;
	uint32_t key;

	for (size_t i = 0; i < sizeof(modifiers) / sizeof(*modifiers); i++) {
		if (!str_starts(name, modifiers[i].prefix))
			continue;
		bits |= modifiers[i].bit;
		name = str_make(
			name.p + modifiers[i].prefix.len, name.len - modifiers[i].prefix.len);
	}
	key = plain_key(name);
	if (key >= 'a' && key <= 'z' && bits == KEYS_SHIFT)
		return key - 'a' + 'A'; /* as it is typed */
	return key ? key | bits : 0;
}

/* ---- the keys in force ---- */

static int compare(const void *a, const void *b)
{
	const struct binding *one = a, *other = b;

	return one->key < other->key ? -1 : one->key > other->key;
}

static struct binding *find_in(const struct keymap *map, enum where where, uint32_t key)
{
	const struct bindings *place = &map->places[where];
	struct binding wanted = { .key = key };

	return place->count ? bsearch(&wanted, place->items, place->count, sizeof(wanted), compare)
			    : NULL;
}

/* False when another action of the place has the key. */
static bool bind(struct keymap *map, const struct action_entry *entry, uint32_t key)
{
	struct bindings *place = &map->places[entry->where];
	const struct binding *taken = find_in(map, entry->where, key);

	if (taken)
		return taken->action == entry->action;
	place->items =
		array_reserve(place->items, &place->cap, place->count + 1, sizeof(*place->items));
	place->items[place->count++] = (struct binding){ key, entry->action };
	qsort(place->items, place->count, sizeof(*place->items), compare);
	return true;
}

static void set_keys(struct action_entry *entry, struct buf *keys)
{
	free((char *)entry->keys);
	entry->keys = mem_strdup(buf_text(keys));
	buf_release(keys);
}

static void add_key(struct buf *keys, struct str name)
{
	if (keys->len)
		buf_addc(keys, ' ');
	buf_addstr(keys, name);
}

/* The table's keys that nobody has taken. */
static void bind_preset(struct keymap *map, size_t i, const struct setting_key *const *chosen,
	struct problems *problems)
{
	struct action_entry *entry = &map->entries[i];
	struct buf keys = BUF_INIT(10000);
	struct str rest = str_of(actions[i].keys);

	while (rest.p) {
		struct str name = str_cut(&rest, ' ');
		uint32_t key = keymap_key(name);
		enum action other;

		if (bind(map, entry, key)) {
			add_key(&keys, name);
			continue;
		}
		other = find_in(map, entry->where, key)->action;
		assert(chosen[other - 1]); /* else the table itself has the key twice */
		problems_add(problems, chosen[other - 1]->keys_place,
			"\"" STR_FMT "\" is the key of %s, too: %s has it now", STR_ARG(name),
			entry->name, map->entries[other - 1].name);
	}
	set_keys(entry, &keys);
}

static void bind_chosen(struct keymap *map, struct action_entry *entry,
	const struct setting_key *chosen, struct problems *problems)
{
	struct buf keys = BUF_INIT(10000);
	struct str rest = str_of(chosen->keys);

	while (rest.p) {
		struct str name = str_cut(&rest, ' ');
		uint32_t key = keymap_key(name);

		if (!name.len)
			continue;
		if (!key)
			problems_add(problems, chosen->keys_place, "%s: \"" STR_FMT "\" is no key",
				entry->name, STR_ARG(problems_quote(name)));
		else if (key == QUIT_KEY && entry->action != ACTION_QUIT)
			problems_add(problems, chosen->keys_place, "%s: " STR_FMT " always quits",
				entry->name, STR_ARG(name));
		else if (bind(map, entry, key))
			add_key(&keys, name);
		else
			problems_add(problems, chosen->keys_place,
				"\"" STR_FMT "\" cannot be the key of both %s and %s",
				STR_ARG(name),
				map->entries[find_in(map, entry->where, key)->action - 1].name,
				entry->name);
	}
	if (entry->action == ACTION_QUIT && bind(map, entry, QUIT_KEY) &&
		!str_contains(buf_str(&keys), STR("ctrl-c")))
		add_key(&keys, STR("ctrl-c"));
	set_keys(entry, &keys);
}

static char *name_of(const char *word)
{
	char *name = mem_strdup(word);

	for (char *at = name; *at; at++)
		*at = *at == '_' ? '-' : (char)tolower((unsigned char)*at);
	return name;
}

static const char *action_name(const void *arg, size_t i)
{
	const struct keymap *map = arg;

	return i < N_ACTIONS ? map->entries[i].name : NULL;
}

static void say_unknown(
	const struct keymap *map, const struct setting_key *key, struct problems *problems)
{
	struct str name = str_of(key->action);
	const char *nearest = problems_nearest(name, action_name, map);

	problems_add(problems, key->action_place, "there is no action \"" STR_FMT "\"%s%s%s",
		STR_ARG(problems_quote(name)), nearest ? ": did you mean \"" : "",
		nearest ? nearest : "", nearest ? "\"?" : "");
}

void keymap_set(struct keymap *map, const struct settings *settings, struct problems *problems)
{
	const struct setting_key *chosen[N_ACTIONS] = { NULL };
	size_t n = settings ? settings->keys.count : 0;

	for (size_t i = 0; i < WHERES; i++)
		map->places[i].count = 0;
	for (size_t k = 0; k < n; k++) {
		const struct setting_key *key = &settings->keys.items[k];
		size_t i = 0;

		while (i < N_ACTIONS && strcmp(map->entries[i].name, key->action) != 0)
			i++;
		if (i == N_ACTIONS) {
			say_unknown(map, key, problems);
			continue;
		}
		chosen[i] = key;
		bind_chosen(map, &map->entries[i], key, problems);
	}
	for (size_t i = 0; i < N_ACTIONS; i++) {
		if (!chosen[i])
			bind_preset(map, i, chosen, problems);
	}
}

struct keymap *keymap_new(void)
{
	struct keymap *map = mem_zalloc(sizeof(*map));

	for (size_t i = 0; i < N_ACTIONS; i++) {
		map->entries[i] = actions[i];
		map->entries[i].name = name_of(actions[i].name);
		map->entries[i].keys = NULL;
	}
	keymap_set(map, NULL, NULL);
	return map;
}

void keymap_free(struct keymap *map)
{
	if (!map)
		return;
	for (size_t i = 0; i < N_ACTIONS; i++) {
		free((char *)map->entries[i].name);
		free((char *)map->entries[i].keys);
	}
	for (size_t i = 0; i < WHERES; i++)
		free(map->places[i].items);
	free(map);
}

/* ---- questions ---- */

const struct action_entry *keymap_entry(const struct keymap *map, size_t index)
{
	return index < N_ACTIONS ? &map->entries[index] : NULL;
}

const char *keymap_keys(const struct keymap *map, enum action action)
{
	return action > ACTION_NONE && action < ACTIONS ? map->entries[action - 1].keys : "";
}

static bool has_objects(enum where where)
{
	return where == WHERE_TREE || where == WHERE_TABLE || where == WHERE_PROBLEMS ||
	       where == WHERE_DETAIL;
}

enum action keymap_find(const struct keymap *map, enum where where, uint32_t key)
{
	const struct binding *binding;

	binding = find_in(map, where, key);
	if (!binding && has_objects(where))
		binding = find_in(map, WHERE_OBJECT, key);
	if (!binding && where != WHERE_ANY)
		binding = find_in(map, WHERE_ANY, key);
	return binding ? binding->action : ACTION_NONE;
}

const char *keymap_where(enum where where)
{
	static const char *const headings[WHERES] = {
		[WHERE_ANY] = "everywhere",
		[WHERE_OBJECT] = "object",
		[WHERE_TREE] = "tree",
		[WHERE_TABLE] = "table",
		[WHERE_PROBLEMS] = "problems",
		[WHERE_LIST] = "lists",
		[WHERE_DETAIL] = "detail",
		[WHERE_EVENTS] = "events",
	};

	return headings[where];
}

/* ---- hints ---- */

/* The first key of the action of this name; p NULL: it has none. */
static struct str first_key(const struct keymap *map, struct str name)
{
	struct str keys;

	for (size_t i = 0; i < N_ACTIONS; i++) {
		if (!str_is(name, map->entries[i].name))
			continue;
		keys = str_of(map->entries[i].keys);
		return keys.len ? str_cut(&keys, ' ') : str_make(NULL, 0);
	}
	return str_make(NULL, 0);
}

/* False: an action has no key. */
static bool add_hint(const struct keymap *map, struct str hint, struct buf *out)
{
	while (hint.len) {
		struct str key = STR("");

		buf_addstr(out, str_cut(&hint, '<'));
		if (!hint.p)
			break;
		key = first_key(map, str_cut(&hint, '>'));
		if (!key.p)
			return false;
		buf_addstr(out, key);
	}
	return true;
}

void keymap_hints(const struct keymap *map, const char *hints, struct buf *out)
{
	struct str rest = str_of(hints);

	while (rest.len) {
		const char *end = memmem(rest.p, rest.len, "  ", 2);
		size_t len = end ? (size_t)(end - rest.p) : rest.len, begin = out->len;

		buf_addz(out, begin ? "  " : "");
		if (!add_hint(map, str_make(rest.p, len), out))
			buf_truncate(out, begin);
		len += end ? 2 : 0;
		rest = str_make(rest.p + len, rest.len - len);
	}
}
