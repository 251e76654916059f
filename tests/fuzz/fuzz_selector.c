/* Label selectors and filters as they are typed. */
#include <stdlib.h>

#include "cache/filter.h"
#include "fuzz.h"
#include "kube/selector.h"

/* What a selector says of itself is read as the same selector. */
static void canonical(struct str text)
{
	struct selector *selector, *again;
	size_t at = 0;
	char *said, *said_again;

	if (selector_parse(text, &selector, &at, NULL) < 0) {
		fuzz_must(at <= text.len);
		return;
	}
	for (size_t i = 0; i < selector->n_terms; i++) {
		bool absent = selector_term_holds_absent(&selector->terms[i]);

		selector_term_holds(&selector->terms[i], STR("a"));
		selector_term_holds(&selector->terms[i], STR("9223372036854775808"));
		fuzz_must(!absent || selector->terms[i].op == SELECTOR_ABSENT ||
			  selector->terms[i].op == SELECTOR_NOT_IN);
	}
	said = selector_text(selector);
	fuzz_must(selector_parse(str_of(said), &again, NULL, NULL) == 0);
	said_again = selector_text(again);
	fuzz_must(str_is(str_of(said), said_again));
	free(said);
	free(said_again);
	selector_free(selector);
	selector_free(again);
}

static void filter(struct str text)
{
	static const char *const names[] = { "name", "ready", NULL };
	struct str cells = STR("widget-1\0True\0 12d");
	struct filter *filter;
	size_t at = 0, start, end, from = 0;

	if (filter_new(text, NULL, &filter, &at, NULL) < 0) {
		fuzz_must(at <= text.len);
		return;
	}
	cells.len++;
	filter_cells_match(filter, cells);
	filter_named_cells_match(filter, names, cells);
	filter_labels_text_matches(filter, STR("{\"app\":\"web\",\"tier\":\"a\"}"));
	while (from < 8 && filter_find(filter, STR("widget-1"), from, &start, &end)) {
		fuzz_must(start >= from && end >= start && end <= 8);
		from = end > from ? end : from + 1;
	}
	filter_free(filter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);

	if (size > FUZZ_MAX)
		return 0;
	canonical(text);
	filter(text);
	return 0;
}
