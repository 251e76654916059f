#include "cmd/session.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "cmd/printer.h"
#include "net/rest.h"

void session_signals(sigset_t *ret_set)
{
	struct sigaction hang_up;

	sigemptyset(ret_set);
	sigaddset(ret_set, SIGINT);
	sigaddset(ret_set, SIGTERM);
	/* It would be taken though it is ignored, since it is blocked. */
	if (sigaction(SIGHUP, NULL, &hang_up) == 0 && hang_up.sa_handler != SIG_IGN)
		sigaddset(ret_set, SIGHUP);
}

int session_open(struct session *s, const struct rest_flags *flags,
	const struct cluster_options *options, struct error *err)
{
	struct rest_config config;
	sigset_t set;

	memset(s, 0, sizeof(*s));
	if (rest_config_load(flags, &config, err) < 0)
		return -1;
	/* In the background a plugin that reads would be stopped. */
	if (isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp())
		config.terminal = REST_TERMINAL_FREE;
	if (cluster_new(&config, options, &s->cluster, err) < 0) {
		rest_config_release(&config);
		return -1;
	}
	wake_init(&s->wake);
	s->reader = root_reader_new(cluster_roots(s->cluster), &s->wake);
	session_signals(&set);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return 0;
}

void session_close(struct session *s)
{
	root_reader_free(s->reader);
	cluster_free(s->cluster);
	wake_release(&s->wake);
	close(s->signals);
}

bool session_wait(struct session *s, int64_t deadline)
{
	struct pollfd fds[2] = {
		{ .fd = s->wake.fd, .events = POLLIN },
		{ .fd = s->signals, .events = POLLIN },
	};
	struct signalfd_siginfo info;

	if (poll(fds, 2, 0) == 0) {
		wake_idle(&s->wake);
		poll(fds, 2, clock_timeout(deadline));
		wake_busy(&s->wake);
	}
	if (fds[0].revents)
		wake_clear(&s->wake);
	if (!(fds[1].revents & POLLIN))
		return true;
	if (read(s->signals, &info, sizeof(info)) == sizeof(info))
		s->signal = (int)info.ssi_signo;
	return false;
}

/* Why there is nothing to wait for; 0 when there is. Who says how long a request may
 * take does not want it again. */
static int check_hopeless(const struct session *s, const struct root *root, struct error *err)
{
	bool once = !root->server_version || cluster_config(s->cluster)->request_timeout;

	if ((root->link == LINK_LOST || root->no_credentials) && once && root->link_message)
		return error_set(err, ERROR_CONNECT, "%s", root->link_message);
	if (root->problem && (root->n_kinds == 0 || !root->kinds_known))
		return error_set(err, ERROR_STATUS, "%s", root->problem);
	return 0;
}

int session_until(struct session *s, bool (*ready)(void *arg, const struct root *root), void *arg,
	struct error *err)
{
	for (;;) {
		const struct root *root = root_pin(s->reader);
		bool done = ready(arg, root);
		int hopeless = done ? 0 : check_hopeless(s, root, err);

		root_unpin(s->reader);
		if (done || hopeless < 0)
			return hopeless;
		if (!session_wait(s, s->look_again ? s->look_again : INT64_MAX))
			return error_set(err, ERROR_CANCELLED, "interrupted");
	}
}

int session_fail(const struct session *s, const struct error *err)
{
	return s->signal ? SESSION_SIGNAL + s->signal : printer_fail(err);
}

bool session_is_settled(const struct kind_root *kind)
{
	return kind->state != KIND_LISTING && (!kind->ever_synced || !kind->bare);
}

bool session_all_settled(const struct root *root)
{
	if (!root->kinds_known)
		return false;
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (!session_is_settled(root->kinds[i]))
			return false;
	}
	return true;
}
