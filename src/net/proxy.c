/*
 * The rules of NO_PROXY, and what a URL of a proxy may be. No state. See proxy.h.
 */
#include "net/proxy.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

struct address {
	unsigned char bytes[16];
	unsigned bits; /* 32, 128 or 0: no address */
};

static struct address address_of(struct str text)
{
	struct address a = { { 0 }, 0 };
	char s[INET6_ADDRSTRLEN];

	if (text.len == 0 || text.len >= sizeof(s))
		return a;
	memcpy(s, text.p, text.len);
	s[text.len] = '\0';
	if (inet_pton(AF_INET, s, a.bytes) == 1)
		a.bits = 32;
	else if (inet_pton(AF_INET6, s, a.bytes) == 1)
		a.bits = 128;
	return a;
}

static bool in_network(struct address a, struct address network, unsigned prefix)
{
	unsigned i;

	if (a.bits != network.bits || prefix > a.bits)
		return false;
	for (i = 0; i < prefix; i++) {
		if ((a.bytes[i / 8] ^ network.bytes[i / 8]) >> (7 - i % 8) & 1)
			return false;
	}
	return true;
}

static bool is_loopback(struct str host)
{
	static const unsigned char one[16] = { [15] = 1 };
	struct address a = address_of(host);

	if (host.len == 9 && !strncasecmp(host.p, "localhost", 9))
		return true;
	return (a.bits == 32 && a.bytes[0] == 127) || (a.bits == 128 && !memcmp(a.bytes, one, 16));
}

static bool ends_in(struct str host, struct str domain)
{
	return host.len > domain.len &&
	       !strncasecmp(host.p + host.len - domain.len, domain.p, domain.len);
}

/* "example.com" means itself and what lies below, ".example.com" and
 * "*.example.com" only what lies below. */
static bool domain_matches(struct str rule, struct str host)
{
	if (str_starts(rule, STR("*.")))
		rule = str_make(rule.p + 1, rule.len - 1);
	if (rule.p[0] == '.')
		return ends_in(host, rule);
	if (rule.len == host.len)
		return !strncasecmp(rule.p, host.p, rule.len);
	return ends_in(host, rule) && host.p[host.len - rule.len - 1] == '.';
}

static struct str without_brackets(struct str s)
{
	if (s.len >= 2 && s.p[0] == '[' && s.p[s.len - 1] == ']')
		return str_make(s.p + 1, s.len - 2);
	return s;
}

/* Cuts ":443" from "host:443"; an address of version 6 needs its brackets. */
static struct str cut_port(struct str rule, struct str *ret_port)
{
	const char *colon, *first;

	*ret_port = str_make(NULL, 0);
	if (!rule.p || rule.len == 0)
		return rule;
	colon = memrchr(rule.p, ':', rule.len);
	first = memchr(rule.p, ':', rule.len);
	if (!colon || (colon != first && rule.p[0] != '[') || rule.p[rule.len - 1] == ']')
		return rule;
	*ret_port = str_make(colon + 1, rule.len - (size_t)(colon + 1 - rule.p));
	return str_make(rule.p, (size_t)(colon - rule.p));
}

static bool rule_matches(struct str rule, struct str host, struct str port)
{
	struct str rest = rule, network = str_cut(&rest, '/'), rule_port;
	struct address a = address_of(host);
	int64_t prefix;

	if (rest.p)
		return address_of(network).bits && str_to_i64(rest, &prefix) == 0 && prefix >= 0 &&
		       prefix <= 128 && in_network(a, address_of(network), (unsigned)prefix);
	rule = cut_port(rule, &rule_port);
	if (rule_port.len && !str_eq(rule_port, port))
		return false;
	rule = without_brackets(rule);
	if (rule.len == 0)
		return false;
	if (a.bits)
		return in_network(a, address_of(rule), a.bits);
	return domain_matches(rule, host);
}

bool proxy_excepted(struct str list, struct str host, struct str port)
{
	struct str rule;

	host = without_brackets(host);
	if (is_loopback(host))
		return true;
	while (list.p) {
		rule = str_trim(str_cut(&list, ','));
		if (str_is(rule, "*") || (rule.len && rule_matches(rule, host, port)))
			return true;
	}
	return false;
}

static const char *first_set(const char *const names[2])
{
	const char *value;
	int i;

	for (i = 0; i < 2; i++) {
		value = getenv(names[i]);
		if (value && *value)
			return names[i];
	}
	return NULL;
}

const char *proxy_from_environment(bool https, struct str host, struct str port)
{
	static const char *const secure[2] = { "HTTPS_PROXY", "https_proxy" };
	static const char *const plain[2] = { "HTTP_PROXY", "http_proxy" };
	static const char *const none[2] = { "NO_PROXY", "no_proxy" };
	const char *name = first_set(https ? secure : plain);
	const char *except = first_set(none);

	if (!name || proxy_excepted(str_of(except ? getenv(except) : NULL), host, port))
		return NULL;
	return name;
}

/* ---- its URL ---- */

static const char *after_scheme(const char *url)
{
	const char *at = strstr(url, "://");

	return at ? at + 3 : url;
}

/* What stands before an @ is not shown, wherever that is. */
static struct str authority_of(const char *url)
{
	const char *rest = after_scheme(url), *at = strrchr(rest, '@');
	const char *host = at ? at + 1 : rest;

	return str_make(host, strcspn(host, "/?#"));
}

char *proxy_shown(const char *url)
{
	return str_dup(authority_of(url));
}

static bool is_usable(const char *url)
{
	struct str port, host = cut_port(authority_of(url), &port);
	int64_t number;

	if (host.len == 0 || strpbrk(url, " \t\r\n"))
		return false;
	/* An @ behind the host would make something else of it. */
	if (strchr(after_scheme(url) + strcspn(after_scheme(url), "/?#"), '@'))
		return false;
	return !port.p || (str_to_i64(port, &number) == 0 && number > 0 && number <= 65535);
}

char *proxy_url(const char *url, struct error *err)
{
	static const struct {
		const char *scheme, *ours;
	} schemes[] = { { "http", "http" }, { "https", "https" }, { "socks5", "socks5h" },
		{ "socks5h", "socks5h" } };
	const char *rest = after_scheme(url);
	struct str scheme = str_make(url, rest == url ? 0 : (size_t)(rest - url) - 3);

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		if (!str_is(scheme, schemes[i].scheme))
			continue;
		if (is_usable(url))
			return mem_printf("%s://%s", schemes[i].ours, rest);
		error_set(err, ERROR_INVALID, "no host, or no port, in it");
		return NULL;
	}
	error_set(err, ERROR_INVALID,
		"unsupported scheme \"" STR_FMT "\", must be http, https, or socks5",
		STR_ARG(scheme));
	return NULL;
}
