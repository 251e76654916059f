#include "json/pick.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/mem.h"
#include "json/scan.h"

bool pick_is(struct str raw, const char *text)
{
	/* Most do not even begin alike; an escape may stand for any character. */
	if (raw.len && raw.p[0] != text[0] && raw.p[0] != '\\')
		return false;
	return scan_is(raw, text);
}

void pick_members(struct str object, const char *const *keys, struct str *ret, size_t n)
{
	struct str key, value;
	struct scan s;

	for (size_t i = 0; i < n; i++)
		ret[i] = str_make(NULL, 0);
	scan_init(&s, object);
	if (scan_object(&s) < 0)
		return;
	while (scan_key(&s, &key)) {
		if (scan_skip(&s, &value) < 0)
			return;
		for (size_t i = 0; i < n; i++) {
			if (pick_is(key, keys[i]))
				ret[i] = value;
		}
	}
}

struct str pick_raw(struct str value)
{
	if (value.len < 2 || value.p[0] != '"')
		return str_make(NULL, 0);
	return str_make(value.p + 1, value.len - 2);
}

struct str pick_raw_or_empty(struct str value)
{
	struct str raw = pick_raw(value);

	return raw.p ? raw : STR("");
}

bool pick_is_string(struct str value, const char *text)
{
	struct str raw = pick_raw(value);

	return raw.p && scan_is(raw, text);
}

char *pick_text(struct str value)
{
	struct str raw = pick_raw(value);
	struct buf text;

	if (!raw.p)
		return NULL;
	/* Unescaping makes nothing longer, but for a stray \u that becomes U+FFFD. */
	buf_init(&text, 2 * raw.len + 4);
	scan_unescape(raw, &text);
	return buf_take(&text);
}

char *pick_text_or_empty(struct str value)
{
	char *text = pick_text(value);

	return text ? text : mem_strdup("");
}

int64_t pick_i64(struct str value, int64_t fallback)
{
	str_to_i64(value, &fallback);
	return fallback;
}

int pick_cmp(struct str a, struct str b)
{
	struct buf plain_a, plain_b;
	int order;

	if (!scan_has_escape(a) && !scan_has_escape(b))
		return str_cmp(a, b);
	buf_init(&plain_a, 2 * a.len + 4);
	buf_init(&plain_b, 2 * b.len + 4);
	scan_unescape(a, &plain_a);
	scan_unescape(b, &plain_b);
	order = str_cmp(buf_str(&plain_a), buf_str(&plain_b));
	buf_release(&plain_a);
	buf_release(&plain_b);
	return order;
}

static int cmp_members(const void *a, const void *b)
{
	const struct pick_member *ma = a, *mb = b;
	int order = pick_cmp(ma->key, mb->key);

	return order ? order : (ma->place > mb->place) - (ma->place < mb->place);
}

/* Sorts unless they are in order, and keeps the last of equal keys. */
static void put_in_order(struct pick_sorted *m)
{
	bool ordered = true;
	size_t n = 0;

	for (size_t i = 1; i < m->count && ordered; i++)
		ordered = pick_cmp(m->items[i - 1].key, m->items[i].key) < 0;
	if (ordered)
		return;
	qsort(m->items, m->count, sizeof(*m->items), cmp_members);
	for (size_t i = 0; i < m->count; i++) {
		if (n && pick_cmp(m->items[n - 1].key, m->items[i].key) == 0)
			n--;
		m->items[n++] = m->items[i];
	}
	m->count = n;
}

int pick_sorted(struct str object, struct pick_sorted *ret)
{
	struct pick_sorted m = { NULL, 0, 0 };
	struct pick_member member;
	struct scan s;

	scan_init(&s, object);
	if (scan_object(&s) < 0)
		return -1;
	while (scan_key(&s, &member.key) && scan_skip(&s, &member.value) == 0) {
		member.place = m.count;
		m.items = array_reserve(m.items, &m.cap, m.count + 1, sizeof(*m.items));
		m.items[m.count++] = member;
	}
	if (scan_failed(&s)) {
		pick_sorted_release(&m);
		return -1;
	}
	put_in_order(&m);
	*ret = m;
	return 0;
}

void pick_sorted_release(struct pick_sorted *members)
{
	free(members->items);
	*members = (struct pick_sorted){ NULL, 0, 0 };
}
