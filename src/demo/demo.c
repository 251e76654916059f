/*
 * The thread: story and door in one loop over the door's epoll and a wake. The
 * socket lies in a directory of its own that only this user can enter.
 */
#include "demo/demo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/leftover.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/wake.h"
#include "demo/http.h"
#include "demo/serve.h"
#include "demo/store.h"

#define BACKLOG	     128
#define EXPIRE_EVERY (10 * CLOCK_S)
#define PREFIX_BYTES 16

struct demo {
	struct demo_server *server;
	struct demo_story *story;
	struct demo_http *http;
	struct wake wake;
	pthread_t thread;
	bool running;
	atomic_bool stop;
	int64_t next_expire;
	char *directory; /* of the socket; NULL over TCP */
	char *socket;
	char *kubeconfig;
};

/* ---- the thread ---- */

static void turn(struct demo *demo)
{
	if (demo_story_next(demo->story) <= clock_now())
		demo_story_run(demo->story);
	if (demo->next_expire <= clock_now()) {
		demo->next_expire = clock_now() + EXPIRE_EVERY;
		demo_store_expire(demo->server->store, false);
	}
	demo_http_run(demo->http);
}

static int64_t next_time(const struct demo *demo)
{
	int64_t next = demo->next_expire;
	int64_t story = demo_story_next(demo->story);
	int64_t http = demo_http_next(demo->http);

	if (story < next)
		next = story;
	return http < next ? http : next;
}

static void *run(void *arg)
{
	struct demo *demo = arg;
	struct pollfd fds[2] = {
		{ .fd = demo->wake.fd, .events = POLLIN },
		{ .fd = demo_http_fd(demo->http), .events = POLLIN },
	};

	while (!atomic_load(&demo->stop)) {
		if (clock_timeout(next_time(demo)) != 0 && poll(fds, 2, 0) == 0) {
			wake_idle(&demo->wake);
			poll(fds, 2, clock_timeout(next_time(demo)));
			wake_busy(&demo->wake);
		}
		wake_clear(&demo->wake);
		turn(demo);
	}
	return NULL;
}

/* ---- where it listens ---- */

/* XDG_RUNTIME_DIR is private to the user and short; else the place for temporary
 * files. */
static int make_directory(struct demo *demo, struct error *err)
{
	const char *places[] = { getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"), "/tmp" };
	const char *tried = NULL;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		char *path;

		if (!places[i] || !*places[i])
			continue;
		tried = places[i];
		path = mem_printf("%s/crwatch-XXXXXX", places[i]);
		if (mkdtemp(path)) {
			demo->directory = path;
			leftover_add(path);
			return 0;
		}
		free(path);
	}
	return error_set(err, ERROR_IO,
		"the embedded cluster needs a directory for its socket: %s: %s", tried,
		strerror(errno));
}

static int listen_unix(struct demo *demo, struct error *err)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	mode_t mask;
	int fd, rc;

	if (make_directory(demo, err) < 0)
		return -1;
	demo->socket = mem_printf("%s/socket", demo->directory);
	leftover_add(demo->socket);
	if (strlen(demo->socket) >= sizeof(addr.sun_path))
		return error_set(err, ERROR_IO,
			"the embedded cluster's socket has too long a path: %s (set TMPDIR to a "
			"shorter one)",
			demo->socket);
	memcpy(addr.sun_path, demo->socket, strlen(demo->socket) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mask = umask(0177);
	rc = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&addr, sizeof(addr));
	umask(mask);
	if (rc < 0 || listen(fd, BACKLOG) < 0) {
		error_set(err, ERROR_IO, "the embedded cluster's socket %s: %s", demo->socket,
			strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

/* "127.0.0.1:8001", "[::1]:0", "localhost:0" or ":8001". Nothing but loopback: there
 * is no password on this server, only a path that cannot be guessed. */
static int parse_address(const char *text, struct sockaddr_storage *ret, struct error *err)
{
	struct sockaddr_in *in = (struct sockaddr_in *)(void *)ret;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)ret;
	const char *colon = strrchr(text, ':');
	struct str host = str_make(text, colon ? (size_t)(colon - text) : 0);
	int64_t port;

	memset(ret, 0, sizeof(*ret));
	if (!colon || str_to_i64(str_of(colon + 1), &port) < 0 || port < 0 || port > 65535)
		return error_set(err, ERROR_USAGE,
			"invalid address \"%s\": an address such as 127.0.0.1:8001 is needed",
			text);
	if (str_is(host, "[::1]")) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons((uint16_t)port);
		in6->sin6_addr = in6addr_loopback;
		return 0;
	}
	in->sin_family = AF_INET;
	in->sin_port = htons((uint16_t)port);
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (host.len == 0 || str_is(host, "localhost") || str_is(host, "127.0.0.1"))
		return 0;
	return error_set(err, ERROR_USAGE,
		"invalid address \"%s\": the embedded cluster listens on loopback only "
		"(127.0.0.1, [::1], localhost)",
		text);
}

