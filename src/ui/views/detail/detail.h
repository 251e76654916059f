/*
 * detail - what is under the cursor, in tabs: an object as live YAML, what
 * there is to say about it, its versions, its schema; a kind or a group as facts.
 * The object is copied, never kept by pointer. UI thread.
 */
#ifndef UI_VIEWS_DETAIL_DETAIL_H
#define UI_VIEWS_DETAIL_DETAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "cluster/tree.h"
#include "ui/views/detail/document.h"
#include "ui/widgets/list.h"
#include "ui/term/theme.h"
#include "ui/views/detail/tab_describe.h"
#include "ui/widgets/facts.h"
#include "ui/object_text.h"
#include "ui/widgets/lines.h"
#include "ui/views/detail/tab_schema.h"
#include "ui/views/detail/tab_changes.h"

struct entry;
struct kind_root;
struct ui;
struct view;

extern const struct view detail_view;

/* Repeated moves of the cursor are followed this long after the last one. */
#define DETAIL_DELAY	   (30 * CLOCK_MS)
#define DETAIL_DECODED_MAX ((size_t)1 << 20) /* of a value in base64 */

enum detail_tab {
	TAB_YAML,
	TAB_DESCRIBE,
	TAB_CHANGES,
	TAB_SCHEMA,
	TAB_FACTS, /* of a kind or group */
	DETAIL_TABS
};

/* One tab of the pane. The calls are made while it is shown, the root pinned. */
struct tab {
	const char *name;
	/* e: the object as it is now; NULL: deleted, or none is shown. False: more
	 * to do. */
	bool (*update)(struct ui *ui, const struct kind_root *kind, const struct entry *e);
	bool (*act)(struct ui *ui, enum action action); /* false: not its own */
	bool (*back)(struct ui *ui);			/* as a view's; may be NULL */
	/* What is made of lines; NULL: the YAML. */
	struct lines *(*lines)(struct ui *ui);
	/* Opens what the search text is hidden in; may be NULL. */
	void (*reveal)(struct ui *ui, const char *search);
};

/* A row of the YAML: a line, what is left of it, or of what it holds encoded. */
struct yaml_row {
	uint32_t line;
	uint32_t from, len;
	bool decoded; /* bytes of decoded, not of the line */
};

struct detail_view {
	struct tree_key key; /* what is shown */
	bool has_key;
	bool is_object;
	bool loaded;	  /* the document holds the object */
	bool deleted;	  /* it is no longer in the cache */
	uint64_t version; /* of its entry */
	bool partial;	  /* only the first lines are laid out yet */
	struct object_text text;
	enum object_text_state text_state; /* of the object as it is now */
	char *error;			   /* why its text cannot be shown */
	enum detail_tab tab, kind_tab;
	bool wrap;
	char *search;	  /* or NULL */
	int64_t shown_at; /* clock_now() of the last change of key */

	/* the YAML */
	struct document doc;
	struct folds folds;
	bool managed; /* managedFields are shown */
	struct yaml_row *rows;
	size_t n_rows, cap_rows;
	int width;   /* for which the rows were laid */
	size_t left; /* columns scrolled to the right */
	struct list list;
	bool numbers;	       /* of lines are shown */
	bool held;	       /* stays as it was */
	uint64_t held_version; /* the newest one that was not shown, */
	size_t held_count;     /* and how many there were */
	uint64_t decoded_path; /* of the line whose value is shown decoded; 0: none */
	struct buf decoded;
	uint32_t *unknown; /* lines that the schema does not know, in order */
	size_t n_unknown, cap_unknown;
	uint64_t checked_schema;    /* against which one */
	struct schema_check *check; /* under way, or NULL */
	uint64_t serial;	    /* differs whenever rows may */

	struct lines facts;
	struct describe describe;
	struct versions versions;
	struct schema_view schema;
};

void detail_view_init(struct ui *ui);
void detail_view_release(struct ui *ui);

/* When it wants to be updated without a key or data; INT64_MAX: never. */
int64_t detail_view_deadline(struct ui *ui);

/* A new search text, from the cursor on; NULL: none. False: not found. */
bool detail_view_search(struct ui *ui, const char *text);

/* The tab that is shown, and another one. */
enum detail_tab detail_view_tab(const struct ui *ui);
void detail_view_show(struct ui *ui, enum detail_tab tab);
/* The cursor's object is shown at once, not after a while. */
void detail_view_follow(struct ui *ui);
/* What was begun for a paint is whole again: before something is done to it. */
void detail_view_settle(struct ui *ui);
/* The columns of the pane. */
size_t detail_view_width(const struct ui *ui);

/* ---- views/yaml.c ---- */

extern const struct tab yaml_tab;

void yaml_init(struct ui *ui);
void yaml_release(struct ui *ui);
void yaml_forget(struct ui *ui); /* another object */
void yaml_draw(struct ui *ui, struct area area, bool focused);
bool yaml_settle(struct ui *ui); /* lays out what is not yet; false: all was */
bool yaml_search(struct ui *ui, int by, bool here);
/* The place in the object's JSON of what the cursor stands on. */
size_t yaml_offset(const struct ui *ui);

/* Decodes the value on a line into v->decoded; false: it is not base64. */
bool yaml_decode_line(struct detail_view *v, size_t line);

/* ---- views/detail_line.c ---- */

void detail_line_draw(struct ui *ui, const struct yaml_row *row);
/* What it is drawn from: equal keys, equal rows. */
uint64_t detail_line_key(const struct ui *ui, const struct yaml_row *row);
/* Columns before the indentation. */
size_t detail_line_margin(const struct ui *ui);

#endif
