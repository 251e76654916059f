#include "json/diff.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/map.h"
#include "json/pick.h"
#include "json/scan.h"

#define DEPTH_MAX      1000
#define PATH_MAX_BYTES ((size_t)1 << 20)

struct differ {
	bool (*visit)(void *arg, const struct diff_item *item);
	void *arg;
	struct buf path;
	size_t found;
	size_t depth;
	size_t metadata; /* depth inside the root's metadata; 0 elsewhere */
	bool noise;
	bool stopped;
};

static void compare(struct differ *d, struct str a, struct str b);

static void report(struct differ *d, enum diff_op op, struct str a, struct str b)
{
	struct diff_item item = {
		.op = op,
		.path = d->path.len ? buf_str(&d->path) : STR("."),
		.old_value = a,
		.new_value = b,
		.noise = d->noise,
	};

	if (d->stopped)
		return;
	if (!d->noise)
		d->found++;
	d->stopped = !d->visit(d->arg, &item);
}

/* One side missing: p NULL. */
static void compare_or_report(struct differ *d, struct str a, struct str b)
{
	if (!a.p)
		report(d, DIFF_ADDED, a, b);
	else if (!b.p)
		report(d, DIFF_REMOVED, a, b);
	else
		compare(d, a, b);
}

/* ---- objects ---- */

static bool is_one_of(struct str key, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (scan_is(key, names[i]))
			return true;
	}
	return false;
}

static bool is_noise(const struct differ *d, struct str key)
{
	static const char *const in_metadata[] = { "resourceVersion", "managedFields",
		"generation" };
	static const char *const anywhere[] = { "observedGeneration", "lastHeartbeatTime",
		"lastProbeTime", "lastUpdateTime", "lastTransitionTime" };

	if (d->metadata && d->depth == d->metadata && is_one_of(key, in_metadata, 3))
		return true;
	return is_one_of(key, anywhere, 5);
}

static bool is_simple(struct str key)
{
	for (size_t i = 0; i < key.len; i++) {
		char c = key.p[i];

		if (c == '.' || c == '[' || c == ']' || c == '\'' || c == ' ')
			return false;
	}
	return key.len > 0;
}

static void add_plain(struct differ *d, struct str raw)
{
	if (scan_has_escape(raw))
		scan_unescape(raw, &d->path);
	else
		buf_addstr(&d->path, raw);
}

static void add_key(struct differ *d, struct str key)
{
	bool simple = is_simple(key) && !scan_has_escape(key);

	buf_addz(&d->path, simple ? "." : "['");
	add_plain(d, key);
	if (!simple)
		buf_addz(&d->path, "']");
}

static void compare_member(struct differ *d, struct str key, struct str a, struct str b)
{
	size_t length = d->path.len;
	bool noise = d->noise;

	add_key(d, key);
	d->noise = noise || is_noise(d, key);
	if (d->depth == 1)
		d->metadata = scan_is(key, "metadata") ? 2 : 0;
	compare_or_report(d, a, b);
	d->noise = noise;
	buf_truncate(&d->path, length);
}

static void compare_objects(struct differ *d, struct str a, struct str b)
{
	const struct str none = { NULL, 0 };
	struct pick_sorted old, new;
	size_t i = 0, j = 0;

	if (pick_sorted(a, &old) < 0)
		return;
	if (pick_sorted(b, &new) < 0) {
		pick_sorted_release(&old);
		return;
	}
	while (!d->stopped && (i < old.count || j < new.count)) {
		int order = i == old.count   ? 1
			    : j == new.count ? -1
					     : pick_cmp(old.items[i].key, new.items[j].key);
		struct str key = order > 0 ? new.items[j].key : old.items[i].key;
		struct str value_a = order > 0 ? none : old.items[i].value;
		struct str value_b = order < 0 ? none : new.items[j].value;

		i += order <= 0;
		j += order >= 0;
		compare_member(d, key, value_a, value_b);
	}
	pick_sorted_release(&old);
	pick_sorted_release(&new);
}

/* ---- arrays ---- */

struct items {
	struct str *values;
	struct str *ids; /* raw; only once they have been found */
	size_t count;
	size_t cap;
};

static void read_items(struct str array, struct items *ret)
{
	struct str value;
	struct scan s;

	*ret = (struct items){ .values = NULL };
	scan_init(&s, array);
	scan_array(&s);
	while (scan_item_text(&s, &value)) {
		ret->values =
			array_reserve(ret->values, &ret->cap, ret->count + 1, sizeof(*ret->values));
		ret->values[ret->count++] = value;
	}
}

static void release_items(struct items *items)
{
	free(items->values);
	free(items->ids);
}

/* Whether each element has a string under key, no two the same. */
static bool find_ids(struct items *items, const char *key)
{
	size_t cap = 0;
	struct map seen;
	bool unique = true;

	free(items->ids);
	items->ids = array_reserve(NULL, &cap, items->count + 1, sizeof(*items->ids));
	map_init(&seen);
	for (size_t i = 0; i < items->count && unique; i++) {
		items->ids[i] = pick_raw(scan_member(items->values[i], key));
		unique = items->ids[i].p && !map_put(&seen, items->ids[i], items);
	}
	map_release(&seen);
	return unique;
}

