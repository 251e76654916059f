/*
 * place - a play with a directory of the test's own, which is $TMPDIR: for the commands
 * that change objects.
 */
#ifndef SCREEN_PLACE_H
#define SCREEN_PLACE_H

#include <stddef.h>

#include "screen/play.h"

#define BLUE "/apis/example.com/v1/namespaces/a/widgets/blue"
#define ODD                                                                                        \
	"\"big\":9007199254740993,\"huge\":1e400,\"lone\":\"\\ud800\",\"nul\":\"a\\u0000b\","      \
	"\"twice\":1,\"twice\":2"
#define OBJECT                                                                                     \
	"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"blue\","  \
	"\"namespace\":\"a\",\"uid\":\"u1\",\"resourceVersion\":\"5\"},\"spec\":{"                 \
	"\"color\":\"red\"," ODD "}}"
#define FAILURE(code, reason, rest)                                                                \
	"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":" code         \
	",\"reason\":\"" reason "\",\"message\":\"the words of the server\"" rest "}"

struct place {
	struct play *play;
	char dir[32];
	char *tmp; /* "TMPDIR=..." */
};

/* With the play opened. Nothing is left in the directory when it is released. */
void place_init(struct place *place, void **state);
void place_release(struct place *place);

/* The only file that is there, its text on the heap, and it is removed; NULL: there is
 * none. */
char *place_left(struct place *place);

/* What the server answers, so many times; 0: always. method NULL: any. */
void place_answer(struct place *place, const char *method, const char *path, size_t times,
	int status, const char *body);

/* Runs the binary to its end and returns its exit code. args: what stands behind the
 * program's name. env may be NULL. */
int place_run(struct place *place, const char *env, const char *const *args);
#define RUN(place, ...) place_run(place, NULL, (const char *const[]){ __VA_ARGS__, NULL })

/* So many requests have come whose target contains this, the last one with this body. */
void place_expect_sent(struct place *place, const char *target, size_t count, const char *body);

/* Its path, on the heap, for place_drop(). */
char *place_file(struct place *place, const char *text);
void place_drop(char *path);

#endif
