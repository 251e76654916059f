/*
 * What a curl error means: a code for the gate and the reflectors, kubectl's
 * words for people. Watch thread only.
 */
#include "net/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509_vfy.h>

#include "base/mem.h"
#include "net/proxy.h"

/* The classes of net/http.go's "probable EOF" are ERROR_CUT. */
static const struct {
	CURLcode code;
	enum error_code means;
} classes[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, ERROR_CONNECT },
	{ CURLE_COULDNT_RESOLVE_PROXY, ERROR_CONNECT },
	{ CURLE_COULDNT_CONNECT, ERROR_CONNECT },
	{ CURLE_INTERFACE_FAILED, ERROR_CONNECT },
	{ CURLE_OPERATION_TIMEDOUT, ERROR_TIMEOUT },
	{ CURLE_PEER_FAILED_VERIFICATION, ERROR_TLS },
	{ CURLE_SSL_CONNECT_ERROR, ERROR_TLS },
	{ CURLE_SSL_CERTPROBLEM, ERROR_TLS },
	{ CURLE_SSL_CIPHER, ERROR_TLS },
	{ CURLE_SSL_CACERT_BADFILE, ERROR_TLS },
	{ CURLE_SSL_ISSUER_ERROR, ERROR_TLS },
	{ CURLE_SSL_PINNEDPUBKEYNOTMATCH, ERROR_TLS },
	{ CURLE_SSL_INVALIDCERTSTATUS, ERROR_TLS },
	{ CURLE_SSL_CLIENTCERT, ERROR_TLS },
	{ CURLE_SSL_ENGINE_NOTFOUND, ERROR_TLS },
	{ CURLE_PARTIAL_FILE, ERROR_CUT },
	{ CURLE_GOT_NOTHING, ERROR_CUT },
	{ CURLE_SEND_ERROR, ERROR_CUT },
	{ CURLE_RECV_ERROR, ERROR_CUT },
	{ CURLE_HTTP2, ERROR_CUT },
	{ CURLE_HTTP2_STREAM, ERROR_CUT },
	{ CURLE_BAD_CONTENT_ENCODING, ERROR_INVALID },
	{ CURLE_WEIRD_SERVER_REPLY, ERROR_INVALID },
	{ CURLE_UNSUPPORTED_PROTOCOL, ERROR_INVALID },
	{ CURLE_WRITE_ERROR, ERROR_INVALID },
};

static enum error_code class_of(CURLcode code)
{
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (classes[i].code == code)
			return classes[i].means;
	}
	return ERROR_CUT;
}

static const char *detail_of(const struct request *r, CURLcode code)
{
	return r->errbuf[0] ? r->errbuf : curl_easy_strerror(code);
}

static long os_error(const struct request *r)
{
	long number = 0;

	curl_easy_getinfo(r->easy, CURLINFO_OS_ERRNO, &number);
	return number;
}

/* What a SOCKS5 proxy answered, in Go's words for the reply codes of RFC 1928; NULL: it
 * has not refused. */
static const char *socks_answer(const struct request *r)
{
#if LIBCURL_VERSION_NUM >= 0x074900
	static const struct {
		CURLproxycode code;
		const char *says;
	} answers[] = {
		{ CURLPX_REPLY_GENERAL_SERVER_FAILURE, "general SOCKS server failure" },
		{ CURLPX_REPLY_NOT_ALLOWED, "connection not allowed by ruleset" },
		{ CURLPX_REPLY_NETWORK_UNREACHABLE, "network unreachable" },
		{ CURLPX_REPLY_HOST_UNREACHABLE, "host unreachable" },
		{ CURLPX_REPLY_CONNECTION_REFUSED, "connection refused" },
		{ CURLPX_REPLY_TTL_EXPIRED, "TTL expired" },
		{ CURLPX_REPLY_COMMAND_NOT_SUPPORTED, "command not supported" },
		{ CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED, "address type not supported" },
	};
	long code = CURLPX_OK;

	curl_easy_getinfo(r->easy, CURLINFO_PROXY_ERROR, &code);
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (code == (long)answers[i].code)
			return answers[i].says;
	}
#else
	(void)r;
#endif
	return NULL;
}

