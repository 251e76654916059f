/*
 * A monkey at the keyboard: random keys, pastes, sequences that no terminal
 * sends, clicks and resizes, while the embedded cluster's story goes on. Nothing
 * may end or hang, and what stands on the screen at last is what a fresh drawing
 * of it gives.
 *
 * CRWATCH_MONKEY_SEED and CRWATCH_MONKEY_KEYS choose another run; the seed is
 * printed. Keys that end, stop, save or copy are left out.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "screen/harness.h"

#define KEYS	  10000
#define BURST_MAX 24
#define MS	  INT64_C(1000000)
#define S	  INT64_C(1000000000)
#define MOST_ROWS 60
#define MOST_COLS 200

/* splitmix64, as the embedded cluster's. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static unsigned below(uint64_t *state, unsigned n)
{
	return (unsigned)(next_random(state) % n);
}

/* q asks to quit, : may spell a command that ends, c n Y and ctrl-s copy and save,
 * e s are to be writing actions. */
static const char letters[] = "abdfghijklmoprtuvwxzABCDEFGHIJKLMNOPQRSTUVWXZ0123456789"
			      "/?!,.<>[]+-*#=()| \r\t\x7f\x1b";

static const char *const sequences[] = { "\033[A", "\033[B", "\033[C", "\033[D", "\033OA", "\033OB",
	"\033[H", "\033[F", "\033[5~", "\033[6~", "\033[3~", "\033[Z", "\033[1;2C", "\033[1;2D",
	"\033[1;5A", "\033OP", "\033[15~", "\033[99;99;99z", "\033[?1;2c", "\033O~",
	"\033[200~pasted text\033[201~", "\033[200~a\nb\033[31m\033[201~", "\033[<64;10;10M",
	"\033[<65;10;10M", "\033[M", "\xc3", "\xe2\x9c\x93", "\xff\xfe", "\033]0;x\007",
	"\033P+q\033\\" };

