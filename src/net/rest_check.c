/*
 * The texts are those of clientcmd's validation.go. See rest_check.h.
 */
#include "net/rest_check.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "kube/kubeconfig.h"
#include "kube/value.h"
#include "net/rest.h"
#include "net/rest_load.h"

static int invalid(struct error *err, const char *fmt, const char *name)
{
	char *at;

	/* fmt is one of the constants below, with one %s. */
	at = strstr(fmt, "%s");
	return error_set(err, ERROR_INVALID, "invalid configuration: %.*s%s%s", (int)(at - fmt),
		fmt, name ? name : "", at + 2);
}

int rest_check_cluster(
	const struct kubeconfig_cluster *c, const struct rest_flags *flags, struct error *err)
{
	if (flags->insecure || (flags->certificate_authority && *flags->certificate_authority))
		return 0;
	if (c->ca_data && c->ca_file)
		return invalid(err,
			"certificate-authority-data and certificate-authority are both specified "
			"for %s. certificate-authority-data will override.",
			c->name);
	if (c->insecure && (c->ca_data || c->ca_file))
		return error_set(err, ERROR_INVALID,
			"specifying a root certificates file with the insecure flag is not "
			"allowed");
	return 0;
}

static int check_cert(
	const struct kubeconfig_user *u, const struct rest_flags *flags, struct error *err)
{
	if (rest_given(flags->client_certificate) || rest_given(flags->client_key)) {
		bool cert = rest_given(flags->client_certificate) || u->cert_data || u->cert_file;
		bool key = rest_given(flags->client_key) || u->key_data || u->key_file;

		return cert && key ? 0
				   : error_set(err, ERROR_USAGE,
					     "--client-certificate and --client-key go together");
	}
	if (!u->cert_data && !u->cert_file)
		return 0;
	if (u->cert_data && u->cert_file)
		return invalid(err,
			"client-cert-data and client-cert are both specified for %s. "
			"client-cert-data will override.",
			u->name);
	if (u->key_data && u->key_file)
		return invalid(err,
			"client-key-data and client-key are both specified for %s; "
			"client-key-data will override",
			u->name);
	if (!u->key_data && !u->key_file)
		return invalid(err,
			"client-key-data or client-key must be specified for %s to use the "
			"clientCert authentication method.",
			u->name);
	return 0;
}

static int check_exec(const struct kubeconfig_user *u, struct error *err)
{
	const struct kubeconfig_exec *e = u->exec;

	if (!e)
		return 0;
	if (u->auth_provider)
		return invalid(err,
			"authProvider cannot be provided in combination with an exec plugin for %s",
			u->name);
	if (!e->command)
		return invalid(err,
			"command must be specified for %s to use exec authentication plugin",
			u->name);
	if (!e->api_version)
		return invalid(err,
			"apiVersion must be specified for %s to use exec authentication plugin",
			u->name);
	if (e->interactive == KUBECONFIG_INTERACTIVE_UNSET &&
		str_ends(str_of(e->api_version), STR("/v1")))
		return invalid(err,
			"interactiveMode must be specified for %s to use exec authentication "
			"plugin",
			u->name);
	return 0;
}

static int check_provider(const struct kubeconfig_user *u, struct error *err)
{
	const char *name = u->auth_provider;

	if (!name || u->id_token)
		return 0;
	if (!strcmp(name, "gcp") || !strcmp(name, "azure"))
		return error_set(err, ERROR_UNSUPPORTED,
			"The %s auth plugin has been removed. Please use the \"%s\" "
			"kubectl/client-go credential plugin instead.",
			name, name[0] == 'g' ? "gke-gcloud-auth-plugin" : "kubelogin");
	return error_set(err, ERROR_UNSUPPORTED,
		"auth-provider \"%s\" of user \"%s\" is not supported without an id-token", name,
		u->name);
}

int rest_check_user(
	const struct kubeconfig_user *u, const struct rest_flags *flags, struct error *err)
{
	bool token_given = rest_given(flags->token);
	bool token = token_given || u->token || u->token_file;
	bool basic = u->username || u->password;

	if (check_cert(u, flags, err) < 0)
		return -1;
	if (token && basic && !token_given)
		return error_set(err, ERROR_INVALID,
			"invalid configuration: more than one authentication method found for %s; "
			"found [token basicAuth], only one is allowed",
			u->name);
	if (token_given)
		return 0;
	return check_exec(u, err) < 0 ? -1 : check_provider(u, err);
}

bool rest_url_split(struct str url, bool *ret_https, struct str *ret_host, struct str *ret_port)
{
	struct str rest = url;
	struct str port = { 0 };
	const char *colon;
	bool https = str_starts(url, STR("https://"));
	size_t skip = https ? 8 : 7;

	if (!https && !str_starts(url, STR("http://")))
		return false;
	rest = str_make(url.p + skip, url.len - skip);
	rest = str_cut(&rest, '/');
	colon = memrchr(rest.p, ':', rest.len);
	if (colon && rest.p[rest.len - 1] != ']') {
		port = str_make(colon + 1, rest.len - (size_t)(colon + 1 - rest.p));
		rest.len = (size_t)(colon - rest.p);
	}
	if (rest.len == 0 || memchr(rest.p, '@', rest.len))
		return false;
	*ret_https = https;
	*ret_host = rest;
	*ret_port = port.len ? port : https ? STR("443") : STR("80");
	return true;
}

/* Without what may be a password. */
static int bad_server(const char *server, struct error *err)
{
	if (strchr(server, '@'))
		return error_set(
			err, ERROR_INVALID, "the server's URL must not hold a user or password");
	return error_set(err, ERROR_INVALID, "server \"%.*s\" is no http or https URL",
		(int)strcspn(server, "?#"), server);
}

int rest_check_server(const char *server, struct error *err)
{
	struct str host, port;
	int64_t number;
	bool https;

	if (!rest_url_split(str_of(server), &https, &host, &port) ||
		str_to_i64(port, &number) < 0 || number < 1 || number > 65535 ||
		strpbrk(server, " \t\r\n?#"))
		return bad_server(server, err);
	return 0;
}

int rest_request_timeout(const char *text, int64_t *ret, struct error *err)
{
	double seconds = 0;
	int64_t whole;

	*ret = 0;
	if (!rest_given(text))
		return 0;
	if (str_to_i64(str_of(text), &whole) == 0)
		seconds = (double)whole;
	else if (value_duration(str_of(text), &seconds) < 0)
		seconds = -1;
	if (seconds < 0 || seconds > 1e6)
		return error_set(err, ERROR_USAGE,
			"Invalid timeout value \"%s\". Timeout must be a single integer in "
			"seconds, or an integer followed by a corresponding time unit (e.g. 1s | "
			"2m | 3h)",
			text);
	*ret = (int64_t)(seconds * CLOCK_S);
	return 0;
}

char *rest_base64(const char *text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)text;
	size_t len = strlen(text), i;
	struct buf out = BUF_INIT(len / 3 * 4 + 8);
	unsigned bits;

	for (i = 0; i < len; i += 3) {
		bits = (unsigned)p[i] << 16;
		bits |= i + 1 < len ? (unsigned)p[i + 1] << 8 : 0;
		bits |= i + 2 < len ? p[i + 2] : 0;
		buf_addc(&out, digits[bits >> 18 & 63]);
		buf_addc(&out, digits[bits >> 12 & 63]);
		buf_addc(&out, i + 1 < len ? digits[bits >> 6 & 63] : '=');
		buf_addc(&out, i + 2 < len ? digits[bits & 63] : '=');
	}
	return buf_take(&out);
}
