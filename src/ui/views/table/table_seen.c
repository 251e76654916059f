/*
 * table_seen - which cells of the rows on the screen have changed: each is
 * compared with what it was when its row was drawn last.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "kube/columns.h"
#include "ui/state.h"

#define TEXTS_MAX ((size_t)256 << 10) /* of one object */

static void release(struct table_seen *seen)
{
	buf_release(&seen->texts);
	free(seen->times);
	free(seen->changed);
	*seen = (struct table_seen){ 0 };
}

void table_seen_release(struct table_view *v)
{
	for (size_t i = 0; i < v->n_seen; i++)
		release(&v->seen[i]);
	free(v->seen);
	v->seen = NULL;
	v->n_seen = 0;
}

/* As many again for rows that have moved to lines that are not drawn yet. */
void table_seen_resize(struct table_view *v, size_t lines)
{
	if (v->n_seen == 2 * lines)
		return;
	table_seen_release(v);
	v->n_seen = 2 * lines;
	v->seen = mem_zalloc((v->n_seen + 1) * sizeof(*v->seen));
	for (size_t i = 0; i < v->n_seen; i++)
		buf_init(&v->seen[i].texts, TEXTS_MAX);
}

static void swap(struct table_view *v, size_t a, size_t b)
{
	struct table_seen seen = v->seen[a];

	v->seen[a] = v->seen[b];
	v->seen[b] = seen;
}

/* Brings the one of this object to its line. */
static struct table_seen *find(struct table_view *v, const struct entry *e, size_t line)
{
	size_t lines = v->n_seen / 2;

	for (size_t i = line; i < v->n_seen; i++) {
		if (!v->seen[i].used || memcmp(v->seen[i].uid, e->uid, sizeof(e->uid)) != 0)
			continue;
		swap(v, i, line);
		return &v->seen[line];
	}
	/* whose line it was may come further down */
	swap(v, line, lines + v->spare++ % lines);
	v->seen[line].used = false;
	return &v->seen[line];
}

static void begin(struct table_seen *seen, const struct entry *e, const struct kind *kind, size_t n)
{
	seen->used = true;
	memcpy(seen->uid, e->uid, sizeof(seen->uid));
	seen->columns = kind->version;
	seen->n = n;
	seen->times = mem_realloc_array(seen->times, n + 1, sizeof(*seen->times));
	seen->changed = mem_realloc_array(seen->changed, n + 1, sizeof(*seen->changed));
	memset(seen->changed, 0, n * sizeof(*seen->changed));
}

static void compare(
	struct table_seen *seen, const struct entry *e, struct str texts, const int64_t *times)
{
	struct str before = buf_str(&seen->texts);

	for (size_t i = 0; i < seen->n; i++) {
		struct str was = before.p ? str_cut(&before, '\0') : (struct str){ 0 };
		struct str is = texts.p ? str_cut(&texts, '\0') : (struct str){ 0 };

		if (times[i] != seen->times[i] || !str_eq(was, is))
			seen->changed[i] = e->changed;
	}
}

const int64_t *table_seen_row(struct ui *ui, const struct tree_row *row, size_t line)
{
	const struct kind *kind = row->kind->kind;
	const struct entry *e = row->entry;
	struct table_seen *seen = find(&ui->table, e, line);
	struct buf *scratch = &ui->table.scratch;
	size_t n = kind->columns->count;
	bool known = seen->used && seen->columns == kind->version;
	int64_t *times;

	if (known && seen->version == e->version)
		return seen->changed;
	buf_reset(scratch);
	scratch->overflow = false;
	times = mem_alloc((n + 1) * sizeof(*times));
	columns_values(kind->columns, text_read_kept(ui->new_texts, e->text), times, scratch);
	if (known)
		compare(seen, e, buf_str(scratch), times);
	else
		begin(seen, e, kind, n);
	seen->version = e->version;
	memcpy(seen->times, times, n * sizeof(*times));
	buf_reset(&seen->texts);
	seen->texts.overflow = false;
	buf_addstr(&seen->texts, buf_str(scratch));
	free(times);
	return seen->changed;
}
