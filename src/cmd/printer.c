#include "cmd/printer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"

#define OUT_MAX	  ((size_t)1 << 31)
#define MIN_WIDTH 6
#define PADDING	  3

static void put(FILE *out, struct str text, enum utf8_mode mode)
{
	struct buf safe = BUF_INIT(OUT_MAX);

	utf8_escape(text, mode, &safe);
	fwrite(buf_text(&safe), 1, safe.len, out);
	buf_release(&safe);
}

void printer_warn(const char *fmt, ...)
{
	va_list ap;
	char *text = NULL;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = mem_strdup(fmt);
	va_end(ap);
	(void)fflush(stdout); /* what was said before, though it be the same file */
	put(stderr, str_of(text), UTF8_TEXT);
	fputc('\n', stderr);
	free(text);
}

/* kubectl says "error: " before what it found out itself, and nothing before
 * what the server or the network said. */
static int speaks_for_itself(const struct error *err)
{
	switch (err->code) {
	case ERROR_CONNECT:
	case ERROR_TLS:
	case ERROR_TIMEOUT:
	case ERROR_CUT:
	case ERROR_STATUS:
		return 1;
	default:
		return strncmp(err->text, "error: ", 7) == 0;
	}
}

int printer_fail(const struct error *err)
{
	printer_warn("%s%s", speaks_for_itself(err) ? "" : "error: ", err->text);
	return err->code == ERROR_USAGE ? 2 : 1;
}

void printer_object(struct str text)
{
	if (isatty(STDOUT_FILENO))
		put(stdout, text, UTF8_TEXT);
	else
		fwrite(text.p, 1, text.len, stdout);
}

void printer_text(struct str text)
{
	put(stdout, text, UTF8_TEXT);
}

int printer_failed(struct error *err)
{
	int why = errno;

	if (why == EPIPE)
		return 0;
	return error_set(err, ERROR_IO, "writing to stdout: %s", strerror(why));
}

int printer_flush(void)
{
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}

/* ---- tables ---- */

void printer_table_init(struct printer_table *t, size_t columns)
{
	buf_init(&t->cells, OUT_MAX);
	t->columns = columns;
}

void printer_table_cell(struct printer_table *t, struct str text)
{
	size_t len = 0;

	while (len < text.len && text.p[len] != '\f' && text.p[len] != '\n' && text.p[len] != '\r')
		len++;
	utf8_escape(str_make(text.p, len), UTF8_CELL, &t->cells);
	if (len < text.len)
		buf_addz(&t->cells, "...");
	buf_addc(&t->cells, '\0');
}

/* Go's tabwriter counts code points, whatever their width. */
static size_t runes(const char *cell)
{
	size_t n = 0;

	for (; *cell; cell++)
		n += (*cell & 0xc0) != 0x80;
	return n;
}

static size_t *measure(const struct printer_table *t)
{
	size_t *widths = mem_zalloc(t->columns * sizeof(*widths));
	size_t i = 0;

	for (size_t at = 0; at < t->cells.len; i = (i + 1) % t->columns) {
		const char *cell = t->cells.data + at;
		size_t width = runes(cell) + PADDING;

		if (width < MIN_WIDTH)
			width = MIN_WIDTH;
		if (width > widths[i])
			widths[i] = width;
		at += strlen(cell) + 1;
	}
	return widths;
}

void printer_table_print(struct printer_table *t)
{
	size_t *widths = measure(t);
	size_t i = 0;

	for (size_t at = 0; at < t->cells.len;) {
		const char *cell = t->cells.data + at;

		fputs(cell, stdout);
		if (++i < t->columns) {
			for (size_t n = runes(cell); n < widths[i - 1]; n++)
				putchar(' ');
		} else {
			putchar('\n');
			i = 0;
		}
		at += strlen(cell) + 1;
	}
	free(widths);
	buf_release(&t->cells);
}
