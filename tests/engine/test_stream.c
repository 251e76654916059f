/* Streams: events as they come, in whatever pieces, and how streams end. */
#include "fixture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "cluster/ask.h"
#include "cluster/gather.h"
#include "net/framer.h"

/* Widgets with a/x@11, watched; the number of the watch's request. */
static size_t start(struct scene *sc, const struct scene_options *options, struct collection **ret)
{
	struct collection *c;

	scene_open(sc, options);
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", "u-x", NULL);
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 1);
	scene_wait_rows(sc, "widgets", "a/x@11");
	*ret = c;
	return collection_watch(c, 1);
}

static const struct scene_options by_pages = { .pages = true };

static void test_case_15_16_versions(void **state)
{
	struct scene *sc = *state;
	struct collection *c;

	start(sc, &by_pages, &c);
	collection_put(c, "a", "y", NULL, NULL);
	collection_put(c, "a", "y", NULL, NULL);
	collection_delete(c, "a", "x");
	scene_wait_log(sc, "+a/y@12 ~a/y@13 -a/x@14");
	scene_wait_rows(sc, "widgets", "a/y@13");
	scene_let_stand(sc);
	collection_end(c);
	assert_true(scene_target_has(
		sc, scene_asked(sc, "/widgets?watch=true", 2), "resourceVersion=14"));
	/* A bookmark alone moves on, too, and is never shown. */
	collection_watch(c, 2);
	server_pushz(sc->server, collection_watch(c, 2), BOOKMARK("50", ""));
	scene_let_stand(sc);
	collection_end(c);
	assert_true(scene_target_has(
		sc, scene_asked(sc, "/widgets?watch=true", 3), "resourceVersion=50"));
	assert_int_equal(scene_lists(sc, "widgets"), 1);
	scene_wait_log(sc, "");
	scene_close(sc);
}

/* ---- many at once ---- */

/* The change log has so many, whatever is published. */
static void wait_logged(struct scene *sc, uint64_t count)
{
	uint64_t first, next;
	time_t end = time(NULL) + SERVER_PATIENCE;

	do {
		advance(0);
		changes_range(cluster_changes(sc->cluster), &first, &next);
	} while (next < count && time(NULL) < end);
	assert_int_equal(next, count);
}

static struct collection *start_gathering(struct scene *sc, uint64_t *ret_logged)
{
	static const struct cluster_options options = { .gathers = true };
	struct collection *c;
	uint64_t first;

	scene_open(sc, NULL);
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", NULL, NULL);
	scene_start(sc, &options);
	scene_wait_kinds(sc, 1);
	collection_watch(c, 1);
	changes_range(cluster_changes(sc->cluster), &first, ret_logged);
	return c;
}

/* What was logged is seen after that long, and not earlier. */
static void expect_after(struct scene *sc, int64_t wait, const char *before, const char *rows)
{
	advance(wait - 1);
	scene_wait_rows(sc, "widgets", before);
	advance(1);
	scene_wait_rows(sc, "widgets", rows);
}

/* The more events were published, the longer the next ones wait for others. */
static void test_gathered(void **state)
{
	struct scene *sc = *state;
	uint64_t logged;
	struct collection *c = start_gathering(sc, &logged);

	collection_put(c, "a", "y", NULL, NULL); /* after a quiet while: at once */
	scene_wait_rows(sc, "widgets", "a/x@11 a/y@12");
	collection_put(c, "a", "z", NULL, NULL);
	wait_logged(sc, logged + 2);
	expect_after(sc, GATHER_EACH, "a/x@11 a/y@12", "a/x@11 a/y@12 a/z@13");

	for (int i = 0; i < 200; i++)
		collection_put(c, "a", "z", NULL, NULL);
	wait_logged(sc, logged + 202);
	advance(GATHER_EACH);
	scene_wait_rows(sc, "widgets", "a/x@11 a/y@12 a/z@213");
	collection_put(c, "a", "x", NULL, NULL);
	wait_logged(sc, logged + 203);
	expect_after(sc, GATHER_MAX, "a/x@11 a/y@12 a/z@213", "a/x@214 a/y@12 a/z@213");
	scene_close(sc);
}

