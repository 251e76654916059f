/*
 * The list is under a lock, held for a few instructions; a question that has
 * been sent belongs to the watch thread until it is answered.
 */
#include "cluster/ask.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/texts.h"
#include "kube/status.h"
#include "net/client.h"

#define TIMEOUT	       (30 * CLOCK_S)
#define CHANGE_TIMEOUT (60 * CLOCK_S) /* the API server gives up on one after 34 s */

enum stage {
	STAGE_PUT,
	STAGE_SENT,
	STAGE_ANSWERED
};

struct ask {
	struct ask *next;
	struct asks *asks;
	uint64_t number;
	enum stage stage; /* under lock */
	bool forgotten;	  /* under lock */
	bool change;
	char *method, *path, *accept, *body_type;
	struct buf body;
	struct ask_answer answer; /* the watch thread's until it is answered */
	struct request *request;  /* watch thread */
};

struct asks {
	pthread_mutex_t lock;
	struct ask *first; /* under lock */
	uint64_t last;	   /* under lock */
	struct client *client;
	bool answered; /* watch thread */
};

void ask_answer_release(struct ask_answer *answer)
{
	buf_release(&answer->body);
	free(answer->error);
	texts_free(answer->warnings, answer->n_warnings);
	*answer = (struct ask_answer){ 0 };
}

static void ask_free(struct ask *ask)
{
	free(ask->method);
	free(ask->path);
	free(ask->accept);
	free(ask->body_type);
	buf_release(&ask->body);
	ask_answer_release(&ask->answer);
	free(ask);
}

struct asks *asks_new(void)
{
	struct asks *asks = mem_zalloc(sizeof(*asks));

	pthread_mutex_init(&asks->lock, NULL);
	return asks;
}

void asks_free(struct asks *asks)
{
	struct ask *next;

	if (!asks)
		return;
	for (struct ask *ask = asks->first; ask; ask = next) {
		next = ask->next;
		ask_free(ask);
	}
	pthread_mutex_destroy(&asks->lock);
	free(asks);
}

/* ---- any thread ---- */

uint64_t asks_put(struct asks *asks, const struct ask_spec *spec)
{
	struct ask *ask = mem_zalloc(sizeof(*ask));
	struct ask **at;
	uint64_t number;

	ask->asks = asks;
	ask->method = mem_strdup_or_null(spec->method);
	ask->path = mem_strdup(spec->path);
	ask->accept = mem_strdup_or_null(spec->accept);
	ask->body_type = mem_strdup_or_null(spec->body_type);
	ask->change = spec->change;
	buf_init(&ask->body, ASK_BODY_MAX);
	buf_addstr(&ask->body, spec->body);
	buf_init(&ask->answer.body, ASK_BODY_MAX);
	pthread_mutex_lock(&asks->lock);
	number = ask->number = ++asks->last;
	for (at = &asks->first; *at; at = &(*at)->next)
		;
	*at = ask;
	pthread_mutex_unlock(&asks->lock);
	return number;
}

/* Under the lock. */
static struct ask **find(struct asks *asks, uint64_t number)
{
	struct ask **at = &asks->first;

	while (*at && (*at)->number != number)
		at = &(*at)->next;
	return at;
}

static struct ask *unlink_ask(struct ask **at)
{
	struct ask *ask = *at;

	*at = ask->next;
	return ask;
}

bool asks_take(struct asks *asks, uint64_t number, struct ask_answer *ret)
{
	struct ask *ask = NULL;
	struct ask **at;

	pthread_mutex_lock(&asks->lock);
	at = find(asks, number);
	if (*at && (*at)->stage == STAGE_ANSWERED)
		ask = unlink_ask(at);
	pthread_mutex_unlock(&asks->lock);
	if (!ask)
		return false;
	*ret = ask->answer;
	ask->answer = (struct ask_answer){ 0 };
	ask_free(ask);
	return true;
}

void asks_forget(struct asks *asks, uint64_t number)
{
	struct ask *ask = NULL;
	struct ask **at;

	pthread_mutex_lock(&asks->lock);
	at = find(asks, number);
	if (*at && (*at)->stage == STAGE_SENT)
		(*at)->forgotten = true;
	else if (*at)
		ask = unlink_ask(at);
	pthread_mutex_unlock(&asks->lock);
	if (ask)
		ask_free(ask);
}

