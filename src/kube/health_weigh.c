#include "kube/health_weigh.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "json/path.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/health_rules.h"
#include "kube/object.h"

#define VALUE_MAX ((size_t)64 << 10) /* no rule's value is longer */

const struct weigh_list weigh_lists[WEIGH_LISTS] = {
	{ "parents", "parent" },
	{ "listeners", "listener" },
	{ "ancestors", "ancestor" },
};

/* ---- a rule's values ---- */

static bool same(struct str text, const char *value)
{
	struct str word = str_of(value);

	return word.len == text.len && strncasecmp(word.p, text.p, text.len) == 0;
}

static bool among(struct str text, const char *const *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (same(text, values[i]))
			return true;
	}
	return false;
}

static enum health rule_health(const struct health_rule *rule, struct str raw)
{
	struct buf plain = BUF_INIT(VALUE_MAX);
	enum health health = HEALTH_UNKNOWN;

	if (scan_has_escape(raw)) {
		scan_unescape(raw, &plain);
		raw = buf_str(&plain);
	}
	if (among(raw, rule->bad, rule->n_bad))
		health = HEALTH_BAD;
	else if (among(raw, rule->progressing, rule->n_progressing))
		health = HEALTH_PROGRESSING;
	else if (among(raw, rule->good, rule->n_good))
		health = HEALTH_OK;
	buf_release(&plain);
	return health;
}

/* ---- conditions ---- */

enum health weight_health(enum weight weight)
{
	static const enum health healths[] = {
		[WEIGHT_NONE] = HEALTH_UNKNOWN,
		[WEIGHT_GOOD] = HEALTH_OK,
		[WEIGHT_UNSURE] = HEALTH_PROGRESSING,
		[WEIGHT_NOT_GOOD] = HEALTH_BAD,
		[WEIGHT_UNDER_WAY] = HEALTH_PROGRESSING,
		[WEIGHT_BAD] = HEALTH_BAD,
	};

	return healths[weight];
}

/* As the rules for any kind have it: False weighs less than work under way. */
static enum weight line_weight(const struct health_line *line, struct str status)
{
	switch (rule_health(line->rule, status)) {
	case HEALTH_BAD:
		return same(status, "False") ? WEIGHT_NOT_GOOD : WEIGHT_BAD;
	case HEALTH_PROGRESSING:
		return same(status, "Unknown") ? WEIGHT_UNSURE : WEIGHT_UNDER_WAY;
	case HEALTH_OK:
		return WEIGHT_GOOD;
	default:
		return WEIGHT_NONE;
	}
}

static const struct health_line *find_line(const struct health_context *context, struct str type)
{
	for (size_t i = 0; context && i < context->n_lines; i++) {
		const struct health_line *line = &context->lines[i];

		if (!line->path && pick_is(type, line->rule->condition))
			return line;
	}
	return NULL;
}

static bool is_bad_end(struct str type)
{
	size_t n;
	const struct str *ends = health_table_bad_ends(&n);

	for (size_t i = 0; i < n; i++) {
		if (str_ends(type, ends[i]))
			return true;
	}
	return false;
}

/* What workload controllers leave in Progressing once they are through, and when
 * they have given up. */
static enum weight weigh_progress(struct str status, struct str reason, enum weight weight)
{
	if (scan_is(status, "False"))
		return scan_is(reason, "ProgressDeadlineExceeded") ? WEIGHT_BAD : weight;
	return scan_is(reason, "NewReplicaSetAvailable") || scan_is(reason, "Succeeded")
		       ? WEIGHT_NONE
		       : weight;
}

static enum weight weigh_status(const struct condition_rule *rule, struct str status)
{
	if (scan_is(status, "False"))
		return rule->when_false;
	if (scan_is(status, "True"))
		return rule->when_true;
	return scan_is(status, "Unknown") ? rule->when_unknown : WEIGHT_NONE;
}

