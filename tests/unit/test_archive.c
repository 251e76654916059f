#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>

#include "base/mem.h"
#include "base/wake.h"
#include "base/worker.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/labels.h"
#include "cache/nursery.h"
#include "cache/root.h"
#include "kube/object.h"

static char *make_json(unsigned i, size_t *ret_len)
{
	char *text =
		mem_printf("{\"kind\":\"Widget\",\"metadata\":{\"name\":\"widget-%u\",\"labels\":"
			   "{\"app\":\"app-%u\",\"team\":\"payments\"}},\"spec\":{\"replicas\":%u,"
			   "\"image\":\"registry.example.com/team/app-%u:v1.%u\"}}",
			i, i % 7, i * 31 % 10, i % 13, i);

	*ret_len = strlen(text);
	return text;
}

static void test_pack(void **state)
{
	struct text_reader *reader = text_reader_new();
	struct packer *packer = packer_new();
	size_t sizes[64], used = 0, len;
	char *samples = mem_alloc(64 * 1024);
	struct dict *dict;

	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		char *json = make_json(i, &sizes[i]);

		memcpy(samples + used, json, sizes[i]);
		used += sizes[i];
		free(json);
	}
	assert_null(dict_train(samples, sizes, 3));
	dict = dict_train(samples, sizes, 64);
	for (unsigned i = 0; i < 200; i++) {
		char *json = make_json(i, &len);
		struct text *text = packer_pack(packer, str_make(json, len), i % 2 ? dict : NULL);
		struct str back = text_read(reader, text);

		assert_int_equal(back.len, len);
		assert_memory_equal(back.p, json, len);
		if (i % 2 && dict)
			assert_true(text->len < len / 2);
		free(text);
		free(json);
	}
	dict_free(dict);
	free(samples);
	packer_free(packer);
	text_reader_free(reader);
}

struct world {
	struct roots *roots;
	struct retire *retire;
	struct labels *labels;
	struct worker *worker;
	struct nursery *nursery;
	struct wake wake;
};

static void ring(void *arg)
{
	wake_ring(arg);
}

static void publish(struct world *w)
{
	roots_publish(w->roots, mem_zalloc(sizeof(struct root)));
	retire_run(w->retire);
}

/* Waits until the worker has handed everything back. */
static void settle(struct world *w, size_t bytes)
{
	struct pollfd pfd = { .fd = w->wake.fd, .events = POLLIN };

	while (nursery_bytes(w->nursery) > bytes) {
		poll(&pfd, 1, 10);
		wake_clear(&w->wake);
		nursery_run(w->nursery);
		publish(w);
	}
}

static void open_world(struct world *w)
{
	w->roots = roots_new();
	w->retire = roots_retire(w->roots);
	w->labels = labels_new(w->retire, LABELS_PAIRS_MAX);
	w->worker = worker_new();
	wake_init(&w->wake);
	w->nursery = nursery_new(w->worker, w->retire, ring, &w->wake);
}

static void close_world(struct world *w)
{
	worker_free(w->worker);
	roots_free(w->roots);
	labels_free(w->labels);
	nursery_free(w->nursery);
	wake_release(&w->wake);
}

static struct entry *add(struct world *w, struct shelf *shelf, const char *json, size_t len)
{
	struct object o = { .name = STR("x") };
	struct text *text = nursery_add(w->nursery, shelf, str_make(json, len), false);
	struct entry *e =
		entry_new(&o, &(struct entry_facts){ .ns = STR("") }, w->labels, text, NULL);

	nursery_own(text, e);
	return e;
}

/* More than the nursery holds, half of it dropped again: the rest comes back
 * compressed and true, and the blocks are given back. */
