#include "cache/kind.h"

#include <stdlib.h>

#include "base/texts.h"
#include "kube/columns.h"

void kind_free(struct kind *kind)
{
	if (!kind)
		return;
	gvr_release(&kind->gvr);
	free(kind->kind);
	free(kind->singular);
	texts_free(kind->short_names, kind->n_short_names);
	texts_free(kind->categories, kind->n_categories);
	columns_free(kind->columns);
	columns_free(kind->own_columns);
	free(kind->note);
	free(kind->own_note);
	free(kind);
}
