/*
 * The options of a curl handle: where to, with which trust, with which headers.
 * Watch thread only, but for setup_global().
 */
#include "net/internal.h"

#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/mem.h"
#include "net/rest_check.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0"
#endif

#define WATCH_BUFFER	(16L << 10) /* kept for the life of each watch */
#define SHORT_BUFFER	(64L << 10)
#define CONNECT_SECONDS 30L

static void global_once(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		abort();
	tls_global();
}

void setup_global(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, global_once);
}

static struct curl_slist *append(struct curl_slist *list, const char *line)
{
	struct curl_slist *grown = curl_slist_append(list, line);

	if (!grown)
		abort();
	return grown;
}

/* libcurl sends SNI and checks the certificate by the host of the URL; so with
 * a tls-server-name that name is the URL's host, and the connection is led
 * elsewhere. */
static void rename_server(struct client *c, struct str host, struct str port)
{
	const struct rest_config *config = c->config;
	const char *path = strchr(config->server + strlen("https://"), '/');
	char *line;

	c->base_url = mem_printf("https://%s:" STR_FMT "%s", config->tls_server_name, STR_ARG(port),
		path ? path : "");
	line = mem_printf("::" STR_FMT ":" STR_FMT, STR_ARG(host), STR_ARG(port));
	c->connect_to = append(NULL, line);
	free(line);
	c->host_header = mem_printf("Host: %s", c->authority);
}

void setup_server(struct client *c)
{
	const struct rest_config *config = c->config;
	struct str host = STR(""), port = STR(""), rest;
	bool ok = rest_url_split(str_of(config->server), &c->https, &host, &port);

	c->https = ok && c->https;
	c->may_send_secrets = c->https && !config->unix_socket;
	if (config->unix_socket)
		c->shown = mem_printf("unix://%s", config->unix_socket);
	else
		c->shown = mem_strdup(config->server);
	rest = str_of(strstr(config->server, "://"));
	if (rest.len >= 3)
		rest = str_make(rest.p + 3, rest.len - 3);
	c->authority = config->unix_socket ? mem_strdup(config->unix_socket)
					   : str_dup(str_cut(&rest, '/'));
	if (c->https && config->tls_server_name)
		rename_server(c, host, port);
	else
		c->base_url = mem_strdup(config->server);
}

/* ---- one handle ---- */

/* The request keeps it for as long as the handle uses it. */
static void set_blob(CURL *easy, CURLoption option, char *pem)
{
	struct curl_blob blob = { pem, strlen(pem), CURL_BLOB_NOCOPY };

	curl_easy_setopt(easy, option, &blob);
}

/* A proxy that is spoken to in TLS is trusted as the server is, as Go has it. What it
 * answers before the tunnel stands is not the server's. */
static void set_proxy(CURL *easy, const struct rest_config *config, const struct trust *trust)
{
	curl_easy_setopt(easy, CURLOPT_PROXY, config->proxy ? config->proxy : "");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	if (!config->proxy)
		return;
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYPEER, config->insecure ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYHOST, config->insecure ? 0L : 2L);
	if (!trust->ca_pem)
		return;
	set_blob(easy, CURLOPT_PROXY_CAINFO_BLOB, trust->ca_pem);
	curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL);
}

static void set_trust(struct request *r)
{
	const struct client *c = r->client;
	const struct rest_config *config = c->config;
	struct trust *old = r->trust, *trust = trust_ref(c->trust);
	CURL *easy = r->easy;

	r->trust = trust;
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, config->insecure ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, config->insecure ? 0L : 2L);
	if (trust->ca_pem) {
		/* Only this one is trusted: Debian's libcurl has a default directory. */
		set_blob(easy, CURLOPT_CAINFO_BLOB, trust->ca_pem);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
	if (trust->cert_pem && trust->key_pem) {
		set_blob(easy, CURLOPT_SSLCERT_BLOB, trust->cert_pem);
		set_blob(easy, CURLOPT_SSLKEY_BLOB, trust->key_pem);
	} else {
		/* The handle may still have what a plugin gave before. */
		curl_easy_setopt(easy, CURLOPT_SSLCERT_BLOB, NULL);
		curl_easy_setopt(easy, CURLOPT_SSLKEY_BLOB, NULL);
	}
	set_proxy(easy, config, trust);
	trust_unref(old);
	if (c->connect_to)
		curl_easy_setopt(easy, CURLOPT_CONNECT_TO, c->connect_to);
}

static void set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
	/* A resolver that hangs must not hold up the end of the thread. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
}

static void set_transport(struct request *r)
{
	const struct rest_config *config = r->client->config;
	bool watch = r->lane == REQUEST_WATCH;
	CURL *easy = r->easy;

	set_protocols(easy);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	/* Over HTTP/1.1 it would only hold up what can go out at once. */
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, r->client->conns.http1 ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, watch ? WATCH_BUFFER : SHORT_BUFFER);
	/* A probe must not be told by a connection that died unnoticed. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, r->probe || r->once ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, r->once ? 1L : 0L);
	/* Servers end gzip members at each flush of a watch, which libcurl cannot
	 * decode. */
	if (!watch && !config->disable_compression)
		curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	if (config->unix_socket)
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, config->unix_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, conns_open);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, r);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, conns_close);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, r->client);
	curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, conns_options);
	curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, r);
}

static void set_method(struct request *r)
{
	CURL *easy = r->easy;
	const char *method = r->method ? r->method : "GET";

	if (r->body) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, r->body);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
	}
	if (r->body || strcmp(method, "GET") != 0)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

static struct curl_slist *add_header(struct curl_slist *list, const char *name, const char *value)
{
	char *line = mem_printf("%s: %s", name, value);

	list = append(list, line);
	free(line);
	return list;
}

static void set_headers(struct request *r)
{
	struct client *c = r->client;
	struct curl_slist *list = NULL;
	struct utsname un;

	if (uname(&un) == 0) {
		char *agent = mem_printf("crwatch/" PACKAGE_VERSION " (linux/%s)", un.machine);

		curl_easy_setopt(r->easy, CURLOPT_USERAGENT, agent);
		free(agent);
	}
	list = add_header(list, "Accept", r->accept ? r->accept : "application/json");
	if (r->known_etag)
		list = add_header(list, "If-None-Match", r->known_etag);
	if (r->body) {
		list = add_header(
			list, "Content-Type", r->body_type ? r->body_type : "application/json");
		list = append(list, "Expect:");
	}
	if (c->host_header)
		list = append(list, c->host_header);
	if (!r->probe)
		list = auth_headers(c, list);
	r->headers = list;
	curl_easy_setopt(r->easy, CURLOPT_HTTPHEADER, list);
}

void setup_credentials(struct request *r)
{
	struct curl_slist *old = r->headers;

	set_trust(r);
	set_headers(r);
	curl_slist_free_all(old);
}

void setup_easy(struct request *r)
{
	char *url = mem_printf("%s%s", r->client->base_url, r->path);

	curl_easy_setopt(r->easy, CURLOPT_URL, url);
	free(url);
	curl_easy_setopt(r->easy, CURLOPT_PRIVATE, r);
	curl_easy_setopt(r->easy, CURLOPT_ERRORBUFFER, r->errbuf);
	set_transport(r);
	set_trust(r);
	set_method(r);
	set_headers(r);
}
