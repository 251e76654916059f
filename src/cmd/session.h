/*
 * session - a cluster that a headless command looks at. Main thread.
 */
#ifndef CMD_SESSION_H
#define CMD_SESSION_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/wake.h"
#include "cache/root.h"
#include "cluster/cluster.h"

struct rest_flags;

/* An exit code above is that of a command which a signal has ended: main ends by it. */
#define SESSION_SIGNAL 128

struct session {
	struct cluster *cluster;
	struct root_reader *reader;
	struct wake wake;
	int signals; /* signalfd of session_signals() */
	int signal;  /* that came; 0: none */
	/* clock_now() of when session_until() looks, though nothing is new; 0: never */
	int64_t look_again;
};

/* Loads the kubeconfig and starts the cluster. */
int session_open(struct session *s, const struct rest_flags *flags,
	const struct cluster_options *options, struct error *err);
void session_close(struct session *s);

/* Waits for something new. False when a signal asks to end. */
bool session_wait(struct session *s, int64_t deadline);

/* Waits until ready(arg, root) is true, called with the root pinned. -1 when the
 * connection cannot be made (kubectl does not wait either), CRDs can be neither
 * listed nor discovered, or a signal came (ERROR_CANCELLED). */
int session_until(struct session *s, bool (*ready)(void *arg, const struct root *root), void *arg,
	struct error *err);

/* The exit code of a command that could not finish; it says err, unless the reason is
 * a signal, which says enough. */
int session_fail(const struct session *s, const struct error *err);

/* What asks a command to end: not a hang-up that whoever started it has had ignored. */
void session_signals(sigset_t *ret_set);

/* A kind's state is final for a command that runs once: nothing is on its way. */
bool session_is_settled(const struct kind_root *kind);
bool session_all_settled(const struct root *root);

#endif
