#include "ui/term/tty.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "base/leftover.h"
#include "base/mem.h"
#include "ui/term/keys.h"

#define MODES_ON    "\033[?2004h"
#define MODES_OFF   "\033[?2004l"
#define MOUSE_ON    "\033[?1000h\033[?1006h"
#define MOUSE_OFF   "\033[?1006l\033[?1000l"
#define RESTORE_MAX 512

static const int fatal_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGSEGV, SIGBUS,
	SIGFPE, SIGILL };
#define N_FATAL (sizeof(fatal_signals) / sizeof(*fatal_signals))
#define N_LENT	3

static struct {
	volatile sig_atomic_t active; /* the terminal is ours */
	SCREEN *screen;
	struct termios before;
	struct termios raw;
	bool resumed;		   /* after a stop of our own, its SIGCONT is still to come */
	char restore[RESTORE_MAX]; /* what a dying process writes */
	size_t restore_len;
	bool mouse;
	int pipe[2];
	struct sigaction old[N_FATAL];
	struct sigaction old_winch, old_cont, old_stop;
	struct sigaction lent[N_LENT]; /* ours, while another program has the terminal */
	sigset_t old_mask;
	void *stack; /* for handlers: a full stack is one of the reasons to die */
	struct key_name *names;
	size_t n_names;
} tty = { .pipe = { -1, -1 } };

/* ---- signals ---- */

