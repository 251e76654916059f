/* rest: which files, which context, which server, which credentials. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/proxy.h"
#include "net/rest.h"

static char dir[] = "/tmp/crwatch-rest-XXXXXX";

static char *file(const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(path, 0600);
	return path;
}

static int setup(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(dir));
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = { "a", "b", "open" };
	char *path;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path = mem_printf("%s/%s", dir, names[i]);
		unlink(path);
		free(path);
	}
	return rmdir(dir);
}

static int clean_environment(void **state)
{
	static const char *const names[] = { "KUBECONFIG", "KUBERNETES_MASTER",
		"KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "HTTPS_PROXY", "https_proxy",
		"HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "POD_NAMESPACE" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	setenv("HOME", dir, 1);
	return 0;
}

static void load(const struct rest_flags *flags, struct rest_config *ret)
{
	struct error err = ERROR_INIT;

	if (rest_config_load(flags, ret, &err) < 0)
		fail_msg("%s", err.text);
}

static void refuse(const struct rest_flags *flags, enum error_code code, const char *says)
{
	struct rest_config config;
	struct error err = ERROR_INIT;

	assert_int_equal(rest_config_load(flags, &config, &err), -1);
	assert_int_equal(err.code, code);
	if (!strstr(err.text, says))
		fail_msg("%s", err.text);
	error_release(&err);
}

static void refuse_text(const char *text, enum error_code code, const char *says)
{
	struct rest_flags flags = { .inline_kubeconfig = text };

	refuse(&flags, code, says);
}

/* One cluster, user and context around what differs. */
#define WRAP(cluster, user)                                                                        \
	"{current-context: c, clusters: [{name: k, cluster: {" cluster "}}], users: [{name: u, "   \
	"user: {" user "}}], contexts: [{name: c, context: {cluster: k, user: u}}]}"
#define HTTPS "server: 'https://h:1/'"

static void test_nothing(void **state)
{
	struct rest_flags flags = { 0 };

	(void)state;
	refuse(&flags, ERROR_NOT_FOUND, "no configuration has been provided");
	flags.kubeconfig = "/nowhere/config";
	refuse(&flags, ERROR_NOT_FOUND, "stat /nowhere/config: no such file or directory");
}

static void test_list(void **state)
{
	char *a = file("a", "users: [{name: u, user: {tokenFile: tok}}]\n");
	char *b =
		file("b", "current-context: c\nusers: [{name: u, user: {token: other}}]\n"
			  "clusters: [{name: k, cluster: {server: 'https://h:6443/p//'}}]\n"
			  "contexts: [{name: c, context: {cluster: k, user: u, namespace: n}}]\n");
	char *list = mem_printf("%s::/nowhere:%s:%s", a, b, a);
	char *expected = mem_printf("%s/tok", dir);
	struct rest_flags flags = { 0 };
	struct rest_config config;

	(void)state;
	setenv("KUBECONFIG", list, 1);
	load(&flags, &config);
	assert_string_equal(config.server, "https://h:6443/p");
	assert_string_equal(config.token_file, expected);
	assert_null(config.token);
	assert_string_equal(config.ns, "n");
	assert_false(config.ns_given);
	assert_string_equal(config.context_name, "c");
	rest_config_release(&config);
	flags.ns = "m";
	load(&flags, &config);
	assert_string_equal(config.ns, "m");
	assert_true(config.ns_given);
	rest_config_release(&config);
	free(file("b", "a: ["));
	refuse(&flags, ERROR_INVALID, "error loading config file \"");
	free(a);
	free(b);
	free(list);
	free(expected);
}

static void test_choice(void **state)
{
	struct rest_flags flags = { .inline_kubeconfig = WRAP(HTTPS, "token: t"), .context = "x" };
	struct rest_config config;

	(void)state;
	refuse(&flags, ERROR_INVALID, "context \"x\" does not exist");
	flags.context = NULL;
	flags.cluster = "y";
	refuse(&flags, ERROR_INVALID, "cluster \"y\" does not exist");
	flags.cluster = NULL;
	flags.user = "z";
	refuse(&flags, ERROR_INVALID, "auth info \"z\" does not exist");
	flags.user = NULL;
	flags.token = "mine";
	flags.server = "other:8443";
	flags.insecure = true;
	load(&flags, &config);
	assert_string_equal(config.server, "https://other:8443");
	assert_string_equal(config.token, "mine");
	assert_string_equal(config.ns, "default");
	assert_true(config.insecure);
	rest_config_release(&config);
}

static void test_unix(void **state)
{
	struct rest_flags flags = { .inline_kubeconfig = WRAP("server: 'unix:///run/s'", "") };
	struct rest_config config;

	(void)state;
	load(&flags, &config);
	assert_string_equal(config.unix_socket, "/run/s");
	assert_string_equal(config.server, "http://localhost");
	rest_config_release(&config);
}

