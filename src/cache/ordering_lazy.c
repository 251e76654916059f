/*
 * Of rows that were all placed at once only those are sorted that are looked at. The
 * rows are divided into spans, which are in order among each other; a span that is
 * looked at is divided further until it is small, and then sorted. Before rows are
 * put in all is sorted; rows may be taken out (ordering_keep()).
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/ordering_internal.h"

#define SPAN_SMALL  128
#define SETTLE_ROWS 512 /* of those that nobody has looked at, at a time */

void ordering_settled(struct ordering *o)
{
	o->n_spans = o->n_open = 0;
}

static size_t span_end(const struct ordering *o, size_t span)
{
	return span + 1 < o->n_spans ? o->spans[span + 1].start : o->n_spread;
}

/* The span of a row below n_spread. */
static size_t find_span(const struct ordering *o, size_t row)
{
	size_t low = 0, high = o->n_spans;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (o->spans[middle].start <= row)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Makes n spans, which begin at starts behind that of the span, of the span. */
static void put_spans(struct ordering *o, size_t span, const uint32_t *starts, size_t n)
{
	size_t start = o->spans[span].start;

	o->spans = array_reserve(o->spans, &o->cap_spans, o->n_spans + n, sizeof(*o->spans));
	memmove(o->spans + span + n, o->spans + span + 1,
		(o->n_spans - span - 1) * sizeof(*o->spans));
	for (size_t i = 0; i < n; i++)
		o->spans[span + i] =
			(struct order_span){ .start = start + starts[i], .open = true };
	o->n_spans += n - 1;
	o->n_open += n - 1;
}

static void sort_span(struct ordering *o, size_t span)
{
	struct order_row *rows = o->rows + o->spans[span].start;
	size_t n = span_end(o, span) - o->spans[span].start;
	struct batch b;

	batch_read_span(&b, o, rows, n);
	batch_sort_rows(&b, o, rows, n);
	batch_release(&b);
	for (size_t i = 0; i < n; i++)
		rows[i].index = 0;
	o->spans[span].open = false;
	o->n_open--;
}

static void refine(struct ordering *o, size_t span)
{
	size_t start = o->spans[span].start, n = span_end(o, span) - start, n_spans = 1;
	uint32_t starts[ORDER_SPREAD];
	struct order_row *scratch;

	if (n > SPAN_SMALL) {
		scratch = mem_alloc(n * sizeof(*scratch));
		n_spans = order_spread(o->rows + start, n, scratch, starts);
		if (n_spans > 1)
			memcpy(o->rows + start, scratch, n * sizeof(*scratch));
		free(scratch);
	}
	if (n_spans > 1)
		put_spans(o, span, starts, n_spans);
	else
		sort_span(o, span);
}

void ordering_settle(struct ordering *o, size_t row)
{
	while (o->n_open && row < o->n_spread) {
		size_t span = find_span(o, row);

		if (!o->spans[span].open)
			return;
		refine(o, span);
		if (!o->n_open)
			ordering_settled(o);
	}
}

size_t ordering_settle_slot(struct ordering *o, size_t row)
{
	uint32_t slot = o->rows[row].slot;

	while (o->n_open && row < o->n_spread) {
		size_t span = find_span(o, row), start = o->spans[span].start;

		if (!o->spans[span].open)
			break;
		refine(o, span);
		if (!o->n_open)
			ordering_settled(o);
		for (row = start; o->rows[row].slot != slot;)
			row++;
	}
	return row;
}

void ordering_settle_all(struct ordering *o)
{
	if (!o->n_open)
		return;
	for (size_t i = 0; i < o->n_spans; i++) {
		if (o->spans[i].open)
			sort_span(o, i);
	}
	ordering_settled(o);
}

void ordering_settle_some(struct ordering *o)
{
	size_t sorted = 0;

	for (size_t i = 0; i < o->n_spans && sorted < SETTLE_ROWS; i++) {
		if (!o->spans[i].open)
			continue;
		sorted += span_end(o, i) - o->spans[i].start;
		sort_span(o, i);
	}
	if (!o->n_open)
		ordering_settled(o);
}

void ordering_spread(struct ordering *o, struct batch *b)
{
	uint32_t starts[ORDER_SPREAD];
	struct order_row *rows;
	size_t n_spans = 1;

	ordering_settled(o);
	if (b->n_rows > SPAN_SMALL) {
		rows = mem_alloc((b->n + 1) * sizeof(*rows));
		n_spans = order_spread(b->rows, b->n_rows, rows, starts);
		if (n_spans > 1) {
			free(b->rows);
			b->rows = rows;
		} else {
			free(rows);
		}
	}
	free(o->rows);
	o->rows = b->rows;
	b->rows = NULL;
	o->n_rows = o->n_spread = b->n_rows;
	o->cap_rows = b->n + 1;
	if (!o->n_rows)
		return;
	o->spans = array_reserve(o->spans, &o->cap_spans, 1, sizeof(*o->spans));
	o->spans[0] = (struct order_span){ .open = true };
	o->n_spans = o->n_open = 1;
	if (n_spans > 1)
		put_spans(o, 0, starts, n_spans);
}

void ordering_keep(struct ordering *o, bool (*keeps)(struct ordering *o, struct order_row row))
{
	size_t kept = 0, span = 0, end = o->n_spread;

	for (size_t i = 0; i < o->n_rows; i++) {
		while (span < o->n_spans && o->spans[span].start == i)
			o->spans[span++].start = kept;
		if (i == end)
			o->n_spread = kept;
		if (keeps(o, o->rows[i]))
			o->rows[kept++] = o->rows[i];
	}
	while (span < o->n_spans) /* empty ones at the end */
		o->spans[span++].start = kept;
	if (end >= o->n_rows)
		o->n_spread = kept;
	o->n_rows = kept;
}
