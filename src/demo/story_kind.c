/*
 * A CustomResourceDefinition from a kind's compact form. See story_data.h.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/story_data.h"
#include "demo/template.h"
#include "json/doc.h"

static const char *const kind_keys[] = { "kind", "group", "plural", "singular", "short",
	"categories", "scope", "versions", "status", "scale", "columns", "description", "spec",
	"state", "other", "selectable", "conversion", "install", "forbidden", "probe", NULL };
static const char *const version_keys[] = { "name", "served", "storage", "deprecated", NULL };
static const char *const scale_keys[] = { "spec", "status", "selector", NULL };

int story_keys(const struct doc *object, const char *const *allowed, struct error *err)
{
	if (!doc_is_object(object))
		return error_set(err, ERROR_INVALID, "a mapping is needed");
	for (const struct doc *member = doc_first(object); member; member = doc_next(member)) {
		size_t i = 0;

		while (allowed[i] && strcmp(allowed[i], doc_key(member)) != 0)
			i++;
		if (!allowed[i])
			return error_set(err, ERROR_INVALID, "unknown key \"%s\"", doc_key(member));
	}
	return 0;
}

static char *lower(const char *text)
{
	char *copy = mem_strdup(text);

	for (char *p = copy; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

static void copy_member(struct doc *to, const char *to_key, const struct doc *from, const char *key)
{
	const struct doc *value = doc_get(from, key);

	if (value)
		doc_set(to, to_key, doc_dup(value));
}

static void add_names(struct doc *spec, const struct story_kind *kind, const struct doc *form)
{
	struct doc *names = doc_add_object(spec, "names");
	char *singular = lower(kind->kind);
	char *list = mem_printf("%sList", kind->kind);

	doc_add_string(names, "plural", kind->plural);
	doc_add_string(names, "singular", singular);
	doc_add_string(names, "kind", kind->kind);
	doc_add_string(names, "listKind", list);
	copy_member(names, "singular", form, "singular");
	copy_member(names, "shortNames", form, "short");
	copy_member(names, "categories", form, "categories");
	free(list);
	free(singular);
}

/* ---- columns: "NAME type .path [wide] [-- description]" ---- */

static struct str last_word(struct str *text)
{
	size_t at = text->len;
	struct str word;

	while (at > 0 && text->p[at - 1] != ' ')
		at--;
	word = str_make(text->p + at, text->len - at);
	text->len = at;
	*text = str_trim(*text);
	return word;
}

static void add_text(struct doc *object, const char *key, struct str text)
{
	char *copy = str_dup(text);

	doc_add_string(object, key, copy);
	free(copy);
}

static int add_column(struct doc *columns, struct str text, struct error *err)
{
	struct doc *column = doc_append_object(columns);
	const char *dashes = text.len ? memmem(text.p, text.len, " -- ", 4) : NULL;
	struct str description = { NULL, 0 };
	struct str path, type;
	bool wide;

	if (dashes) {
		size_t head = (size_t)(dashes - text.p);

		description = str_trim(str_make(dashes + 4, text.len - head - 4));
		text = str_trim(str_make(text.p, head));
	}
	path = last_word(&text);
	wide = str_is(path, "wide");
	if (wide)
		path = last_word(&text);
	type = last_word(&text);
	if (text.len == 0 || path.len == 0 || path.p[0] != '.')
		return error_set(err, ERROR_INVALID, "a column is \"NAME type .path\"");
	add_text(column, "name", text);
	add_text(column, "type", type);
	add_text(column, "jsonPath", path);
	if (description.p)
		add_text(column, "description", description);
	if (wide)
		doc_set(column, "priority", doc_new_i64(1));
	return 0;
}

static int add_columns(struct doc *version, const struct doc *form, struct error *err)
{
	const struct doc *list = doc_get(form, "columns");
	struct doc *columns;

	if (!list)
		return 0;
	columns = doc_add_array(version, "additionalPrinterColumns");
	for (const struct doc *text = doc_first(list); text; text = doc_next(text)) {
		if (add_column(columns, str_of(doc_text(text)), err) < 0)
			return error_prefix(err, "columns");
	}
	return 0;
}

/* ---- versions ---- */

