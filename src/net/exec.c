/*
 * The plugin's process: two pipes and a descriptor for its end, all in the
 * loop. See exec.h.
 */
#include "net/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/texts.h"
#include "json/doc.h"
#include "kube/kubeconfig.h"
#include "net/loop.h"

#define ARGS_MAX 4096

extern char **environ;

struct exec {
	struct loop *loop;
	const struct kubeconfig_exec *config;
	exec_done *done;
	void *arg;
	bool interactive;
	bool has_modes; /* of the terminal, to be put back */
	struct termios modes;
	pid_t pid; /* 0: reaped */
	struct loop_fd out_fd;
	struct loop_fd err_fd;
	struct loop_fd pid_fd; /* readable when it has ended */
	struct buf out;
	struct buf err_text;
	struct client_timer timeout;
};

#define OF(ptr, member) ((struct exec *)((char *)(ptr)-offsetof(struct exec, member)))

static const char *api_of(const struct kubeconfig_exec *config)
{
	return config->api_version ? config->api_version : "";
}

/* ---- starting ---- */

static char *exec_info(const struct kubeconfig_exec *config, bool interactive)
{
	struct doc *root = doc_new_object();
	struct doc *spec;
	char *text;

	doc_add_string(root, "kind", "ExecCredential");
	doc_add_string(root, "apiVersion", api_of(config));
	spec = doc_add_object(root, "spec");
	if (config->cluster_json)
		doc_add_raw(spec, "cluster", config->cluster_json);
	doc_add_bool(spec, "interactive", interactive);
	text = doc_print(root);
	doc_free(root);
	return text;
}

static void env_set(char ***env, size_t *count, const char *name, const char *value)
{
	char *entry = mem_printf("%s=%s", name, value);
	size_t len = strlen(name) + 1, i;

	for (i = 0; i < *count; i++) {
		if (strncmp((*env)[i], entry, len) != 0)
			continue;
		free((*env)[i]);
		(*env)[i] = entry;
		return;
	}
	*env = mem_realloc_array(*env, *count + 2, sizeof(**env));
	(*env)[(*count)++] = entry;
	(*env)[*count] = NULL;
}

static char **make_env(const struct kubeconfig_exec *config, bool interactive, size_t *ret_count)
{
	char *info = exec_info(config, interactive);
	char **env = NULL;
	size_t count = 0, i;

	for (i = 0; environ[i]; i++)
		texts_add(&env, &count, environ[i]);
	for (i = 0; i < config->n_env; i++)
		env_set(&env, &count, config->env[i].name, config->env[i].value);
	env_set(&env, &count, "KUBERNETES_EXEC_INFO", info);
	free(info);
	*ret_count = count;
	return env;
}

static char **make_argv(const struct kubeconfig_exec *config)
{
	char **argv = mem_zalloc((config->n_args + 2) * sizeof(*argv));
	size_t i;

	argv[0] = config->command;
	for (i = 0; i < config->n_args; i++)
		argv[i + 1] = config->args[i];
	return argv;
}

static int failed_start(const struct kubeconfig_exec *config, int number, struct error *err)
{
	const char *hint = config->install_hint;

	if (number != ENOENT)
		return error_set(err, ERROR_CREDENTIALS, "exec: executable %s: %s", config->command,
			strerror(number));
	return error_set(err, ERROR_CREDENTIALS, "exec: executable %s not found%s%s",
		config->command, hint ? "\n\n" : "", hint ? hint : "");
}

/* Everything else is close-on-exec. Signals are as a shell would leave them. */
static int spawn(struct exec *x, int out, int err_end)
{
	sigset_t none, all;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	size_t n_env;
	char **env = make_env(x->config, x->interactive, &n_env);
	char **argv = make_argv(x->config);
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	if (!x->interactive) {
		posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
		posix_spawn_file_actions_adddup2(&actions, err_end, 2);
	}
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						(x->interactive ? 0 : POSIX_SPAWN_SETPGROUP)));
	rc = posix_spawnp(&x->pid, x->config->command, &actions, &attr, argv, env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	free(argv);
	texts_free(env, n_env);
	if (rc != 0)
		x->pid = 0;
	return rc;
}

