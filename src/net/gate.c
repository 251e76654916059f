/*
 * The gate (see client.h): closed by a failure to reach the server, opened by
 * the first answer to a probe. Watch thread only.
 */
#include "net/internal.h"

#include <string.h>

#define FIRST_PROBE   (250 * CLOCK_MS)
#define PROBE_EVERY   CLOCK_S
#define PROBE_TIMEOUT (5 * CLOCK_S)

#define OF(ptr)	      ((struct client *)((char *)(ptr)-offsetof(struct client, gate.timer)))

static void tell(struct client *c, const struct error *why)
{
	static const struct error none = { ERROR_NONE, "" };

	if (c->hooks.link)
		c->hooks.link(
			c->arg, c->gate.link, why && why->text ? why : &none, c->gate.probe_at);
}

bool gate_is_open(const struct client *c)
{
	return c->gate.link != CLIENT_LOST;
}

static void set_why(struct gate *g, const struct error *why)
{
	error_release(&g->why);
	error_set(&g->why, why->code, "%s", why->text ? why->text : "");
}

void gate_report(struct client *c, const struct error *why)
{
	if (c->gate.link != CLIENT_LOST)
		tell(c, why);
}

static void open_gate(struct client *c)
{
	struct gate *g = &c->gate;

	loop_timer_cancel(&c->loop, &g->timer);
	g->probe_at = 0;
	error_release(&g->why);
	g->link = CLIENT_LIVE;
	c->queue_dirty = true;
	tell(c, NULL);
}

/* Answers to what was sent before the gate was closed say nothing about now. */
void gate_answered(struct client *c)
{
	if (c->gate.link == CLIENT_CONNECTING)
		open_gate(c);
}

/* Between 80 and 120 % of a second, from a stream of its own so that a run
 * with the tests' clock is repeatable. */
static int64_t jittered(struct gate *g)
{
	g->random ^= g->random << 13;
	g->random ^= g->random >> 7;
	g->random ^= g->random << 17;
	return PROBE_EVERY / 100 * (80 + (int64_t)(g->random % 41));
}

static void schedule(struct client *c, int64_t delay)
{
	c->gate.probe_at = clock_now() + delay;
	loop_timer_set(&c->loop, &c->gate.timer, c->gate.probe_at);
}

void gate_failed(struct client *c, const struct error *why)
{
	struct gate *g = &c->gate;

	if (g->link == CLIENT_LOST) {
		if (g->why.text && why->text && !strcmp(g->why.text, why->text))
			return;
		set_why(g, why);
		tell(c, &g->why);
		return;
	}
	g->link = CLIENT_LOST;
	set_why(g, why);
	schedule(c, FIRST_PROBE);
	tell(c, &g->why);
}

static void probe_done(struct request *r, void *arg, const struct error *err)
{
	struct client *c = arg;
	struct gate *g = &c->gate;
	struct error why = ERROR_INIT;

	g->probe = NULL;
	if (r->head_seen && r->status < 500) {
		open_gate(c);
		return;
	}
	if (r->head_seen)
		error_set(&why, ERROR_STATUS,
			"The server is not ready: it answers /readyz with HTTP status %d",
			r->status);
	set_why(g, r->head_seen ? &why : err);
	error_release(&why);
	schedule(c, jittered(g));
	tell(c, &g->why);
}

static void send_probe(struct client_timer *timer)
{
	static const struct request_ops ops = { .done = probe_done };
	static const struct request_spec spec = {
		.lane = REQUEST_SHORT,
		.path = "/readyz",
		.accept = "*/*",
		.total_timeout = PROBE_TIMEOUT,
	};
	struct client *c = OF(timer);
	struct gate *g = &c->gate;

	g->probe_at = 0;
	if (g->probe)
		return;
	g->probe = request_new(c, &spec, &ops, c);
	g->probe->probe = true;
}

void gate_retry(struct client *c)
{
	if (c->gate.link == CLIENT_LOST && !c->gate.probe)
		schedule(c, 0);
}

void gate_init(struct client *c)
{
	c->gate.link = CLIENT_CONNECTING;
	c->gate.timer.fire = send_probe;
	c->gate.random = (uint64_t)clock_wall() | 1;
}

void gate_release(struct client *c)
{
	error_release(&c->gate.why);
}
