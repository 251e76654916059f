#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "ui/term/keys.h"

#define MAX_KEYS 16

/* Feeds bytes, all at once or one by one, and collects the keys. */
static size_t keys_of(const char *bytes, size_t n, bool one_by_one, uint32_t out[MAX_KEYS])
{
	struct key_event event;
	struct keys keys;
	size_t count = 0;
	int wait;

	keys_init(&keys, NULL, 0);
	for (size_t i = 0; i < n; i += one_by_one ? 1 : n) {
		keys_feed(&keys, bytes + i, one_by_one ? 1 : n);
		while (keys_next(&keys, false, &event, &wait)) {
			assert_int_equal(event.type, KEY_TYPE_KEY);
			assert_true(count < MAX_KEYS);
			out[count++] = event.key;
		}
	}
	while (keys_next(&keys, true, &event, &wait))
		out[count++] = event.key;
	keys_release(&keys);
	return count;
}

static void check(const char *bytes, uint32_t key)
{
	for (int one = 0; one < 2; one++) {
		uint32_t out[MAX_KEYS];
		size_t n = keys_of(bytes, strlen(bytes), one, out);

		if (n != (key ? 1 : 0) || (key && out[0] != key))
			fail_msg("%s%s: %zu keys, first %x, not %x", one ? "one by one: " : "",
				bytes[0] == '\033' ? bytes + 1 : bytes, n, n ? out[0] : 0, key);
	}
}

static void test_known(void **state)
{
	(void)state;
	check("a", 'a');
	check("\xc3\xa9", 0xe9);
	check("\r", KEYS_ENTER);
	check("\n", KEYS_ENTER);
	check("\t", KEYS_TAB);
	check("\x7f", KEYS_BACKSPACE);
	check("\x06", 'f' | KEYS_CTRL);
	check("\x1c", '\\' | KEYS_CTRL);
	check("\033", KEYS_ESC);
	check("\033[A", KEYS_UP);
	check("\033OB", KEYS_DOWN);
	check("\033[1;2D", KEYS_LEFT | KEYS_SHIFT);
	check("\033[1;5C", KEYS_RIGHT | KEYS_CTRL);
	check("\033[d", KEYS_LEFT | KEYS_SHIFT);
	check("\033Od", KEYS_LEFT | KEYS_CTRL);
	check("\033[5~", KEYS_PAGE_UP);
	check("\033[6;3~", KEYS_PAGE_DOWN | KEYS_ALT);
	check("\033[7$", KEYS_HOME | KEYS_SHIFT);
	check("\033[8^", KEYS_END | KEYS_CTRL);
	check("\033[Z", KEYS_TAB | KEYS_SHIFT);
	check("\033[[A", KEYS_F1);
	check("\033[24~", KEYS_F12);
	check("\033[27;5;102~", 'f' | KEYS_CTRL);
	check("\033[102;5u", 'f' | KEYS_CTRL);
}

/* Whole or not at all: none of these may leave a key behind. */
static void test_unknown_is_swallowed(void **state)
{
	char bytes[64];

	(void)state;
	check("\033[?1;2c", 0);
	check("\033[>41;354;0c", 0);
	check("\033[I", 0);
	check("\033]11;rgb:0000/0000/0000\033\\", 0);
	check("\033]11;rgb:0000/0000/0000\007", 0);
	check("\033P1$r0m\033\\", 0);
	check("\033[?2026;2$y", 0);
	check("\033[M #!", 0);
	check("\033[<35;10;10M", 0);
	check("\033[;;;;;;;;;;~", 0);
	check("\033[99999999999999999999~", 0);
	check("\033[1;2", 0);
	for (int final = 0x40; final <= 0x7e; final++) {
		snprintf(bytes, sizeof(bytes), "\033[59;9;9%c", final);
		if (strchr("ABCDHFPQRSZabcdu", final))
			continue;
		check(bytes, 0);
		snprintf(bytes, sizeof(bytes), "\033O%c", final);
		if (!strchr("ABCDHFPQRSZMabcd", final))
			check(bytes, 0);
	}
}

