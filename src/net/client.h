/*
 * client - HTTP to one API server: the event loop, the requests, the gate.
 *
 * Everything here belongs to the watch thread but client_wake() and
 * client_stop(). One epoll drives two curl multis (watches and short requests)
 * with curl_multi_socket_action, the timers, exec plugins and the inbox.
 *
 * The gate: after a connect, TLS or timeout failure nothing is sent
 * but one probe, GET /readyz, after 0.25 s and then each 1 s +-20 %; any answer
 * below 500 opens the gate again. A request sent while the gate is closed
 * waits in its queue and goes out when it opens; so a caller whose request
 * failed for the connection simply sends it again, without a back-off of its
 * own.
 *
 * List slots: a request with slot set waits until one of CLIENT_LIST_SLOTS is
 * free, and gives it back when it ends, when request_release_slot() is called,
 * or after 2 s without a byte. In the same way a watch waits until fewer than
 * CLIENT_WATCH_STARTS others await their heads: the API server queues so many of
 * one user, and answers 429 to the rest when all are resumed at once. One whose
 * head is kept back counts for 2 s.
 *
 * Credentials: token, token file, client certificate and exec plugins are
 * looked after below this interface. A 401 makes the client renew what can be
 * renewed, once for all requests that meet it, and send the request again; only
 * a 401 that stays is given to the caller. A plugin's client certificate that
 * differs from the last closes every connection: an answer in the middle ends
 * with ERROR_RENEWED, and the caller asks again. Redirects are never followed.
 *
 * Sending twice: a GET that got nothing of an answer may be sent anew on another
 * connection, here or by libcurl. A request with once set has a connection of its
 * own, because libcurl repeats whatever it sent over one that was used before and
 * turns out to be closed; only after a 401, which has changed nothing, it goes out
 * again.
 *
 * Certificates and keys that stand in files are read again each minute. A plugin
 * whose interactiveMode is IfAvailable is run silently first where there is a screen,
 * and has the terminal only when that failed; one that failed with the terminal has
 * it again after client_retry(), not by itself.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

struct rest_config;
struct client;
struct request;

#define CLIENT_LIST_SLOTS   8
#define CLIENT_WATCH_STARTS 64

enum client_link {
	CLIENT_CONNECTING, /* no answer yet since the start */
	CLIENT_LIVE,
	CLIENT_LOST, /* the gate is closed */
};

struct client_hooks {
	void (*wake)(void *arg); /* client_wake() was called: look at the inbox */
	void (*turn)(void *arg); /* the end of a loop turn in which something happened */
	/* The link changed, or its error or next probe did; text is borrowed and
	 * "" when there is none, probe_at a clock_now() value or 0. */
	void (*link)(void *arg, enum client_link link, const struct error *why, int64_t probe_at);
	/* With REST_TERMINAL_SCREEN: a plugin wants the terminal, until this is called
	 * again with false. It runs once client_lend_terminal() was called. */
	void (*terminal)(void *arg, bool wanted);
	/* The client certificate is another one: what was refused may be granted now. */
	void (*renewed)(void *arg);
};

/* A timer is embedded by its owner, zeroed before its first use. */
struct client_timer {
	int64_t at;	  /* clock_now() value */
	size_t heap_slot; /* 1-based; 0: not set */
	void (*fire)(struct client_timer *timer);
};

/* config is borrowed for the client's life. */
struct client *client_new(const struct rest_config *config, const struct client_hooks *hooks,
	void *arg, struct error *err);
void client_free(struct client *c); /* after client_run() returned; cancels every request */

void client_run(struct client *c);	     /* until client_stop() */
void client_stop(struct client *c);	     /* any thread */
void client_wake(struct client *c);	     /* any thread; coalesced */
void client_lend_terminal(struct client *c); /* any thread */

/* Watch thread: probe now when the gate is closed, and run a credential plugin
 * that failed again now. */
void client_retry(struct client *c);

/* Since the start: requests sent, bytes of answers (unpacked); sockets open now. */
void client_costs(
	struct client *c, uint64_t *ret_requests, uint64_t *ret_bytes, size_t *ret_connections);

/* "https://host:port/prefix" as it is shown to people. */
const char *client_server(const struct client *c);

void client_timer_set(struct client *c, struct client_timer *timer, int64_t at);
void client_timer_cancel(struct client *c, struct client_timer *timer);

/* ---- requests ---- */

enum request_lane {
	REQUEST_WATCH, /* long lived; shares connections with other watches */
	REQUEST_SHORT, /* everything else */
};

struct request_spec {
	enum request_lane lane;
	bool slot;	       /* wait for a list slot */
	bool first;	       /* before all that wait already */
	bool once;	       /* changes something: never sent a second time by itself */
	const char *method;    /* "GET" when NULL */
	const char *path;      /* "/apis/..." with its query, escaped; copied */
	const char *accept;    /* "application/json" when NULL; copied */
	const char *etag;      /* of what is known already: If-None-Match; or NULL; copied */
	const char *body_type; /* Content-Type of body */
	struct str body;       /* copied */
	int64_t idle_timeout;  /* ns without a byte before it fails with ERROR_TIMEOUT; 0: none */
	int64_t total_timeout; /* ns in all; 0: none */
};

struct request_head {
	int status;
	struct str content_type; /* borrowed for the call */
	struct str etag;
	struct str date;
	int64_t retry_after;   /* seconds, -1 when there is none or it is no whole number */
	char *const *warnings; /* the values of Warning headers; see kube/warning.h */
	size_t n_warnings;
};

/* Callbacks on the watch thread. A request may be cancelled, and others sent,
 * from within any of them. After done() the request is gone. */
struct request_ops {
	/* Once, before data() and done(), when there was an answer. */
	void (*head)(struct request *r, void *arg, const struct request_head *head);
	/* Bytes of the body as they come; non-zero ends the request: done() follows
	 * with ERROR_CANCELLED. */
	int (*data)(struct request *r, void *arg, const char *p, size_t n);
	/* Once, unless it was cancelled. err->code is ERROR_NONE when the answer,
	 * whatever its status, arrived whole. */
	void (*done)(struct request *r, void *arg, const struct error *err);
};

struct request *client_send(struct client *c, const struct request_spec *spec,
	const struct request_ops *ops, void *arg);
void request_cancel(struct request *r); /* no callback follows; NULL is fine */
/* The list that a watch begins with has come: its slot is free, and what --request-timeout
 * says is for it no longer. */
void request_release_slot(struct request *r);

/* While paused no data() is called, and the server is held by flow control. */
void request_pause(struct request *r);
void request_resume(struct request *r);

#endif
