/* Two versions of an object, divided by a line "%%": the patch between them is an
 * object, there is none from one to itself, and what a file holds is valid JSON. */
#include <stdlib.h>

#include "base/buf.h"
#include "fuzz.h"
#include "json/documents.h"
#include "json/merge.h"
#include "json/scan.h"

static int see_document(void *arg, struct str json)
{
	(void)arg;
	fuzz_must(scan_validate(json, NULL) == 0 && !str_is(json, "null"));
	return 0;
}

static void patch(struct str before, struct str after)
{
	struct buf out = BUF_INIT(4 * FUZZ_MAX);
	bool differs = false;

	if (scan_validate(before, NULL) < 0 || scan_validate(after, NULL) < 0)
		return;
	if (merge_patch(before, after, &out, &differs, NULL) == 0) {
		fuzz_must(scan_validate(buf_str(&out), NULL) == 0 && out.data[0] == '{');
		fuzz_must(differs == !str_is(buf_str(&out), "{}"));
		fuzz_must(differs != merge_equal(before, after));
	}
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make((const char *)data, size), before;

	if (size > FUZZ_MAX)
		return 0;
	documents_each(rest, FUZZ_MAX, see_document, NULL, NULL);
	before = fuzz_part(&rest);
	patch(before, rest);
	patch(before, before);
	free((char *)before.p);
	return 0;
}
