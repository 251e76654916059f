#include "cluster/tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/texts.h"
#include "json/scan.h"
#include "kube/columns.h"
#include "kube/gvr.h"
#include "net/client.h"

#define ACCEPT	  "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
#define BODY_MAX  ((size_t)64 << 20)
#define PAGE	  "?includeObject=Metadata&limit=500"
#define PAGES_MAX 2000 /* a million rows; a server that never ends is believed no longer */
#define TIMEOUT	  (60 * CLOCK_S)

struct want {
	struct want *next;
	char *name;
	char **paths; /* of its namespaces */
	size_t n_paths;
	size_t at; /* the one that is asked for */
};

struct tables {
	struct client *client;
	void (*found)(void *arg, const char *name, struct columns *columns);
	void *arg;
	struct want *first; /* the one that is asked for */
	struct request *request;
	int http_code;
	struct buf body;
	struct columns *columns; /* of the pages read so far */
	size_t pages;
};

static void ask(struct tables *t, struct str token);

static void want_free(struct want *want)
{
	free(want->name);
	texts_free(want->paths, want->n_paths);
	free(want);
}

/* Done with the first, well or not. */
static void next(struct tables *t)
{
	struct want *done = t->first;

	columns_free(t->columns);
	t->columns = NULL;
	t->pages = 0;
	t->first = done->next;
	want_free(done);
	if (t->first)
		ask(t, STR(""));
}

/* Of this namespace there is no more. */
static void next_path(struct tables *t)
{
	struct want *want = t->first;

	if (++want->at < want->n_paths) {
		ask(t, STR(""));
		return;
	}
	t->found(t->arg, want->name, t->columns);
	t->columns = NULL;
	next(t);
}

static int read_page(struct tables *t, struct error *err)
{
	if (t->http_code != 200)
		return error_set(err, ERROR_STATUS, "HTTP %d", t->http_code);
	if (t->columns)
		return columns_add_page(t->columns, buf_str(&t->body), err);
	t->columns = columns_new_table(buf_str(&t->body), err);
	return t->columns ? 0 : -1;
}

/* The token of the next page, "" when this was the last. */
static struct str next_token(struct tables *t)
{
	struct str metadata = scan_member(buf_str(&t->body), "metadata");
	struct str token = metadata.p ? scan_member(metadata, "continue") : metadata;

	return token.len > 2 && token.p[0] == '"' ? str_make(token.p + 1, token.len - 2) : STR("");
}

static void on_head(struct request *request, void *arg, const struct request_head *head)
{
	(void)request;
	((struct tables *)arg)->http_code = head->status;
}

static int on_data(struct request *request, void *arg, const char *p, size_t n)
{
	(void)request;
	return buf_add(&((struct tables *)arg)->body, p, n);
}

static void begin_again(struct tables *t)
{
	buf_release(&t->body);
	columns_free(t->columns);
	t->columns = NULL;
	t->pages = 0;
	t->first->at = 0;
	ask(t, STR(""));
}

static void on_done(struct request *request, void *arg, const struct error *why)
{
	struct tables *t = arg;
	struct error err = ERROR_INIT;
	bool bad = why->code != ERROR_NONE;
	char *token;

	(void)request;
	t->request = NULL;
	if (why->code == ERROR_RENEWED) {
		begin_again(t);
		return;
	}
	if (bad || read_page(t, &err) < 0) {
		log_line(LOG_WARNING, "columns of %s: %s", t->first->name,
			bad ? why->text : err.text);
		error_release(&err);
		buf_release(&t->body);
		next_path(t);
		return;
	}
	token = str_dup(next_token(t));
	buf_release(&t->body);
	if (*token && ++t->pages < PAGES_MAX)
		ask(t, str_of(token));
	else
		next_path(t);
	free(token);
}

static void ask(struct tables *t, struct str token)
{
	static const struct request_ops ops = { on_head, on_data, on_done };
	struct buf path = BUF_INIT(1 << 20);
	struct request_spec spec = {
		.lane = REQUEST_SHORT,
		.accept = ACCEPT,
		.total_timeout = TIMEOUT,
	};

	buf_addf(&path, "%s" PAGE, t->first->paths[t->first->at]);
	if (token.len) {
		buf_addz(&path, "&continue=");
		gvr_escape(token, &path);
	}
	spec.path = buf_text(&path);
	t->http_code = 0;
	t->request = client_send(t->client, &spec, &ops, t);
	buf_release(&path);
}

struct tables *tables_new(struct client *client,
	void (*found)(void *arg, const char *name, struct columns *columns), void *arg)
{
	struct tables *t = mem_zalloc(sizeof(*t));

	t->client = client;
	t->found = found;
	t->arg = arg;
	buf_init(&t->body, BODY_MAX);
	return t;
}

void tables_free(struct tables *t)
{
	if (!t)
		return;
	request_cancel(t->request);
	while (t->first) {
		struct want *want = t->first;

		t->first = want->next;
		want_free(want);
	}
	columns_free(t->columns);
	buf_release(&t->body);
	free(t);
}

void tables_want(
	struct tables *t, const struct gvr *gvr, const char *const *namespaces, size_t n_namespaces)
{
	char *name = mem_printf("%s.%s", gvr->resource, gvr->group);
	struct want **at = &t->first;
	struct want *want;

	while (*at && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	if (*at) {
		free(name);
		return;
	}
	want = mem_zalloc(sizeof(*want));
	want->name = name;
	for (size_t i = 0; i < n_namespaces; i++) {
		struct buf path = BUF_INIT(1 << 16);

		gvr_path(gvr, str_of(namespaces[i]), STR(""), &path);
		texts_add(&want->paths, &want->n_paths, buf_text(&path));
		buf_release(&path);
	}
	*at = want;
	if (t->first == want)
		ask(t, STR(""));
}
