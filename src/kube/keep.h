/*
 * keep - which parts of an object must stay when its text does not: what its cells,
 * its verdict and its owners are read from. What is written is an object again, so
 * that whoever reads those reads it as it reads the whole.
 */
#ifndef KUBE_KEEP_H
#define KUBE_KEEP_H

#include <stdbool.h>

#include "base/str.h"

struct buf;
struct columns;
struct health_context;
struct keep;

/* What holds for any kind: names, owners, what verdicts are read from. */
struct keep *keep_new(void);
void keep_free(struct keep *keep);

/* And what these look at; NULL is fine. */
void keep_columns(struct keep *keep, const struct columns *columns);
void keep_health(struct keep *keep, const struct health_context *context);

/* Some path may look anywhere: nothing can be left out. */
bool keep_is_all(const struct keep *keep);
/* Whether what has keeps is enough for what wants needs. */
bool keep_covers(const struct keep *has, const struct keep *wants);

/* Appends the parts of an object; never longer than it. */
void keep_write(const struct keep *keep, struct str object, struct buf *out);

#endif
