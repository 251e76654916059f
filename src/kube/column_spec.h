/*
 * column_spec - a column of a user's own choice, as it is written down.
 */
#ifndef KUBE_COLUMN_SPEC_H
#define KUBE_COLUMN_SPEC_H

enum column_source {
	COLUMN_OWN,
	COLUMN_PATH,
	COLUMN_LABEL,
	COLUMN_CONDITION
};

struct column_spec {
	char *name;
	enum column_source source;
	char *what;
};

#endif
