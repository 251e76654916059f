/*
 * play - the real binary before a scripted cluster, for the tests of what is
 * on its screen.
 *
 * A play is a server, its kinds with their objects, and one screen. A test
 * changes the objects; the server tells the watches. What a test wants broken
 * it says with a route of its own (play->server), which comes before the
 * play's. The tests' clock stands still from 2026-01-01T00:00:00Z on.
 */
#ifndef SCREEN_PLAY_H
#define SCREEN_PLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "screen/harness.h"
#include "server/server.h"

#define PLAY_CRDS    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
#define PLAY_WIDGETS "/apis/example.com/v1/widgets$"
#define PLAY_MS	     INT64_C(1000000)
#define PLAY_S	     INT64_C(1000000000)

struct play_kind;

struct play {
	struct server *server;
	struct screen *screen;
	struct play_kind *crds;
	struct play_kind *events;	     /* Kubernetes Events; none at first */
	struct play_kind *widgets, *gadgets; /* of the example */
	bool tls;
	struct play_kind *kinds;
	struct play_model *model;
};

struct play_options {
	bool tls;   /* with HTTP/2 */
	bool empty; /* without the example's kinds */
};

/* A test's *state is a play; what it leaves open is closed after it. */
#define play_test(f) cmocka_unit_test_setup_teardown(f, play_setup, play_teardown)
int play_setup(void **state);
int play_teardown(void **state);

/* The server; NULL: plain, with the example. */
void play_open(struct play *play, const struct play_options *options);
/* The binary, on a screen of this size; the kubeconfig is made here. options
 * may be NULL (the tests' clock, nothing special). */
void play_start(struct play *play, int rows, int cols, const struct screen_options *options);
/* The same; context: the current context's name, a YAML scalar as written. */
void play_start_as(struct play *play, const char *context, const struct screen_options *options);
/* Opens, starts at a size, and waits until the tree is there. */
void play_example(struct play *play, int rows, int cols);
void play_finish(struct play *play); /* :q, which must end it well */
void play_close(struct play *play);

/* ---- the cluster ---- */

/* plural.group; the kind is the plural's singular with a capital letter.
 * columns: additionalPrinterColumns, or NULL. more: members of the CRD's spec
 * instead of its one version, and its status; NULL. */
struct play_kind *play_kind(struct play *play, const char *name, const char *columns);
void play_crd(struct play *play, const char *name, const char *versions, const char *status);
/* Its CRD is deleted, and its path is not served any more. */
void play_kind_delete(struct play *play, const char *name);

/* Texts are JSON as written. meta: more members of metadata, or NULL; rest: more
 * members of the object, or NULL. */
void play_put(struct play_kind *kind, const char *ns, const char *name, const char *meta,
	const char *rest);
void play_delete(struct play_kind *kind, const char *ns, const char *name);
/* The uid that it was given; free() it. */
char *play_uid(struct play_kind *kind, const char *ns, const char *name);
/* name-00000 and so on, before the binary is started. */
void play_fill(struct play_kind *kind, const char *ns, const char *name, size_t count);

/* An answer that comes before the play's; query may be NULL. */
void play_answer(
	struct play *play, const char *path, const char *query, const struct server_answer *answer);
/* The same with a Status. */
void play_refuse(
	struct play *play, const char *path, int code, const char *reason, const char *message);

/* The play answers for this path again. */
void play_heal(struct play *play, const char *path);

#define PLAY_READY(status, reason)                                                                 \
	"\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"" status "\","               \
	"\"reason\":\"" reason "\"}]}"

/* ---- the screen ---- */

void play_type(struct play *play, const char *keys);
void play_esc(struct play *play, const char *gone); /* until gone is not there any more */
void play_expect(struct play *play, const char *text);
/* Until the tree's cursor stands on a row with this text. */
void play_expect_cursor(struct play *play, const char *text);
/* How the first cell of the text looks, once it is there. */
void play_style(struct play *play, const char *text, struct screen_cell *ret);
/* Until the last row of the new size is the footer, which has hints. */
void play_resize(struct play *play, int rows, int cols);
/* No byte of the output is a control character but what the program needs. */
void play_check_output(struct play *play);
size_t play_written(struct play *play); /* bytes so far, all settled */

#endif
