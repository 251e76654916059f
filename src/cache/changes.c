/*
 * A ring of bytes that holds whole records, one after another, behind a mutex
 * that is held for one copy. Where records lie is a second ring, of their
 * places.
 */
#include "cache/changes.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"
#include "cache/archive.h"

#define BYTES_MIN ((size_t)1 << 20)
#define STRS	  8
#define HELD_MAX  ((size_t)2 << 30) /* to which a log that is held may grow */

/* What stands in the ring: the record, its strs, its texts. */
struct record {
	struct change change; /* its pointers are void here */
	uint32_t lens[STRS];
	uint32_t old_size; /* of the text with its head; 0: none */
	uint32_t new_size;
};

struct place {
	size_t at;
	size_t size;
};

struct changes {
	pthread_mutex_t lock;
	char *bytes;
	size_t max;
	size_t head;	      /* where the next record goes */
	struct place *places; /* by number % cap_places */
	size_t cap_places;
	uint64_t first;
	uint64_t next;
	uint64_t held; /* the next number that a reader who must not miss any will read */
};

static char *map_bytes(size_t size)
{
	char *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED) {
		perror("crwatch: mmap");
		abort();
	}
	return bytes;
}

struct changes *changes_new(size_t max_bytes)
{
	struct changes *c = mem_zalloc(sizeof(*c));

