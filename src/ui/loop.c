/*
 * loop - the UI thread's one loop: keys, data, time; then paint. A turn pins
 * the root, looks at what happened, draws what is visible, unpins, and only
 * then writes to the terminal.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/cells.h"
#include "cache/root.h"
#include "cluster/choices.h"
#include "cluster/cluster.h"
#include "config/state.h"
#include "net/rest.h"
#include "ui/state.h"
#include "ui/term/theme.h"
#include "ui/term/tty.h"
#include "ui/ui.h"
#include "ui/configure.h"
#include "ui/remember.h"
#include "ui/typing.h"

#define STUCK_MS   20 /* between two looks at cells that are being made */
#define INPUT_SIZE 4096

enum {
	FD_INPUT,
	FD_WAKE,
	FD_SIGNAL,
	FDS
};

struct loop {
	struct ui ui;
	bool input;	   /* bytes are there */
	bool left_keys;	   /* were read, but not taken yet */
	bool key;	   /* something was typed: paint at once */
	bool data;	   /* something came that has not been painted */
	bool more;	   /* an update was cut off by its slice */
	int key_wait;	   /* ms that the rest of a sequence is waited for; 0: none */
	int64_t key_since; /* real ms */
	bool rung;	   /* the wake has not been cleared */
	int64_t next;	   /* clock_now() value: data is not painted before */
	int64_t tick;	   /* of the next look at ages */
	pthread_t *left;   /* what ends the clusters that were left */
	size_t n_left;
};

static int64_t real_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- input ---- */

static void read_input(struct loop *loop)
{
	char bytes[INPUT_SIZE];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));

	if (n > 0)
		keys_feed(&loop->ui.keys, bytes, (size_t)n);
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		loop->ui.quit = true; /* the terminal is gone */
}

static void take_event(struct ui *ui, const struct key_event *event)
{
	const struct view *main = ui_view(ui, PANE_MAIN);

	/* What is done is done to what stands there now, not to a row's number. */
	if (main->catch_up)
		main->catch_up(ui);
	detail_view_settle(ui);
	switch (event->type) {
	case KEY_TYPE_KEY:
		ui_key(ui, event->key);
		break;
	case KEY_TYPE_PASTE:
		ui_paste(ui, event->paste);
		break;
	default:
		ui_mouse_event(ui, event);
		break;
	}
}

static void take_input(struct loop *loop)
{
	bool timeout = loop->key_wait && real_ms() - loop->key_since >= loop->key_wait;
	struct key_event event;
	int wait;

	if (!loop->input && !timeout && !loop->left_keys)
		return;
	loop->left_keys = false;
	if (loop->input)
		read_input(loop);
	/* what is typed behind a switch is for the next cluster */
	while (!loop->ui.quit && !loop->ui.next &&
		keys_next(&loop->ui.keys, timeout && !loop->input, &event, &wait)) {
		loop->key = true;
		take_event(&loop->ui, &event);
	}
	loop->input = false;
	loop->key_wait = loop->ui.quit ? 0 : wait;
	loop->key_since = real_ms();
}

/* ---- waiting ---- */

static int sooner(int a, int b)
{
	if (a < 0)
		return b;
	return b < 0 || a < b ? a : b;
}

/* Waits for cells that are being made. */
static bool is_stuck(const struct ui *ui)
{
	const struct view *view = ui_view(ui, PANE_MAIN);

	return view->is_stuck && view->is_stuck(ui);
}

static int timeout_of(struct loop *loop)
{
	struct ui *ui = &loop->ui;
	int timeout = clock_timeout(loop->tick);
	int64_t left;

	if (loop->more)
		return 0;
	if (loop->data)
		timeout = sooner(timeout, clock_timeout(loop->next));
	timeout = sooner(timeout, clock_timeout(detail_view_deadline(ui)));
	if (ui->status.message)
		timeout = sooner(timeout, clock_timeout(ui->status.until));
	if (is_stuck(ui))
		timeout = sooner(timeout, STUCK_MS);
	if (loop->key_wait) {
		left = loop->key_since + loop->key_wait - real_ms();
		timeout = sooner(timeout, left > 0 ? (int)left : 0);
	}
	return timeout;
}