/* What stands between us and the server is to blame, and named. */
static int set_proxy(const struct request *r, CURLcode code, struct error *err)
{
	char *proxy = proxy_shown(r->client->config->proxy);
	const char *socks = socks_answer(r);
	long answer = 0;

	curl_easy_getinfo(r->easy, CURLINFO_HTTP_CONNECTCODE, &answer);
	if (code == CURLE_COULDNT_RESOLVE_PROXY)
		error_set(err, ERROR_CONNECT,
			"Unable to connect to the server: proxyconnect tcp: dial tcp: lookup %s: no "
			"such host",
			proxy);
	else if (answer > 299)
		error_set(err, ERROR_CONNECT,
			"Unable to connect to the server: the proxy %s answered %ld%s", proxy,
			answer, answer == 407 ? " Proxy Authentication Required" : "");
	else if (socks)
		error_set(err, ERROR_CONNECT,
			"Unable to connect to the server: socks connect tcp %s->%s: unknown error "
			"%s",
			proxy, r->client->authority, socks);
	else if (os_error(r) == ECONNREFUSED)
		error_set(err, ERROR_CONNECT,
			"Unable to connect to the server: proxyconnect tcp: dial tcp %s: connect: "
			"connection refused",
			proxy);
	else
		error_set(err, ERROR_CONNECT, "Unable to connect to the server: proxy %s: %s",
			proxy, detail_of(r, code));
	free(proxy);
	return -1;
}

static bool is_proxys(const struct request *r, CURLcode code)
{
	long answer = 0;

	if (!r->client->config->proxy || r->connected)
		return false;
	curl_easy_getinfo(r->easy, CURLINFO_HTTP_CONNECTCODE, &answer);
	return code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_COULDNT_CONNECT ||
	       code == CURLE_PROXY || answer > 299;
}

static int set_connect(const struct request *r, CURLcode code, struct error *err)
{
	const struct client *c = r->client;

	if (code == CURLE_COULDNT_RESOLVE_HOST)
		return error_set(err, ERROR_CONNECT,
			"Unable to connect to the server: dial tcp: lookup %s: no such host",
			c->authority);
	if (os_error(r) == ECONNREFUSED)
		return error_set(err, ERROR_CONNECT,
			"The connection to the server %s was refused - did you specify the right "
			"host or port?",
			c->authority);
	return error_set(
		err, ERROR_CONNECT, "Unable to connect to the server: %s", detail_of(r, code));
}

static const char *verify_cause(long result)
{
	switch (result) {
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_CERT_UNTRUSTED:
		return "x509: certificate signed by unknown authority";
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return "x509: certificate has expired or is not yet valid";
	default:
		return NULL;
	}
}

static int set_tls(const struct request *r, CURLcode code, struct error *err)
{
	const char *cause;
	long result = 0;

	if (code == CURLE_SSL_CACERT_BADFILE)
		return error_set(err, ERROR_TLS,
			"unable to load root certificates: there is none in %s",
			r->client->config->ca_file ? r->client->config->ca_file
						   : "certificate-authority-data");
	if (code != CURLE_PEER_FAILED_VERIFICATION)
		return error_set(err, ERROR_TLS, "Unable to connect to the server: tls: %s",
			detail_of(r, code));
	curl_easy_getinfo(r->easy, CURLINFO_SSL_VERIFYRESULT, &result);
	if (result == X509_V_OK && r->client->config->proxy)
		curl_easy_getinfo(r->easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &result);
	cause = verify_cause(result);
	return error_set(err, ERROR_TLS,
		"Unable to connect to the server: tls: failed to verify certificate: %s",
		cause ? cause : detail_of(r, code));
}

static bool is_hung_up(CURLcode code, const struct error *err)
{
	return err && (err->code == ERROR_CUT || code == CURLE_SSL_CONNECT_ERROR);
}

/* A proxy that takes a host it does not know, or cannot reach, only to hang up looks like
 * a server that does. */
static void add_way(const struct request *r, struct error *err)
{
	char *proxy, *text;

	if (!r->client->config->proxy || r->head_seen || !err)
		return;
	proxy = proxy_shown(r->client->config->proxy);
	text = mem_printf("%s (through the proxy %s)", err->text, proxy);
	free(err->text);
	err->text = text;
	free(proxy);
}

void failure_set(const struct request *r, CURLcode code, struct error *err)
{
	enum error_code means = class_of(code);

	/* A handshake that the peer broke off is no question of trust. */
	if (code == CURLE_SSL_CONNECT_ERROR && os_error(r) == ECONNRESET)
		means = ERROR_CONNECT;
	if (is_proxys(r, code))
		set_proxy(r, code, err);
	else if (means == ERROR_CUT && r->renewed)
		error_set(err, ERROR_RENEWED,
			"the connection was closed for another client certificate");
	else if (means == ERROR_CONNECT)
		set_connect(r, code, err);
	else if (means == ERROR_TLS)
		set_tls(r, code, err);
	else if (means == ERROR_TIMEOUT)
		error_set(err, means, "Unable to connect to the server: dial tcp %s: i/o timeout",
			r->client->authority);
	else if (means == ERROR_CUT && !r->head_seen)
		error_set(err, means, "Unable to connect to the server: %s", detail_of(r, code));
	else
		error_set(err, means, "%s", detail_of(r, code));
	if (!is_proxys(r, code) && is_hung_up(code, err))
		add_way(r, err);
}
