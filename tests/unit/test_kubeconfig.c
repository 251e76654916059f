/* kubeconfig: what files say and how they are merged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kube/kubeconfig.h"

static void add(struct kubeconfig *k, const char *text, const char *dir)
{
	struct error err = ERROR_INIT;

	if (kubeconfig_add(k, str_of(text), dir, &err) < 0)
		fail_msg("%s", err.text);
}

static void refuse(const char *text, const char *says)
{
	struct error err = ERROR_INIT;
	struct kubeconfig k;

	kubeconfig_init(&k);
	assert_int_equal(kubeconfig_add(&k, str_of(text), NULL, &err), -1);
	if (!strstr(err.text, says))
		fail_msg("%s", err.text);
	assert_int_equal(k.n_clusters + k.n_users + k.n_contexts, 0);
	error_release(&err);
}

/* The first file that has a name wins wholly; scalars from the first that has
 * one; paths by their own file. */
static void test_merge(void **state)
{
	struct kubeconfig k;
	const struct kubeconfig_user *u;

	(void)state;
	kubeconfig_init(&k);
	add(&k,
		"users:\n- name: u\n  user: {tokenFile: t, exec: {command: aws, apiVersion: v}}\n"
		"- name: w\n  user: {exec: {command: ./bin/aws, apiVersion: v}}\n",
		"/a");
	add(&k,
		"current-context: c\n"
		"users: [{name: u, user: {token: x, username: y}}]\n"
		"clusters: [{name: k, cluster: {server: 's', certificate-authority: ca.crt}}]\n"
		"contexts: [{name: c, context: {cluster: k, user: u, namespace: n}}]\n",
		"/b");
	u = kubeconfig_user(&k, "u");
	assert_string_equal(u->token_file, "/a/t");
	assert_null(u->token);
	assert_null(u->username);
	assert_string_equal(u->exec->command, "aws");
	assert_string_equal(kubeconfig_user(&k, "w")->exec->command, "/a/./bin/aws");
	assert_string_equal(k.current_context, "c");
	assert_string_equal(kubeconfig_context(&k, "c")->ns, "n");
	assert_string_equal(kubeconfig_cluster(&k, "k")->ca_file, "/b/ca.crt");
	assert_null(kubeconfig_cluster(&k, "K"));
	kubeconfig_release(&k);
}

static void test_values(void **state)
{
	const struct kubeconfig_user *u;
	const struct kubeconfig_cluster *c;
	struct kubeconfig_exec *copy;
	struct kubeconfig k;

	(void)state;
	kubeconfig_init(&k);
	add(&k,
		"apiVersion: v1\nkind: Config\npreferences: {}\n"
		"users:\n- name: u\n  user:\n    token: 0123\n    username: yes\n"
		"    client-key-data: |\n      aGVs\n      bG8=\n    as: me\n    as-groups: [g, 7]\n"
		"    as-user-extra: {'a/b c': [v, w]}\n"
		"    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: c\n"
		"      args: [-x, 12, yes]\n      env: [{name: N, value: 007}]\n"
		"      interactiveMode: IfAvailable\n      provideClusterInfo: true\n"
		"- name: nothing\n",
		NULL);
	add(&k,
		"clusters:\n- name: c\n  cluster:\n    server: https://x\n"
		"    insecure-skip-tls-verify: true\n    disable-compression: yes\n"
		"    extensions:\n    - name: client.authentication.k8s.io/exec\n"
		"      extension: {i: 5, s: '5'}\n",
		NULL);
	u = kubeconfig_user(&k, "u");
	assert_string_equal(u->token, "0123");
	assert_string_equal(u->username, "yes");
	assert_string_equal(u->key_data, "hello");
	assert_string_equal(u->as_groups[1], "7");
	assert_int_equal(u->n_as_extra, 2);
	assert_string_equal(u->as_extra[1].name, "a/b c");
	assert_string_equal(u->as_extra[1].value, "w");
	copy = kubeconfig_exec_dup(u->exec);
	assert_int_equal(copy->n_args, 3);
	assert_string_equal(copy->args[1], "12");
	assert_string_equal(copy->args[2], "yes");
	assert_string_equal(copy->env[0].value, "007");
	assert_int_equal(copy->interactive, KUBECONFIG_IF_AVAILABLE);
	assert_true(copy->provide_cluster_info);
	kubeconfig_exec_free(copy);
	c = kubeconfig_cluster(&k, "c");
	assert_true(c->insecure);
	assert_true(c->disable_compression);
	assert_string_equal(c->exec_config, "{\"i\":5,\"s\":\"5\"}");
	kubeconfig_release(&k);
}

static void test_json_and_empty(void **state)
{
	struct kubeconfig k;

	(void)state;
	kubeconfig_init(&k);
	add(&k, "", NULL);
	add(&k, "# nothing\n", NULL);
	add(&k, "{\"users\":[{\"name\":\"\\ud83d\\ude00\",\"user\":{\"token\":\"t\"}}]}", NULL);
	assert_string_equal(kubeconfig_user(&k, "\xf0\x9f\x98\x80")->token, "t");
	kubeconfig_release(&k);
}

static void test_refuses(void **state)
{
	(void)state;
	refuse("users: [{name: a}, {name: a}]", "duplicate name \"a\" in list of users");
	refuse("clusters: [{name: a}, {name: a}]", "duplicate name \"a\" in list of clusters");
	refuse("contexts: 5", "contexts is no list");
	refuse("kind: Pod", "kind is \"Pod\"");
	refuse("a: [", "yaml: line");
	refuse("just words", "no kubeconfig");
	refuse("users: [{name: a, user: {client-key-data: '%%'}}]", "client-key-data");
	refuse("users: [{name: a, user: {exec: {interactiveMode: Sometimes}}}]", "interactiveMode");
}

static void test_base64(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} cases[] = {
		{ "", "" }, { "YQ==", "a" }, { "YWI=", "ab" }, { "YW Jj\n", "abc" }, { "YQ", NULL },
		{ "Y===", NULL }, { "YQ==YQ==", NULL }, { "A-__", NULL },
		{ "AAAA", NULL }, /* NULs */
	};
	size_t i;
	char *text;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text = kubeconfig_base64(cases[i].in);
		if (cases[i].out)
			assert_string_equal(text, cases[i].out);
		else
			assert_null(text);
		free(text);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_json_and_empty),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests_name("kubeconfig", tests, NULL, NULL);
}
