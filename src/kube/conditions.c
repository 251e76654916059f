#include "kube/conditions.h"

#include "json/pick.h"
#include "kube/health_weigh.h"
#include "kube/object.h"

#define TEXT_MAX  ((size_t)16 << 20)
#define PLACE_MAX ((size_t)64 << 10)

void conditions_init(struct conditions *conditions, const struct object *object,
	const struct health_context *context)
{
	*conditions = (struct conditions){ .context = context, .status = object->status };
	buf_init(&conditions->place, PLACE_MAX);
	buf_init(&conditions->text, TEXT_MAX);
}

void conditions_release(struct conditions *conditions)
{
	buf_release(&conditions->place);
	buf_release(&conditions->text);
}

static void open_inner(struct conditions *c, struct str list)
{
	scan_init(&c->inner, list);
	c->in_inner = scan_array(&c->inner) == 0;
}

static void add_name(struct buf *out, const char *before, struct str value)
{
	struct str raw = pick_raw(value);

	if (!raw.len)
		return;
	buf_addz(out, before);
	scan_unescape(raw, out);
}

/* "listener https", "parent shop/public https" */
static void name_place(struct conditions *c, const char *word, struct str item)
{
	struct str ref = scan_member(item, "parentRef"), ns;

	if (!ref.p)
		ref = scan_member(item, "ancestorRef");
	if (!ref.p)
		ref = item;
	buf_reset(&c->place);
	buf_addz(&c->place, word);
	ns = scan_member(ref, "namespace");
	add_name(&c->place, " ", ns);
	add_name(&c->place, pick_raw(ns).len ? "/" : " ", scan_member(ref, "name"));
	add_name(&c->place, " ", scan_member(ref, "sectionName"));
}

static bool next_item(struct conditions *c)
{
	struct str item;

	if (!c->in_outer)
		return false;
	c->in_outer = scan_item_text(&c->outer, &item);
	if (!c->in_outer)
		return false;
	name_place(c, weigh_lists[c->list - 2].word, item);
	open_inner(c, scan_member(item, "conditions"));
	return true;
}

static bool next_list(struct conditions *c)
{
	if (c->list > WEIGH_LISTS)
		return false;
	buf_reset(&c->place);
	if (c->list++ == 0) {
		open_inner(c, scan_member(c->status, "conditions"));
		return true;
	}
	scan_init(&c->outer, scan_member(c->status, weigh_lists[c->list - 2].member));
	c->in_outer = scan_array(&c->outer) == 0;
	return true;
}

/* The buffer has room for all of it already: what was unescaped stays where it is. */
static struct str plain(struct conditions *c, struct str raw)
{
	size_t at = c->text.len;

	if (!raw.p)
		return STR("");
	if (!scan_has_escape(raw) || scan_unescape(raw, &c->text) < 0)
		return raw;
	return str_make(c->text.data + at, c->text.len - at);
}

static int64_t time_of(struct str value)
{
	int64_t seconds = OBJECT_NO_TIME;

	object_time(pick_raw(value), &seconds);
	/* a CRD's preset for conditions that nobody has set yet is 1970 */
	return seconds > 0 ? seconds : OBJECT_NO_TIME;
}

static void read_condition(struct conditions *c, struct str text, struct condition *ret)
{
	enum {
		TYPE,
		STATUS,
		REASON,
		MESSAGE,
		TRANSITION,
		UPDATED,
		OBSERVED,
		MEMBERS
	};
	static const char *const keys[MEMBERS] = { "type", "status", "reason", "message",
		"lastTransitionTime", "lastUpdateTime", "observedGeneration" };
	struct str v[MEMBERS];
	struct weighed w;

	pick_members(text, keys, v, MEMBERS);
	w = weigh_condition(
		c->context, text, pick_raw(v[TYPE]), pick_raw(v[STATUS]), pick_raw(v[REASON]));
	buf_reset(&c->text);
	buf_room(&c->text, 2 * text.len + 4);
	*ret = (struct condition){
		.place = buf_str(&c->place),
		.type = plain(c, pick_raw(v[TYPE])),
		.status = plain(c, pick_raw(v[STATUS])),
		.reason = plain(c, pick_raw(v[REASON])),
		.message = plain(c, pick_raw(v[MESSAGE])),
		.transition = time_of(v[TRANSITION]),
		.updated = time_of(v[UPDATED]),
		.observed = pick_i64(v[OBSERVED], -1),
		.health = weight_health(w.weight),
		.weight = w.weight,
		.rank = w.rank,
		.user = w.user,
	};
}

bool conditions_next(struct conditions *conditions, struct condition *ret)
{
	struct str text;

	do {
		while (conditions->in_inner) {
			conditions->in_inner = scan_item_text(&conditions->inner, &text);
			if (!conditions->in_inner || text.p[0] != '{')
				continue;
			read_condition(conditions, text, ret);
			return true;
		}
	} while (next_item(conditions) || next_list(conditions));
	return false;
}
