/* Verdicts, and the field that each was read from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "health_rows.h"
#include "kube/health.h"
#include "kube/health_rules.h"
#include "kube/object.h"

#define NOW		   1800000000 /* 2027-01-15T08:00:00Z */

#define COND(type, status) "{\"type\":\"" type "\",\"status\":\"" status "\"}"
#define CONDS(list)	   "\"status\":{\"conditions\":[" list "]}"

static const struct {
	const char *rest; /* members beside metadata */
	const char *metadata;
	enum health health;
	const char *field;
} rows[] = {
	{ "\"spec\":{}", "", HEALTH_UNKNOWN, "" },
	{ "\"status\":{}", "", HEALTH_UNKNOWN, "" },
	{ "\"status\":\"fine\"", "", HEALTH_UNKNOWN, "" },
	{ "\"status\":{\"conditions\":\"none\"}", "", HEALTH_UNKNOWN, "" },
	{ "\"status\":{\"conditions\":[1,null,{\"type\":1}]}", "", HEALTH_UNKNOWN, "" },
	{ CONDS(COND("Ready", "True")), "", HEALTH_OK, "Ready" },
	{ CONDS(COND("Ready", "False")), "", HEALTH_BAD, "Ready" },
	{ CONDS(COND("Ready", "Unknown")), "", HEALTH_PROGRESSING, "Ready" },
	{ CONDS(COND("Ready", "maybe")), "", HEALTH_UNKNOWN, "" },
	{ CONDS(COND("Other", "False")), "", HEALTH_UNKNOWN, "" },
	{ CONDS(COND("Established", "True") "," COND("NamesAccepted", "False")), "", HEALTH_BAD,
		"NamesAccepted" },
	{ CONDS(COND("Ready", "True") "," COND("Synced", "False")), "", HEALTH_BAD, "Synced" },
	{ CONDS(COND("Synced", "True") "," COND("Ready", "True")), "", HEALTH_OK, "Ready" },
	{ CONDS(COND("Ready", "False") "," COND("Issuing", "True")), "", HEALTH_PROGRESSING,
		"Issuing" },
	{ CONDS(COND("Ready", "True") "," COND("Reconciling", "True")), "", HEALTH_PROGRESSING,
		"Reconciling" },
	{ CONDS(COND("Reconciling", "True") "," COND("Stalled", "True")), "", HEALTH_BAD,
		"Stalled" },
	{ CONDS(COND("Degraded", "False") "," COND("Available", "True")), "", HEALTH_OK,
		"Available" },
	{ CONDS(COND("Complete", "False")), "", HEALTH_UNKNOWN, "" },
	{ CONDS(COND("Available", "True") ",{\"type\":\"Progressing\",\"status\":\"True\","
					  "\"reason\":\"NewReplicaSetAvailable\"}"),
		"", HEALTH_OK, "Available" },
	{ CONDS(COND("Ready", "True")), "\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"",
		HEALTH_DELETING, "deletionTimestamp" },
	{ "\"status\":{\"observedGeneration\":1,\"conditions\":[" COND("Ready", "True") "]}",
		"\"generation\":2", HEALTH_PROGRESSING, "observedGeneration" },
	{ "\"status\":{\"observedGeneration\":2,\"conditions\":[" COND("Ready", "True") "]}",
		"\"generation\":2", HEALTH_OK, "Ready" },
	{ "\"status\":{\"parents\":[{\"conditions\":[" COND(
		  "Accepted", "True") "]},"
				      "{\"conditions\":[" COND("ResolvedRefs", "False") "]}]}",
		"", HEALTH_BAD, "ResolvedRefs" },
	{ "\"status\":{\"phase\":\"Running\"}", "", HEALTH_OK, "phase" },
	{ "\"status\":{\"phase\":\"PENDING\"}", "", HEALTH_PROGRESSING, "phase" },
	{ "\"status\":{\"state\":\"error\"}", "", HEALTH_BAD, "state" },
	{ "\"status\":{\"phase\":\"Whatever\"}", "", HEALTH_UNKNOWN, "" },
	{ "\"status\":{\"phase\":{}}", "", HEALTH_UNKNOWN, "" },
	{ "\"status\":{\"health\":\"green\"}", "", HEALTH_OK, "health" },
	/* Argo CD */
	{ "\"status\":{\"health\":{\"status\":\"Healthy\"},\"sync\":{\"status\":\"Synced\"}}", "",
		HEALTH_OK, "health.status" },
	{ "\"status\":{\"health\":{\"status\":\"Healthy\"},\"sync\":{\"status\":\"OutOfSync\"}}",
		"", HEALTH_PROGRESSING, "sync.status" },
	{ "\"status\":{\"health\":{\"status\":\"Degraded\"},\"sync\":{\"status\":\"OutOfSync\"},"
	  "\"conditions\":[{\"type\":\"SyncError\",\"message\":\"m\"}]}",
		"", HEALTH_BAD, "health.status" },
	/* a condition that says something goes before a word */
	{ "\"status\":{\"phase\":\"Failed\",\"conditions\":[" COND("Ready", "True") "]}", "",
		HEALTH_OK, "Ready" },
};

