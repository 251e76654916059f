/*
 * delete - `crwatch delete`: the objects that are there now, by their names, those of
 * files or those that are selected, and none that has the name by the time the deletion
 * arrives; and the wait for their end.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cmd/args.h"
#include "cmd/changing.h"
#include "cmd/cmd.h"
#include "cmd/gone.h"
#include "cmd/objects.h"
#include "cmd/printer.h"
#include "cmd/selection.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/selector.h"
#include "net/rest_check.h"

struct deletion {
	enum mutate_propagation propagation;
	int64_t grace;	 /* -1: unsaid */
	int64_t timeout; /* ns; 0: none */
	bool wait;
	bool ignore_missing;
	struct selector *selector; /* of files' objects; NULL: all of them */
	bool warned;		   /* that what is deleted is in no namespace */
	size_t found;
	struct gone gone; /* that is waited for */
};

struct victim {
	const struct changing_kind *kind;
	struct str ns, name;
	struct str uid;	  /* empty: that of what is there */
	const char *file; /* that says it; or NULL */
};

static int read_cascade(const char *text, enum mutate_propagation *ret, struct error *err)
{
	static const char *const names[] = {
		[MUTATE_BACKGROUND] = "background",
		[MUTATE_FOREGROUND] = "foreground",
		[MUTATE_ORPHAN] = "orphan",
	};

	*ret = MUTATE_BACKGROUND;
	if (!text)
		return 0;
	for (int i = MUTATE_BACKGROUND; i <= MUTATE_ORPHAN; i++) {
		if (strcmp(text, names[i]) == 0) {
			*ret = (enum mutate_propagation)i;
			return 0;
		}
	}
	return error_set(
		err, ERROR_USAGE, "--cascade is background, foreground or orphan, not %s", text);
}

/* No grace at all would leave behind what still runs: kubectl makes it a second, where
 * nobody insists. */
static int read_grace(const char *text, int64_t *ret, struct error *err)
{
	*ret = -1;
	if (text && (str_to_i64(str_of(text), ret) < 0 || *ret < -1))
		return error_set(
			err, ERROR_USAGE, "--grace-period takes a number of seconds, not %s", text);
	if (*ret == 0)
		*ret = 1;
	return 0;
}

static int check_options(struct changing *c, struct error *err)
{
	const struct cmd_change *options = &c->args->change;
	struct deletion *d = c->own;

	d->wait = options->wait != CMD_NO && !c->dry_run;
	d->ignore_missing = options->ignore_not_found == CMD_UNSAID
				    ? changing_selects(c)
				    : options->ignore_not_found == CMD_YES;
	if (rest_request_timeout(options->timeout, &d->timeout, err) < 0)
		return error_set(err, ERROR_USAGE,
			"--timeout takes a duration such as 30s or 2m, not %s", options->timeout);
	if (args_selector(c->args, &d->selector, err) < 0)
		return -1;
	if (d->selector && d->selector->n_terms == 0)
		return error_set(err, ERROR_USAGE,
			"-l is empty, which selects everything: all objects are deleted by --all");
	if (read_grace(options->grace_period, &d->grace, err) < 0)
		return -1;
	return read_cascade(options->cascade, &d->propagation, err);
}

/* What the end of it waits for. */
static void say_finalizers(struct changing *c, struct str name)
{
	static const char *const keys[] = { "deletionTimestamp", "finalizers" };
	struct buf list = BUF_INIT(1 << 16);
	struct str v[2], item;
	struct scan s;

	pick_members(scan_member(changing_answer(c), "metadata"), keys, v, 2);
	scan_init(&s, v[1]);
	if (v[0].p && v[1].p && !c->dry_run && scan_array_or_skip(&s)) {
		while (scan_item_text(&s, &item)) {
			buf_addz(&list, list.len ? ", " : "");
			scan_unescape(pick_raw_or_empty(item), &list);
		}
	}
	if (list.len)
		printer_warn("\"" STR_FMT "\" is there until its finalizers are removed: %s",
			STR_ARG(name), buf_text(&list));
	buf_release(&list);
}

static void warn_scope(struct changing *c, const struct changing_kind *kind)
{
	struct deletion *d = c->own;

	if (d->warned || kind->namespaced || !cluster_config(c->session.cluster)->ns_given)
		return;
	d->warned = true;
	printer_warn("Warning: deleting cluster-scoped resources, not scoped to the provided "
		     "namespace");
}

/* -1 and *ret_code is 404: it is not there. */
static int send(
	struct changing *c, struct mutate *m, const char *during, int *ret_code, struct error *err)
{
	struct changing_version version = { NULL, NULL };
	struct deletion *d = c->own;
	int rc = 0;

