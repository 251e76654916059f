/* auth and tls: what is sent to whom, renewal, and whom we trust. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>

#include <cmocka.h>

#include "advance.h"
#include "base/clock.h"
#include "base/mem.h"
#include "client_fixture.h"
#include "json/doc.h"
#include "kube/kubeconfig.h"
#include "net/rest_files.h"
#include "server.h"

static char dir[] = "/tmp/crwatch-auth-XXXXXX";

static int setup(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static char *path_of(const char *name)
{
	return mem_printf("%s/%s", dir, name);
}

static int teardown(void **state)
{
	static const char *const names[] = { "token", "plugin", "runs", "answer", "cert", "key",
		"ca" };
	char *path;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path = path_of(names[i]);
		unlink(path);
		free(path);
	}
	return rmdir(dir);
}

static void put(const char *name, const char *text)
{
	char *path = path_of(name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(path, 0700);
	free(path);
}

static struct server *serve(const struct server_options *options)
{
	struct server_route hello = { .path = "/hello", .answer = { .body = "hello" } };
	struct server_route stream = { .path = "/stream",
		.answer = { .body = "", .stream = true } };
	struct server_route ready = { .path = "/readyz", .answer = { .body = "ok" } };
	struct server *s = server_new(options);

	server_route(s, &hello);
	server_route(s, &stream);
	server_route(s, &ready);
	return s;
}

static const struct server_options secure = { .tls = true, .http2 = true };

static void expect_header(struct server *s, size_t number, const char *name, const char *value)
{
	char *got = server_header(s, number, name);

	if (value)
		assert_string_equal(got ? got : "(none)", value);
	else
		assert_null(got);
	free(got);
}

/* Fetches /hello once and looks at its Authorization. */
static void expect_auth(const struct rest_config *config, struct server *s, const char *value)
{
	size_t n = server_count(s, "/hello") + 1;
	struct fixture f;

	fixture_init(&f, config);
	assert_int_equal(fixture_get(&f, "/hello"), 200);
	fixture_release(&f);
	expect_header(s, server_wait(s, "/hello", n), "authorization", value);
}

static void test_secrets_over_https_only(void **state)
{
	char *path = path_of("s");
	struct server_options local = { .unix_path = path };
	struct server *plain = serve(NULL), *tls = serve(&secure), *sock = serve(&local);
	struct rest_config config = { .token = "secret\n" };

	(void)state;
	config.server = (char *)server_url(plain);
	expect_auth(&config, plain, NULL);

	config.unix_socket = path;
	config.server = "http://localhost";
	expect_auth(&config, sock, NULL);
	config.unix_socket = NULL;
	config.server = (char *)server_url(tls);
	config.ca_pem = (char *)server_ca_pem(tls);
	expect_auth(&config, tls, "Bearer secret");
	config.token = NULL;
	config.username = "me";
	config.password = "p:w";
	expect_auth(&config, tls, "Basic bWU6cDp3");
	server_free(plain);
	server_free(tls);
	server_free(sock);
	unlink(path);
	free(path);
}

static void test_impersonation(void **state)
{
	char *groups[] = { "g1", "g 2" };
	struct kubeconfig_pair extra[] = { { "a/b c", "v" }, { "UP%", "" } };
	struct server *s = serve(NULL);
	struct rest_config config = { .server = (char *)server_url(s),
		.as = "jane",
		.as_uid = "u-1",
		.as_groups = groups,
		.n_as_groups = 2,
		.as_extra = extra,
		.n_as_extra = 2 };
	struct error err = ERROR_INIT;
	struct client_hooks hooks = { 0 };
	size_t n;

	(void)state;
	expect_auth(&config, s, NULL);
	n = server_wait(s, "/hello", 1);
	expect_header(s, n, "impersonate-user", "jane");
	expect_header(s, n, "impersonate-uid", "u-1");
	expect_header(s, n, "impersonate-group", "g1, g 2");
	expect_header(s, n, "impersonate-extra-a%2fb%20c", "v");
	expect_header(s, n, "impersonate-extra-up%25", "");
	config.as = "a\r\nX: y";
	assert_null(client_new(&config, &hooks, NULL, &err));
	assert_int_equal(err.code, ERROR_INVALID);
	error_release(&err);
	server_free(s);
}

