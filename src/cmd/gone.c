#include "cmd/gone.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "cluster/mutate.h"
#include "cmd/changing.h"
#include "json/pick.h"
#include "json/scan.h"

#define PAUSE_FIRST (50 * CLOCK_MS)
#define PAUSE_MAX   CLOCK_S

struct gone_object {
	struct gvr gvr;
	char *ns, *name, *uid;
};

void gone_add(struct gone *gone, const struct changing *c, const struct mutate *deletion)
{
	const struct gvr *gvr = deletion->gvr;
	struct gone_object *o;

	if (pick_is_string(scan_member(changing_answer(c), "kind"), "Status"))
		return;
	gone->objects = array_reserve(gone->objects, &gone->cap, gone->count + 1, sizeof(*o));
	o = &gone->objects[gone->count++];
	gvr_init(&o->gvr, str_of(gvr->group), str_of(gvr->version), str_of(gvr->resource));
	o->ns = str_dup(deletion->ns);
	o->name = str_dup(deletion->name);
	o->uid = str_dup(deletion->uid);
}

/* An outage, a server that has no time now, and our own patience at its end, which
 * wait_one() says better. What the server says of itself otherwise, it says for good: a
 * conversion that is broken, say. */
static bool passes(const struct changing *c, int code, const struct error *err)
{
	if (code)
		return code == 429 || code == 503 || code == 504;
	/* while the question is open, it is the session that gives up */
	return !c->question &&
	       (err->code == ERROR_CONNECT || err->code == ERROR_TIMEOUT || err->code == ERROR_CUT);
}

static int look(const struct gone_object *o, struct changing *c, bool *ret_gone, struct error *err)
{
	struct mutate m = {
		.verb = MUTATE_READ,
		.gvr = &o->gvr,
		.ns = str_of(o->ns),
		.name = str_of(o->name),
	};
	struct changing_version version = { NULL, NULL };
	int code, rc = changing_look(c, &m, NULL, &version, &code, err);

	if (rc == 0) {
		*ret_gone = *o->uid && strcmp(version.uid, o->uid) != 0;
		changing_version_release(&version);
		return 0;
	}
	*ret_gone = code == 404 || code == 403 || code == 405;
	if (!*ret_gone && !passes(c, code, err))
		return -1;
	error_release(err);
	return 0;
}

static bool is_time(void *arg, const struct root *root)
{
	const struct changing *c = arg;

	(void)root;
	return clock_now() >= c->session.look_again;
}

static int pause_until(struct changing *c, int64_t then, struct error *err)
{
	int rc;

	c->session.look_again = then;
	rc = session_until(&c->session, is_time, c, err);
	c->session.look_again = 0;
	return rc;
}

static int wait_one(const struct gone_object *o, struct changing *c, struct error *err)
{
	int64_t pause = PAUSE_FIRST, deadline = c->deadline ? c->deadline : INT64_MAX, then;
	bool gone = false;

	for (;;) {
		if (look(o, c, &gone, err) < 0)
			return -1;
		if (gone)
			return 0;
		then = clock_now() + pause;
		if (clock_now() >= deadline)
			return error_set(err, ERROR_INVALID,
				"timed out waiting for the condition on %s/%s", o->gvr.resource,
				o->name);
		if (pause_until(c, then < deadline ? then : deadline, err) < 0)
			return -1;
		pause = pause * 2 < PAUSE_MAX ? pause * 2 : PAUSE_MAX;
	}
}

int gone_wait(const struct gone *gone, struct changing *c, int64_t timeout, struct error *err)
{
	int rc = 0;

	c->deadline = timeout ? clock_now() + timeout : 0;
	for (size_t i = 0; rc == 0 && i < gone->count; i++)
		rc = wait_one(&gone->objects[i], c, err);
	c->deadline = 0;
	return rc;
}

void gone_release(struct gone *gone)
{
	for (size_t i = 0; i < gone->count; i++) {
		gvr_release(&gone->objects[i].gvr);
		free(gone->objects[i].ns);
		free(gone->objects[i].name);
		free(gone->objects[i].uid);
	}
	free(gone->objects);
	*gone = (struct gone){ 0 };
}
