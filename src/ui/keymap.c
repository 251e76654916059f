#include "ui/keymap.h"

#include "base/utf8.h"
#include "ui/keys.h"

/* clang-format off */
static const struct action_entry actions[] = {
#define ACTION(name, where, keys, text) { ACTION_##name, WHERE_##where, keys, text },
#include "ui/action.def"
#undef ACTION
};
/* clang-format on */

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

const struct action_entry *keymap_entry(size_t index)
{
	return index < sizeof(actions) / sizeof(*actions) ? &actions[index] : NULL;
}

static uint32_t plain_key(struct str name)
{
	uint32_t code;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (str_is(name, names[i].name))
			return names[i].key;
	}
	if (name.len && utf8_decode(name, &code) == name.len)
		return code;
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
	return key ? key | bits : 0;
}

static bool has_key(const struct action_entry *entry, uint32_t key)
{
	struct str rest = str_of(entry->keys);

	while (rest.p) {
		if (keymap_key(str_cut(&rest, ' ')) == key)
			return true;
	}
	return false;
}

static enum action find_in(enum where where, uint32_t key)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		if (actions[i].where == where && has_key(&actions[i], key))
			return actions[i].action;
	}
	return ACTION_NONE;
}

enum action keymap_find(enum where where, uint32_t key)
{
	enum action action = where == WHERE_ANY ? ACTION_NONE : find_in(where, key);

	if (!action && (where == WHERE_TREE || where == WHERE_TABLE || where == WHERE_DETAIL))
		action = find_in(WHERE_OBJECT, key);
	return action ? action : find_in(WHERE_ANY, key);
}

const char *keymap_where(enum where where)
{
	static const char *const headings[WHERES] = {
		[WHERE_ANY] = "everywhere",
		[WHERE_OBJECT] = "object",
		[WHERE_TREE] = "tree",
		[WHERE_TABLE] = "table",
		[WHERE_LIST] = "lists",
		[WHERE_DETAIL] = "detail",
		[WHERE_EVENTS] = "events",
	};

	return headings[where];
}
