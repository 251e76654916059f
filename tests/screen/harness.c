#include "screen/harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <regex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>
#include <cmocka.h>

#define DEADLINE_MS 20000
#define ROW_MAX	    4096
#define OUTPUT_MAX  ((size_t)64 << 20)

struct screen {
	int pty;
	pid_t pid;
	bool eof;
	bool ended;
	int status;
	int rows, cols;
	VTerm *vt;
	VTermScreen *cells;
	bool alternate, cursor;
	char *output;
	size_t n_output, cap_output;
	char dir[64]; /* holds the clock's socket and the kubeconfig */
	int listener;
	int clock;
};

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- the terminal ---- */

static int on_property(VTermProp prop, VTermValue *value, void *user)
{
	struct screen *screen = user;

	if (prop == VTERM_PROP_ALTSCREEN)
		screen->alternate = value->boolean;
	if (prop == VTERM_PROP_CURSORVISIBLE)
		screen->cursor = value->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

static void start_terminal(struct screen *screen)
{
	screen->vt = vterm_new(screen->rows, screen->cols);
	vterm_set_utf8(screen->vt, 1);
	screen->cells = vterm_obtain_screen(screen->vt);
	vterm_screen_set_callbacks(screen->cells, &callbacks, screen);
	vterm_screen_enable_altscreen(screen->cells, 1);
	vterm_screen_reset(screen->cells, 1);
	screen->cursor = true;
}

static void keep_output(struct screen *screen, const char *bytes, size_t n)
{
	if (screen->n_output + n > OUTPUT_MAX)
		return;
	if (screen->n_output + n > screen->cap_output) {
		screen->cap_output = (screen->n_output + n) * 2;
		screen->output = realloc(screen->output, screen->cap_output);
		if (!screen->output)
			abort();
	}
	memcpy(screen->output + screen->n_output, bytes, n);
	screen->n_output += n;
}

/* Takes what the program has written; false: nothing was there. */
static bool take_output(struct screen *screen)
{
	char bytes[16384];
	ssize_t n = read(screen->pty, bytes, sizeof(bytes));

	if (n <= 0) {
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			screen->eof = true;
		return false;
	}
	keep_output(screen, bytes, (size_t)n);
	vterm_input_write(screen->vt, bytes, (size_t)n);
	vterm_screen_flush_damage(screen->cells);
	return true;
}

/* Waits for output or the clock's answer, at most so long. */
static void pump(struct screen *screen, int timeout)
{
	struct pollfd fds[2] = {
		{ .fd = screen->eof ? -1 : screen->pty, .events = POLLIN },
		{ .fd = screen->clock, .events = POLLIN },
	};

	if (screen->eof && timeout > 20)
		timeout = 20;
	poll(fds, 2, timeout);
	if (!screen->eof && fds[0].revents)
		take_output(screen);
}

/* ---- start and end ---- */

static void write_file(const struct screen *screen, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", screen->dir, name);
	file = fopen(path, "w");
	if (!file || fputs(text, file) < 0 || fclose(file) < 0)
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
	execv(program, (char *const *)args);
	dprintf(STDERR_FILENO, "%s: %s\n", program, strerror(errno));
	_exit(127);
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
	*screen = (struct screen){
		.rows = options->rows, .cols = options->cols, .listener = -1, .clock = -1
	};
	snprintf(screen->dir, sizeof(screen->dir), "/tmp/crwatch-screen-XXXXXX");
	if (!mkdtemp(screen->dir))
		fail_msg("%s: %s", screen->dir, strerror(errno));
	if (options->kubeconfig)
		write_file(screen, "kubeconfig", options->kubeconfig);
	if (options->clock)
		listen_for_clock(screen);
	start_terminal(screen);
	screen->pid = forkpty(&screen->pty, NULL, NULL, &size);
	if (screen->pid < 0)
		fail_msg("forkpty: %s", strerror(errno));
	if (screen->pid == 0)
		run_child(screen, options);
	fcntl(screen->pty, F_SETFL, O_NONBLOCK);
	fcntl(screen->pty, F_SETFD, FD_CLOEXEC);
	if (options->clock)
		accept_clock(screen);
	return screen;
}

static bool has_ended(struct screen *screen)
{
	if (!screen->ended && waitpid(screen->pid, &screen->status, WNOHANG) == screen->pid)
		screen->ended = true;
	return screen->ended;
}

static void remove_dir(const struct screen *screen)
{
	static const char *const names[] = { "clock", "kubeconfig" };
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", screen->dir, names[i]);
		unlink(path);
	}
	rmdir(screen->dir);
}

