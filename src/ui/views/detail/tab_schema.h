/*
 * views/schema - the tab that shows the schema of the cursor's kind as a tree:
 * what nobody has opened is not read. UI thread.
 */
#ifndef UI_VIEWS_DETAIL_TAB_SCHEMA_H
#define UI_VIEWS_DETAIL_TAB_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "ui/views/detail/document.h"
#include "ui/widgets/lines.h"

struct kind_root;
struct tab;
struct ui;

extern const struct tab schema_tab;

struct schema_view {
	struct lines lines;
	struct folds open; /* fields by path that show what is in them */
	struct buf text;   /* of the schema; empty: none */
	uint64_t serial;   /* differs with the text */
	uint32_t kind;	   /* what it is of; 0: nothing yet */
	uint64_t kind_version;
	uint64_t crd_version; /* of the CRD's entry; 0: it is not from there */
	uint64_t asked;	      /* the number of the question under way; 0: none */
	bool answered;	      /* the server was asked for this kind */
	char *why;	      /* there is none */
	uint64_t found;	      /* the path of the field that is gone to; 0: none */
	size_t rows;	      /* fields written so far: a ceiling */
};

void schema_view_release(struct ui *ui);

/* The schema of a kind as far as that is known without asking the server; p NULL.
 * Valid until the next call. */
struct str schema_view_known(struct ui *ui, const struct kind_root *kind);
/* The tab goes to the field of what stands at this offset of the object's JSON. */
void schema_view_at(struct ui *ui, size_t offset);

#endif