static void test_no_authority(void **state)
{
	struct server *s = serve(&secure);
	struct rest_config config = { .server = (char *)server_url(s),
		.ca_pem = (char *)"none",
		.ca_file = (char *)"/nowhere/ca.crt" };
	struct fixture f;
	struct call call;

	(void)state;
	fixture_init(&f, &config);
	call_init(&call, &f, "/hello");
	call_send(&call);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_TLS);
	assert_string_equal(call.err.text,
		"unable to load root certificates: there is none in /nowhere/ca.crt");
	call_release(&call);
	fixture_release(&f);
	server_free(s);
}

static void test_trust(void **state)
{
	struct server_options named = { .tls = true, .cert_name = "api.example" };
	struct server *s = serve(&named), *other = serve(&secure);
	struct rest_config config = { .server = (char *)server_url(s),
		.ca_pem = (char *)server_ca_pem(other) };
	struct fixture f;
	struct call call;

	(void)state;
	/* Another authority. */
	fixture_init(&f, &config);
	call_init(&call, &f, "/hello");
	call_send(&call);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_TLS);
	assert_string_equal(call.err.text,
		"Unable to connect to the server: tls: failed to verify certificate: "
		"x509: certificate signed by unknown authority");
	assert_int_equal(f.link, CLIENT_LOST);
	call_release(&call);
	fixture_release(&f);
	/* The right one, but another name. */
	config.ca_pem = (char *)server_ca_pem(s);
	fixture_init(&f, &config);
	call_init(&call, &f, "/hello");
	call_send(&call);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_TLS);
	assert_non_null(strstr(call.err.text, "127.0.0.1"));
	call_release(&call);
	fixture_release(&f);
	config.tls_server_name = "api.example";
	expect_auth(&config, s, NULL);
	expect_header(s, server_wait(s, "/hello", 1), "host", server_url(s) + 8);
	config.tls_server_name = NULL;
	config.insecure = true;
	expect_auth(&config, s, NULL);
	server_free(s);
	server_free(other);
}

static void test_token_file(void **state)
{
	char *path = path_of("token");
	struct server *s = serve(&secure);
	struct rest_config config = { .server = (char *)server_url(s),
		.ca_pem = (char *)server_ca_pem(s),
		.token_file = path,
		.token = "fallback" };
	struct fixture f;

	(void)state;
	expect_auth(&config, s, "Bearer fallback");
	put("token", " one\n");
	fixture_init(&f, &config);
	fixture_get(&f, "/hello");
	put("token", "two\n");
	fixture_get(&f, "/hello");
	advance(60 * CLOCK_S);
	fixture_get(&f, "/hello");
	unlink(path);
	advance(60 * CLOCK_S);
	fixture_get(&f, "/hello");
	fixture_release(&f);
	expect_header(s, server_wait(s, "/hello", 2), "authorization", "Bearer one");
	expect_header(s, server_wait(s, "/hello", 3), "authorization", "Bearer one");
	expect_header(s, server_wait(s, "/hello", 4), "authorization", "Bearer two");
	expect_header(s, server_wait(s, "/hello", 5), "authorization", "Bearer two");
	server_free(s);
	free(path);
}

/* 401 to all but one token. */
static void only_new(void *arg, const struct server_request *request, struct server_answer *answer)
{
	const char *token = arg;

	if (strstr(request->headers, token)) {
		answer->body = "in";
	} else {
		answer->status = 401;
		answer->body = "out";
	}
}

static void test_token_file_on_401(void **state)
{
	char *path = path_of("token");
	struct server *s = serve(&secure);
	struct server_route guarded = {
		.path = "/hello", .handler = only_new, .arg = "Bearer two\n"
	};
	struct rest_config config = { .server = (char *)server_url(s),
		.ca_pem = (char *)server_ca_pem(s),
		.token_file = path };
	struct fixture f;

	(void)state;
	server_route(s, &guarded);
	put("token", "one");
	fixture_init(&f, &config);
	assert_int_equal(fixture_get(&f, "/hello"), 401);
	put("token", "two");
	assert_int_equal(fixture_get(&f, "/hello"), 200);
	assert_int_equal(server_count(s, "/hello"), 3);
	fixture_release(&f);
	server_free(s);
	free(path);
}

