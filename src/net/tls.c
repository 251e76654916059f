/*
 * Records that are taken from the socket many at a time.
 *
 * By itself OpenSSL asks the kernel twice for each record, for its head and for
 * the rest, and an API server writes records of 4 KiB. With read-ahead it takes
 * what there is. libcurl does not know what OpenSSL has in hand then: it would
 * wait for the socket. So after libcurl has done something it is told "readable"
 * for as long as there is more and that brings it on.
 *
 * Which socket a connection has libcurl says only when a request is over, but its
 * addresses before one goes out. A connection whose socket is not found by them
 * reads as it always did. libcurl frees what OpenSSL has just before it closes the
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

/* Of the handle's connection; NULL: it has none, or libcurl was built with another
 * library than we are linked with. */
static SSL *ssl_of(CURL *easy)
{
	struct curl_tlssessioninfo *info = NULL;

	if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &info) != CURLE_OK || !info ||
		info->backend != CURLSSLBACKEND_OPENSSL)
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

static bool is_known(const struct conns *conns, const SSL *ssl)
{
	for (size_t i = 0; i < conns->n_opened; i++) {
		if (conns->opened[i].ssl == ssl)
			return true;
	}
	return false;
}

void tls_connected(struct request *r, const struct socket_end *near, const struct socket_end *far)
{
	struct conns *conns = &r->client->conns;
	const char *proxy = r->client->config->proxy;
	SSL *ssl = ssl_of(r->easy);

	/* TLS in TLS: what the outer one has in hand would have to be known, too. */
	if (!ssl || (proxy && str_starts(str_of(proxy), STR("https:"))) || is_known(conns, ssl))
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

/* Grows with whatever is done: bytes read of the socket, records of what is in hand,
 * answers of what libcurl has kept. */
static uint64_t progress(const struct client *c, const SSL *ssl)
{
	return c->records + c->received + BIO_number_read(SSL_get_rbio(ssl));
}

/* One that has more in hand than when it was last told, or CURL_SOCKET_BAD. What a
 * paused transfer leaves there is not asked for again and again. */
static curl_socket_t next_unread(struct lane *lane)
{
	struct client *c = lane->client;

	for (size_t i = 0; i < c->conns.n_opened; i++) {
		struct opened *o = &c->conns.opened[i];

		if (!o->ssl || &c->lanes[o->lane] != lane || !SSL_has_pending(o->ssl) ||
			o->told_at == progress(c, o->ssl))
			continue;
		o->told_at = progress(c, o->ssl);
		return o->fd;
	}
	return CURL_SOCKET_BAD;
}

void tls_drain(struct lane *lane)
{
	int running;

	for (int i = 0; i < ROUNDS; i++) {
		curl_socket_t socket = next_unread(lane);

		lane->unread = socket != CURL_SOCKET_BAD;
		if (!lane->unread)
			return;
		curl_multi_socket_action(lane->multi, socket, CURL_CSELECT_IN, &running);
	}
}

void tls_act(struct lane *lane, curl_socket_t socket, int mask)
{
	int running;

	curl_multi_socket_action(lane->multi, socket, mask, &running);
	tls_drain(lane);
}
