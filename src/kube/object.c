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
	struct object o = { .text = text, .observed = -1 };
	struct str key;
	struct scan s;

	clear_metadata(&o);
	o.api_version = o.kind = STR("");
	scan_init(&s, text);
	if (scan_object(&s) == 0) {
		while (scan_key(&s, &key))
			read_field(&s, field_of(key, root_fields, COUNT(root_fields)), &o);
	}
	if (scan_failed(&s))
		return error_set(err, ERROR_INVALID, "not an object of the API: %s at byte %zu",
			s.error, scan_offset(&s));
	*ret = o;
	return 0;
}

/* ---- RFC 3339 ---- */

static int number(struct str text, size_t at, size_t digits, int *ret)
{
	int value = 0;

	if (at + digits > text.len)
		return -1;
	for (size_t i = at; i < at + digits; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return -1;
		value = value * 10 + (text.p[i] - '0');
	}
	*ret = value;
	return 0;
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* Days since 1970-01-01 in the Gregorian calendar, years counted from March. */
static int64_t days_from_date(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static int zone_offset(struct str zone, int64_t *ret_seconds)
{
	int hours, minutes;

	if (str_is(zone, "Z")) {
		*ret_seconds = 0;
		return 0;
	}
	if (zone.len != 6 || (zone.p[0] != '+' && zone.p[0] != '-') || zone.p[3] != ':' ||
		number(zone, 1, 2, &hours) < 0 || number(zone, 4, 2, &minutes) < 0 || hours > 24 ||
		minutes > 59)
		return -1;
	*ret_seconds = (hours * 3600 + minutes * 60) * (zone.p[0] == '-' ? -1 : 1);
	return 0;
}

/* Where the zone stands: behind the seconds and their fraction. */
static size_t fraction_end(struct str text)
{
	size_t at = 19;

	if (at >= text.len || (text.p[at] != '.' && text.p[at] != ','))
		return at;
	at++;
	while (at < text.len && text.p[at] >= '0' && text.p[at] <= '9')
		at++;
	return at == 20 ? 19 : at;
}

int object_time(struct str text, int64_t *ret_seconds)
{
	int year, month, day, hour, minute, second;
	int64_t offset;
	size_t zone;

	if (text.len < 20 || text.p[4] != '-' || text.p[7] != '-' || text.p[10] != 'T' ||
		text.p[13] != ':' || text.p[16] != ':')
		return -1;
	if (number(text, 0, 4, &year) < 0 || number(text, 5, 2, &month) < 0 ||
		number(text, 8, 2, &day) < 0 || number(text, 11, 2, &hour) < 0 ||
		number(text, 14, 2, &minute) < 0 || number(text, 17, 2, &second) < 0)
		return -1;
	if (month < 1 || month > 12 || day < 1 || day > month_days(year, month) || hour > 23 ||
		minute > 59 || second > 59)
		return -1;
	zone = fraction_end(text);
	if (zone_offset(str_make(text.p + zone, text.len - zone), &offset) < 0)
		return -1;
	*ret_seconds = days_from_date(year, month, day) * 86400 + hour * 3600 + minute * 60 +
		       second - offset;
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
