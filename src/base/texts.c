#include "base/texts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void texts_add(char ***texts, size_t *count, const char *text)
{
	*texts = mem_realloc_array(*texts, *count + 1, sizeof(**texts));
	(*texts)[(*count)++] = mem_strdup(text);
}

char **texts_copy(char *const *texts, size_t count)
{
	char **copy = NULL;
	size_t n = 0;

	while (n < count)
		texts_add(&copy, &n, texts[n]);
	return copy;
}

char *texts_join(char *const *texts, size_t count, const char *between)
{
	size_t len = 0;
	char *all, *at;

	for (size_t i = 0; i < count; i++)
		len += strlen(texts[i]) + strlen(between);
	at = all = mem_alloc(len + 1);
	*at = '\0';
	for (size_t i = 0; i < count; i++)
		at = stpcpy(stpcpy(at, i ? between : ""), texts[i]);
	return all;
}

void texts_free(char **texts, size_t count)
{
	while (count > 0)
		free(texts[--count]);
	free(texts);
}
