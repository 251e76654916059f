/* The parts of the manual pages that are made from tables: keys and actions from
 * action.def, settings from settings.def. Built and run while crwatch is built; not
 * part of it. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct action {
	const char *name;
	const char *where;
	const char *keys;
	const char *text;
};

static const struct action actions[] = {
#define ACTION(name, where, keys, text) { #name, #where, keys, text },
#include "ui/action.def"
#undef ACTION
};

struct setting {
	const char *name;
	const char *type;
	const char *preset;
	const char *values;
	const char *text;
	const char *example;
};

static const struct setting settings[] = {
#define SETTING(name, member, type, preset, values, text, example)                                 \
	{ name, #type, preset, values, text, example },
#include "config/settings.def"
#undef SETTING
};

#define N(table) (sizeof(table) / sizeof(*(table)))

static const char *title(const char *where)
{
	static const struct {
		const char *where, *title;
	} titles[] = {
		{ "ANY", "Everywhere" },
		{ "OBJECT", "On an object: tree, table, problems, detail" },
		{ "TREE", "In the tree" },
		{ "TABLE", "In the table" },
		{ "PROBLEMS", "In the problems" },
		{ "LIST", "In the lists" },
		{ "DETAIL", "In the detail" },
		{ "EVENTS", "In the events" },
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++) {
		if (strcmp(where, titles[i].where) == 0)
			return titles[i].title;
	}
	return where;
}

static void put_escaped(const char *text)
{
	bool start = true; /* of a line, where dots and quotes are requests */

	for (; *text; text++) {
		if (start && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		start = *text == '\n';
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
	}
}

static void put_line(const char *request, const char *text)
{
	fputs(request, stdout);
	put_escaped(text);
	putchar('\n');
}

static void put_name(const char *name)
{
	for (; *name; name++) {
		if (*name == '_')
			fputs("\\-", stdout);
		else
			putchar(tolower((unsigned char)*name));
	}
}

/* Every action with its keys, under the places where it is valid. */
static void put_actions(bool named)
{
	const char *where = "";

	for (size_t i = 0; i < N(actions); i++) {
		if (strcmp(actions[i].where, where) != 0) {
			where = actions[i].where;
			printf(".SS %s\n", title(where));
		}
		fputs(".TP\n.B ", stdout);
		if (named) {
			put_name(actions[i].name);
			putchar('\n');
			if (*actions[i].keys)
				put_line("", actions[i].keys);
			fputs(".br\n", stdout);
		} else {
			put_line("", actions[i].keys);
		}
		put_line("", actions[i].text);
	}
}

static void put_example(const char *example)
{
	if (!strchr(example, '\n'))
		return;
	fputs(".IP\n.nf\n", stdout);
	put_line("", example);
	fputs(".fi\n", stdout);
}

static void put_settings(void)
{
	for (size_t i = 0; i < N(settings); i++) {
		const struct setting *setting = &settings[i];
		bool range = strcmp(setting->type, "SIZE") == 0;

		put_line(".TP\n.B ", setting->name);
		put_line("", setting->text);
		if (*setting->values)
			printf("%s: %s; %s when not set.\n", range ? "From, to" : "One of",
				setting->values, setting->preset);
		put_example(setting->example);
	}
}

static void put_all_examples(void)
{
	for (size_t i = 0; i < N(settings); i++)
		put_line("", settings[i].example);
}

int main(int argc, char **argv)
{
	const char *part = argc > 1 ? argv[1] : "";

	if (strcmp(part, "keys") == 0)
		put_actions(false);
	else if (strcmp(part, "actions") == 0)
		put_actions(true);
	else if (strcmp(part, "settings") == 0)
		put_settings();
	else if (strcmp(part, "example") == 0)
		put_all_examples();
	else
		return 2;
	return 0;
}
