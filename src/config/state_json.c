#include "config/state_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/state.h"
#include "json/doc.h"

static const char *const histories[STATE_HISTORIES] = {
	[STATE_FILTERS] = "filters",
	[STATE_SELECTORS] = "selectors",
	[STATE_COMMANDS] = "commands",
};

static void read_list(
	const struct doc *object, const char *key, struct state_list *list, size_t max)
{
	const struct doc *item = doc_get(object, key);

	if (!doc_is_array(item))
		return;
	for (item = doc_first(item); item; item = doc_next(item)) {
		if (doc_text(item))
			state_remember(list, doc_text(item), max);
	}
}

static void read_context(struct state *state, const struct doc *item)
{
	const char *name = doc_string(item, "name");
	const char *server = doc_string(item, "server");
	struct state_context *context;

	if (!name || !server || strlen(name) > STATE_TEXT_MAX || strlen(server) > STATE_TEXT_MAX)
		return;
	context = state_context(state, name, server);
	context->touched = false;
	state_set_text(&context->view, doc_string(item, "view"));
	state_set_text(&context->argument, doc_string(item, "argument"));
	read_list(item, "namespaces", &context->namespaces, STATE_LIST_MAX);
	read_list(item, "recent", &context->recent, STATE_RECENT_MAX);
	read_list(item, "unfolded", &context->unfolded, STATE_LIST_MAX);
	read_list(item, "pins", &context->pins, STATE_LIST_MAX);
}

int state_json_read(struct state *state, struct str text, struct error *err)
{
	struct doc *doc = doc_parse(text, err);
	const struct doc *item;

	if (!doc)
		return -1;
	if (!doc_is_object(doc)) {
		doc_free(doc);
		return error_set(err, ERROR_INVALID, "no JSON object");
	}
	item = doc_get(doc, "contexts");
	if (doc_is_array(item)) {
		for (item = doc_first(item); item; item = doc_next(item))
			read_context(state, item);
	}
	for (size_t i = 0; i < STATE_HISTORIES; i++)
		read_list(doc, histories[i], &state->histories[i], STATE_HISTORY_MAX);
	read_list(doc, "kinds", &state->kinds, STATE_KINDS_MAX);
	doc_free(doc);
	return 0;
}

static void write_list(struct doc *object, const char *key, const struct state_list *list)
{
	struct doc *array;

	if (!list->count)
		return;
	array = doc_add_array(object, key);
	for (size_t i = 0; i < list->count; i++)
		doc_append_string(array, list->items[i]);
}

static void write_context(struct doc *array, const struct state_context *context)
{
	struct doc *object = doc_append_object(array);

	doc_add_string(object, "name", context->name);
	doc_add_string(object, "server", context->server);
	if (context->view)
		doc_add_string(object, "view", context->view);
	if (context->argument)
		doc_add_string(object, "argument", context->argument);
	write_list(object, "namespaces", &context->namespaces);
	write_list(object, "recent", &context->recent);
	write_list(object, "unfolded", &context->unfolded);
	write_list(object, "pins", &context->pins);
}

/* Without the first contexts. A history of the longest texts is far below the
 * ceiling, but not three of them: then they are left out, too. */
static char *write_from(const struct state *state, size_t first)
{
	struct doc *doc = doc_new_object();
	struct doc *array = doc_add_array(doc, "contexts");
	char *text;

	for (size_t i = first; i < state->n_contexts; i++)
		write_context(array, &state->contexts[i]);
	for (size_t i = 0; i < STATE_HISTORIES && first <= state->n_contexts; i++)
		write_list(doc, histories[i], &state->histories[i]);
	write_list(doc, "kinds", &state->kinds);
	text = doc_print(doc);
	doc_free(doc);
	return text;
}

char *state_json_write(const struct state *state)
{
	char *text = write_from(state, 0);

	for (size_t first = 1; strlen(text) > STATE_MAX && first <= state->n_contexts + 1;
		first++) {
		free(text);
		text = write_from(state, first);
	}
	return text;
}
