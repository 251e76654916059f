/*
 * manifest - `crwatch create`, `replace` and `apply`: objects from files.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "cmd/changing.h"
#include "cmd/cmd.h"
#include "cmd/objects.h"

struct manifest {
	enum mutate_verb verb;
	const char *during; /* "creating"; NULL: the server's words alone */
};

/* What is replaced is what is there now: kubectl, too, reads its version first when
 * the object says none. */
static int replace(struct changing *c, struct mutate *m, const char *during, struct error *err)
{
	struct changing_version version = { NULL, NULL };
	int code, rc = changing_look(c, m, during, &version, &code, err);

	m->uid = str_of(version.uid);
	m->version = str_of(version.rv);
	if (rc == 0 && m->uid.len == 0)
		rc = changing_unknown(m, err);
	if (rc == 0)
		rc = changing_send(c, m, during, &code, err);
	changing_version_release(&version);
	return rc;
}

static int put_object(struct changing *c, const struct object_text *o, struct error *err)
{
	const struct manifest *mf = c->own;
	struct mutate m = changing_of(c, mf->verb, o->kind, o->ns, o->name);
	char *during = mf->during ? mem_printf("error when %s \"%s\"", mf->during, o->file) : NULL;
	int code, rc;

	m.body = o->json;
	m.force = c->args->change.force_conflicts;
	if (mf->verb == MUTATE_CREATE)
		m.name = STR("");
	if (mf->verb == MUTATE_REPLACE && o->version.len == 0)
		rc = replace(c, &m, during, err);
	else
		rc = changing_send(c, &m, during, &code, err);
	free(during);
	return rc == 0 ? changing_done(c, o->kind, o->name, err) : rc;
}

static int run(struct changing *c, struct error *err)
{
	if (objects_each(c, put_object, err) < 0)
		return -1;
	if (!c->printed && !c->n_failures)
		return error_set(err, ERROR_INVALID, "no objects passed to %s", c->command->name);
	return 0;
}

int cmd_create(const struct cmd_args *args)
{
	static const struct changing_command command = {
		.name = "create",
		.usage = "a file: crwatch create -f FILE",
		.takes = CHANGING_FILES | CHANGING_VALIDATE,
		.done = "created",
		.run = run,
	};
	struct manifest mf = { .verb = MUTATE_CREATE, .during = "creating" };

	return changing_main(args, &command, &mf);
}

int cmd_replace(const struct cmd_args *args)
{
	static const struct changing_command command = {
		.name = "replace",
		.usage = "a file: crwatch replace -f FILE",
		.takes = CHANGING_FILES | CHANGING_VALIDATE | CHANGING_SUBRESOURCE,
		.done = "replaced",
		.run = run,
	};
	struct manifest mf = { .verb = MUTATE_REPLACE, .during = "replacing" };

	return changing_main(args, &command, &mf);
}

int cmd_apply(const struct cmd_args *args)
{
	static const struct changing_command command = {
		.name = "apply",
		.usage = "a file: crwatch apply -f FILE",
		.takes = CHANGING_FILES | CHANGING_VALIDATE | CHANGING_SUBRESOURCE | CHANGING_FORCE,
		.done = "serverside-applied",
		.run = run,
	};
	struct manifest mf = { .verb = MUTATE_APPLY };

	return changing_main(args, &command, &mf);
}