void screen_free(struct screen *screen)
{
	if (!screen)
		return;
	if (!has_ended(screen)) {
		kill(screen->pid, SIGKILL);
		waitpid(screen->pid, &screen->status, 0);
	}
	close(screen->pty);
	if (screen->listener >= 0)
		close(screen->listener);
	if (screen->clock >= 0)
		close(screen->clock);
	remove_dir(screen);
	vterm_free(screen->vt);
	free(screen->output);
	free(screen);
}

/* ---- what the user does ---- */

void screen_send(struct screen *screen, const char *bytes, size_t n)
{
	while (n) {
		struct pollfd fd = { .fd = screen->pty, .events = POLLOUT };
		ssize_t done = write(screen->pty, bytes, n);

		if (done < 0 && errno != EAGAIN && errno != EINTR)
			return;
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
			continue;
		}
		poll(&fd, 1, 100);
		pump(screen, 0);
	}
}

void screen_type(struct screen *screen, const char *keys)
{
	screen_send(screen, keys, strlen(keys));
}

void screen_resize(struct screen *screen, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	screen->rows = rows;
	screen->cols = cols;
	vterm_set_size(screen->vt, rows, cols);
	ioctl(screen->pty, TIOCSWINSZ, &size);
}

void screen_signal(struct screen *screen, int number)
{
	kill(screen->pid, number);
}

/* ---- what is on the screen ---- */

static int colour_of(const VTermColor *colour, bool is_default)
{
	if (is_default)
		return -1;
	if (VTERM_COLOR_IS_INDEXED(colour))
		return colour->indexed.idx;
	return 0x1000000 | colour->rgb.red << 16 | colour->rgb.green << 8 | colour->rgb.blue;
}

static size_t put_utf8(uint32_t code, char *out)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

