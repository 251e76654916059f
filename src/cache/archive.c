/*
 * zstd, with a dictionary for each kind where there is one.
 */
#include "cache/archive.h"

#include <stdlib.h>
#include <string.h>

#include <zdict.h>
#include <zstd.h>

#include "base/mem.h"

#define LEVEL	    1
#define DICT_MAX    (16 << 10)
#define SAMPLES_MIN 16

struct dict {
	ZSTD_CDict *pack;
	ZSTD_DDict *unpack;
};

struct text_reader {
	ZSTD_DCtx *ctx;
	char *scratch;
	size_t cap;
};

struct packer {
	ZSTD_CCtx *ctx;
	char *scratch;
	size_t cap;
};

struct text_reader *text_reader_new(void)
{
	return mem_zalloc(sizeof(struct text_reader));
}

void text_reader_free(struct text_reader *reader)
{
	if (!reader)
		return;
	ZSTD_freeDCtx(reader->ctx);
	free(reader->scratch);
	free(reader);
}

struct str text_read(struct text_reader *reader, const struct text *text)
{
	return text_read_kept(reader, text_is_whole(text) ? text : NULL);
}

struct str text_read_kept(struct text_reader *reader, const struct text *text)
{
	size_t n;

	if (!text)
		return str_make(NULL, 0);
	if (text->form == TEXT_RAW)
		return str_make(text->bytes, text->raw_len);
	if (!reader->ctx)
		reader->ctx = ZSTD_createDCtx();
	if (!reader->ctx)
		abort();
	if (reader->cap < text->raw_len) {
		free(reader->scratch);
		reader->cap = text->raw_len;
		reader->scratch = mem_alloc(reader->cap);
	}
	if (text->dict)
		n = ZSTD_decompress_usingDDict(reader->ctx, reader->scratch, reader->cap,
			text->bytes, text->len, text->dict->unpack);
	else
		n = ZSTD_decompressDCtx(
			reader->ctx, reader->scratch, reader->cap, text->bytes, text->len);
	/* We wrote it ourselves: anything else is memory gone bad. */
	if (n != text->raw_len)
		abort();
	return str_make(reader->scratch, n);
}

struct text *text_new_raw(struct str raw)
{
	struct text *text = mem_alloc(sizeof(*text) + raw.len);

	*text = (struct text){ .raw_len = (uint32_t)raw.len,
		.len = (uint32_t)raw.len,
		.form = TEXT_RAW,
		.home = TEXT_HEAP };
	memcpy(text->bytes, raw.p, raw.len);
	return text;
}

size_t text_bytes(const struct text *text)
{
	return text ? sizeof(*text) + text->len : 0;
}

struct packer *packer_new(void)
{
	struct packer *packer = mem_zalloc(sizeof(*packer));

	packer->ctx = ZSTD_createCCtx();
	if (!packer->ctx)
		abort();
	return packer;
}

void packer_free(struct packer *packer)
{
	if (!packer)
		return;
	ZSTD_freeCCtx(packer->ctx);
	free(packer->scratch);
	free(packer);
}

struct text *packer_pack(struct packer *packer, struct str raw, const struct dict *dict)
{
	size_t need = ZSTD_compressBound(raw.len);
	struct text *text;
	size_t n;

	if (packer->cap < need) {
		free(packer->scratch);
		packer->cap = need;
		packer->scratch = mem_alloc(need);
	}
	if (dict)
		n = ZSTD_compress_usingCDict(
			packer->ctx, packer->scratch, packer->cap, raw.p, raw.len, dict->pack);
	else
		n = ZSTD_compressCCtx(
			packer->ctx, packer->scratch, packer->cap, raw.p, raw.len, LEVEL);
	if (ZSTD_isError(n))
		abort();
	text = mem_alloc(sizeof(*text) + (n < raw.len ? n : raw.len));
	text->dict = n < raw.len ? dict : NULL;
	text->form = n < raw.len ? TEXT_PACKED : TEXT_RAW;
	text->home = TEXT_HEAP;
	text->part = false;
	text->raw_len = (uint32_t)raw.len;
	text->len = (uint32_t)(n < raw.len ? n : raw.len);
	memcpy(text->bytes, n < raw.len ? packer->scratch : raw.p, text->len);
	return text;
}

struct dict *dict_train(const char *samples, const size_t *sizes, unsigned count)
{
	struct dict *dict;
	char *bytes;
	size_t n;

	if (count < SAMPLES_MIN)
		return NULL;
	bytes = mem_alloc(DICT_MAX);
	n = ZDICT_trainFromBuffer(bytes, DICT_MAX, samples, sizes, count);
	if (ZDICT_isError(n)) {
		free(bytes);
		return NULL;
	}
	dict = mem_alloc(sizeof(*dict));
	dict->pack = ZSTD_createCDict(bytes, n, LEVEL);
	dict->unpack = ZSTD_createDDict(bytes, n);
	free(bytes);
	if (!dict->pack || !dict->unpack)
		abort();
	return dict;
}

void dict_free(struct dict *dict)
{
	if (!dict)
		return;
	ZSTD_freeCDict(dict->pack);
	ZSTD_freeDDict(dict->unpack);
	free(dict);
}
