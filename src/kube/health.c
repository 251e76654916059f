/*
 * How a verdict is reached, the first that says something:
 *
 * 1. deletionTimestamp: deleting, and bad when it is HEALTH_STUCK old.
 * 2. status.observedGeneration behind metadata.generation: progressing, and bad
 *    after HEALTH_STALE; what the status says is about an older spec.
 * 3. Conditions that a user's rule knows, when one of these speaks.
 * 4. Paths of our rules for the kind, of several the worst; where they say
 *    something, a user's paths go before them.
 * 5. Conditions (status.conditions, and those per parent, listener and ancestor
 *    of the Gateway API). Each one that a rule knows has a weight; the heaviest
 *    speaks: a condition that is bad when True, then one that says work is under
 *    way, then one that should be True and is False, then one that is Unknown,
 *    then one that is well. Among equals the rule that stands first in the
 *    table, then the condition that stands first. So Ready=False with
 *    Issuing=True is progressing, and with Stalled=True is bad.
 * 6. Paths of the user's rules.
 * 7. Words: status.phase, .state, .health.status (Argo CD), .health and
 *    .sync.status; a bad word before one of progress before a good one.
 */
#include "kube/health.h"

#include "json/pick.h"
#include "json/scan.h"
#include "kube/health_rules.h"
#include "kube/health_weigh.h"
#include "kube/managers.h"
#include "kube/object.h"

/* The heaviest condition so far. */
struct judgement {
	const struct health_context *context;
	struct weighed weighed;
	struct str field;
	struct str since; /* the text of its lastTransitionTime */
};

static bool is_heavier(const struct weighed *a, const struct weighed *b)
{
	return a->weight > b->weight || (a->weight == b->weight && a->rank < b->rank);
}

static void judge_condition(struct str condition, struct judgement *j)
{
	static const char *const keys[] = { "type", "status", "reason", "lastTransitionTime" };
	struct weighed w;
	struct str v[4];

	pick_members(condition, keys, v, 4);
	for (size_t i = 0; i < 4; i++)
		v[i] = pick_raw(v[i]);
	w = weigh_condition(j->context, condition, v[0], v[1], v[2]);
	if (!w.weight || !is_heavier(&w, &j->weighed))
		return;
	j->weighed = w;
	j->field = v[0];
	j->since = v[3];
}

static void judge_conditions(struct str conditions, struct judgement *j)
{
	struct str condition;
	struct scan s;

	scan_init(&s, conditions);
	if (scan_array(&s) < 0)
		return;
	while (scan_item_text(&s, &condition))
		judge_condition(condition, j);
}

/* Gateway API: each parent, and each listener, has conditions of its own. */
static void judge_list(struct str list, struct judgement *j)
{
	struct str item;
	struct scan s;

	scan_init(&s, list);
	if (scan_array(&s) < 0)
		return;
	while (scan_item_text(&s, &item))
		judge_conditions(scan_member(item, "conditions"), j);
}

static void judge_word(struct str value, const char *field, struct health_verdict *verdict)
{
	struct str word = pick_raw(value);
	enum health health = word.p ? weigh_word(word) : HEALTH_UNKNOWN;

	if (health <= verdict->health)
		return;
	verdict->health = health;
	verdict->field = str_of(field);
}

enum {
	CONDITIONS,
	PHASE,
	STATE,
	HEALTH,
	SYNC,
	LISTS,
	MEMBERS = LISTS + WEIGH_LISTS
};

static void pick_status(struct str status, struct str v[MEMBERS])
{
	const char *keys[MEMBERS] = { "conditions", "phase", "state", "health", "sync" };

	for (size_t i = 0; i < WEIGH_LISTS; i++)
		keys[LISTS + i] = weigh_lists[i].member;
	pick_members(status, keys, v, MEMBERS);
}

static struct health_verdict judge_words(const struct str v[MEMBERS])
{
	struct health_verdict verdict = { HEALTH_UNKNOWN, STR(""), OBJECT_NO_TIME, 0 };

