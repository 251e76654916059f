/*
 * The initial objects are held as counted texts, so that they are of one moment
 * however slowly they are read; after them the watch stands at a resourceVersion
 * and reads the table's log from there. See watch.h.
 */
#include "demo/watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "demo/kinds.h"
#include "demo/store.h"
#include "json/compact.h"

#define BOOKMARK_EVERY (60 * CLOCK_S)
#define REST_MAX       ((size_t)64 << 20)

struct demo_watch {
	struct demo_listener listener;
	struct demo_table *table; /* NULL once it has ended */
	struct demo_watch_options options;
	struct demo_text **initial; /* those that are still to be sent: from sent on */
	size_t sent, n_initial, cap_initial;
	bool marks_initial_end;
	bool has_columns; /* a Table's columnDefinitions have been sent */
	int64_t rv;	  /* what has been sent */
	int64_t end;
	int64_t next_bookmark;
	struct buf rest; /* what was left to say when the table ended */
	bool over;
	bool told;
	void (*news)(void *arg);
	void *arg;
};

/* ---- frames ---- */

static void add_error(struct demo_watch *watch, int code, const char *reason, const char *message,
	struct buf *out)
{
	buf_addz(out, "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\","
		      "\"metadata\":{},\"status\":\"Failure\",\"message\":");
	compact_string(str_of(message), false, out);
	buf_addf(out, ",\"reason\":\"%s\",\"code\":%d}}\n", reason, code);
	watch->over = true;
}

static void add_frame(
	struct demo_watch *watch, const char *type, const struct demo_text *text, struct buf *out)
{
	struct error err = ERROR_INIT;
	size_t start = out->len;

	buf_addf(out, "{\"type\":\"%s\",\"object\":", type);
	if (demo_view_one(&watch->options.view, demo_text_str(text), !watch->has_columns, out,
		    &err) < 0) {
		buf_truncate(out, start);
		add_error(watch, 500, "InternalError", err.text, out);
	} else {
		buf_addz(out, "}\n");
	}
	watch->has_columns = true;
	error_release(&err);
}

static void add_bookmark(struct demo_watch *watch, struct buf *out)
{
	const struct demo_view *view = &watch->options.view;
	bool table = view->form == DEMO_TABLE;
	const char *group = table ? "meta.k8s.io" : view->kind->group;

	buf_addf(out,
		"{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"%s\",\"apiVersion\":\"%s%s%s\","
		"\"metadata\":{\"resourceVersion\":\"%" PRId64 "\"",
		table ? "Table" : view->kind->kind, group, group[0] ? "/" : "",
		table ? "v1" : view->version->name, watch->rv);
	if (watch->marks_initial_end)
		buf_addz(out, ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}");
	else
		buf_addz(out, ",\"creationTimestamp\":null");
	buf_addz(out, table ? "},\"columnDefinitions\":[],\"rows\":[]}}\n" : "}}}\n");
	watch->marks_initial_end = false;
	watch->next_bookmark = clock_now() + BOOKMARK_EVERY;
}

/* With selectors a change may bring an object in or take it out. */
static void add_record(struct demo_watch *watch, const struct demo_record *record, struct buf *out)
{
	const struct demo_select *select = &watch->options.select;
	bool was = record->prior && demo_select_holds(select, demo_text_str(record->prior));
	bool is = record->change != DEMO_DELETED &&
		  demo_select_holds(select, demo_text_str(record->text));

	watch->rv = record->rv;
	if (is)
		add_frame(watch, was ? "MODIFIED" : "ADDED", record->text, out);
	else if (was)
		add_frame(watch, "DELETED", record->text, out);
}

/* ---- what there is to say ---- */

static void add_initial(struct demo_watch *watch, size_t max, struct buf *out)
{
	size_t start = out->len;

	while (watch->sent < watch->n_initial && !watch->over && out->len - start < max) {
		struct demo_text *text = watch->initial[watch->sent++];

		add_frame(watch, "ADDED", text, out);
		demo_text_unref(text);
	}
	if (watch->sent == watch->n_initial && watch->marks_initial_end && !watch->over)
		add_bookmark(watch, out);
}

