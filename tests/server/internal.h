/*
 * internal - what the files of the test server share. server.c: the thread and
 * its connections; exchange.c: routes and the record; http1.c and http2.c: the
 * protocols; cert.c: TLS. The mutex of struct server guards everything.
 */
#ifndef TESTS_SERVER_INTERNAL_H
#define TESTS_SERVER_INTERNAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "base/buf.h"
#include "server.h"

#define SERVER_BUFFER ((size_t)256 << 20)

struct conn;
struct http2;

/* One request and its answer; lives as long as the server. */
struct exchange {
	size_t number;
	size_t connection;
	char *client_name; /* of its certificate, or NULL */
	struct conn *conn; /* NULL: gone */
	int32_t stream;	   /* HTTP/2 */
	char *method;
	char *path;
	char *query;
	struct buf headers;
	struct buf body;

	int status;
	struct buf answer_headers;
	struct buf out; /* of the answer's body, not yet taken by the protocol */
	size_t length;	/* Content-Length; SIZE_MAX: chunked */
	bool answered;	/* the route was looked up */
	bool silent;
	bool head_sent;
	bool ended; /* nothing will be added to out */
	bool done;  /* everything was taken */
	bool want_cut;
	bool want_reset;
	bool want_goaway;
};

struct conn {
	struct conn *next;
	struct server *server;
	size_t id;
	int fd;
	SSL *ssl;
	bool handshaken;
	char *client_name;
	bool dead;	  /* to be closed */
	bool close_after; /* when out is empty */
	bool rst;	  /* close with a reset */
	struct buf in;
	struct buf out;
	struct exchange *current; /* HTTP/1.1: being answered */
	struct http2 *http2;	  /* NULL: HTTP/1.1 */
};

struct route {
	struct route *next;
	struct server_route spec;
};

struct server {
	struct server_options options;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int wake[2];
	int listener; /* -1: down */
	int port;
	bool stop;
	bool down;
	bool stalled;
	char *url;
	char *ca_pem;
	SSL_CTX *tls;
	struct conn *conns;
	size_t n_conns;
	struct route *routes;
	struct exchange **exchanges;
	size_t n_exchanges;
	size_t cap_exchanges;
};

/* exchange.c; all with the lock held */
struct exchange *exchange_new(struct conn *conn, const char *method, const char *target);
void exchange_answer(struct exchange *x); /* the request is complete */
void exchange_gone(struct exchange *x);
void exchange_free(struct exchange *x);
void route_free(struct route *r);

/* http1.c */
void http1_input(struct conn *conn);
void http1_output(struct conn *conn);

/* http2.c */
void http2_start(struct conn *conn);
void http2_input(struct conn *conn);
void http2_output(struct conn *conn);
void http2_free(struct conn *conn);

/* cert.c */
char *cert_client_name(const SSL *ssl); /* NULL: it showed no certificate */
void cert_setup(struct server *s);

/* server.c */
void server_changed(struct server *s); /* wakes its thread */

#endif
