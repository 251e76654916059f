/*
 * kinds - which kind a user means by a name: plural, singular, short name, kind,
 * each alone or followed by .group or .version.group; case does not matter. Pure.
 */
#ifndef CLUSTER_KINDS_H
#define CLUSTER_KINDS_H

#include <stddef.h>

#include "base/str.h"
#include "cache/root.h"

/* Fills ret with the kinds that name means (at most max), best match first, and
 * returns how many there are: more than one is ambiguous. */
size_t kinds_find(
	const struct root *root, struct str name, const struct kind_root **ret, size_t max);

/* How well name means this kind: 0 not at all, else the smaller the better
 * (plural, singular, short name, kind). */
unsigned kinds_match(const struct kind *kind, struct str name);

/* The kind that is called exactly "certificates.cert-manager.io", or NULL; one whose
 * definition is gone only when there is no other. */
const struct kind_root *kinds_named(const struct root *root, struct str name);

/* The definition of a kind, where the root holds them; or NULL. */
struct entry;
const struct entry *kinds_definition(const struct root *root, const struct kind *kind);

/* What crwatch does with a kind in this state: "watched", "forbidden". */
const char *kinds_state_word(enum kind_state state);

/* "certificates.cert-manager.io" appended to out. */
struct buf;
void kinds_full_name(const struct kind *kind, struct buf *out);

#endif
