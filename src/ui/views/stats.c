#include "ui/views/stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "kube/format.h"
#include "ui/state.h"
#include "ui/widgets/text.h"

#define COUNT_EVERY (5 * CLOCK_S)
#define DASH	    "\xe2\x80\x93"
#define NOT_YET	    "\xe2\x80\xa6"

static const struct sheet_column columns[] = { { "WHAT", false }, { "COUNT", true },
	{ "MEMORY", true }, { "LAST EVENT", true }, { "", false } };

void stats_view_init(struct ui *ui)
{
	ui->stats = (struct stats_view){ .n_costs = 0 };
	sheet_init(&ui->stats.sheet, columns, sizeof(columns) / sizeof(*columns));
}

void stats_view_release(struct ui *ui)
{
	sheet_release(&ui->stats.sheet);
	free(ui->stats.costs);
}

static struct sheet *sheet_of(struct ui *ui)
{
	return &ui->stats.sheet;
}

/* ---- what a kind takes ---- */

static size_t object_bytes(const struct entry *e)
{
	return entry_bytes(e) + text_bytes(atomic_load(&e->text));
}

static void count_chunk(struct kind_cost *cost, const struct chunk *chunk)
{
	for (uint32_t n = 0; n < chunk->count; n++) {
		cost->next_bytes += object_bytes(chunk->entries[n]);
		if (chunk->entries[n]->changed > cost->next_changed)
			cost->next_changed = chunk->entries[n]->changed;
	}
}

bool stats_count(struct kind_cost *cost, const struct store_root *store, int64_t deadline)
{
	while (cost->next < store->n_chunks) {
		count_chunk(cost, store->chunks[cost->next++]);
		if (cost->next < store->n_chunks && clock_now() >= deadline)
			return false;
	}
	cost->bytes = cost->next_bytes;
	cost->changed = cost->next_changed;
	cost->next_bytes = cost->next = 0;
	cost->next_changed = 0;
	cost->known = true;
	return true;
}

static struct kind_cost *cost_of(struct ui *ui, const struct kind_root *kind, size_t i)
{
	struct stats_view *v = &ui->stats;

	for (size_t n = 0; n < v->n_costs; n++) {
		struct kind_cost *cost = &v->costs[(i + n) % v->n_costs];

		if (cost->kind == kind->kind->id)
			return cost;
	}
	v->costs = array_reserve(v->costs, &v->cap_costs, v->n_costs + 1, sizeof(*v->costs));
	v->costs[v->n_costs] = (struct kind_cost){ .kind = kind->kind->id, .time = -COUNT_EVERY };
	return &v->costs[v->n_costs++];
}

/* ---- rows ---- */

static void bytes_text(uint64_t bytes, char *out, size_t size)
{
	if (bytes < 10000)
		snprintf(out, size, "%" PRIu64 " B", bytes);
	else if (bytes < 10000 * UINT64_C(1024))
		snprintf(out, size, "%" PRIu64 " KiB", bytes >> 10);
	else
		snprintf(out, size, "%" PRIu64 " MiB", bytes >> 20);
}

enum {
	ROW_FIRST = 1 << 30 /* above the kinds' ids */
};

static void add_figure(struct ui *ui, const char *what, uint64_t value, const char *unit)
{
	struct sheet *sheet = &ui->stats.sheet;
	char text[TEXT_NUMBER_MAX];

	text_number((size_t)value, text);
	sheet_row(sheet, ROW_FIRST + sheet->n_rows);
	sheet_cell(sheet, ROLE_HEAD, str_of(what));
	sheet_cell(sheet, ROLE_TEXT, str_of(text));
	sheet_cell(sheet, ROLE_TEXT, STR(""));
	sheet_cell(sheet, ROLE_TEXT, STR(""));
	sheet_cell(sheet, ROLE_DIM, str_of(unit));
}

static void add_bytes(struct ui *ui, const char *what, uint64_t bytes, const char *remark)
{
	struct sheet *sheet = &ui->stats.sheet;
	char text[TEXT_NUMBER_MAX];

	bytes_text(bytes, text, sizeof(text));
	sheet_row(sheet, ROW_FIRST + sheet->n_rows);
	sheet_cell(sheet, ROLE_HEAD, str_of(what));
	sheet_cell(sheet, ROLE_TEXT, STR(""));
	sheet_cell(sheet, ROLE_TEXT, str_of(text));
	sheet_cell(sheet, ROLE_TEXT, STR(""));
	sheet_cell(sheet, ROLE_DIM, str_of(remark));
}