/* A plugin that counts its runs and repeats the file "answer". */
static void make_plugin(void)
{
	char *script = mem_printf("#!/bin/sh\necho x >>%s/runs\ncat %s/answer\n", dir, dir);
	char *runs = path_of("runs");

	unlink(runs);
	put("plugin", script);
	free(script);
	free(runs);
}

static void plugin_says(const char *status)
{
	char *text = mem_printf("{\"kind\":\"ExecCredential\",\"apiVersion\":"
				"\"client.authentication.k8s.io/v1\",\"status\":{%s}}",
		status);

	put("answer", text);
	free(text);
}

static int plugin_runs(void)
{
	struct stat st;
	char *path = path_of("runs");
	int n = stat(path, &st) == 0 ? (int)st.st_size / 2 : 0;

	free(path);
	return n;
}

#define PARALLEL 20

static void test_plugin_once_for_parallel_401s(void **state)
{
	char *path = path_of("plugin");
	struct kubeconfig_exec exec = { .api_version = "client.authentication.k8s.io/v1",
		.command = path,
		.interactive = KUBECONFIG_NEVER };
	struct server *s = serve(&secure);
	struct server_route guarded = {
		.path = "/hello", .handler = only_new, .arg = "Bearer new\n"
	};
	struct rest_config config = {
		.server = (char *)server_url(s), .ca_pem = (char *)server_ca_pem(s), .exec = &exec
	};
	struct call calls[PARALLEL];
	struct fixture f;
	size_t i;

	(void)state;
	make_plugin();
	plugin_says("\"token\":\"old\"");
	fixture_init(&f, &config);
	assert_int_equal(fixture_get(&f, "/hello"), 200);
	server_route(s, &guarded);
	plugin_says("\"token\":\"new\"");
	for (i = 0; i < PARALLEL; i++) {
		call_init(&calls[i], &f, "/hello");
		call_send(&calls[i]);
	}
	for (i = 0; i < PARALLEL; i++) {
		call_wait_done(&calls[i]);
		assert_int_equal(calls[i].status, 200);
		assert_int_equal(calls[i].heads, 1);
		assert_string_equal(buf_text(&calls[i].body), "in");
		call_release(&calls[i]);
	}
	assert_int_equal(plugin_runs(), 2);
	/* A 401 that stays is the caller's, and does not run it again and again. */
	plugin_says("\"token\":\"newer\"");
	server_routes_clear(s);
	guarded.arg = "Bearer never\n";
	server_route(s, &guarded);
	advance(60 * CLOCK_S);
	assert_int_equal(fixture_get(&f, "/hello"), 401);
	assert_int_equal(fixture_get(&f, "/hello"), 401);
	assert_int_equal(plugin_runs(), 3);
	fixture_release(&f);
	server_free(s);
	free(path);
}

static void test_plugin_expiry_and_failure(void **state)
{
	char *path = path_of("plugin");
	struct kubeconfig_exec exec = { .api_version = "client.authentication.k8s.io/v1",
		.command = path,
		.interactive = KUBECONFIG_NEVER };
	struct server *s = serve(&secure);
	struct rest_config config = {
		.server = (char *)server_url(s), .ca_pem = (char *)server_ca_pem(s), .exec = &exec
	};
	int64_t hour = clock_wall() / CLOCK_S + 3600;
	time_t at = (time_t)hour;
	struct fixture f;
	struct call call;
	char stamp[40], *status;
	struct tm tm;

	(void)state;
	make_plugin();
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &tm));
	status = mem_printf("\"token\":\"t\",\"expirationTimestamp\":\"%s\"", stamp);
	plugin_says(status);
	free(status);
	fixture_init(&f, &config);
	fixture_get(&f, "/hello");
	advance(3500 * CLOCK_S);
	fixture_get(&f, "/hello");
	assert_int_equal(plugin_runs(), 1);
	advance(41 * CLOCK_S); /* within the minute before its end */
	put("answer", "nonsense");
	fixture_get(&f, "/hello"); /* the old one is still good */
	assert_int_equal(plugin_runs(), 2);
	advance(60 * CLOCK_S);
	call_init(&call, &f, "/hello");
	call_send(&call);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_CREDENTIALS);
	assert_int_equal(strncmp(call.err.text, "getting credentials: ", 21), 0);
	assert_int_equal(plugin_runs(), 3);
	call_release(&call);
	/* What is sent meanwhile waits for the plugin's next turn. */
	plugin_says("\"token\":\"fresh\"");
	call_init(&call, &f, "/hello");
	call_send(&call);
	advance(CLOCK_S / 2);
	assert_false(call.done);
	advance(2 * CLOCK_S);
	call_wait_done(&call);
	assert_int_equal(call.status, 200);
	call_release(&call);
	fixture_release(&f);
	server_free(s);
	free(path);
}

