/*
 * access - what the user may do with each kind in one namespace, as the
 * server's review of rules says, and what crwatch itself needs; and the
 * ClusterRole that would grant it that.
 */
#ifndef UI_VIEWS_ACCESS_H
#define UI_VIEWS_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kube/access.h"
#include "ui/widgets/sheet.h"

struct view;

extern const struct view access_view;

/* What one kind's row says; made once for each answer and each version of its definition. */
struct access_facts {
	uint32_t kind;
	uint64_t review;	     /* of which answer */
	uint64_t crd;		     /* the version of the definition's entry; 0: none */
	bool status, scale;	     /* it has these subresources */
	uint8_t marks[ACCESS_MARKS]; /* enum access, in the order of the columns */
};

struct access_view {
	struct sheet sheet;
	struct sheet role_sheet;    /* a line each */
	bool role;		    /* it is the role that is shown */
	char *ns;		    /* that was asked about; NULL: nothing was */
	char *why;		    /* why this one, for the title; or NULL */
	uint64_t question;	    /* of cluster_ask(); 0: none is open */
	uint64_t review;	    /* another for each answer */
	struct access_rules *rules; /* or NULL */
	char *error;		    /* why there are none */
	struct access_facts *facts;
	size_t n_facts, cap_facts;
};

void access_view_init(struct ui *ui);
void access_view_release(struct ui *ui);

/* The ClusterRole as YAML, on the heap; the root is pinned. */
char *access_role_text(const struct ui *ui);

#endif
