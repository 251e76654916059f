#include "kube/references.h"

#include <string.h>

#include "base/buf.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/references_table.h"

#define PATH_MAX_BYTES ((size_t)64 << 10)
#define NAME_MAX_BYTES 253 /* of an object */

struct walk {
	struct scan scan;
	struct buf path;
	size_t depth;
	size_t count;
	bool cut;
	bool (*visit)(void *arg, const struct reference *reference);
	void *arg;
};

/* ---- what a member is ---- */

static const struct implied *find_implied(struct str key)
{
	size_t n;
	const struct implied *table = references_table(&n);

	for (size_t i = 0; i < n; i++) {
		if (pick_is(key, table[i].member))
			return &table[i];
	}
	return NULL;
}

/* "secretRef", "resourceReferences"; not "ref" or "href": those are no objects' names. */
static bool is_like_reference(struct str key)
{
	return (str_ends(key, STR("Ref")) && key.len > 3) ||
	       (str_ends(key, STR("Refs")) && key.len > 4) ||
	       (str_ends(key, STR("Reference")) && key.len > 9) ||
	       (str_ends(key, STR("References")) && key.len > 10);
}

/* Templates, paths and sentences are no names. */
static bool is_name(struct str raw)
{
	if (raw.len == 0 || raw.len > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < raw.len; i++) {
		char c = raw.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '.' || c == ':' || c == '_'))
			return false;
	}
	return true;
}

static bool is_core(struct str kind)
{
	size_t n;
	const char *const *core = references_core(&n);

	for (size_t i = 0; i < n; i++) {
		if (str_is(kind, core[i]))
			return true;
	}
	return false;
}

/* ---- one reference ---- */

static void tell(struct walk *w, const struct reference *r)
{
	if (w->cut)
		return;
	if (w->count++ >= REFERENCES_MAX || !w->visit(w->arg, r))
		w->cut = true;
}

static void tell_name(struct walk *w, struct str raw, const struct implied *implied)
{
	struct reference r = {
		.path = buf_str(&w->path),
		.name = raw,
		.ns = STR(""),
		.kind = str_of(implied->kind),
		.group = str_of(implied->group),
		.uid = STR(""),
		.implied = true,
		.guessed = implied->group && *implied->group,
	};

	if (is_name(raw))
		tell(w, &r);
}

static struct str group_of(struct str version)
{
	struct str rest = version, group = str_cut(&rest, '/');

	return rest.p ? group : STR("");
}

static void imply(struct reference *r, const struct implied *implied)
{
	if (!r->kind.len && implied && implied->kind) {
		r->kind = str_of(implied->kind);
		r->implied = true;
	}
	if (r->group.p)
		return;
	if (is_core(r->kind)) {
		r->group = STR("");
	} else if (implied && implied->group && *implied->group) {
		r->group = str_of(implied->group);
		r->guessed = true;
	}
}

/* value: an object that may be one. */
static void consider(struct walk *w, struct str key, struct str value)
{
	enum {
		NAME,
		NAMESPACE,
		KIND,
		GROUP,
		API_GROUP,
		VERSION,
		UID,
		CONTROLLER,
		MEMBERS
	};
	static const char *const keys[MEMBERS] = { "name", "namespace", "kind", "group", "apiGroup",
		"apiVersion", "uid", "controller" };
	struct str v[MEMBERS];
	struct reference r;

	pick_members(value, keys, v, MEMBERS);
	if (!is_name(pick_raw(v[NAME])))
		return;
	r = (struct reference){
		.path = buf_str(&w->path),
		.name = pick_raw(v[NAME]),
		.ns = pick_raw_or_empty(v[NAMESPACE]),
		.kind = pick_raw_or_empty(v[KIND]),
		.group = pick_raw(v[GROUP].p ? v[GROUP] : v[API_GROUP]),
		.uid = pick_raw_or_empty(v[UID]),
		.owner = str_starts(buf_str(&w->path), STR("metadata.ownerReferences[")),
		.controller = str_is(v[CONTROLLER], "true"),
	};
	if (!r.group.p && pick_raw(v[VERSION]).len)
		r.group = group_of(pick_raw(v[VERSION]));
	imply(&r, find_implied(key));
	tell(w, &r);
}

/* ---- the walk ---- */

static void walk_value(struct walk *w, struct str key);

static void look_at_object(struct walk *w, struct str key)
{
	const struct implied *implied = find_implied(key);
	struct scan ahead = w->scan;
	struct str text;

	if (!is_like_reference(key) && (!implied || implied->plain))
		return;
	if (scan_skip(&ahead, &text) == 0)
		consider(w, key, text);
}

static bool is_skipped(const struct walk *w)
{
	static const char *const skipped[] = { "metadata.managedFields", "metadata.annotations",
		"metadata.labels" };

	for (size_t i = 0; i < sizeof(skipped) / sizeof(skipped[0]); i++) {
		if (str_is(buf_str(&w->path), skipped[i]))
			return true;
	}
	return false;
}

static void walk_member(struct walk *w, struct str key)
{
	size_t len = w->path.len;

	if (len)
		buf_addc(&w->path, '.');
	buf_addstr(&w->path, key);
	if (is_skipped(w))
		scan_skip(&w->scan, NULL);
	else
		walk_value(w, key);
	buf_truncate(&w->path, len);
}

static void walk_object(struct walk *w, struct str key)
{
	struct str member;

	look_at_object(w, key);
	scan_object(&w->scan);
	while (scan_key(&w->scan, &member))
		walk_member(w, member);
}

static void walk_array(struct walk *w, struct str key)
{
	size_t len = w->path.len;

	scan_array(&w->scan);
	for (size_t i = 0; scan_item(&w->scan); i++) {
		buf_addf(&w->path, "[%zu]", i);
		walk_value(w, key);
		buf_truncate(&w->path, len);
	}
}

static void walk_string(struct walk *w, struct str key)
{
	const struct implied *implied = find_implied(key);
	struct str raw;

	if (scan_string(&w->scan, &raw) == 0 && implied && implied->plain)
		tell_name(w, raw, implied);
}

static void walk_value(struct walk *w, struct str key)
{
	enum scan_type type = scan_type(&w->scan);

	if (w->cut || w->depth >= REFERENCES_DEPTH) {
		w->cut = true;
		scan_skip(&w->scan, NULL);
		return;
	}
	w->depth++;
	if (type == SCAN_OBJECT)
		walk_object(w, key);
	else if (type == SCAN_ARRAY)
		walk_array(w, key);
	else if (type == SCAN_STRING)
		walk_string(w, key);
	else
		scan_skip(&w->scan, NULL);
	w->depth--;
}

bool references_each(
	struct str text, bool (*visit)(void *arg, const struct reference *reference), void *arg)
{
	struct walk w = { .visit = visit, .arg = arg };
	bool whole;

	buf_init(&w.path, PATH_MAX_BYTES);
	scan_init(&w.scan, text);
	walk_value(&w, STR(""));
	whole = !w.cut && !scan_failed(&w.scan) && !w.path.overflow;
	buf_release(&w.path);
	return whole;
}
