#include "fixture.h"

#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "kube/kubeconfig.h"
#include "net/rest.h"

#define ROWS_MAX ((size_t)64 << 20)
#define STEP_MS	 3
#ifndef PATIENCE_MS
#define PATIENCE_MS (SERVER_PATIENCE * 1000)
#endif

void scene_open(struct scene *sc, const struct scene_options *options)
{
	static const struct scene_options none = { .wire = WIRE_PLAIN };
	struct server_options so = { .tls = false };

	if (!options)
		options = &none;
	so.tls = options->wire != WIRE_PLAIN;
	so.http2 = options->wire == WIRE_HTTP2;
	so.max_streams = options->max_streams;
	so.ask_client_cert = options->exec;
	*sc = (struct scene){ .server = server_new(&so), .exec = options->exec };
	sc->world = world_new(sc->server, !options->pages);
}

static void make_config(struct scene *sc, struct rest_config *config)
{
	const char *ca = server_ca_pem(sc->server);

	*config = (struct rest_config){
		.server = mem_strdup(server_url(sc->server)),
		.ca_pem = ca ? mem_strdup(ca) : NULL,
		.ns = mem_strdup("default"),
		.context_name = mem_strdup("test"),
		.cluster_name = mem_strdup("test"),
		.user_name = mem_strdup("test"),
		.exec = kubeconfig_exec_dup(sc->exec),
	};
}

void scene_start(struct scene *sc, const struct cluster_options *options)
{
	static const struct cluster_options none = { .ns = NULL };
	struct rest_config config;
	struct error err = ERROR_INIT;

	make_config(sc, &config);
	if (cluster_new(&config, options ? options : &none, &sc->cluster, &err) < 0)
		fail_msg("%s", err.text);
	wake_init(&sc->wake);
	/* The test's own thread is not to be waited for by itself. */
	clock_leave(sc->wake.party);
	sc->wake.party = NULL;
	sc->reader = root_reader_new(cluster_roots(sc->cluster), &sc->wake);
	sc->log_at = 0;
	scene_skip_log(sc);
}

void scene_stop(struct scene *sc)
{
	if (!sc->cluster)
		return;
	root_reader_free(sc->reader);
	cluster_free(sc->cluster);
	wake_release(&sc->wake);
	sc->cluster = NULL;
}

void scene_close(struct scene *sc)
{
	scene_stop(sc);
	server_free(sc->server);
	world_free(sc->world);
	*sc = (struct scene){ .server = NULL };
}

int scene_setup(void **state)
{
	*state = mem_zalloc(sizeof(struct scene));
	return 0;
}

int scene_teardown(void **state)
{
	scene_close(*state);
	free(*state);
	return 0;
}

int scene_group_setup(void **state)
{
	(void)state;
	advance_init();
	return 0;
}

int scene_group_teardown(void **state)
{
	(void)state;
	advance_release();
	return 0;
}

/* ---- waiting ---- */

static int64_t real_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static bool holds(struct scene *sc, scene_check *check, void *arg)
{
	bool is;

	wake_clear(&sc->wake);
	is = check(sc, root_pin(sc->reader), arg);
	root_unpin(sc->reader);
	return is;
}

void scene_wait(struct scene *sc, scene_check *check, void *arg, const char *what)
{
	int64_t end = real_ms() + PATIENCE_MS;
	struct pollfd fd = { .fd = sc->wake.fd, .events = POLLIN };

	while (!holds(sc, check, arg)) {
		int64_t left = end - real_ms();

		if (left <= 0)
			fail_msg("waited in vain for %s", what);
		poll(&fd, 1, (int)left);
	}
}

/* What is on its way gets some real time before the clock goes on. */
void scene_drive(struct scene *sc, scene_check *check, void *arg, int seconds, const char *what)
{
	struct pollfd fd = { .fd = sc->wake.fd, .events = POLLIN };
	int64_t end = clock_now() + seconds * CLOCK_S;
	int64_t step = seconds < 60 ? 200 * CLOCK_MS : seconds * CLOCK_S / 300;

	while (!holds(sc, check, arg)) {
		if (clock_now() >= end) {
			scene_wait(sc, check, arg, what);
			return;
		}
		if (poll(&fd, 1, STEP_MS) == 0)
			advance(step);
	}
}

const struct kind_root *scene_kind(const struct root *root, const char *plural)
{
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (strcmp(root->kinds[i]->kind->gvr.resource, plural) == 0)
			return root->kinds[i];
	}
	return NULL;
}

static void add_rows(const struct root *root, const char *plural, struct buf *out)
{
	const struct kind_root *k = scene_kind(root, plural);
	const struct entry *e;

	for (size_t i = 0; k && (e = store_root_at(k->store, i)); i++) {
		struct str ns = entry_ns(e), name = entry_name(e), rv = entry_rv(e);

		buf_addf(out, "%s" STR_FMT "/" STR_FMT "@" STR_FMT, i ? " " : "", STR_ARG(ns),
			STR_ARG(name), STR_ARG(rv));
	}
}

