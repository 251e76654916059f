/*
 * demo - the embedded cluster: a small API server with lively sample resources on
 * a thread of its own, reached through the ordinary network path.
 */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include "base/error.h"
#include "demo/story.h"

struct demo;

struct demo_options {
	struct demo_story_options story;
	const char *listen; /* "127.0.0.1:0"; NULL: a Unix socket that only this user can open */
};

/* Returns once it can be asked. Fails on an address that is taken or not
 * loopback, and without a directory for the socket. */
int demo_start(const struct demo_options *options, struct demo **ret, struct error *err);

/* Ends the thread; no socket, file or directory is left. */
void demo_stop(struct demo *demo);

/* For clients: contexts `demo` (admin) and `demo-viewer` (reads only). */
const char *demo_kubeconfig(const struct demo *demo);

#endif
