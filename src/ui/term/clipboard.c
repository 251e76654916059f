#include "ui/term/clipboard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/mem.h"
#include "ui/term/tty.h"

#define WAIT_MS	 20   /* between two looks at whether somebody still wants it */
#define GIVE_UP	 1500 /* of these in a row: a program that does not read is left */
#define QUIT_MS	 150  /* that one is waited for at the end, */
#define LEAVE_MS 50   /* and its thread, to tell it */
#define JOBS_MAX 8    /* under way at a time */

extern char **environ;

/* Shared by the UI thread and the one that writes; the last one frees it. */
struct clipboard_job {
	struct clipboard_job *earlier; /* UI thread */
	atomic_int owners;
	atomic_bool given; /* nothing is left to be written, or it was given up */
	atomic_bool over;  /* status is set */
	atomic_bool leave; /* nobody wants it any more */
	bool said;	   /* UI thread: the failure was told */
	int fd;
	pid_t pid;
	char *text;
	size_t len;
	char *program;
	int status; /* of its end; -1: it did not take the text */
};

static void job_free(struct clipboard_job *job)
{
	free(job->text);
	free(job->program);
	free(job);
}

static void job_unref(struct clipboard_job *job)
{
	if (atomic_fetch_sub(&job->owners, 1) == 1)
		job_free(job);
}

/* ---- the thread ---- */

/* False: it reads no more. */
static bool write_some(struct clipboard_job *job, size_t *at)
{
	struct pollfd fd = { .fd = job->fd, .events = POLLOUT };
	ssize_t n;

	if (poll(&fd, 1, WAIT_MS) <= 0)
		return true;
	n = write(job->fd, job->text + *at, job->len - *at);
	if (n > 0)
		*at += (size_t)n;
	return n > 0 || errno == EAGAIN || errno == EINTR;
}

static bool write_text(struct clipboard_job *job)
{
	size_t at = 0, before;

	for (int idle = 0; at < job->len && idle < GIVE_UP && !atomic_load(&job->leave);) {
		before = at;
		if (!write_some(job, &at))
			break;
		idle = at > before ? 0 : idle + 1;
	}
	return at == job->len;
}

/* tmux and xclip end once they have read all; wl-copy leaves a child behind. False:
 * it goes on. */
static bool await(struct clipboard_job *job, int *ret_status)
{
	for (int i = 0; i < GIVE_UP; i++) {
		pid_t pid = waitpid(job->pid, ret_status, WNOHANG);

		if (pid == job->pid || (pid < 0 && errno != EINTR))
			return true;
		poll(NULL, 0, WAIT_MS);
	}
	return false;
}

static void reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void *run(void *arg)
{
	struct clipboard_job *job = arg;
	bool whole = write_text(job), ended;
	pid_t pid = job->pid;
	int status = 0;

	/* it must not take the part that it has for all */
	if (!whole)
		kill(pid, SIGTERM);
	close(job->fd);
	atomic_store(&job->given, true);
	ended = await(job, &status);
	job->status = whole ? status : -1;
	atomic_store(&job->over, true);
	job_unref(job);
	if (!ended)
		reap(pid);
	return NULL;
}

/* ---- programs ---- */

static bool in_path(const char *program)
{
	struct str rest = str_of(getenv("PATH"));

	while (rest.p && rest.len) {
		struct str folder = str_cut(&rest, ':');
		char *path = mem_printf(STR_FMT "/%s", STR_ARG(folder), program);
		bool there = folder.len && access(path, X_OK) == 0;

		free(path);
		if (there)
			return true;
	}
	return false;
}

static int spawn(char *const *args, int input, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, pipe_only;
	int result;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	/* one that stays behind must not hold the terminal */
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	sigemptyset(&pipe_only);
	sigaddset(&pipe_only, SIGPIPE);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &pipe_only);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	result = posix_spawnp(ret_pid, args[0], &actions, &attributes, args, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return result;
}

/* ---- those under way ---- */

/* Forgets what is over; of what is not, and is too much, the oldest is left. */
static void tidy(struct clipboard *clipboard)
{
	struct clipboard_job **at = &clipboard->job;
	size_t n = 0;

	while (*at) {
		struct clipboard_job *job = *at;

		if (!atomic_load(&job->over) && ++n < JOBS_MAX) {
			at = &job->earlier;
			continue;
		}
		atomic_store(&job->leave, true);
		*at = job->earlier;
		job_unref(job);
	}
}

static bool all_given(const struct clipboard *clipboard)
{
	for (const struct clipboard_job *job = clipboard->job; job; job = job->earlier) {
		if (!atomic_load(&job->given))
			return false;
	}
	return true;
}