/* What a reader asks for brings with it what waits. */
static void test_gathered_no_longer(void **state)
{
	static const struct ask_spec version = { .path = "/version" };
	struct scene *sc = *state;
	uint64_t logged;
	struct collection *c = start_gathering(sc, &logged);

	collection_put(c, "a", "x", NULL, NULL);
	scene_wait_rows(sc, "widgets", "a/x@12");
	collection_put(c, "a", "x", NULL, NULL);
	wait_logged(sc, logged + 2);
	scene_wait_rows(sc, "widgets", "a/x@12");
	cluster_retry(sc->cluster);
	scene_wait_rows(sc, "widgets", "a/x@13");

	collection_put(c, "a", "x", NULL, NULL);
	wait_logged(sc, logged + 3);
	scene_wait_rows(sc, "widgets", "a/x@13");
	cluster_ask(sc->cluster, &version);
	scene_wait_rows(sc, "widgets", "a/x@14");
	scene_close(sc);
}

/* ---- pieces ---- */

#define STRANGE                                                                                    \
	",\"spec\":{\"t\":\"caf\xc3\xa9 \xf0\x9f\x98\x80 \\u00e9\\ud83d\\ude00 \\\"}{\\\\\"}"

static void assert_strange(struct scene *sc, struct collection *c, const char *name)
{
	char *text = scene_text(sc, "widgets", "a", name);

	assert_non_null(text);
	assert_string_equal(text, collection_find(c, "a", name));
	assert_non_null(strstr(text, STRANGE));
	free(text);
}

/* Three changes that nobody has been told of: their frames, and the log they make. */
static char *three_changes(struct collection *c, char **ret_log)
{
	uint64_t rv;

	collection_hush(c, true);
	collection_put(c, "a", "x", NULL, STRANGE);
	collection_put(c, "a", "y", NULL, STRANGE);
	rv = collection_put(c, "a", "z", NULL, STRANGE);
	collection_hush(c, false);
	*ret_log =
		mem_printf("~a/x@%" PRIu64 " ~a/y@%" PRIu64 " ~a/z@%" PRIu64, rv - 2, rv - 1, rv);
	return collection_frames(c, 3);
}

static void test_case_28_single_bytes(void **state)
{
	struct scene *sc = *state;
	struct collection *c;
	char *frames, *log;
	size_t n;

	n = start(sc, &by_pages, &c);
	collection_put(c, "a", "y", NULL, NULL);
	collection_put(c, "a", "z", NULL, NULL);
	scene_wait_log(sc, "+a/y@12 +a/z@13");
	frames = three_changes(c, &log);
	for (const char *p = frames; *p; p++) {
		server_push(sc->server, n, p, 1);
		if ((p - frames) % 7 == 0)
			advance(0);
	}
	scene_wait_log(sc, log);
	assert_strange(sc, c, "x");
	assert_strange(sc, c, "y");
	assert_strange(sc, c, "z");
	free(frames);
	free(log);
	scene_close(sc);
}

/* Cut behind each byte of three events: none is lost, none comes twice. */
static void cut_everywhere(struct scene *sc, const struct scene_options *options)
{
	struct collection *c;
	size_t n = start(sc, options, &c), lists = scene_lists(sc, "widgets");
	char *frames, *log;

	collection_put(c, "a", "y", NULL, NULL);
	collection_put(c, "a", "z", NULL, NULL);
	scene_wait_log(sc, "+a/y@12 +a/z@13");
	for (size_t k = 0, end = 1; k < end; k++) {
		frames = three_changes(c, &log);
		end = strlen(frames) + 1;
		server_push(sc->server, n, frames, k);
		scene_let_stand(sc);
		collection_cut(c);
		scene_wait_log(sc, log);
		n = collection_watch(c, k + 2);
		free(frames);
		free(log);
	}
	assert_strange(sc, c, "x");
	assert_int_equal(scene_lists(sc, "widgets"), lists);
	scene_close(sc);
}

static void test_case_27_28_cut_everywhere(void **state)
{
	cut_everywhere(*state, &by_pages);
}

