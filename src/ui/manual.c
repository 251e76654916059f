/* The keys of the manual page, from the table of actions. Built and run while
 * crwatch is built; not part of it. */
#include <stdio.h>
#include <string.h>

struct row {
	const char *where;
	const char *keys;
	const char *text;
};

#define ACTION(name, where, keys, text) { #where, keys, text },
static const struct row rows[] = {
#include "ui/action.def"
};

static const char *title(const char *where)
{
	if (strcmp(where, "ANY") == 0)
		return "Everywhere";
	if (strcmp(where, "TREE") == 0)
		return "In the tree";
	if (strcmp(where, "DETAIL") == 0)
		return "In the detail";
	return "In the events";
}

static void put_escaped(const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
	}
}

int main(void)
{
	const char *where = "";

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(rows[i].where, where) != 0) {
			where = rows[i].where;
			printf(".SS %s\n", title(where));
		}
		fputs(".TP\n.B ", stdout);
		put_escaped(rows[i].keys);
		putchar('\n');
		put_escaped(rows[i].text);
		putchar('\n');
	}
	return 0;
}