char *scene_rows(struct scene *sc, const char *plural)
{
	struct buf out = BUF_INIT(ROWS_MAX);

	add_rows(root_pin(sc->reader), plural, &out);
	root_unpin(sc->reader);
	return buf_take(&out);
}

struct want {
	const char *plural;
	const char *text;
	size_t count;
	int state;
};

static bool has_rows(struct scene *sc, const struct root *root, void *arg)
{
	struct want *want = arg;
	struct buf out = BUF_INIT(ROWS_MAX);
	bool same;

	(void)sc;
	add_rows(root, want->plural, &out);
	same = strcmp(buf_text(&out), want->text) == 0;
	buf_release(&out);
	return same;
}

/* What there is instead goes to the message of the failure. */
static void try_wait(struct scene *sc, scene_check *check, struct want *want, const char *what)
{
	char *text = mem_printf("%s of %s (%s, %zu, %d)", what, want->plural ? want->plural : "-",
		want->text ? want->text : "-", want->count, want->state);

	scene_wait(sc, check, want, text);
	free(text);
}

void scene_wait_rows(struct scene *sc, const char *plural, const char *rows)
{
	try_wait(sc, has_rows, &(struct want){ .plural = plural, .text = rows }, "rows");
}

static bool has_count(struct scene *sc, const struct root *root, void *arg)
{
	struct want *want = arg;
	const struct kind_root *k = scene_kind(root, want->plural);

	(void)sc;
	return k && k->store->count == want->count;
}

void scene_wait_count(struct scene *sc, const char *plural, size_t count)
{
	try_wait(sc, has_count, &(struct want){ .plural = plural, .count = count }, "count");
}

static bool has_state(struct scene *sc, const struct root *root, void *arg)
{
	struct want *want = arg;
	const struct kind_root *k = scene_kind(root, want->plural);

	(void)sc;
	if (!k || k->state != (enum kind_state)want->state)
		return false;
	if (!want->text)
		return true;
	return *want->text ? k->message && strstr(k->message, want->text) : !k->message;
}

void scene_wait_state(
	struct scene *sc, const char *plural, enum kind_state state, const char *message)
{
	try_wait(sc, has_state,
		&(struct want){ .plural = plural, .text = message, .state = (int)state }, "state");
}

void scene_drive_state(struct scene *sc, const char *plural, enum kind_state state, int seconds)
{
	struct want want = { .plural = plural, .state = (int)state };

	scene_drive(sc, has_state, &want, seconds, "a state");
}

static bool has_no_kind(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	return !scene_kind(root, arg);
}

void scene_wait_no_kind(struct scene *sc, const char *plural)
{
	scene_wait(sc, has_no_kind, (void *)plural, "a kind to go");
}

static bool has_link(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	return root->link == *(enum link_state *)arg;
}

void scene_wait_link(struct scene *sc, enum link_state link)
{
	scene_wait(sc, has_link, &link, "the link");
}

static bool has_kinds(struct scene *sc, const struct root *root, void *arg)
{
	size_t n = 0;

	(void)sc;
	for (size_t i = 0; i < root->n_kinds; i++)
		n += root->kinds[i]->state == KIND_SYNCED;
	return root->kinds_known && n == *(size_t *)arg;
}

void scene_wait_kinds(struct scene *sc, size_t count)
{
	scene_wait(sc, has_kinds, &count, "kinds to be synced");
}

enum kind_state scene_state(struct scene *sc, const char *plural)
{
	const struct kind_root *k = scene_kind(root_pin(sc->reader), plural);
	enum kind_state state = k ? k->state : (enum kind_state) - 1;

	root_unpin(sc->reader);
	return state;
}

uint32_t scene_kind_id(struct scene *sc, const char *plural)
{
	const struct kind_root *k = scene_kind(root_pin(sc->reader), plural);
	uint32_t id = k ? k->kind->id : 0;

	root_unpin(sc->reader);
	return id;
}

size_t scene_watches(struct scene *sc)
{
	size_t n = root_pin(sc->reader)->watches;

	root_unpin(sc->reader);
	return n;
}

char *scene_text(struct scene *sc, const char *plural, const char *ns, const char *name)
{
	const struct kind_root *k = scene_kind(root_pin(sc->reader), plural);
	const struct entry *e = NULL;
	struct text_reader *reader = text_reader_new();
	char *text = NULL;

	if (k)
		e = store_root_find(k->store, str_of(ns), str_of(name), NULL);
	if (e)
		text = str_dup(text_read(reader, atomic_load(&e->text)));
	root_unpin(sc->reader);
	text_reader_free(reader);
	return text;
}

