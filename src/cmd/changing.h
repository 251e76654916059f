/*
 * changing - what the commands that change objects have in common: their options, the
 * kinds there are (no object is listed), one change after another, what came of it.
 * Main thread.
 */
#ifndef CMD_CHANGING_H
#define CMD_CHANGING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "cluster/ask.h"
#include "cluster/mutate.h"
#include "cmd/session.h"
#include "kube/gvr.h"

struct changing;
struct cmd_args;

/* What a command takes of struct cmd_change beside --dry-run and --field-manager. */
enum changing_takes {
	CHANGING_FILES = 1,
	CHANGING_PATCH = 2,
	CHANGING_REPLICAS = 4,
	CHANGING_DELETION = 8,
	CHANGING_SUBRESOURCE = 16,
	CHANGING_VALIDATE = 32,
	CHANGING_FORCE = 64,
	CHANGING_SELECTION = 128, /* -l, -A, --all */
};

struct changing_command {
	const char *name;
	const char *usage; /* what it needs */
	unsigned takes;
	size_t names_max; /* objects named on the command line; 0: none */
	const char *done; /* "created" */
	int (*check)(struct changing *c, struct error *err); /* its own options; or NULL */
	int (*run)(struct changing *c, struct error *err);
};

enum changing_output {
	CHANGING_SAID, /* a line as kubectl writes it */
	CHANGING_NAME,
	CHANGING_YAML,
	CHANGING_JSON,
};

struct changing {
	const struct cmd_args *args;
	const struct changing_command *command;
	struct session session;
	enum changing_output output;
	enum mutate_subresource subresource;
	enum mutate_validation validation;
	bool dry_run;
	bool idle;		/* it came to nothing: the object is as it was */
	struct error *failures; /* of single objects; told at the end */
	size_t n_failures, cap_failures;
	size_t printed;
	char **warned; /* each warning of the server's is told once */
	size_t n_warned;
	uint64_t question;	  /* 0: none is open */
	int64_t deadline;	  /* clock_now() up to which an answer is waited for; 0: none */
	struct ask_answer answer; /* to the last question */
	struct str shown;	  /* the object for -o yaml and json; p NULL: the answer */
	const char *where;	  /* behind what was done, " from a namespace"; or NULL */
	char *served;		  /* version and kind that were found last; or NULL */
	void *own;		  /* the command's */
};

/* Runs the command to its end; returns the exit code. */
int changing_main(const struct cmd_args *args, const struct changing_command *command, void *own);

/* changing_options.c: from args into c, or ERROR_USAGE. */
int changing_options(struct changing *c, struct error *err);
/* The objects named on the command line: KIND NAME..., or KIND/NAME... */
bool changing_selects(const struct changing *c); /* by -l or --all */
size_t changing_count(const struct changing *c);
void changing_named(const struct changing *c, size_t i, struct str *ret_kind, struct str *ret_name);

/* A kind, copied from a root. */
struct changing_kind {
	struct gvr gvr;
	char *kind;
	bool namespaced;
};
void changing_kind_release(struct changing_kind *kind);
/* The kind that a word means; that of an object by group and kind, in the object's own
 * version. Of a kind that is none of crwatch's ERROR_UNSUPPORTED; of one that nobody
 * serves, or not in this version, ERROR_NOT_FOUND. */
int changing_find(
	struct changing *c, struct str word, struct changing_kind *ret, struct error *err);
int changing_find_exact(struct changing *c, struct str api_version, struct str kind,
	struct changing_kind *ret, struct error *err);

/* A change of this object with what the options say; ns empty: the command line's. */
struct mutate changing_of(const struct changing *c, enum mutate_verb verb,
	const struct changing_kind *kind, struct str ns, struct str name);

/* Sends it and waits; see mutate_judge(). The answer is in c->answer until the next. Past
 * c->deadline the question is forgotten: ERROR_TIMEOUT. */
int changing_ask(struct changing *c, const struct mutate_call *call, const char *during,
	int *ret_code, struct error *err);
int changing_send(struct changing *c, const struct mutate *m, const char *during, int *ret_code,
	struct error *err);
struct str changing_answer(const struct changing *c);
/* Which object is there now, "" for what the server does not say. */
struct changing_version {
	char *uid, *rv;
};
/* The one request before a change: reads what is to be changed (its subresource, where
 * the change is of that). The answer stays as after changing_send(); -1 as there. */
int changing_look(struct changing *c, const struct mutate *change, const char *during,
	struct changing_version *ret, int *ret_code, struct error *err);
/* -1, and what is said of an object without a uid: what has its name by the time the
 * change arrives may be another one. */
int changing_unknown(const struct mutate *change, struct error *err);
void changing_version_release(struct changing_version *version);

/* Says what was done, with c->answer's object. */
int changing_done(
	struct changing *c, const struct changing_kind *kind, struct str name, struct error *err);
/* Takes err, which is told at the end, and the exit code is not 0 then; other objects
 * have their turn. A signal is no such thing: -1. */
int changing_failed(struct changing *c, struct error *err);

/* changing_read.c: all of a file, - is stdin, at most 16 MiB; a NUL behind it. On the heap.
 * A signal ends it whatever the file is. */
char *changing_read(struct changing *c, const char *path, size_t *ret_len, struct error *err);

#endif
