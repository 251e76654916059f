/*
 * How a verdict is reached, the first that says something:
 *
 * 1. deletionTimestamp: deleting.
 * 2. status.observedGeneration behind metadata.generation: progressing; what
 *    the status says is about an older spec.
 * 3. Conditions (status.conditions, and those per parent of the Gateway API).
 *    Each one that a rule knows has a weight; the heaviest speaks: a condition
 *    that is bad when True, then one that says work is under way, then one that
 *    should be True and is False, then one that is Unknown, then one that is
 *    well. Among equals the rule that stands first in the table, then the
 *    condition that stands first. So Ready=False with Issuing=True is
 *    progressing, and with Stalled=True is bad.
 * 4. Words: status.phase, .state, .health.status (Argo CD), .health and
 *    .sync.status; a bad word before one of progress before a good one.
 */
#include "kube/health.h"

#include <stdbool.h>
#include <strings.h>

#include "json/pick.h"
#include "json/scan.h"
#include "kube/object.h"

enum weight {
	WEIGHT_NONE,
	WEIGHT_GOOD,
	WEIGHT_UNSURE,
	WEIGHT_NOT_GOOD,
	WEIGHT_UNDER_WAY,
	WEIGHT_BAD,
};

static const enum health weight_health[] = {
	[WEIGHT_NONE] = HEALTH_UNKNOWN,
	[WEIGHT_GOOD] = HEALTH_OK,
	[WEIGHT_UNSURE] = HEALTH_PROGRESSING,
	[WEIGHT_NOT_GOOD] = HEALTH_BAD,
	[WEIGHT_UNDER_WAY] = HEALTH_PROGRESSING,
	[WEIGHT_BAD] = HEALTH_BAD,
};

struct condition_rule {
	const char *type;
	enum weight when_true;
	enum weight when_false;
	enum weight when_unknown;
};

/* clang-format off */
#define GOOD(type)     { type, WEIGHT_GOOD, WEIGHT_NOT_GOOD, WEIGHT_UNSURE }
#define END(type)      { type, WEIGHT_GOOD, WEIGHT_NONE, WEIGHT_NONE }
#define BAD(type)      { type, WEIGHT_BAD, WEIGHT_NONE, WEIGHT_NONE }
#define PROGRESS(type) { type, WEIGHT_UNDER_WAY, WEIGHT_NONE, WEIGHT_NONE }
/* clang-format on */

static const struct condition_rule rules[] = {
	GOOD("Ready"),
	GOOD("Available"),
	GOOD("Healthy"),
	GOOD("Synced"),
	GOOD("Succeeded"),
	GOOD("Programmed"),
	GOOD("Accepted"),
	GOOD("ResolvedRefs"),
	GOOD("Established"),
	GOOD("NamesAccepted"),
	GOOD("Reconciled"),
	GOOD("Installed"),
	GOOD("Deployed"),
	GOOD("Provisioned"),
	GOOD("Valid"),
	END("Complete"),
	END("Completed"),
	BAD("Failed"),
	BAD("Failure"),
	BAD("Stalled"),
	BAD("Degraded"),
	BAD("Error"),
	BAD("Denied"),
	BAD("InvalidRequest"),
	BAD("ReplicaFailure"),
	PROGRESS("Progressing"),
	PROGRESS("Reconciling"),
	PROGRESS("Issuing"),
};

struct word_rule {
	const char *word; /* lower case */
	enum health health;
};

