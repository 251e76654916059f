/* Verdicts, and the field that each was read from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "kube/health.h"
#include "kube/object.h"

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
		verdict = health_of(&o);
		if (verdict.health != rows[i].health || !str_is(verdict.field, rows[i].field))
			fail_msg("%s: %d " STR_FMT, buf_text(&text), verdict.health,
				STR_ARG(verdict.field));
		buf_release(&text);
	}
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
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
