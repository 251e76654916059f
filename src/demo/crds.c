/*
 * See crds.h; apiextensions-apiserver, pkg/controller/status and establish.
 */
#include "demo/crds.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/validate.h"
#include "json/doc.h"

static void require(struct doc *parent, const char *key, const char *field, struct demo_causes *ret)
{
	const char *text = doc_string(parent, key);

	if (!text || !*text)
		demo_causes_add(ret, field, "FieldValueRequired", mem_strdup("Required value"));
}

static void check_name(
	struct doc *crd, struct doc *spec, struct doc *names, struct demo_causes *ret)
{
	const char *name = doc_string(doc_member(crd, "metadata"), "name");
	const char *plural = doc_string(names, "plural");
	const char *group = doc_string(spec, "group");
	char *wanted = mem_printf("%s.%s", plural ? plural : "", group ? group : "");

	if (name && strcmp(name, wanted) != 0)
		demo_causes_add(ret, "metadata.name", "FieldValueInvalid",
			mem_printf(
				"Invalid value: \"%s\": must be spec.names.plural+\".\"+spec.group",
				name));
	free(wanted);
}

static void check_storage(struct doc *versions, struct demo_causes *ret)
{
	struct doc *version;
	size_t stored = 0;

	for (size_t i = 0; (version = doc_item(versions, i)); i++)
		stored += doc_bool(version, "storage");
	if (stored != 1)
		demo_causes_add(ret, "spec.versions", "FieldValueInvalid",
			mem_strdup("Invalid value: must have exactly one version marked as storage "
				   "version"));
}

static void check_path(
	struct doc *scale, const char *key, const char *start, struct demo_causes *ret)
{
	const char *path = doc_string(scale, key);

	if (!path || strncmp(path, start, strlen(start)) != 0)
		demo_causes_add(ret, key, "FieldValueInvalid",
			mem_printf("Invalid value: should be a json path under %s", start));
}

static void check_scale(struct doc *versions, struct demo_causes *ret)
{
	struct doc *version, *scale;

	for (size_t i = 0; (version = doc_item(versions, i)); i++) {
		scale = doc_member(doc_member(version, "subresources"), "scale");
		if (!scale)
			continue;
		check_path(scale, "specReplicasPath", ".spec.", ret);
		check_path(scale, "statusReplicasPath", ".status.", ret);
	}
}

static void check_same(struct doc *now, struct doc *before, const char *key, const char *field,
	struct demo_causes *ret)
{
	const char *a = doc_string(now, key), *b = doc_string(before, key);

	if (a && b && strcmp(a, b) != 0)
		demo_causes_add(ret, field, "FieldValueInvalid",
			mem_printf("Invalid value: \"%s\": field is immutable", a));
}

void demo_crds_check(struct doc *crd, struct doc *before, struct demo_causes *ret)
{
	struct doc *spec = doc_member(crd, "spec");
	struct doc *names = doc_member(spec, "names");
	struct doc *old = before ? doc_member(before, "spec") : NULL;

	check_same(spec, old, "group", "spec.group", ret);
	check_same(spec, old, "scope", "spec.scope", ret);
	check_same(
		names, old ? doc_member(old, "names") : NULL, "plural", "spec.names.plural", ret);
	check_scale(doc_member(spec, "versions"), ret);

	require(spec, "group", "spec.group", ret);
	require(spec, "scope", "spec.scope", ret);
	require(names, "plural", "spec.names.plural", ret);
	require(names, "kind", "spec.names.kind", ret);
	check_name(crd, spec, names, ret);
	check_storage(doc_member(spec, "versions"), ret);
}

static void default_text(struct doc *object, const char *key, char *text)
{
	if (!doc_string(object, key))
		doc_set(object, key, doc_new_string(text));
	free(text);
}

static void add_defaults(struct doc *spec)
{
	struct doc *names = doc_member(spec, "names");
	const char *kind = doc_string(names, "kind");
	char *singular = mem_strdup(kind);

	for (char *c = singular; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	default_text(names, "listKind", mem_printf("%sList", kind));
	default_text(names, "singular", singular);
	if (!doc_member(spec, "conversion")) {
		struct doc *conversion = doc_new_object();

		doc_add_string(conversion, "strategy", "None");
		doc_set(spec, "conversion", conversion);
	}
}

static void add_condition(struct doc *list, const char *type, const char *reason,
	const char *message, const char *time)
{
	struct doc *condition = doc_append_object(list);

	doc_add_string(condition, "lastTransitionTime", time);
	doc_add_string(condition, "message", message);
	doc_add_string(condition, "reason", reason);
	doc_add_string(condition, "status", "True");
	doc_add_string(condition, "type", type);
}

static bool is_listed(struct doc *list, const char *text)
{
	const struct doc *item;

	for (item = doc_first(list); item; item = doc_next(item)) {
		if (doc_text(item) && strcmp(doc_text(item), text) == 0)
			return true;
	}
	return false;
}

static void add_stored_version(struct doc *status, struct doc *versions)
{
	struct doc *list = doc_member(status, "storedVersions");
	struct doc *version;

	if (!list)
		list = doc_add_array(status, "storedVersions");
	for (size_t i = 0; (version = doc_item(versions, i)); i++) {
		const char *name = doc_string(version, "name");

		if (name && doc_bool(version, "storage") && !is_listed(list, name))
			doc_append_string(list, name);
	}
}

void demo_crds_accept(struct doc *crd, const char *time)
{
	struct doc *spec = doc_member(crd, "spec");
	struct doc *status = doc_member(crd, "status");
	struct doc *conditions;

	add_defaults(spec);
	if (!doc_is_object(status)) {
		status = doc_new_object();
		doc_set(crd, "status", status);
	}
	doc_set(status, "acceptedNames", doc_dup(doc_member(spec, "names")));
	if (!doc_member(status, "conditions")) {
		conditions = doc_add_array(status, "conditions");
		add_condition(
			conditions, "NamesAccepted", "NoConflicts", "no conflicts found", time);
		add_condition(conditions, "Established", "InitialNamesAccepted",
			"the initial names have been accepted", time);
	}
	add_stored_version(status, doc_member(spec, "versions"));
}
