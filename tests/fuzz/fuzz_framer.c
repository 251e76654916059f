/* However a body is cut into pieces, the same objects come out of it. The first byte
 * says whether it is a watch (even) or a list, the second how it is cut. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "fuzz.h"
#include "net/framer.h"

struct result {
	struct buf values;
	struct buf envelope;
	bool whole;
	int code;
	size_t until; /* value() says stop at this one; 0: never */
	size_t count;
};

static int take(void *arg, struct str text)
{
	struct result *result = arg;

	fuzz_must(text.len > 0);
	buf_addstr(&result->values, text);
	buf_addc(&result->values, '\0');
	return ++result->count == result->until;
}

static void run(struct result *ret, struct str body, enum framer_mode mode, unsigned seed)
{
	struct framer f;
	size_t at = 0;

	*ret = (struct result){ .until = seed >> 4 == 1 ? 3 : 0 };
	buf_init(&ret->values, 4 * FUZZ_MAX);
	buf_init(&ret->envelope, FUZZ_MAX + 16);
	framer_init(&f, mode, take, ret);
	while (at < body.len && ret->code == 0) {
		size_t n = seed & 15 ? 1 + (seed >> 8) % (1u << (seed & 15) / 2) : body.len;
		char *piece;

		seed = seed * 1103515245 + 12345;
		n = n < body.len - at ? n : body.len - at;
		piece = mem_dup(body.p + at, n);
		ret->code = framer_feed(&f, piece, n, NULL);
		free(piece);
		at += n;
	}
	if (ret->code == 0) {
		ret->whole = framer_is_whole(&f);
		buf_addstr(&ret->envelope, buf_str(&f.envelope));
	}
	framer_release(&f);
}

static void release(struct result *result)
{
	buf_release(&result->values);
	buf_release(&result->envelope);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result one, pieces, bytes;
	enum framer_mode mode;
	struct str body;
	unsigned stop;

	if (size < 2 || size > FUZZ_MAX)
		return 0;
	mode = data[0] % 2 ? FRAMER_LIST : FRAMER_WATCH;
	stop = data[1] & 0xf0;
	body = str_make((const char *)data + 2, size - 2);
	run(&one, body, mode, stop);
	run(&pieces, body, mode, stop | 1 | (data[1] & 15));
	run(&bytes, body, mode, stop | 1);
	fuzz_must(one.code == bytes.code && one.code == pieces.code);
	fuzz_must(str_eq(buf_str(&one.values), buf_str(&bytes.values)));
	fuzz_must(str_eq(buf_str(&one.values), buf_str(&pieces.values)));
	fuzz_must(str_eq(buf_str(&one.envelope), buf_str(&bytes.envelope)));
	fuzz_must(str_eq(buf_str(&one.envelope), buf_str(&pieces.envelope)));
	fuzz_must(one.whole == bytes.whole && one.whole == pieces.whole);
	release(&one);
	release(&pieces);
	release(&bytes);
	return 0;
}
