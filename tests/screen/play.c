/*
 * See play.h. The lock of struct play_model guards what is served. The
 * server's thread takes it while it holds its own; so it is never held while a
 * function of the server is called.
 */
#include "screen/play.h"

#include <ctype.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

#define BODY_MAX ((size_t)64 << 20)

struct item {
	char *key;
	char *uid;
	char *text;
};

struct play_kind {
	struct play_kind *next;
	struct play *play;
	char *name; /* plural.group */
	char *path;
	char *api_version;
	char *kind;
	bool gone;
	struct item *items;
	size_t n_items, cap_items;
	size_t *watches;
	size_t n_watches, cap_watches;
	struct buf log; /* frames since the start, one a line */
};

struct play_model {
	pthread_mutex_t lock;
	struct buf body;
	unsigned next_uid;
	unsigned rv;
};

/* ---- answering; the server's thread ---- */

static void write_list(struct play_kind *kind, struct buf *body)
{
	buf_addf(body, "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":{", kind->kind,
		kind->api_version);
	buf_addf(body, "\"resourceVersion\":\"%u\"},\"items\":[", kind->play->model->rv);
	for (size_t i = 0; i < kind->n_items; i++)
		buf_addf(body, "%s%s", i ? "," : "", kind->items[i].text);
	buf_addz(body, "]}\n");
}

static void write_stream(struct play_kind *kind, struct buf *body)
{
	for (size_t i = 0; i < kind->n_items; i++)
		buf_addf(body, "{\"type\":\"ADDED\",\"object\":%s}\n", kind->items[i].text);
	buf_addf(body,
		"{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"%s\",\"apiVersion\":\"%s\","
		"\"metadata\":{\"resourceVersion\":\"%u\",\"annotations\":{"
		"\"k8s.io/initial-events-end\":\"true\"}}}}\n",
		kind->kind, kind->api_version, kind->play->model->rv);
}

/* Frames that are younger than the resourceVersion asked for. */
static void write_missed(struct play_kind *kind, const char *query, struct buf *body)
{
	const char *param = strstr(query, "resourceVersion=");
	unsigned long rv = param ? strtoul(param + 16, NULL, 10) : 0;
	struct str rest = buf_str(&kind->log);

	while (rest.len) {
		struct str line = str_cut(&rest, '\n');

		if (strtoul(line.p, NULL, 10) <= rv)
			continue;
		str_cut(&line, ' ');
		buf_addstr(body, line);
		buf_addz(body, "\n");
	}
}

static struct play_kind *find_path(struct play *play, const char *path)
{
	struct play_kind *kind = play->kinds;

	while (kind && (kind->gone || strcmp(kind->path, path) != 0))
		kind = kind->next;
	return kind;
}

static void on_request(
	void *arg, const struct server_request *request, struct server_answer *answer)
{
	struct play *play = arg;
	struct buf *body = &play->model->body;
	struct play_kind *kind;

	pthread_mutex_lock(&play->model->lock);
	buf_reset(body);
	kind = find_path(play, request->path);
	if (!kind) {
		answer->status = 404;
		answer->headers = "Content-Type: text/plain\n";
		buf_addz(body, "404 page not found\n");
	} else if (!strstr(request->query, "watch=true")) {
		write_list(kind, body);
	} else {
		if (strstr(request->query, "sendInitialEvents=true"))
			write_stream(kind, body);
		else
			write_missed(kind, request->query, body);
		kind->watches = array_reserve(kind->watches, &kind->cap_watches,
			kind->n_watches + 1, sizeof(*kind->watches));
		kind->watches[kind->n_watches++] = request->number;
		answer->stream = true;
	}
	answer->body = buf_text(body);
	answer->body_len = body->len;
	pthread_mutex_unlock(&play->model->lock);
}

/* ---- changing; the test's thread ---- */

static size_t *copy_watches(struct play_kind *kind, size_t *ret_n)
{
	size_t *copy = mem_alloc((kind->n_watches + 1) * sizeof(*copy));

	if (kind->n_watches)
		memcpy(copy, kind->watches, kind->n_watches * sizeof(*copy));
	*ret_n = kind->n_watches;
	return copy;
}

/* Called with the lock held, which is given back. */
static void tell(struct play_kind *kind, const char *type, const char *text)
{
	char *frame = mem_printf("{\"type\":\"%s\",\"object\":%s}\n", type, text);
	size_t n, *watches = copy_watches(kind, &n);

	buf_addf(&kind->log, "%u %s", kind->play->model->rv, frame);
	pthread_mutex_unlock(&kind->play->model->lock);
	for (size_t i = 0; i < n; i++)
		server_pushz(kind->play->server, watches[i], frame);
	free(watches);
	free(frame);
}

static struct item *find_item(struct play_kind *kind, const char *key)
{
	for (size_t i = 0; i < kind->n_items; i++) {
		if (strcmp(kind->items[i].key, key) == 0)
			return &kind->items[i];
	}
	return NULL;
}

static struct item *add_item(struct play_kind *kind, char *key)
{
	struct item *item;

	kind->items = array_reserve(
		kind->items, &kind->cap_items, kind->n_items + 1, sizeof(*kind->items));
	item = &kind->items[kind->n_items++];
	*item = (struct item){ .key = key,
		.uid = mem_printf("00000000-0000-4000-8000-%012u", ++kind->play->model->next_uid) };
	return item;
}

static char *object_text(const struct play_kind *kind, const struct item *item, const char *ns,
	const char *name, const char *meta, const char *rest)
{
	return mem_printf("{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\""
			  "%s%s%s,\"uid\":\"%s\",\"resourceVersion\":\"%u\""
			  "%s%s%s}%s%s}",
		kind->api_version, kind->kind, name, *ns ? ",\"namespace\":\"" : "", ns,
		*ns ? "\"" : "", item->uid, kind->play->model->rv,
		meta && strstr(meta, "creationTimestamp")
			? ""
			: ",\"creationTimestamp\":\"2025-12-31T00:00:00Z\"",
		meta ? "," : "", meta ? meta : "", rest ? "," : "", rest ? rest : "");
}

void play_put(struct play_kind *kind, const char *ns, const char *name, const char *meta,
	const char *rest)
{
	char *key = mem_printf("%s/%s", ns, name), *text;
	struct item *item;
	bool is_new;

	pthread_mutex_lock(&kind->play->model->lock);
	kind->play->model->rv++;
	item = find_item(kind, key);
	is_new = !item;
	if (is_new)
		item = add_item(kind, key);
	else
		free(key);
	free(item->text);
	item->text = object_text(kind, item, ns, name, meta, rest);
	text = mem_strdup(item->text);
	tell(kind, is_new ? "ADDED" : "MODIFIED", text);
	free(text);
}

char *play_uid(struct play_kind *kind, const char *ns, const char *name)
{
	char *key = mem_printf("%s/%s", ns, name), *uid;

	pthread_mutex_lock(&kind->play->model->lock);
	uid = mem_strdup(find_item(kind, key)->uid);
	pthread_mutex_unlock(&kind->play->model->lock);
	free(key);
	return uid;
}

static void free_item(struct item *item)
{
	free(item->key);
	free(item->uid);
	free(item->text);
}

void play_delete(struct play_kind *kind, const char *ns, const char *name)
{
	char *key = mem_printf("%s/%s", ns, name), *text;
	struct item *item;

	pthread_mutex_lock(&kind->play->model->lock);
	item = find_item(kind, key);
	assert_non_null(item);
	kind->play->model->rv++;
	text = object_text(kind, item, ns, name, NULL, NULL);
	free_item(item);
	memmove(item, item + 1, (size_t)(kind->items + --kind->n_items - item) * sizeof(*item));
	tell(kind, "DELETED", text);
	free(text);
	free(key);
}

void play_fill(struct play_kind *kind, const char *ns, const char *name, size_t count)
{
	pthread_mutex_lock(&kind->play->model->lock);
	for (size_t i = 0; i < count; i++) {
		char *one = mem_printf("%s-%05zu", name, i);
		struct item *item = add_item(kind, mem_printf("%s/%s", ns, one));

		kind->play->model->rv++;
		item->text = object_text(kind, item, ns, one, NULL, NULL);
		free(one);
	}
	pthread_mutex_unlock(&kind->play->model->lock);
}

static struct play_kind *add_kind(struct play *play, const char *name, const char *version)
{
	struct play_kind *kind = mem_zalloc(sizeof(*kind));
	const char *dot = strchr(name, '.');
	int n = (int)(dot - name);

	kind->play = play;
	kind->name = mem_strdup(name);
	kind->path = mem_printf("/apis/%s/%s/%.*s", dot + 1, version, n, name);
	kind->api_version = mem_printf("%s/%s", dot + 1, version);
	kind->kind = mem_printf("%c%.*s", toupper((unsigned char)*name), n - 2, name + 1);
	buf_init(&kind->log, BODY_MAX);
	pthread_mutex_lock(&play->model->lock);
	kind->next = play->kinds;
	play->kinds = kind;
	pthread_mutex_unlock(&play->model->lock);
	return kind;
}

void play_crd(struct play *play, const char *name, const char *versions, const char *status)
{
	const char *dot = strchr(name, '.');
	int n = (int)(dot - name);
	char *names = mem_printf("{\"plural\":\"%.*s\",\"singular\":\"%.*s\",\"kind\":\"%c%.*s\","
				 "\"listKind\":\"%c%.*sList\",\"shortNames\":[\"%.*s\"]}",
		n, name, n - 1, name, toupper((unsigned char)*name), n - 2, name + 1,
		toupper((unsigned char)*name), n - 2, name + 1, n > 3 ? 3 : n, name);
	char *rest =
		mem_printf("\"spec\":{\"group\":\"%s\",\"scope\":\"Namespaced\",\"names\":%s,"
			   "\"versions\":[%s]},\"status\":{\"acceptedNames\":%s,\"conditions\":"
			   "[%s]}",
			dot + 1, names, versions, names,
			status ? status
			       : "{\"type\":\"NamesAccepted\",\"status\":\"True\"},"
				 "{\"type\":\"Established\",\"status\":\"True\"}");

	play_put(play->crds, "", name, NULL, rest);
	free(rest);
	free(names);
}

struct play_kind *play_kind(struct play *play, const char *name, const char *columns)
{
	struct play_kind *kind = add_kind(play, name, "v1");
	char *versions = mem_printf("{\"name\":\"v1\",\"served\":true,\"storage\":true%s%s%s}",
		columns ? ",\"additionalPrinterColumns\":[" : "", columns ? columns : "",
		columns ? "]" : "");

	play_crd(play, name, versions, NULL);
	free(versions);
	return kind;
}

void play_kind_delete(struct play *play, const char *name)
{
	struct play_kind *kind = play->kinds;
	size_t n, *watches;

	while (strcmp(kind->name, name) != 0)
		kind = kind->next;
	play_delete(play->crds, "", name);
	pthread_mutex_lock(&play->model->lock);
	kind->gone = true;
	watches = copy_watches(kind, &n);
	pthread_mutex_unlock(&play->model->lock);
	for (size_t i = 0; i < n; i++)
		server_end(play->server, watches[i]);
	free(watches);
}

/* ---- routes ---- */

void play_answer(
	struct play *play, const char *path, const char *query, const struct server_answer *answer)
{
	struct server_route route = { .path = path, .query = query, .answer = *answer };

	server_route(play->server, &route);
}

void play_refuse(
	struct play *play, const char *path, int code, const char *reason, const char *message)
{
	char *body = mem_printf("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},"
				"\"status\":\"Failure\",\"message\":\"%s\",\"reason\":\"%s\","
				"\"code\":%d}\n",
		message, reason, code);

	play_answer(play, path, NULL, &(struct server_answer){ .status = code, .body = body });
	free(body);
}

void play_heal(struct play *play, const char *path)
{
	server_route(play->server,
		&(struct server_route){ .path = path, .handler = on_request, .arg = play });
}

/* ---- life ---- */

static const char example_columns[] =
	"{\"name\":\"Ready\",\"type\":\"string\",\"jsonPath\":"
	"\".status.conditions[?(@.type=='Ready')].status\"},"
	"{\"name\":\"Note\",\"type\":\"string\",\"jsonPath\":\".spec.note\"}";

static void add_example(struct play *play)
{
	play->widgets = play_kind(play, "widgets.example.com", example_columns);
	play_put(play->widgets, "a", "blue", "\"labels\":{\"team\":\"x\"}",
		"\"spec\":{\"note\":\"first\",\"size\":1}," PLAY_READY("True", "Fine"));
	play_put(play->widgets, "a", "green", "\"labels\":{\"team\":\"y\"}",
		"\"spec\":{\"note\":\"second\"}," PLAY_READY("False", "Broken"));
	play_put(play->widgets, "b", "red", "\"labels\":{\"team\":\"x\"}", NULL);
	play->gadgets = play_kind(play, "gadgets.example.com", NULL);
	play_put(play->gadgets, "a", "tool", NULL, NULL);
	play_kind(play, "things.other.org", NULL);
}

void play_open(struct play *play, const struct play_options *options)
{
	struct server_options server = { 0 };

	if (options && options->tls)
		server = (struct server_options){ .tls = true, .http2 = true, .max_streams = 250 };
	play->tls = server.tls;
	play->server = server_new(&server);
	assert_non_null(play->server);
	play->model = mem_zalloc(sizeof(*play->model));
	play->model->rv = 100;
	buf_init(&play->model->body, BODY_MAX);
	pthread_mutex_init(&play->model->lock, NULL);
	play->crds = add_kind(play, "customresourcedefinitions.apiextensions.k8s.io", "v1");
	free(play->crds->kind);
	play->crds->kind = mem_strdup("CustomResourceDefinition");
	play->events = add_kind(play, "events.events.k8s.io", "v1");
	server_route(play->server,
		&(struct server_route){ .path = "/apis/", .handler = on_request, .arg = play });
	play_answer(play, "/readyz$", NULL, &(struct server_answer){ .body = "ok" });
	play_answer(play, "/version$", NULL,
		&(struct server_answer){ .body = "{\"gitVersion\":\"v1.36.0\"}" });
	if (!options || !options->empty)
		add_example(play);
}

void play_start_as(struct play *play, const char *context, const struct screen_options *options)
{
	struct screen_options all = *options;
	char *config = mem_printf("apiVersion: v1\nkind: Config\ncurrent-context: %s\n"
				  "clusters:\n- name: c\n  cluster: {server: \"%s\"%s}\n"
				  "users:\n- name: tester\n  user: {}\n"
				  "contexts:\n- name: %s\n  context: {cluster: c, user: tester}\n",
		context, server_url(play->server),
		play->tls ? ", insecure-skip-tls-verify: true" : "", context);

	if (!all.kubeconfig)
		all.kubeconfig = config;
	play->screen = screen_start(&all);
	free(config);
}

void play_start(struct play *play, int rows, int cols, const struct screen_options *options)
{
	struct screen_options all = options ? *options : (struct screen_options){ .clock = true };

	all.rows = rows;
	all.cols = cols;
	play_start_as(play, "test-ctx", &all);
}

void play_example(struct play *play, int rows, int cols)
{
	play_open(play, NULL);
	play_start(play, rows, cols, NULL);
	screen_expect_row(play->screen, "Thing +0");
	screen_expect_row(play->screen, "Widget +3");
	screen_expect_row(play->screen, "Gadget +1");
	screen_settle(play->screen);
}

void play_finish(struct play *play)
{
	play_type(play, ":q\r");
	assert_int_equal(screen_wait_exit(play->screen), 0);
	assert_false(screen_on_alternate(play->screen));
}

static void free_kind(struct play_kind *kind)
{
	for (size_t i = 0; i < kind->n_items; i++)
		free_item(&kind->items[i]);
	free(kind->items);
	free(kind->watches);
	free(kind->name);
	free(kind->path);
	free(kind->api_version);
	free(kind->kind);
	buf_release(&kind->log);
	free(kind);
}

void play_close(struct play *play)
{
	struct play_kind *kind;

	screen_free(play->screen);
	if (play->server)
		server_free(play->server);
	while ((kind = play->kinds)) {
		play->kinds = kind->next;
		free_kind(kind);
	}
	if (play->model) {
		buf_release(&play->model->body);
		pthread_mutex_destroy(&play->model->lock);
	}
	free(play->model);
	*play = (struct play){ 0 };
}

int play_setup(void **state)
{
	*state = mem_zalloc(sizeof(struct play));
	return 0;
}

int play_teardown(void **state)
{
	play_close(*state);
	free(*state);
	return 0;
}
