/*
 * Watches that hear nothing: is there nothing to hear, or does nobody speak?
 * Watch thread only.
 *
 * A process that was stopped, or a box on the way that has forgotten a
 * connection, keeps it open and says nothing, and the kernel, which acknowledges
 * every byte, does not notice. So when a connection of the watches has brought
 * nothing for 30 s, something small is asked over it; without an answer in 15 s
 * (client-go's HTTP/2 health check has the same times) those that are still
 * silent are shut down, and their watches go on elsewhere. libcurl chooses the
 * connection: when it was another one, a silence of 90 s is enough, since servers
 * send each watch a bookmark about once a minute.
 *
 * Over HTTP/1.1 each watch has a connection to itself: nothing can be asked there.
 */
#include "net/internal.h"

#include "base/log.h"

#define SILENT_ASK    (30 * CLOCK_S)
#define SILENT_WAIT   (15 * CLOCK_S)
#define SILENT_ENOUGH (90 * CLOCK_S)

#define OF(ptr)	      ((struct client *)((char *)(ptr)-offsetof(struct client, silence.timer)))

static void plan(struct client *c)
{
	int64_t oldest = sockets_oldest(c);
	int64_t now = clock_now(), at;

	if (oldest == INT64_MAX)
		return;
	at = oldest + SILENT_ASK;
	loop_timer_set(&c->loop, &c->silence.timer, at > now ? at : now + SILENT_WAIT);
}

static void asked(struct request *r, void *arg, const struct error *err)
{
	struct client *c = arg;
	int64_t since = c->silence.asked;

	c->silence.check = NULL;
	if (r->head_seen)
		since = clock_now() - SILENT_ENOUGH;
	else if (err->code != ERROR_TIMEOUT || !r->connected)
		return; /* it was not even asked */
	if (sockets_hang_up(c, since))
		log_line(LOG_WARNING, "a connection was silent for too long and is made anew");
}

static void look(struct client_timer *timer)
{
	static const struct request_ops ops = { .done = asked };
	static const struct request_spec spec = {
		.lane = REQUEST_WATCH,
		.path = "/version",
		.accept = "*/*",
		.total_timeout = SILENT_WAIT,
	};
	struct client *c = OF(timer);

	plan(c);
	if (c->conns.http1 || c->silence.check || plugin_runs(&c->auth) || !gate_is_open(c) ||
		clock_now() - sockets_oldest(c) < SILENT_ASK)
		return;
	c->silence.asked = clock_now();
	c->silence.check = request_new(c, &spec, &ops, c);
	c->silence.check->check = true;
	c->silence.check->wants = SLOT_NONE;
}

void silence_begin(struct client *c)
{
	if (!c->silence.timer.heap_slot)
		plan(c);
}

void silence_init(struct client *c)
{
	c->silence.timer.fire = look;
}
