/*
 * grow - what 10 million watch events leave behind: one kind of 100,000 objects,
 * taken in as the watch thread does (contents, nursery, log, roots), whose texts
 * differ in size each time. Prints one line: MiB resident after the first million
 * and after the last, CPU of all threads in microseconds an event.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/worker.h"
#include "cache/changes.h"
#include "cache/contents.h"
#include "cache/informer.h"
#include "cache/labels.h"
#include "cache/nursery.h"
#include "cache/root.h"
#include "kube/object.h"

#define OBJECTS	 100000
#define EVENTS	 10000000
#define WARM	 1000000
#define PER_TURN 64
#define TEXT_MAX 8192

struct bench {
	struct roots *roots;
	struct worker *worker;
	struct informer_context ctx;
	struct kind kind;
	struct contents contents;
	struct contents_part part;
	uint64_t random;
	unsigned rv;
	char text[TEXT_MAX];
};

static void no_wake(void *arg)
{
	(void)arg;
}

static uint64_t roll(struct bench *b, uint64_t n)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return (b->random >> 11) % n;
}

static double resident(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;

	if (!file || fscanf(file, "%*u %lu", &pages) != 1)
		abort();
	fclose(file);
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

static double cpu_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return ((double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec) * 1e6 +
	       (double)usage.ru_utime.tv_usec + (double)usage.ru_stime.tv_usec;
}

static void turn(struct bench *b)
{
	nursery_run(b->ctx.nursery);
	store_publish(b->contents.store);
	roots_publish(b->roots, mem_zalloc(sizeof(struct root)));
	retire_run(b->ctx.retire);
}

/* A text of 1 to 5 KB, half of it conditions that differ, with labels. */
static size_t write_object(struct bench *b, unsigned n)
{
	unsigned rv = ++b->rv;
	int len = snprintf(b->text, TEXT_MAX,
		"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"namespace\":"
		"\"apps-%02u\",\"name\":\"object-%06u\",\"uid\":\"00000000-0000-4000-8000-%012u\","
		"\"resourceVersion\":\"%u\",\"generation\":%u,\"labels\":{\"app\":\"a-%u\",\"tier\":"
		"\"t-%u\"}},\"status\":{\"observedGeneration\":%u,\"conditions\":[",
		n % 20, n, n, rv, rv % 100, n % 500, rv % 7, rv % 100);
	uint64_t conditions = 4 + roll(b, 20);

	for (uint64_t i = 0; i < conditions; i++)
		len += snprintf(b->text + len, TEXT_MAX - (size_t)len,
			"%s{\"type\":\"C%llu\",\"status\":\"%s\",\"reason\":\"%llx\",\"message\":"
			"\"a message of some length about what goes on: %llx, and again %llx\"}",
			i ? "," : "", (unsigned long long)i, roll(b, 2) ? "True" : "False",
			(unsigned long long)roll(b, UINT32_MAX),
			(unsigned long long)roll(b, UINT32_MAX), (unsigned long long)roll(b, 1000));
	len += snprintf(b->text + len, TEXT_MAX - (size_t)len, "]}}");
	return (size_t)len;
}

static void event(struct bench *b, unsigned n)
{
	struct object o;

	if (object_scan(str_make(b->text, write_object(b, n)), &o, NULL) < 0)
		abort();
	if (roll(b, 20) == 0)
		contents_delete(&b->part, &o);
	else if (contents_put(&b->part, &o, NULL) < 0)
		abort();
}

static void init(struct bench *b)
{
	b->random = 88172645463325252u;
	b->roots = roots_new();
	b->worker = worker_new();
	b->ctx.retire = roots_retire(b->roots);
	b->ctx.labels = labels_new(b->ctx.retire, LABELS_PAIRS_MAX);
	b->ctx.nursery = nursery_new(b->worker, b->ctx.retire, no_wake, NULL);
	b->ctx.changes = changes_new((size_t)16 << 20);
	b->kind = (struct kind){ .id = 1,
		.gvr = { "example.com", "v1", "widgets" },
		.kind = "Widget",
		.namespaced = true };
	contents_init(&b->contents, &b->ctx, &b->kind);
	b->contents.logged = true;
	contents_part_init(&b->part, &b->contents, NULL);
	contents_begin(&b->part);
	contents_end(&b->part);
}

int main(void)
{
	static struct bench b;
	double warm = 0, cpu = 0;

	init(&b);
	for (unsigned n = 0; n < OBJECTS; n++) {
		event(&b, n);
		if (n % PER_TURN == 0)
			turn(&b);
	}
	for (unsigned i = 1; i <= EVENTS; i++) {
		event(&b, (unsigned)roll(&b, OBJECTS));
		if (i % PER_TURN == 0)
			turn(&b);
		if (i == WARM) {
			warm = resident();
			cpu = cpu_us();
		}
	}
	turn(&b);
	printf("grow %.1f %.1f %.2f\n", warm, resident(), (cpu_us() - cpu) / (EVENTS - WARM));
	/* The process ends: nothing is taken apart. */
	return 0;
}
