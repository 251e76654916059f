/*
 * delete - `crwatch delete KIND NAME...`: the objects that are there now, and none
 * that has the name by the time the deletion arrives.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cmd/changing.h"
#include "cmd/cmd.h"
#include "cmd/printer.h"
#include "json/pick.h"
#include "json/scan.h"

struct deletion {
	enum mutate_propagation propagation;
	int64_t grace; /* -1: unsaid */
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

static int check_options(struct changing *c, struct error *err)
{
	const char *grace = c->args->change.grace_period;
	struct deletion *d = c->own;

	d->grace = -1;
	if (grace && (str_to_i64(str_of(grace), &d->grace) < 0 || d->grace < -1))
		return error_set(err, ERROR_USAGE,
			"--grace-period takes a number of seconds, not %s", grace);
	return read_cascade(c->args->change.cascade, &d->propagation, err);
}

/* kubectl waits for the end of a deletion; here it is said what it waits for. */
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

static int delete_one(
	struct changing *c, const struct changing_kind *kind, struct str name, struct error *err)
{
	const struct deletion *d = c->own;
	struct mutate m = changing_of(c, MUTATE_DELETE, kind, STR(""), name);
	struct changing_version version;
	int code, rc;

	if (changing_look(c, &m, NULL, &version, &code, err) < 0)
		return -1;
	m.uid = str_of(version.uid);
	m.propagation = d->propagation;
	m.grace = d->grace >= 0 ? &d->grace : NULL;
	rc = changing_send(c, &m, NULL, &code, err);
	changing_version_release(&version);
	if (rc < 0 || changing_done(c, kind, name, err) < 0)
		return -1;
	say_finalizers(c, name);
	return 0;
}

static int run(struct changing *c, struct error *err)
{
	for (size_t i = 0; i < changing_count(c); i++) {
		struct changing_kind kind;
		struct str word, name;
		int rc;

		changing_named(c, i, &word, &name);
		if (changing_find(c, word, &kind, err) < 0)
			return -1;
		rc = delete_one(c, &kind, name, err);
		changing_kind_release(&kind);
		if (rc < 0 && changing_failed(c, err) < 0)
			return -1;
	}
	return 0;
}

int cmd_delete(const struct cmd_args *args)
{
	static const struct changing_command command = {
		.name = "delete",
		.usage = "a kind and names: crwatch delete KIND NAME...",
		.takes = CHANGING_DELETION,
		.names_max = SIZE_MAX,
		.done = "deleted",
		.check = check_options,
		.run = run,
	};
	struct deletion d = { 0 };

	return changing_main(args, &command, &d);
}
