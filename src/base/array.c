#include "base/array.h"

#include "base/mem.h"

void *array_reserve(void *items, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return items;
	if (*cap < 8)
		*cap = 8;
	while (*cap < need)
		*cap += *cap / 2;
	return mem_realloc_array(items, *cap, size);
}