	c->max = max_bytes < BYTES_MIN ? BYTES_MIN : max_bytes;
	c->bytes = map_bytes(c->max);
	c->held = UINT64_MAX;
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void changes_free(struct changes *c)
{
	if (!c)
		return;
	munmap(c->bytes, c->max);
	free(c->places);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static size_t aligned(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

static size_t text_size(const struct text *text)
{
	return text ? aligned(sizeof(*text) + text->len) : 0;
}

/* The strs of a change in the order in which they stand in the ring. */
static struct str *str_at(struct change *change, size_t i)
{
	struct str *const strs[STRS] = { &change->ns, &change->name, &change->rv, &change->group,
		&change->version, &change->kind_name, &change->reason, &change->note };

	return strs[i];
}

static size_t record_size(struct change *change)
{
	size_t size = sizeof(struct record);

	for (size_t i = 0; i < STRS; i++)
		size += str_at(change, i)->len;
	return aligned(size) + text_size(change->old_text) + text_size(change->new_text);
}

static struct place *place_of(struct changes *c, uint64_t number)
{
	return &c->places[number % c->cap_places];
}

static void grow_places(struct changes *c)
{
	size_t cap = c->cap_places ? c->cap_places * 2 : 256;
	struct place *places = mem_alloc(cap * sizeof(*places));

	for (uint64_t i = c->first; i < c->next; i++)
		places[i % cap] = *place_of(c, i);
	free(c->places);
	c->places = places;
	c->cap_places = cap;
}

/* Whether [at, at + size) is free of kept records. */
static bool is_free(struct changes *c, size_t at, size_t size)
{
	size_t tail;

	if (c->first == c->next)
		return true;
	tail = place_of(c, c->first)->at;
	if (tail < c->head || (tail == c->head && c->first == c->next))
		return at >= c->head || at + size <= tail;
	return at >= c->head && at + size <= tail;
}

/* Whether size bytes can be had without dropping a record. */
static bool fits(struct changes *c, size_t size)
{
	if (c->head + size <= c->max)
		return is_free(c, c->head, size);
	return c->first == c->next || (place_of(c, c->first)->at < c->head && is_free(c, 0, size));
}

/* Twice the room, the records one after another. */
static void grow(struct changes *c)
{
	char *bytes = map_bytes(c->max * 2);
	size_t at = 0;

	for (uint64_t i = c->first; i < c->next; i++) {
		struct place *place = place_of(c, i);

		memcpy(bytes + at, c->bytes + place->at, place->size);
		place->at = at;
		at += place->size;
	}
	munmap(c->bytes, c->max);
	c->bytes = bytes;
	c->max *= 2;
	c->head = at;
}

/* Whether the oldest record is still to be read by one who must see it: streams
 * are stopped long before, but what one relist finds comes at once. */
static bool is_held(const struct changes *c)
{
	return c->held <= c->first && c->max < HELD_MAX;
}

/* Room for size bytes; drops the oldest for it. */
static size_t make_room(struct changes *c, size_t size)
{
	size_t at = c->head;

	while (is_held(c) && !fits(c, size)) {
		grow(c);
		at = c->head;
	}

	if (at + size > c->max) {
		/* What lies behind the head goes, too: the ring goes on at its start. */
		while (c->first < c->next && place_of(c, c->first)->at >= c->head)
			c->first++;
		at = 0;
		c->head = 0;
	}
	while (!is_free(c, at, size))
		c->first++;
	return at;
}

static char *put(char *at, const void *p, size_t n)
{
	if (n)
		memcpy(at, p, n);
	return at + n;
}

static void write_record(char *at, struct change *change, uint64_t number)
{
	struct record r = { .change = *change };
	char *start = at;

	r.change.number = number;
	for (size_t i = 0; i < STRS; i++)
		r.lens[i] = (uint32_t)str_at(change, i)->len;
	r.old_size = (uint32_t)text_size(change->old_text);
	r.new_size = (uint32_t)text_size(change->new_text);
	at = put(at, &r, sizeof(r));
	for (size_t i = 0; i < STRS; i++)
		at = put(at, str_at(change, i)->p, str_at(change, i)->len);
	at = start + aligned((size_t)(at - start));
	if (change->old_text)
		put(at, change->old_text, sizeof(*change->old_text) + change->old_text->len);
	at += r.old_size;
	if (change->new_text)
		put(at, change->new_text, sizeof(*change->new_text) + change->new_text->len);
}

/* Texts that would fill a quarter of the log are left out of it. */
static struct change fitting(const struct changes *c, const struct change *change)
{
	struct change fit = *change;

	if (text_size(fit.old_text) > c->max / 4)
		fit.old_text = NULL;
	if (text_size(fit.new_text) > c->max / 4)
		fit.new_text = NULL;
	return fit;
}

void changes_append(struct changes *c, const struct change *change)
{
	struct change fit = fitting(c, change);
	size_t size = record_size(&fit);
	size_t at;

	pthread_mutex_lock(&c->lock);
	at = make_room(c, size);
	if (c->next - c->first == c->cap_places)
		grow_places(c);
	write_record(c->bytes + at, &fit, c->next);
	*place_of(c, c->next) = (struct place){ at, size };
	c->next++;
	c->head = at + size;
	pthread_mutex_unlock(&c->lock);
}

void changes_range(struct changes *c, uint64_t *ret_first, uint64_t *ret_next)
{
	pthread_mutex_lock(&c->lock);
	*ret_first = c->first;
	*ret_next = c->next;
	pthread_mutex_unlock(&c->lock);
}

static void point(struct change_copy *copy)
{
	struct record *r = copy->memory;
	char *start = copy->memory;
	char *at = start + sizeof(*r);

	copy->change = r->change;
	for (size_t i = 0; i < STRS; i++) {
		*str_at(&copy->change, i) = str_make(at, r->lens[i]);
		at += r->lens[i];
	}
	at = start + aligned((size_t)(at - start));
	copy->change.old_text = r->old_size ? (const struct text *)(void *)at : NULL;
	at += r->old_size;
	copy->change.new_text = r->new_size ? (const struct text *)(void *)at : NULL;
}

int changes_read(struct changes *c, uint64_t number, struct change_copy *copy)
{
	const struct place *place;

	pthread_mutex_lock(&c->lock);
	if (number < c->first || number >= c->next) {
		pthread_mutex_unlock(&c->lock);
		return -1;
	}
	place = place_of(c, number);
	if (copy->cap < place->size) {
		free(copy->memory);
		copy->cap = place->size;
		copy->memory = mem_alloc(copy->cap);
	}
	memcpy(copy->memory, c->bytes + place->at, place->size);
	pthread_mutex_unlock(&c->lock);
	point(copy);
	return 0;
}

void change_copy_release(struct change_copy *copy)
{
	free(copy->memory);
	memset(copy, 0, sizeof(*copy));
}

void changes_hold(struct changes *c, uint64_t number)
{
	pthread_mutex_lock(&c->lock);
	c->held = number;
	pthread_mutex_unlock(&c->lock);
}

bool changes_would_overrun(struct changes *c, size_t bytes)
{
	bool overrun = false;
	size_t unread = 0;

	pthread_mutex_lock(&c->lock);
	if (c->held != UINT64_MAX && c->held < c->next) {
		uint64_t from = c->held < c->first ? c->first : c->held;
		size_t tail = place_of(c, from)->at;

		unread = c->head > tail ? c->head - tail : c->max - tail + c->head;
		overrun = unread + bytes > c->max / 2;
	}
	pthread_mutex_unlock(&c->lock);
	return overrun;
}

size_t changes_used(struct changes *c, size_t *ret_max)
{
	size_t used = 0, at;

	pthread_mutex_lock(&c->lock);
	if (c->first != c->next) {
		at = c->places[c->first % c->cap_places].at;
		used = c->head > at ? c->head - at : c->max - at + c->head;
	}
	*ret_max = c->max;
	pthread_mutex_unlock(&c->lock);
	return used;
}
