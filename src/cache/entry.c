#include "cache/entry.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "cache/labels.h"
#include "json/scan.h"
#include "kube/object.h"

#define OWNERS_MAX 64
#define LABELS_MAX 1024
#define UID_BYTES  16

_Static_assert(offsetof(struct entry, tail) % sizeof(uint32_t) == 0, "label ids are aligned");

uint64_t entry_next_version(void)
{
	static atomic_uint_least64_t next = 1;

	return atomic_fetch_add_explicit(&next, 1, memory_order_relaxed);
}

static size_t owners_size(const struct entry *e)
{
	return (size_t)e->n_owners * UID_BYTES;
}

static const char *names(const struct entry *e)
{
	return (const char *)e->tail + owners_size(e) + (size_t)e->n_labels * sizeof(uint32_t);
}

struct str entry_name(const struct entry *e)
{
	return str_make(names(e), e->name_len);
}

struct str entry_ns(const struct entry *e)
{
	return str_make(names(e) + e->name_len, e->ns_len);
}

struct str entry_rv(const struct entry *e)
{
	return str_make(names(e) + e->name_len + e->ns_len, e->rv_len);
}

struct str entry_health_field(const struct entry *e)
{
	return str_make(names(e) + e->name_len + e->ns_len + e->rv_len, e->field_len);
}

const uint32_t *entry_labels(const struct entry *e)
{
	return (const uint32_t *)(const void *)(e->tail + owners_size(e));
}

const unsigned char *entry_owner(const struct entry *e, size_t i)
{
	return e->tail + i * UID_BYTES;
}

