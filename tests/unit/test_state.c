/* state: what is written comes back, whoever else writes meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/mem.h"
#include "config/state.h"
#include "scratch.h"

#define FILE_PATH "state/crwatch/state.json"

static int setup(void **state)
{
	log_init();
	if (scratch_setup(state) < 0)
		return -1;
	scratch_env("XDG_STATE_HOME", "state");
	return 0;
}

static int teardown(void **state)
{
	log_release();
	return scratch_teardown(state);
}

static uint64_t logged(void)
{
	uint64_t first, end;

	log_range(&first, &end);
	return end;
}

static void remember(struct state_list *list, const char *text)
{
	state_remember(list, text, STATE_LIST_MAX);
}

static void save_and_free(struct state *s)
{
	state_save(s);
	state_free(s);
}

static void list_is(const struct state_list *list, size_t count, const char *last)
{
	assert_int_equal(list->count, count);
	assert_string_equal(list->items[count - 1], last);
}

static void test_round_trip(void **state)
{
	struct state *s = state_new();
	struct state_context *c =
		state_context(s, "prod", "https://me:pass@10.0.0.1:6443/x?token=t");
	char *text, one[] = "shop", two[] = "pay";
	char *const both[] = { one, two };

	(void)state;
	assert_string_equal(c->server, "https://10.0.0.1:6443/x");
	state_set_text(&c->view, "kind");
	state_set_text(&c->argument, "certificates.cert-manager.io \"\n\xc3\xa4");
	state_set_list(&c->namespaces, both, 2, STATE_LIST_MAX);
	for (char ns[] = "a"; ns[0] <= 'l'; ns[0]++)
		state_remember(&c->recent, ns, STATE_RECENT_MAX);
	remember(&c->unfolded, "cert-manager.io");
	remember(&c->pins, "a.b");
	remember(&s->kinds, "c.d");
	remember(&s->histories[STATE_COMMANDS], "x");
	remember(&s->histories[STATE_COMMANDS], "y");
	remember(&s->histories[STATE_COMMANDS], "x");
	save_and_free(s);
	assert_int_equal(scratch_mode(FILE_PATH), 0600);
	assert_int_equal(scratch_mode("state/crwatch"), 0700);
	text = scratch_get(FILE_PATH);
	assert_null(strstr(text, "pass"));
	assert_null(strstr(text, "token"));
	free(text);

	s = state_new();
	c = state_context(s, "prod", "https://10.0.0.1:6443/x");
	assert_string_equal(c->view, "kind");
	assert_string_equal(c->argument, "certificates.cert-manager.io \"\n\xc3\xa4");
	list_is(&c->namespaces, 2, "pay");
	list_is(&c->recent, 9, "l");
	list_is(&c->unfolded, 1, "cert-manager.io");
	list_is(&c->pins, 1, "a.b");
	list_is(&s->kinds, 1, "c.d");
	list_is(&s->histories[STATE_COMMANDS], 2, "x");
	assert_int_equal(s->histories[STATE_FILTERS].count, 0);
	c = state_context(s, "prod", "https://other");
	assert_null(c->view);
	assert_int_equal(s->n_contexts, 2);
	state_free(s);
	assert_int_equal(logged(), 0);
}

static void test_two_at_once(void **state)
{
	struct state *a = state_new(), *b = state_new(), *s;

	(void)state;
	state_set_text(&state_context(a, "one", "u")->view, "events");
	state_set_text(&state_context(b, "two", "u")->view, "tree");
	remember(&a->histories[STATE_FILTERS], "from a");
	remember(&b->histories[STATE_FILTERS], "from b");
	save_and_free(a);
	save_and_free(b);
	s = state_new();
	assert_string_equal(state_context(s, "one", "u")->view, "events");
	assert_string_equal(state_context(s, "two", "u")->view, "tree");
	list_is(&s->histories[STATE_FILTERS], 2, "from b");
	state_free(s);
}

static void test_damaged(void **state)
{
	static const char *const texts[] = { "{\"contexts\": [", "[]", "\x00\xff", "{} x" };
	struct state *s;

	(void)state;
	assert_int_equal(mkdir("state", 0700) | mkdir("state/crwatch", 0700), 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		uint64_t before = logged();

		scratch_put(FILE_PATH, texts[i]);
		s = state_new();
		assert_int_equal(logged(), before + 1);
		assert_int_equal(s->n_contexts, 0);
		remember(&s->kinds, "a.b");
		save_and_free(s);
		s = state_new();
		list_is(&s->kinds, 1, "a.b");
		state_free(s);
	}
	scratch_put(FILE_PATH,
		"{\"contexts\":[1,{},{\"name\":1,\"server\":\"x\"},{\"name\":\"n\",\"server\":\"s\","
		"\"view\":[],\"recent\":{\"a\":\"b\"},\"pins\":[1,null,\"p\"]}],\"kinds\":\"x\"}");
	s = state_new();
	assert_int_equal(s->n_contexts, 1);
	list_is(&s->contexts[0].pins, 1, "p");
	assert_null(s->contexts[0].view);
	state_free(s);
}

/* Everything has an end: texts, lists, contexts and the file. */
static void test_ceilings(void **state)
{
	char *longest = mem_alloc(STATE_TEXT_MAX + 2), *text, *name;
	struct state *s = state_new();

	(void)state;
	memset(longest, '"', STATE_TEXT_MAX + 1);
	longest[STATE_TEXT_MAX + 1] = '\0';
	remember(&s->kinds, longest);
	assert_int_equal(s->kinds.count, 0);
	longest[STATE_TEXT_MAX - 10] = '\0';
	for (int i = 0; i < STATE_CONTEXTS_MAX + 5; i++) {
		name = mem_printf("context %d", i);
		struct state_context *c = state_context(s, name, "u");

		for (int j = 0; j < 40; j++) {
			char *item = mem_printf("%d%s", j, longest);

			remember(&c->unfolded, item);
			free(item);
		}
		free(name);
	}
	for (int i = 0; i < STATE_HISTORY_MAX + 50; i++) {
		name = mem_printf("%d", i);
		state_remember(&s->histories[STATE_FILTERS], name, STATE_HISTORY_MAX);
		free(name);
	}
	assert_int_equal(s->n_contexts, STATE_CONTEXTS_MAX);
	save_and_free(s);
	text = scratch_get(FILE_PATH);
	assert_in_range(strlen(text), STATE_MAX / 2, STATE_MAX);
	free(text);
	s = state_new();
	list_is(&s->histories[STATE_FILTERS], STATE_HISTORY_MAX, "149");
	assert_in_range(s->n_contexts, 1, STATE_CONTEXTS_MAX - 1);
	assert_string_equal(s->contexts[s->n_contexts - 1].name, "context 54");
	state_free(s);
	free(longest);
}