static void test_case_29_one_chunk(void **state)
{
	struct scene *sc = *state;
	struct collection *c;
	size_t n;

	n = start(sc, &by_pages, &c);
	server_pushz(sc->server, n,
		"\r\n {\"type\":\"ADDED\",\"object\":" OBJECT("p",
			"20") "}\r\n{\r\n\t\"type\" : "
			      "\"ADDED\",\r\n\t\"object\" : {\r\n\t\t\"metadata\" : { \"name\" : \"q\", "
			      "\"namespace\" : \"a\",\r\n\"uid\":\"u-q\", \"resourceVersion\" : \"21\" }\r\n\t}\r\n}"
			      "\r\n{\"type\":\"DELETED\",\"object\":" OBJECT(
				      "x", "22") "}\r\n\r\n");
	scene_wait_log(sc, "+a/p@20 +a/q@21 -a/x@22");
	scene_close(sc);
}

static void push_large(struct scene *sc, size_t number, size_t size)
{
	static const char head[] = "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"big\","
				   "\"namespace\":\"a\",\"uid\":\"u-big\",\"resourceVersion\":"
				   "\"30\"},\"spec\":{\"t\":\"";
	char kib[1024];

	memset(kib, 'k', sizeof(kib));
	server_pushz(sc->server, number, head);
	for (size_t i = 0; i < size; i += sizeof(kib))
		server_push(sc->server, number, kib, sizeof(kib));
	server_pushz(sc->server, number, "\"}}}\n");
}

static void test_case_30_large_event(void **state)
{
	struct scene *sc = *state;
	struct collection *c;
	char *text;

	push_large(sc, start(sc, &by_pages, &c), 1536 << 10);
	scene_wait_rows(sc, "widgets", "a/big@30 a/x@11");
	text = scene_text(sc, "widgets", "a", "big");
	assert_true(strlen(text) > 1536 << 10);
	free(text);
	scene_close(sc);
}

/* Three times the same: listed again, and all is well when the list can be read. */
static void test_case_30_too_large_event(void **state)
{
	struct scene *sc = *state;
	struct collection *c;

	push_large(sc, start(sc, &by_pages, &c), FRAMER_OBJECT_MAX + 4096);
	push_large(sc, collection_watch(c, 2), FRAMER_OBJECT_MAX + 4096);
	scene_advance_asked(sc, "/widgets?watch=true", 3);
	assert_int_equal(scene_lists(sc, "widgets"), 1);
	push_large(sc, collection_watch(c, 3), FRAMER_OBJECT_MAX + 4096);
	scene_wait_state(sc, "widgets", KIND_FAILING, "larger than 16 MiB");
	scene_wait_rows(sc, "widgets", "a/x@11");
	scene_advance_asked(sc, "/widgets?resourceVersion=11", 1);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_close(sc);
}

/* ---- what cannot be read ---- */

static void relisted_after(struct scene *sc, const char *frame, const char *message)
{
	struct collection *c;
	size_t n = start(sc, &by_pages, &c);

	collection_hush(c, true);
	collection_put(c, "a", "y", NULL, NULL);
	collection_hush(c, false);
	server_pushz(sc->server, n, frame);
	scene_wait_state(sc, "widgets", KIND_FAILING, message);
	scene_wait_rows(sc, "widgets", "a/x@11");
	assert_int_equal(scene_lists(sc, "widgets"), 1);
	advance(1600 * CLOCK_MS);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_log(sc, "RELIST !+a/y@12");
	assert_int_equal(scene_lists(sc, "widgets"), 2);
	scene_close(sc);
}

#define STATUS(code, reason, message)                                                              \
	"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"" message \
	"\",\"reason\":\"" reason "\",\"code\":" code "}"

static void test_case_24_error_events(void **state)
{
	relisted_after(
		*state, EVENT("ERROR", STATUS("500", "InternalError", "it broke")), "it broke");
	relisted_after(*state, EVENT("ERROR", STATUS("504", "Timeout", "too slow")), "too slow");
}

static void test_case_25_unknown_events(void **state)
{
	relisted_after(*state, EVENT("FOO", OBJECT("x", "12")), "unknown type");
	relisted_after(*state, "{\"type\":1,\"object\":" OBJECT("x", "12") "}\n", "unknown type");
	relisted_after(*state, "{\"type\":\"ADDED\"}\n", "unknown type");
}