static const struct word_rule words[] = {
	{ "ready", HEALTH_OK },
	{ "running", HEALTH_OK },
	{ "active", HEALTH_OK },
	{ "healthy", HEALTH_OK },
	{ "available", HEALTH_OK },
	{ "bound", HEALTH_OK },
	{ "succeeded", HEALTH_OK },
	{ "success", HEALTH_OK },
	{ "successful", HEALTH_OK },
	{ "complete", HEALTH_OK },
	{ "completed", HEALTH_OK },
	{ "finished", HEALTH_OK },
	{ "done", HEALTH_OK },
	{ "ok", HEALTH_OK },
	{ "online", HEALTH_OK },
	{ "established", HEALTH_OK },
	{ "synced", HEALTH_OK },
	{ "deployed", HEALTH_OK },
	{ "provisioned", HEALTH_OK },
	{ "installed", HEALTH_OK },
	{ "reconciled", HEALTH_OK },
	{ "accepted", HEALTH_OK },
	{ "approved", HEALTH_OK },
	{ "connected", HEALTH_OK },
	{ "enabled", HEALTH_OK },
	{ "normal", HEALTH_OK },
	{ "valid", HEALTH_OK },
	{ "green", HEALTH_OK },
	{ "cluster in healthy state", HEALTH_OK },
	{ "pending", HEALTH_PROGRESSING },
	{ "progressing", HEALTH_PROGRESSING },
	{ "inprogress", HEALTH_PROGRESSING },
	{ "in progress", HEALTH_PROGRESSING },
	{ "creating", HEALTH_PROGRESSING },
	{ "initializing", HEALTH_PROGRESSING },
	{ "updating", HEALTH_PROGRESSING },
	{ "upgrading", HEALTH_PROGRESSING },
	{ "reconciling", HEALTH_PROGRESSING },
	{ "provisioning", HEALTH_PROGRESSING },
	{ "deploying", HEALTH_PROGRESSING },
	{ "installing", HEALTH_PROGRESSING },
	{ "starting", HEALTH_PROGRESSING },
	{ "scaling", HEALTH_PROGRESSING },
	{ "waiting", HEALTH_PROGRESSING },
	{ "processing", HEALTH_PROGRESSING },
	{ "configuring", HEALTH_PROGRESSING },
	{ "scheduling", HEALTH_PROGRESSING },
	{ "queued", HEALTH_PROGRESSING },
	{ "preparing", HEALTH_PROGRESSING },
	{ "restoring", HEALTH_PROGRESSING },
	{ "syncing", HEALTH_PROGRESSING },
	{ "outofsync", HEALTH_PROGRESSING },
	{ "validating", HEALTH_PROGRESSING },
	{ "bootstrapping", HEALTH_PROGRESSING },
	{ "deleting", HEALTH_PROGRESSING },
	{ "terminating", HEALTH_PROGRESSING },
	{ "yellow", HEALTH_PROGRESSING },
	{ "failed", HEALTH_BAD },
	{ "failure", HEALTH_BAD },
	{ "failing", HEALTH_BAD },
	{ "partiallyfailed", HEALTH_BAD },
	{ "failedvalidation", HEALTH_BAD },
	{ "error", HEALTH_BAD },
	{ "errored", HEALTH_BAD },
	{ "degraded", HEALTH_BAD },
	{ "unhealthy", HEALTH_BAD },
	{ "crashloopbackoff", HEALTH_BAD },
	{ "lost", HEALTH_BAD },
	{ "stalled", HEALTH_BAD },
	{ "invalid", HEALTH_BAD },
	{ "rejected", HEALTH_BAD },
	{ "missing", HEALTH_BAD },
	{ "unavailable", HEALTH_BAD },
	{ "unreachable", HEALTH_BAD },
	{ "broken", HEALTH_BAD },
	{ "faulted", HEALTH_BAD },
	{ "notready", HEALTH_BAD },
	{ "offline", HEALTH_BAD },
	{ "timeout", HEALTH_BAD },
	{ "aborted", HEALTH_BAD },
	{ "red", HEALTH_BAD },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The heaviest condition so far. */
struct judgement {
	enum weight weight;
	size_t rule;
	struct str field;
};

static size_t rule_of(struct str type)
{
	for (size_t i = 0; i < COUNT(rules); i++) {
		if (pick_is(type, rules[i].type))
			return i;
	}
	return COUNT(rules);
}

static enum weight weigh(const struct condition_rule *rule, struct str status, struct str reason)
{
	if (scan_is(status, "False"))
		return rule->when_false;
	if (!scan_is(status, "True"))
		return scan_is(status, "Unknown") ? rule->when_unknown : WEIGHT_NONE;
	/* What workload controllers leave in Progressing once they are through. */
	if (rule->when_true == WEIGHT_UNDER_WAY && scan_is(reason, "NewReplicaSetAvailable"))
		return WEIGHT_NONE;
	return rule->when_true;
}

static void judge_condition(struct str condition, struct judgement *j)
{
	static const char *const keys[] = { "type", "status", "reason" };
	struct str v[3];
	enum weight weight;
	size_t rule;

	pick_members(condition, keys, v, 3);
	for (size_t i = 0; i < 3; i++)
		v[i] = pick_raw(v[i]);
	rule = v[0].p ? rule_of(v[0]) : COUNT(rules);
	if (rule == COUNT(rules))
		return;
	weight = weigh(&rules[rule], v[1], v[2]);
	if (weight > j->weight || (weight && weight == j->weight && rule < j->rule))
		*j = (struct judgement){ weight, rule, v[0] };
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

/* Gateway API: each parent has conditions of its own. */
static void judge_parents(struct str parents, struct judgement *j)
{
	struct str parent;
	struct scan s;

	scan_init(&s, parents);
	if (scan_array(&s) < 0)
		return;
	while (scan_item_text(&s, &parent))
		judge_conditions(scan_member(parent, "conditions"), j);
}

static enum health word_health(struct str word)
{
	for (size_t i = 0; i < COUNT(words); i++) {
		if (str_of(words[i].word).len == word.len &&
			strncasecmp(words[i].word, word.p, word.len) == 0)
			return words[i].health;
	}
	return HEALTH_UNKNOWN;
}

static void judge_word(struct str value, const char *field, struct health_verdict *verdict)
{
	struct str word = pick_raw(value);
	enum health health = word.p ? word_health(word) : HEALTH_UNKNOWN;

	if (health > verdict->health)
		*verdict = (struct health_verdict){ health, str_of(field) };
}

enum {
	CONDITIONS,
	PARENTS,
	PHASE,
	STATE,
	HEALTH,
	SYNC,
	MEMBERS
};

static struct health_verdict judge_status(struct str status)
{
	static const char *const keys[MEMBERS] = { "conditions", "parents", "phase", "state",
		"health", "sync" };
	struct health_verdict verdict = { HEALTH_UNKNOWN, STR("") };
	struct judgement j = { WEIGHT_NONE, 0, STR("") };
	struct str v[MEMBERS];

	pick_members(status, keys, v, MEMBERS);
	judge_conditions(v[CONDITIONS], &j);
	judge_parents(v[PARENTS], &j);
	if (j.weight)
		return (struct health_verdict){ weight_health[j.weight], j.field };
	judge_word(v[PHASE], "phase", &verdict);
	judge_word(v[STATE], "state", &verdict);
	judge_word(v[HEALTH], "health", &verdict);
	judge_word(scan_member(v[HEALTH], "status"), "health.status", &verdict);
	judge_word(scan_member(v[SYNC], "status"), "sync.status", &verdict);
	return verdict;
}

struct health_verdict health_of(const struct object *object)
{
	if (object->deleted != OBJECT_NO_TIME)
		return (struct health_verdict){ HEALTH_DELETING, STR("deletionTimestamp") };
	if (object->observed >= 0 && object->generation >= 0 &&
		object->observed < object->generation)
		return (struct health_verdict){ HEALTH_PROGRESSING, STR("observedGeneration") };
	return judge_status(object->status);
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