/* A new certificate named so, which ends in two minutes. */
static void plugin_gives_certificate(const char *name)
{
	time_t at = (time_t)(clock_wall() / CLOCK_S) + 120;
	struct doc *status = doc_new_object();
	char *cert, *key, *text, stamp[40];
	struct tm tm;

	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &tm));
	server_client_cert(name, &cert, &key);
	doc_add_string(status, "clientCertificateData", cert);
	doc_add_string(status, "clientKeyData", key);
	doc_add_string(status, "expirationTimestamp", stamp);
	text = doc_print(status);
	text[strlen(text) - 1] = '\0';
	plugin_says(text + 1); /* without its braces */
	free(text);
	free(cert);
	free(key);
	doc_free(status);
}

static void expect_client(struct server *s, size_t number, const char *name)
{
	char *got = server_client_name(s, number);

	assert_string_equal(got ? got : "(none)", name);
	free(got);
}

/* What has no answer yet is sent anew under the new certificate, and nobody takes
 * it for a lost connection; what is in the middle of its answer is cut. */
static void certificate_renewed(const struct server_options *options)
{
	char *path = path_of("plugin");
	struct kubeconfig_exec exec = { .api_version = "client.authentication.k8s.io/v1",
		.command = path,
		.interactive = KUBECONFIG_NEVER };
	struct server *s = serve(options);
	struct server_route silent = {
		.path = "/hello/slow", .answer = { .silent = true }, .times = 1
	};
	struct rest_config config = {
		.server = (char *)server_url(s), .ca_pem = (char *)server_ca_pem(s), .exec = &exec
	};
	struct call stream, slow;
	struct fixture f;
	size_t n;

	make_plugin();
	plugin_gives_certificate("one");
	server_route(s, &silent);
	fixture_init(&f, &config);
	call_init(&stream, &f, "/stream");
	stream.spec.lane = REQUEST_WATCH;
	call_send(&stream);
	call_wait_head(&stream);
	call_init(&slow, &f, "/hello/slow");
	call_send(&slow);
	n = server_wait(s, "/hello/slow", 1);
	expect_client(s, n, "one");
	plugin_gives_certificate("two");
	advance(61 * CLOCK_S);
	assert_int_equal(fixture_get(&f, "/hello/new"), 200);
	expect_client(s, server_wait(s, "/hello/new", 1), "two");
	call_wait_done(&slow);
	assert_int_equal(slow.status, 200);
	expect_client(s, server_wait(s, "/hello/slow", 2), "two");
	call_wait_done(&stream);
	assert_int_equal(stream.err.code, ERROR_RENEWED);
	assert_true(server_wait_hung_up(s, server_connection(s, n)));
	assert_int_equal(f.link, CLIENT_LIVE);
	assert_int_equal(server_count(s, "/readyz"), 0);
	call_release(&stream);
	call_release(&slow);
	fixture_release(&f);
	server_free(s);
	free(path);
}

static void test_certificate_renewed(void **state)
{
	(void)state;
	certificate_renewed(
		&(struct server_options){ .tls = true, .http2 = true, .ask_client_cert = true });
	certificate_renewed(&(struct server_options){ .tls = true, .ask_client_cert = true });
}

/* ---- certificates in files ---- */

static void put_identity(const char *name, bool with_key)
{
	char *cert, *key;

	server_client_cert(name, &cert, &key);
	put("cert", cert);
	if (with_key)
		put("key", key);
	free(cert);
	free(key);
}

/* Fetches path, and looks who asked for it. */
static void expect_identity(struct fixture *f, struct server *s, const char *path, const char *name)
{
	size_t n = server_count(s, path) + 1;

	assert_int_equal(fixture_get(f, path), 200);
	expect_client(s, server_wait(s, path, n), name);
}

