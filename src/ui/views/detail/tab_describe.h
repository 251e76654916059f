/*
 * tab_describe - the tab that says what there is to say about an object: is it
 * well and why, who owns it, what it owns and refers to, who wrote it. UI thread.
 */
#ifndef UI_VIEWS_DETAIL_TAB_DESCRIBE_H
#define UI_VIEWS_DETAIL_TAB_DESCRIBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/object_text.h"
#include "ui/widgets/lines.h"

struct entry;
struct kind_root;
struct object;
struct referrers;
struct relations;
struct tab;
struct ui;

extern const struct tab describe_tab;

struct describe {
	struct lines lines;
	struct relations *relations;
	bool related;		      /* relations are those of the root */
	struct referrers *referrers;  /* asked for; or NULL */
	bool ever_related;	      /* they once were */
	uint64_t made;		      /* what the lines were made from */
	uint64_t around;	      /* what there was beside the object then */
	int64_t around_at;	      /* clock_now() of the last time that they followed that */
	bool followed;		      /* there was such a time */
	struct buf text;	      /* of the object, as it was last, */
	enum object_text_state state; /* or a part of it while it is not here */
	bool to_verdict;	      /* the cursor goes there, */
	bool to_referrers;	      /* or there */
};

void describe_init(struct ui *ui);
void describe_release(struct ui *ui);
void describe_forget(struct ui *ui); /* another object */
void describe_leave(struct ui *ui);  /* another tab */
void describe_why(struct ui *ui);    /* the cursor goes to the verdict */
/* Who refers to the object? Read until the tab is left. */
void describe_find_referrers(struct ui *ui);

/* ---- views/describe_related.c ---- */

struct description {
	struct ui *ui;
	struct facts *facts;
	size_t width;
	const struct kind_root *kind;
	const struct entry *entry; /* NULL: deleted */
	const struct object *object;
};

void describe_owners(struct description *d);
void describe_owned(struct description *d);
void describe_references(struct description *d);
void describe_referrers(struct description *d);

#endif