static void take_signals(struct loop *loop)
{
	unsigned signals = tty_signals();

	if (signals & TTY_STOP)
		loop->ui.stop = true;
	if (signals & TTY_CONTINUED)
		tty_resume();
	if (signals)
		ui_resize(&loop->ui);
	loop->key = true;
}

static int wait_on(struct loop *loop, struct pollfd *fds, int timeout)
{
	int n;

	if (!clock_is_test())
		return poll(fds, FDS, timeout);
	n = poll(fds, FDS, 0);
	if (n == 0 && timeout != 0) {
		wake_idle(loop->ui.wake);
		n = poll(fds, FDS, timeout);
		wake_busy(loop->ui.wake);
	}
	return n;
}

static void wait_for_events(struct loop *loop)
{
	struct pollfd fds[FDS] = {
		[FD_INPUT] = { .fd = STDIN_FILENO, .events = POLLIN },
		[FD_WAKE] = { .fd = loop->ui.wake->fd, .events = POLLIN },
		[FD_SIGNAL] = { .fd = tty_signal_fd(), .events = POLLIN },
	};
	int timeout = timeout_of(loop);
	int n;

	/* What is due anyhow need not be told of again: a bell that stays rung costs
	 * the other threads nothing. */
	if (loop->data && timeout != 0)
		fds[FD_WAKE].fd = -1;
	n = wait_on(loop, fds, timeout);
	if (n <= 0)
		return;
	loop->input = fds[FD_INPUT].revents != 0;
	if (fds[FD_WAKE].revents)
		loop->rung = loop->data = true;
	if (fds[FD_SIGNAL].revents)
		take_signals(loop);
}

/* ---- a turn ---- */

static bool update_views(struct ui *ui)
{
	bool done;

	ui_lay_out(ui);
	done = ui_view(ui, PANE_EVENTS)->update(ui);
	done = ui_view(ui, PANE_MAIN)->update(ui) && done;
	done = ui_view(ui, PANE_DETAIL)->update(ui) && done;
	fetch_update(ui);
	return done;
}

/* The tests' clock stands still: what came is painted before "settled". */
static bool frame_is_due(const struct loop *loop)
{
	return clock_is_test() || loop->ui.now >= loop->next;
}

/* A program that was handed something to copy has failed. */
static void tell_failure(struct ui *ui)
{
	char *failure = clipboard_failure(&ui->clipboard);

	if (failure)
		statusline_say(&ui->status, ui->now, true, "%s", failure);
	free(failure);
}

static bool is_due(struct loop *loop)
{
	struct ui *ui = &loop->ui;

	if (ui->now >= loop->tick) {
		loop->tick = ui->now + CLOCK_S - ui->wall % CLOCK_S;
		tell_failure(ui);
		statusline_sample(&ui->status, ui->now, ui->root->events);
		ui_reconfigure(ui);
		loop->key = true;
	}
	if (statusline_expire(&ui->status, ui->now) || ui->now >= detail_view_deadline(ui))
		loop->key = true;
	if (loop->key)
		return true;
	if (!loop->data && !loop->more && !is_stuck(ui))
		return false;
	return frame_is_due(loop);
}

/* A key's paint hardly puts off data: what it scrolled to is still to come. */
static void set_next(struct loop *loop, bool key)
{
	int64_t next = loop->ui.now + (key ? UI_KEY_FRAME : UI_FRAME);

	if (loop->next < next)
		loop->next = next;
}

static void turn(struct loop *loop)
{
	struct ui *ui = &loop->ui;
	bool painted = false;

	ui->now = clock_now();
	ui->wall = clock_wall();
	if (loop->rung && (loop->input || frame_is_due(loop))) {
		wake_clear(ui->wake);
		loop->rung = false;
	}
	ui->root = root_pin(ui->reader);
	take_input(loop);
	if (!ui->quit && is_due(loop)) {
		loop->more = !update_views(ui);
		set_next(loop, loop->key);
		loop->key = loop->data = false;
		ui_paint(ui);
		painted = true;
	} else if (loop->more) {
		loop->more = !update_views(ui);
		loop->data = true;
	}
	ui->root = NULL;
	root_unpin(ui->reader);
	if (painted)
		draw_flush(ui->draw);
}