static const char *const commands[] = { ":problems\r", ":crds\r", ":stats\r", ":log\r",
	":namespaces\r", ":contexts\r\033", ":tree\r", ":events\r", ":certificates\r",
	":ns payments edge\r", ":ns all\r", ":databases -l team=payments\r", ":theme light\r",
	":theme dark\r", ":nosuch\r", ":access\r", ":mouse\r", ":help\r", ":k8s-events off\r",
	":k8s-events on\r", ":wid\033", ":\t\033" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What was typed last, for whoever wants to know why it went wrong. */
#define LAST 400

static char last[LAST];
static size_t n_last;

static void keep(const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		last[n_last++ % LAST] = bytes[i];
}

static void type(struct screen *screen, const char *bytes, size_t n)
{
	keep(bytes, n);
	screen_send(screen, bytes, n);
}

static void type_z(struct screen *screen, const char *keys)
{
	type(screen, keys, strlen(keys));
}

static int print_last(void **state)
{
	size_t from = n_last > LAST ? n_last - LAST : 0;

	(void)state;
	if (!n_last)
		return 0;
	fputs("the last keys: ", stderr);
	for (size_t i = from; i < n_last; i++) {
		unsigned char c = (unsigned char)last[i % LAST];

		fprintf(stderr, c >= ' ' && c < 0x7f ? "%c" : "<%02x>", c);
	}
	fputc('\n', stderr);
	return 0;
}

/* One act of the monkey. */
static void act(struct screen *screen, uint64_t *seed)
{
	char bytes[32];

	switch (below(seed, 20)) {
	case 0:
		type_z(screen, sequences[below(seed, COUNT(sequences))]);
		break;
	case 1:
		if (below(seed, 4) == 0) {
			/* what is typed now belongs to no prompt that is open */
			type_z(screen, "\033");
			screen_settle(screen);
			type_z(screen, "\033");
			screen_settle(screen);
			type_z(screen, commands[below(seed, COUNT(commands))]);
		}
		break;
	case 2:
		snprintf(bytes, sizeof(bytes), "\033[<0;%u;%uM", 1 + below(seed, MOST_COLS),
			1 + below(seed, MOST_ROWS));
		type_z(screen, bytes);
		break;
	case 3: /* ctrl-a to ctrl-z but c, q, s, z's like */
		bytes[0] = "\x01\x02\x04\x05\x06\x0b\x0c\x0e\x12\x14\x15\x17\x1a"[below(seed, 13)];
		type(screen, bytes, 1);
		break;
	default:
		bytes[0] = letters[below(seed, sizeof(letters) - 1)];
		type(screen, bytes, 1);
		break;
	}
}

static void resize(struct screen *screen, uint64_t *seed)
{
	static const int sizes[][2] = { { 24, 80 }, { 40, 120 }, { 60, 200 }, { 10, 40 }, { 5, 20 },
		{ 30, 111 }, { 12, 90 }, { 1, 1 } };
	const int *size = sizes[below(seed, COUNT(sizes))];

	screen_resize(screen, size[0], size[1]);
}

struct picture {
	struct screen_cell cells[MOST_ROWS][MOST_COLS];
};

static void take_picture(struct screen *screen, struct picture *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (int row = 0; row < 40; row++) {
		for (int col = 0; col < 120; col++)
			screen_cell(screen, row, col, &ret->cells[row][col]);
	}
}

/* What the picture has of a row. */
static void print_row(const struct picture *picture, int row)
{
	for (int col = 0; col < 120; col++)
		fputs(picture->cells[row][col].text, stderr);
	fputc('\n', stderr);
}

/* A drawing from nothing has no other cells. */
static void check_fresh(struct screen *screen, int64_t *clock)
{
	static struct picture before, after;

	screen_resize(screen, 40, 120);
	screen_type(screen, "\033[A"); /* ends a sequence that may have begun */
	/* ages are drawn anew on whole seconds */
	screen_advance(screen, S - *clock % S);
	*clock += S - *clock % S;
	take_picture(screen, &before);
	screen_type(screen, "\014"); /* ctrl-l */
	screen_settle(screen);
	take_picture(screen, &after);
	for (int row = 0; row < 40; row++) {
		for (int col = 0; col < 120; col++) {
			if (!memcmp(&before.cells[row][col], &after.cells[row][col],
				    sizeof(struct screen_cell)))
				continue;
			screen_dump(screen, stderr);
			print_row(&before, row);
			fail_msg("row %d, column %d: \"%s\", drawn anew \"%s\"", row, col,
				before.cells[row][col].text, after.cells[row][col].text);
		}
	}
}

static uint64_t number(const char *name, uint64_t preset)
{
	const char *text = getenv(name);
	int64_t value;

	return text && str_to_i64(str_of(text), &value) == 0 ? (uint64_t)value : preset;
}

static void test_monkey(void **state)
{
	static const char *const args[] = { "--demo", "--demo-rate", "20", NULL };
	static const char *const env[] = { "HOME=", "DISPLAY=", "WAYLAND_DISPLAY=", "TMUX=", NULL };
	uint64_t seed = number("CRWATCH_MONKEY_SEED", 1);
	uint64_t keys = number("CRWATCH_MONKEY_KEYS", KEYS);
	int64_t clock = 0, step;
	struct screen *screen = screen_start(&(struct screen_options){
		.rows = 40, .cols = 120, .args = args, .env = env, .clock = true });

	(void)state;
	print_message("monkey: seed %" PRIu64 "\n", seed);
	screen_expect(screen, "kinds");
	for (uint64_t typed = 0; typed < keys;) {
		unsigned burst = 1 + below(&seed, BURST_MAX);

		for (unsigned i = 0; i < burst; i++)
			act(screen, &seed);
		typed += burst;
		if (below(&seed, 40) == 0)
			resize(screen, &seed);
		step = (int64_t)below(&seed, 300) * MS;
		screen_advance(screen, step);
		clock += step;
		if (below(&seed, 50) == 0)
			check_fresh(screen, &clock);
	}
	check_fresh(screen, &clock);
	/* three times nothing, then the way out */
	screen_type(screen, "\033");
	screen_settle(screen);
	screen_type(screen, "\033");
	screen_settle(screen);
	screen_type(screen, "\003");
	assert_int_equal(screen_wait_exit(screen), 0);
	screen_free(screen);
	n_last = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_monkey, print_last),
	};

	return cmocka_run_group_tests_name("monkey", tests, NULL, NULL);
}