	judge_word(v[PHASE], "phase", &verdict);
	judge_word(v[STATE], "state", &verdict);
	judge_word(v[HEALTH], "health", &verdict);
	judge_word(scan_member(v[HEALTH], "status"), "health.status", &verdict);
	judge_word(scan_member(v[SYNC], "status"), "sync.status", &verdict);
	return verdict;
}

static struct health_verdict verdict_of(const struct judgement *j)
{
	struct health_verdict verdict = { weight_health(j->weighed.weight), j->field,
		OBJECT_NO_TIME, 0 };

	object_time(j->since, &verdict.since);
	if (verdict.since <= 0)
		verdict.since = OBJECT_NO_TIME; /* a CRD's preset: 1970 */
	return verdict;
}

static struct health_verdict judge_status(
	const struct object *object, const struct health_context *context)
{
	struct judgement j = { .context = context, .field = STR("") };
	struct health_verdict verdict;
	struct str v[MEMBERS];

	pick_status(object->status, v);
	judge_conditions(v[CONDITIONS], &j);
	for (size_t i = LISTS; i < MEMBERS; i++)
		judge_list(v[i], &j);
	if (context && context->paths && !j.weighed.user) {
		verdict = weigh_paths(context, object, false);
		if (verdict.health) {
			struct health_verdict user = weigh_paths(context, object, true);

			return user.health ? user : verdict;
		}
	}
	if (j.weighed.weight)
		return verdict_of(&j);
	verdict = weigh_paths(context, object, true);
	return verdict.health ? verdict : judge_words(v);
}

/* ---- what time decides ---- */

static struct health_verdict deleting(int64_t since, int64_t now)
{
	struct health_verdict verdict = { HEALTH_DELETING, STR("deletionTimestamp"), since,
		since + HEALTH_STUCK };

	if (verdict.turns <= now) {
		verdict.health = HEALTH_BAD;
		verdict.turns = 0;
	}
	return verdict;
}

void health_lags_since(struct health_verdict *verdict, int64_t since, int64_t now)
{
	verdict->since = since;
	verdict->turns = since + HEALTH_STALE;
	if (verdict->turns > now)
		return;
	verdict->health = HEALTH_BAD;
	verdict->turns = 0;
}

static struct health_verdict lagging(const struct object *object, int64_t now)
{
	struct health_verdict verdict = { HEALTH_PROGRESSING, STR("observedGeneration"),
		OBJECT_NO_TIME, 0 };
	struct manager writer;

	if (managers_of_spec(object, &writer) && writer.time != OBJECT_NO_TIME)
		health_lags_since(&verdict, writer.time, now);
	return verdict;
}

bool health_lags(const struct object *object)
{
	return object->deleted == OBJECT_NO_TIME && object->observed >= 0 &&
	       object->generation >= 0 && object->observed < object->generation;
}

struct health_verdict health_of(
	const struct object *object, const struct health_context *context, int64_t now)
{
	if (object->deleted != OBJECT_NO_TIME)
		return deleting(object->deleted, now);
	if (health_lags(object))
		return lagging(object, now);
	return judge_status(object, context);
}

const char *health_glyph(enum health health)
{
	static const char *const glyphs[HEALTH_KINDS] = {
		[HEALTH_UNKNOWN] = " ",
		[HEALTH_OK] = "\xe2\x9c\x93",	       /* check mark */
		[HEALTH_PROGRESSING] = "\xe2\x97\x8c", /* dotted circle */
		[HEALTH_DELETING] = "\xe2\x8a\x98",    /* circled slash */
		[HEALTH_BAD] = "\xe2\x9c\x97",	       /* ballot x */
	};

	return glyphs[health];
}

const char *health_word(enum health health)
{
	static const char *const names[HEALTH_KINDS] = {
		[HEALTH_UNKNOWN] = "unknown",
		[HEALTH_OK] = "healthy",
		[HEALTH_PROGRESSING] = "progressing",
		[HEALTH_DELETING] = "deleting",
		[HEALTH_BAD] = "not ready",
	};

	return names[health];
}