static bool is_soft_reason(struct str reason)
{
	size_t n;
	const char *const *reasons = health_table_reasons(&n);

	for (size_t i = 0; i < n; i++) {
		if (pick_is(reason, reasons[i]))
			return true;
	}
	return false;
}

/* What is not good may be no fault: it is only beginning, or its severity says
 * so (Knative; Cluster API, v1beta1: of the summary that is a wait). */
static enum weight soften(struct str text, struct str type, struct str reason)
{
	struct str severity;

	if (reason.p && is_soft_reason(reason))
		return WEIGHT_UNSURE;
	severity = pick_raw(scan_member(text, "severity"));
	if (!severity.p || (!scan_is(severity, "Info") && !scan_is(severity, "Warning")))
		return WEIGHT_NOT_GOOD;
	return scan_is(type, "Ready") ? WEIGHT_UNSURE : WEIGHT_NONE;
}

static struct weighed weigh_any(struct str type, struct str status, struct str reason)
{
	size_t n;
	const struct condition_rule *rules = health_table_conditions(&n);
	struct weighed w = { WEIGHT_NONE, n, false };

	for (size_t i = 0; i < n && type.len; i++) {
		/* Most do not even begin alike; an escape may stand for any character. */
		if (type.p[0] != rules[i].type[0] && type.p[0] != '\\')
			continue;
		if (!scan_is(type, rules[i].type))
			continue;
		w.rank = i;
		w.weight = weigh_status(&rules[i], status);
		if (scan_is(type, "Progressing"))
			w.weight = weigh_progress(status, reason, w.weight);
		return w;
	}
	if (is_bad_end(type) && scan_is(status, "True"))
		w.weight = WEIGHT_BAD;
	return w;
}

struct weighed weigh_condition(const struct health_context *context, struct str text,
	struct str type, struct str status, struct str reason)
{
	const struct health_line *line = type.p ? find_line(context, type) : NULL;
	struct weighed w = { WEIGHT_NONE, 0, false };

	if (!type.p || !status.p)
		return w;
	if (line && line->user)
		return (struct weighed){ line_weight(line, status), 0, true };
	w = weigh_any(type, status, reason);
	if (line)
		w.weight = line_weight(line, status);
	if (w.weight == WEIGHT_NOT_GOOD)
		w.weight = soften(text, type, reason);
	return w;
}

/* ---- fields ---- */

/* Nearly all begin with what has been found already. */
static enum path_result find(const struct path *path, const struct object *object, struct str *ret)
{
	const char *head = path_head(path);

	if (head && !strcmp(head, "status"))
		return path_first_below(path, object->status, ret);
	if (head && !strcmp(head, "spec"))
		return path_first_below(path, object->spec, ret);
	return path_first(path, object->text, ret);
}

static enum health weigh_path(const struct health_line *line, const struct object *object)
{
	struct str value, raw;

	if (find(line->path, object, &value) != PATH_FOUND)
		return HEALTH_UNKNOWN;
	raw = pick_raw(value);
	return rule_health(line->rule, raw.p ? raw : value);
}

struct health_verdict weigh_paths(
	const struct health_context *context, const struct object *object, bool user)
{
	struct health_verdict verdict = { HEALTH_UNKNOWN, STR(""), OBJECT_NO_TIME, 0 };

	for (size_t i = 0; context && i < context->n_lines; i++) {
		const struct health_line *line = &context->lines[i];
		enum health health;

		if (!line->path || line->user != user)
			continue;
		health = weigh_path(line, object);
		if (health > verdict.health) {
			verdict.health = health;
			verdict.field = line->field;
		}
	}
	return verdict;
}

enum health weigh_word(struct str raw)
{
	size_t n;
	const struct word_rule *words = health_table_words(&n);

	for (size_t i = 0; i < n; i++) {
		if (words[i].word.len == raw.len &&
			strncasecmp(words[i].word.p, raw.p, raw.len) == 0)
			return words[i].health;
	}
	return HEALTH_UNKNOWN;
}
