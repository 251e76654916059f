/*
 * internal - what the files of the client share: its struct and that of a
 * request. Nobody outside of src/net/ includes this, but for the test that lets
 * sockets rest under its clock. Watch thread only.
 *
 * client.c   the loop, curl's sockets and timers, the queue
 * request.c  one request: its life, its callbacks
 * sockets.c  curl's sockets, and how often those of the watches are read
 * pace.c     how long one of these may rest
 * tls.c      what is read ahead of curl
 * setup.c    the options of its curl handle
 * failure.c  what a curl error means
 * conns.c    how many connections the watches may have
 * gate.c     whether anything is sent
 * auth.c     the credentials
 * plugin.c   those that a plugin gives
 * trust.c    the certificates
 */
#ifndef NET_INTERNAL_H
#define NET_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/wake.h"
#include "net/client.h"
#include "net/exec.h"
#include "net/loop.h"
#include "net/pace.h"
#include "net/rest.h"

#define POOL_MAX 64

/* What is bounded: lists, and watches that wait for their heads. */
enum slot_kind {
	SLOT_NONE,
	SLOT_LIST,
	SLOT_START,
	SLOT_KINDS
};

enum request_state {
	REQUEST_QUEUED,	 /* waits for the gate, a slot or credentials */
	REQUEST_RUNNING, /* has a curl handle in its lane's multi */
	REQUEST_ENDED,	 /* no callback any more; freed by the next reap */
};

struct request {
	struct request *prev;
	struct request *next;
	struct client *client;
	const struct request_ops *ops;
	void *arg;
	enum request_state state;

	enum request_lane lane;
	char *method; /* NULL: GET */
	char *path;
	char *accept;
	char *known_etag; /* or NULL */
	char *body_type;
	char *body;
	size_t body_len;
	int64_t idle_timeout;
	bool once;
	enum slot_kind wants;
	bool is_stream; /* a watch that begins with a list: somebody waits for it */
	bool probe;	/* the gate's own: passes the gate, touches no credentials */
	bool check;	/* asks whether a silent connection is dead: is not moved */

	CURL *easy;	     /* while running */
	struct trust *trust; /* that it uses */
	struct curl_slist *headers;
	char errbuf[CURL_ERROR_SIZE];
	int64_t started;
	int64_t last_byte;
	struct pace_wait wait; /* for a watch's head */
	struct client_timer idle;
	struct client_timer total;
	int64_t total_end; /* of the spec, clock_now() value; 0: none */
	struct client_timer slot;
	bool has_slot;
	bool opened;	/* a socket was opened for it */
	bool connected; /* the request went out */
	unsigned moves; /* to another connection, for want of an answer */
	bool paused;
	bool held;    /* curl was told to pause */
	bool resume;  /* to be unpaused at the end of the turn */
	bool refused; /* data() wanted no more */
	bool renewed; /* conns_renew() has closed its connection */

	uint64_t auth_generation; /* of the credentials it was sent with */
	bool retried;		  /* after a 401 */
	bool swallow;		  /* a 401 that is followed by a retry */

	size_t passed; /* bytes so far that are not its content */
	bool overlong; /* too many of them */
	bool head_seen;
	int status;
	char *content_type;
	char *etag;
	char *date;
	int64_t retry_after;
	char **warnings;
	size_t n_warnings;
};

struct request_list {
	struct request *first;
	struct request *last;
};

struct lane {
	struct client *client;
	CURLM *multi;
	int64_t due; /* curl's own timer: real monotonic time, INT64_MAX: none */
	size_t running;
	bool unread; /* more was read ahead than there was time for: in the next turn */
	struct socket_watch *ready; /* curl is in it; NULL when it has closed it */
	struct socket_watch *sockets;
};

struct gate {
	enum client_link link;
	struct error why;
	int64_t probe_at;
	struct client_timer timer;
	struct request *probe;
	uint64_t random;
};

struct opened {
	int fd;
	ino_t inode;		/* of the socket: libcurl may close it without a word */
	struct ssl_st *ssl;	/* reads ahead there; borrowed until conns_close(), or NULL */
	enum request_lane lane; /* of ssl */
	bool told;		/* curl, of what ssl has in hand */
	uint64_t told_at;	/* how far it was then */
};

struct socket_end {
	const char *address; /* as inet_ntop() has it */
	int port;
};

