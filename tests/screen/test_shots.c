/*
 * The pictures in screenshots/: the real binary on its embedded cluster, at a fixed
 * seed and clock. Fails when they are out of date; `make screenshots` makes them
 * anew (SHOTS=write).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "json/doc.h"
#include "json/emit.h"
#include "screen/harness.h"
#include "screen/svg.h"

#define ROWS	40
#define COLS	132
#define STEP	(INT64_C(500) * 1000000)
#define SVG_MAX ((size_t)16 << 20)

static bool writing(void)
{
	const char *mode = getenv("SHOTS");

	return mode && strcmp(mode, "write") == 0;
}

static char *path_of(const char *name)
{
	return mem_printf("%s/%s", SCREENSHOTS, name);
}

static void write_file(const char *name, const struct buf *text)
{
	char *path = path_of(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text->data, 1, text->len, file), text->len);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static void read_file(const char *name, struct buf *out)
{
	char *path = path_of(name);
	FILE *file = fopen(path, "r");
	char *room;
	size_t n;

	if (!file)
		fail_msg("there is no %s: make screenshots", path);
	while ((room = buf_room(out, 65536)) && (n = fread(room, 1, 65536, file)) > 0)
		buf_added(out, n);
	fclose(file);
	free(path);
}

/* Cells, not bytes: what stands in the lines of texts, rectangles and rulers. */
static bool next_cells(struct str *rest, struct str *ret)
{
	while (rest->p && rest->len > 0) {
		*ret = str_cut(rest, '\n');
		if (str_starts(*ret, STR("<text")) || str_starts(*ret, STR("<path")) ||
			str_starts(*ret, STR("<rect x")))
			return true;
	}
	return false;
}

/* How many digits a figure of changes a second has here; 0: it is none. */
static size_t rate_at(struct str line, size_t at)
{
	size_t n = 0;

	while (at + n < line.len && line.p[at + n] >= '0' && line.p[at + n] <= '9')
		n++;
	return n && at + n + 1 < line.len && memcmp(line.p + at + n, "/s", 2) == 0 ? n : 0;
}

/* Whether a change that comes at a whole second is counted in that second depends on
 * which thread is first: that figure may differ. */
static bool same_cells(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	while (i < a.len && k < b.len) {
		size_t in_a = rate_at(a, i), in_b = rate_at(b, k);

		if (in_a && in_b) {
			i += in_a;
			k += in_b;
		} else if (a.p[i++] != b.p[k++]) {
			return false;
		}
	}
	return i == a.len && k == b.len;
}

static void compare(const char *name, const struct buf *now)
{
	struct buf kept = BUF_INIT(SVG_MAX);
	struct str old_rest, new_rest, old_line, new_line;
	bool old_more, new_more;

	read_file(name, &kept);
	old_rest = buf_str(&kept);
	new_rest = buf_str(now);
	do {
		old_more = next_cells(&old_rest, &old_line);
		new_more = next_cells(&new_rest, &new_line);
		if (old_more != new_more || (old_more && !same_cells(old_line, new_line)))
			fail_msg("%s is out of date (make screenshots): it has\n" STR_FMT
				 "\nbut the program shows\n" STR_FMT,
				name, old_more ? (int)old_line.len : 0, old_line.p,
				new_more ? (int)new_line.len : 0, new_line.p);
	} while (old_more);
	buf_release(&kept);
}

static struct screen *start(bool light)
{
	static const char *const dark_args[] = { "--demo", NULL };
	static const char *const light_args[] = { "--demo", "--theme", "light", NULL };
	struct screen_options options = {
		.rows = ROWS, .cols = COLS, .clock = true, .args = light ? light_args : dark_args
	};
	struct screen *screen = screen_start(&options);

	screen_expect(screen, "live");
	screen_settle(screen);
	return screen;
}

static void play(struct screen *screen, int seconds)
{
	for (int i = 0; i < 2 * seconds; i++)
		screen_advance(screen, STEP);
}

/* Keys, one after the other, each settled. */
static void press(struct screen *screen, const char *keys)
{
	for (; *keys; keys++) {
		screen_send(screen, keys, 1);
		screen_settle(screen);
	}
	screen_advance(screen, STEP);
}

static void shoot(struct screen *screen, const char *name, bool light)
{
	struct buf svg = BUF_INIT(SVG_MAX);

	screen_settle(screen);
	svg_draw(screen, ROWS, COLS, light, &svg);
	if (writing())
		write_file(name, &svg);
	else
		compare(name, &svg);
	buf_release(&svg);
}

/* Where the broken certificate is. */
static void go_to_certificate(struct screen *screen)
{
	press(screen, ":certificate\r");
	screen_expect(screen, "pay-gateway-tls");
	press(screen, "qlj");
}

static void shoot_main(const char *name, bool light)
{
	struct screen *screen = start(light);

	play(screen, 20);
	go_to_certificate(screen);
	play(screen, 2);
	shoot(screen, name, light);
	screen_free(screen);
}

static void test_main(void **state)
{
	(void)state;
	shoot_main("main.svg", false);
}