/* ---- the log ---- */

static void add_change(const struct change *c, struct buf *out)
{
	static const char *const marks[] = { "+", "~", "-", "RELIST", "normal ", "warning " };

	if (out->len)
		buf_addc(out, ' ');
	if (c->relisted && c->type != CHANGE_RELIST)
		buf_addc(out, '!');
	buf_addz(out, marks[c->type]);
	if (c->type == CHANGE_RELIST)
		return;
	buf_addf(out, STR_FMT "/" STR_FMT, STR_ARG(c->ns), STR_ARG(c->name));
	if (change_is_event(c->type))
		buf_addf(out, " " STR_FMT ":" STR_FMT, STR_ARG(c->reason), STR_ARG(c->note));
	else
		buf_addf(out, "@" STR_FMT, STR_ARG(c->rv));
	if (c->count > 1)
		buf_addf(out, "*%" PRIu32, c->count);
}

static char *read_log(struct scene *sc, uint64_t *ret_next)
{
	struct changes *changes = cluster_changes(sc->cluster);
	struct change_copy copy = { .memory = NULL };
	struct buf out = BUF_INIT(ROWS_MAX);

	*ret_next = sc->log_at;
	for (; changes_read(changes, *ret_next, &copy) == 0; ++*ret_next)
		add_change(&copy.change, &out);
	change_copy_release(&copy);
	return buf_take(&out);
}

static bool has_log(struct scene *sc, const struct root *root, void *arg)
{
	struct want *want = arg;
	uint64_t next;
	char *text = read_log(sc, &next);
	bool same = strcmp(text, want->text) == 0;

	(void)root;
	free(text);
	if (same)
		sc->log_at = next;
	return same;
}

void scene_wait_log(struct scene *sc, const char *log)
{
	struct want want = { .text = log };

	try_wait(sc, has_log, &want, "the log");
}

void scene_skip_log(struct scene *sc)
{
	uint64_t first;

	changes_range(cluster_changes(sc->cluster), &first, &sc->log_at);
}

/* ---- the server ---- */

size_t scene_asked(struct scene *sc, const char *text, size_t count)
{
	size_t number = server_wait(sc->server, text, count);

	if (!number)
		fail_msg("nobody asked %zu times for %s", count, text);
	return number;
}

struct asked {
	const char *text;
	size_t count;
};

static bool was_asked(struct scene *sc, const struct root *root, void *arg)
{
	struct asked *asked = arg;

	(void)root;
	return server_count(sc->server, asked->text) >= asked->count;
}

size_t scene_advance_asked(struct scene *sc, const char *text, size_t count)
{
	struct asked asked = { text, count };

	scene_drive(sc, was_asked, &asked, 60, text);
	return scene_asked(sc, text, count);
}

size_t scene_lists(struct scene *sc, const char *plural)
{
	char *plain = mem_printf("/%s?limit", plural);
	char *known = mem_printf("/%s?resourceVersion", plural);
	size_t n = server_count(sc->server, plain) + server_count(sc->server, known);

	free(plain);
	free(known);
	return n;
}

size_t scene_streams(struct scene *sc, const char *plural)
{
	char *text = mem_printf("/%s?watch=true", plural);
	size_t n = 0, all = server_count(sc->server, text);

	for (size_t i = 1; i <= all; i++)
		n += scene_target_has(
			sc, server_wait(sc->server, text, i), "sendInitialEvents=true");
	free(text);
	return n;
}

bool scene_target_has(struct scene *sc, size_t number, const char *text)
{
	char *target = server_target(sc->server, number);
	bool has = target && strstr(target, text);

	free(target);
	return has;
}

static bool has_watches(struct scene *sc, const struct root *root, void *arg)
{
	size_t n = 1;

	(void)sc;
	(void)arg;
	for (size_t i = 0; i < root->n_kinds; i++)
		n += root->kinds[i]->state == KIND_SYNCED;
	/* Nothing else is under way that a leap of the clock would time out. */
	return root->watches == n && root->server_version;
}

void scene_let_stand(struct scene *sc)
{
	scene_wait(sc, has_watches, NULL, "all watches");
	advance(2 * CLOCK_S);
}

void scene_answer(struct scene *sc, const char *path, const char *query, size_t times,
	const struct server_answer *answer)
{
	struct server_route route = {
		.path = path, .query = query, .times = times, .answer = *answer
	};

	server_route(sc->server, &route);
}

void scene_refuse(struct scene *sc, const char *path, const char *query, size_t times, int code,
	const char *reason, const char *message)
{
	char *body = mem_printf("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\","
				"\"message\":\"%s\",\"reason\":\"%s\",\"code\":%d}",
		message, reason, code);

	scene_answer(
		sc, path, query, times, &(struct server_answer){ .status = code, .body = body });
	free(body);
}