/* ---- watch thread ---- */

static void on_head(struct request *request, void *arg, const struct request_head *head)
{
	struct ask *ask = arg;

	(void)request;
	ask->answer.status = head->status;
	for (size_t i = 0; i < head->n_warnings; i++)
		texts_add(&ask->answer.warnings, &ask->answer.n_warnings, head->warnings[i]);
}

static int on_data(struct request *request, void *arg, const char *p, size_t n)
{
	struct ask *ask = arg;

	(void)request;
	return buf_add(&ask->answer.body, p, n);
}

static void judge(struct ask *ask, const struct error *err)
{
	struct ask_answer *answer = &ask->answer;
	struct status status;

	answer->code = err->code;
	if (answer->body.overflow) {
		answer->code = ERROR_TOO_LARGE;
		answer->error = mem_printf(
			"the answer to %s is larger than %zu MiB", ask->path, ASK_BODY_MAX >> 20);
	} else if (err->code != ERROR_NONE) {
		answer->error = mem_strdup(err->text ? err->text : "no answer");
	} else if (answer->status >= 300) {
		status_read(&status, answer->status, buf_str(&answer->body), ask->path);
		answer->error = mem_strdup(status.message);
		answer->forbidden = status_is_forbidden(&status);
		answer->missing = status_is_not_found(&status);
		status_release(&status);
	}
}

static void send_ask(struct ask *ask, struct client *client);

static void on_done(struct request *request, void *arg, const struct error *err)
{
	struct ask *ask = arg;
	struct asks *asks = ask->asks;
	bool forgotten;

	(void)request;
	ask->request = NULL;
	if (err->code == ERROR_RENEWED && !ask->change) {
		send_ask(ask, asks->client);
		return;
	}
	judge(ask, err);
	pthread_mutex_lock(&asks->lock);
	/* from the unlocking on it is whoever's that takes it */
	ask->stage = STAGE_ANSWERED;
	forgotten = ask->forgotten;
	if (forgotten)
		unlink_ask(find(asks, ask->number));
	pthread_mutex_unlock(&asks->lock);
	asks->answered = true;
	if (forgotten)
		ask_free(ask);
}

static void send_ask(struct ask *ask, struct client *client)
{
	static const struct request_ops ops = { on_head, on_data, on_done };
	struct request_spec spec = {
		.lane = REQUEST_SHORT,
		.method = ask->method,
		.path = ask->path,
		.accept = ask->accept,
		.body_type = ask->body_type ? ask->body_type : "application/json",
		.body = buf_str(&ask->body),
		.once = ask->change,
		.total_timeout = ask->change ? CHANGE_TIMEOUT : TIMEOUT,
	};

	texts_free(ask->answer.warnings, ask->answer.n_warnings);
	ask->answer.warnings = NULL;
	ask->answer.n_warnings = 0;
	ask->answer.status = 0;
	buf_reset(&ask->answer.body);
	ask->request = client_send(client, &spec, &ops, ask);
}

/* The next one to be sent, or NULL. */
static struct ask *next_put(struct asks *asks)
{
	struct ask *ask;

	pthread_mutex_lock(&asks->lock);
	for (ask = asks->first; ask && ask->stage != STAGE_PUT; ask = ask->next)
		;
	if (ask)
		ask->stage = STAGE_SENT;
	pthread_mutex_unlock(&asks->lock);
	return ask;
}

bool asks_run(struct asks *asks, struct client *client)
{
	bool answered = asks->answered;
	struct ask *ask;

	asks->client = client;
	asks->answered = false;
	while ((ask = next_put(asks)))
		send_ask(ask, client);
	return answered;
}

void asks_stop(struct asks *asks)
{
	pthread_mutex_lock(&asks->lock);
	for (struct ask *ask = asks->first; ask; ask = ask->next) {
		if (ask->stage == STAGE_SENT)
			request_cancel(ask->request);
		ask->request = NULL;
	}
	pthread_mutex_unlock(&asks->lock);
}
