/*
 * One API server: its URL, whom its certificate is trusted by, the proxy before it. See
 * rest_load.h.
 */
#include "net/rest_load.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "net/proxy.h"
#include "net/rest_check.h"
#include "net/rest_files.h"

static bool has_tls_options(const struct load *l)
{
	return l->flags->insecure || rest_given(l->flags->certificate_authority) ||
	       l->cluster->insecure || l->cluster->ca_file || l->cluster->ca_data ||
	       l->user->cert_file || l->user->cert_data;
}

/* What stands on the command line cannot be read. */
static int bad_flag(struct load *l)
{
	if (l->err)
		l->err->code = ERROR_USAGE;
	return -1;
}

static int set_server(struct load *l, const char *server)
{
	struct rest_config *out = l->out;
	size_t len;

	if (!strncmp(server, "unix://", 7)) {
		out->unix_socket = mem_strdup(server + 7);
		out->server = mem_strdup("http://localhost");
		return 0;
	}
	if (strstr(server, "://"))
		out->server = mem_strdup(server);
	else
		out->server = mem_printf("%s://%s", has_tls_options(l) ? "https" : "http", server);
	len = strlen(out->server);
	while (len > 0 && out->server[len - 1] == '/')
		out->server[--len] = '\0';
	if (rest_check_server(out->server, l->err) == 0)
		return 0;
	return rest_given(l->flags->server) ? bad_flag(l) : -1;
}

static int load_ca(struct load *l)
{
	const char *flag = l->flags->certificate_authority;
	const struct kubeconfig_cluster *c = l->cluster;
	const char *path = rest_given(flag) ? flag : c->ca_data ? NULL : c->ca_file;
	struct error why = ERROR_INIT;

	if (l->out->insecure)
		return 0;
	if (!path) {
		l->out->ca_pem = mem_strdup_or_null(c->ca_data);
		return 0;
	}
	l->out->ca_pem = rest_file_read(path, REST_FILE_MAX, NULL, &why);
	l->out->ca_file = mem_strdup(path);
	if (l->out->ca_pem)
		return 0;
	error_set(l->err, why.code, "unable to read certificate-authority %s for %s due to %s",
		path, c->name ? c->name : "", why.text);
	error_release(&why);
	return -1;
}

/* ---- the proxy ---- */

static int bad_proxy(struct load *l, const char *from, const char *url)
{
	char *shown = proxy_shown(url);

	error_prefix(l->err, "%s: invalid proxy \"%s\"", from, shown);
	free(shown);
	return -1;
}

/* What names none of the schemes of its own is a host, as Go takes it. */
static int from_environment(struct load *l)
{
	struct str host, port;
	const char *name, *url;
	char *whole;
	bool https;

	if (!rest_url_split(str_of(l->out->server), &https, &host, &port))
		return 0;
	name = proxy_from_environment(https, host, port);
	if (!name)
		return 0;
	url = getenv(name);
	whole = strstr(url, "://") ? mem_strdup(url) : mem_printf("http://%s", url);
	l->out->proxy = proxy_url(whole, l->err);
	if (!l->out->proxy)
		bad_proxy(l, name, whole);
	free(whole);
	return l->out->proxy ? 0 : -1;
}

int rest_load_proxy(struct load *l, const char *url)
{
	bool flag = rest_given(l->flags->proxy_url);

	if (l->out->unix_socket)
		return 0;
	if (!rest_given(url))
		return from_environment(l);
	l->out->proxy = proxy_url(url, l->err);
	if (l->out->proxy)
		return 0;
	bad_proxy(l, flag ? "--proxy-url" : "proxy-url", url);
	return flag ? bad_flag(l) : -1;
}

/* ---- all of it ---- */

int rest_load_cluster(struct load *l, const char *server)
{
	const struct rest_flags *f = l->flags;
	bool flag_ca = rest_given(f->certificate_authority);
	const char *name = f->tls_server_name;

	if (rest_check_cluster(l->cluster, f, l->err) < 0 || set_server(l, server) < 0)
		return -1;
	/* --server names another host than the one that the file's name is for. */
	if (!rest_given(name) && !rest_given(f->server))
		name = l->cluster->tls_server_name;
	l->out->tls_server_name = mem_strdup_or_null(name);
	l->out->insecure = f->insecure || (l->cluster->insecure && !flag_ca);
	l->out->disable_compression = l->cluster->disable_compression;
	if (rest_load_proxy(l, rest_first_of(f->proxy_url, l->cluster->proxy_url)) < 0)
		return -1;
	return load_ca(l);
}