static bool have_ids(struct items *a, struct items *b)
{
	static const char *const keys[] = { "type", "name", "key" };

	if (a->count + b->count == 0)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (find_ids(a, keys[i]) && find_ids(b, keys[i]))
			return true;
	}
	return false;
}

static void compare_item(struct differ *d, struct str id, struct str a, struct str b)
{
	size_t length = d->path.len;

	buf_addc(&d->path, '[');
	add_plain(d, id);
	buf_addc(&d->path, ']');
	compare_or_report(d, a, b);
	buf_truncate(&d->path, length);
}

static void index_ids(struct items *items, struct map *ret)
{
	map_init(ret);
	for (size_t i = 0; i < items->count; i++)
		map_put(ret, items->ids[i], &items->values[i]);
}

static void compare_by_id(struct differ *d, struct items *a, struct items *b)
{
	const struct str none = { NULL, 0 };
	struct map in_a, in_b;

	index_ids(a, &in_a);
	index_ids(b, &in_b);
	for (size_t i = 0; i < a->count && !d->stopped; i++) {
		const struct str *other = map_get(&in_b, a->ids[i]);

		compare_item(d, a->ids[i], a->values[i], other ? *other : none);
	}
	for (size_t i = 0; i < b->count && !d->stopped; i++) {
		if (!map_get(&in_a, b->ids[i]))
			compare_item(d, b->ids[i], none, b->values[i]);
	}
	map_release(&in_a);
	map_release(&in_b);
}

static void compare_by_place(struct differ *d, struct items *a, struct items *b)
{
	const struct str none = { NULL, 0 };
	size_t n = a->count > b->count ? a->count : b->count;
	struct buf id = BUF_INIT(32);

	for (size_t i = 0; i < n && !d->stopped; i++) {
		buf_reset(&id);
		buf_addf(&id, "%zu", i);
		compare_item(d, buf_str(&id), i < a->count ? a->values[i] : none,
			i < b->count ? b->values[i] : none);
	}
	buf_release(&id);
}

static void compare_arrays(struct differ *d, struct str a, struct str b)
{
	struct items old, new;

	read_items(a, &old);
	read_items(b, &new);
	if (have_ids(&old, &new))
		compare_by_id(d, &old, &new);
	else
		compare_by_place(d, &old, &new);
	release_items(&old);
	release_items(&new);
}

/* ---- values ---- */

static enum scan_type type_of(struct str value)
{
	struct scan s;

	scan_init(&s, value);
	return scan_type(&s);
}

static void compare(struct differ *d, struct str a, struct str b)
{
	enum scan_type type = type_of(a);

	if (d->stopped || str_eq(a, b))
		return;
	if (type != type_of(b) || d->depth >= DEPTH_MAX) {
		report(d, DIFF_CHANGED, a, b);
		return;
	}
	d->depth++;
	if (type == SCAN_OBJECT)
		compare_objects(d, a, b);
	else if (type == SCAN_ARRAY)
		compare_arrays(d, a, b);
	else if (type != SCAN_STRING || pick_cmp(pick_raw(a), pick_raw(b)) != 0)
		report(d, DIFF_CHANGED, a, b);
	d->depth--;
}

size_t diff_texts(struct str old_text, struct str new_text,
	bool (*visit)(void *arg, const struct diff_item *item), void *arg)
{
	struct differ d = { .visit = visit, .arg = arg };

	if (!old_text.len || !new_text.len)
		return 0;
	buf_init(&d.path, PATH_MAX_BYTES);
	compare(&d, str_trim(old_text), str_trim(new_text));
	buf_release(&d.path);
	return d.found;
}

/* ---- managers ---- */

/* The manager of the newest entry that old_fields (p NULL: none are) does not
 * have word for word. */
static struct str last_manager(struct str object, struct str old_fields)
{
	static const char *const keys[] = { "manager", "time" };
	struct str fields = scan_member(scan_member(object, "metadata"), "managedFields");
	struct str manager = { NULL, 0 }, newest = STR("");
	struct str entry, v[2];
	struct scan s;

	scan_init(&s, fields);
	if (scan_array(&s) < 0)
		return manager;
	while (scan_item_text(&s, &entry)) {
		struct str time;

		if (old_fields.p && str_contains(old_fields, entry))
			continue;
		pick_members(entry, keys, v, 2);
		time = pick_raw(v[1]);
		/* Always UTC and of one length: bytes order them. */
		if (pick_raw(v[0]).p && str_cmp(time, newest) >= 0) {
			manager = pick_raw(v[0]);
			newest = time;
		}
	}
	return manager;
}

struct str diff_manager(struct str object)
{
	return last_manager(object, str_make(NULL, 0));
}

struct str diff_author(struct str old_object, struct str new_object)
{
	struct str old_fields = scan_member(scan_member(old_object, "metadata"), "managedFields");
	struct str manager = last_manager(new_object, old_fields);

	return manager.p ? manager : diff_manager(new_object);
}
