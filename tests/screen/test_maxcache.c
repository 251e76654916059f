/*
 * --max-cache in the browser: texts that are not kept are asked for, what is not
 * known is said, and nothing else is different.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/mem.h"
#include "screen/play.h"

#define NOISE ((size_t)20000) /* bytes that make an object large */
#define PATH  "/apis/example.com/v1/namespaces/a/widgets/"
#define UID   "00000000-0000-4000-8000-0000000000"

static const char *const low[] = { "--max-cache", "64Ki", NULL };
static const char *const by_terminal[] = { "CRWATCH_CLIPBOARD=osc52", NULL };

static char *rest_of(const char *colour)
{
	struct buf out = BUF_INIT(1 << 20);

	buf_addf(&out, "\"spec\":{\"color\":\"%s\",\"noise\":\"", colour);
	for (unsigned i = 1, n = 0; n < NOISE; n++) {
		i = i * 1103515245u + 12345u;
		buf_addc(&out, (char)('a' + (i >> 16) % 26));
	}
	buf_addz(
		&out, "\"},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}");
	return buf_take(&out);
}

static void put(struct play *play, const char *name, const char *colour)
{
	char *rest = rest_of(colour);

	play_put(play->widgets, "a", name, NULL, rest);
	free(rest);
}

/* What the server has of one object, with a text that no list had. */
static char *body_of(const char *name, const char *uid, const char *words)
{
	return mem_printf("{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{"
			  "\"name\":\"%s\",\"namespace\":\"a\",\"uid\":\"%s\",\"resourceVersion\":"
			  "\"5000\",\"creationTimestamp\":\"2025-12-31T00:00:00Z\",\"labels\":{"
			  "\"from\":\"server\"}},\"spec\":{\"words\":\"%s\"},\"status\":{"
			  "\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}\n",
		name, uid, words);
}

static void serve(struct play *play, const char *name, const char *uid, const char *words)
{
	char *path = mem_printf(PATH "%s", name), *body = body_of(name, uid, words);

	play_answer(play, path, NULL, &(struct server_answer){ .body = body });
	free(path);
	free(body);
}

/* Widgets b0 to b9. */
static void open_widgets(struct play *play)
{
	play_open(play, NULL);
	play_delete(play->widgets, "a", "blue");
	for (int i = 0; i < 10; i++) {
		char name[3] = { 'b', (char)('0' + i), '\0' };

		put(play, name, "blue");
	}
}

/* The table of their kind, the cursor on the first one. */
static void start(struct play *play)
{
	struct screen_options options = { .clock = true, .args = low, .env = by_terminal };

	play_start(play, 40, 130, &options);
	screen_expect_row(play->screen, "Widget +[0-9]+");
	play_type(play, ":wid\r");
	play_expect(play, "texts on demand");
}

static size_t asked(struct play *play, const char *name)
{
	char *text = mem_printf("GET " PATH "%s", name);
	size_t n = server_count(play->server, text);

	free(text);
	return n;
}

static void serve_widget(struct play *play, const char *name, const char *words)
{
	char *uid = play_uid(play->widgets, "a", name);

	serve(play, name, uid, words);
	free(uid);
}

static bool was_told(struct play *play, const char *text)
{
	struct buf part = BUF_INIT(1 << 20);
	size_t n;
	const char *output = screen_output(play->screen, &n);
	bool found;

	buf_addz(&part, "\033]52;c;");
	base64_encode(str_of(text), &part);
	/* its first bytes, whatever the last ones are padded with */
	found = memmem(output, n, part.data, part.len - 6);
	buf_release(&part);
	return found;
}

static void test_yaml(void **state)
{
	struct play *play = *state;

	open_widgets(play);
	serve_widget(play, "b0", "what the server has");
	start(play);
	play_type(play, "y");
	play_expect(play, "words: what the server has");
	assert_int_equal(asked(play, "b0"), 1);
	play_type(play, "Y");
	play_expect(play, "YAML copied by the terminal (OSC 52)");
	assert_true(was_told(play, "apiVersion: example.com/v1\nkind: Widget\n"));
	play_type(play, "\023");
	play_expect(play, "save as: widget-a-b0.yaml");
	play_esc(play, "save as:");
	/* that was enough for all of them */
	assert_int_equal(asked(play, "b0"), 1);
	play_type(play, "d");
	play_expect(play, "is it well?");
	play_expect(play, "from: server");
	play_type(play, ":stats\r");
	screen_expect_row(play->screen, "widgets.example.com .*texts on demand");
	screen_expect_row(play->screen, "caches .* of 64 KiB");
	play_type(play, ":log\r");
	for (int i = 0; i < 4; i++)
		screen_advance(play->screen, PLAY_S);
	play_expect(play, "max-cache: the texts of widgets.example.com are not kept");
	play_finish(play);
}