static void test_stream(void **state)
{
	const char *bytes = "j\033[Bk\033[?1;2cG\033OA";
	const uint32_t expected[] = { 'j', KEYS_DOWN, 'k', 'G', KEYS_UP };
	uint32_t out[MAX_KEYS];

	(void)state;
	for (int one = 0; one < 2; one++) {
		assert_int_equal(keys_of(bytes, strlen(bytes), one, out), 5);
		assert_memory_equal(out, expected, sizeof(expected));
	}
}

/* Escape and a key typed soon after it are two keys, as over a slow line. */
static void test_escape_and_a_key(void **state)
{
	const uint32_t expected[] = { KEYS_ESC, ':', KEYS_ESC, KEYS_UP, KEYS_ESC, 0xe9 };
	uint32_t out[MAX_KEYS];

	(void)state;
	assert_int_equal(keys_of("\033:\033\033[A\033\xc3\xa9", 9, false, out), 6);
	assert_memory_equal(out, expected, sizeof(expected));
	assert_int_equal(keys_of("\033X", 2, false, out), 2);
	assert_int_equal(out[1], 'X');
}

static void test_escape_waits(void **state)
{
	struct key_event event;
	struct keys keys;
	int wait;

	(void)state;
	keys_init(&keys, NULL, 0);
	keys_feed(&keys, "\033", 1);
	assert_false(keys_next(&keys, false, &event, &wait));
	assert_int_equal(wait, KEYS_ESC_MS);
	assert_true(keys_next(&keys, true, &event, &wait));
	assert_int_equal(event.key, KEYS_ESC);
	keys_feed(&keys, "\033\033", 2);
	assert_true(keys_next(&keys, true, &event, &wait));
	assert_true(keys_next(&keys, true, &event, &wait));
	assert_false(keys_next(&keys, true, &event, &wait));
	keys_release(&keys);
}

static void test_terminfo_names(void **state)
{
	const struct key_name names[] = { { "\033[11h", KEYS_HOME }, { "\033A", KEYS_UP } };
	struct key_event event;
	struct keys keys;
	int wait;

	(void)state;
	keys_init(&keys, names, 2);
	keys_feed(&keys, "\033[11h\033A", 7);
	assert_true(keys_next(&keys, false, &event, &wait));
	assert_int_equal(event.key, KEYS_HOME);
	assert_true(keys_next(&keys, false, &event, &wait));
	assert_int_equal(event.key, KEYS_UP);
	keys_release(&keys);
}

static void test_paste(void **state)
{
	const char *bytes = "\033[200~q:\033[Ax\033[201~z";
	struct key_event event;
	struct keys keys;
	int wait;

	(void)state;
	keys_init(&keys, NULL, 0);
	for (const char *p = bytes; *p; p++) {
		keys_feed(&keys, p, 1);
		if (keys_next(&keys, false, &event, &wait))
			break;
	}
	assert_int_equal(event.type, KEY_TYPE_PASTE);
	assert_true(str_is(event.paste, "q:\033[Ax"));
	keys_feed(&keys, "z", 1);
	assert_true(keys_next(&keys, false, &event, &wait));
	assert_int_equal(event.key, 'z');
	keys_release(&keys);
}

static void test_mouse(void **state)
{
	struct key_event event;
	struct keys keys;
	int wait;

	(void)state;
	keys_init(&keys, NULL, 0);
	keys_feed(&keys, "\033[<0;12;5M", 10);
	assert_true(keys_next(&keys, false, &event, &wait));
	assert_int_equal(event.type, KEY_TYPE_CLICK);
	assert_int_equal(event.x, 11);
	assert_int_equal(event.y, 4);
	keys_feed(&keys, "\033[<0;12;5m\033[<65;1;1M", 20);
	assert_true(keys_next(&keys, false, &event, &wait));
	assert_int_equal(event.type, KEY_TYPE_WHEEL);
	assert_int_equal(event.by, 1);
	keys_release(&keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_unknown_is_swallowed),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_escape_and_a_key),
		cmocka_unit_test(test_escape_waits),
		cmocka_unit_test(test_terminfo_names),
		cmocka_unit_test(test_paste),
		cmocka_unit_test(test_mouse),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