static void test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf text = BUF_INIT(10000);
		struct health_verdict verdict;
		struct object o;

		buf_addf(&text, "{\"metadata\":{%s},%s}", rows[i].metadata, rows[i].rest);
		assert_int_equal(object_scan(buf_str(&text), &o, NULL), 0);
		verdict = health_of(&o, NULL, 0);
		if (verdict.health != rows[i].health || !str_is(verdict.field, rows[i].field))
			fail_msg("%s: %d " STR_FMT, buf_text(&text), verdict.health,
				STR_ARG(verdict.field));
		buf_release(&text);
	}
}

static struct object scan(struct buf *text)
{
	struct object o;

	assert_int_equal(object_scan(buf_str(text), &o, NULL), 0);
	return o;
}

static struct health_context context_of(const char *kind, struct health_rules *rules)
{
	struct str group = str_of(kind), plural = str_cut(&group, '.');
	struct health_context context;

	health_context_init(&context, rules, group, plural);
	return context;
}

/* Statuses as the projects document them, judged as their kinds. */
static void test_projects(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(projects) / sizeof(projects[0]); i++) {
		struct health_context context = context_of(projects[i].kind, NULL);
		struct buf text = BUF_INIT(100000);
		struct health_verdict verdict;
		struct object o;

		buf_addf(&text, "{\"metadata\":{},\"status\":{%s}}", projects[i].status);
		o = scan(&text);
		verdict = health_of(&o, &context, NOW);
		if (verdict.health != projects[i].health ||
			!str_is(verdict.field, projects[i].field))
			fail_msg("%s: %s by " STR_FMT, projects[i].what,
				health_word(verdict.health), STR_ARG(verdict.field));
		health_context_release(&context);
		buf_release(&text);
	}
}

/* ---- time ---- */

static struct health_verdict judge(const char *metadata, const char *status, int64_t now)
{
	struct buf text = BUF_INIT(100000);
	struct health_verdict verdict;
	struct object o;

	buf_addf(&text, "{\"metadata\":{%s},\"status\":{%s}}", metadata, status);
	o = scan(&text);
	verdict = health_of(&o, NULL, now);
	verdict.field = STR("");
	buf_release(&text);
	return verdict;
}

static void expect(struct health_verdict v, enum health health, int64_t since, int64_t turns)
{
	assert_int_equal(v.health, health);
	assert_int_equal(v.since, since);
	assert_int_equal(v.turns, turns);
}

static void test_deletion(void **state)
{
	static const char deleted[] = "\"deletionTimestamp\":\"2027-01-15T08:00:00Z\"";

	(void)state;
	expect(judge(deleted, "", NOW), HEALTH_DELETING, NOW, NOW + 300);
	expect(judge(deleted, "", NOW + 299), HEALTH_DELETING, NOW, NOW + 300);
	expect(judge(deleted, "", NOW + 300), HEALTH_BAD, NOW, 0);
}

#define WRITTEN(manager, time, more)                                                               \
	"{\"manager\":\"" manager "\",\"operation\":\"Update\",\"time\":\"" time "\"," more "}"

static void test_lag(void **state)
{
	static const char unknown[] = "\"generation\":2";
	static const char known[] = "\"generation\":2,\"managedFields\":[" WRITTEN("kubectl",
		"2027-01-15T08:00:00Z",
		"\"fieldsV1\":{\"f:spec\":{}}") "," WRITTEN("labels", "2027-01-15T09:00:00Z",
		"\"fieldsV1\":{\"f:metadata\":{}}") "," WRITTEN("controller",
		"2027-01-15T09:00:00Z",
		"\"subresource\":\"status\",\"fieldsV1\":{\"f:status\":{}}") "]";
	struct health_verdict v;

	(void)state;
	v = judge(unknown, "\"observedGeneration\":1", NOW);
	expect(v, HEALTH_PROGRESSING, OBJECT_NO_TIME, 0);
	health_lags_since(&v, NOW, NOW + 59);
	expect(v, HEALTH_PROGRESSING, NOW, NOW + 60);
	health_lags_since(&v, NOW, NOW + 60);
	expect(v, HEALTH_BAD, NOW, 0);
	/* Only who wrote the spec counts. */
	expect(judge(known, "\"observedGeneration\":1", NOW + 59), HEALTH_PROGRESSING, NOW,
		NOW + 60);
	expect(judge(known, "\"observedGeneration\":1", NOW + 60), HEALTH_BAD, NOW, 0);
	expect(judge(known, "\"observedGeneration\":2", NOW + 60), HEALTH_UNKNOWN, OBJECT_NO_TIME,
		0);
}