static void test_certificate_files(void **state)
{
	struct server_options options = { .tls = true, .http2 = true, .ask_client_cert = true };
	char *cert_file = path_of("cert"), *key_file = path_of("key");
	struct server *s = serve(&options);
	struct rest_config config = { .server = (char *)server_url(s),
		.ca_pem = (char *)server_ca_pem(s),
		.cert_file = cert_file,
		.key_file = key_file };
	struct fixture f;

	(void)state;
	put_identity("one", true);
	config.cert_pem = rest_file_read(cert_file, REST_FILE_MAX, NULL, NULL);
	config.key_pem = rest_file_read(key_file, REST_FILE_MAX, NULL, NULL);
	fixture_init(&f, &config);
	expect_identity(&f, s, "/hello/1", "one");
	/* Caught between the writing of the one file and that of the other. */
	put_identity("half", false);
	advance(61 * CLOCK_S);
	expect_identity(&f, s, "/hello/2", "one");
	put_identity("two", true);
	advance(2 * CLOCK_S);
	expect_identity(&f, s, "/hello/3", "two");
	unlink(cert_file);
	advance(61 * CLOCK_S);
	expect_identity(&f, s, "/hello/4", "two");
	fixture_release(&f);
	server_free(s);
	free(config.cert_pem);
	free(config.key_pem);
	free(cert_file);
	free(key_file);
}

/* The server was given another authority: nothing works until its file is read. */
static void test_authority_file(void **state)
{
	char *ca_file = path_of("ca");
	struct server *other = serve(&secure), *s = serve(&secure);
	struct rest_config config = { .server = (char *)server_url(s),
		.ca_pem = (char *)server_ca_pem(other),
		.ca_file = ca_file };
	struct fixture f;
	struct call call;

	(void)state;
	put("ca", server_ca_pem(other));
	fixture_init(&f, &config);
	call_init(&call, &f, "/hello");
	call_send(&call);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_TLS);
	call_release(&call);
	fixture_wait_link(&f, CLIENT_LOST);
	put("ca", server_ca_pem(s));
	call_init(&call, &f, "/hello");
	call_send(&call);
	advance(3 * CLOCK_S);
	call_wait_done(&call);
	assert_int_equal(call.status, 200);
	call_release(&call);
	fixture_release(&f);
	server_free(s);
	server_free(other);
	free(ca_file);
}

/* A proxy that is not there is named, and not the server. */
static void test_no_proxy_there(void **state)
{
	struct server *s = serve(&secure);
	struct rest_config config = { .server = (char *)server_url(s),
		.ca_pem = (char *)server_ca_pem(s),
		.proxy = "http://me:secret@127.0.0.1:1" };
	struct fixture f;
	struct call call;

	(void)state;
	fixture_init(&f, &config);
	call_init(&call, &f, "/hello");
	call_send(&call);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_CONNECT);
	assert_string_equal(call.err.text, "Unable to connect to the server: proxyconnect tcp: "
					   "dial tcp 127.0.0.1:1: connect: connection refused");
	call_release(&call);
	fixture_release(&f);
	server_free(s);
}

struct socks {
	int fd;
	unsigned char reply;
};

static void *serve_socks(void *arg)
{
	static const unsigned char chosen[] = { 5, 0 };
	struct socks *socks = arg;
	unsigned char answer[] = { 5, socks->reply, 0, 1, 0, 0, 0, 0, 0, 0 }, got[512];
	int fd;

	while ((fd = accept(socks->fd, NULL, NULL)) >= 0) {
		if (read(fd, got, sizeof(got)) > 0 &&
			write(fd, chosen, sizeof(chosen)) == sizeof(chosen) &&
			read(fd, got, sizeof(got)) > 0 && write(fd, answer, sizeof(answer)) < 0)
			abort();
		close(fd);
	}
	return NULL;
}