static void set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static int start_process(struct exec *x, struct error *err)
{
	int out[2], errs[2], rc;

	if (pipe2(out, O_CLOEXEC) < 0)
		return error_set(err, ERROR_IO, "pipe: %s", strerror(errno));
	x->out_fd.fd = out[0];
	if (pipe2(errs, O_CLOEXEC) < 0) {
		close(out[1]);
		return error_set(err, ERROR_IO, "pipe: %s", strerror(errno));
	}
	x->err_fd.fd = errs[0];
	rc = spawn(x, out[1], errs[1]);
	close(out[1]);
	close(errs[1]);
	if (rc != 0)
		return failed_start(x->config, rc, err);
	x->pid_fd.fd = (int)syscall(SYS_pidfd_open, x->pid, 0);
	if (x->pid_fd.fd < 0)
		return error_set(err, ERROR_UNSUPPORTED,
			"exec: this system cannot wait for a process: %s", strerror(errno));
	fcntl(x->pid_fd.fd, F_SETFD, FD_CLOEXEC);
	set_nonblocking(out[0]);
	set_nonblocking(errs[0]);
	return 0;
}

/* ---- while it runs ---- */

/* Keeps what fits and remembers that there was more. */
static void add_bounded(struct buf *into, const char *p, size_t n)
{
	size_t room = into->max - into->len;

	buf_add(into, p, n < room ? n : room);
	if (n > room)
		into->overflow = true;
}

/* -1 at the end of the pipe. */
static int drain(int fd, struct buf *into)
{
	char chunk[16384];
	ssize_t n;

	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		if (n == 0)
			return -1;
		add_bounded(into, chunk, (size_t)n);
	}
}

static void on_out(struct loop_fd *fd, uint32_t events)
{
	struct exec *x = OF(fd, out_fd);

	(void)events;
	if (drain(fd->fd, &x->out) < 0)
		loop_unwatch(x->loop, fd);
}

static void on_err(struct loop_fd *fd, uint32_t events)
{
	struct exec *x = OF(fd, err_fd);

	(void)events;
	if (drain(fd->fd, &x->err_text) < 0)
		loop_unwatch(x->loop, fd);
}

static int failed_run(struct exec *x, const char *how, int number, struct error *err)
{
	struct str said = str_trim(buf_str(&x->err_text));

	return error_set(err, ERROR_CREDENTIALS, "exec: executable %s %s %d%s" STR_FMT,
		x->config->command, how, number, said.len ? ": " : "", STR_ARG(said));
}

static int read_result(
	struct exec *x, int wait_status, struct exec_credential *cred, struct error *err)
{
	if (WIFSIGNALED(wait_status))
		return failed_run(x, "was ended by signal", WTERMSIG(wait_status), err);
	if (WEXITSTATUS(wait_status) != 0)
		return failed_run(x, "failed with exit code", WEXITSTATUS(wait_status), err);
	if (x->out.overflow)
		return error_set(err, ERROR_TOO_LARGE,
			"exec: executable %s wrote more than %zu bytes", x->config->command,
			EXEC_OUTPUT_MAX);
	return exec_parse(buf_str(&x->out), api_of(x->config), cred, err);
}

static void finish(struct exec *x, struct exec_credential *cred, struct error *err)
{
	exec_done *done = x->done;
	void *arg = x->arg;

	error_prefix(err, "getting credentials");
	exec_free(x);
	done(arg, cred, err);
	exec_credential_release(cred);
	error_release(err);
}

