/*
 * The server's thread: a poll loop over its connections, with or without TLS.
 * See server.h.
 */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void server_changed(struct server *s)
{
	/* A full pipe wakes as well. */
	(void)!write(s->wake[1], "", 1);
}

/* ---- listening ---- */

static int listen_unix(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	must(strlen(path) < sizeof(addr.sun_path));
	memcpy(addr.sun_path, path, strlen(path) + 1);
	unlink(path);
	must(fd >= 0 && bind(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0);
	return fd;
}

static int listen_loopback(int port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0);
	must(bind(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0);
	return fd;
}

static void start_listening(struct server *s)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	s->listener =
		s->options.unix_path ? listen_unix(s->options.unix_path) : listen_loopback(s->port);
	must(listen(s->listener, 512) == 0);
	set_nonblocking(s->listener);
	if (s->options.unix_path || s->port)
		return;
	must(getsockname(s->listener, (struct sockaddr *)&addr, &len) == 0);
	s->port = ntohs(addr.sin_port);
}

static void stop_listening(struct server *s)
{
	if (s->listener >= 0)
		close(s->listener);
	s->listener = -1;
}

/* ---- connections ---- */

static void accept_one(struct server *s)
{
	int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), on = 1;
	struct conn *conn;

	if (fd < 0)
		return;
	/* As Go's server does; without it small events wait for acknowledgements. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	conn = mem_zalloc(sizeof(*conn));
	conn->server = s;
	conn->fd = fd;
	conn->id = ++s->n_conns;
	buf_init(&conn->in, SERVER_BUFFER);
	buf_init(&conn->out, SERVER_BUFFER);
	conn->handshaken = !s->tls;
	if (s->tls) {
		conn->ssl = SSL_new(s->tls);
		SSL_set_fd(conn->ssl, fd);
		SSL_set_accept_state(conn->ssl);
	}
	conn->next = s->conns;
	s->conns = conn;
	pthread_cond_broadcast(&s->changed);
}

static void conn_close(struct conn *conn)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 0 };

	if (conn->http2)
		http2_free(conn);
	if (conn->current)
		exchange_gone(conn->current);
	if (conn->rst)
		setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	SSL_free(conn->ssl);
	close(conn->fd);
	free(conn->client_name);
	buf_release(&conn->in);
	buf_release(&conn->out);
	free(conn);
}

static void close_dead(struct server *s)
{
	struct conn **at = &s->conns, *conn;

	while ((conn = *at)) {
		if (!conn->dead) {
			at = &conn->next;
			continue;
		}
		*at = conn->next;
		pthread_cond_broadcast(&s->changed);
		conn_close(conn);
	}
}

static void handshake(struct conn *conn)
{
	const unsigned char *proto = NULL;
	unsigned n = 0;
	int rc = SSL_do_handshake(conn->ssl);
	int why = SSL_get_error(conn->ssl, rc);

	if (rc != 1) {
		conn->dead = why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE;
		return;
	}
	conn->handshaken = true;
	conn->client_name = cert_client_name(conn->ssl);
	SSL_get0_alpn_selected(conn->ssl, &proto, &n);
	if (n == 2 && !memcmp(proto, "h2", 2))
		http2_start(conn);
}

/* > 0 bytes, 0 later, -1 the end. */
static ssize_t conn_read(struct conn *conn, char *p, size_t n)
{
	ssize_t got;
	int why;

	if (!conn->ssl) {
		got = recv(conn->fd, p, n, 0);
		if (got < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		return got ? got : -1;
	}
	got = SSL_read(conn->ssl, p, (int)n);
	if (got > 0)
		return got;
	why = SSL_get_error(conn->ssl, (int)got);
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static ssize_t conn_write(struct conn *conn, const char *p, size_t n)
{
	ssize_t put;
	int why;

	if (!conn->ssl) {
		put = send(conn->fd, p, n, MSG_NOSIGNAL);
		return put >= 0 ? put : errno == EAGAIN || errno == EINTR ? 0 : -1;
	}
	put = SSL_write(conn->ssl, p, (int)n);
	if (put > 0)
		return put;
	why = SSL_get_error(conn->ssl, (int)put);
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static void read_input(struct conn *conn)
{
	char chunk[65536];
	ssize_t n;

	while (!conn->dead && (n = conn_read(conn, chunk, sizeof(chunk))) != 0) {
		if (n < 0)
			conn->dead = true;
		else
			buf_add(&conn->in, chunk, (size_t)n);
	}
}

static void write_output(struct conn *conn)
{
	ssize_t n;

	while (conn->out.len > 0) {
		n = conn_write(conn, conn->out.data, conn->out.len);
		if (n < 0)
			conn->dead = true;
		if (n <= 0)
			return;
		buf_consume(&conn->out, (size_t)n);
	}
	if (conn->close_after)
		conn->dead = true;
}

static void serve(struct conn *conn)
{
	if (!conn->handshaken)
		handshake(conn);
	if (!conn->handshaken || conn->dead)
		return;
	read_input(conn);
	if (conn->http2) {
		http2_input(conn);
		http2_output(conn);
	} else {
		http1_input(conn);
		http1_output(conn);
	}
	if (!conn->rst)
		write_output(conn);
}

/* ---- the thread ---- */

static nfds_t fill(struct server *s, struct pollfd **fds, size_t *cap)
{
	struct conn *conn;
	nfds_t n = 1;

	for (conn = s->conns; conn; conn = conn->next)
		n++;
	if (n + 1 > *cap) {
		*cap = (n + 1) * 2;
		*fds = mem_realloc_array(*fds, *cap, sizeof(**fds));
	}
	n = 0;
	(*fds)[n++] = (struct pollfd){ .fd = s->wake[0], .events = POLLIN };
	if (s->stalled)
		return n;
	if (s->listener >= 0)
		(*fds)[n++] = (struct pollfd){ .fd = s->listener, .events = POLLIN };
	for (conn = s->conns; conn; conn = conn->next)
		(*fds)[n++] = (struct pollfd){
			.fd = conn->fd,
			.events = (short)(POLLIN | (conn->out.len ? POLLOUT : 0)),
		};
	return n;
}

static void go_down(struct server *s)
{
	struct conn *conn;

	stop_listening(s);
	for (conn = s->conns; conn; conn = conn->next)
		conn->rst = conn->dead = true;
	close_dead(s);
	pthread_cond_broadcast(&s->changed);
}

static void turn(struct server *s)
{
	struct conn *conn;
	char drop[64];

	while (read(s->wake[0], drop, sizeof(drop)) > 0)
		;
	if (s->down && (s->listener >= 0 || s->conns))
		go_down(s);
	if (s->stalled || s->down)
		return;
	accept_one(s);
	for (conn = s->conns; conn; conn = conn->next)
		serve(conn);
	close_dead(s);
}

static void *run(void *arg)
{
	struct server *s = arg;
	struct pollfd *fds = NULL;
	size_t cap = 0;
	nfds_t n;

	pthread_mutex_lock(&s->lock);
	while (!s->stop) {
		n = fill(s, &fds, &cap);
		pthread_mutex_unlock(&s->lock);
		poll(fds, n, -1);
		pthread_mutex_lock(&s->lock);
		turn(s);
	}
	go_down(s);
	pthread_mutex_unlock(&s->lock);
	free(fds);
	return NULL;
}

/* ---- for tests ---- */

struct server *server_new(const struct server_options *options)
{
	struct server *s = mem_zalloc(sizeof(*s));

	signal(SIGPIPE, SIG_IGN);
	if (options)
		s->options = *options;
	s->listener = -1;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	must(pipe2(s->wake, O_CLOEXEC | O_NONBLOCK) == 0);
	start_listening(s);
	if (s->options.tls)
		cert_setup(s);
	if (s->options.unix_path)
		s->url = mem_printf("unix://%s", s->options.unix_path);
	else
		s->url =
			mem_printf("%s://127.0.0.1:%d", s->options.tls ? "https" : "http", s->port);
	must(pthread_create(&s->thread, NULL, run, s) == 0);
	return s;
}

void server_free(struct server *s)
{
	size_t i;

	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_mutex_unlock(&s->lock);
	server_changed(s);
	pthread_join(s->thread, NULL);
	server_routes_clear(s);
	for (i = 0; i < s->n_exchanges; i++)
		exchange_free(s->exchanges[i]);
	free(s->exchanges);
	SSL_CTX_free(s->tls);
	close(s->wake[0]);
	close(s->wake[1]);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	free(s->url);
	free(s->ca_pem);
	free(s);
}

const char *server_url(const struct server *s)
{
	return s->url;
}

const char *server_ca_pem(const struct server *s)
{
	return s->ca_pem;
}

size_t server_connections(struct server *s)
{
	size_t n;

	pthread_mutex_lock(&s->lock);
	n = s->n_conns;
	pthread_mutex_unlock(&s->lock);
	return n;
}

/* Returns when connections are refused. */
void server_down(struct server *s)
{
	pthread_mutex_lock(&s->lock);
	s->down = true;
	server_changed(s);
	while (s->listener >= 0)
		pthread_cond_wait(&s->changed, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

void server_up(struct server *s)
{
	pthread_mutex_lock(&s->lock);
	if (s->down) {
		start_listening(s);
		s->down = false;
	}
	pthread_mutex_unlock(&s->lock);
	server_changed(s);
}

void server_stall(struct server *s, bool stalled)
{
	pthread_mutex_lock(&s->lock);
	s->stalled = stalled;
	pthread_mutex_unlock(&s->lock);
	server_changed(s);
}