/* Until the answer is there it is said that it is awaited, and rows are as ever. */
static void test_reading(void **state)
{
	struct play *play = *state;
	size_t number;
	char *uid, *body;

	open_widgets(play);
	play_answer(play, PATH "b0", NULL, &(struct server_answer){ .stream = true, .body = "" });
	start(play);
	play_type(play, "gy");
	play_expect(play, "reading \xe2\x80\xa6");
	play_type(play, "d");
	play_expect(play, "its text is being read from the server");
	play_expect(play, "is it well?");
	number = server_wait(play->server, "GET " PATH "b0", 1);
	uid = play_uid(play->widgets, "a", "b0");
	body = body_of("b0", uid, "late");
	server_push(play->server, number, body, strlen(body));
	server_end(play->server, number);
	screen_expect_not(play->screen, "its text is being read");
	play_expect(play, "from: server");
	play_type(play, "y");
	play_expect(play, "words: late");
	play_finish(play);
	free(uid);
	free(body);
}

/* It is gone, and the server says so in its words; another of its name is not it. */
static void test_gone(void **state)
{
	struct play *play = *state;

	open_widgets(play);
	play_refuse(play, PATH "b0", 404, "NotFound", "no such widget, says the server");
	serve(play, "b1", UID "ff", "another");
	start(play);
	play_type(play, "gy");
	play_expect(play, "no such widget, says the server");
	play_type(play, "d");
	play_expect(play, "its text cannot be read");
	play_type(play, "Y");
	play_expect(play, "a/b0: ");
	/* the next object is another matter */
	play_esc(play, "[describe]");
	play_type(play, "jy");
	play_expect(play, "another object has its name by now");
	play_finish(play);
}

/* A change has its own text, which needs no question, and does not invent an earlier one. */
static void test_changes(void **state)
{
	struct play *play = *state;

	open_widgets(play);
	serve_widget(play, "b0", "first");
	start(play);
	play_type(play, "gy");
	play_expect(play, "words: first");
	put(play, "b0", "red");
	play_expect(play, "color: red");
	play_expect(play, "earlier text not kept");
	assert_int_equal(asked(play, "b0"), 1);
	play_type(play, "tt");
	play_expect(play, "[changes]");
	play_expect(play, "1 version since the start");
	play_expect(play, "earlier text not kept");
	play_type(play, "\r");
	play_expect(play, "what it changed is not known: its earlier text is not kept (max-cache)");
	play_finish(play);
}

/* The server has been asked for b0 ... b3 and answers when it is told to. */
static void hold(struct play *play)
{
	for (char c = '0'; c < '4'; c++) {
		char *path = mem_printf(PATH "b%c", c);

		play_answer(
			play, path, NULL, &(struct server_answer){ .stream = true, .body = "" });
		free(path);
	}
}

static void release(struct play *play, const char *name)
{
	char *get = mem_printf("GET " PATH "%s", name);
	size_t number = server_wait(play->server, get, 1);
	char *uid = play_uid(play->widgets, "a", name);
	char *body = body_of(name, uid, "late");

	server_push(play->server, number, body, strlen(body));
	server_end(play->server, number);
	screen_settle(play->screen);
	free(body);
	free(uid);
	free(get);
}

/* Who has gone elsewhere, or pressed esc, is not asked where to save what comes then. */
static void test_save_left(void **state)
{
	struct play *play = *state;

	open_widgets(play);
	hold(play);
	start(play);
	play_type(play, "g\023");
	play_expect(play, "reading 1 object from the server");
	play_esc(play, "reading 1 object");
	release(play, "b0");
	play_expect(play, "not saved: reading was given up");
	assert_false(screen_contains(play->screen, "save as:"));
	/* another object */
	play_type(play, "j\023");
	play_expect(play, "reading 1 object from the server");
	play_type(play, "j");
	release(play, "b1");
	play_expect(play, "not saved: the cursor or the view is another one");
	assert_false(screen_contains(play->screen, "save as:"));
	/* another view: what is typed there stays where it is typed */
	play_type(play, "\023");
	play_expect(play, "reading 1 object from the server");
	play_type(play, ":stats\r");
	release(play, "b2");
	play_expect(play, "not saved: the cursor or the view is another one");
	assert_false(screen_contains(play->screen, "save as:"));
	/* help is elsewhere, too */
	play_type(play, ":wid\r");
	play_expect(play, "texts on demand");
	play_type(play, "gjjjY");
	play_expect(play, "reading 1 object from the server");
	play_type(play, "?");
	release(play, "b3");
	play_type(play, "q");
	assert_false(was_told(play, "apiVersion: example.com/v1\nkind: Widget\n"));
	play_finish(play);
}

/* Who stays is asked. */
static void test_save_late(void **state)
{
	struct play *play = *state;

	open_widgets(play);
	hold(play);
	start(play);
	play_type(play, "g\023");
	play_expect(play, "reading 1 object from the server");
	play_type(play, "jk");
	release(play, "b0");
	play_expect(play, "save as: widget-a-b0.yaml");
	play_esc(play, "save as:");
	play_finish(play);
}