struct conns {
	struct opened *opened; /* sockets, both lanes */
	size_t n_opened;
	size_t cap_opened;
	long limit; /* what the watch multi was told; -1: nothing yet */
	long extra; /* added because somebody waited */
	bool http1; /* no sharing: no limit */
	struct client_timer timer;
};

/* Connections of the watches that bring nothing. */
struct silence {
	struct client_timer timer; /* of the next look; set while there are any */
	struct request *check;	   /* under way, or NULL */
	int64_t asked;
};

/* The rest that the watches' sockets take between two reads. */
struct rests {
	bool off;
	struct socket_watch *first;
	size_t bytes; /* of watches, in the read under way */
	struct client_timer timer;
};

/* Curl is told once more of what it did not take. */
struct tls_again {
	struct client_timer timer;
	int64_t wait;
	uint64_t progress; /* when it was last set */
};

struct auth {
	uint64_t generation; /* grows with each new credential */
	char *token;
	int64_t renew_at; /* clock_wall() value, 0: never */
	int64_t expires;  /* clock_wall() value, 0: never */
	bool have;	  /* a plugin has answered */
	struct exec *exec;
	bool for_401;		   /* why it runs */
	bool wants_terminal;	   /* it is to be run as soon as that is lent */
	bool has_terminal;	   /* it runs there */
	bool gave_up;		   /* it failed there: not again before auth_retry() */
	bool reported;		   /* what it says while it runs */
	struct client_timer slow;  /* of the next look at that */
	int64_t last_401_run;	   /* clock_now() value, 0: never */
	int64_t token_read_at;	   /* clock_now() value */
	unsigned failures;	   /* of the plugin, in a row */
	struct client_timer retry; /* set: the plugin is not run before */
};

/* Immutable but for its count. */
struct trust {
	unsigned refs;
	char *ca_pem;	/* or NULL: the system's */
	char *cert_pem; /* ours, or NULL */
	char *key_pem;
};

struct client {
	const struct rest_config *config;
	struct client_hooks hooks;
	void *arg;
	struct loop loop;
	struct wake wake;
	struct loop_fd wake_fd;
	atomic_bool stop;
	atomic_bool woken;
	atomic_bool lent;

	struct lane lanes[2]; /* by enum request_lane */
	struct request_list queue;
	struct request_list running;
	struct request_list ended;
	bool queue_dirty; /* somebody in the queue may be able to go */
	bool resumes;
	bool happened; /* something, in this turn */
	size_t slots_used[SLOT_KINDS];
	CURL *pool[POOL_MAX];
	size_t n_pool;

	bool https;
	bool may_send_secrets; /* https, and no unix socket */
	char *shown;	       /* client_server() */
	char *base_url;	       /* what the path is appended to */
	char *authority;       /* host:port, as in errors */
	char *host_header;     /* or NULL */
	struct curl_slist *connect_to;

	struct gate gate;
	struct conns conns;
	struct pace pace;
	struct rests rests;
	uint64_t records; /* of TLS, begun to be read */
	struct tls_again again;
	struct silence silence;
	uint64_t sent;	   /* requests */
	uint64_t received; /* bytes of answers */
	struct auth auth;
	struct trust *trust;
	int64_t trust_read_at; /* clock_now() values */
	int64_t trust_told_at;
};

/* request.c */
void request_list_add(struct request_list *list, struct request *r);
void request_list_add_first(struct request_list *list, struct request *r);
void request_list_remove(struct request_list *list, struct request *r);
struct request *request_new(struct client *c, const struct request_spec *spec,
	const struct request_ops *ops, void *arg);
void request_start(struct request *r);
void request_finish(struct request *r, CURLcode code);
/* Takes it out of everything and calls done() with err, which it keeps. */
void request_fail(struct request *r, const struct error *err);
void request_unpause(struct request *r);
/* What was read of one; for an answer that begins anew. */
void request_forget_head(struct request *r);
void request_free(struct request *r);
void client_reap(struct client *c);

/* setup.c */
void setup_server(struct client *c);
void setup_easy(struct request *r);
/* Its headers and certificate again, by the credentials there are now; the handle
 * is in no multi. */
void setup_credentials(struct request *r);
void setup_global(void);

/* failure.c */
void failure_set(const struct request *r, CURLcode code, struct error *err);

