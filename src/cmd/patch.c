/*
 * patch - `crwatch patch KIND NAME -p PATCH`: a JSON merge patch or a JSON patch.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cmd/changing.h"
#include "cmd/cmd.h"
#include "json/documents.h"
#include "json/merge.h"

struct patch {
	enum mutate_verb verb;
	struct buf json;
	size_t count;
	struct changing_version version; /* of what was read before */
	struct buf before;		 /* its text */
};

static int read_type(const char *text, enum mutate_verb *ret, struct error *err)
{
	*ret = MUTATE_MERGE_PATCH;
	if (!text || strcmp(text, "merge") == 0)
		return 0;
	*ret = MUTATE_JSON_PATCH;
	if (strcmp(text, "json") == 0)
		return 0;
	if (strcmp(text, "strategic") == 0)
		return error_set(err, ERROR_USAGE,
			"custom resources have no strategic merge patches: --type is merge or json");
	return error_set(err, ERROR_USAGE, "--type is merge or json, not %s", text);
}

static int keep(void *arg, struct str json)
{
	struct patch *p = arg;

	if (p->count++ == 0)
		buf_addstr(&p->json, json);
	return 0;
}

static int read_text(struct patch *p, struct str text, struct error *err)
{
	char first = p->verb == MUTATE_JSON_PATCH ? '[' : '{';

	if (documents_each(text, MUTATE_BODY_MAX, keep, p, err) < 0)
		return error_prefix(err, "the patch");
	if (p->count != 1 || p->json.data[0] != first)
		return error_set(err, ERROR_INVALID, "the patch is no %s",
			first == '[' ? "list of operations, as --type json has them"
				     : "object; lists of operations are --type json");
	return 0;
}

static int read_patch(struct changing *c, struct error *err)
{
	const struct cmd_change *options = &c->args->change;
	size_t len;
	char *text;
	int rc;

	if (options->patch)
		return read_text(c->own, str_of(options->patch), err);
	text = changing_read(c, options->patch_file, &len, err);
	if (!text)
		return -1;
	rc = read_text(c->own, str_make(text, len), err);
	free(text);
	return rc;
}

static int check_options(struct changing *c, struct error *err)
{
	const struct cmd_change *options = &c->args->change;
	struct patch *p = c->own;

	if (!options->patch == !options->patch_file)
		return error_set(err, ERROR_USAGE, "patch needs one of -p and --patch-file");
	return read_type(options->type, &p->verb, err);
}

/* The object that is there now, as kubectl reads it: a patch is for it and no other of
 * its name. Who may not read it may still patch. */
static int look(struct changing *c, struct patch *p, const struct mutate *change, struct error *err)
{
	int code;

	if (changing_look(c, change, NULL, &p->version, &code, err) == 0) {
		buf_addstr(&p->before, changing_answer(c));
		return 0;
	}
	if (code != 403)
		return -1;
	error_release(err);
	return 0;
}

/* The version says less: to take the last finalizer leaves it as it is. */
static int send_patch(struct changing *c, struct patch *p, struct mutate *m, struct error *err)
{
	int code;

	m->uid = str_of(p->version.uid);
	if (changing_send(c, m, NULL, &code, err) < 0)
		return -1;
	c->idle = p->before.len && merge_equal(buf_str(&p->before), changing_answer(c));
	return 0;
}

static int run(struct changing *c, struct error *err)
{
	struct patch *p = c->own;
	struct changing_kind kind;
	struct str word, name;
	struct mutate m;
	int rc;

	if (read_patch(c, err) < 0)
		return -1;
	changing_named(c, 0, &word, &name);
	if (changing_find(c, word, &kind, err) < 0)
		return -1;
	m = changing_of(c, p->verb, &kind, STR(""), name);
	m.body = buf_str(&p->json);
	rc = look(c, p, &m, err);
	if (rc == 0)
		rc = send_patch(c, p, &m, err);
	if (rc == 0)
		rc = changing_done(c, &kind, name, err);
	changing_kind_release(&kind);
	return rc;
}

int cmd_patch(const struct cmd_args *args)
{
	static const struct changing_command command = {
		.name = "patch",
		.usage = "a kind and a name: crwatch patch KIND NAME -p PATCH",
		.takes = CHANGING_PATCH | CHANGING_SUBRESOURCE | CHANGING_VALIDATE,
		.names_max = 1,
		.done = "patched",
		.check = check_options,
		.run = run,
	};
	struct patch p = { .json = BUF_INIT(MUTATE_BODY_MAX), .before = BUF_INIT(ASK_BODY_MAX) };
	int code = changing_main(args, &command, &p);

	changing_version_release(&p.version);
	buf_release(&p.before);
	buf_release(&p.json);
	return code;
}
