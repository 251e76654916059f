/*
 * server - a scripted API server for tests: HTTP/1.1 by hand, HTTP/2 by
 * nghttp2, plain or with TLS, on a thread of its own.
 *
 * A test adds routes and then talks to the address. Every request is recorded
 * under a number from 1 on; a test waits for a request and then, when its
 * answer was a stream, pushes bytes into it, ends it or breaks it. All
 * functions may be called from any thread while the server runs. Waiting gives
 * up after SERVER_PATIENCE seconds of real time, which means a failed test.
 */
#ifndef TESTS_SERVER_H
#define TESTS_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#define SERVER_PATIENCE 20

struct server;

struct server_options {
	bool tls;
	bool http2;	       /* offered by ALPN; needs tls */
	unsigned max_streams;  /* HTTP/2 SETTINGS; 0: 100 */
	const char *unix_path; /* listen there instead of on loopback */
	const char *cert_name; /* the certificate's only DNS name; NULL: localhost and 127.0.0.1 */
	bool ask_client_cert;  /* any will do */
};

struct server *server_new(const struct server_options *options); /* NULL options: plain */
void server_free(struct server *s);

const char *server_url(const struct server *s);	   /* "https://127.0.0.1:PORT" */
const char *server_ca_pem(const struct server *s); /* NULL without TLS */

/* A client certificate with this common name, and its key; free() both. */
void server_client_cert(const char *name, char **ret_cert_pem, char **ret_key_pem);

/* ---- what it answers ---- */

struct server_request {
	size_t number;
	size_t connection; /* counted from 1 */
	const char *method;
	const char *path; /* without the query */
	const char *query;
	const char *headers; /* "name: value\n", names in small letters */
	const char *body;
	size_t body_len;
};

struct server_answer {
	int status;	     /* 0: 200 */
	const char *headers; /* more of them: "Name: value\n" each; or NULL */
	const char *body;
	size_t body_len; /* 0: strlen(body) */
	bool stream;	 /* body is only the beginning: see server_push() */
	bool silent;	 /* no answer at all */
	bool reset;	 /* the connection is reset instead */
	bool cut;	 /* the connection ends after the body, which was to be longer */
};

typedef void server_handler(
	void *arg, const struct server_request *request, struct server_answer *answer);

struct server_route {
	const char *method; /* NULL: any */
	const char *path;   /* a prefix of the path; "/x$" means exactly "/x" */
	const char *query;  /* a part of the query that must be there, or NULL */
	struct server_answer answer;
	server_handler
		*handler; /* fills the answer, which is copied; runs on the server's thread */
	void *arg;
	size_t times; /* goes away after so many answers; 0: never */
};

/* The newest route that matches answers; none: 404 with a Status. */
void server_route(struct server *s, const struct server_route *route);
void server_routes_clear(struct server *s);

/* ---- what it has seen ---- */

/* Waits until at least count requests whose "METHOD path?query" contains text
 * have come; returns the number of the count-th, or 0 when patience ended. */
size_t server_wait(struct server *s, const char *text, size_t count);
size_t server_count(struct server *s, const char *text); /* so far */
/* The value of a header of that request; NULL when absent. free() it. Equal
 * ones are joined by ", ". */
char *server_header(struct server *s, size_t number, const char *name);
char *server_target(struct server *s, size_t number); /* "METHOD path?query"; free() it */
char *server_body(struct server *s, size_t number);   /* free() it */
size_t server_connection(struct server *s, size_t number);
/* The common name of the client certificate of that request's connection; NULL
 * when there was none. free() it. */
char *server_client_name(struct server *s, size_t number);
bool server_wait_hung_up(struct server *s, size_t connection); /* it is closed */
size_t server_connections(struct server *s);		       /* accepted so far */
bool server_wait_closed(struct server *s, size_t number); /* its connection or stream is gone */

/* ---- streams ---- */

void server_push(struct server *s, size_t number, const void *bytes, size_t n);
void server_pushz(struct server *s, size_t number, const char *text);
void server_end(struct server *s, size_t number);    /* a clean end */
void server_cut(struct server *s, size_t number);    /* the connection closes in the middle */
void server_reset(struct server *s, size_t number);  /* TCP reset, HTTP/2: RST_STREAM */
void server_goaway(struct server *s, size_t number); /* HTTP/2: GOAWAY, streams go on */

/* ---- the whole server ---- */

void server_down(struct server *s);		   /* resets everything and refuses connections */
void server_up(struct server *s);		   /* at the same address */
void server_stall(struct server *s, bool stalled); /* accepts and reads nothing */

#endif
