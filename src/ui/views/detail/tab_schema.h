/*
 * tab_schema - the tab that shows the schema of the cursor's kind as a tree:
 * what nobody has opened is not read. UI thread.
 */
#ifndef UI_VIEWS_DETAIL_TAB_SCHEMA_H
#define UI_VIEWS_DETAIL_TAB_SCHEMA_H

#include <stddef.h>
#include <stdint.h>

#include "ui/views/detail/document.h"
#include "ui/views/detail/schema_source.h"
#include "ui/widgets/lines.h"

struct kind_root;
struct tab;
struct ui;

extern const struct tab schema_tab;

struct schema_view {
	struct lines lines;
	struct folds open; /* fields by path that show what is in them */
	uint32_t kind;	   /* whose fields those are */
	struct schema_source source;
	uint64_t found; /* the path of the field that is gone to; 0: none */
	size_t rows;	/* fields written so far: a ceiling */
};

void schema_view_release(struct ui *ui);

/* The tab goes to the field of what stands at this offset of the object's JSON. */
void schema_view_at(struct ui *ui, size_t offset);

#endif