static void test_case_26_malformed(void **state)
{
	struct scene *sc = *state;
	struct collection *c;
	size_t n;

	n = start(sc, &by_pages, &c);
	server_pushz(sc->server, n, "{\"type\":\"ADDED\",\"object\":{\"a\" 1}}\n");
	server_pushz(sc->server, collection_watch(c, 2), "]\n");
	scene_advance_asked(sc, "/widgets?watch=true", 3);
	assert_int_equal(scene_lists(sc, "widgets"), 1);
	server_pushz(sc->server, collection_watch(c, 3), "nonsense\n");
	scene_wait_state(sc, "widgets", KIND_FAILING, "unexpected 'n'");
	scene_advance_asked(sc, "/widgets?resourceVersion=11", 1);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_log(sc, "");
	scene_close(sc);
}

static void test_case_19_20_gone(void **state)
{
	struct scene *sc = *state;

	for (int as_status = 0; as_status < 2; as_status++) {
		struct collection *c;

		start(sc, &by_pages, &c);
		collection_gone_as_status(c, as_status);
		collection_hush(c, true);
		collection_put(c, "a", "y", NULL, NULL);
		collection_compact(c);
		collection_hush(c, false);
		scene_let_stand(sc);
		collection_end(c);
		scene_asked(sc, "/widgets?watch=true", 2);
		scene_asked(sc, "/widgets?resourceVersion=11", 1); /* at once */
		assert_int_equal(scene_lists(sc, "widgets"), 2);
		scene_wait_log(sc, "RELIST !+a/y@12");
		scene_wait_state(sc, "widgets", KIND_SYNCED, "");
		scene_close(sc);
	}
}

/* ---- ends ---- */

static void end_after_goaway(struct collection *c, struct scene *sc)
{
	size_t n = collection_watch(c, 1);

	server_goaway(sc->server, n);
	/* The stream goes on all the same. */
	collection_put(c, "a", "x", NULL, NULL);
	scene_wait_log(sc, "~a/x@12");
	collection_end(c);
	/* The other watch still has the connection that takes no new ones: it takes
	 * a while until there may be a second. */
	scene_advance_asked(sc, "/widgets?watch=true", 2);
}

static void clean_end(struct collection *c, struct scene *sc)
{
	(void)sc;
	collection_end(c);
}

static void cut(struct collection *c, struct scene *sc)
{
	(void)sc;
	collection_cut(c);
}

static void reset(struct collection *c, struct scene *sc)
{
	(void)sc;
	collection_reset(c);
}

static void survives(struct scene *sc, enum wire wire, bool pages,
	void (*act)(struct collection *, struct scene *))
{
	struct scene_options options = { .wire = wire, .pages = pages };
	struct collection *c;
	char *rv, *log;
	size_t n = start(sc, &options, &c), lists = scene_lists(sc, "widgets"), next;

	scene_let_stand(sc);
	act(c, sc);
	rv = mem_printf("resourceVersion=%" PRIu64 "&", collection_rv(c));
	log = mem_printf("+a/y@%" PRIu64, collection_rv(c) + 1);
	collection_put(c, "a", "y", NULL, NULL);
	scene_wait_log(sc, log);
	next = scene_asked(sc, "/widgets?watch=true", 2);
	rv[strlen(rv) - 1] = '\0';
	assert_true(scene_target_has(sc, next, rv));
	assert_false(scene_target_has(sc, next, "sendInitialEvents"));
	assert_int_equal(scene_lists(sc, "widgets"), lists);
	if (act != clean_end && act != reset)
		assert_int_not_equal(
			server_connection(sc->server, n), server_connection(sc->server, next));
	scene_wait_link(sc, LINK_LIVE);
	free(rv);
	free(log);
	scene_close(sc);
}

static void test_ends_over_http1(void **state)
{
	for (int i = 0; i < 4; i++) {
		survives(*state, i & 1 ? WIRE_TLS : WIRE_PLAIN, i & 2, clean_end);
		survives(*state, i & 1 ? WIRE_TLS : WIRE_PLAIN, i & 2, cut);
		survives(*state, i & 1 ? WIRE_TLS : WIRE_PLAIN, i & 2, reset);
	}
}