int entry_cmp(const struct entry *e, struct str ns, struct str name)
{
	int order = str_cmp(entry_ns(e), ns);

	return order ? order : str_cmp(entry_name(e), name);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* 8-4-4-4-12 lower-case hexadecimal digits. */
static bool parse_uuid(struct str text, unsigned char out[16])
{
	size_t at = 0;

	if (text.len != 36)
		return false;
	for (size_t i = 0; i < 36; i++) {
		int high, low;

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text.p[i] != '-')
				return false;
			continue;
		}
		high = hex_digit(text.p[i]);
		low = hex_digit(text.p[i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[at++] = (unsigned char)(high << 4 | low);
		i++;
	}
	return true;
}

void entry_uid(struct str text, unsigned char out[16])
{
	uint64_t h[2];

	if (parse_uuid(text, out))
		return;
	h[0] = str_hash(text);
	h[1] = h[0] * 0x9e3779b97f4a7c15u + text.len;
	memcpy(out, h, 16);
}

/* Reads ownerReferences' uids into out; returns how many. */
static size_t read_owners(struct str owners, unsigned char (*out)[UID_BYTES])
{
	size_t n = 0;
	struct scan s;

	scan_init(&s, owners);
	if (!scan_array_or_skip(&s))
		return 0;
	while (n < OWNERS_MAX && scan_item(&s)) {
		struct str key, uid = str_make(NULL, 0);

		if (!scan_object_or_skip(&s))
			continue;
		while (scan_key(&s, &key)) {
			if (scan_is(key, "uid"))
				scan_plain(&s, &uid);
			else
				scan_skip(&s, NULL);
		}
		if (uid.p)
			entry_uid(uid, out[n++]);
	}
	return n;
}

static struct str plain(struct str raw, struct buf *scratch)
{
	if (!scan_has_escape(raw))
		return raw;
	buf_reset(scratch);
	scan_unescape(raw, scratch);
	return buf_str(scratch);
}

static void release_labels(struct labels *labels, const uint32_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		labels_release(labels, ids[i]);
}

/* Interns the labels into ids, LABELS_MAX at most; all of them or none. */
static int read_labels(struct str text, struct labels *labels, uint32_t *ids, size_t *ret_n)
{
	struct buf key_buf = BUF_INIT(1 << 16), value_buf = BUF_INIT(1 << 16);
	struct str key, value;
	struct scan s;
	size_t n = 0;
	int rc = 0;

	scan_init(&s, text);
	scan_object(&s);
	while (rc == 0 && n < LABELS_MAX && scan_key(&s, &key)) {
		value = str_make(NULL, 0);
		scan_plain(&s, &value);
		if (!value.p)
			continue;
		rc = labels_intern(labels, plain(key, &key_buf), plain(value, &value_buf), &ids[n]);
		n += rc == 0;
	}
	buf_release(&key_buf);
	buf_release(&value_buf);
	if (rc == 0)
		*ret_n = n;
	else
		release_labels(labels, ids, n);
	return rc;
}

static struct str at_most(struct str s, size_t max)
{
	return str_make(s.p, s.len < max ? s.len : max);
}

static unsigned char *put(unsigned char *at, struct str s)
{
	if (s.len)
		memcpy(at, s.p, s.len);
	return at + s.len;
}

static void set_verdict(struct entry *e, const struct health_verdict *verdict, struct str field)
{
	e->health = (uint8_t)verdict->health;
	e->since = verdict->since;
	e->turns = verdict->turns;
	e->field_len = (uint8_t)field.len;
}

struct entry *entry_new(const struct object *o, const struct entry_facts *facts,
	struct labels *labels, struct text *text, struct error *err)
{
	unsigned char owners[OWNERS_MAX][UID_BYTES];
	uint32_t ids[LABELS_MAX];
	size_t n_owners = read_owners(o->owners, owners);
	size_t n_labels = 0;
	struct str name = at_most(o->name, UINT16_MAX);
	struct str rv = at_most(o->rv, UINT16_MAX);
	struct str field = at_most(facts->verdict.field, UINT8_MAX);
	struct str ns = at_most(facts->ns, UINT16_MAX);
	struct entry *e;
	unsigned char *at;

	if (read_labels(o->labels, labels, ids, &n_labels) < 0) {
		error_set(
			err, ERROR_TOO_LARGE, "the cache holds as many different labels as it can");
		return NULL;
	}
	e = mem_alloc(sizeof(*e) + n_owners * UID_BYTES + n_labels * sizeof(*ids) + name.len +
		      ns.len + rv.len + field.len);
	memset(e, 0, sizeof(*e));
	atomic_init(&e->text, text);
	entry_uid(o->uid, e->uid);
	e->created = o->created;
	e->deleted = o->deleted;
	e->generation = o->generation;
	e->observed = o->observed;
	e->name_len = (uint16_t)name.len;
	e->ns_len = (uint16_t)ns.len;
	e->rv_len = (uint16_t)rv.len;
	e->n_labels = (uint16_t)n_labels;
	e->n_owners = (uint16_t)n_owners;
	set_verdict(e, &facts->verdict, field);
	at = put(e->tail, str_make((const char *)owners, n_owners * UID_BYTES));
	at = put(at, str_make((const char *)ids, n_labels * sizeof(*ids)));
	put(put(put(put(at, name), ns), rv), field);
	return e;
}

struct entry *entry_rejudged(
	const struct entry *e, const struct health_verdict *verdict, struct labels *labels)
{
	struct str field = at_most(verdict->field, UINT8_MAX);
	const char *end = names(e) + e->name_len + e->ns_len + e->rv_len;
	size_t kept = (size_t)(end - (const char *)e);
	struct entry *copy = mem_alloc((kept < sizeof(*copy) ? sizeof(*copy) : kept) + field.len);

	memcpy(copy, e, kept);
	atomic_init(&copy->text, atomic_load_explicit(&e->text, memory_order_relaxed));
	copy->version = entry_next_version();
	copy->turn_slot = 0;
	set_verdict(copy, verdict, field);
	put((unsigned char *)copy + kept, field);
	for (size_t i = 0; i < e->n_labels; i++)
		labels_ref(labels, entry_labels(e)[i]);
	return copy;
}

size_t entry_bytes(const struct entry *e)
{
	return sizeof(*e) + owners_size(e) + (size_t)e->n_labels * sizeof(uint32_t) + e->name_len +
	       e->ns_len + e->rv_len + e->field_len + sizeof(void *);
}

void entry_free(struct entry *e, struct labels *labels)
{
	if (!e)
		return;
	release_labels(labels, entry_labels(e), e->n_labels);
	free(e);
}