/* What is marked is asked for, each by itself; one that cannot be had ends it. */
static void test_marks(void **state)
{
	struct play *play = *state;

	open_widgets(play);
	serve_widget(play, "b0", "none");
	serve_widget(play, "b1", "one");
	serve_widget(play, "b2", "two");
	play_refuse(play, PATH "b3", 403, "Forbidden", "not for you");
	start(play);
	play_type(play, "gj  ");
	assert_int_equal(asked(play, "b1"), 0);
	play_type(play, "Y");
	play_expect(play, "YAML copied by the terminal (OSC 52)");
	assert_int_equal(asked(play, "b1"), 1);
	assert_int_equal(asked(play, "b2"), 1);
	play_type(play, " Y");
	play_expect(play, "a/b3: not for you");
	play_finish(play);
}

static void test_option(void **state)
{
	static const char *const bad[] = { "--max-cache", "some", NULL };
	static const char *const small[] = { "--max-cache", "1Ki", NULL };
	struct play *play = *state;

	play_open(play, NULL);
	play_start(play, 20, 100, &(struct screen_options){ .args = bad });
	play_expect(play, "--max-cache takes a size from 64Ki to 1024Gi, not some");
	assert_int_equal(screen_wait_exit(play->screen), 2);
	screen_free(play->screen);
	play_start(play, 20, 100, &(struct screen_options){ .args = small });
	play_expect(play, "--max-cache takes a size from 64Ki to 1024Gi, not 1Ki");
	assert_int_equal(screen_wait_exit(play->screen), 2);
}

/* Without a screen it is said, too, and nothing is made up. */
static void test_events(void **state)
{
	static const char *const text[] = { "--max-cache", "64Ki", "events", NULL };
	static const char *const json[] = { "--max-cache", "64Ki", "events", "-o", "json", NULL };
	struct play *play = *state;

	open_widgets(play);
	play_start(play, 20, 500, &(struct screen_options){ .args = text, .clock = true });
	assert_int_not_equal(server_wait(play->server, "/widgets?", 1), 0);
	screen_settle(play->screen);
	put(play, "b0", "red");
	play_expect(play, "a/b0  (earlier text not kept)");
	assert_false(screen_contains(play->screen, "spec.color"));
	screen_free(play->screen);
	play_start(play, 20, 500, &(struct screen_options){ .args = json, .clock = true });
	assert_int_not_equal(server_wait(play->server, "/widgets?", 2), 0);
	screen_settle(play->screen);
	put(play, "b0", "green");
	play_expect(play, "\"changes\":null}");
	assert_false(screen_contains(play->screen, "spec.color"));
}

/* Far too low: all kinds that go are one line. */
static void test_far_too_low(void **state)
{
	static const char *const args[] = { "--demo", "--demo-pause", "--max-cache", "64Ki", NULL };
	struct screen_options options = { .rows = 40, .cols = 160, .args = args, .clock = true };
	struct play *play = *state;

	play->screen = screen_start(&options);
	screen_expect_row(play->screen, "44 kinds +3[0-9][0-9] objects");
	play_type(play, ":log\r");
	for (int i = 0; i < 4; i++)
		screen_advance(play->screen, PLAY_S);
	play_expect(play, "max-cache: the texts of 4");
	screen_expect_row(play->screen,
		"kinds are not kept, they are read on demand: without them the caches hold [0-9]+ KiB"
		", the ceiling");
	play_type(play, "/max-cache\r");
	screen_expect_row(play->screen, "^ log +1 of [0-9]");
	play_finish(play);
}

/* On the embedded cluster, which answers for itself. */
static void test_demo(void **state)
{
	static const char *const args[] = { "--demo", "--demo-pause", "--max-cache", "64Ki", NULL };
	struct screen_options options = {
		.rows = 40, .cols = 130, .args = args, .env = by_terminal, .clock = true
	};
	struct play *play = *state;

	play->screen = screen_start(&options);
	screen_expect_row(play->screen, "44 kinds +3[0-9][0-9] objects");
	play_type(play, ":certificate\r");
	play_expect(play, "texts on demand");
	play_expect(play, "api-tls");
	play_type(play, "/api-tls\r");
	play_type(play, "gy");
	play_expect(play, "apiVersion: certs.lumenfold.example/v1");
	play_expect(play, "issuerRef:");
	play_type(play, "Y");
	play_expect(play, "YAML copied by the terminal (OSC 52)");
	play_type(play, "d");
	play_expect(play, "is it well?");
	play_expect(play, "refers to");
	play_type(play, "\023");
	play_expect(play, "save as: certificate-");
	play_esc(play, "save as:");
	play_finish(play);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		play_test(test_yaml),
		play_test(test_reading),
		play_test(test_gone),
		play_test(test_changes),
		play_test(test_save_left),
		play_test(test_save_late),
		play_test(test_marks),
		play_test(test_option),
		play_test(test_events),
		play_test(test_far_too_low),
		play_test(test_demo),
	};

	return cmocka_run_group_tests_name("maxcache", tests, NULL, NULL);
}