static int add_schema(struct doc *version, const struct doc *form, struct error *err)
{
	struct doc *schema = doc_add_object(doc_add_object(version, "schema"), "openAPIV3Schema");
	const struct doc *other = doc_get(form, "other");
	struct doc *properties;

	copy_member(schema, "description", form, "description");
	doc_add_string(schema, "type", "object");
	properties = doc_add_object(schema, "properties");
	if (doc_get(form, "spec")) {
		struct doc *required = doc_add_array(schema, "required");

		doc_append_string(required, "spec");
		if (story_schema_add(properties, "spec", doc_get(form, "spec"), err) < 0)
			return -1;
	}
	for (const struct doc *field = doc_first(other); field; field = doc_next(field)) {
		if (story_schema_add(properties, doc_key(field), field, err) < 0)
			return -1;
	}
	if (!doc_get(form, "state"))
		return 0;
	return story_schema_add(properties, "status", doc_get(form, "state"), err);
}

static int add_subresources(struct doc *version, const struct story_kind *kind,
	const struct doc *form, struct error *err)
{
	const struct doc *scale = doc_get(form, "scale");
	struct doc *subs, *paths;

	if (!kind->status && !scale)
		return 0;
	subs = doc_add_object(version, "subresources");
	if (kind->status)
		doc_add_object(subs, "status");
	if (!scale)
		return 0;
	if (story_keys(scale, scale_keys, err) < 0)
		return -1;
	paths = doc_add_object(subs, "scale");
	copy_member(paths, "specReplicasPath", scale, "spec");
	copy_member(paths, "statusReplicasPath", scale, "status");
	copy_member(paths, "labelSelectorPath", scale, "selector");
	return 0;
}

static void add_selectable(struct doc *version, const struct doc *form)
{
	const struct doc *list = doc_get(form, "selectable");
	struct doc *fields;

	if (!list)
		return;
	fields = doc_add_array(version, "selectableFields");
	for (const struct doc *path = doc_first(list); path; path = doc_next(path))
		doc_add_string(doc_append_object(fields), "jsonPath", doc_text(path));
}

/* Of a version's form, a name or a mapping. */
static bool flag(const struct doc *form, const char *key, bool otherwise)
{
	return doc_get(form, key) ? doc_bool(form, key) : otherwise;
}

static int add_version(struct doc *versions, struct story_kind *kind, const struct doc *form,
	const struct doc *version_form, struct error *err)
{
	struct doc *version = doc_append_object(versions);
	const char *name = doc_text(version_form);
	const char *warning = doc_string(version_form, "deprecated");
	bool storage = flag(version_form, "storage", !kind->version && doc_text(version_form));

	if (!name && story_keys(version_form, version_keys, err) < 0)
		return -1;
	name = name ? name : doc_string(version_form, "name");
	if (!name)
		return error_set(err, ERROR_INVALID, "a version without name");
	doc_add_string(version, "name", name);
	doc_add_bool(version, "served", flag(version_form, "served", true));
	doc_add_bool(version, "storage", storage);
	if (storage) {
		free(kind->version);
		kind->version = mem_strdup(name);
	}
	if (warning) {
		doc_add_bool(version, "deprecated", true);
		doc_add_string(version, "deprecationWarning", warning);
	}
	add_selectable(version, form);
	if (add_columns(version, form, err) < 0 || add_subresources(version, kind, form, err) < 0)
		return -1;
	return add_schema(version, form, err);
}

static int add_versions(
	struct doc *spec, struct story_kind *kind, const struct doc *form, struct error *err)
{
	const struct doc *list = doc_get(form, "versions");
	struct doc *versions = doc_add_array(spec, "versions");

	if (!list) {
		struct doc *only = doc_new_string("v1");
		int rc = add_version(versions, kind, form, only, err);

		doc_free(only);
		return rc;
	}
	for (const struct doc *one = doc_first(list); one; one = doc_next(one)) {
		if (add_version(versions, kind, form, one, err) < 0)
			return error_prefix(err, "versions");
	}
	return kind->version ? 0 : error_set(err, ERROR_INVALID, "no version is the storage's");
}

/* ---- the whole ---- */

/* The spec with its conversion as webhook: who converts, and what is served. */
static int split_webhook(struct story_kind *kind, struct doc *spec, struct error *err)
{
	struct doc *patch = doc_new_object();
	struct doc *last = doc_dup(spec);
	struct doc *version;
	int rc;

	doc_remove(last, "conversion");
	doc_add_raw(last, "conversion",
		"{\"strategy\":\"Webhook\",\"webhook\":{\"conversionReviewVersions\":[\"v1\"],"
		"\"clientConfig\":{\"service\":{\"namespace\":\"platform-system\","
		"\"name\":\"schema-converter\",\"path\":\"/convert\",\"port\":443}}}}");
	doc_set(patch, "spec", last);
	rc = story_template_parse(patch, &kind->webhook, err);
	doc_free(patch);
	for (size_t i = 0; (version = doc_item(doc_member(spec, "versions"), i)); i++) {
		doc_remove(version, "served");
		doc_add_bool(version, "served", true);
	}
	return rc;
}