/* What a request over such a proxy ends with. */
static void expect_socks(unsigned char reply, const char *text)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct socks socks = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
		.reply = reply };
	struct rest_config config = { .server = (char *)"https://nowhere.example:443" };
	socklen_t len = sizeof(addr);
	pthread_t thread;
	struct fixture f;
	struct call call;
	char *shown;

	assert_int_equal(bind(socks.fd, (struct sockaddr *)&addr, len), 0);
	assert_int_equal(listen(socks.fd, 5), 0);
	assert_int_equal(getsockname(socks.fd, (struct sockaddr *)&addr, &len), 0);
	assert_int_equal(pthread_create(&thread, NULL, serve_socks, &socks), 0);
	shown = mem_printf("127.0.0.1:%d", ntohs(addr.sin_port));
	config.proxy = mem_printf("socks5h://%s", shown);
	fixture_init(&f, &config);
	call_init(&call, &f, "/hello");
	call_send(&call);
	call_wait_done(&call);
	if (!strstr(call.err.text, shown) || !strstr(call.err.text, text))
		fail_msg("%s", call.err.text);
	call_release(&call);
	fixture_release(&f);
	shutdown(socks.fd, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(socks.fd);
	free(config.proxy);
	free(shown);
}

/* It is the proxy that does not know a host, and it is named. */
static void test_socks(void **state)
{
	(void)state;
	expect_socks(4, "->nowhere.example:443: unknown error host unreachable");
	expect_socks(2, "->nowhere.example:443: unknown error connection not allowed by ruleset");
	expect_socks(77, "proxy 127.0.0.1:");
	expect_socks(0, "(through the proxy 127.0.0.1:");
}

/* --request-timeout ends what is short, and leaves the watches alone. */
static void test_request_timeout(void **state)
{
	struct server *s = serve(NULL);
	struct server_route silent = { .path = "/silent", .answer = { .silent = true } };
	struct rest_config config = { .server = (char *)server_url(s),
		.request_timeout = 5 * CLOCK_S };
	struct call stream, call;
	struct fixture f;

	(void)state;
	server_route(s, &silent);
	fixture_init(&f, &config);
	call_init(&stream, &f, "/stream");
	stream.spec.lane = REQUEST_WATCH;
	call_send(&stream);
	call_wait_head(&stream);
	call_init(&call, &f, "/silent");
	call_send(&call);
	server_wait(s, "/silent", 1);
	advance(6 * CLOCK_S);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_TIMEOUT);
	assert_false(stream.done);
	call_release(&call);
	call_release(&stream);
	fixture_release(&f);
	server_free(s);
}

static void release_slot(void *call)
{
	request_release_slot(((struct call *)call)->r);
}

/* For who waits for the first list alone, one that streams is short as well, until it
 * has come. */
static void test_request_timeout_of_streams(void **state)
{
	struct server *s = serve(NULL);
	struct server_route stream = { .path = "/list", .answer = { .body = "", .stream = true } };
	struct rest_config config = {
		.server = (char *)server_url(s), .request_timeout = 5 * CLOCK_S, .once = true
	};
	struct call listed, endless;
	struct fixture f;

	(void)state;
	server_route(s, &stream);
	fixture_init(&f, &config);
	call_init(&listed, &f, "/list");
	call_init(&endless, &f, "/list");
	listed.spec.lane = endless.spec.lane = REQUEST_WATCH;
	listed.spec.slot = endless.spec.slot = true;
	call_send(&listed);
	call_send(&endless);
	call_wait_head(&listed);
	call_wait_head(&endless);
	fixture_do(&f, release_slot, &listed);
	advance(6 * CLOCK_S);
	call_wait_done(&endless);
	assert_int_equal(endless.err.code, ERROR_TIMEOUT);
	assert_false(listed.done);
	call_release(&listed);
	call_release(&endless);
	fixture_release(&f);
	server_free(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secrets_over_https_only),
		cmocka_unit_test(test_impersonation),
		cmocka_unit_test(test_no_authority),
		cmocka_unit_test(test_trust),
		cmocka_unit_test(test_token_file),
		cmocka_unit_test(test_token_file_on_401),
		cmocka_unit_test(test_plugin_once_for_parallel_401s),
		cmocka_unit_test(test_plugin_expiry_and_failure),
		cmocka_unit_test(test_certificate_renewed),
		cmocka_unit_test(test_certificate_files),
		cmocka_unit_test(test_authority_file),
		cmocka_unit_test(test_no_proxy_there),
		cmocka_unit_test(test_socks),
		cmocka_unit_test(test_request_timeout),
		cmocka_unit_test(test_request_timeout_of_streams),
	};
	int rc;

	advance_init();
	rc = cmocka_run_group_tests_name("auth", tests, setup, teardown);
	advance_release();
	return rc;
}
