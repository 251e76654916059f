/* A server that sends without end: what stops it, and what is said then. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ---- bytes that grow when they are unpacked ---- */

struct bits {
	struct buf out;
	unsigned pending;
	unsigned n;
};

static void put_bits(struct bits *b, unsigned value, unsigned n)
{
	for (; n; n--, value >>= 1) {
		b->pending |= (value & 1) << b->n++;
		if (b->n < 8)
			continue;
		buf_addc(&b->out, (char)b->pending);
		b->pending = b->n = 0;
	}
}

/* Huffman codes stand with their first bit first. */
static void put_code(struct bits *b, unsigned code, unsigned n)
{
	while (n--)
		put_bits(b, code >> n & 1, 1);
}

static void put_literal(struct bits *b, unsigned char c)
{
	if (c < 144)
		put_code(b, 0x30u + c, 8);
	else
		put_code(b, 0x190u + c - 144, 9);
}

/* gzip of text, its last character many times more (RFC 1951: a match of 258 bytes
 * takes 13 bits). Its checksum is wrong: nobody may come so far. */
static char *bomb(const char *text, size_t size, size_t *ret_len)
{
	static const unsigned char head[10] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };
	struct bits b = { .out = BUF_INIT((size_t)8 << 20) };

	buf_add(&b.out, head, sizeof(head));
	put_bits(&b, 1, 1);
	put_bits(&b, 1, 2);
	for (const char *p = text; *p; p++)
		put_literal(&b, (unsigned char)*p);
	for (size_t n = 0; n < size; n += 258) {
		put_code(&b, 0xc5, 8);
		put_code(&b, 0, 5);
	}
	put_code(&b, 0, 7);
	put_bits(&b, 0, 7);
	buf_add(&b.out, "\0\0\0\0\0\0\0\0", 8);
	*ret_len = b.out.len;
	return buf_take(&b.out);
}

static void unpack(struct scene *sc, const char *text, const char *message)
{
	struct scene_options by_pages = { .pages = true };
	struct server_answer answer = { .headers = "Content-Encoding: gzip\n" };
	char *body;

	scene_open(sc, &by_pages);
	collection_put(world_kind(sc->world, "widgets"), "a", "x", NULL, NULL);
	collection_put(world_kind(sc->world, "others"), "a", "o", NULL, NULL);
	body = bomb(text, (size_t)256 << 20, &answer.body_len);
	assert_in_range(answer.body_len, 1, 3 << 20);
	answer.body = body;
	scene_answer(sc, WIDGETS, NULL, 0, &answer);
	free(body);
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_FAILING, message);
	scene_wait_state(sc, "others", KIND_SYNCED, "");
	scene_close(sc);
}

static void test_gzip(void **state)
{
	unpack(*state, "{\"kind\":\"WidgetList\",\"items\":[ ", "more than 1 MiB of blanks");
	unpack(*state, " ", "more than 1 MiB of blanks");
	unpack(*state, "{\"kind\":\"WidgetList\",\"items\":[{\"a\":\"b", "larger than 16 MiB");
	unpack(*state, "{\"kind\":\"WidgetList", "larger than 1 MiB");
	unpack(*state, "{\"kind\":\"WidgetList\",\"items\":[{\"a\":[", "nested too deep");
	unpack(*state, "0", "unexpected '0'");
}

/* ---- more than there can be ---- */

/* An error's text is not waited for past what is read of it. */
static void test_endless_error(void **state)
{
	struct scene_options by_pages = { .pages = true };
	struct scene *sc = *state;
	struct buf text = BUF_INIT(1 << 20);

	scene_open(sc, &by_pages);
	collection_put(world_kind(sc->world, "widgets"), "a", "x", NULL, NULL);
	while (text.len < 70 << 10)
		buf_addz(&text, "out of order ");
	scene_answer(sc, WIDGETS, NULL, 1,
		&(struct server_answer){ .status = 500, .stream = true, .body = buf_text(&text) });
	buf_release(&text);
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_FAILING, "out of order");
	scene_drive_state(sc, "widgets", KIND_SYNCED, 5);
}

static void test_objects(void **state)
{
	struct cluster_options options = { .objects_max = 3 };
	struct scene *sc = *state;
	struct collection *c;

	scene_open(sc, NULL);
	c = world_kind(sc->world, "widgets");
	collection_put(world_kind(sc->world, "others"), "a", "o", NULL, NULL);
	collection_put(c, "a", "x", NULL, NULL);
	collection_put(c, "a", "y", NULL, NULL);
	scene_start(sc, &options);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	collection_put(c, "a", "z", NULL, NULL);
	scene_wait_count(sc, "widgets", 3);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	collection_put(c, "b", "x", NULL, NULL);
	scene_wait_state(sc, "widgets", KIND_FAILING, "more than 3 objects of one kind");
	scene_wait_count(sc, "widgets", 3);
	scene_wait_state(sc, "others", KIND_SYNCED, "");
}

static void test_kinds(void **state)
{
	struct cluster_options options = { .kinds_max = 2 };
	struct scene *sc = *state;

	scene_open(sc, NULL);
	for (int i = 0; i < 4; i++) {
		char *plural = mem_printf("k%ds", i);

		collection_put(world_kind(sc->world, plural), "a", "x", NULL, NULL);
		free(plural);
	}
	scene_start(sc, &options);
	scene_wait_kinds(sc, 2);
	scene_let_stand(sc);
	assert_int_equal(scene_watches(sc), 2 + 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_gzip),
		scene_test(test_endless_error),
		scene_test(test_objects),
		scene_test(test_kinds),
	};

	return cmocka_run_group_tests_name(
		"ceilings", tests, scene_group_setup, scene_group_teardown);
}