static void test_since(void **state)
{
	(void)state;
	expect(judge("",
		       "\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\","
		       "\"lastTransitionTime\":\"2027-01-15T08:00:00Z\"},"
		       "{\"type\":\"Other\",\"status\":\"True\","
		       "\"lastTransitionTime\":\"2028-01-15T08:00:00Z\"}]",
		       NOW),
		HEALTH_BAD, NOW, 0);
	expect(judge("", CS(C("Ready", "True")), NOW), HEALTH_OK, OBJECT_NO_TIME, 0);
	expect(judge("", "\"phase\":\"Failed\"", NOW), HEALTH_BAD, OBJECT_NO_TIME, 0);
}

/* ---- a user's rules ---- */

static const struct {
	const char *kind;
	const char *condition, *path;
	const char *good, *progressing, *bad; /* one of each, or NULL */
} user_rules[] = {
	{ "widgets.example.com", "Ready", NULL, "True", "False", NULL },
	{ "widgets.example.com", "Frozen", NULL, NULL, NULL, "true" },
	{ "widgets.example.com", NULL, "{.status.mood}", "happy", "so-so", "sad \xc3\xa9" },
	{ "widgets.example.com", NULL, ".spec.replicas", NULL, NULL, "0" },
	{ "*.example.org", "Ready", NULL, "False", NULL, "True" },
	{ "*", "Blessed", NULL, NULL, "False", NULL },
	{ "pods", NULL, ".status.phase", NULL, NULL, "Running" },
	{ "applications.argoproj.io", NULL, ".status.own", NULL, NULL, "bad" },
};

static int add_rule(struct health_rules *rules, size_t i, struct error *err)
{
	struct health_rule rule = {
		.kind = user_rules[i].kind,
		.condition = user_rules[i].condition,
		.path = user_rules[i].path,
		.good = &user_rules[i].good,
		.progressing = &user_rules[i].progressing,
		.bad = &user_rules[i].bad,
		.n_good = user_rules[i].good != NULL,
		.n_progressing = user_rules[i].progressing != NULL,
		.n_bad = user_rules[i].bad != NULL,
	};

	return health_rules_add(rules, &rule, err);
}

static const struct {
	const char *kind;
	const char *rest;
	enum health health;
	const char *field;
} by_user[] = {
	/* for the same condition the user's word counts, and only for that kind */
	{ "widgets.example.com", CONDS(COND("Ready", "False")), HEALTH_PROGRESSING, "Ready" },
	{ "gadgets.example.com", CONDS(COND("Ready", "False")), HEALTH_BAD, "Ready" },
	{ "widgets.example.com", CONDS(COND("Ready", "TRUE") "," COND("Frozen", "True")),
		HEALTH_BAD, "Frozen" },
	{ "widgets.example.com", CONDS(COND("Ready", "Unknown")), HEALTH_UNKNOWN, "" },
	/* a path before a phase, behind conditions */
	{ "widgets.example.com", "\"status\":{\"phase\":\"Running\",\"mood\":\"SO-SO\"}",
		HEALTH_PROGRESSING, "mood" },
	{ "widgets.example.com", "\"status\":{\"mood\":\"sad \\u00e9\"}", HEALTH_BAD, "mood" },
	{ "widgets.example.com", "\"spec\":{\"replicas\":0},\"status\":{\"mood\":\"happy\"}",
		HEALTH_BAD, ".spec.replicas" },
	{ "widgets.example.com",
		"\"status\":{\"mood\":\"sad \xc3\xa9\",\"conditions\":[" COND(
			"Synced", "True") "]}",
		HEALTH_OK, "Synced" },
	{ "widgets.example.com", "\"status\":{\"phase\":\"Running\",\"mood\":\"odd\"}", HEALTH_OK,
		"phase" },
	/* all kinds of a group, of groups below it, of all */
	{ "things.example.org", CONDS(COND("Ready", "True")), HEALTH_BAD, "Ready" },
	{ "things.sub.example.org", CONDS(COND("Ready", "True")), HEALTH_BAD, "Ready" },
	{ "things.notexample.org", CONDS(COND("Ready", "True")), HEALTH_OK, "Ready" },
	{ "a.b", CONDS(COND("Blessed", "False")), HEALTH_PROGRESSING, "Blessed" },
	{ "pods", "\"status\":{\"phase\":\"Running\"}", HEALTH_BAD, "phase" },
	{ "pods.example.com", "\"status\":{\"phase\":\"Running\"}", HEALTH_OK, "phase" },
	/* before our own path for the kind */
	{ "applications.argoproj.io",
		"\"status\":{\"own\":\"bad\",\"health\":{\"status\":\"Healthy\"}}", HEALTH_BAD,
		"own" },
};