static void stop(struct ui *ui)
{
	ui->stop = false;
	tty_suspend();
	ui_resize(ui);
}

/* A credential plugin asks its user something. */
static void hand_over(struct loop *loop)
{
	struct ui *ui = &loop->ui;
	struct pollfd fd = { .fd = ui->wake->fd, .events = POLLIN };

	tty_lend();
	while (cluster_wants_terminal(ui->cluster)) {
		/* Another one may want it as soon as the first has ended. */
		cluster_lend_terminal(ui->cluster);
		wake_idle(ui->wake);
		poll(&fd, 1, -1);
		wake_busy(ui->wake);
		wake_clear(ui->wake);
	}
	tty_take_back();
	ui_resize(ui);
	ui->redraw = true;
	loop->key = true;
}

/* ---- one cluster after another ---- */

/* What belongs to the cluster that is shown. */
static void attach(struct ui *ui, struct cluster *cluster)
{
	ui->cluster = cluster;
	ui->wake = mem_zalloc(sizeof(*ui->wake));
	wake_init(ui->wake);
	ui->reader = root_reader_new(cluster_roots(cluster), ui->wake);
	ui->cells = cells_new(cluster_roots(cluster), cluster_worker(cluster), ui->wake);
	query_init(&ui->query);
	feed_init(&ui->feed);
	marks_init(&ui->marks);
	tree_view_init(ui);
	table_view_init(ui);
	columns_view_init(ui);
	detail_view_init(ui);
	events_view_init(ui);
	contexts_view_init(ui);
	access_view_init(ui);
	crds_view_init(ui);
	log_view_init(ui);
	namespaces_view_init(ui);
	problems_view_init(ui);
	stats_view_init(ui);
	places_go(&ui->places, &tree_view, NULL);
	ui_configure_cluster(ui);
	ui->focus = ui->main = PANE_MAIN;
}

static void detach(struct ui *ui)
{
	texts_free(ui->pins, ui->n_pins);
	ui->pins = NULL;
	ui->n_pins = 0;
	places_release(&ui->places);
	tree_key_release(&ui->saved);
	stats_view_release(ui);
	problems_view_release(ui);
	namespaces_view_release(ui);
	namespaces_release(&ui->namespaces);
	completion_release(&ui->completion);
	log_view_release(ui);
	crds_view_release(ui);
	access_view_release(ui);
	contexts_view_release(ui);
	events_view_release(ui);
	fetch_end(ui);
	detail_view_release(ui);
	columns_view_release(ui);
	table_view_release(ui);
	tree_view_release(ui);
	marks_release(&ui->marks);
	feed_release(&ui->feed);
	query_release(&ui->query);
	root_reader_free(ui->reader);
}

/* What its own threads may be at work on when a cluster is left. */
struct remains {
	struct cluster *cluster;
	struct cells *cells;
	struct wake *wake; /* which they ring */
};

static struct remains *take_remains(struct ui *ui)
{
	struct remains *remains = mem_zalloc(sizeof(*remains));

	*remains = (struct remains){ ui->cluster, ui->cells, ui->wake };
	return remains;
}

static void *bury(void *arg)
{
	struct remains *remains = arg;

	cells_free(remains->cells);
	wake_release(remains->wake);
	free(remains->wake);
	cluster_free(remains->cluster);
	free(remains);
	return NULL;
}

/* Nobody waits for the threads of the one that is left: the worker may be training a
 * dictionary. */
static void leave_cluster(struct loop *loop)
{
	loop->left = mem_realloc_array(loop->left, loop->n_left + 1, sizeof(*loop->left));
	if (pthread_create(&loop->left[loop->n_left], NULL, bury, take_remains(&loop->ui)) != 0)
		abort();
	loop->n_left++;
}

/* What was remembered of the cluster, and what the command line wants. */
static void begin_with(struct ui *ui, const char *labels)
{
	ui->now = clock_now();
	ui->wall = clock_wall();
	ui->root = root_pin(ui->reader);
	ui_recall_cluster(ui);
	ui_set_pins(ui);
	if (labels)
		ui_set_selector(ui, labels);
	root_unpin(ui->reader);
	ui->root = NULL;
}

