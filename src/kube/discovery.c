#include "kube/discovery.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/mem.h"
#include "base/texts.h"
#include "json/scan.h"

#define RESOURCES_MAX 20000u

static void release_resource(struct discovery_resource *r)
{
	texts_free(r->short_names, r->n_short_names);
	free(r->group);
	free(r->version);
	free(r->plural);
	free(r->singular);
	free(r->kind);
}

void discovery_release(struct discovery *d)
{
	for (size_t i = 0; i < d->count; i++)
		release_resource(&d->items[i]);
	free(d->items);
	memset(d, 0, sizeof(*d));
}

bool discovery_is_builtin(struct str group)
{
	static const char *const builtin[] = { "", "admissionregistration.k8s.io",
		"apiextensions.k8s.io", "apiregistration.k8s.io", "apps", "authentication.k8s.io",
		"authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io",
		"coordination.k8s.io", "custom.metrics.k8s.io", "discovery.k8s.io", "events.k8s.io",
		"extensions", "external.metrics.k8s.io", "flowcontrol.apiserver.k8s.io",
		"internal.apiserver.k8s.io", "metrics.k8s.io", "networking.k8s.io", "node.k8s.io",
		"policy", "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io",
		"storage.k8s.io", "storagemigration.k8s.io" };

	for (size_t i = 0; i < sizeof(builtin) / sizeof(*builtin); i++) {
		if (str_is(group, builtin[i]))
			return true;
	}
	return false;
}

static bool has_param(struct str type, const char *param)
{
	while (type.p) {
		struct str part = str_trim(str_cut(&type, ';'));

		if (part.len == strlen(param) && strncasecmp(part.p, param, part.len) == 0)
			return true;
	}
	return false;
}

bool discovery_is_aggregated(struct str content_type)
{
	return has_param(content_type, "g=apidiscovery.k8s.io") &&
	       has_param(content_type, "v=v2") &&
	       has_param(content_type, "as=APIGroupDiscoveryList");
}

/* ---- parts that both forms share ---- */

static void each(struct scan *s, void (*visit)(void *arg, struct scan *s), void *arg)
{
	if (!scan_array_or_skip(s))
		return;
	while (scan_item(s))
		visit(arg, s);
}

static void read_short_name(void *arg, struct scan *s)
{
	struct discovery_resource *r = arg;
	struct str name = str_make(NULL, 0);
	size_t cap = r->n_short_names;

	scan_plain(s, &name);
	if (!name.p || r->n_short_names >= 100)
		return;
	r->short_names = array_reserve(r->short_names, &cap, r->n_short_names + 1, sizeof(char *));
	r->short_names[r->n_short_names++] = str_dup(name);
}

struct verbs {
	bool list;
	bool watch;
};

static void read_verb(void *arg, struct scan *s)
{
	struct verbs *verbs = arg;
	struct str verb = str_make(NULL, 0);

	scan_plain(s, &verb);
	verbs->list = verbs->list || str_is(verb, "list");
	verbs->watch = verbs->watch || str_is(verb, "watch");
}

static void set(char **field, struct scan *s)
{
	struct str value = str_make(NULL, 0);

	scan_plain(s, &value);
	if (value.p) {
		free(*field);
		*field = str_dup(value);
	}
}

static void add(struct discovery *d, struct discovery_resource *r)
{
	bool whole = r->plural && r->kind && *r->plural && *r->kind && !strchr(r->plural, '/');

	for (size_t i = 0; whole && i < d->count; i++) {
		if (strcmp(d->items[i].plural, r->plural) == 0 &&
			strcmp(d->items[i].group, r->group) == 0)
			whole = false;
	}
	if (!whole || d->count >= RESOURCES_MAX) {
		release_resource(r);
		return;
	}
	if (!r->singular)
		r->singular = mem_strdup("");
	d->items = array_reserve(d->items, &d->cap, d->count + 1, sizeof(*d->items));
	d->items[d->count++] = *r;
}

/* ---- aggregated ---- */

struct walk {
	struct discovery *d;
	struct str group;
	struct str version;
};

static void read_response_kind(struct scan *s, struct discovery_resource *r)
{
	struct str key;

	if (!scan_object_or_skip(s))
		return;
	while (scan_key(s, &key)) {
		if (scan_is(key, "kind"))
			set(&r->kind, s);
		else
			scan_skip(s, NULL);
	}
}

static void read_field(struct scan *s, struct str key, struct discovery_resource *r)
{
	struct verbs verbs = { false, false };
	struct str scope = str_make(NULL, 0);

	if (scan_is(key, "resource") || scan_is(key, "name")) {
		set(&r->plural, s);
	} else if (scan_is(key, "singularResource") || scan_is(key, "singularName")) {
		set(&r->singular, s);
	} else if (scan_is(key, "kind")) {
		set(&r->kind, s);
	} else if (scan_is(key, "responseKind")) {
		read_response_kind(s, r);
	} else if (scan_is(key, "shortNames")) {
		each(s, read_short_name, r);
	} else if (scan_is(key, "verbs")) {
		each(s, read_verb, &verbs);
		r->listable = verbs.list && verbs.watch;
	} else if (scan_is(key, "namespaced")) {
		r->namespaced = scan_type(s) == SCAN_TRUE;
		scan_skip(s, NULL);
	} else if (scan_is(key, "scope")) {
		scan_plain(s, &scope);
		r->namespaced = str_is(scope, "Namespaced");
	} else {
		scan_skip(s, NULL);
	}
}

