/*
 * cmd - the headless commands: each runs to its end and returns the exit code,
 * or SESSION_SIGNAL and the signal that kept it from finishing.
 * Main thread.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/rest.h"

/* The embedded cluster: --demo and its like; demo-server takes them without the "demo-". */
struct cmd_demo {
	bool on;
	bool pause;
	int64_t seed;
	int64_t scale; /* objects; 0: as the story has it */
	int64_t rate;  /* changes a second beside the story's */
	const char *listen;
	const char *option; /* the last of these that was given, "on" apart; or NULL */
};

/* --wait, --wait=false */
enum cmd_bool {
	CMD_UNSAID,
	CMD_NO,
	CMD_YES,
};

/* What is to be changed, and how; what was not said is NULL. */
struct cmd_change {
	const char **files; /* -f */
	size_t n_files, cap_files;
	const char *patch, *patch_file, *type;
	const char *replicas, *current_replicas;
	const char *cascade, *grace_period;
	const char *subresource, *dry_run, *manager, *validate;
	const char *timeout;
	enum cmd_bool all, recursive, wait, ignore_not_found;
	bool force_conflicts;
};

/* What the command line says. Strings belong to argv. */
struct cmd_args {
	struct rest_flags rest;
	bool all_namespaces;
	bool initial;
	bool no_mouse;
	const char *output;    /* -o, NULL when not given */
	const char *labels;    /* -l */
	const char *role_name; /* access -o yaml */
	const char *theme;
	const char *config; /* the user's settings */
	struct cmd_demo demo;
	struct cmd_change change;
	bool readonly;		    /* also by the settings, */
	const char *readonly_doubt; /* or because this is wrong in them; or NULL */
	size_t history;		    /* bytes; 0: the default */
	size_t max_cache;	    /* bytes; 0: as many as it takes */
	int64_t verify;		    /* seconds; 0: not asked for */
	char **words;		    /* what is no option; for a command, what stands behind it */
	size_t n_words;
	size_t cap_groups; /* of rest.as_groups, */
	size_t cap_extra;  /* of rest.as_extra */
};

/* The first option on the command line that is for changes alone; or NULL. */
const char *cmd_change_option(const struct cmd_args *args);
int cmd_tree(const struct cmd_args *args);
int cmd_get(const struct cmd_args *args);
int cmd_events(const struct cmd_args *args);
int cmd_access(const struct cmd_args *args);
int cmd_create(const struct cmd_args *args);
int cmd_replace(const struct cmd_args *args);
int cmd_apply(const struct cmd_args *args);
int cmd_patch(const struct cmd_args *args);
int cmd_scale(const struct cmd_args *args);
int cmd_edit(const struct cmd_args *args);
int cmd_delete(const struct cmd_args *args);
int cmd_demo_server(const struct cmd_args *args);

#endif
