/*
 * The kinds of the objects that are to be changed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cmd/changing.h"
#include "cmd/choose.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/discovery.h"

#define PATH_MAX_BYTES ((size_t)16 << 10)

static void copy_kind(const struct kind *kind, struct str version, struct changing_kind *ret)
{
	gvr_init(&ret->gvr, str_of(kind->gvr.group), version, str_of(kind->gvr.resource));
	ret->kind = mem_strdup(kind->kind);
	ret->namespaced = kind->namespaced;
}

void changing_kind_release(struct changing_kind *kind)
{
	gvr_release(&kind->gvr);
	free(kind->kind);
	kind->kind = NULL;
}

int changing_find(struct changing *c, struct str word, struct changing_kind *ret, struct error *err)
{
	const struct root *root = root_pin(c->session.reader);
	const struct kind_root *found;
	int rc = choose_kind(root, word, &found, err);

	if (rc == 0)
		copy_kind(found->kind, str_of(found->kind->gvr.version), ret);
	else if (err->code == ERROR_NOT_FOUND)
		error_set(err, ERROR_NOT_FOUND,
			"\"" STR_FMT
			"\" is not a custom resource of this cluster; for others there is kubectl",
			STR_ARG(word));
	root_unpin(c->session.reader);
	return rc;
}

static const struct kind *kind_of(const struct root *root, struct str group, struct str kind)
{
	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct kind *k = root->kinds[i]->kind;

		if (str_is(group, k->gvr.group) && str_is(kind, k->kind))
			return k;
	}
	return NULL;
}

static int no_match(struct str api_version, struct str kind, struct error *err)
{
	return error_set(err, ERROR_NOT_FOUND,
		"no matches for kind \"" STR_FMT "\" in version \"" STR_FMT "\"", STR_ARG(kind),
		STR_ARG(api_version));
}

/* Whether an APIResourceList has it. */
static bool lists_kind(struct str list, struct str kind)
{
	struct str item;
	struct scan s;
	bool found = false;

	scan_init(&s, scan_member(list, "resources"));
	if (!s.p || !scan_array_or_skip(&s))
		return false;
	while (!found && scan_item_text(&s, &item)) {
		char *text = pick_text_or_empty(scan_member(item, "kind"));

		found = str_is(kind, text);
		free(text);
	}
	return found;
}

static int ask_version(struct changing *c, struct str api_version, int *ret_code, struct error *err)
{
	struct mutate_call call = {
		.path = BUF_INIT(PATH_MAX_BYTES),
		.body = BUF_INIT(1),
	};
	struct str version = api_version;
	struct str group = str_cut(&version, '/');
	int rc;

	buf_addz(&call.path, "/apis/");
	gvr_escape(group, &call.path);
	buf_addc(&call.path, '/');
	gvr_escape(version, &call.path);
	*ret_code = 404;
	rc = call.path.overflow ? -1 : changing_ask(c, &call, NULL, ret_code, err);
	mutate_call_release(&call);
	return rc;
}

/* Another version than the one that crwatch reads may be served, too: the server knows.
 * Who may not ask it may still change. */
static int check_served(
	struct changing *c, struct str api_version, struct str kind, struct error *err)
{
	int code;

	if (ask_version(c, api_version, &code, err) < 0) {
		if (code == 404)
			return no_match(api_version, kind, err);
		if (code != 403)
			return -1;
		error_release(err);
	} else if (!lists_kind(changing_answer(c), kind)) {
		return no_match(api_version, kind, err);
	}
	return 0;
}

/* Many objects of one kind are asked about once. */
static int check_served_once(
	struct changing *c, struct str api_version, struct str kind, struct error *err)
{
	char *both = mem_printf(STR_FMT " " STR_FMT, STR_ARG(api_version), STR_ARG(kind));
	int rc = 0;

	if (!c->served || strcmp(both, c->served) != 0)
		rc = check_served(c, api_version, kind, err);
	if (rc < 0) {
		free(both);
		return -1;
	}
	free(c->served);
	c->served = both;
	return 0;
}

int changing_find_exact(struct changing *c, struct str api_version, struct str kind,
	struct changing_kind *ret, struct error *err)
{
	const struct root *root = root_pin(c->session.reader);
	struct str version = api_version;
	struct str group = str_cut(&version, '/');
	const struct kind *found = version.p ? kind_of(root, group, kind) : NULL;
	bool other = found && !str_is(version, found->gvr.version);

	if (found)
		copy_kind(found, version, ret);
	root_unpin(c->session.reader);
	if (other && check_served_once(c, api_version, kind, err) < 0) {
		changing_kind_release(ret);
		return -1;
	}
	if (found)
		return 0;
	if (!version.p || discovery_is_builtin(group))
		return error_set(err, ERROR_UNSUPPORTED,
			"crwatch only serves custom resources; for a " STR_FMT " there is kubectl",
			STR_ARG(kind));
	return no_match(api_version, kind, err);
}