static void on_end(struct loop_fd *fd, uint32_t events)
{
	struct exec *x = OF(fd, pid_fd);
	struct exec_credential cred = { 0 };
	struct error err = ERROR_INIT;
	int wait_status = 0;

	(void)events;
	if (waitpid(x->pid, &wait_status, WNOHANG) != x->pid)
		return;
	x->pid = 0;
	/* A grandchild may hold the pipes open; what matters is in them now. */
	drain(x->out_fd.fd, &x->out);
	drain(x->err_fd.fd, &x->err_text);
	read_result(x, wait_status, &cred, &err);
	finish(x, &cred, &err);
}

static void on_timeout(struct client_timer *timer)
{
	struct exec *x = OF(timer, timeout);
	struct exec_credential cred = { 0 };
	struct error err = ERROR_INIT;

	error_set(&err, ERROR_CREDENTIALS, "exec: executable %s did not end within %d seconds",
		x->config->command, (int)(EXEC_TIMEOUT / CLOCK_S));
	finish(x, &cred, &err);
}

static int check_config(const struct kubeconfig_exec *config, bool interactive, struct error *err)
{
	const char *api = api_of(config);

	if (strcmp(api, "client.authentication.k8s.io/v1") != 0 &&
		strcmp(api, "client.authentication.k8s.io/v1beta1") != 0)
		return error_set(
			err, ERROR_CREDENTIALS, "exec plugin: invalid apiVersion \"%s\"", api);
	if (config->interactive == KUBECONFIG_ALWAYS && !interactive)
		return error_set(err, ERROR_CREDENTIALS,
			"exec plugin cannot support interactive mode: standard input is not a "
			"terminal");
	if (config->n_args > ARGS_MAX)
		return error_set(err, ERROR_TOO_LARGE, "exec: too many arguments");
	return 0;
}

struct exec *exec_start(struct loop *loop, const struct kubeconfig_exec *config, bool interactive,
	exec_done *done, void *arg, struct error *err)
{
	struct exec *x;

	if (check_config(config, interactive, err) < 0) {
		error_prefix(err, "getting credentials");
		return NULL;
	}
	x = mem_zalloc(sizeof(*x));
	*x = (struct exec){
		.loop = loop,
		.config = config,
		.done = done,
		.arg = arg,
		.interactive = interactive,
		.out_fd = { .fd = -1, .ready = on_out },
		.err_fd = { .fd = -1, .ready = on_err },
		.pid_fd = { .fd = -1, .ready = on_end },
		.out = BUF_INIT(EXEC_OUTPUT_MAX),
		.err_text = BUF_INIT(EXEC_STDERR_MAX),
		.timeout = { .fire = on_timeout },
	};
	x->has_modes = interactive && tcgetattr(STDIN_FILENO, &x->modes) == 0;
	if (start_process(x, err) < 0) {
		error_prefix(err, "getting credentials");
		exec_free(x);
		return NULL;
	}
	loop_watch(loop, &x->out_fd, EPOLLIN);
	loop_watch(loop, &x->err_fd, EPOLLIN);
	loop_watch(loop, &x->pid_fd, EPOLLIN);
	if (!interactive)
		loop_timer_set(loop, &x->timeout, clock_now() + EXEC_TIMEOUT);
	return x;
}

struct str exec_said(const struct exec *x)
{
	return str_trim(buf_str(&x->err_text));
}

static void close_fd(struct exec *x, struct loop_fd *fd)
{
	if (fd->fd < 0)
		return;
	loop_unwatch(x->loop, fd);
	close(fd->fd);
}

void exec_free(struct exec *x)
{
	if (!x)
		return;
	if (x->pid > 0) {
		if (!x->interactive)
			kill(-x->pid, SIGKILL);
		kill(x->pid, SIGKILL);
		while (waitpid(x->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (x->has_modes)
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &x->modes);
	loop_timer_cancel(x->loop, &x->timeout);
	close_fd(x, &x->out_fd);
	close_fd(x, &x->err_fd);
	close_fd(x, &x->pid_fd);
	if (x->out.data)
		explicit_bzero(x->out.data, x->out.len);
	buf_release(&x->out);
	buf_release(&x->err_text);
	free(x);
}
