#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "ui/keys.h"
#include "ui/prompt.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_editing),
		cmocka_unit_test(test_controls_stay_out),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_recall),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
