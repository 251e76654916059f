/*
 * mutate_body - the bodies of changes. Pure.
 */
#ifndef CLUSTER_MUTATE_BODY_H
#define CLUSTER_MUTATE_BODY_H

struct buf;
struct error;
struct mutate;

/* Appends what is sent: the object or patch with what must still be so put into it,
 * or DeleteOptions. Nothing for what only reads. */
int mutate_body(const struct mutate *m, struct buf *out, struct error *err);

#endif
