/*
 * archive - the texts of objects: raw in the nursery, compressed for good.
 *
 * A struct text never changes once an entry points to it. Which thread made it
 * does not matter; only the watch thread lets go of it (root.h says when).
 */
#ifndef CACHE_ARCHIVE_H
#define CACHE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* One zstd dictionary of a kind. Counted by the watch thread alone. */
struct dict;

enum text_form {
	TEXT_RAW,    /* bytes are the text */
	TEXT_PACKED, /* bytes are a zstd frame, with dict when it is not NULL */
};

struct text {
	const struct dict *dict;
	uint32_t raw_len;
	uint32_t len; /* of bytes */
	uint8_t form;
	uint8_t home; /* enum text_home: who frees it */
	bool part;    /* of the object only what its row is made of (kube/keep.h) */
	char bytes[];
};

enum text_home {
	TEXT_NURSERY, /* in a block of the nursery: freed with it */
	TEXT_HEAP,
	TEXT_MAPPED, /* a mapping of its own: larger than 256 KiB */
};

/* What one reader needs to read texts: scratch memory and zstd's state. */
struct text_reader;
struct text_reader *text_reader_new(void);
void text_reader_free(struct text_reader *reader);

/* The whole raw text, valid until the next reading with this reader or until the
 * root is unpinned, whichever is first. Empty (p NULL) for a NULL text and where
 * only a part is kept. */
struct str text_read(struct text_reader *reader, const struct text *text);
/* The same, or the part that is kept: enough for cells, verdicts and owners. */
struct str text_read_kept(struct text_reader *reader, const struct text *text);

/* Whether there is the whole text. */
static inline bool text_is_whole(const struct text *text)
{
	return text && !text->part;
}

/* A TEXT_HEAP text that is not compressed. */
struct text *text_new_raw(struct str raw);
/* What it takes, its head included. */
size_t text_bytes(const struct text *text);

/* Compresses with dict (may be NULL) into a new TEXT_HEAP text. */
struct packer;
struct packer *packer_new(void);
void packer_free(struct packer *packer);
struct text *packer_pack(struct packer *packer, struct str raw, const struct dict *dict);

/* Trains a dictionary from sample texts laid end to end; NULL when there is too
 * little to learn from. Worker thread; 25-42 ms. */
struct dict *dict_train(const char *samples, const size_t *sizes, unsigned count);
void dict_free(struct dict *dict);

#endif