static void test_ends_over_http2(void **state)
{
	for (int i = 0; i < 2; i++) {
		survives(*state, WIRE_HTTP2, i, clean_end);
		survives(*state, WIRE_HTTP2, i, cut);
		survives(*state, WIRE_HTTP2, i, reset);
		survives(*state, WIRE_HTTP2, i, end_after_goaway);
	}
}

static void test_case_33_silence(void **state)
{
	struct scene *sc = *state;
	struct collection *c;
	size_t n;

	n = start(sc, &by_pages, &c);
	scene_let_stand(sc);
	advance(297 * CLOCK_S);
	assert_int_equal(server_count(sc->server, "/widgets?watch=true"), 1);
	advance(331 * CLOCK_S);
	assert_true(server_wait_closed(sc->server, n));
	n = scene_asked(sc, "/widgets?watch=true", 2);
	assert_true(scene_target_has(sc, n, "resourceVersion=11"));
	assert_int_equal(scene_lists(sc, "widgets"), 1);
	collection_put(c, "a", "y", NULL, NULL);
	scene_wait_rows(sc, "widgets", "a/x@11 a/y@12");
	scene_close(sc);
}

/* ---- quitting ---- */

static int64_t ms_to_stop(struct scene *sc)
{
	struct timespec from, to;

	clock_gettime(CLOCK_MONOTONIC, &from);
	scene_stop(sc);
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000;
}

static int64_t stop_with_open_streams(struct scene *sc, enum wire wire)
{
	struct scene_options options = { .wire = wire };
	struct collection *c;
	int64_t ms;

	start(sc, &options, &c);
	ms = ms_to_stop(sc);
	scene_close(sc);
	return ms;
}

static int64_t stop_while_stalled(struct scene *sc, enum wire wire)
{
	struct scene_options options = { .wire = wire };
	int64_t ms;

	scene_open(sc, &options);
	server_stall(sc->server, true);
	scene_start(sc, NULL);
	advance(0);
	ms = ms_to_stop(sc);
	server_stall(sc->server, false);
	scene_close(sc);
	return ms;
}

static int64_t stop_while_stream_stalls(struct scene *sc, enum wire wire)
{
	struct scene_options options = { .wire = wire };
	struct collection *c;
	int64_t ms;

	start(sc, &options, &c);
	server_stall(sc->server, true);
	cluster_retry(sc->cluster);
	advance(0);
	ms = ms_to_stop(sc);
	server_stall(sc->server, false);
	scene_close(sc);
	return ms;
}

/* What blocks (a resolver that is joined, a timeout) blocks for 3 s and more; the
 * 200 ms that quitting may take are no matter for a busy machine's tests. */
#define STUCK 2500

static void assert_soon(struct scene *sc, int64_t (*stop)(struct scene *sc, enum wire wire))
{
	for (enum wire wire = WIRE_PLAIN; wire <= WIRE_HTTP2; wire++)
		assert_true(stop(sc, wire) < STUCK);
}

static void test_case_33_quit(void **state)
{
	assert_soon(*state, stop_with_open_streams);
	assert_soon(*state, stop_while_stalled);
	assert_soon(*state, stop_while_stream_stalls);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_case_15_16_versions),
		scene_test(test_gathered),
		scene_test(test_gathered_no_longer),
		scene_test(test_case_28_single_bytes),
		scene_test(test_case_27_28_cut_everywhere),
		scene_test(test_case_29_one_chunk),
		scene_test(test_case_30_large_event),
		scene_test(test_case_30_too_large_event),
		scene_test(test_case_19_20_gone),
		scene_test(test_case_24_error_events),
		scene_test(test_case_25_unknown_events),
		scene_test(test_case_26_malformed),
		scene_test(test_ends_over_http1),
		scene_test(test_ends_over_http2),
		scene_test(test_case_33_silence),
		scene_test(test_case_33_quit),
	};

	return cmocka_run_group_tests_name(
		"stream", tests, scene_group_setup, scene_group_teardown);
}
