#include "kube/crd.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "base/texts.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/object.h"

static bool is_true(struct str value)
{
	return str_is(value, "true");
}

static void read_strings(struct str array, char ***ret, size_t *ret_n)
{
	struct str value;
	struct scan s;
	size_t cap = 0;
	char *text;

	scan_init(&s, array);
	if (scan_array(&s) < 0)
		return;
	while (scan_item_text(&s, &value)) {
		text = pick_text(value);
		if (!text)
			continue;
		*ret = array_reserve(*ret, &cap, *ret_n + 1, sizeof(**ret));
		(*ret)[(*ret_n)++] = text;
	}
}

static void read_names(struct str names, struct crd *crd)
{
	static const char *const keys[] = { "plural", "singular", "kind", "listKind", "shortNames",
		"categories" };
	struct str v[6];

	pick_members(names, keys, v, 6);
	crd->plural = pick_text_or_empty(v[0]);
	crd->singular = pick_text_or_empty(v[1]);
	crd->kind = pick_text_or_empty(v[2]);
	crd->list_kind = pick_text_or_empty(v[3]);
	read_strings(v[4], &crd->short_names, &crd->n_short_names);
	read_strings(v[5], &crd->categories, &crd->n_categories);
}

static void read_condition(struct str condition, struct crd *crd)
{
	static const char *const keys[] = { "type", "status", "message" };
	struct str v[3];
	bool on;

	pick_members(condition, keys, v, 3);
	on = pick_is_string(v[1], "True");
	if (pick_is_string(v[0], "Established"))
		crd->established = on;
	if (pick_is_string(v[0], "Terminating") && on)
		crd->terminating = true;
	if (!pick_is_string(v[0], "NamesAccepted"))
		return;
	crd->names_accepted = on;
	free(crd->not_accepted);
	crd->not_accepted = pick_is_string(v[1], "False") ? pick_text_or_empty(v[2]) : NULL;
}

static void read_status(struct str status, struct crd *crd)
{
	static const char *const keys[] = { "acceptedNames", "conditions" };
	struct str v[2], condition;
	struct scan s;

	pick_members(status, keys, v, 2);
	read_names(v[0], crd);
	scan_init(&s, v[1]);
	if (scan_array(&s) < 0)
		return;
	while (scan_item_text(&s, &condition))
		read_condition(condition, crd);
}

static bool has_member(struct str object, const char *key)
{
	struct str member = scan_member(object, key);

	return member.p && !str_is(member, "null");
}

static void read_version(struct str text, struct crd_version *ret)
{
	static const char *const keys[] = { "name", "served", "storage", "deprecated",
		"additionalPrinterColumns", "subresources" };
	struct str v[6];

	pick_members(text, keys, v, 6);
	ret->name = pick_text_or_empty(v[0]);
	ret->served = is_true(v[1]);
	ret->storage = is_true(v[2]);
	ret->deprecated = is_true(v[3]);
	ret->columns = v[4];
	ret->status = has_member(v[5], "status");
	ret->scale = has_member(v[5], "scale");
}

static int cmp_versions(const void *a, const void *b)
{
	const struct crd_version *va = a, *vb = b;

	return crd_version_cmp(str_of(va->name), str_of(vb->name));
}

static void read_versions(struct str versions, struct crd *crd)
{
	struct str version;
	struct scan s;
	size_t cap = 0;

	scan_init(&s, versions);
	if (scan_array(&s) < 0)
		return;
	while (scan_item_text(&s, &version)) {
		crd->versions = array_reserve(
			crd->versions, &cap, crd->n_versions + 1, sizeof(*crd->versions));
		read_version(version, &crd->versions[crd->n_versions++]);
	}
	if (crd->n_versions)
		qsort(crd->versions, crd->n_versions, sizeof(*crd->versions), cmp_versions);
}

static void read_spec(struct str spec, struct crd *crd)
{
	static const char *const keys[] = { "group", "scope", "conversion", "versions" };
	struct str v[4];

	pick_members(spec, keys, v, 4);
	crd->group = pick_text_or_empty(v[0]);
	crd->namespaced = pick_is_string(v[1], "Namespaced");
	crd->webhook = pick_is_string(scan_member(v[2], "strategy"), "Webhook");
	read_versions(v[3], crd);
}

