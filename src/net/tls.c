/*
 * Records that are taken from the socket many at a time. Watch thread only; what is
 * OpenSSL's is borrowed from libcurl.
 *
 * By itself OpenSSL asks the kernel twice for each record, for its head and for
 * the rest, and an API server writes records of 4 KiB. With read-ahead it takes
 * what there is. libcurl does not know what OpenSSL has in hand then: it would
 * wait for the socket. So after libcurl has done something it is told "readable"
 * for as long as there is more and that brings it on. Where that does not (a paused
 * stream may keep others of its connection from their data, and how it goes on
 * nobody says) it is told again after a while, and after everything that may have
 * changed that.
 *
 * Which socket a connection has libcurl says only when a request is over, but its
 * addresses before one goes out. A connection whose socket is not found by them
 * reads as it always did, and so does one that libcurl lets read ahead itself, as
 * its newer versions do. libcurl frees what OpenSSL has just before it closes the
 * socket, which conns_close() is told.
 */
#include "net/internal.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <openssl/ssl.h>

#define READ_AHEAD (64 << 10) /* bytes, for each connection */
#define ROUNDS	   4	      /* before others have their turn */
#define AGAIN_MIN  (10 * CLOCK_MS)
#define AGAIN_MAX  (200 * CLOCK_MS)

#define OF(ptr)	   ((struct client *)((char *)(ptr)-offsetof(struct client, again.timer)))

static void on_record(
	int written, int version, int type, const void *bytes, size_t n, SSL *ssl, void *client)
{
	(void)version;
	(void)bytes;
	(void)n;
	(void)ssl;
	if (!written && type == SSL3_RT_HEADER)
		((struct client *)client)->records++;
}

/* Whether libcurl has the same library as we: what it gives would be somebody else's
 * struct otherwise. */
static bool same_library;

/* "OpenSSL/3.0.17" is what libcurl says, "OpenSSL 3.0.17 1 Jul 2025" what ours does. */
void tls_global(void)
{
	struct str theirs = str_of(curl_version_info(CURLVERSION_NOW)->ssl_version);
	struct str ours = str_of(OpenSSL_version(OPENSSL_VERSION));

	same_library = str_eq(str_cut(&theirs, '/'), str_cut(&ours, ' ')) &&
		       str_eq(str_cut(&theirs, ' '), str_cut(&ours, ' '));
}

/* Of the handle's connection; NULL: it has none that we could use. */
static SSL *ssl_of(CURL *easy)
{
	struct curl_tlssessioninfo *info = NULL;

	if (!same_library || curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &info) != CURLE_OK ||
		!info || info->backend != CURLSSLBACKEND_OPENSSL)
		return NULL;
	return info->internals;
}

static bool is_at(const struct sockaddr_storage *address, const struct socket_end *end)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)address;
	bool six = address->ss_family == AF_INET6;
	char text[INET6_ADDRSTRLEN];

	if (!six && address->ss_family != AF_INET)
		return false;
	if (!inet_ntop(address->ss_family,
		    six ? (const void *)&in6->sin6_addr : (const void *)&in->sin_addr, text,
		    sizeof(text)))
		return false;
	return strcmp(text, end->address) == 0 &&
	       ntohs(six ? in6->sin6_port : in->sin_port) == end->port;
}

static bool has_ends(int fd, const struct socket_end *near, const struct socket_end *far)
{
	struct sockaddr_storage ours = { 0 }, theirs = { 0 };
	socklen_t n = sizeof(ours), m = sizeof(theirs);

	return getsockname(fd, (struct sockaddr *)&ours, &n) == 0 &&
	       getpeername(fd, (struct sockaddr *)&theirs, &m) == 0 && is_at(&ours, near) &&
	       is_at(&theirs, far);
}