/* conns.c */
void conns_init(struct client *c);
/* A request has ended that was not connected: its socket may be closed. */
void conns_prune(struct client *c);
void conns_release(struct client *c);
void conns_before_start(struct client *c, struct request *r);
void conns_answered(struct client *c, struct request *r);
/* The client certificate is another one: every connection is closed. What has no
 * answer yet is sent anew, what is in the middle of its answer ends with
 * ERROR_RENEWED. Not from within curl. */
void conns_renew(struct client *c);
curl_socket_t conns_open(void *request, curlsocktype purpose, struct curl_sockaddr *address);
int conns_close(void *client, curl_socket_t fd);
int conns_options(void *request, curl_socket_t fd, curlsocktype purpose);

/* sockets.c */
void sockets_init(struct client *c);
void sockets_release(struct client *c);
/* CURLMOPT_SOCKETFUNCTION, with the lane as its argument. */
int sockets_watch(CURL *easy, curl_socket_t fd, int what, void *lane, void *socket);
/* This number is another socket's than a moment ago, of which libcurl says nothing. */
void sockets_opened(struct client *c, curl_socket_t socket);
bool sockets_rests(const struct lane *lane, curl_socket_t socket);
/* Of the watches' connections these bytes were read; for the pace. */
void sockets_was_read(struct client *c);
/* A request is about to be sent; its head, or its end, has come. */
void sockets_await(struct request *r);
void sockets_answered(struct request *r);

/* When the watches' connection that is silent the longest brought something last;
 * INT64_MAX: there is none. */
int64_t sockets_oldest(const struct client *c);
/* Shuts down those that have brought nothing after this; whether there were any. Not
 * from within curl. */
bool sockets_hang_up(struct client *c, int64_t since);

/* tls.c */
void tls_global(void); /* once, by setup_global() */
/* The request goes out between these: its connection reads ahead from now on. */
void tls_connected(struct request *r, const struct socket_end *near, const struct socket_end *far);
/* Runs curl for a socket, or for its timers, and for what was read ahead by it. */
void tls_act(struct lane *lane, curl_socket_t socket, int mask);
void tls_drain(struct lane *lane);
/* What curl did not take may be taken now: it is told of it in the next turn. */
void tls_again(struct lane *lane);
void tls_init(struct client *c);
void tls_release(struct client *c);

/* silence.c */
void silence_init(struct client *c);
void silence_begin(struct client *c); /* there is a connection of the watches */

/* gate.c */
void gate_init(struct client *c);
void gate_release(struct client *c);
bool gate_is_open(const struct client *c);
void gate_answered(struct client *c);
void gate_failed(struct client *c, const struct error *why);
void gate_retry(struct client *c);
/* Tells the hook about an error that is not the connection's. */
void gate_report(struct client *c, const struct error *why);

/* auth.c */
int auth_init(struct client *c, struct error *err);
void auth_release(struct client *c);
bool auth_ready(struct client *c); /* false: wait, the queue will be marked */
struct curl_slist *auth_headers(struct client *c, struct curl_slist *list);
bool auth_rejected(struct client *c, uint64_t generation); /* true: send it again */
void auth_retry(struct client *c);

/* plugin.c */
void plugin_init(struct client *c);
void plugin_release(struct client *c);
bool plugin_is_used(const struct client *c);
bool plugin_runs(const struct auth *a);	     /* or waits for the terminal */
bool plugin_may_run(const struct client *c); /* it does not, and need not wait */
bool plugin_is_due(const struct auth *a);
void plugin_start(struct client *c, bool for_401);
void plugin_lent(struct client *c);  /* the terminal */
void plugin_allow(struct client *c); /* to run again though it failed */

/* trust.c */
void trust_init(struct client *c);
struct trust *trust_ref(struct trust *t);
void trust_unref(struct trust *t);
/* Reads the files again when it is time; not from within curl. */
void trust_look(struct client *c);
/* What a plugin gave (NULL: none) is shown from now on; true: it is something else. */
bool trust_show(struct client *c, const char *cert, const char *key);

/* client.c */
CURL *client_easy(struct client *c);
void client_easy_done(struct client *c, CURL *easy);
/* Fails everything in the queue that needs credentials. */
void client_fail_queue(struct client *c, const struct error *err);

#endif
