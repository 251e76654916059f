#include "cmd/objects.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/files.h"
#include "json/documents.h"
#include "json/pick.h"
#include "json/scan.h"

#define DOCUMENT_MAX MUTATE_BODY_MAX

struct reading {
	struct changing *c;
	int (*visit)(struct changing *c, const struct object_text *o, struct error *err);
	const char *file;
	struct error *err; /* why it ends */
};

/* Who an object says it is; "" where it does not. */
struct identity {
	char *api_version, *kind, *ns, *name, *version;
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
}

/* cli-runtime, resource/mapper.go. */
static int unknown_kind(const struct reading *r, const struct identity *id, struct error *err)
{
	struct error why = ERROR_INIT;

	error_move(&why, err);
	if (why.code == ERROR_NOT_FOUND)
		error_set(err, why.code,
			"resource mapping not found for name: \"%s\" namespace: \"%s\" from \"%s\": %s\n"
			"ensure CRDs are installed first",
			id->name, id->ns, r->file, why.text);
	else if (why.code == ERROR_UNSUPPORTED)
		error_set(err, why.code, "unable to recognize \"%s\": %s", r->file, why.text);
	else
		error_move(err, &why);
	error_release(&why);
	return -1;
}

static int find_kind(
	struct reading *r, const struct identity *id, struct changing_kind *ret, struct error *err)
{
	if (!*id->kind || !*id->api_version)
		return error_set(err, ERROR_INVALID,
			"unable to decode \"%s\": Object '%s' is missing", r->file,
			*id->kind ? "apiVersion" : "Kind");
	if (changing_find_exact(r->c, str_of(id->api_version), str_of(id->kind), ret, err) < 0)
		return unknown_kind(r, id, err);
	return 0;
}

static int check_namespace(struct reading *r, const struct identity *id,
	const struct changing_kind *kind, struct error *err)
{
	const struct rest_config *config = cluster_config(r->c->session.cluster);

	if (!kind->namespaced || !*id->ns || !config->ns_given ||
		str_is(str_of(id->ns), config->ns))
		return 0;
	return error_set(err, ERROR_INVALID,
		"the namespace from the provided object \"%s\" does not match the namespace \"%s\". "
		"You must pass '--namespace=%s' to perform this operation.",
		id->ns, config->ns, id->ns);
}

static int visit_one(
	struct reading *r, struct str json, const struct identity *id, struct error *err)
{
	struct changing_kind kind;
	int rc;

	if (find_kind(r, id, &kind, err) < 0)
		return -1;
	rc = check_namespace(r, id, &kind, err);
	if (rc == 0)
		rc = r->visit(r->c,
			&(struct object_text){ json, r->file, str_of(id->ns), str_of(id->name),
				str_of(id->version), &kind },
			err);
	changing_kind_release(&kind);
	return rc;
}

static int visit_object(struct reading *r, struct str json)
{
	struct error err = ERROR_INIT;
	struct identity id;
	int rc;

	identity_read(json, &id);
	rc = visit_one(r, json, &id, &err);
	identity_release(&id);
	if (rc < 0 && changing_failed(r->c, &err) < 0)
		return error_move(r->err, &err);
	return 0;
}

static bool is_list(struct str json)
{
	static const char *const keys[] = { "apiVersion", "kind" };
	struct str v[2];

	pick_members(json, keys, v, 2);
	return pick_is_string(v[0], "v1") && pick_is_string(v[1], "List");
}

static int visit_document(void *arg, struct str json)
{
	struct reading *r = arg;
	struct str item;
	struct scan s;

	if (!is_list(json))
		return visit_object(r, json);
	scan_init(&s, scan_member(json, "items"));
	if (scan_type(&s) != SCAN_ARRAY || scan_array(&s) < 0)
		return 0;
	while (scan_item_text(&s, &item)) {
		if (visit_object(r, item) < 0)
			return -1;
	}
	return 0;
}

static int read_text(struct reading *r, const char *path, struct error *err)
{
	struct error problem = ERROR_INIT;
	size_t len = 0;
	char *text = changing_read(r->c, path, &len, err);
	int rc;

	if (!text)
		return -1;
	r->file = strcmp(path, "-") == 0 ? "STDIN" : path;
	r->err = &problem;
	rc = documents_each(str_make(text, len), DOCUMENT_MAX, visit_document, r, &problem);
	free(text);
	if (rc < 0 && !r->c->session.signal)
		error_prefix(&problem, "error parsing %s", r->file);
	return rc < 0 ? error_move(err, &problem) : 0;
}

static int read_files(struct reading *r, const struct files *files, struct error *err)
{
	for (size_t i = 0; i < files->count; i++) {
		if (read_text(r, files->paths[i], err) < 0 && changing_failed(r->c, err) < 0)
			return -1;
	}
	return 0;
}

/* Nothing is done where a path is wrong, and each that is wrong is told. */
static int find_files(struct changing *c, struct files *files, struct error *err)
{
	const struct cmd_change *change = &c->args->change;
	bool wrong = false;

	for (size_t i = 0; i < change->n_files; i++) {
		if (files_add(files, change->files[i], change->recursive == CMD_YES, err) == 0)
			continue;
		wrong = true;
		if (changing_failed(c, err) < 0)
			return -1;
	}
	return wrong ? -1 : 0;
}

int objects_each(struct changing *c,
	int (*visit)(struct changing *c, const struct object_text *o, struct error *err),
	struct error *err)
{
	struct reading r = { .c = c, .visit = visit };
	struct files files = { 0 };
	int rc = 0;

	if (find_files(c, &files, err) == 0)
		rc = read_files(&r, &files, err);
	else if (c->session.signal)
		rc = -1;
	files_release(&files);
	return rc;
}
