/*
 * manifest - `crwatch create`, `replace` and `apply`: objects from files.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "cmd/changing.h"
#include "cmd/cmd.h"
#include "cmd/printer.h"
#include "json/documents.h"
#include "json/pick.h"
#include "json/scan.h"

#define DOCUMENT_MAX MUTATE_BODY_MAX

struct manifest {
	struct changing *c;
	enum mutate_verb verb;
	const char *during; /* "creating"; NULL: the server's words alone */
	const char *file;
	struct error *err;
};

/* Who an object says it is; "" where it does not. */
struct identity {
	char *api_version, *kind, *ns, *name, *version;
	char *uid; /* of what is there, once that has been read; else NULL */
};

static void identity_read(struct str json, struct identity *ret)
{
	static const char *const keys[] = { "apiVersion", "kind", "metadata" };
	static const char *const metadata_keys[] = { "namespace", "name", "resourceVersion" };
	struct str v[3], m[3];

	pick_members(json, keys, v, 3);
	pick_members(v[2], metadata_keys, m, 3);
	*ret = (struct identity){
		.api_version = pick_text_or_empty(v[0]),
		.kind = pick_text_or_empty(v[1]),
		.ns = pick_text_or_empty(m[0]),
		.name = pick_text_or_empty(m[1]),
		.version = pick_text_or_empty(m[2]),
	};
}

static void identity_release(struct identity *id)
{
	free(id->api_version);
	free(id->kind);
	free(id->ns);
	free(id->name);
	free(id->version);
	free(id->uid);
}

static int find_kind(struct manifest *mf, const struct identity *id, struct changing_kind *ret,
	struct error *err)
{
	struct str version = str_of(id->api_version);
	struct str group = str_cut(&version, '/');

	if (!*id->kind || !*id->api_version)
		return error_set(err, ERROR_INVALID, "%s: an object has no %s", mf->file,
			*id->kind ? "apiVersion" : "kind");
	if (!version.p) {
		version = group;
		group = STR("");
	}
	return changing_find_exact(mf->c, group, version, str_of(id->kind), ret, err);
}

static int check_namespace(struct manifest *mf, const struct identity *id,
	const struct changing_kind *kind, struct error *err)
{
	const struct rest_config *config = cluster_config(mf->c->session.cluster);

	if (!kind->namespaced || !*id->ns || !config->ns_given ||
		str_is(str_of(id->ns), config->ns))
		return 0;
	return error_set(err, ERROR_INVALID,
		"the namespace from the provided object \"%s\" does not match the namespace \"%s\"",
		id->ns, config->ns);
}

/* What is replaced is what is there now: kubectl, too, reads its version first when
 * the object says none. */
static int read_version(struct manifest *mf, const struct mutate *m, const char *during,
	struct identity *id, struct error *err)
{
	struct changing_version version;
	int code;

	if (changing_look(mf->c, m, during, &version, &code, err) < 0)
		return -1;
	free(id->version);
	id->version = version.rv;
	id->uid = version.uid;
	return 0;
}

static int send(struct manifest *mf, struct mutate *m, struct identity *id, struct error *err)
{
	char *during = NULL;
	int code, rc = 0;

	if (mf->during)
		during = mem_printf("error when %s \"%s\"", mf->during, mf->file);
	if (m->verb == MUTATE_REPLACE && !*id->version)
		rc = read_version(mf, m, during, id, err);
	m->uid = str_of(id->uid);
	m->version = id->uid ? str_of(id->version) : STR("");
	if (rc == 0)
		rc = changing_send(mf->c, m, during, &code, err);
	free(during);
	return rc;
}

static int put_one(struct manifest *mf, struct str json, struct identity *id, struct error *err)
{
	struct changing_kind kind;
	struct mutate m;
	int rc;

	if (find_kind(mf, id, &kind, err) < 0)
		return -1;
	rc = check_namespace(mf, id, &kind, err);
	m = changing_of(mf->c, mf->verb, &kind, str_of(id->ns), str_of(id->name));
	m.body = json;
	m.force = mf->c->args->change.force_conflicts;
	if (mf->verb == MUTATE_CREATE)
		m.name = STR("");
	if (rc == 0)
		rc = send(mf, &m, id, err);
	if (rc == 0)
		rc = changing_done(mf->c, &kind, str_of(id->name), err);
	changing_kind_release(&kind);
	return rc;
}

static int put_object(struct manifest *mf, struct str json)
{
	struct error err = ERROR_INIT;
	struct identity id;
	int rc;

	identity_read(json, &id);
	rc = put_one(mf, json, &id, &err);
	identity_release(&id);
	if (rc < 0 && changing_failed(mf->c, &err) < 0)
		return error_move(mf->err, &err);
	return 0;
}

static bool is_list(struct str json)
{
	static const char *const keys[] = { "apiVersion", "kind" };
	struct str v[2];

	pick_members(json, keys, v, 2);
	return pick_is_string(v[0], "v1") && pick_is_string(v[1], "List");
}

static int put_document(void *arg, struct str json)
{
	struct manifest *mf = arg;
	struct str item;
	struct scan s;

	if (!is_list(json))
		return put_object(mf, json);
	scan_init(&s, scan_member(json, "items"));
	if (scan_type(&s) != SCAN_ARRAY || scan_array(&s) < 0)
		return 0;
	while (scan_item_text(&s, &item)) {
		if (put_object(mf, item) < 0)
			return -1;
	}
	return 0;
}

static int put_file(struct manifest *mf, const char *path, struct error *err)
{
	struct error problem = ERROR_INIT;
	size_t len = 0;
	char *text = changing_read(mf->c, path, &len, err);
	int rc;

	if (!text)
		return -1;
	mf->file = str_is(str_of(path), "-") ? "STDIN" : path;
	mf->err = &problem;
	rc = documents_each(str_make(text, len), DOCUMENT_MAX, put_document, mf, &problem);
	free(text);
	if (rc < 0 && !mf->c->session.signal)
		error_prefix(&problem, "error parsing %s", mf->file);
	return rc < 0 ? error_move(err, &problem) : 0;
}

static int run(struct changing *c, struct error *err)
{
	struct manifest *mf = c->own;

	mf->c = c;
	for (size_t i = 0; i < c->args->change.n_files; i++) {
		if (put_file(mf, c->args->change.files[i], err) < 0)
			return -1;
	}
	if (!c->printed && !c->failed)
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
