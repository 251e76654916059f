/* See fuzz.h. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void fuzz_fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

struct str fuzz_part(struct str *rest)
{
	const char *mark = rest->len ? memmem(rest->p, rest->len, "\n%%\n", 4) : NULL;
	size_t len = mark ? (size_t)(mark - rest->p) : rest->len;
	char *copy = mem_alloc(len ? len : 1);

	if (len)
		memcpy(copy, rest->p, len);
	*rest = mark ? str_make(mark + 4, rest->len - len - 4) : str_make(NULL, 0);
	return str_make(copy, len);
}

bool fuzz_inside(struct str part, struct str whole)
{
	return part.len == 0 || (part.p >= whole.p && part.p + part.len <= whole.p + whole.len);
}

void fuzz_touch(struct str text)
{
	static volatile char seen;

	for (size_t i = 0; i < text.len; i++)
		seen = text.p[i];
	(void)seen;
}
