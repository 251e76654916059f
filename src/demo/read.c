/*
 * Reading: one object, lists with limit and continue, watches. There is one
 * version of everything, the newest: a list's further pages are of what there is
 * now, under the first page's resourceVersion, from which a watch then brings
 * what changed meanwhile.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "demo/call.h"
#include "demo/refuse.h"
#include "demo/select.h"
#include "demo/store.h"
#include "demo/watch.h"

#define WATCH_MOST    86400
#define WATCH_SECONDS 2400 /* when the client names none: the API server takes 30 to 60 minutes */

/* ---- one object ---- */

void demo_answer_object(struct demo_call *call, int code, struct str object)
{
	struct error err = ERROR_INIT;

	call->answer->code = code;
	if (demo_view_one(&call->view, object, true, &call->answer->body, &err) < 0) {
		buf_reset(&call->answer->body);
		demo_refuse(call->answer, 500, "InternalError", "%s", err.text);
	} else {
		buf_addc(&call->answer->body, '\n');
	}
	error_release(&err);
}

void demo_read_one(struct demo_call *call)
{
	const struct demo_object *object =
		demo_table_find(call->kind->table, str_of(call->ns), str_of(call->name));

	if (object)
		demo_answer_object(call, 200, demo_text_str(object->text));
	else
		demo_refuse_not_found(call->answer, call->kind, str_of(call->name));
}

/* ---- what a list or watch is of ---- */

int demo_read_select(struct demo_call *call, struct demo_select *ret)
{
	struct error err = ERROR_INIT;
	struct demo_select_texts texts = {
		.ns = *call->ns ? str_of(call->ns) : str_make(NULL, 0),
		.labels = demo_query_get(&call->query, "labelSelector"),
		.fields = demo_query_get(&call->query, "fieldSelector"),
	};

	if (demo_select_init(ret, call->kind, call->version, &texts, &err) == 0)
		return 0;
	demo_refuse(call->answer, 400, "BadRequest", "%s", err.text);
	error_release(&err);
	return -1;
}

/* The resourceVersion that is asked for, 0 when any will do; -1: refused. */
static int64_t asked_version(struct demo_call *call)
{
	struct str text = demo_query_get(&call->query, "resourceVersion");
	int64_t rv = 0;

	if (!text.p || text.len == 0)
		return 0;
	if (str_to_i64(text, &rv) == 0 && rv >= 0)
		return rv;
	demo_refuse(call->answer, 400, "BadRequest",
		"Invalid value: \"" STR_FMT "\": invalid resource version", STR_ARG(text));
	return -1;
}

/* ---- lists ---- */

struct page {
	int64_t rv;
	int64_t limit;	 /* 0: none */
	char *ns, *name; /* behind which it starts */
	char *token;	 /* of the next one, or NULL */
};

/* A token is what it has to be: "RV/NS/NAME". */
static int read_token(struct demo_call *call, struct str token, struct page *page)
{
	struct str rest = token;
	struct str rv = str_cut(&rest, '/');
	struct str ns = str_cut(&rest, '/');

	if (!rest.p || str_to_i64(rv, &page->rv) < 0) {
		demo_refuse(call->answer, 400, "BadRequest", "continue key is not valid: " STR_FMT,
			STR_ARG(token));
		return -1;
	}
	if (!demo_table_has_since(call->kind->table, page->rv)) {
		demo_refuse(call->answer, 410, "Expired",
			"The provided continue parameter is too old to display a consistent list "
			"result. You can start a new list without the continue parameter.");
		return -1;
	}
	page->ns = str_dup(ns);
	page->name = str_dup(rest);
	return 0;
}

static void refuse_future(struct demo_call *call, int64_t rv)
{
	demo_refuse(call->answer, 504, "Timeout",
		"Too large resource version: %" PRId64 ", current: %" PRId64, rv,
		demo_store_rv(call->server->store));
}

