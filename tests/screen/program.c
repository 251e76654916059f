/*
 * The program on its pty: from its start to its end.
 */
#include "screen/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "screen/harness.h"

/* ---- start and end ---- */

static void write_file(const struct screen *screen, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", screen->dir, name);
	file = fopen(path, "w");
	/* whatever the umask is: of a file that others can read the program warns */
	if (!file || fchmod(fileno(file), 0600) < 0 || fputs(text, file) < 0 || fclose(file) < 0)
		fail_msg("%s: %s", path, strerror(errno));
}

static void listen_for_clock(struct screen *screen)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/clock", screen->dir);
	screen->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (screen->listener < 0 ||
		bind(screen->listener, (struct sockaddr *)&addr, sizeof(addr)) < 0 ||
		listen(screen->listener, 1) < 0)
		fail_msg("clock: %s", strerror(errno));
}

static void child_env(const struct screen *screen, const struct screen_options *options)
{
	char path[128];

	setenv("TERM", options->term ? options->term : "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	setenv("HOME", screen->dir, 1);
	setenv("XDG_RUNTIME_DIR", screen->dir, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	unsetenv("CRWATCH_CONFIG");
	unsetenv("NO_COLOR");
	unsetenv("COLORTERM");
	unsetenv("LINES");
	unsetenv("COLUMNS");
	unsetenv("KUBERNETES_SERVICE_HOST");
	snprintf(path, sizeof(path), "%s/kubeconfig", screen->dir);
	setenv("KUBECONFIG", path, 1);
	unsetenv("CRWATCH_CLOCK");
	if (options->clock) {
		snprintf(path, sizeof(path), "%s/clock", screen->dir);
		setenv("CRWATCH_CLOCK", path, 1);
	}
	for (size_t i = 0; options->env && options->env[i]; i++)
		putenv((char *)options->env[i]);
}

static _Noreturn void run_child(const struct screen *screen, const struct screen_options *options)
{
	const char *program = getenv("CRWATCH") ? getenv("CRWATCH") : "./crwatch";
	const char *args[64] = { program };
	sigset_t none;
	size_t n = 1;

	for (size_t i = 0; options->args && options->args[i] && n < 63; i++)
		args[n++] = options->args[i];
	child_env(screen, options);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGHUP, options->nohup ? SIG_IGN : SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	execv(program, (char *const *)args);
	dprintf(STDERR_FILENO, "%s: %s\n", program, strerror(errno));
	_exit(127);
}

/* What a shell with job control is to its job. */
static _Noreturn void run_shell(
	const struct screen *screen, const struct screen_options *options, int report)
{
	pid_t pid = fork();
	int status = 0;

	signal(SIGTTOU, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (pid <= 0) {
		setpgid(0, 0);
		tcsetpgrp(STDIN_FILENO, getpid());
		signal(SIGTTOU, SIG_DFL);
		signal(SIGHUP, SIG_DFL);
		run_child(screen, options);
	}
	if (write(report, &pid, sizeof(pid)) < 0)
		_exit(127);
	while (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) {
		if (write(report, "s", 1) < 0)
			break;
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static void fork_program(
	struct screen *screen, const struct screen_options *options, const struct winsize *size)
{
	int jobs[2];

	if (pipe2(jobs, O_CLOEXEC) < 0)
		fail_msg("pipe: %s", strerror(errno));
	screen->shell = screen->pid = forkpty(&screen->pty, NULL, NULL, size);
	if (screen->pid < 0)
		fail_msg("forkpty: %s", strerror(errno));
	if (screen->pid == 0 && options->shell)
		run_shell(screen, options, jobs[1]);
	if (screen->pid == 0)
		run_child(screen, options);
	close(jobs[1]);
	if (options->shell && read(jobs[0], &screen->pid, sizeof(pid_t)) == sizeof(pid_t))
		screen->jobs = jobs[0];
	else
		close(jobs[0]);
}

static void accept_clock(struct screen *screen)
{
	struct pollfd fd = { .fd = screen->listener, .events = POLLIN };

	if (poll(&fd, 1, DEADLINE_MS) <= 0)
		fail_msg("the program did not join the clock");
	screen->clock = accept4(screen->listener, NULL, NULL, SOCK_CLOEXEC);
}

struct screen *screen_start(const struct screen_options *options)
{
	struct screen *screen = calloc(1, sizeof(*screen));
	struct winsize size = { .ws_row = (unsigned short)options->rows,
		.ws_col = (unsigned short)options->cols };

	if (!screen)
		abort();
	*screen = (struct screen){ .rows = options->rows,
		.cols = options->cols,
		.jobs = -1,
		.listener = -1,
		.clock = -1 };
	snprintf(screen->dir, sizeof(screen->dir), "/tmp/crwatch-screen-XXXXXX");
	if (!mkdtemp(screen->dir))
		fail_msg("%s: %s", screen->dir, strerror(errno));
	if (options->kubeconfig)
		write_file(screen, "kubeconfig", options->kubeconfig);
	if (options->clock)
		listen_for_clock(screen);
	screen_start_terminal(screen);
	fork_program(screen, options, &size);
	fcntl(screen->pty, F_SETFL, O_NONBLOCK);
	fcntl(screen->pty, F_SETFD, FD_CLOEXEC);
	if (options->clock)
		accept_clock(screen);
	return screen;
}

bool screen_has_ended(struct screen *screen)
{
	if (!screen->ended && waitpid(screen->shell, &screen->status, WNOHANG) == screen->shell)
		screen->ended = true;
	return screen->ended;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

/* With what a program that was killed has left in it. */
static void remove_dir(const struct screen *screen)
{
	if (screen->dir[0])
		nftw(screen->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void screen_free(struct screen *screen)
{
	if (!screen)
		return;
	if (!screen_has_ended(screen)) {
		kill(screen->pid, SIGKILL);
		waitpid(screen->shell, &screen->status, 0);
	}
	if (screen->pty >= 0)
		close(screen->pty);
	if (screen->jobs >= 0)
		close(screen->jobs);
	if (screen->listener >= 0)
		close(screen->listener);
	if (screen->clock >= 0)
		close(screen->clock);
	remove_dir(screen);
	vterm_free(screen->vt);
	free(screen->output);
	free(screen);
}

/* ---- what happens to it ---- */

/* A terminal that changes its size gives up the margins it was told, and xterm's
 * DCH knows of none; libvterm keeps those of the old size, and its DCH obeys. */
static void forget_margins(struct screen *screen)
{
	char bytes[64];
	VTermPos at;

	/* without the cursor that is saved: 1049 needs it */
	vterm_state_get_cursorpos(vterm_obtain_state(screen->vt), &at);
	snprintf(bytes, sizeof(bytes), "\033[r\033[%d;%dH", at.row + 1, at.col + 1);
	vterm_input_write(screen->vt, bytes, strlen(bytes));
}

void screen_resize(struct screen *screen, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	screen->rows = rows;
	screen->cols = cols;
	vterm_set_size(screen->vt, rows, cols);
	forget_margins(screen);
	ioctl(screen->pty, TIOCSWINSZ, &size);
}

void screen_signal(struct screen *screen, int number)
{
	kill(screen->pid, number);
}

void screen_hang_up(struct screen *screen)
{
	close(screen->pty);
	screen->pty = -1;
	screen->eof = true;
}

bool screen_is_cooked(const struct screen *screen)
{
	struct termios now;

	if (tcgetattr(screen->pty, &now) < 0)
		return false;
	return (now.c_lflag & (ICANON | ECHO | ISIG)) == (ICANON | ECHO | ISIG) &&
	       (now.c_oflag & OPOST);
}

static bool binary_has(const char *text)
{
	const char *program = getenv("CRWATCH") ? getenv("CRWATCH") : "./crwatch";
	FILE *file = fopen(program, "r");
	size_t length = 0;
	char *line = NULL;
	bool found = false;

	while (file && !found && getdelim(&line, &length, '\0', file) > 0)
		found = strstr(line, text);
	free(line);
	if (file)
		fclose(file);
	return found;
}

bool screen_sanitized(void)
{
	return binary_has("__asan_init") || binary_has("__tsan_init");
}

int screen_kill(struct screen *screen, int number)
{
	int tries = binary_has("__tsan_init") ? 10 : 0;

	screen_signal(screen, number);
	while (tries-- && !screen_ends_within(screen, 1000))
		screen_signal(screen, number);
	return screen_wait_exit(screen);
}
