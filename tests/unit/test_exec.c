/* exec: plugins as small shell scripts; what they are given, what they say. */
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

#include "base/buf.h"
#include "base/mem.h"
#include "kube/kubeconfig.h"
#include "net/exec.h"
#include "net/loop.h"

#define V1	"client.authentication.k8s.io/v1"
#define V1BETA1 "client.authentication.k8s.io/v1beta1"
#define ANSWER(status)                                                                             \
	"echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"status\":{" status "}}'\n"

static char dir[] = "/tmp/crwatch-exec-XXXXXX";

struct outcome {
	struct loop loop;
	bool done;
	struct exec_credential cred;
	struct error err;
};

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
	char *script = path_of("plugin"), *out = path_of("out");

	(void)state;
	unlink(script);
	unlink(out);
	free(script);
	free(out);
	return rmdir(dir);
}

static void script(const char *body)
{
	char *path = path_of("plugin");
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s", body);
	fclose(f);
	chmod(path, 0700);
	free(path);
}

static void on_done(void *arg, struct exec_credential *cred, const struct error *err)
{
	struct outcome *o = arg;

	o->done = true;
	o->cred = *cred;
	*cred = (struct exec_credential){ 0 };
	if (err->code != ERROR_NONE)
		error_set(&o->err, err->code, "%s", err->text);
}

static void run(const struct kubeconfig_exec *config, struct outcome *o)
{
	*o = (struct outcome){ 0 };
	assert_int_equal(loop_init(&o->loop, NULL), 0);
	o->done = !exec_start(&o->loop, config, false, on_done, o, &o->err);
	while (!o->done) {
		assert_true(loop_poll(&o->loop, 20000) > 0);
		loop_dispatch(&o->loop);
	}
	assert_int_equal(loop_next(&o->loop), INT64_MAX);
	loop_release(&o->loop);
}

static void outcome_release(struct outcome *o)
{
	exec_credential_release(&o->cred);
	error_release(&o->err);
}

static struct kubeconfig_exec config_for(char *command)
{
	return (struct kubeconfig_exec){
		.api_version = V1,
		.command = command,
		.interactive = KUBECONFIG_IF_AVAILABLE,
	};
}

static char *slurp(const char *name)
{
	char *path = path_of(name);
	struct buf b = BUF_INIT(1 << 20);
	FILE *f = fopen(path, "r");
	int c;

	assert_non_null(f);
	while ((c = fgetc(f)) != EOF)
		buf_addc(&b, (char)c);
	fclose(f);
	free(path);
	return buf_take(&b);
}

static void test_arguments(void **state)
{
	char *args[] = { "a b", "it's \"$HOME\"", "", "*" };
	struct kubeconfig_pair env[] = { { "MINE", "x y" }, { "PATH", "/usr/bin:/bin" } };
	char *command = path_of("plugin"), *out = path_of("out"), *body, *got, *want;
	struct kubeconfig_exec config = config_for(command);
	struct outcome o;

	(void)state;
	config.args = args;
	config.n_args = 4;
	config.env = env;
	config.n_env = 2;
	config.cluster_json = "{\"server\":\"https://h\"}";
	body = mem_printf(
		"exec 3>%s\nprintf '%%s\\n' \"$@\" \"$MINE\" \"$KUBERNETES_EXEC_INFO\" >&3\n"
		"cat >&3\n" ANSWER("\"token\":\"t\""),
		out);
	script(body);
	run(&config, &o);
	assert_int_equal(o.err.code, ERROR_NONE);
	assert_string_equal(o.cred.token, "t");
	assert_int_equal(o.cred.expires, 0);
	got = slurp("out");
	want = mem_printf("a b\nit's \"$HOME\"\n\n*\nx y\n"
			  "{\"kind\":\"ExecCredential\",\"apiVersion\":\"%s\",\"spec\":"
			  "{\"cluster\":{\"server\":\"https://h\"},\"interactive\":false}}\n",
		V1);
	assert_string_equal(got, want);
	outcome_release(&o);
	free(got);
	free(want);
	free(body);
	free(out);
	free(command);
}