static void add_records(struct demo_watch *watch, size_t max, struct buf *out)
{
	const struct demo_record *record;
	size_t start = out->len;
	char message[128];

	if (!demo_table_has_since(watch->table, watch->rv)) {
		snprintf(message, sizeof(message),
			"too old resource version: %" PRId64 " (%" PRId64 ")", watch->rv,
			demo_table_rv(watch->table));
		add_error(watch, 410, "Expired", message, out);
		return;
	}
	while (!watch->over && out->len - start < max) {
		record = demo_table_record(watch->table, watch->rv);
		if (!record) {
			/* Nothing of this table up to the newest resourceVersion. */
			watch->rv = demo_table_rv(watch->table);
			return;
		}
		add_record(watch, record, out);
	}
}

static void add_what_is_new(struct demo_watch *watch, size_t max, struct buf *out)
{
	add_initial(watch, max, out);
	if (watch->sent == watch->n_initial && !watch->over)
		add_records(watch, max, out);
}

static void add_what_is_due(struct demo_watch *watch, struct buf *out)
{
	int64_t now = clock_now();
	bool ends = now >= watch->end;

	if (watch->options.bookmarks && (ends || now >= watch->next_bookmark))
		add_bookmark(watch, out);
	if (ends)
		watch->over = true;
}

bool demo_watch_read(struct demo_watch *watch, size_t max, struct buf *out)
{
	size_t start = out->len;

	watch->told = false;
	buf_addstr(out, buf_str(&watch->rest));
	buf_reset(&watch->rest);
	if (watch->over)
		return false;
	add_what_is_new(watch, max, out);
	if (out->len == start && !watch->over)
		add_what_is_due(watch, out);
	return !watch->over;
}

int64_t demo_watch_next(const struct demo_watch *watch)
{
	if (watch->over)
		return INT64_MAX;
	if (watch->options.bookmarks && watch->next_bookmark < watch->end)
		return watch->next_bookmark;
	return watch->end;
}

/* ---- life ---- */

static void leave_table(struct demo_watch *watch)
{
	if (watch->table)
		demo_table_unlisten(watch->table, &watch->listener);
	watch->table = NULL;
}

static void on_news(struct demo_listener *listener, bool ended)
{
	struct demo_watch *watch = (struct demo_watch *)(void *)listener;

	if (ended) {
		if (!watch->over)
			add_what_is_new(watch, REST_MAX, &watch->rest);
		watch->over = true;
		leave_table(watch);
	}
	if (watch->news && !watch->told) {
		watch->told = true;
		watch->news(watch->arg);
	}
}

static void take_initial(struct demo_watch *watch)
{
	const struct demo_select *select = &watch->options.select;
	struct str only = select->ns ? str_of(select->ns) : str_make(NULL, 0);
	struct str ns = STR(""), name = STR("");
	const struct demo_object *object;

	while ((object = demo_table_after(watch->table, only, ns, name))) {
		ns = str_of(object->ns);
		name = str_of(object->name);
		if (!demo_select_holds(select, demo_text_str(object->text)))
			continue;
		watch->initial = array_reserve(watch->initial, &watch->cap_initial,
			watch->n_initial + 1, sizeof(struct demo_text *));
		watch->initial[watch->n_initial++] = demo_text_ref(object->text);
	}
}

struct demo_watch *demo_watch_new(struct demo_table *table, struct demo_watch_options *options)
{
	struct demo_watch *watch = mem_zalloc(sizeof(*watch));

	watch->listener.news = on_news;
	watch->table = table;
	watch->options = *options;
	options->select = (struct demo_select){ .ns = NULL };
	watch->rv = options->rv;
	watch->end = clock_now() + options->timeout;
	watch->next_bookmark = clock_now() + BOOKMARK_EVERY;
	buf_init(&watch->rest, 2 * REST_MAX);
	if (options->initial || options->rv == 0) {
		take_initial(watch);
		watch->rv = demo_table_rv(table);
		watch->marks_initial_end = options->initial && options->bookmarks;
	}
	demo_table_listen(table, &watch->listener);
	return watch;
}

void demo_watch_free(struct demo_watch *watch)
{
	if (!watch)
		return;
	leave_table(watch);
	while (watch->sent < watch->n_initial)
		demo_text_unref(watch->initial[watch->sent++]);
	free(watch->initial);
	demo_select_release(&watch->options.select);
	buf_release(&watch->rest);
	free(watch);
}

void demo_watch_on_news(struct demo_watch *watch, void (*news)(void *arg), void *arg)
{
	watch->news = news;
	watch->arg = arg;
}