static void test_user_rules(void **state)
{
	struct health_rules *rules = health_rules_new();

	(void)state;
	for (size_t i = 0; i < sizeof(user_rules) / sizeof(user_rules[0]); i++)
		assert_int_equal(add_rule(rules, i, NULL), 0);
	for (size_t i = 0; i < sizeof(by_user) / sizeof(by_user[0]); i++) {
		struct health_context context = context_of(by_user[i].kind, rules);
		struct buf text = BUF_INIT(10000);
		struct health_verdict verdict;
		struct object o;

		buf_addf(&text, "{\"metadata\":{},%s}", by_user[i].rest);
		o = scan(&text);
		verdict = health_of(&o, &context, NOW);
		if (verdict.health != by_user[i].health || !str_is(verdict.field, by_user[i].field))
			fail_msg("%s: %s by " STR_FMT, by_user[i].rest, health_word(verdict.health),
				STR_ARG(verdict.field));
		health_context_release(&context);
		buf_release(&text);
	}
	health_rules_unref(rules);
}

static void refuse(struct health_rules *rules, const struct health_rule *rule)
{
	struct error err = ERROR_INIT;

	assert_int_equal(health_rules_add(rules, rule, &err), -1);
	assert_int_equal(err.code, ERROR_INVALID);
	assert_non_null(err.text);
	error_release(&err);
}

static void test_bad_rules(void **state)
{
	static const char *const value[] = { "True" };
	struct health_rules *rules = health_rules_new();
	struct health_rule rule = { .kind = "a.b", .condition = "X", .good = value, .n_good = 1 };
	struct error err = ERROR_INIT;

	(void)state;
	refuse(rules, &(struct health_rule){ .condition = "X", .good = value, .n_good = 1 });
	refuse(rules, &(struct health_rule){ .kind = "a.b", .good = value, .n_good = 1 });
	refuse(rules, &(struct health_rule){ .kind = "a.b", .condition = "X" });
	refuse(rules,
		&(struct health_rule){ .kind = "a.b", .path = ".a[", .good = value, .n_good = 1 });
	refuse(rules, &(struct health_rule){ .kind = "a.b",
			      .condition = "X",
			      .path = ".a",
			      .good = value,
			      .n_good = 1 });
	assert_false(health_rules_concern(rules, STR("b"), STR("a")));
	for (int i = 0; i < HEALTH_RULES_MAX; i++)
		assert_int_equal(health_rules_add(rules, &rule, NULL), 0);
	assert_int_equal(health_rules_add(rules, &rule, &err), -1);
	assert_int_equal(err.code, ERROR_TOO_LARGE);
	error_release(&err);
	assert_true(health_rules_concern(rules, STR("b"), STR("a")));
	assert_false(health_rules_concern(rules, STR("b"), STR("aa")));
	assert_false(health_rules_concern(NULL, STR("b"), STR("a")));
	health_rules_unref(rules);
	health_rules_unref(NULL);
}

static void test_names(void **state)
{
	(void)state;
	for (int h = 0; h < HEALTH_KINDS; h++) {
		assert_true(strlen(health_glyph((enum health)h)) > 0);
		assert_true(strlen(health_word((enum health)h)) > 0);
	}
	assert_string_equal(health_glyph(HEALTH_UNKNOWN), " ");
	assert_string_equal(health_word(HEALTH_BAD), "not ready");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_projects),
		cmocka_unit_test(test_deletion),
		cmocka_unit_test(test_lag),
		cmocka_unit_test(test_since),
		cmocka_unit_test(test_user_rules),
		cmocka_unit_test(test_bad_rules),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