static int start_page(struct demo_call *call, struct page *page)
{
	struct str token = demo_query_get(&call->query, "continue");
	struct str match = demo_query_get(&call->query, "resourceVersionMatch");
	int64_t rv = asked_version(call);

	*page = (struct page){ .limit = demo_query_i64(&call->query, "limit", 0) };
	if (rv < 0)
		return -1;
	if (token.p && token.len > 0)
		return read_token(call, token, page);
	page->rv = demo_store_rv(call->server->store);
	page->ns = mem_strdup("");
	page->name = mem_strdup("");
	if (rv > page->rv) {
		refuse_future(call, rv);
		return -1;
	}
	if (!str_is(match, "Exact"))
		return 0;
	if (demo_table_record(call->kind->table, rv)) {
		demo_refuse(call->answer, 410, "Expired",
			"The resourceVersion for the provided list is too old.");
		return -1;
	}
	/* Whole, because the next page could not be of that version. */
	page->rv = rv;
	page->limit = 0;
	return 0;
}

static void end_page(struct page *page)
{
	free(page->ns);
	free(page->name);
	free(page->token);
}

/* Whether something that is meant stands behind this one. */
static bool has_more(const struct demo_call *call, const struct demo_select *select,
	const struct demo_object *at)
{
	struct str only = select->ns ? str_of(select->ns) : str_make(NULL, 0);

	while ((at = demo_table_after(call->kind->table, only, str_of(at->ns), str_of(at->name)))) {
		if (demo_select_holds(select, demo_text_str(at->text)))
			return true;
	}
	return false;
}

/* Appends the page's items; -1 when one of them cannot be shown. */
static int add_items(struct demo_call *call, const struct demo_select *select, struct page *page,
	struct error *err)
{
	struct str only = select->ns ? str_of(select->ns) : str_make(NULL, 0);
	struct str ns = str_of(page->ns), name = str_of(page->name);
	const struct demo_object *object;
	int64_t n = 0;

	while ((object = demo_table_after(call->kind->table, only, ns, name))) {
		ns = str_of(object->ns);
		name = str_of(object->name);
		if (!demo_select_holds(select, demo_text_str(object->text)))
			continue;
		if (demo_view_list_item(&call->view, demo_text_str(object->text), n == 0,
			    &call->answer->body, err) < 0)
			return -1;
		if (++n == page->limit && has_more(call, select, object)) {
			page->token =
				mem_printf("%" PRId64 "/%s/%s", page->rv, object->ns, object->name);
			return 0;
		}
	}
	return 0;
}

void demo_read_list(struct demo_call *call, const struct demo_select *select)
{
	struct error err = ERROR_INIT;
	struct page page;

	if (start_page(call, &page) == 0) {
		demo_view_list_start(&call->view, &call->answer->body);
		if (add_items(call, select, &page, &err) < 0) {
			buf_reset(&call->answer->body);
			demo_refuse(call->answer, 500, "InternalError", "%s", err.text);
		} else {
			demo_view_list_end(page.rv, str_of(page.token), &call->answer->body);
		}
	}
	end_page(&page);
	error_release(&err);
}

/* ---- watches ---- */

static int check_watch(struct demo_call *call)
{
	bool initial = demo_query_get(&call->query, "sendInitialEvents").p != NULL;
	struct str match = demo_query_get(&call->query, "resourceVersionMatch");

	if (initial && !str_is(match, "NotOlderThan")) {
		demo_refuse(call->answer, 422, "Invalid",
			"ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
			"sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
		return -1;
	}
	if (!initial && match.len > 0) {
		demo_refuse(call->answer, 422, "Invalid",
			"ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
			"resourceVersionMatch is forbidden for watch unless sendInitialEvents is "
			"provided");
		return -1;
	}
	return 0;
}

static void read_watch(struct demo_call *call, struct demo_select *select)
{
	struct demo_watch_options options = {
		.view = call->view,
		.rv = asked_version(call),
		.initial = demo_query_true(&call->query, "sendInitialEvents"),
		.bookmarks = demo_query_true(&call->query, "allowWatchBookmarks"),
	};
	int64_t seconds = demo_query_i64(&call->query, "timeoutSeconds", 0);

	if (options.rv < 0 || check_watch(call) < 0)
		return;
	options.timeout = (seconds > 0 && seconds < WATCH_MOST ? seconds : WATCH_SECONDS) * CLOCK_S;
	options.select = *select;
	*select = (struct demo_select){ .ns = NULL };
	call->answer->watch = demo_watch_new(call->kind->table, &options);
}

void demo_read_many(struct demo_call *call)
{
	struct demo_select select;

	if (demo_read_select(call, &select) < 0)
		return;
	if (demo_query_true(&call->query, "watch"))
		read_watch(call, &select);
	else
		demo_read_list(call, &select);
	demo_select_release(&select);
}