static void test_too_large(void **state)
{
	char *text = mem_alloc(STATE_MAX + 2);
	struct state *s;

	(void)state;
	memset(text, ' ', STATE_MAX + 1);
	text[STATE_MAX + 1] = '\0';
	assert_int_equal(mkdir("state", 0700) | mkdir("state/crwatch", 0700), 0);
	scratch_put(FILE_PATH, text);
	s = state_new();
	assert_int_equal(logged(), 1);
	state_free(s);
	free(text);
}

static void test_no_home(void **state)
{
	struct state *s;

	(void)state;
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", "", 1);
	s = state_new();
	assert_null(s->path);
	remember(&s->kinds, "a.b");
	save_and_free(s);
	assert_int_equal(logged(), 0);
	scratch_env("HOME", "home");
	s = state_new();
	save_and_free(s);
	assert_int_equal(scratch_mode("home/.local/state/crwatch/state.json"), 0600);
}

/* A directory that cannot be made is said once. */
static void test_not_writable(void **state)
{
	struct state *s;
	uint64_t before;

	(void)state;
	scratch_put("state", "a file where a directory is expected");
	s = state_new();
	before = logged();
	state_save(s);
	assert_int_equal(logged(), before + 1);
	state_save(s);
	assert_int_equal(logged(), before + 1);
	state_free(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_round_trip),
		TEST(test_two_at_once),
		TEST(test_damaged),
		TEST(test_ceilings),
		TEST(test_too_large),
		TEST(test_no_home),
		TEST(test_not_writable),
	};

	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
