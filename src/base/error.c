#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

int error_set(struct error *err, enum error_code code, const char *fmt, ...)
{
	va_list ap;
	char *text = NULL;

	if (!err)
		return -1;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = mem_strdup(fmt);
	va_end(ap);
	free(err->text);
	err->code = code;
	err->text = text;
	return -1;
}

int error_prefix(struct error *err, const char *fmt, ...)
{
	va_list ap;
	char *prefix = NULL;
	char *text;

	if (!err || !err->text)
		return -1;
	va_start(ap, fmt);
	if (vasprintf(&prefix, fmt, ap) < 0)
		prefix = mem_strdup(fmt);
	va_end(ap);
	text = mem_printf("%s: %s", prefix, err->text);
	free(prefix);
	free(err->text);
	err->text = text;
	return -1;
}

int error_move(struct error *dst, struct error *src)
{
	if (!dst) {
		error_release(src);
		return -1;
	}
	free(dst->text);
	*dst = *src;
	src->code = ERROR_NONE;
	src->text = NULL;
	return -1;
}

void error_release(struct error *err)
{
	if (!err)
		return;
	free(err->text);
	err->text = NULL;
	err->code = ERROR_NONE;
}