void tls_connected(struct request *r, const struct socket_end *near, const struct socket_end *far)
{
	struct conns *conns = &r->client->conns;
	const char *proxy = r->client->config->proxy;
	SSL *ssl = ssl_of(r->easy);

	/* One that reads ahead is known: what it kept while it was idle is looked at now.
	 * TLS in TLS: what the outer one has in hand would have to be known, too. */
	tls_again(&r->client->lanes[r->lane]);
	if (!ssl || SSL_get_read_ahead(ssl) || (proxy && str_starts(str_of(proxy), STR("https:"))))
		return;
	for (size_t i = 0; i < conns->n_opened; i++) {
		struct opened *o = &conns->opened[i];

		if (!has_ends(o->fd, near, far))
			continue;
		o->ssl = ssl;
		o->lane = r->lane;
		SSL_set_msg_callback(ssl, on_record);
		SSL_set_msg_callback_arg(ssl, r->client);
		SSL_set_default_read_buffer_len(ssl, READ_AHEAD);
		SSL_set_read_ahead(ssl, 1);
		return;
	}
}

/* ---- what is in hand ---- */

/* Grows with whatever is done: bytes read of the socket, records of what is in hand
 * (OpenSSL 3.2 and newer do not say them of a connection that stands), answers of what
 * libcurl has kept. */
static uint64_t progress(const struct client *c, const SSL *ssl)
{
	return c->records + c->received + BIO_number_read(SSL_get_rbio(ssl));
}

/* What rests was read to its end; a part of a record may be in hand. */
static bool has_more(struct lane *lane, const struct opened *o)
{
	return o->ssl && &lane->client->lanes[o->lane] == lane && SSL_has_pending(o->ssl) &&
	       !sockets_rests(lane, o->fd);
}

/* One that has more in hand than when it was last told, or CURL_SOCKET_BAD; *ret_left:
 * whether one has more and was told. */
static curl_socket_t next_unread(struct lane *lane, bool *ret_left)
{
	struct client *c = lane->client;

	*ret_left = false;
	for (size_t i = 0; i < c->conns.n_opened; i++) {
		struct opened *o = &c->conns.opened[i];
		uint64_t now;

		if (!has_more(lane, o))
			continue;
		now = progress(c, o->ssl);
		if (o->told && o->told_at == now) {
			*ret_left = true;
			continue;
		}
		o->told = true;
		o->told_at = now;
		return o->fd;
	}
	return CURL_SOCKET_BAD;
}

static void on_again(struct client_timer *timer)
{
	struct client *c = OF(timer);

	tls_again(&c->lanes[REQUEST_SHORT]);
	tls_again(&c->lanes[REQUEST_WATCH]);
}

/* Half a record, whose rest the socket will say, or somebody waits for somebody else.
 * Less and less often, until something comes. */
static void try_later(struct client *c)
{
	if (c->again.timer.heap_slot)
		return;
	if (c->again.progress != c->records + c->received)
		c->again.wait = AGAIN_MIN;
	else if (c->again.wait <= AGAIN_MAX / 2)
		c->again.wait *= 2;
	c->again.progress = c->records + c->received;
	loop_timer_set(&c->loop, &c->again.timer, clock_now() + c->again.wait);
}

void tls_drain(struct lane *lane)
{
	bool left;
	int running;

	for (int i = 0; i < ROUNDS; i++) {
		curl_socket_t socket = next_unread(lane, &left);

		lane->unread = socket != CURL_SOCKET_BAD;
		if (!lane->unread) {
			if (left)
				try_later(lane->client);
			return;
		}
		curl_multi_socket_action(lane->multi, socket, CURL_CSELECT_IN, &running);
	}
}

void tls_act(struct lane *lane, curl_socket_t socket, int mask)
{
	int running;

	curl_multi_socket_action(lane->multi, socket, mask, &running);
	tls_drain(lane);
}

void tls_again(struct lane *lane)
{
	struct conns *conns = &lane->client->conns;

	for (size_t i = 0; i < conns->n_opened; i++) {
		struct opened *o = &conns->opened[i];

		o->told = false;
		lane->unread = lane->unread || has_more(lane, o);
	}
}

/* ---- life ---- */

void tls_init(struct client *c)
{
	c->again.timer.fire = on_again;
	c->again.wait = AGAIN_MIN;
}

void tls_release(struct client *c)
{
	loop_timer_cancel(&c->loop, &c->again.timer);
}