static int listen_tcp(const char *text, struct sockaddr_storage *addr, struct error *err)
{
	socklen_t len = addr->ss_family == AF_INET ? sizeof(struct sockaddr_in)
						   : sizeof(struct sockaddr_in6);
	int fd = socket(addr->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int one = 1;

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (struct sockaddr *)addr, len) < 0 || listen(fd, BACKLOG) < 0 ||
		getsockname(fd, (struct sockaddr *)addr, &len) < 0) {
		error_set(err, ERROR_IO, "cannot listen on %s: %s", text, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static char *random_prefix(void)
{
	unsigned char bytes[PREFIX_BYTES];
	char *text = mem_alloc(2 * PREFIX_BYTES + 2);

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		abort();
	text[0] = '/';
	for (size_t i = 0; i < PREFIX_BYTES; i++)
		snprintf(text + 1 + 2 * i, 3, "%02x", bytes[i]);
	return text;
}

static char *make_kubeconfig(const char *server)
{
	return mem_printf("apiVersion: v1\n"
			  "kind: Config\n"
			  "current-context: demo\n"
			  "clusters:\n"
			  "- name: demo\n"
			  "  cluster: {server: \"%s\"}\n"
			  "users:\n"
			  "- name: admin\n"
			  "  user: {}\n"
			  "- name: viewer\n"
			  "  user: {as: viewer}\n"
			  "contexts:\n"
			  "- name: demo\n"
			  "  context: {cluster: demo, user: admin}\n"
			  "- name: demo-viewer\n"
			  "  context: {cluster: demo, user: viewer}\n",
		server);
}

static int open_door(
	struct demo *demo, int fd, const char *server, const char *prefix, struct error *err)
{
	demo->kubeconfig = make_kubeconfig(server);
	return demo_http_new(demo->server, fd, prefix, &demo->http, err);
}

static int open_tcp(struct demo *demo, const char *text, struct error *err)
{
	struct sockaddr_storage addr;
	char *prefix, *server;
	int fd, rc;

	if (parse_address(text, &addr, err) < 0 || (fd = listen_tcp(text, &addr, err)) < 0)
		return -1;
	prefix = random_prefix();
	server = mem_printf("http://%s:%d%s", addr.ss_family == AF_INET ? "127.0.0.1" : "[::1]",
		ntohs(((struct sockaddr_in *)(void *)&addr)->sin_port), prefix);
	rc = open_door(demo, fd, server, prefix, err);
	free(server);
	free(prefix);
	return rc;
}

static int open_unix(struct demo *demo, struct error *err)
{
	int fd = listen_unix(demo, err);
	char *server;
	int rc;

	if (fd < 0)
		return -1;
	server = mem_printf("unix://%s", demo->socket);
	rc = open_door(demo, fd, server, "", err);
	free(server);
	return rc;
}

/* ---- life ---- */

static int start(struct demo *demo, const struct demo_options *options, struct error *err)
{
	demo->server = demo_server_new(options->story.seed);
	demo->story = demo_story_new(demo->server, &options->story, err);
	if (!demo->story)
		return -1;
	if ((options->listen ? open_tcp(demo, options->listen, err) : open_unix(demo, err)) < 0)
		return -1;
	wake_also(&demo->wake, demo_http_fd(demo->http));
	demo->next_expire = clock_now() + EXPIRE_EVERY;
	if (pthread_create(&demo->thread, NULL, run, demo) != 0)
		return error_set(err, ERROR_IO, "the embedded cluster gets no thread");
	demo->running = true;
	return 0;
}

int demo_start(const struct demo_options *options, struct demo **ret, struct error *err)
{
	struct demo *demo = mem_zalloc(sizeof(*demo));

	atomic_init(&demo->stop, false);
	wake_init(&demo->wake);
	if (start(demo, options, err) < 0) {
		demo_stop(demo);
		return -1;
	}
	*ret = demo;
	return 0;
}

void demo_stop(struct demo *demo)
{
	if (!demo)
		return;
	if (demo->running) {
		atomic_store(&demo->stop, true);
		wake_ring(&demo->wake);
		pthread_join(demo->thread, NULL);
	}
	wake_release(&demo->wake);
	demo_http_free(demo->http);
	demo_story_free(demo->story);
	demo_server_free(demo->server);
	if (demo->socket)
		unlink(demo->socket);
	if (demo->directory)
		rmdir(demo->directory);
	leftover_drop(demo->socket);
	leftover_drop(demo->directory);
	free(demo->socket);
	free(demo->directory);
	free(demo->kubeconfig);
	free(demo);
}

const char *demo_kubeconfig(const struct demo *demo)
{
	return demo->kubeconfig;
}