static void read_resource(void *arg, struct scan *s)
{
	struct walk *walk = arg;
	struct discovery_resource r = { 0 };
	struct str key;

	if (!scan_object_or_skip(s))
		return;
	while (scan_key(s, &key))
		read_field(s, key, &r);
	r.group = str_dup(walk->group);
	r.version = str_dup(walk->version);
	add(walk->d, &r);
}

/* A list of resources is read once the version's name is known. */
static void read_resources(struct walk *walk, struct str text)
{
	struct scan s;

	if (!text.p)
		return;
	scan_init(&s, text);
	each(&s, read_resource, walk);
}

static void read_aggregated_version(void *arg, struct scan *s)
{
	struct walk *walk = arg;
	struct str key, freshness = str_make(NULL, 0), resources = freshness;

	if (!scan_object_or_skip(s))
		return;
	walk->version = str_make(NULL, 0);
	while (scan_key(s, &key)) {
		if (scan_is(key, "version"))
			scan_plain(s, &walk->version);
		else if (scan_is(key, "freshness"))
			scan_plain(s, &freshness);
		else if (scan_is(key, "resources"))
			scan_skip(s, &resources);
		else
			scan_skip(s, NULL);
	}
	if (str_is(freshness, "Stale"))
		walk->d->partial = true;
	else
		read_resources(walk, resources);
}

static void read_group(void *arg, struct scan *s)
{
	struct walk *walk = arg;
	struct str key, versions = str_make(NULL, 0), metadata = versions, name;
	struct scan inner;

	if (!scan_object_or_skip(s))
		return;
	while (scan_key(s, &key)) {
		if (scan_is(key, "metadata"))
			scan_skip(s, &metadata);
		else if (scan_is(key, "versions"))
			scan_skip(s, &versions);
		else
			scan_skip(s, NULL);
	}
	name = metadata.p ? scan_member(metadata, "name") : metadata;
	if (name.len < 2 || name.p[0] != '"' || !versions.p)
		return;
	walk->group = str_make(name.p + 1, name.len - 2);
	scan_init(&inner, versions);
	each(&inner, read_aggregated_version, walk);
}

static int member_of(struct str body, const char *key, struct scan *ret, struct error *err)
{
	struct str text;

	if (scan_validate(body, err) < 0)
		return error_prefix(err, "discovery");
	text = scan_member(body, key);
	if (!text.p)
		return error_set(err, ERROR_INVALID, "discovery: the answer has no %s", key);
	scan_init(ret, text);
	return 0;
}

int discovery_read_aggregated(struct str body, struct discovery *d, struct error *err)
{
	struct walk walk = { .d = d };
	struct scan s;

	if (member_of(body, "items", &s, err) < 0)
		return -1;
	each(&s, read_group, &walk);
	return 0;
}

/* ---- one by one ---- */

struct versions {
	void (*visit)(void *arg, struct str group_version);
	void *arg;
};

static void read_group_version(void *arg, struct scan *s)
{
	struct versions *v = arg;
	struct str key, name = str_make(NULL, 0);

	if (!scan_object_or_skip(s))
		return;
	while (scan_key(s, &key)) {
		if (scan_is(key, "groupVersion"))
			scan_plain(s, &name);
		else
			scan_skip(s, NULL);
	}
	if (name.p)
		v->visit(v->arg, name);
}

static void read_plain_group(void *arg, struct scan *s)
{
	struct str key;

	if (!scan_object_or_skip(s))
		return;
	while (scan_key(s, &key)) {
		if (scan_is(key, "versions"))
			each(s, read_group_version, arg);
		else
			scan_skip(s, NULL);
	}
}

int discovery_each_version(struct str body, void (*visit)(void *arg, struct str group_version),
	void *arg, struct error *err)
{
	struct versions v = { visit, arg };
	struct scan s;

	if (member_of(body, "groups", &s, err) < 0)
		return -1;
	each(&s, read_plain_group, &v);
	return 0;
}

int discovery_read_version(struct str body, struct discovery *d, struct error *err)
{
	struct walk walk = { .d = d };
	struct str gv;
	struct scan s;

	if (member_of(body, "resources", &s, err) < 0)
		return -1;
	gv = scan_member(body, "groupVersion");
	if (gv.len < 2 || gv.p[0] != '"')
		return error_set(err, ERROR_INVALID, "discovery: the answer has no groupVersion");
	gv = str_make(gv.p + 1, gv.len - 2);
	walk.group = str_cut(&gv, '/');
	walk.version = gv;
	if (!gv.p) {
		walk.version = walk.group;
		walk.group = STR("");
	}
	each(&s, read_resource, &walk);
	return 0;
}
