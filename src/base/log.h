/*
 * log - lines about what went wrong and when, never on the terminal.
 *
 * The last LOG_LINES lines are kept in memory for the log view; with
 * CRWATCH_LOG=FILE they are also appended to that file (created 0600). No
 * token, key or password is ever passed in. Any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

#define LOG_LINES 1000

enum log_level {
	LOG_DEBUG,
	LOG_INFO,
	LOG_WARNING,
	LOG_ERROR
};

void log_init(void);
void log_release(void);
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The line with this number as new heap text, or NULL once it was dropped or
 * is not there yet. *ret_first and *ret_end bound the numbers that are kept. */
char *log_read(uint64_t number, enum log_level *ret_level, int64_t *ret_wall);
void log_range(uint64_t *ret_first, uint64_t *ret_end);

#endif