static void test_validation(void **state)
{
	(void)state;
	refuse_text(
		WRAP(HTTPS ", certificate-authority: f, certificate-authority-data: aGVsbG8=", ""),
		ERROR_INVALID,
		"are both specified for k. certificate-authority-data will override.");
	refuse_text(
		WRAP(HTTPS ", certificate-authority-data: aGVsbG8=, insecure-skip-tls-verify: true",
			""),
		ERROR_INVALID, "with the insecure flag is not allowed");
	refuse_text(WRAP(HTTPS ", certificate-authority: /nowhere/ca", ""), ERROR_NOT_FOUND,
		"unable to read certificate-authority /nowhere/ca for k due to open /nowhere/ca: no such");
	refuse_text(WRAP(HTTPS, "client-certificate-data: aGVsbG8="), ERROR_INVALID,
		"client-key-data or client-key must be specified for u");
	refuse_text(WRAP(HTTPS, "token: t, username: n"), ERROR_INVALID,
		"more than one authentication method found for u");
	refuse_text(WRAP(HTTPS, "as-uid: x"), ERROR_INVALID, "without impersonating a user");
	refuse_text(WRAP(HTTPS, "exec: {apiVersion: client.authentication.k8s.io/v1, command: c}"),
		ERROR_INVALID, "interactiveMode must be specified for u");
	refuse_text(
		WRAP(HTTPS, "exec: {command: c}"), ERROR_INVALID, "apiVersion must be specified");
	refuse_text(WRAP(HTTPS, "auth-provider: {name: gcp}"), ERROR_UNSUPPORTED,
		"gke-gcloud-auth-plugin");
	refuse_text(WRAP("server: 'ftp://h'", ""), ERROR_INVALID, "is no http or https URL");
	refuse_text(
		WRAP("server: 'https://h:99999'", ""), ERROR_INVALID, "is no http or https URL");
	refuse_text(WRAP("server: 'https://u:p@h'", ""), ERROR_INVALID,
		"the server's URL must not hold a user or password");
	refuse_text(WRAP("server: 'https://h?token=p'", ""), ERROR_INVALID,
		"server \"https://h\" is no http or https URL");
}

static void test_exec(void **state)
{
	struct rest_flags flags = {
		.inline_kubeconfig = WRAP(HTTPS ", certificate-authority-data: aGVsbG8=",
			"exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: c, "
			"provideClusterInfo: true}")
	};
	struct rest_config config;

	(void)state;
	load(&flags, &config);
	assert_string_equal(config.ca_pem, "hello");
	assert_string_equal(config.exec->cluster_json,
		"{\"server\":\"https://h:1\",\"certificate-authority-data\":\"aGVsbG8=\"}");
	rest_config_release(&config);
	/* Something better makes the plugin unnecessary. */
	flags.token = "t";
	load(&flags, &config);
	assert_null(config.exec);
	rest_config_release(&config);
}

static void test_warns(void **state)
{
	char *path = file("open", WRAP(HTTPS, ""));
	struct rest_flags flags = { .kubeconfig = path };
	struct rest_config config;
	enum log_level level;
	uint64_t first, end;
	int64_t wall;
	char *line;

	(void)state;
	chmod(path, 0644);
	load(&flags, &config);
	rest_config_release(&config);
	log_range(&first, &end);
	line = log_read(end - 1, &level, &wall);
	assert_int_equal(level, LOG_WARNING);
	assert_non_null(strstr(line, "is open for group or others"));
	free(line);
	free(path);
}

static void load_proxy(const struct rest_flags *flags, const char *proxy)
{
	struct rest_config config;

	load(flags, &config);
	if (proxy)
		assert_string_equal(config.proxy, proxy);
	else
		assert_null(config.proxy);
	rest_config_release(&config);
}

/* What is meant for one server is not shown to another. */
static void test_elsewhere(void **state)
{
	struct rest_flags flags = { .kubeconfig = "k",
		.server = "https://a",
		.token = "secret",
		.client_certificate = "c",
		.client_key = "k",
		.cluster = "c",
		.user = "u",
		.insecure = true,
		.as = "me" };
	struct rest_flags there = rest_flags_elsewhere(&flags);

	(void)state;
	assert_string_equal(there.kubeconfig, "k");
	assert_string_equal(there.as, "me");
	assert_null(there.server);
	assert_null(there.token);
	assert_null(there.client_certificate);
	assert_null(there.client_key);
	assert_null(there.cluster);
	assert_null(there.user);
	assert_false(there.insecure);
}

