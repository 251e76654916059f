#include "json/merge.h"

#include "base/buf.h"
#include "json/number.h"
#include "json/pick.h"
#include "json/scan.h"

#define DEPTH_MAX      1000
#define PATH_MAX_BYTES ((size_t)4096)

struct merge {
	struct buf *out;
	struct buf path; /* of the members that are open: ".spec.color", for errors */
	unsigned depth;
	struct error *err;
};

static enum scan_type type_of(struct str value)
{
	struct scan s;

	scan_init(&s, value);
	return scan_type(&s);
}

/* ---- equality ---- */

static bool equal(struct str a, struct str b, unsigned depth);

static bool equal_objects(struct str a, struct str b, unsigned depth)
{
	struct pick_sorted ma, mb;
	bool same;

	if (pick_sorted(a, &ma) < 0)
		return false;
	if (pick_sorted(b, &mb) < 0) {
		pick_sorted_release(&ma);
		return false;
	}
	same = ma.count == mb.count;
	for (size_t i = 0; same && i < ma.count; i++)
		same = pick_cmp(ma.items[i].key, mb.items[i].key) == 0 &&
		       equal(ma.items[i].value, mb.items[i].value, depth);
	pick_sorted_release(&ma);
	pick_sorted_release(&mb);
	return same;
}

static bool equal_arrays(struct str a, struct str b, unsigned depth)
{
	struct str va, vb;
	struct scan sa, sb;
	bool more_a, more_b;

	scan_init(&sa, a);
	scan_init(&sb, b);
	if (scan_array(&sa) < 0 || scan_array(&sb) < 0)
		return false;
	for (;;) {
		more_a = scan_item_text(&sa, &va);
		more_b = scan_item_text(&sb, &vb);
		if (!more_a || !more_b)
			return more_a == more_b && !scan_failed(&sa) && !scan_failed(&sb);
		if (!equal(va, vb, depth))
			return false;
	}
}

static bool equal(struct str a, struct str b, unsigned depth)
{
	enum scan_type type = type_of(a);

	if (str_eq(a, b))
		return true;
	if (type != type_of(b) || depth == DEPTH_MAX)
		return false;
	switch (type) {
	case SCAN_OBJECT:
		return equal_objects(a, b, depth + 1);
	case SCAN_ARRAY:
		return equal_arrays(a, b, depth + 1);
	case SCAN_STRING:
		return pick_cmp(pick_raw_or_empty(a), pick_raw_or_empty(b)) == 0;
	case SCAN_NUMBER:
		return number_same(a, b);
	default:
		return false;
	}
}

bool merge_equal(struct str a, struct str b)
{
	return equal(str_trim(a), str_trim(b), 0);
}

/* ---- the patch ---- */

static int merge_objects(struct merge *m, struct str old_text, struct str new_text);

static void open_member(struct merge *m, struct str key)
{
	buf_addc(&m->path, '.');
	scan_unescape(key, &m->path);
}

static int too_deep(struct merge *m)
{
	return error_set(m->err, ERROR_TOO_LARGE, "the object is nested too deeply");
}

/* Nulls inside of lists are values, those of objects would remove something. */
static int check_nulls(struct merge *m, struct str value)
{
	struct str key, member;
	size_t path = m->path.len;
	struct scan s;
	int rc = 0;

	if (type_of(value) == SCAN_NULL)
		return error_set(m->err, ERROR_UNSUPPORTED,
			"%s: null cannot be set where nothing was: a merge patch has no way to say it",
			buf_text(&m->path) + 1);
	if (type_of(value) != SCAN_OBJECT)
		return 0;
	if (++m->depth > DEPTH_MAX)
		return too_deep(m);
	scan_init(&s, value);
	scan_object(&s);
	while (rc == 0 && scan_key(&s, &key) && scan_skip(&s, &member) == 0) {
		open_member(m, key);
		rc = check_nulls(m, member);
		buf_truncate(&m->path, path);
	}
	m->depth--;
	return rc;
}

static void add_key(struct merge *m, struct str key)
{
	if (m->out->len && m->out->data[m->out->len - 1] != '{')
		buf_addc(m->out, ',');
	buf_addc(m->out, '"');
	buf_addstr(m->out, key);
	buf_addz(m->out, "\":");
}

static int set_member(struct merge *m, const struct pick_member *member)
{
	size_t path = m->path.len;
	int rc;

	open_member(m, member->key);
	rc = check_nulls(m, member->value);
	buf_truncate(&m->path, path);
	add_key(m, member->key);
	buf_addstr(m->out, member->value);
	return rc;
}

static int remove_member(struct merge *m, struct str key)
{
	add_key(m, key);
	buf_addz(m->out, "null");
	return 0;
}

static int merge_member(
	struct merge *m, const struct pick_member *before, const struct pick_member *after)
{
	size_t start = m->out->len, path = m->path.len, inside;
	int rc;

	if (type_of(before->value) != SCAN_OBJECT || type_of(after->value) != SCAN_OBJECT) {
		if (equal(before->value, after->value, 0))
			return 0;
		if (type_of(after->value) == SCAN_NULL)
			return remove_member(m, after->key);
		return set_member(m, after);
	}
	if (str_eq(before->value, after->value))
		return 0;
	add_key(m, after->key);
	inside = m->out->len;
	open_member(m, after->key);
	rc = merge_objects(m, before->value, after->value);
	buf_truncate(&m->path, path);
	if (m->out->len == inside + 2) /* {} */
		buf_truncate(m->out, start);
	return rc;
}

static int walk(struct merge *m, const struct pick_sorted *before, const struct pick_sorted *after)
{
	size_t b = 0, a = 0;
	int rc = 0;

	while (rc == 0 && (b < before->count || a < after->count)) {
		int order = b == before->count ? 1
			    : a == after->count
				    ? -1
				    : pick_cmp(before->items[b].key, after->items[a].key);

		if (order < 0)
			rc = remove_member(m, before->items[b++].key);
		else if (order > 0)
			rc = set_member(m, &after->items[a++]);
		else
			rc = merge_member(m, &before->items[b++], &after->items[a++]);
	}
	return rc;
}

static int merge_objects(struct merge *m, struct str old_text, struct str new_text)
{
	struct pick_sorted before, after;
	int rc;

	if (++m->depth > DEPTH_MAX)
		return too_deep(m);
	if (pick_sorted(old_text, &before) < 0)
		return error_set(m->err, ERROR_INVALID, "it is no object");
	if (pick_sorted(new_text, &after) < 0) {
		pick_sorted_release(&before);
		return error_set(m->err, ERROR_INVALID, "it is no object");
	}
	buf_addc(m->out, '{');
	rc = walk(m, &before, &after);
	buf_addc(m->out, '}');
	pick_sorted_release(&before);
	pick_sorted_release(&after);
	m->depth--;
	return rc;
}

int merge_patch(struct str old_text, struct str new_text, struct buf *out, bool *ret_differs,
	struct error *err)
{
	struct merge m = { .out = out, .path = BUF_INIT(PATH_MAX_BYTES), .err = err };
	size_t start = out->len;
	int rc = merge_objects(&m, old_text, new_text);

	buf_release(&m.path);
	if (rc == 0 && out->overflow)
		rc = error_set(err, ERROR_TOO_LARGE, "the patch is too large");
	if (rc == 0)
		*ret_differs = out->len > start + 2;
	return rc;
}
