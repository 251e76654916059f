/*
 * schema_source - where the schema of the detail's kind comes from: its CRD, or, for
 * want of that, the server's OpenAPI document; and why there is none. UI thread.
 */
#ifndef UI_VIEWS_DETAIL_SCHEMA_SOURCE_H
#define UI_VIEWS_DETAIL_SCHEMA_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct kind_root;
struct ui;

struct schema_source {
	struct buf text; /* of the schema; empty: none */
	uint64_t serial; /* differs with the text */
	uint32_t kind;	 /* what it is of; 0: nothing yet */
	uint64_t kind_version;
	uint64_t crd_version; /* of the CRD's entry; 0: it is not from there */
	uint64_t asked;	      /* the number of the question under way; 0: none */
	bool answered;	      /* the server was asked for this kind */
	char *why;	      /* there is none; or NULL */
};

void schema_source_release(struct ui *ui);
/* The schema of a kind (NULL: it is gone) as far as that is known without asking the
 * server; p NULL. Valid until the next call. */
struct str schema_known(struct ui *ui, const struct kind_root *kind);
/* The same, and the server is asked when there is no other way. */
struct str schema_load(struct ui *ui, const struct kind_root *kind);
/* What failed may be tried again by the next schema_load(). */
void schema_ask_again(struct ui *ui);

#endif