static void test_flags(void **state)
{
	const char *extra[] = { "scopes=a=b", "x" };
	struct rest_flags flags = { .inline_kubeconfig = WRAP(HTTPS, ""),
		.as = "me",
		.as_extra = extra,
		.n_as_extra = 1,
		.request_timeout = "90",
		.disable_compression = true };
	struct rest_config config;

	(void)state;
	load(&flags, &config);
	assert_string_equal(config.as_extra[0].name, "scopes");
	assert_string_equal(config.as_extra[0].value, "a=b");
	assert_int_equal(config.request_timeout, 90 * CLOCK_S);
	assert_true(config.disable_compression);
	rest_config_release(&config);
	flags.n_as_extra = 2;
	refuse(&flags, ERROR_USAGE, "--as-user-extra takes KEY=VALUE, not \"x\"");
	flags.n_as_extra = 0;
	flags.request_timeout = "1m30s";
	load(&flags, &config);
	assert_int_equal(config.request_timeout, 90 * CLOCK_S);
	rest_config_release(&config);
	flags.request_timeout = "soon";
	refuse(&flags, ERROR_USAGE, "Invalid timeout value \"soon\"");
	flags.request_timeout = "0";
	flags.client_key = "/nowhere/key";
	refuse(&flags, ERROR_USAGE, "go together");
	flags.client_certificate = "/nowhere/cert";
	refuse(&flags, ERROR_NOT_FOUND, "unable to read client-cert /nowhere/cert");
}

static void test_proxies(void **state)
{
	struct rest_flags flags = { .inline_kubeconfig = WRAP(HTTPS, "") };

	(void)state;
	refuse_text(WRAP(HTTPS ", proxy-url: 'ftp://me:secret@p'", ""), ERROR_INVALID,
		"proxy-url: invalid proxy \"p\": unsupported scheme \"ftp\", must be http, https, or "
		"socks5");
	refuse_text(WRAP(HTTPS ", proxy-url: 'http://p:99999'", ""), ERROR_INVALID, "no host");
	refuse_text(WRAP(HTTPS ", proxy-url: 'http://me:sec/ret@p:3128'", ""), ERROR_INVALID,
		"proxy-url: invalid proxy \"p:3128\": no host");
	setenv("https_proxy", "p:3128", 1);
	load_proxy(&flags, "http://p:3128");
	setenv("NO_PROXY", "a.example, h", 1);
	load_proxy(&flags, NULL);
	unsetenv("NO_PROXY");
	flags.proxy_url = "socks5://me:secret@[::1]:1080";
	load_proxy(&flags, "socks5h://me:secret@[::1]:1080");
	flags.server = "https://127.0.0.1:6443";
	load_proxy(&flags, "socks5h://me:secret@[::1]:1080");
	flags.proxy_url = NULL;
	load_proxy(&flags, NULL);
	flags.proxy_url = "gopher://p";
	refuse(&flags, ERROR_USAGE, "--proxy-url: invalid proxy \"p\"");
	flags.proxy_url = NULL;
	flags.server = "ftp://h";
	refuse(&flags, ERROR_USAGE, "is no http or https URL");
	flags.server = "unix:///run/kubectl.sock";
	flags.proxy_url = "http://p";
	load_proxy(&flags, NULL);
}

static void test_no_proxy(void **state)
{
	static const struct {
		const char *list;
		const char *host;
		bool excepted;
	} cases[] = {
		{ "", "example.com", false },
		{ "", "localhost", true },
		{ "", "127.1.2.3", true },
		{ "", "[::1]", true },
		{ "*", "example.com", true },
		{ "example.com", "a.example.com", true },
		{ "example.com", "aexample.com", false },
		{ ".example.com", "example.com", false },
		{ ".example.com", "a.EXAMPLE.com", true },
		{ "*.example.com", "a.example.com", true },
		{ "10.0.0.0/8", "10.9.8.7", true },
		{ "10.0.0.0/8", "11.9.8.7", false },
		{ "10.1.2.3", "10.1.2.3", true },
		{ "fd00::/8", "[fd12::1]", true },
		{ "fd12::1", "[fd12::1]", true },
		{ "10.0.0.0/99", "10.0.0.1", false },
		{ "example.com:443", "example.com", true },
		{ "example.com:80", "example.com", false },
		{ ",,/,[,:", "example.com", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (proxy_excepted(str_of(cases[i].list), str_of(cases[i].host), STR("443")) !=
			cases[i].excepted)
			fail_msg("%s %s", cases[i].list, cases[i].host);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_nothing, clean_environment),
		cmocka_unit_test_setup(test_list, clean_environment),
		cmocka_unit_test_setup(test_choice, clean_environment),
		cmocka_unit_test_setup(test_unix, clean_environment),
		cmocka_unit_test_setup(test_validation, clean_environment),
		cmocka_unit_test_setup(test_exec, clean_environment),
		cmocka_unit_test_setup(test_warns, clean_environment),
		cmocka_unit_test_setup(test_proxies, clean_environment),
		cmocka_unit_test_setup(test_elsewhere, clean_environment),
		cmocka_unit_test_setup(test_flags, clean_environment),
		cmocka_unit_test(test_no_proxy),
	};
	int rc;

	log_init();
	rc = cmocka_run_group_tests_name("rest", tests, setup, teardown);
	log_release();
	return rc;
}
