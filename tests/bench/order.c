/*
 * order - how long 100,000 rows take to be in an order: the first window, and each
 * turn after that in which 8 objects have changed, beside sorting anew each time;
 * and the cells of a wide table's visible rows. Prints a line for each figure:
 * what, then milliseconds.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/wake.h"
#include "base/worker.h"
#include "cache/archive.h"
#include "cache/cells.h"
#include "cache/entry.h"
#include "cache/lister.h"
#include "cluster_fixture.h"
#include "kube/columns.h"

#define OBJECTS	 100000
#define TURNS	 40
#define PER_TURN 8
#define VISIBLE	 50
#define WIDE	 20

#define COLUMNS                                                                                    \
	"[{\"name\":\"Word\",\"type\":\"string\",\"jsonPath\":\".spec.word\"},"                    \
	"{\"name\":\"Size\",\"type\":\"string\",\"jsonPath\":\".spec.size\"},"                     \
	"{\"name\":\"Ready\",\"type\":\"string\",\"jsonPath\":"                                    \
	"\".status.conditions[?(@.type=='Ready')].status\"},"                                      \
	"{\"name\":\"Renewal\",\"type\":\"date\",\"jsonPath\":\".status.renewal\"},"               \
	"{\"name\":\"Age\",\"type\":\"date\",\"jsonPath\":\".metadata.creationTimestamp\"}]"

struct bench {
	struct fixture f;
	struct fixture_kind *kind;
	struct worker *worker;
	struct wake wake;
	struct cells *cells;
	const struct root *root;
};

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void put(struct bench *b, unsigned n)
{
	char ns[20], name[40], metadata[200], rest[700];
	struct entry *e;

	snprintf(ns, sizeof(ns), "apps-%02u", n % 20);
	snprintf(name, sizeof(name), "object-%06u", n);
	snprintf(metadata, sizeof(metadata),
		"\"uid\":\"u-%u\",\"labels\":{\"app\":\"web\"},\"creationTimestamp\":"
		"\"2026-0%u-1%uT0%u:%02u:%02uZ\"",
		n, n % 9 + 1, n % 10, n % 7, n % 60, n % 59);
	snprintf(rest, sizeof(rest),
		"\"spec\":{\"word\":\"word of %d letters\",\"size\":\"%dMi\",\"template\":{\"text\":"
		"\"some two hundred bytes that nobody asks for, as most bytes of an object are, "
		"and that have to be walked over all the same when the status behind them is to "
		"be read by whoever wants it\"}},\"status\":{\"phase\":\"%s\",\"renewal\":"
		"\"2027-0%u-11T00:00:00Z\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"%s\"}]}",
		rand() % 5000, rand() % 9000, n % 5 ? "Running" : "Failed", n % 9 + 1,
		n % 5 ? "True" : "False");
	fixture_put(&b->f, b->kind, ns, name, metadata, rest);
	e = store_find(b->kind->store, str_of(ns), str_of(name));
	e->changed = rand();
}

static void settle(struct bench *b, struct lister *l)
{
	struct pollfd pfd = { .fd = b->wake.fd, .events = POLLIN };

	while (!lister_update(l, b->root, INT64_MAX)) {
		poll(&pfd, 1, 1000);
		wake_clear(&b->wake);
	}
}

static struct lister *first_window(struct bench *b, const struct order *order)
{
	struct lister *l = lister_new_ordered(b->kind->kind.id, NULL, order, b->cells);

	settle(b, l);
	for (size_t i = 0; i < VISIBLE; i++) {
		if (!lister_at(l, b->root->kinds[0], i))
			abort();
	}
	return l;
}

static void turn(struct bench *b)
{
	size_t done;

	for (int i = 0; i < PER_TURN; i++)
		put(b, (unsigned)rand() % OBJECTS);
	b->root = fixture_publish(&b->f);
	/* The worker's share is not the reader's. */
	while (!cells_want(b->cells, b->root->kinds[0], &done)) {
		struct pollfd pfd = { .fd = b->wake.fd, .events = POLLIN };

		poll(&pfd, 1, 1000);
		wake_clear(&b->wake);
	}
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_size);
	return values[n / 2];
}

