/*
 * error - what went wrong: a code for the program, a sentence for people.
 *
 * A function that can fail takes a struct error * as its last parameter, sets
 * it, and returns -1. The pointer may be NULL when the caller does not care.
 * A caller starts from ERROR_INIT and releases it once; setting an error that
 * is set already replaces it. Any thread, one at a time.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

enum error_code {
	ERROR_NONE,
	ERROR_USAGE,	   /* the command line: exit code 2 */
	ERROR_INVALID,	   /* a file, an answer or an argument that cannot be read */
	ERROR_IO,	   /* the operating system said no */
	ERROR_NOT_FOUND,   /* what was named does not exist */
	ERROR_TOO_LARGE,   /* a ceiling was reached */
	ERROR_CONNECT,	   /* no connection: refused, unreachable, resolver */
	ERROR_TLS,	   /* a connection that is not trusted */
	ERROR_TIMEOUT,	   /* no answer in time */
	ERROR_CUT,	   /* a connection that ended early */
	ERROR_RENEWED,	   /* one that we ended, to be known as somebody else: ask again */
	ERROR_STATUS,	   /* the API server answered with an error */
	ERROR_CREDENTIALS, /* a plugin or a token file failed */
	ERROR_CANCELLED,   /* nobody waits for the answer any more */
	ERROR_UNSUPPORTED, /* understood, but not offered */
};

struct error {
	enum error_code code;
	char *text; /* owned; NULL when code is ERROR_NONE */
};

/* clang-format off */
#define ERROR_INIT { ERROR_NONE, (char *)0 }
/* clang-format on */

/* Always returns -1, so that a function can end with it. */
int error_set(struct error *err, enum error_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the text; for a caller that knows more. Returns -1. */
int error_prefix(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Moves src to dst (which may be NULL) and leaves src empty. Returns -1. */
int error_move(struct error *dst, struct error *src);

void error_release(struct error *err);

#endif