static void wait_given(const struct clipboard *clipboard, int ms)
{
	for (int waited = 0; waited < ms && !all_given(clipboard); waited += 2)
		poll(NULL, 0, 2);
}

static bool start_thread(struct clipboard_job *job)
{
	sigset_t all, old;
	pthread_t thread;
	bool started;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	started = pthread_create(&thread, NULL, run, job) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (started)
		pthread_detach(thread);
	return started;
}

static enum clipboard_result hand_over(
	struct clipboard *clipboard, char *const *args, struct str text, char **ret_used)
{
	struct clipboard_job *job;
	int fds[2], failed;
	pid_t pid = 0;

	if (pipe2(fds, O_CLOEXEC) < 0) {
		*ret_used = mem_strdup(strerror(errno));
		return CLIPBOARD_FAILED;
	}
	failed = spawn(args, fds[0], &pid);
	close(fds[0]);
	if (failed) {
		close(fds[1]);
		*ret_used = mem_printf("%s: %s", args[0], strerror(failed));
		return CLIPBOARD_FAILED;
	}
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	tidy(clipboard);
	job = mem_zalloc(sizeof(*job));
	atomic_init(&job->owners, 2);
	job->fd = fds[1];
	job->pid = pid;
	job->text = mem_dup(text.p, text.len);
	job->len = text.len;
	job->program = mem_strdup(args[0]);
	if (!start_thread(job)) {
		kill(pid, SIGTERM);
		close(fds[1]);
		reap(pid);
		job_free(job);
		*ret_used = mem_strdup("no thread");
		return CLIPBOARD_FAILED;
	}
	job->earlier = clipboard->job;
	clipboard->job = job;
	*ret_used = mem_strdup(args[0]);
	return CLIPBOARD_DONE;
}

/* ---- the terminal ---- */

static enum clipboard_result tell_terminal(struct str text, char **ret_used)
{
	struct buf out = BUF_INIT(CLIPBOARD_OSC52_MAX * 2);
	bool told;

	if (text.len > CLIPBOARD_OSC52_MAX)
		return CLIPBOARD_TOO_LARGE;
	buf_addz(&out, "\033]52;c;");
	base64_encode(text, &out);
	buf_addc(&out, '\a');
	told = tty_write(buf_str(&out));
	buf_release(&out);
	*ret_used = mem_strdup(told ? "the terminal (OSC 52)" : "the terminal does not take it");
	return told ? CLIPBOARD_DONE : CLIPBOARD_FAILED;
}

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value;
}

/* Up to a NULL; NULL: none. */
static char *const *program(void)
{
	static char *const wl_copy[] = { "wl-copy", NULL };
	static char *const xclip[] = { "xclip", "-selection", "clipboard", "-in", NULL };
	static char *const pbcopy[] = { "pbcopy", NULL };
	static char *const tmux[] = { "tmux", "load-buffer", "-w", "-", NULL };

	if (is_set("WAYLAND_DISPLAY") && in_path("wl-copy"))
		return wl_copy;
	if (is_set("DISPLAY") && in_path("xclip"))
		return xclip;
	if (!is_set("SSH_CONNECTION") && in_path("pbcopy"))
		return pbcopy;
	return is_set("TMUX") && in_path("tmux") ? tmux : NULL;
}

enum clipboard_result clipboard_put(struct clipboard *clipboard, struct str text, char **ret_used)
{
	const char *wish = getenv("CRWATCH_CLIPBOARD");
	char *const *args;

	*ret_used = NULL;
	if (wish && !strcmp(wish, "off")) {
		*ret_used = mem_strdup("CRWATCH_CLIPBOARD is off");
		return CLIPBOARD_FAILED;
	}
	args = wish && !strcmp(wish, "osc52") ? NULL : program();
	return args ? hand_over(clipboard, args, text, ret_used) : tell_terminal(text, ret_used);
}

char *clipboard_failure(struct clipboard *clipboard)
{
	struct clipboard_job *job = clipboard->job;

	while (job && (job->said || !atomic_load(&job->over) || !job->status))
		job = job->earlier;
	if (!job)
		return NULL;
	job->said = true;
	return mem_printf("%s has failed: not copied", job->program);
}

void clipboard_release(struct clipboard *clipboard)
{
	wait_given(clipboard, QUIT_MS);
	for (struct clipboard_job *job = clipboard->job; job; job = job->earlier)
		atomic_store(&job->leave, true);
	wait_given(clipboard, LEAVE_MS);
	while (clipboard->job) {
		struct clipboard_job *job = clipboard->job;

		clipboard->job = job->earlier;
		job_unref(job);
	}
}