/* Resident now, in bytes. */
static uint64_t resident(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%*u %lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t cpu_ms(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) < 0)
		return 0;
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static void add_verified(struct ui *ui, const struct root_verify *verify)
{
	char remark[160];

	snprintf(remark, sizeof(remark), "objects of %zu kinds, %" PRIu64 " differences%s",
		verify->kinds, verify->differences, verify->differences ? ": see :log" : "");
	add_figure(ui, "verified", verify->objects, remark);
}

static void add_cache(struct ui *ui, const struct root_costs *costs)
{
	char most[TEXT_NUMBER_MAX], remark[TEXT_NUMBER_MAX + 64] = "no ceiling (--max-cache)";
	size_t reduced = 0;

	for (size_t i = 0; i < ui->root->n_kinds; i++)
		reduced += ui->root->kinds[i]->on_demand;
	bytes_text(costs->cache_max, most, sizeof(most));
	if (costs->cache_max)
		snprintf(remark, sizeof(remark), "of %s%s%s", most,
			costs->cache > costs->cache_max ? ": more than the ceiling" : "",
			reduced ? "; some texts are read on demand" : "");
	add_bytes(ui, "caches", costs->cache, remark);
}

static void add_costs(struct ui *ui)
{
	const struct root_costs *costs = &ui->root->costs;
	char most[TEXT_NUMBER_MAX], remark[TEXT_NUMBER_MAX + 16];

	bytes_text(costs->log_max, most, sizeof(most));
	snprintf(remark, sizeof(remark), "of %s", most);
	add_figure(ui, "requests", costs->requests, "sent since the start");
	add_bytes(ui, "received", costs->bytes, "unpacked");
	add_figure(ui, "connections", costs->connections, "open now");
	add_figure(ui, "watches", ui->root->watches, "");
	add_figure(ui, "changes", ui->root->events, "watch events since the start");
	add_bytes(ui, "change log", costs->log, remark);
	add_cache(ui, costs);
	add_bytes(ui, "not compressed yet", costs->nursery, "");
	add_bytes(ui, "Kubernetes Events", costs->let_go,
		"let go: about no custom resource; what is kept is in the change log");
	if (ui->root->verify.on)
		add_verified(ui, &ui->root->verify);
	/* the clock of tests stands still; these two do not */
	if (clock_is_test())
		return;
	add_bytes(ui, "resident memory", resident(), "the whole process");
	add_figure(ui, "CPU", cpu_ms(), "ms since the start, the whole process");
}

static void add_kind(struct ui *ui, const struct kind_root *kind, const struct kind_cost *cost)
{
	struct sheet *sheet = &ui->stats.sheet;
	char number[TEXT_NUMBER_MAX], bytes[TEXT_NUMBER_MAX], age[FORMAT_AGE_MAX];

	text_number(kind->store->count, number);
	bytes_text(cost->bytes, bytes, sizeof(bytes));
	format_age((ui->wall - cost->changed) / CLOCK_S, age);
	sheet_row(sheet, kind->kind->id + UINT64_C(1));
	sheet_cellf(sheet, ROLE_TEXT, "%s.%s", kind->kind->gvr.resource, kind->kind->gvr.group);
	sheet_cell(sheet, ROLE_TEXT, str_of(kind->ever_synced ? number : NOT_YET));
	sheet_cell(sheet, ROLE_TEXT, str_of(cost->known ? bytes : NOT_YET));
	sheet_cell(sheet, ROLE_TEXT, str_of(!cost->known ? NOT_YET : cost->changed ? age : DASH));
	sheet_cell(sheet, ROLE_DIM, kind->on_demand ? STR("texts on demand") : STR(""));
}

/* All kinds are due at once; what the slice has no time for is counted in the next. */
static bool update(struct ui *ui)
{
	int64_t deadline = clock_now() + UI_SLICE;
	bool all = true;

	sheet_begin(&ui->stats.sheet);
	add_costs(ui);
	for (size_t i = 0; i < ui->root->n_kinds; i++) {
		const struct kind_root *kind = ui->root->kinds[i];
		struct kind_cost *cost = cost_of(ui, kind, i);

		if (all && ui->now - cost->time >= COUNT_EVERY) {
			all = stats_count(cost, kind->store, deadline);
			cost->time = all ? ui->now : cost->time;
		}
		add_kind(ui, kind, cost);
	}
	sheet_end(ui, &ui->stats.sheet);
	return all;
}

const struct view stats_view = {
	.where = WHERE_LIST,
	.name = "stats",
	.hints = "<filter> filter  <list-left> <list-right> sideways  <back> back  <help> help",
	.wide = true,
	.update = update,
	.sheet = sheet_of,
	.draw = sheet_view_draw,
	.act = sheet_view_act,
	.click = sheet_view_click,
	.wheel = sheet_view_wheel,
	.back = sheet_view_back,
	.filter = sheet_view_filter,
	.set_filter = sheet_view_set_filter,
};
