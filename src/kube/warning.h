/*
 * warning - what the API server warns of beside its answer: the Warning header
 * (RFC 7234, 5.5; apimachinery, util/net/http.go). Pure.
 */
#ifndef KUBE_WARNING_H
#define KUBE_WARNING_H

#include "base/str.h"

/* Calls visit with the text of each warning in a header's value that is the API
 * server's own kind (code 299, agent "-") and no empty text; stops at what is no
 * warning, or has control characters in it. */
void warning_each(struct str header, void (*visit)(void *arg, const char *text), void *arg);

#endif