static void test_nursery(void **state)
{
	enum {
		COUNT = 300000
	};
	struct entry **entries = mem_zalloc(COUNT * sizeof(*entries));
	struct text_reader *reader = text_reader_new();
	struct world w;
	struct shelf *shelf;
	size_t len, most = 0;

	(void)state;
	open_world(&w);
	shelf = nursery_shelf(w.nursery, STR("widgets.example.com"));
	assert_ptr_equal(nursery_shelf(w.nursery, STR("widgets.example.com")), shelf);
	for (unsigned i = 0; i < COUNT; i++) {
		char *json = make_json(i, &len);

		entries[i] = add(&w, shelf, json, len);
		free(json);
		if (i % 2) {
			nursery_drop(w.nursery, shelf, atomic_load(&entries[i]->text));
			entry_free(entries[i], w.labels);
			entries[i] = NULL;
		}
		if (i % 1000 == 0) {
			nursery_run(w.nursery);
			publish(&w);
		}
		most = most > nursery_bytes(w.nursery) ? most : nursery_bytes(w.nursery);
	}
	assert_true(most <= NURSERY_MAX + ((size_t)4 << 20));
	settle(&w, (size_t)1 << 20);
	assert_true(nursery_has_spare(w.nursery));
	nursery_shrink(w.nursery); /* what was needed last has only just become empty */
	nursery_shrink(w.nursery);
	assert_false(nursery_has_spare(w.nursery));
	for (unsigned i = 0; i < COUNT; i += 2) {
		char *json = make_json(i, &len);
		struct str text = text_read(reader, atomic_load(&entries[i]->text));

		assert_int_equal(text.len, len);
		assert_memory_equal(text.p, json, len);
		if (i < COUNT / 2)
			assert_int_equal(atomic_load(&entries[i]->text)->form, TEXT_PACKED);
		nursery_drop(w.nursery, shelf, atomic_load(&entries[i]->text));
		entry_free(entries[i], w.labels);
		free(json);
	}
	text_reader_free(reader);
	close_world(&w);
	free(entries);
}

/* A reader that holds an old root may go on reading what it found there. */
static void test_pinned_text_stays(void **state)
{
	struct world w;
	struct root_reader *pin;
	struct shelf *shelf;
	struct entry *e;
	const struct text *text;
	char large[2000];

	(void)state;
	open_world(&w);
	shelf = nursery_shelf(w.nursery, STR("a"));
	pin = root_reader_new(w.roots, NULL);
	publish(&w);
	e = add(&w, shelf, "{\"a\":1}", 7);
	publish(&w);
	root_pin(pin);
	text = atomic_load(&e->text);
	memset(large, 'x', sizeof(large));
	for (int i = 0; i < 2000; i++) {
		struct entry *other = add(&w, shelf, large, sizeof(large));

		nursery_drop(w.nursery, shelf, atomic_load(&other->text));
		entry_free(other, w.labels);
	}
	while (atomic_load(&e->text) == text) {
		nursery_run(w.nursery);
		publish(&w);
	}
	assert_memory_equal(text->bytes, "{\"a\":1}", 7);
	root_unpin(pin);
	settle(&w, (size_t)1 << 20);
	root_reader_free(pin);
	nursery_drop(w.nursery, shelf, atomic_load(&e->text));
	entry_free(e, w.labels);
	close_world(&w);
}

static void test_large_text(void **state)
{
	size_t len = (size_t)1500 << 10;
	char *json = mem_alloc(len);
	struct world w;
	struct shelf *shelf;
	struct entry *e, *small;

	(void)state;
	memset(json, 'j', len);
	open_world(&w);
	shelf = nursery_shelf(w.nursery, STR("a"));
	e = add(&w, shelf, json, len);
	small = add(&w, shelf, "{}", 2);
	assert_int_equal(atomic_load(&e->text)->raw_len, len);
	settle(&w, (size_t)1 << 20);
	assert_int_equal(atomic_load(&e->text)->form, TEXT_PACKED);
	nursery_drop(w.nursery, shelf, atomic_load(&e->text));
	nursery_drop(w.nursery, shelf, atomic_load(&small->text));
	entry_free(e, w.labels);
	entry_free(small, w.labels);
	close_world(&w);
	free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pack),
		cmocka_unit_test(test_nursery),
		cmocka_unit_test(test_pinned_text_stays),
		cmocka_unit_test(test_large_text),
	};

	return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