static void measure(struct bench *b, const char *name, const struct order *order)
{
	double first[5], turns[TURNS], anew[TURNS], start;
	struct lister *l = NULL;

	for (size_t i = 0; i < 5; i++) {
		lister_free(l);
		start = now_ms();
		l = first_window(b, order);
		first[i] = now_ms() - start;
	}
	for (size_t i = 0; i < TURNS; i++) {
		turn(b);
		start = now_ms();
		settle(b, l);
		turns[i] = now_ms() - start;
		start = now_ms();
		lister_free(first_window(b, order));
		anew[i] = now_ms() - start;
	}
	lister_free(l);
	printf("%s first %.3f turn %.3f anew %.3f\n", name, median(first, 5), median(turns, TURNS),
		median(anew, TURNS));
}

static void build_table(struct bench *b)
{
	double start = now_ms();
	struct lister *l = first_window(b, &(struct order){ .by = ORDER_COLUMN });

	printf("table %.3f\n", now_ms() - start);
	lister_free(l);
}

/* 50 rows of 20 columns, from their texts. */
static void measure_visible(struct bench *b)
{
	static const char *const whats[] = { "app", "Ready", ".spec.word", ".status.phase" };
	struct column_spec specs[WIDE];
	struct text_reader *reader = text_reader_new();
	struct buf cells = BUF_INIT(1 << 20);
	struct columns *wide;
	double times[20];

	for (size_t i = 0; i < WIDE; i++)
		specs[i] = (struct column_spec){ (char *)"C",
			i % 4 == 0   ? COLUMN_LABEL
			: i % 4 == 1 ? COLUMN_CONDITION
				     : COLUMN_PATH,
			(char *)whats[i % 4] };
	if (columns_new_chosen(b->kind->kind.columns, specs, WIDE, &wide, NULL) < 0)
		abort();
	for (size_t run = 0; run < 20; run++) {
		double start = now_ms();

		for (size_t i = 0; i < VISIBLE; i++) {
			const struct entry *e =
				store_root_at(b->root->kinds[0]->store, i * 997 % OBJECTS);

			buf_reset(&cells);
			columns_cells(wide, text_read(reader, e->text), 0, true, &cells);
		}
		times[run] = now_ms() - start;
	}
	printf("visible %.3f\n", median(times, 20));
	columns_free(wide);
	buf_release(&cells);
	text_reader_free(reader);
}

int main(void)
{
	static const struct {
		const char *name;
		struct order order;
	} orders[] = {
		{ "name", { .by = ORDER_NAME } },
		{ "namespace", { .by = ORDER_NAMESPACE } },
		{ "age", { .by = ORDER_AGE } },
		{ "health", { .by = ORDER_HEALTH } },
		{ "changed", { .by = ORDER_CHANGED } },
		{ "words", { .by = ORDER_COLUMN, .column = 0 } },
		{ "quantities", { .by = ORDER_COLUMN, .column = 1 } },
		{ "dates", { .by = ORDER_COLUMN, .column = 3 } },
	};
	struct bench b = { .root = NULL };

	srand(11);
	fixture_init(&b.f);
	b.kind = fixture_add_kind(&b.f, "e.c", "widgets", COLUMNS);
	b.worker = worker_new();
	wake_init(&b.wake);
	b.cells = cells_new(b.f.roots, b.worker, &b.wake);
	for (unsigned n = 0; n < OBJECTS; n++)
		put(&b, n);
	b.root = fixture_publish(&b.f);
	build_table(&b);
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		measure(&b, orders[i].name, &orders[i].order);
	measure_visible(&b);
	cells_free(b.cells);
	worker_free(b.worker);
	wake_release(&b.wake);
	fixture_release(&b.f);
	return 0;
}