static void switch_cluster(struct loop *loop)
{
	struct ui *ui = &loop->ui;
	struct cluster *next = ui->next;

	ui->next = NULL;
	prompt_close(&ui->prompt);
	ui_remember_cluster(ui);
	state_save(ui->memory);
	detach(ui);
	leave_cluster(loop);
	attach(ui, next);
	statusline_release(&ui->status);
	ui->status = (struct statusline){ 0 };
	begin_with(ui, NULL);
	loop->left_keys = true;
	ui->has_saved = false;
	ui->n_choices = 0;
	ui->redraw = true;
	loop->key = true;
	loop->rung = loop->data = loop->more = false;
	loop->next = loop->tick = 0;
}

static void run(struct loop *loop)
{
	loop->key = true;
	while (!loop->ui.quit) {
		if (cluster_wants_terminal(loop->ui.cluster))
			hand_over(loop);
		turn(loop);
		if (loop->ui.next) {
			switch_cluster(loop);
		} else if (loop->ui.stop) {
			stop(&loop->ui);
			loop->key = true;
		} else if (!loop->ui.quit && !loop->key) {
			wait_for_events(loop);
		}
	}
}

/* ---- life ---- */

static int open_cluster(struct ui *ui, struct cluster **ret, struct error *err)
{
	struct rest_config config;

	if (rest_config_load(ui->options->rest, &config, err) < 0)
		return -1;
	config.terminal = REST_TERMINAL_SCREEN;
	if (ui_open_cluster(ui, &config, ret, err) == 0)
		return 0;
	rest_config_release(&config);
	return -1;
}

static void begin(struct loop *loop, struct cluster *cluster, const struct theme *theme)
{
	struct ui *ui = &loop->ui;
	const struct ui_options *options = ui->options;
	const struct key_name *names;
	size_t n_names;

	ui->old_texts = text_reader_new();
	ui->new_texts = text_reader_new();
	prompt_init(&ui->prompt);
	ui_recall_prompts(ui);
	buf_init(&ui->saving.text, DOCUMENT_MAX);
	attach(ui, cluster);
	ui->mouse = !options->no_mouse;
	ui->draw = draw_new(theme);
	names = tty_key_names(&n_names);
	keys_init(&ui->keys, names, n_names);
	ui_resize(ui);
	begin_with(ui, options->labels);
	ui_say_start_problems(ui);
}

static void end(struct loop *loop)
{
	struct ui *ui = &loop->ui;

	keys_release(&ui->keys);
	draw_free(ui->draw);
	tty_release();
	ui_remember_cluster(ui);
	ui_remember_prompts(ui);
	state_save(ui->memory);
	detach(ui);
	health_rules_unref(ui->health_rules);
	choices_unref(ui->chosen);
	bury(take_remains(ui));
	cluster_free(ui->next);
	for (size_t i = 0; i < loop->n_left; i++)
		pthread_join(loop->left[i], NULL);
	free(loop->left);
	prompt_release(&ui->prompt);
	clipboard_release(&ui->clipboard);
	buf_release(&ui->saving.text);
	free(ui->saving.path);
	statusline_release(&ui->status);
	free(ui->undo);
	free(ui->choice_rest);
	text_reader_free(ui->new_texts);
	text_reader_free(ui->old_texts);
}

/* Before the screen opens: what fails is said where the command was given. */
static int open_first(
	struct ui *ui, struct cluster **ret, const struct theme **ret_theme, struct error *err)
{
	const struct ui_options *options = ui->options;

	if ((options->theme && theme_find(options->theme, ret_theme, err) < 0) ||
		open_cluster(ui, ret, err) < 0)
		return -1;
	if (tty_init(!options->no_mouse, err) == 0)
		return 0;
	cluster_free(*ret);
	return -1;
}

int ui_run(const struct ui_options *options, struct error *err)
{
	struct loop *loop = mem_zalloc(sizeof(*loop));
	const struct theme *theme = theme_preset();
	struct cluster *cluster;
	int rc;

	loop->ui.options = options;
	loop->ui.memory = state_new();
	rc = open_first(&loop->ui, &cluster, &theme, err);
	if (rc == 0) {
		begin(loop, cluster, theme);
		run(loop);
		end(loop);
	}
	state_free(loop->ui.memory);
	free(loop);
	return rc;
}
