/* A definition (or its printer columns, or a server's table), and behind a line of %%
 * an object to be shown by it. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "kube/columns.h"
#include "kube/crd.h"
#include "kube/schema.h"

#define NOW 1700000000

static const char object_text[] =
	"{\"metadata\":{\"name\":\"w\",\"namespace\":\"n\",\"creationTimestamp\":"
	"\"2023-01-01T00:00:00Z\"},\"spec\":{\"a\":[1,2],\"b\":\"x\\ny\",\"c\":1e3},"
	"\"status\":{\"when\":\"2024-01-01T00:00:00Z\"}}";

static size_t count_nuls(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += !text.p[i];
	return n;
}

static void show(struct columns *columns, struct str object)
{
	struct buf out = BUF_INIT(64 * FUZZ_MAX);
	int64_t *times = calloc(columns->count + 1, sizeof(*times));

	for (size_t i = 0; i < columns->count; i++) {
		fuzz_must(columns->items[i].name && columns->items[i].head);
		columns_cell(columns, i, object, NOW, &out);
		buf_reset(&out);
	}
	columns_cells(columns, object, NOW, true, &out);
	fuzz_must(out.overflow || count_nuls(buf_str(&out)) >= columns->count);
	buf_reset(&out);
	columns_values(columns, object, times, &out);
	free(times);
	buf_release(&out);
}

static void show_columns(struct str additional, struct str object)
{
	char *bad = NULL;
	struct columns *columns = columns_new(additional, &bad);

	show(columns, object);
	columns_free(columns);
	free(bad);
}

static void show_table(struct str table, struct str object)
{
	struct columns *columns = columns_new_table(table, NULL);

	if (!columns)
		return;
	columns_add_page(columns, table, NULL);
	show(columns, object);
	columns_free(columns);
}

static void definition(struct str text, struct str object)
{
	struct crd crd = { 0 };

	if (crd_parse(text, &crd, NULL) < 0)
		return;
	crd_version(&crd);
	for (size_t i = 0; i < crd.n_versions; i++) {
		struct str name = str_of(crd.versions[i].name);
		struct str schema = schema_of_crd(text, name);

		fuzz_must(crd_version_cmp(name, name) == 0);
		fuzz_must(i == 0 || crd_version_cmp(str_of(crd.versions[i - 1].name), name) <= 0);
		fuzz_must(fuzz_inside(schema, text));
		fuzz_must(fuzz_inside(crd.versions[i].columns, text));
		show_columns(crd.versions[i].columns, object);
	}
	crd_release(&crd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make((const char *)data, size);
	struct str text, object;

	if (size > FUZZ_MAX)
		return 0;
	text = fuzz_part(&rest);
	object = rest.p ? rest : str_of(object_text);
	definition(text, object);
	show_columns(text, object);
	show_table(text, object);
	free((char *)text.p);
	return 0;
}
