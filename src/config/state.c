#include "config/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/texts.h"
#include "config/state_json.h"

void state_list_release(struct state_list *list)
{
	texts_free(list->items, list->count);
	*list = (struct state_list){ 0 };
}

static void drop(struct state_list *list, size_t at)
{
	free(list->items[at]);
	list->count--;
	memmove(list->items + at, list->items + at + 1, (list->count - at) * sizeof(*list->items));
}

void state_remember(struct state_list *list, const char *text, size_t max)
{
	if (!*text || strlen(text) > STATE_TEXT_MAX)
		return;
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i], text) == 0) {
			drop(list, i);
			break;
		}
	}
	texts_add(&list->items, &list->count, text);
	while (list->count > max)
		drop(list, 0);
}

void state_set_list(struct state_list *list, char *const *items, size_t count, size_t max)
{
	struct state_list copy = { 0 };

	for (size_t i = 0; i < count; i++)
		state_remember(&copy, items[i], max);
	state_list_release(list);
	*list = copy;
}

void state_set_text(char **member, const char *text)
{
	char *copy = text && strlen(text) <= STATE_TEXT_MAX ? mem_strdup(text) : NULL;

	free(*member);
	*member = copy;
}

/* ---- contexts ---- */

/* Scheme, host, port and path: a password may stand before the host, a token
 * behind the path. */
static char *place_of(const char *server)
{
	const char *host = strstr(server, "://");
	size_t skip, len;
	const char *at;

	host = host ? host + 3 : server;
	at = memrchr(host, '@', strcspn(host, "/?#"));
	skip = at ? (size_t)(at + 1 - host) : 0;
	len = strcspn(host + skip, "?#");
	return mem_printf("%.*s%.*s", (int)(host - server), server, (int)len, host + skip);
}

static void context_release(struct state_context *context)
{
	free(context->name);
	free(context->server);
	free(context->view);
	free(context->argument);
	state_list_release(&context->namespaces);
	state_list_release(&context->recent);
	state_list_release(&context->unfolded);
	state_list_release(&context->pins);
}

static size_t find(const struct state *state, const char *name, const char *server)
{
	size_t i = 0;

	while (i < state->n_contexts && (strcmp(state->contexts[i].name, name) != 0 ||
						strcmp(state->contexts[i].server, server) != 0))
		i++;
	return i;
}

static void remove_context(struct state *state, size_t at)
{
	state->n_contexts--;
	memmove(state->contexts + at, state->contexts + at + 1,
		(state->n_contexts - at) * sizeof(*state->contexts));
}

static struct state_context *append(struct state *state, struct state_context context)
{
	if (state->n_contexts == STATE_CONTEXTS_MAX) {
		context_release(&state->contexts[0]);
		remove_context(state, 0);
	}
	state->contexts =
		mem_realloc_array(state->contexts, state->n_contexts + 1, sizeof(*state->contexts));
	state->contexts[state->n_contexts] = context;
	return &state->contexts[state->n_contexts++];
}

struct state_context *state_context(struct state *state, const char *name, const char *server)
{
	struct state_context context = { 0 };
	char *place = place_of(server);
	size_t at = find(state, name, place);

	if (at < state->n_contexts) {
		context = state->contexts[at];
		remove_context(state, at);
		free(place);
	} else {
		context.name = mem_strdup(name);
		context.server = place;
	}
	context.touched = true;
	return append(state, context);
}

/* ---- the file ---- */

static struct state *read_file(const char *path, bool say)
{
	struct state *state = mem_zalloc(sizeof(*state));
	struct error err = ERROR_INIT;
	size_t len = 0;
	char *text = file_read(path, STATE_MAX, &len, NULL, &err);

	if (text && state_json_read(state, str_make(text, len), &err) < 0)
		error_prefix(&err, "%s", path);
	if (say && err.code && err.code != ERROR_NOT_FOUND)
		log_line(LOG_WARNING, "what was remembered is not used: %s", err.text);
	error_release(&err);
	free(text);
	return state;
}

struct state *state_new(void)
{
	char *path = file_in_home("XDG_STATE_HOME", ".local/state", "crwatch/state.json");
	struct state *state = path ? read_file(path, true) : mem_zalloc(sizeof(*state));

	state->path = path;
	return state;
}

void state_free(struct state *state)
{
	if (!state)
		return;
	for (size_t i = 0; i < state->n_contexts; i++)
		context_release(&state->contexts[i]);
	for (size_t i = 0; i < STATE_HISTORIES; i++)
		state_list_release(&state->histories[i]);
	state_list_release(&state->kinds);
	free(state->contexts);
	free(state->path);
	free(state);
}

static void merge_list(struct state_list *list, const struct state_list *ours, size_t max)
{
	for (size_t i = 0; i < ours->count; i++)
		state_remember(list, ours->items[i], max);
}

static struct state_context copy_of(const struct state_context *from)
{
	struct state_context context = {
		.name = mem_strdup(from->name),
		.server = mem_strdup(from->server),
		.view = mem_strdup_or_null(from->view),
		.argument = mem_strdup_or_null(from->argument),
	};

	merge_list(&context.namespaces, &from->namespaces, STATE_LIST_MAX);
	merge_list(&context.recent, &from->recent, STATE_RECENT_MAX);
	merge_list(&context.unfolded, &from->unfolded, STATE_LIST_MAX);
	merge_list(&context.pins, &from->pins, STATE_LIST_MAX);
	return context;
}

/* Puts ours over what another process may have written meanwhile. */
static void merge(struct state *file, const struct state *ours)
{
	for (size_t i = 0; i < ours->n_contexts; i++) {
		const struct state_context *context = &ours->contexts[i];
		size_t at = find(file, context->name, context->server);

		if (!context->touched)
			continue;
		if (at < file->n_contexts) {
			context_release(&file->contexts[at]);
			remove_context(file, at);
		}
		append(file, copy_of(context));
	}
	for (size_t i = 0; i < STATE_HISTORIES; i++)
		merge_list(&file->histories[i], &ours->histories[i], STATE_HISTORY_MAX);
	merge_list(&file->kinds, &ours->kinds, STATE_KINDS_MAX);
}

void state_save(struct state *state)
{
	struct error err = ERROR_INIT;
	struct state *file;
	char *text;

	if (!state->path)
		return;
	file = read_file(state->path, false);
	merge(file, state);
	text = state_json_write(file);
	if (file_replace(state->path, str_of(text), 0600, &err) < 0 && !state->complained) {
		log_line(LOG_WARNING, "nothing is remembered: %s", err.text);
		state->complained = true;
	}
	free(text);
	state_free(file);
	error_release(&err);
}
