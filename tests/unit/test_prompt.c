#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "ui/term/keys.h"
#include "ui/widgets/prompt.h"

static void type(struct prompt *prompt, const char *text)
{
	for (; *text; text++)
		assert_int_equal(prompt_key(prompt, (uint32_t)*text), PROMPT_CHANGED);
}

static void test_editing(void **state)
{
	struct prompt p;

	(void)state;
	prompt_init(&p);
	prompt_open(&p, PROMPT_FILTER, STR("ab"));
	type(&p, "cd");
	assert_string_equal(buf_text(&p.text), "abcd");
	prompt_key(&p, KEYS_LEFT);
	prompt_key(&p, KEYS_BACKSPACE);
	assert_string_equal(buf_text(&p.text), "abd");
	prompt_key(&p, KEYS_HOME);
	prompt_key(&p, KEYS_DELETE);
	prompt_key(&p, 0xe9);
	assert_string_equal(buf_text(&p.text), "\xc3\xa9"
					       "bd");
	prompt_key(&p, KEYS_BACKSPACE);
	assert_string_equal(buf_text(&p.text), "bd");
	prompt_key(&p, KEYS_END);
	type(&p, " -l x y");
	prompt_key(&p, 'w' | KEYS_CTRL);
	assert_string_equal(buf_text(&p.text), "bd -l x ");
	prompt_key(&p, 'u' | KEYS_CTRL);
	assert_string_equal(buf_text(&p.text), "");
	assert_int_equal(prompt_key(&p, KEYS_BACKSPACE), PROMPT_CANCELLED);
	prompt_release(&p);
}

static void test_controls_stay_out(void **state)
{
	struct prompt p;

	(void)state;
	prompt_init(&p);
	prompt_open(&p, PROMPT_FILTER, STR(""));
	assert_int_equal(prompt_key(&p, 0x202e), PROMPT_IGNORED);
	assert_int_equal(prompt_key(&p, 'x' | KEYS_CTRL), PROMPT_IGNORED);
	assert_int_equal(prompt_paste(&p, STR("a\033[31mb\tc\nrm")), PROMPT_CHANGED);
	assert_string_equal(buf_text(&p.text), "a[31mb c");
	prompt_release(&p);
}

static void test_questions(void **state)
{
	struct prompt p;

	(void)state;
	prompt_init(&p);
	prompt_open(&p, PROMPT_QUIT, STR(""));
	assert_int_equal(prompt_key(&p, 'n'), PROMPT_CANCELLED);
	assert_int_equal(prompt_key(&p, 'j'), PROMPT_OTHER);
	assert_int_equal(prompt_key(&p, 'y'), PROMPT_DONE);
	prompt_open(&p, PROMPT_CHOICE, STR(""));
	assert_int_equal(prompt_key(&p, 'x'), PROMPT_OTHER);
	assert_int_equal(prompt_key(&p, KEYS_ENTER), PROMPT_IGNORED);
	assert_int_equal(prompt_key(&p, '2'), PROMPT_DONE);
	assert_string_equal(buf_text(&p.text), "2");
	assert_int_equal(prompt_key(&p, KEYS_ESC), PROMPT_CANCELLED);
	prompt_release(&p);
}

static void test_recall(void **state)
{
	struct prompt p;

	(void)state;
	prompt_init(&p);
	prompt_open(&p, PROMPT_COMMAND, STR(""));
	type(&p, "cert");
	assert_int_equal(prompt_key(&p, KEYS_ENTER), PROMPT_DONE);
	prompt_open(&p, PROMPT_COMMAND, STR(""));
	assert_int_equal(prompt_key(&p, KEYS_UP), PROMPT_CHANGED);
	assert_string_equal(buf_text(&p.text), "cert");
	prompt_release(&p);
}

static void test_history(void **state)
{
	struct prompt p;
	char text[16];

	(void)state;
	prompt_init(&p);
	prompt_remember(&p, PROMPT_FILTER, "a");
	prompt_remember(&p, PROMPT_FILTER, "b");
	prompt_remember(&p, PROMPT_FILTER, "");
	prompt_remember(&p, PROMPT_FILTER, "a"); /* moves to the end */
	prompt_open(&p, PROMPT_FILTER, STR(""));
	type(&p, "draft");
	assert_int_equal(prompt_key(&p, KEYS_DOWN), PROMPT_IGNORED);
	prompt_key(&p, KEYS_UP);
	assert_string_equal(buf_text(&p.text), "a");
	prompt_key(&p, KEYS_UP);
	assert_string_equal(buf_text(&p.text), "b");
	assert_int_equal(prompt_key(&p, KEYS_UP), PROMPT_IGNORED);
	prompt_key(&p, KEYS_DOWN);
	prompt_key(&p, KEYS_DOWN);
	assert_string_equal(buf_text(&p.text), "draft");
	for (int i = 0; i < PROMPT_HISTORY + 5; i++) {
		snprintf(text, sizeof(text), "%d", i);
		prompt_remember(&p, PROMPT_COMMAND, text);
	}
	assert_int_equal(p.history[PROMPT_COMMAND].count, PROMPT_HISTORY);
	assert_string_equal(p.history[PROMPT_COMMAND].items[0], "5");
	prompt_release(&p);
}

/* What is wrong is not worth remembering. */
static void test_errors_are_not_kept(void **state)
{
	struct prompt p;

	(void)state;
	prompt_init(&p);
	prompt_open(&p, PROMPT_FILTER, STR("a("));
	prompt_set_error(&p, "missing )", 2);
	prompt_key(&p, KEYS_ENTER);
	assert_int_equal(p.history[PROMPT_FILTER].count, 0);
	prompt_release(&p);
}

static void test_complete(void **state)
{
	struct prompt p;

	(void)state;
	prompt_init(&p);
	prompt_open(&p, PROMPT_COMMAND, STR("ns pay x"));
	prompt_key(&p, KEYS_LEFT);
	prompt_key(&p, KEYS_LEFT);
	prompt_complete(&p, 3, STR("payments"));
	assert_string_equal(buf_text(&p.text), "ns payments x");
	assert_int_equal(p.at, 11);
	prompt_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_editing),
		cmocka_unit_test(test_controls_stay_out),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_recall),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_errors_are_not_kept),
		cmocka_unit_test(test_complete),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