static void expect(const char *body, const char *token, const char *says)
{
	char *command = path_of("plugin");
	struct kubeconfig_exec config = config_for(command);
	struct outcome o;

	script(body);
	run(&config, &o);
	if (says) {
		assert_non_null(o.err.text);
		if (!strstr(o.err.text, says))
			fail_msg("%s", o.err.text);
		assert_int_equal(strncmp(o.err.text, "getting credentials: ", 21), 0);
	} else {
		if (o.err.text)
			fail_msg("%s", o.err.text);
		assert_string_equal(o.cred.token, token);
	}
	outcome_release(&o);
	free(command);
}

static void test_outcomes(void **state)
{
	(void)state;
	expect("echo 'kind: ExecCredential'; echo 'apiVersion: " V1
	       "'; echo 'status: {token: y}'\n",
		NULL, "didn't return a token");
	expect("echo 'kind: ExecCredential'; echo 'apiVersion: " V1
	       "'; echo 'status: {token: tt}'\n",
		"tt", NULL);
	expect("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1BETA1 "\"}'", NULL,
		"exec plugin is configured to use API version " V1
		", plugin returned version " V1BETA1);
	expect("echo no one is logged in >&2; exit 3", NULL,
		"failed with exit code 3: no one is logged in");
	expect("kill -9 $$", NULL, "signal 9");
	expect("echo hello", NULL, "no ExecCredential");
	expect(ANSWER("\"clientCertificateData\":\"c\""), NULL, "not both");
	expect(ANSWER("\"token\":\"a\\nb\""), NULL, "newline");
	expect(ANSWER("\"token\":\"t\",\"expirationTimestamp\":\"soon\""), NULL, "no time");
	expect("head -c 2000000 /dev/zero", NULL, "wrote more than");
	expect("head -c 2000000 /dev/zero | tr '\\0' x >&2\n" ANSWER("\"token\":\"t\""), "t", NULL);
	/* A grandchild that keeps the pipes open holds nothing up. */
	expect("sleep 1 &\n" ANSWER("\"token\":\"t\""), "t", NULL);
}

static void test_large_token(void **state)
{
	char *command = path_of("plugin");
	struct kubeconfig_exec config = config_for(command);
	struct outcome o;

	(void)state;
	script("printf '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1
	       "\",\"status\":{\"token\":\"'\n"
	       "head -c 102400 /dev/zero | tr '\\0' x\n"
	       "printf '\",\"expirationTimestamp\":\"2030-01-02T03:04:05.5+02:00\"}}'\n");
	run(&config, &o);
	assert_null(o.err.text);
	assert_int_equal(strlen(o.cred.token), 102400);
	assert_int_equal(o.cred.expires, INT64_C(1893546245) * CLOCK_S);
	outcome_release(&o);
	free(command);
}

static void test_not_started(void **state)
{
	struct kubeconfig_exec config = config_for("no-such-plugin");
	struct outcome o;

	(void)state;
	config.install_hint = "Get it from\nthe shop.";
	run(&config, &o);
	assert_string_equal(o.err.text, "getting credentials: exec: executable no-such-plugin not "
					"found\n\nGet it from\nthe shop.");
	outcome_release(&o);
	config.interactive = KUBECONFIG_ALWAYS;
	run(&config, &o);
	assert_int_equal(o.err.code, ERROR_CREDENTIALS);
	assert_string_equal(o.err.text, "getting credentials: exec plugin cannot support "
					"interactive mode: standard input is not a terminal");
	outcome_release(&o);
	config.api_version = "client.authentication.k8s.io/v1alpha1";
	run(&config, &o);
	assert_non_null(strstr(o.err.text, "invalid apiVersion"));
	outcome_release(&o);
}

/* Nobody waits any more: the whole group of processes goes. */
static void test_killed(void **state)
{
	char *command = path_of("plugin");
	struct kubeconfig_exec config = config_for(command);
	struct outcome o = { 0 };
	struct exec *x;

	(void)state;
	script("sleep 1000 & wait\n");
	assert_int_equal(loop_init(&o.loop, NULL), 0);
	x = exec_start(&o.loop, &config, false, on_done, &o, NULL);
	assert_non_null(x);
	exec_free(x);
	assert_false(o.done);
	loop_release(&o.loop);
	free(command);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_large_token),
		cmocka_unit_test(test_not_started),
		cmocka_unit_test(test_killed),
	};

	return cmocka_run_group_tests_name("exec", tests, setup, teardown);
}
