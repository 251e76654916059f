/*
 * fixture - a cluster in this process against the scripted API server.
 *
 * The tests' clock stands still (tests/server/advance.h) and nothing sleeps: a
 * test waits until the newest root, or the change log, looks as expected, at
 * most SERVER_PATIENCE real seconds.
 */
#ifndef TESTS_ENGINE_FIXTURE_H
#define TESTS_ENGINE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "advance.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/wake.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "server.h"
#include "world.h"

enum wire {
	WIRE_PLAIN,
	WIRE_TLS,
	WIRE_HTTP2
};

struct scene_options {
	enum wire wire;
	bool pages; /* the server knows no streaming lists */
	unsigned max_streams;
	const struct kubeconfig_exec *exec; /* a plugin whose certificates are asked for; or NULL */
};

struct scene {
	struct server *server;
	struct world *world;
	struct cluster *cluster;
	struct root_reader *reader;
	const struct kubeconfig_exec *exec;
	struct wake wake;
	uint64_t log_at; /* of the change log, read so far */
};

/* A test's *state is a scene; what it leaves open is closed after it. */
#define scene_test(f) cmocka_unit_test_setup_teardown(f, scene_setup, scene_teardown)
int scene_setup(void **state);
int scene_teardown(void **state);

/* The server with its world; NULL: plain and streaming. */
void scene_open(struct scene *sc, const struct scene_options *options);
/* The cluster; NULL: no options. Does not wait. */
void scene_start(struct scene *sc, const struct cluster_options *options);
void scene_stop(struct scene *sc); /* the cluster alone */
void scene_close(struct scene *sc);

/* Texts of widgets, and of events about them. */
#define WIDGETS "/apis/example.com/v1/widgets$"
#define OBJECT(name, rv)                                                                            \
	"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"namespace\":\"a\"," \
	"\"name\":\"" name "\",\"uid\":\"u-" name "\",\"resourceVersion\":\"" rv "\"}}"
#define EVENT(type, object) "{\"type\":\"" type "\",\"object\":" object "}\n"
#define BOOKMARK(rv, more)                                                                         \
	EVENT("BOOKMARK", "{\"kind\":\"Widget\",\"apiVersion\":\"example.com/v1\",\"metadata\":{"  \
			  "\"resourceVersion\":\"" rv "\"" more "}}")
#define END_MARK ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}"

/* The tests' clock, for a group of tests. */
int scene_group_setup(void **state);
int scene_group_teardown(void **state);

/* ---- looking; the reader's newest root ---- */

typedef bool scene_check(struct scene *sc, const struct root *root, void *arg);

/* Until check is true; what is said when it never is. The root is pinned. */
void scene_wait(struct scene *sc, scene_check *check, void *arg, const char *what);

/* The same, while the clock goes on in small steps, by seconds at most. */
void scene_drive(struct scene *sc, scene_check *check, void *arg, int seconds, const char *what);

const struct kind_root *scene_kind(const struct root *root, const char *plural);
/* "ns/name@rv ns/name@rv", in order. */
char *scene_rows(struct scene *sc, const char *plural);
void scene_wait_rows(struct scene *sc, const char *plural, const char *rows);
void scene_wait_count(struct scene *sc, const char *plural, size_t count);
/* message: a part of it; "" for no message at all, NULL when it does not matter. */
void scene_wait_state(
	struct scene *sc, const char *plural, enum kind_state state, const char *message);
/* The same, while the clock goes on. */
void scene_drive_state(struct scene *sc, const char *plural, enum kind_state state, int seconds);
/* The kind is not there (any more). */
void scene_wait_no_kind(struct scene *sc, const char *plural);
void scene_wait_link(struct scene *sc, enum link_state link);
void scene_wait_kinds(struct scene *sc, size_t count); /* known, and so many synced */
enum kind_state scene_state(struct scene *sc, const char *plural);
uint32_t scene_kind_id(struct scene *sc, const char *plural);
size_t scene_watches(struct scene *sc);
/* An object's text; free() it. NULL when it is not there. */
char *scene_text(struct scene *sc, const char *plural, const char *ns, const char *name);

/* Everything logged since the last call, which waits until it is this:
 * "+ns/name@rv ~ns/name@rv -ns/name@rv RELIST", with "!" before what a relist
 * has found, and "normal ns/name reason:note" or "warning ...*count" for
 * Kubernetes Events. */
void scene_wait_log(struct scene *sc, const char *log);
void scene_skip_log(struct scene *sc);

/* ---- the server ---- */

/* Waits for the count-th request with this in "METHOD path?query"; its number. */
size_t scene_asked(struct scene *sc, const char *text, size_t count);
/* The same, while the clock goes on in small steps, by 60 s at most. */
size_t scene_advance_asked(struct scene *sc, const char *text, size_t count);
/* Lists, and lists that stream, of a kind so far. */
size_t scene_lists(struct scene *sc, const char *plural);
size_t scene_streams(struct scene *sc, const char *plural);
bool scene_target_has(struct scene *sc, size_t number, const char *text);
/* A route that answers before the world does. */
void scene_answer(struct scene *sc, const char *path, const char *query, size_t times,
	const struct server_answer *answer);
/* Two seconds after every watch was granted: one that ended before would look like a proxy's lie. */
void scene_let_stand(struct scene *sc);
/* The same with a Status. */
void scene_refuse(struct scene *sc, const char *path, const char *query, size_t times, int code,
	const char *reason, const char *message);

#endif