void screen_cell(struct screen *screen, int row, int col, struct screen_cell *ret)
{
	VTermPos pos = { .row = row, .col = col };
	VTermScreenCell cell;
	size_t n = 0;

	*ret = (struct screen_cell){ .fg = -1, .bg = -1 };
	if (!vterm_screen_get_cell(screen->cells, pos, &cell))
		return;
	ret->width = cell.width;
	ret->bold = cell.attrs.bold;
	ret->underline = cell.attrs.underline != 0;
	ret->reverse = cell.attrs.reverse;
	ret->fg = colour_of(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
	ret->bg = colour_of(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
	if (cell.chars[0] == UINT32_MAX)
		return;
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++) {
		if (n + 5 < sizeof(ret->text))
			n += put_utf8(cell.chars[i], ret->text + n);
	}
	if (!n)
		ret->text[0] = ' ';
}

void screen_row(struct screen *screen, int row, char *out, size_t size)
{
	struct screen_cell cell;
	size_t n = 0;

	for (int col = 0; col < screen->cols; col++) {
		screen_cell(screen, row, col, &cell);
		if (n + strlen(cell.text) + 1 < size) {
			memcpy(out + n, cell.text, strlen(cell.text));
			n += strlen(cell.text);
		}
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

int screen_find_row(struct screen *screen, const char *text)
{
	char row[ROW_MAX];

	for (int i = 0; i < screen->rows; i++) {
		screen_row(screen, i, row, sizeof(row));
		if (strstr(row, text))
			return i;
	}
	return -1;
}

bool screen_contains(struct screen *screen, const char *text)
{
	return screen_find_row(screen, text) >= 0;
}

void screen_dump(struct screen *screen, FILE *out)
{
	char row[ROW_MAX];

	fprintf(out, "--- %dx%d%s\n", screen->cols, screen->rows,
		has_ended(screen) ? ", the program has ended" : "");
	for (int i = 0; i < screen->rows; i++) {
		screen_row(screen, i, row, sizeof(row));
		fprintf(out, "%3d|%s\n", i, row);
	}
	fprintf(out, "---\n");
}

bool screen_on_alternate(const struct screen *screen)
{
	return screen->alternate;
}

bool screen_cursor_visible(const struct screen *screen)
{
	return screen->cursor;
}

const char *screen_output(const struct screen *screen, size_t *ret_n)
{
	*ret_n = screen->n_output;
	return screen->output;
}

/* ---- waiting ---- */

void screen_expect_that(struct screen *screen, bool (*holds)(struct screen *screen, void *arg),
	void *arg, const char *what)
{
	int64_t deadline = now_ms() + DEADLINE_MS;

	while (!holds(screen, arg)) {
		int64_t left = deadline - now_ms();

		if (left <= 0) {
			screen_dump(screen, stderr);
			fail_msg("not in time: %s", what);
		}
		pump(screen, (int)left);
		/* the last words of a program that has ended are read before this */
		if (screen->eof && has_ended(screen) && !holds(screen, arg)) {
			screen_dump(screen, stderr);
			fail_msg("the program ended before: %s", what);
		}
	}
}

static bool has_text(struct screen *screen, void *arg)
{
	return screen_contains(screen, arg);
}

static bool lacks_text(struct screen *screen, void *arg)
{
	return !screen_contains(screen, arg);
}

static bool has_match(struct screen *screen, void *arg)
{
	char row[ROW_MAX];

	for (int i = 0; i < screen->rows; i++) {
		screen_row(screen, i, row, sizeof(row));
		if (regexec(arg, row, 0, NULL, 0) == 0)
			return true;
	}
	return false;
}

void screen_expect(struct screen *screen, const char *text)
{
	screen_expect_that(screen, has_text, (void *)text, text);
}

void screen_expect_not(struct screen *screen, const char *text)
{
	screen_expect_that(screen, lacks_text, (void *)text, text);
}

void screen_expect_row(struct screen *screen, const char *regex)
{
	regex_t compiled;

	if (regcomp(&compiled, regex, REG_EXTENDED | REG_NOSUB) != 0)
		fail_msg("no regular expression: %s", regex);
	screen_expect_that(screen, has_match, &compiled, regex);
	regfree(&compiled);
}

int screen_wait_exit(struct screen *screen)
{
	int64_t deadline = now_ms() + DEADLINE_MS;

	while (!has_ended(screen)) {
		if (now_ms() > deadline) {
			screen_dump(screen, stderr);
			fail_msg("the program did not end");
		}
		pump(screen, 20);
	}
	while (!screen->eof && take_output(screen))
		continue;
	return WIFEXITED(screen->status) ? WEXITSTATUS(screen->status)
					 : 128 + WTERMSIG(screen->status);
}

/* ---- the clock ---- */

static void command_clock(struct screen *screen, const char *word, int64_t value)
{
	int64_t deadline = now_ms() + DEADLINE_MS;
	char line[64], answer[64] = "";
	size_t n = 0;
	int length = snprintf(line, sizeof(line), "%s %lld\n", word, (long long)value);

	if (send(screen->clock, line, (size_t)length, MSG_NOSIGNAL) != length)
		fail_msg("clock: %s", strerror(errno));
	while (!memchr(answer, '\n', n)) {
		ssize_t got = recv(screen->clock, answer + n, sizeof(answer) - 1 - n, MSG_DONTWAIT);

		if (got > 0) {
			n += (size_t)got;
			continue;
		}
		if (got == 0 || now_ms() > deadline) {
			screen_dump(screen, stderr);
			fail_msg("nothing settles after %s", line);
		}
		pump(screen, 100);
	}
	if (strcmp(answer, "settled\n") != 0)
		fail_msg("clock: %s", answer);
	pump(screen, 0);
}

void screen_advance(struct screen *screen, int64_t ns)
{
	command_clock(screen, "advance", ns);
}

void screen_wall(struct screen *screen, int64_t ns)
{
	command_clock(screen, "wall", ns);
}

void screen_settle(struct screen *screen)
{
	command_clock(screen, "advance", 0);
}
