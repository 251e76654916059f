/*
 * One walk over the text, without allocation: everything that the cache asks of
 * an object is a slice of it or a number.
 */
#include "kube/object.h"

#include <stdbool.h>
#include <string.h>

#include "json/scan.h"

enum field {
	FIELD_API_VERSION,
	FIELD_KIND,
	FIELD_METADATA,
	FIELD_SPEC,
	FIELD_STATUS,
	FIELD_NAME,
	FIELD_NAMESPACE,
	FIELD_UID,
	FIELD_RV,
	FIELD_CREATED,
	FIELD_DELETED,
	FIELD_GENERATION,
	FIELD_LABELS,
	FIELD_ANNOTATIONS,
	FIELD_OWNERS,
	FIELD_FINALIZERS,
	FIELD_OTHER,
};

struct field_name {
	struct str name;
	enum field field;
};

/* clang-format off */
#define NAME(literal) { literal, sizeof(literal) - 1 }
/* clang-format on */

static const struct field_name root_fields[] = {
	{ NAME("apiVersion"), FIELD_API_VERSION },
	{ NAME("kind"), FIELD_KIND },
	{ NAME("metadata"), FIELD_METADATA },
	{ NAME("spec"), FIELD_SPEC },
	{ NAME("status"), FIELD_STATUS },
};

static const struct field_name metadata_fields[] = {
	{ NAME("name"), FIELD_NAME },
	{ NAME("namespace"), FIELD_NAMESPACE },
	{ NAME("uid"), FIELD_UID },
	{ NAME("resourceVersion"), FIELD_RV },
	{ NAME("creationTimestamp"), FIELD_CREATED },
	{ NAME("deletionTimestamp"), FIELD_DELETED },
	{ NAME("generation"), FIELD_GENERATION },
	{ NAME("labels"), FIELD_LABELS },
	{ NAME("annotations"), FIELD_ANNOTATIONS },
	{ NAME("ownerReferences"), FIELD_OWNERS },
	{ NAME("finalizers"), FIELD_FINALIZERS },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static enum field field_of(struct str key, const struct field_name *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(key, names[i].name))
			return names[i].field;
	}
	if (!scan_has_escape(key))
		return FIELD_OTHER;
	for (size_t i = 0; i < n; i++) {
		if (scan_is(key, names[i].name.p))
			return names[i].field;
	}
	return FIELD_OTHER;
}

static void read_string(struct scan *s, struct str *ret)
{
	*ret = STR("");
	scan_plain(s, ret);
}

static void read_time(struct scan *s, int64_t *ret)
{
	struct str text = STR("");

	*ret = OBJECT_NO_TIME;
	scan_plain(s, &text);
	object_time(text, ret);
}

/* A value of another type is as good as none. */
static void read_text(struct scan *s, enum scan_type type, struct str *ret)
{
	bool match = scan_type(s) == type;
	struct str text;

	*ret = str_make(NULL, 0);
	if (scan_skip(s, &text) == 0 && match)
		*ret = text;
}

static void read_any(struct scan *s, struct str *ret)
{
	bool null = scan_type(s) == SCAN_NULL;
	struct str text;

	*ret = str_make(NULL, 0);
	if (scan_skip(s, &text) == 0 && !null)
		*ret = text;
}

static void read_metadata_field(struct scan *s, enum field field, struct object *o)
{
	switch (field) {
	case FIELD_NAME:
		read_string(s, &o->name);
		break;
	case FIELD_NAMESPACE:
		read_string(s, &o->ns);
		break;
	case FIELD_UID:
		read_string(s, &o->uid);
		break;
	case FIELD_RV:
		read_string(s, &o->rv);
		break;
	case FIELD_CREATED:
		read_time(s, &o->created);
		break;
	case FIELD_DELETED:
		read_time(s, &o->deleted);
		break;
	case FIELD_GENERATION:
		o->generation = -1;
		scan_i64(s, &o->generation);
		break;
	case FIELD_LABELS:
		read_text(s, SCAN_OBJECT, &o->labels);
		break;
	case FIELD_ANNOTATIONS:
		read_text(s, SCAN_OBJECT, &o->annotations);
		break;
	case FIELD_OWNERS:
		read_text(s, SCAN_ARRAY, &o->owners);
		break;
	case FIELD_FINALIZERS:
		read_text(s, SCAN_ARRAY, &o->finalizers);
		break;
	default:
		scan_skip(s, NULL);
		break;
	}
}

static void clear_metadata(struct object *o)
{
	o->ns = o->name = o->uid = o->rv = STR("");
	o->created = o->deleted = OBJECT_NO_TIME;
	o->generation = -1;
	o->labels = o->annotations = o->owners = o->finalizers = str_make(NULL, 0);
}

static void read_metadata(struct scan *s, struct object *o)
{
	struct str key;

	clear_metadata(o);
	if (scan_type(s) == SCAN_NULL) {
		scan_skip(s, NULL);
		return;
	}
	if (scan_object(s) < 0)
		return;
	while (scan_key(s, &key))
		read_metadata_field(s, field_of(key, metadata_fields, COUNT(metadata_fields)), o);
}

static void read_status(struct scan *s, struct object *o)
{
	static const struct field_name fields[] = { { NAME("observedGeneration"), FIELD_OTHER } };
	struct str key;
	const char *start;

	o->observed = -1;
	if (scan_type(s) != SCAN_OBJECT) {
		read_any(s, &o->status);
		return;
	}
	start = s->p;
	scan_object(s);
	while (scan_key(s, &key)) {
		if (str_eq(key, fields[0].name) || scan_is(key, fields[0].name.p)) {
			o->observed = -1;
			scan_i64(s, &o->observed);
		} else {
			scan_skip(s, NULL);
		}
	}
	o->status = str_make(start, (size_t)(s->p - start));
}

static void read_field(struct scan *s, enum field field, struct object *o)
{
	switch (field) {
	case FIELD_API_VERSION:
		read_string(s, &o->api_version);
		break;
	case FIELD_KIND:
		read_string(s, &o->kind);
		break;
	case FIELD_METADATA:
		read_metadata(s, o);
		break;
	case FIELD_SPEC:
		read_any(s, &o->spec);
		break;
	case FIELD_STATUS:
		read_status(s, o);
		break;
	default:
		scan_skip(s, NULL);
		break;
	}
}

int object_scan(struct str text, struct object *ret, struct error *err)
{
	struct object o = { .observed = -1 };
	const char *start;
	struct str key;
	struct scan s;

	clear_metadata(&o);
	o.api_version = o.kind = STR("");
	scan_init(&s, text);
	scan_type(&s);
	start = s.p;
	if (scan_object(&s) == 0) {
		while (scan_key(&s, &key))
			read_field(&s, field_of(key, root_fields, COUNT(root_fields)), &o);
	}
	if (scan_failed(&s))
		return error_set(err, ERROR_INVALID, "not an object of the API: %s at byte %zu",
			s.error, scan_offset(&s));
	o.text = str_make(start, (size_t)(s.p - start));
	*ret = o;
	return 0;
}

/* ---- resourceVersion ---- */

static bool is_rv(struct str rv)
{
	if (rv.len == 0 || rv.p[0] == '0')
		return false;
	for (size_t i = 0; i < rv.len; i++) {
		if (rv.p[i] < '0' || rv.p[i] > '9')
			return false;
	}
	return true;
}

int object_rv_cmp(struct str a, struct str b)
{
	if (!is_rv(a) || !is_rv(b))
		return 0;
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return memcmp(a.p, b.p, a.len);
}