	if (m->uid.len == 0) {
		rc = changing_look(c, m, during, &version, ret_code, err);
		m->uid = str_of(version.uid);
		if (rc == 0 && m->uid.len == 0)
			rc = changing_unknown(m, err);
	}
	if (rc == 0)
		rc = changing_send(c, m, during, ret_code, err);
	if (rc == 0 && d->wait)
		gone_add(&d->gone, c, m);
	m->uid = STR("");
	changing_version_release(&version);
	return rc;
}

static int say_deleted(struct changing *c, const struct mutate *m, const struct changing_kind *kind,
	struct error *err)
{
	char *where = m->ns.len ? mem_printf(" from " STR_FMT " namespace", STR_ARG(m->ns)) : NULL;
	int rc;

	c->where = where;
	rc = changing_done(c, kind, m->name, err);
	c->where = NULL;
	free(where);
	if (rc == 0)
		say_finalizers(c, m->name);
	return rc;
}

static int delete_one(struct changing *c, const struct victim *v, struct error *err)
{
	struct mutate m = changing_of(c, MUTATE_DELETE, v->kind, v->ns, v->name);
	char *during = v->file ? mem_printf("error when deleting \"%s\"", v->file) : NULL;
	struct deletion *d = c->own;
	int code = 0, rc;

	d->found++;
	warn_scope(c, v->kind);
	m.uid = v->uid;
	m.propagation = d->propagation;
	m.grace = d->grace >= 0 ? &d->grace : NULL;
	rc = send(c, &m, during, &code, err);
	free(during);
	if (rc == 0)
		return say_deleted(c, &m, v->kind, err);
	if (code != 404 || !d->ignore_missing)
		return -1;
	error_release(err);
	return 0;
}

/* ---- which ---- */

static int delete_named(struct changing *c, struct error *err)
{
	for (size_t i = 0; i < changing_count(c); i++) {
		struct changing_kind kind;
		struct victim v = { .kind = &kind };
		struct str word;
		int rc;

		changing_named(c, i, &word, &v.name);
		if (changing_find(c, word, &kind, err) < 0)
			return -1;
		rc = delete_one(c, &v, err);
		changing_kind_release(&kind);
		if (rc < 0 && changing_failed(c, err) < 0)
			return -1;
	}
	return 0;
}

static int delete_each(struct changing *c, const struct changing_kind *kind,
	const struct selection *selection, struct error *err)
{
	for (size_t i = 0; i < selection->count; i++) {
		const struct selection_object *o = &selection->objects[i];
		struct victim v = { kind, str_of(o->ns), str_of(o->name), str_of(o->uid), NULL };

		if (delete_one(c, &v, err) < 0 && changing_failed(c, err) < 0)
			return -1;
	}
	return 0;
}

static int delete_selected(struct changing *c, struct error *err)
{
	struct selection selection = { 0 };
	struct changing_kind kind;
	int rc;

	if (changing_find(c, str_of(c->args->words[0]), &kind, err) < 0)
		return -1;
	rc = selection_read(c, &kind, &selection, err);
	if (rc == 0)
		rc = delete_each(c, &kind, &selection, err);
	selection_release(&selection);
	changing_kind_release(&kind);
	return rc;
}

static int delete_object(struct changing *c, const struct object_text *o, struct error *err)
{
	const struct deletion *d = c->own;
	struct victim v = { o->kind, o->ns, o->name, STR(""), o->file };

	return selection_matches(d->selector, o->json) ? delete_one(c, &v, err) : 0;
}

static int run(struct changing *c, struct error *err)
{
	struct deletion *d = c->own;
	int rc;

	if (c->args->change.n_files)
		rc = objects_each(c, delete_object, err);
	else
		rc = changing_selects(c) ? delete_selected(c, err) : delete_named(c, err);
	if (rc < 0 || c->n_failures)
		return rc;
	if (d->found == 0)
		printer_text(STR("No resources found\n"));
	/* What is read from a pipe is there before the wait, if anybody still reads it. */
	if (d->gone.count)
		printer_flush();
	return gone_wait(&d->gone, c, d->timeout, err);
}

int cmd_delete(const struct cmd_args *args)
{
	static const struct changing_command command = {
		.name = "delete",
		.usage = "a kind and names, -l or --all, or a file: crwatch delete KIND NAME...",
		.takes = CHANGING_DELETION | CHANGING_FILES | CHANGING_SELECTION,
		.names_max = SIZE_MAX,
		.done = "deleted",
		.check = check_options,
		.run = run,
	};
	struct deletion d = { 0 };
	int code = changing_main(args, &command, &d);

	selector_free(d.selector);
	gone_release(&d.gone);
	return code;
}
