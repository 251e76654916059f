/*
 * The reflector's rules without a socket: each case says which of the
 * conformance cases of client-go's behaviour it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/reflector.h"
#include "kube/object.h"
#include "kube/status.h"

#define S CLOCK_S

/* What the reflector did, as lines; and its store: names in order of arrival. */
struct fake {
	struct reflector r;
	struct reflector_server server;
	struct buf did;
	int64_t now;
	int64_t timer;
	int64_t deadline;
	uint64_t random;
	enum kind_state state;
	bool full; /* there is no room for objects */
	int requests;
};

static void op_list(void *arg, const char *query)
{
	struct fake *f = arg;

	f->requests++;
	buf_addf(&f->did, "list %s\n", query);
}

static void op_watch(void *arg, const char *query, int64_t deadline, bool initial)
{
	struct fake *f = arg;

	f->requests++;
	f->deadline = deadline;
	buf_addf(&f->did, "%s %s\n", initial ? "stream" : "watch", query);
}

static void op_timer(void *arg, int64_t at)
{
	((struct fake *)arg)->timer = at;
}

static void op_begin(void *arg)
{
	buf_addz(&((struct fake *)arg)->did, "begin\n");
}

static int op_item(void *arg, const struct object *o, struct error *err)
{
	struct fake *f = arg;

	buf_addf(&f->did, "item " STR_FMT "\n", STR_ARG(o->name));
	return f->full ? error_set(err, ERROR_TOO_LARGE, "full") : 0;
}

static void op_end(void *arg)
{
	buf_addz(&((struct fake *)arg)->did, "end\n");
}

static void op_abort(void *arg)
{
	buf_addz(&((struct fake *)arg)->did, "abort\n");
}

static int op_apply(
	void *arg, enum reflector_event event, const struct object *o, struct error *err)
{
	struct fake *f = arg;

	buf_addf(&f->did, "%s " STR_FMT "\n", event == REFLECTOR_DELETE ? "delete" : "put",
		STR_ARG(o->name));
	if (f->full && event == REFLECTOR_PUT)
		return error_set(err, ERROR_TOO_LARGE, "full");
	return 0;
}

static void op_listed(void *arg)
{
	buf_addz(&((struct fake *)arg)->did, "listed\n");
}

static void op_state(void *arg, enum kind_state state, const char *message)
{
	(void)message;
	((struct fake *)arg)->state = state;
}

static uint64_t op_random(void *arg)
{
	return ((struct fake *)arg)->random;
}

static const struct reflector_ops ops = {
	.list = op_list,
	.watch = op_watch,
	.timer = op_timer,
	.replace_begin = op_begin,
	.replace_item = op_item,
	.replace_end = op_end,
	.replace_abort = op_abort,
	.apply = op_apply,
	.listed = op_listed,
	.state = op_state,
	.random = op_random,
};

static int setup(void **state)
{
	struct fake *f = mem_zalloc(sizeof(*f));

	buf_init(&f->did, 1 << 20);
	f->now = 1000 * S;
	f->timer = INT64_MAX;
	f->server.no_streaming = true;
	reflector_init(&f->r, &ops, f, &f->server);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fake *f = *state;

	reflector_release(&f->r);
	buf_release(&f->did);
	free(f);
	return 0;
}

/* What has been done since the last look must be exactly this. */
static void did(struct fake *f, const char *expected)
{
	assert_string_equal(buf_text(&f->did), expected);
	buf_reset(&f->did);
}

static void advance(struct fake *f, int64_t ns)
{
	f->now += ns;
	if (f->timer <= f->now) {
		f->timer = INT64_MAX;
		reflector_timer(&f->r, f->now);
	}
}

static int item(struct fake *f, const char *name)
{
	char *text = mem_printf("{\"metadata\":{\"name\":\"%s\",\"resourceVersion\":\"1\"}}", name);

	int rc = reflector_item(&f->r, f->now, str_of(text));

	free(text);
	return rc;
}

static void page(struct fake *f, const char *rv, const char *token)
{
	char *text = mem_printf("{\"kind\":\"WidgetList\",\"metadata\":{\"resourceVersion\":\"%s\","
				"\"continue\":\"%s\"},\"items\":[]}",
		rv, token);

	reflector_page(&f->r, f->now, str_of(text));
	free(text);
}