int crd_parse(struct str text, struct crd *ret, struct error *err)
{
	struct crd crd = { .name = NULL };
	struct object o;

	if (object_scan(text, &o, err) < 0)
		return -1;
	if (o.name.len == 0)
		return error_set(err, ERROR_INVALID, "a CustomResourceDefinition without a name");
	crd.name = str_dup(o.name);
	crd.uid = str_dup(o.uid);
	crd.rv = str_dup(o.rv);
	crd.terminating = o.deleted != OBJECT_NO_TIME;
	read_spec(o.spec, &crd);
	read_status(o.status, &crd);
	if (!crd.group[0]) {
		crd_release(&crd);
		return error_set(err, ERROR_INVALID,
			"CustomResourceDefinition " STR_FMT " has no group", STR_ARG(o.name));
	}
	*ret = crd;
	return 0;
}

void crd_release(struct crd *crd)
{
	if (!crd)
		return;
	free(crd->name);
	free(crd->uid);
	free(crd->rv);
	free(crd->group);
	free(crd->plural);
	free(crd->singular);
	free(crd->kind);
	free(crd->list_kind);
	free(crd->not_accepted);
	texts_free(crd->short_names, crd->n_short_names);
	texts_free(crd->categories, crd->n_categories);
	for (size_t i = 0; i < crd->n_versions; i++)
		free(crd->versions[i].name);
	free(crd->versions);
	*crd = (struct crd){ .name = NULL };
}

const struct crd_version *crd_version(const struct crd *crd)
{
	const struct crd_version *best = NULL;

	for (size_t i = 0; i < crd->n_versions; i++) {
		const struct crd_version *version = &crd->versions[i];

		if (!version->served)
			continue;
		if (crd->webhook && version->storage)
			return version;
		if (!best)
			best = version;
	}
	return best;
}

/* ---- version order ---- */

enum stage {
	STAGE_OTHER,
	STAGE_ALPHA,
	STAGE_BETA,
	STAGE_GA
};

struct version {
	enum stage stage;
	int64_t major;
	int64_t minor;
};

/* Digits at the start of *rest. */
static int take_number(struct str *rest, int64_t *ret)
{
	size_t n = 0;

	while (n < rest->len && rest->p[n] >= '0' && rest->p[n] <= '9')
		n++;
	if (n == 0 || str_to_i64(str_make(rest->p, n), ret) < 0)
		return -1;
	*rest = str_make(rest->p + n, rest->len - n);
	return 0;
}

/* kube-like: v1, v1beta2, v1alpha3 (apimachinery, version/helpers.go) */
static struct version parse_version(struct str text)
{
	const struct version other = { STAGE_OTHER, 0, 0 };
	struct version v = { STAGE_GA, 0, 0 };
	struct str rest = text;

	if (!str_starts(rest, STR("v")))
		return other;
	rest = str_make(rest.p + 1, rest.len - 1);
	if (take_number(&rest, &v.major) < 0)
		return other;
	if (rest.len == 0)
		return v;
	v.stage = str_starts(rest, STR("alpha"))  ? STAGE_ALPHA
		  : str_starts(rest, STR("beta")) ? STAGE_BETA
						  : STAGE_OTHER;
	if (v.stage == STAGE_OTHER)
		return other;
	rest = str_make(rest.p + (v.stage == STAGE_BETA ? 4 : 5),
		rest.len - (v.stage == STAGE_BETA ? 4 : 5));
	return take_number(&rest, &v.minor) < 0 || rest.len ? other : v;
}

int crd_version_cmp(struct str a, struct str b)
{
	struct version va = parse_version(a);
	struct version vb = parse_version(b);

	if (va.stage != vb.stage)
		return va.stage > vb.stage ? -1 : 1;
	if (va.stage == STAGE_OTHER)
		return str_cmp(a, b);
	if (va.major != vb.major)
		return va.major > vb.major ? -1 : 1;
	if (va.minor != vb.minor)
		return va.minor > vb.minor ? -1 : 1;
	return str_cmp(a, b);
}

const struct crd_version *crd_version_named(const struct crd *crd, const char *name)
{
	for (size_t i = 0; i < crd->n_versions; i++) {
		if (strcmp(crd->versions[i].name, name) == 0)
			return &crd->versions[i];
	}
	return NULL;
}