static void give_back(void)
{
	size_t done = 0;

	while (done < tty.restore_len) {
		ssize_t n = write(STDOUT_FILENO, tty.restore + done, tty.restore_len - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	tcsetattr(STDIN_FILENO, TCSANOW, &tty.before);
}

static void on_fatal(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (tty.active) {
		tty.active = 0;
		give_back();
	}
	leftover_remove();
	for (size_t i = 0; i < N_FATAL; i++) {
		if (fatal_signals[i] == number)
			sigaction(number, &tty.old[i], NULL);
	}
	/* A fault happens again when the handler returns; what was sent does not. */
	if (info->si_code <= 0 || number == SIGABRT || number == SIGHUP || number == SIGINT ||
		number == SIGTERM || number == SIGQUIT)
		raise(number);
}

static void on_signal(int number)
{
	int saved = errno;
	char byte = number == SIGWINCH ? TTY_RESIZED : number == SIGCONT ? TTY_CONTINUED : TTY_STOP;

	if (write(tty.pipe[1], &byte, 1) < 0) { /* full: enough is known already */
	}
	errno = saved;
}

static void watch_signal(int number, struct sigaction *ret_old)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigfillset(&action.sa_mask);
	sigaction(number, &action, ret_old);
}

static void catch_fatal(void)
{
	struct sigaction action = { .sa_sigaction = on_fatal,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	stack_t stack = { .ss_size = (size_t)64 << 10 };

	tty.stack = mem_alloc(stack.ss_size);
	stack.ss_sp = tty.stack;
	sigaltstack(&stack, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < N_FATAL; i++) {
		sigaction(fatal_signals[i], NULL, &tty.old[i]);
		/* Whoever started us wants us to outlive a hang-up (nohup). */
		if (fatal_signals[i] == SIGHUP && tty.old[i].sa_handler == SIG_IGN)
			continue;
		sigaction(fatal_signals[i], &action, NULL);
	}
}

static void take_signals(void)
{
	sigset_t none;

	if (pipe2(tty.pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		abort();
	catch_fatal();
	watch_signal(SIGWINCH, &tty.old_winch);
	watch_signal(SIGCONT, &tty.old_cont);
	watch_signal(SIGTSTP, &tty.old_stop);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, &tty.old_mask);
}

static void return_signals(void)
{
	stack_t off = { .ss_flags = SS_DISABLE };

	sigprocmask(SIG_SETMASK, &tty.old_mask, NULL);
	for (size_t i = 0; i < N_FATAL; i++)
		sigaction(fatal_signals[i], &tty.old[i], NULL);
	sigaction(SIGWINCH, &tty.old_winch, NULL);
	sigaction(SIGCONT, &tty.old_cont, NULL);
	sigaction(SIGTSTP, &tty.old_stop, NULL);
	sigaltstack(&off, NULL);
	free(tty.stack);
	tty.stack = NULL;
	close(tty.pipe[0]);
	close(tty.pipe[1]);
	tty.pipe[0] = tty.pipe[1] = -1;
}

int tty_signal_fd(void)
{
	return tty.pipe[0];
}

unsigned tty_signals(void)
{
	char bytes[64];
	unsigned all = 0;
	ssize_t n;

	while ((n = read(tty.pipe[0], bytes, sizeof(bytes))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			all |= (unsigned char)bytes[i];
	}
	return all;
}

/* ---- the terminal ---- */

static void send_bytes(const char *text)
{
	fflush(stdout);
	if (write(STDOUT_FILENO, text, strlen(text)) < 0) { /* a terminal that is gone */
	}
}

bool tty_write(struct str bytes)
{
	fflush(stdout);
	while (bytes.len) {
		ssize_t n = write(STDOUT_FILENO, bytes.p, bytes.len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			bytes = str_make(bytes.p + n, bytes.len - (size_t)n);
	}
	return true;
}

static void modes(bool on)
{
	send_bytes(on ? MODES_ON : MODES_OFF);
	if (tty.mouse)
		send_bytes(on ? MOUSE_ON : MOUSE_OFF);
}

static void add_restore(const char *text)
{
	size_t n = text && text != (char *)-1 ? strlen(text) : 0;

	if (!n || tty.restore_len + n > sizeof(tty.restore))
		return;
	memcpy(tty.restore + tty.restore_len, text, n);
	tty.restore_len += n;
}

static void prepare_restore(void)
{
	tty.restore_len = 0;
	add_restore(MOUSE_OFF MODES_OFF);
	add_restore(tigetstr("sgr0"));
	add_restore(tigetstr("rmkx"));
	add_restore(tigetstr("cnorm"));
	add_restore(tigetstr("rmcup"));
	add_restore("\r\n");
}

/* What terminfo says about keys, for terminals of other manners. */
static void read_key_names(void)
{
	static const struct {
		const char *capability;
		uint32_t key;
	} table[] = {
		{ "kcuu1", KEYS_UP },
		{ "kcud1", KEYS_DOWN },
		{ "kcub1", KEYS_LEFT },
		{ "kcuf1", KEYS_RIGHT },
		{ "khome", KEYS_HOME },
		{ "kend", KEYS_END },
		{ "kpp", KEYS_PAGE_UP },
		{ "knp", KEYS_PAGE_DOWN },
		{ "kich1", KEYS_INSERT },
		{ "kdch1", KEYS_DELETE },
		{ "kcbt", KEYS_TAB | KEYS_SHIFT },
	};
	const size_t n = sizeof(table) / sizeof(*table);

	tty.names = mem_zalloc(n * sizeof(*tty.names));
	tty.n_names = 0;
	for (size_t i = 0; i < n; i++) {
		const char *bytes = tigetstr(table[i].capability);

		/* One byte would take a key away (vt52's and worse). */
		if (!bytes || bytes == (char *)-1 || strlen(bytes) < 2)
			continue;
		tty.names[tty.n_names++] = (struct key_name){ bytes, table[i].key };
	}
}

const struct key_name *tty_key_names(size_t *ret_count)
{
	*ret_count = tty.n_names;
	return tty.names;
}

static void take_terminal(void)
{
	raw();
	noecho();
	nonl();
	typeahead(-1); /* a frame is painted whole, whatever is typed meanwhile */
	keypad(stdscr, TRUE);
	modes(true);
}

/* curses takes these signals when they are the default's: it would lose a stop
 * that comes while it paints, and call exit() in a handler. */
static SCREEN *new_screen(void)
{
	static const int signals[] = { SIGTSTP, SIGINT, SIGTERM };
	const size_t n = sizeof(signals) / sizeof(*signals);
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before[3];
	SCREEN *screen;

	for (size_t i = 0; i < n; i++)
		sigaction(signals[i], &ignore, &before[i]);
	screen = newterm(NULL, stdout, stdin);
	for (size_t i = 0; i < n; i++)
		sigaction(signals[i], &before[i], NULL);
	return screen;
}

static bool has_capability(const char *name)
{
	const char *text = tigetstr(name);

	return text && text != (char *)-1;
}

int tty_init(bool mouse, struct error *err)
{
	const char *term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return error_set(err, ERROR_USAGE,
			"the browser needs a terminal; see crwatch --help for the other commands");
	if (tcgetattr(STDIN_FILENO, &tty.before) < 0)
		return error_set(err, ERROR_IO, "terminal: %s", strerror(errno));
	tty.screen = new_screen();
	if (!tty.screen)
		return error_set(err, ERROR_USAGE, "terminal type %s is not known: set TERM",
			term && *term ? term : "(none)");
	if (!has_capability("cup")) {
		endwin();
		delscreen(tty.screen);
		tty.screen = NULL;
		return error_set(err, ERROR_USAGE,
			"terminal type %s cannot place its cursor: set TERM", term);
	}
	prepare_restore();
	read_key_names();
	tty.mouse = mouse;
	take_signals();
	take_terminal();
	tty.active = 1;
	return 0;
}

void tty_release(void)
{
	if (!tty.screen)
		return;
	modes(false);
	endwin();
	tcsetattr(STDIN_FILENO, TCSANOW, &tty.before);
	tty.active = 0;
	return_signals();
	free(tty.names);
	tty.names = NULL;
	delscreen(tty.screen);
	tty.screen = NULL;
}

void tty_mouse(bool on)
{
	tty.mouse = on;
	send_bytes(on ? MOUSE_ON : MOUSE_OFF);
}

void tty_size(int *ret_rows, int *ret_cols)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col &&
		(size.ws_row != LINES || size.ws_col != COLS))
		resizeterm(size.ws_row, size.ws_col);
	*ret_rows = LINES;
	*ret_cols = COLS;
}

static void resume(void)
{
	/* endwin() first: curses then sets its modes again at the next refresh. Not
	 * twice: the second would put the shell's cursor back to where it was. */
	if (!isendwin())
		endwin();
	refresh();
	take_terminal();
}

void tty_resume(void)
{
	/* The SIGCONT of a stop of our own comes here, too. */
	if (!tty.resumed)
		resume();
	tty.resumed = false;
}

void tty_suspend(void)
{
	struct sigaction ours, normal = { .sa_handler = SIG_DFL };

	modes(false);
	endwin();
	tty.active = 0;
	sigaction(SIGTSTP, &normal, &ours);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
	tty.active = 1;
	resume();
	tty.resumed = true;
}

static const int lent_signals[N_LENT] = { SIGINT, SIGQUIT, SIGTSTP };

void tty_lend(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, normal = { .sa_handler = SIG_DFL };

	modes(false);
	endwin();
	tcsetattr(STDIN_FILENO, TCSANOW, &tty.before);
	tty.active = 0;
	for (size_t i = 0; i < N_LENT; i++)
		sigaction(lent_signals[i], lent_signals[i] == SIGTSTP ? &normal : &ignore,
			&tty.lent[i]);
}

void tty_take_back(void)
{
	for (size_t i = 0; i < N_LENT; i++)
		sigaction(lent_signals[i], &tty.lent[i], NULL);
	tty.active = 1;
	resume();
}