static int frame(struct fake *f, const char *type, const char *name, const char *rv)
{
	char *text = mem_printf("{\"type\":\"%s\",\"object\":{\"metadata\":{\"name\":\"%s\","
				"\"resourceVersion\":\"%s\"}}}",
		type, name, rv);
	int rc = reflector_frame(&f->r, f->now, str_of(text));

	free(text);
	return rc;
}

static void fail_with(struct fake *f, int code, const char *body, int64_t retry_after)
{
	struct status st;

	status_read(&st, code, str_of(body), "list widgets.example.com");
	if (retry_after >= 0)
		st.retry_after = retry_after;
	reflector_failed(&f->r, f->now, &st);
	status_release(&st);
}

static void break_with(struct fake *f, enum error_code code)
{
	struct error err = ERROR_INIT;

	error_set(&err, code, "broken");
	reflector_broken(&f->r, f->now, &err);
	error_release(&err);
}

#define WATCH_QUERY(rv)                                                                            \
	"?watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=" rv "\n"
#define STREAM_QUERY                                                                               \
	"?watch=true&allowWatchBookmarks=true&timeoutSeconds=300&sendInitialEvents=true"           \
	"&resourceVersionMatch=NotOlderThan"

/* Listed at RV 10 and watching. */
static void sync_at_10(struct fake *f)
{
	reflector_start(&f->r, f->now);
	reflector_opened(&f->r, f->now);
	page(f, "10", "");
	did(f, "begin\nlist ?limit=500\nend\nwatch " WATCH_QUERY("10"));
	reflector_opened(&f->r, f->now);
	assert_int_equal(f->state, KIND_SYNCED);
}

static void test_case_1_empty_list(void **state)
{
	struct fake *f = *state;

	reflector_start(&f->r, f->now);
	did(f, "begin\nlist ?limit=500\n");
	reflector_page(&f->r, f->now,
		STR("{\"kind\":\"WidgetList\",\"metadata\":{\"resourceVersion\":\"5\"},\"items\":null}"));
	did(f, "end\nwatch " WATCH_QUERY("5"));
	assert_true(f->r.synced);
}

static void test_case_2_pages(void **state)
{
	struct fake *f = *state;

	reflector_start(&f->r, f->now);
	item(f, "a");
	page(f, "7", "t/1");
	item(f, "b");
	page(f, "9", "t2");
	page(f, "9", "");
	did(f, "begin\nlist ?limit=500\nitem a\nlist ?limit=500&continue=t%2F1\nitem b\n"
	       "list ?limit=500&continue=t2\nend\nwatch " WATCH_QUERY("7"));
}

static void test_case_3_token_expired(void **state)
{
	struct fake *f = *state;

	reflector_start(&f->r, f->now);
	item(f, "a");
	page(f, "7", "t1");
	fail_with(f, 410, "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}", -1);
	item(f, "a");
	page(f, "8", "");
	did(f, "begin\nlist ?limit=500\nitem a\nlist ?limit=500&continue=t1\nabort\nbegin\nlist \n"
	       "item a\nend\nwatch " WATCH_QUERY("8"));
}

