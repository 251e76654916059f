/* JSONPath: a path, and behind a line of %% the object; without one a fixed object. */
#include <stdlib.h>

#include "fuzz.h"
#include "json/path.h"
#include "kube/columns.h"

static const char object[] =
	"{\"metadata\":{\"name\":\"w\",\"labels\":{\"a.b/c\":\"d\"}},\"spec\":{\"n\":3,\"x\":1.5,"
	"\"list\":[1,2,3,\"4\",null,true],\"of\":[{\"k\":\"a\",\"v\":1},{\"k\":\"b\",\"v\":2}]},"
	"\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"},{\"type\":\"\\u00e9\"}],"
	"\"big\":12345678901234567890,\"deep\":[[[[{\"k\":[]}]]]]}}";

struct visited {
	struct str whole;
	size_t count;
	struct str first;
};

static bool visit(void *arg, struct str value)
{
	struct visited *visited = arg;

	fuzz_touch(value);
	if (!visited->count++)
		visited->first = value;
	return visited->count < 100;
}

static void evaluate(const struct path *path, struct str text)
{
	struct visited visited = { .whole = text };
	struct str first = { NULL, 0 };
	enum path_result one = path_first(path, text, &first);
	enum path_result all = path_each(path, text, visit, &visited);

	if (one == PATH_FOUND)
		fuzz_touch(first);
	if (all == PATH_FOUND && one == PATH_FOUND)
		fuzz_must(visited.count > 0 && str_eq(visited.first, first));
	if (path_head(path))
		fuzz_touch(str_of(path_head(path)));
	path_first_below(path, STR("{\"name\":[1,{\"a\":2}]}"), &first);
	path_first_below(path, str_make(NULL, 0), &first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make((const char *)data, size);
	struct path *path = NULL;
	struct str text;
	size_t at = 0;

	if (size > FUZZ_MAX)
		return 0;
	text = fuzz_part(&rest);
	if (path_parse_at(text, &path, &at, NULL) == 0) {
		evaluate(path, rest.p ? rest : str_of(object));
		path_free(path);
	} else {
		fuzz_must(at <= text.len);
	}
	free((char *)text.p);
	return 0;
}