static void test_main_light(void **state)
{
	(void)state;
	shoot_main("main-light.svg", true);
}

static void shoot_keys(const char *name, const char *keys)
{
	struct screen *screen = start(false);

	play(screen, 20);
	press(screen, keys);
	shoot(screen, name, false);
	screen_free(screen);
}

static void test_detail(void **state)
{
	(void)state;
	shoot_keys("detail.svg", ":certificate\rq/pay-gateway\rjf");
}

static void test_table(void **state)
{
	(void)state;
	shoot_keys("table.svg", ":certificate\rS  ");
}

static void test_describe(void **state)
{
	(void)state;
	shoot_keys("describe.svg", ":certificate\r/pay-gateway\rjd");
}

static void test_problems(void **state)
{
	(void)state;
	shoot_keys("problems.svg", ":problems\r");
}

static void test_events(void **state)
{
	(void)state;
	shoot_keys("events.svg", ":events\r");
}

static void test_filter(void **state)
{
	(void)state;
	shoot_keys("filter.svg", "/-l team=payments\r");
}

static void test_help(void **state)
{
	(void)state;
	shoot_keys("help.svg", "?");
}

/* ---- the first twenty seconds, as an asciicast (version 2) ---- */

#define CAST_STEP  (INT64_C(250) * 1000000)
#define CAST_STEPS 80

/* What is pressed, and at which step. */
static const struct {
	int step;
	const char *keys;
} cast_keys[] = {
	{ 24, ":" },
	{ 25, "cert" },
	{ 26, "ificate" },
	{ 27, "\r" },
	{ 30, "l" },
	{ 34, "j" },
	{ 35, "j" },
	{ 36, "j" },
	{ 37, "j" },
	{ 38, "j" },
	{ 39, "j" },
	{ 40, "j" },
	{ 44, "\t" },
	{ 48, "/" },
	{ 49, "False" },
	{ 50, "\r" },
	{ 58, "\033" },
	{ 60, "\t" },
	{ 64, ":" },
	{ 65, "events" },
	{ 66, "\r" },
	{ 70, "f" },
};

static void press_at(struct screen *screen, int step)
{
	for (size_t i = 0; i < sizeof(cast_keys) / sizeof(*cast_keys); i++) {
		for (const char *k = cast_keys[i].step == step ? cast_keys[i].keys : ""; *k; k++) {
			screen_send(screen, k, 1);
			screen_settle(screen);
		}
	}
}

/* A line for what was written since *at. */
static void add_frame(struct screen *screen, double time, size_t *at, struct buf *out)
{
	size_t n;
	const char *all = screen_output(screen, &n);

	if (n == *at)
		return;
	buf_addf(out, "[%.2f, \"o\", ", time);
	emit_string(str_make(all + *at, n - *at), out);
	buf_addz(out, "]\n");
	*at = n;
}

static struct screen *record(struct buf *out)
{
	struct screen *screen = start(false);
	size_t at = 0;

	buf_addf(out,
		"{\"version\": 2, \"width\": %d, \"height\": %d, \"title\": \"crwatch --demo\"}\n",
		COLS, ROWS);
	for (int step = 0; step < CAST_STEPS; step++) {
		press_at(screen, step);
		add_frame(screen, step * 0.25, &at, out);
		screen_advance(screen, CAST_STEP);
	}
	add_frame(screen, CAST_STEPS * 0.25, &at, out);
	return screen;
}

/* The kept recording ends with the cells that the program shows now. */
static void compare_cast(const char *name, struct screen *screen)
{
	struct buf kept = BUF_INIT(SVG_MAX), now = BUF_INIT(SVG_MAX), then = BUF_INIT(SVG_MAX);
	struct screen *player = screen_player(ROWS, COLS);
	struct str rest;

	read_file(name, &kept);
	rest = buf_str(&kept);
	str_cut(&rest, '\n');
	while (rest.p && rest.len > 0) {
		struct doc *line = doc_parse(str_cut(&rest, '\n'), NULL);
		const char *bytes = doc_text(doc_item(line, 2));

		assert_non_null(bytes);
		screen_feed(player, bytes, strlen(bytes));
		doc_free(line);
	}
	svg_draw(screen, ROWS, COLS, false, &now);
	svg_draw(player, ROWS, COLS, false, &then);
	if (!str_eq(buf_str(&now), buf_str(&then)))
		fail_msg("%s is out of date (make screenshots)", name);
	screen_free(player);
	buf_release(&kept);
	buf_release(&now);
	buf_release(&then);
}

static void test_cast(void **state)
{
	struct buf cast = BUF_INIT(SVG_MAX);
	struct screen *screen = record(&cast);

	(void)state;
	if (writing())
		write_file("demo.cast", &cast);
	else
		compare_cast("demo.cast", screen);
	screen_free(screen);
	buf_release(&cast);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_main),
		cmocka_unit_test(test_main_light),
		cmocka_unit_test(test_detail),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_describe),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_cast),
	};

	return cmocka_run_group_tests_name("shots", tests, NULL, NULL);
}