static int build_crd(
	struct story_kind *kind, struct doc *crd, const struct doc *form, struct error *err)
{
	struct doc *metadata = doc_add_object(crd, "metadata");
	struct doc *spec = doc_add_object(crd, "spec");
	const char *conversion = doc_string(form, "conversion");
	char *name = mem_printf("%s.%s", kind->plural, kind->group);

	doc_add_string(metadata, "name", name);
	doc_add_string(metadata, "creationTimestamp", "${created}");
	doc_add_raw(metadata, "labels", "{\"app.kubernetes.io/part-of\":\"lumenfold\"}");
	free(name);
	doc_add_string(spec, "group", kind->group);
	add_names(spec, kind, form);
	doc_add_string(spec, "scope", kind->namespaced ? "Namespaced" : "Cluster");
	doc_add_raw(spec, "conversion", "{\"strategy\":\"None\"}");
	if (add_versions(spec, kind, form, err) < 0)
		return -1;
	if (conversion && strcmp(conversion, "Webhook") != 0)
		return error_set(err, ERROR_INVALID, "no conversion \"%s\"", conversion);
	if (conversion && split_webhook(kind, spec, err) < 0)
		return -1;
	return story_template_parse(crd, &kind->crd, err);
}

static int read_kind(struct story_kind *kind, const struct doc *form, struct error *err)
{
	const char *name = doc_string(form, "kind");
	const char *group = doc_string(form, "group");
	const char *plural = doc_string(form, "plural");
	const char *scope = doc_string(form, "scope");
	const char *install = doc_string(form, "install");
	const char *probe = doc_string(form, "probe");

	if (!name || !group)
		return error_set(err, ERROR_INVALID, "a kind needs kind and group");
	if ((scope && strcmp(scope, "Cluster") != 0) || (install && strcmp(install, "later") != 0))
		return error_set(
			err, ERROR_INVALID, "scope is Cluster and install later, or absent");
	kind->kind = mem_strdup(name);
	kind->group = mem_strdup(group);
	kind->plural = lower(name);
	if (plural) {
		free(kind->plural);
		kind->plural = mem_strdup(plural);
	} else {
		char *s = kind->plural;

		kind->plural = mem_printf("%ss", s);
		free(s);
	}
	kind->namespaced = !scope;
	kind->later = install;
	kind->forbidden = doc_bool(form, "forbidden");
	kind->status = flag(form, "status", doc_get(form, "state"));
	kind->probe = probe ? mem_strdup(probe) : NULL;
	return 0;
}

struct story_kind *story_kind_new(const struct doc *form, struct error *err)
{
	struct story_kind *kind = mem_zalloc(sizeof(*kind));
	struct doc *crd = doc_new_object();
	const char *name = doc_string(form, "kind");

	doc_add_string(crd, "apiVersion", "apiextensions.k8s.io/v1");
	doc_add_string(crd, "kind", "CustomResourceDefinition");
	if (story_keys(form, kind_keys, err) == 0 && read_kind(kind, form, err) == 0 &&
		build_crd(kind, crd, form, err) == 0) {
		doc_free(crd);
		return kind;
	}
	error_prefix(err, "kind %s", name ? name : "(no name)");
	doc_free(crd);
	story_kind_free(kind);
	return NULL;
}

struct story_kind *story_kind_namespace(void)
{
	struct story_kind *kind = mem_zalloc(sizeof(*kind));

	kind->kind = mem_strdup("Namespace");
	kind->group = mem_strdup("");
	kind->plural = mem_strdup("namespaces");
	kind->version = mem_strdup("v1");
	kind->installed = true;
	return kind;
}

void story_kind_free(struct story_kind *kind)
{
	if (!kind)
		return;
	free(kind->kind);
	free(kind->group);
	free(kind->plural);
	free(kind->version);
	free(kind->probe);
	demo_template_free(kind->crd);
	demo_template_free(kind->webhook);
	free(kind->objects);
	free(kind);
}
