/*
 * tab_changes - the tab that shows every version of an object that the change
 * log still has, and what differs between any two. UI thread.
 */
#ifndef UI_VIEWS_DETAIL_TAB_CHANGES_H
#define UI_VIEWS_DETAIL_TAB_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/changes.h"
#include "ui/widgets/lines.h"

struct tab;
struct ui;

extern const struct tab versions_tab;

/* A path that differs. */
struct version_path {
	uint8_t op; /* enum diff_op */
	char *path;
	char *old_value, *new_value; /* or NULL */
};

/* One version; what its change made of it is found once. */
struct version {
	uint64_t number; /* of its change */
	int64_t time;
	enum change_type type;
	bool relisted;
	bool unknown;  /* what it changed: a text is not kept */
	bool read;     /* what follows is known */
	bool open;     /* all its paths are shown, in full */
	size_t fields; /* that changed, noise not counted */
	char *manager;
	struct version_path *paths;
	size_t n_paths, cap_paths;
};

struct versions {
	struct lines lines;
	struct version *items; /* the oldest first */
	size_t count, cap;
	uint64_t *events; /* numbers of what Kubernetes Events say of the object */
	size_t n_events, cap_events;
	uint64_t next;	/* the number to be read next */
	size_t dropped; /* versions that are no longer kept */
	bool begun;	/* the cursor was put on the newest one */
	uint64_t marks[2];
	size_t n_marks;
	struct version diff; /* of the marked two */
};

void versions_release(struct ui *ui);
void versions_forget(struct ui *ui); /* another object */
/* Reads what the feed has of the object. */
void versions_follow(struct ui *ui);

#endif