static void test_case_4_5_6_relist_without_version(void **state)
{
	static const struct {
		int code;
		const char *body;
	} cases[] = {
		{ 410, "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}" },
		{ 504, "{\"kind\":\"Status\",\"code\":504,\"reason\":\"Timeout\",\"details\":{\"causes\":"
		       "[{\"reason\":\"ResourceVersionTooLarge\",\"message\":\"x\"}]}}" },
		{ 504, "{\"kind\":\"Status\",\"code\":504,\"reason\":\"Timeout\",\"message\":"
		       "\"Timeout: Too large resource version: 10, current: 3\"}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fake *f = *state;

		sync_at_10(f);
		fail_with(f, 410, "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Gone\"}", -1);
		advance(f, 2 * S);
		did(f, "begin\nlist ?resourceVersion=10&resourceVersionMatch=NotOlderThan\n");
		fail_with(f, cases[i].code, cases[i].body, -1);
		did(f, "abort\nbegin\nlist ?limit=500\n");
		page(f, "20", "");
		did(f, "end\nwatch " WATCH_QUERY("20"));
		assert_false(f->r.rv_unavailable);
		teardown(state);
		setup(state);
	}
}

static void test_case_7_8_tokens(void **state)
{
	struct fake *f = *state;

	reflector_start(&f->r, f->now);
	page(f, "7", "t1");
	page(f, "7", "t1");
	did(f, "begin\nlist ?limit=500\nlist ?limit=500&continue=t1\nabort\n");
	assert_int_equal(f->state, KIND_FAILING);
	assert_int_not_equal(f->timer, INT64_MAX);
}

static void test_case_11_12_backoff(void **state)
{
	struct fake *f = *state;
	int64_t step = 800 * CLOCK_MS;

	f->random = 0;
	reflector_start(&f->r, f->now);
	for (int i = 0; i < 8; i++) {
		fail_with(f, 500, "", -1);
		assert_int_equal(f->timer - f->now, step < 30 * S ? step : 30 * S);
		assert_int_equal(f->state, KIND_FAILING);
		assert_false(f->r.synced);
		advance(f, f->timer - f->now);
		step *= 2;
	}
	advance(f, 121 * S);
	fail_with(f, 500, "", -1);
	assert_int_equal(f->timer - f->now, 800 * CLOCK_MS);
	f->random = 800 * CLOCK_MS - 1;
	teardown(state);
	setup(state);
	f = *state;
	f->random = UINT64_MAX;
	reflector_start(&f->r, f->now);
	fail_with(f, 500, "", -1);
	assert_in_range(f->timer - f->now, 800 * CLOCK_MS, 1600 * CLOCK_MS - 1);
}

/* An object for which there is no room ends what brought it: the store stays as
 * it is, the kind fails, and after a long time it is listed anew. */
static void test_no_room(void **state)
{
	struct fake *f = *state;

	reflector_start(&f->r, f->now);
	reflector_opened(&f->r, f->now);
	f->full = true;
	assert_int_equal(item(f, "a"), -1);
	did(f, "begin\nlist ?limit=500\nitem a\nabort\n");
	assert_int_equal(f->state, KIND_FAILING);
	assert_int_equal(f->timer - f->now, 300 * S);
	f->full = false;
	advance(f, 300 * S);
	assert_int_equal(item(f, "a"), 0);
	page(f, "10", "");
	did(f, "begin\nlist ?limit=500\nitem a\nend\nwatch " WATCH_QUERY("10"));
	reflector_opened(&f->r, f->now);
	f->full = true;
	assert_int_equal(frame(f, "ADDED", "b", "11"), -1);
	did(f, "put b\n");
	assert_int_equal(f->state, KIND_FAILING);
	f->full = false;
	advance(f, 300 * S);
	did(f, "begin\nlist ?resourceVersion=10&resourceVersionMatch=NotOlderThan\n");
	f->server.no_streaming = false;
	fail_with(f, 500, "", -1);
	advance(f, 60 * S);
	buf_reset(&f->did);
	reflector_opened(&f->r, f->now);
	f->full = true;
	assert_int_equal(frame(f, "ADDED", "b", "11"), -1);
	did(f, "item b\nabort\n");
	assert_int_equal(f->timer - f->now, 300 * S);
}

static void test_case_14_other_kind(void **state)
{
	struct fake *f = *state;

	reflector_start(&f->r, f->now);
	reflector_page(&f->r, f->now,
		STR("{\"kind\":\"Table\",\"metadata\":{\"resourceVersion\":\"5\"},\"rows\":[]}"));
	did(f, "begin\nlist ?limit=500\nabort\n");
	assert_int_equal(f->state, KIND_FAILING);
	assert_false(f->r.synced);
}

static void test_case_15_events(void **state)
{
	struct fake *f = *state;

	sync_at_10(f);
	frame(f, "ADDED", "a", "11");
	frame(f, "MODIFIED", "a", "12");
	frame(f, "DELETED", "a", "13");
	advance(f, 2 * S);
	reflector_closed(&f->r, f->now);
	did(f, "put a\nput a\ndelete a\nwatch " WATCH_QUERY("13"));
}

static void test_case_16_bookmark(void **state)
{
	struct fake *f = *state;

	sync_at_10(f);
	frame(f, "BOOKMARK", "", "50");
	advance(f, 2 * S);
	reflector_closed(&f->r, f->now);
	did(f, "watch " WATCH_QUERY("50"));
}

static void test_case_17_very_short(void **state)
{
	struct fake *f = *state;

	sync_at_10(f);
	advance(f, 200 * CLOCK_MS);
	reflector_closed(&f->r, f->now);
	did(f, "");
	advance(f, 2 * S);
	did(f, "begin\nlist ?resourceVersion=10&resourceVersionMatch=NotOlderThan\n");
}

static void test_case_18_quiet_but_long_enough(void **state)
{
	struct fake *f = *state;

	sync_at_10(f);
	advance(f, 1100 * CLOCK_MS);
	reflector_closed(&f->r, f->now);
	did(f, "watch " WATCH_QUERY("10"));
}

static void test_case_19_20_gone(void **state)
{
	struct fake *f = *state;

	sync_at_10(f);
	assert_int_not_equal(
		reflector_frame(&f->r, f->now,
			STR("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,"
			    "\"reason\":\"Expired\",\"message\":\"too old resource version\"}}")),
		0);
	did(f, "begin\nlist ?resourceVersion=10&resourceVersionMatch=NotOlderThan\n");
	page(f, "10", "");
	did(f, "end\nwatch " WATCH_QUERY("10"));
}

static void expire(struct fake *f)
{
	reflector_frame(&f->r, f->now,
		STR("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,"
		    "\"reason\":\"Expired\",\"message\":\"too old resource version\"}}"));
}

/* As of every watch after the server was restarted, however often that was. */
static void test_gone_is_listed_at_once_but_not_in_a_loop(void **state)
{
	struct fake *f = *state;

	sync_at_10(f);
	for (int i = 0; i < 3; i++) {
		expire(f);
		did(f, "begin\nlist ?resourceVersion=10&resourceVersionMatch=NotOlderThan\n");
		page(f, "10", "");
		did(f, "end\nwatch " WATCH_QUERY("10"));
		if (i < 2)
			advance(f, 10 * S);
	}
	expire(f);
	did(f, "");
	advance(f, 2 * S);
	did(f, "begin\nlist ?resourceVersion=10&resourceVersionMatch=NotOlderThan\n");
}

static void test_case_21_22_too_many(void **state)
{
	struct fake *f = *state;

	sync_at_10(f);
	reflector_frame(&f->r, f->now,
		STR("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":429,"
		    "\"reason\":\"TooManyRequests\",\"details\":{\"retryAfterSeconds\":3}}}"));
	advance(f, 2900 * CLOCK_MS);
	did(f, "");
	advance(f, 100 * CLOCK_MS);
	did(f, "watch " WATCH_QUERY("10"));
	fail_with(f, 429, "", 2);
	advance(f, 1900 * CLOCK_MS);
	did(f, "");
	advance(f, 100 * CLOCK_MS);
	did(f, "watch " WATCH_QUERY("10"));
}

static void test_initializing_is_retried_soon_and_quietly(void **state)
{
	static const char body[] =
		"{\"kind\":\"Status\",\"code\":429,\"reason\":\"TooManyRequests\","
		"\"message\":\"storage is (re)initializing\","
		"\"details\":{\"retryAfterSeconds\":1}}";
	struct fake *f = *state;

	reflector_start(&f->r, f->now);
	for (int i = 0; i < 13; i++) {
		int64_t step = (200 * CLOCK_MS) << (i < 3 ? i : 3);

		fail_with(f, 429, body, -1);
		assert_int_equal(f->timer - f->now, step < S ? step : S);
		advance(f, f->timer - f->now);
		if (i < 10)
			assert_int_equal(f->state, KIND_LISTING);
	}
	assert_int_equal(f->state, KIND_FAILING);
}

static void test_case_23_broken_connection_costs_no_list(void **state)
{
	struct fake *f = *state;

	sync_at_10(f);
	for (int i = 0; i < 5; i++) {
		break_with(f, ERROR_CONNECT);
		did(f, "watch " WATCH_QUERY("10"));
	}
	reflector_opened(&f->r, f->now);
	frame(f, "ADDED", "a", "11");
	did(f, "put a\n");
}

static void test_server_that_cuts_is_not_asked_in_a_loop(void **state)
{
	struct fake *f = *state;

	sync_at_10(f);
	break_with(f, ERROR_CUT);
	did(f, "");
	advance(f, 2 * S);
	did(f, "watch " WATCH_QUERY("10"));
}

/* Each cut doubles the wait, until a watch has worked. */
static void test_waits_are_short_again_after_a_watch_that_worked(void **state)
{
	struct fake *f = *state;

	sync_at_10(f);
	for (int i = 0; i < 4; i++) {
		break_with(f, ERROR_CUT);
		advance(f, (800 << i) * CLOCK_MS - 1);
		did(f, "");
		advance(f, 1);
		did(f, "watch " WATCH_QUERY("10"));
		reflector_opened(&f->r, f->now);
	}
	advance(f, 10 * S);
	break_with(f, ERROR_CUT);
	did(f, "watch " WATCH_QUERY("10"));
	reflector_opened(&f->r, f->now);
	break_with(f, ERROR_CUT);
	advance(f, 800 * CLOCK_MS);
	did(f, "watch " WATCH_QUERY("10"));
	reflector_opened(&f->r, f->now);
	break_with(f, ERROR_CUT);
	advance(f, 1600 * CLOCK_MS);
	did(f, "watch " WATCH_QUERY("10"));
	reflector_opened(&f->r, f->now);
	frame(f, "ADDED", "a", "11");
	break_with(f, ERROR_CUT);
	did(f, "put a\nwatch " WATCH_QUERY("11"));
	reflector_opened(&f->r, f->now);
	break_with(f, ERROR_CUT);
	advance(f, 800 * CLOCK_MS);
	did(f, "watch " WATCH_QUERY("11"));
}

static void test_case_24_stream_errors(void **state)
{
	static const char *const bodies[] = {
		"{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":500,\"reason\":"
		"\"InternalError\"}}",
		"{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":504,\"reason\":\"Timeout\"}}",
	};

	for (size_t i = 0; i < 2; i++) {
		struct fake *f = *state;

		sync_at_10(f);
		reflector_frame(&f->r, f->now, str_of(bodies[i]));
		advance(f, 2 * S);
		did(f, "begin\nlist ?resourceVersion=10&resourceVersionMatch=NotOlderThan\n");
		teardown(state);
		setup(state);
	}
}

static void test_case_25_unknown_type(void **state)
{
	static const char *const frames[] = { "{\"type\":\"FOO\",\"object\":{}}", "{\"type\":1}" };

	for (size_t i = 0; i < 2; i++) {
		struct fake *f = *state;

		sync_at_10(f);
		assert_int_not_equal(reflector_frame(&f->r, f->now, str_of(frames[i])), 0);
		did(f, "");
		advance(f, 2 * S);
		did(f, "begin\nlist ?resourceVersion=10&resourceVersionMatch=NotOlderThan\n");
		teardown(state);
		setup(state);
	}
}

static void test_case_26_unreadable(void **state)
{
	struct fake *f = *state;

	sync_at_10(f);
	break_with(f, ERROR_INVALID);
	did(f, "watch " WATCH_QUERY("10"));
	break_with(f, ERROR_INVALID);
	advance(f, 2 * S);
	did(f, "watch " WATCH_QUERY("10"));
	break_with(f, ERROR_INVALID);
	assert_int_equal(f->state, KIND_FAILING);
	advance(f, 4 * S);
	did(f, "begin\nlist ?resourceVersion=10&resourceVersionMatch=NotOlderThan\n");
}

static void test_case_34_watch_timeouts(void **state)
{
	struct fake *f = *state;

	f->random = 299;
	reflector_start(&f->r, f->now);
	page(f, "10", "");
	assert_non_null(strstr(buf_text(&f->did), "timeoutSeconds=599&"));
	assert_int_equal(f->deadline, 629 * S);
	f->random = 300;
	advance(f, 2 * S);
	reflector_opened(&f->r, f->now - 2 * S);
	reflector_closed(&f->r, f->now);
	assert_non_null(strstr(buf_text(&f->did), "timeoutSeconds=300&"));
}

static int end_bookmark(struct fake *f, const char *rv, bool marked)
{
	char *text = mem_printf(
		"{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":"
		"\"%s\"%s}}}",
		rv, marked ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "");
	int rc = reflector_frame(&f->r, f->now, str_of(text));

	free(text);
	return rc;
}

static void test_case_35_36_streaming(void **state)
{
	struct fake *f = *state;

	f->server.no_streaming = false;
	reflector_start(&f->r, f->now);
	reflector_opened(&f->r, f->now);
	frame(f, "ADDED", "a", "3");
	frame(f, "ADDED", "b", "9");
	end_bookmark(f, "8", false);
	assert_false(f->r.synced);
	frame(f, "ADDED", "c", "4");
	end_bookmark(f, "10", true);
	assert_true(f->r.synced);
	assert_string_equal(f->r.rv, "10");
	frame(f, "MODIFIED", "a", "11");
	did(f, "begin\nstream " STREAM_QUERY "\nitem a\nitem b\nitem c\nend\nlisted\nput a\n");
	assert_string_equal(f->r.rv, "11");
}

static void test_case_37_streaming_refused(void **state)
{
	struct fake *f = *state;

	f->server.no_streaming = false;
	reflector_start(&f->r, f->now);
	fail_with(f, 422, "{\"kind\":\"Status\",\"code\":422,\"reason\":\"Invalid\"}", -1);
	did(f, "begin\nstream " STREAM_QUERY "\nabort\nbegin\nlist ?limit=500\n");
	assert_true(f->server.no_streaming);
}

static void test_case_38_streaming_ignored(void **state)
{
	struct fake *f = *state;

	f->server.no_streaming = false;
	reflector_start(&f->r, f->now);
	advance(f, 100 * S); /* it may have to wait for its turn */
	reflector_opened(&f->r, f->now);
	advance(f, 30 * S);
	did(f, "begin\nstream " STREAM_QUERY "\nabort\nbegin\nlist ?limit=500\n");
	assert_true(f->server.no_streaming);
}

static void test_case_39_streaming_cut(void **state)
{
	struct fake *f = *state;

	f->server.no_streaming = false;
	reflector_start(&f->r, f->now);
	reflector_opened(&f->r, f->now);
	frame(f, "ADDED", "a", "3");
	reflector_closed(&f->r, f->now);
	did(f, "begin\nstream " STREAM_QUERY "\nitem a\nabort\nbegin\nstream " STREAM_QUERY "\n");
	assert_false(f->r.synced);
}

static void test_watch_forbidden_is_polled(void **state)
{
	static const char body[] = "{\"kind\":\"Status\",\"code\":403,\"reason\":\"Forbidden\","
				   "\"message\":\"no\"}";
	struct fake *f = *state;

	sync_at_10(f);
	f->random = 0;
	fail_with(f, 403, body, -1);
	did(f, "begin\nlist ?resourceVersion=10&resourceVersionMatch=NotOlderThan\n");
	page(f, "12", "");
	assert_int_equal(f->state, KIND_POLLING);
	advance(f, 36 * S);
	did(f, "end\nbegin\nlist ?resourceVersion=12&resourceVersionMatch=NotOlderThan\n");
	fail_with(f, 403, body, -1);
	assert_int_equal(f->state, KIND_FORBIDDEN);
	assert_int_equal(f->timer - f->now, 300 * S);
	reflector_kick(&f->r, f->now);
	did(f, "abort\nbegin\nlist ?resourceVersion=12&resourceVersionMatch=NotOlderThan\n");
}

static void test_not_found_is_hushed_at_first(void **state)
{
	struct fake *f = *state;

	reflector_start(&f->r, f->now);
	fail_with(f, 404, "404 page not found", -1);
	assert_int_equal(f->state, KIND_LISTING);
	advance(f, 11 * S);
	fail_with(f, 404, "404 page not found", -1);
	assert_int_equal(f->state, KIND_FAILING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		CASE(test_case_1_empty_list),
		CASE(test_case_2_pages),
		CASE(test_case_3_token_expired),
		CASE(test_case_4_5_6_relist_without_version),
		CASE(test_case_7_8_tokens),
		CASE(test_case_11_12_backoff),
		CASE(test_no_room),
		CASE(test_case_14_other_kind),
		CASE(test_case_15_events),
		CASE(test_case_16_bookmark),
		CASE(test_case_17_very_short),
		CASE(test_case_18_quiet_but_long_enough),
		CASE(test_case_19_20_gone),
		CASE(test_gone_is_listed_at_once_but_not_in_a_loop),
		CASE(test_case_21_22_too_many),
		CASE(test_initializing_is_retried_soon_and_quietly),
		CASE(test_case_23_broken_connection_costs_no_list),
		CASE(test_server_that_cuts_is_not_asked_in_a_loop),
		CASE(test_waits_are_short_again_after_a_watch_that_worked),
		CASE(test_case_24_stream_errors),
		CASE(test_case_25_unknown_type),
		CASE(test_case_26_unreadable),
		CASE(test_case_34_watch_timeouts),
		CASE(test_case_35_36_streaming),
		CASE(test_case_37_streaming_refused),
		CASE(test_case_38_streaming_ignored),
		CASE(test_case_39_streaming_cut),
		CASE(test_watch_forbidden_is_polled),
		CASE(test_not_found_is_hushed_at_first),
	};

	return cmocka_run_group_tests_name("reflector", tests, NULL, NULL);
}
