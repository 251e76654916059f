/*
 * answer - what surrounds the objects in a list's or a watch's answer. Pure;
 * every str borrows from the text.
 */
#ifndef KUBE_ANSWER_H
#define KUBE_ANSWER_H

#include "base/str.h"

struct answer_list {
	struct str kind; /* "WidgetList" */
	struct str rv;
	struct str token; /* metadata.continue; empty on the last page */
};

/* envelope: the list without its items. -1 when it is no JSON object. */
int answer_read_list(struct str envelope, struct answer_list *ret);

struct answer_event {
	struct str type;   /* "ADDED"; p NULL when there is none or it is no string */
	struct str object; /* its text; p NULL when there is none */
};

/* NULL, or what is wrong with the frame (static). Behind the object, unless it is an
 * ERROR's, the rest of the frame may stand: object_scan() finds its end, and nobody reads what
 * comes then. */
const char *answer_read_event(struct str frame, struct answer_event *ret);

#endif
