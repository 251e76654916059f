/* JSON to YAML text: read back it is the same document. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "json/compact.h"
#include "json/emit.h"
#include "json/scan.h"
#include "json/yaml.h"

#define OUT_MAX (64 * FUZZ_MAX)

static const struct emit_options everything = { .managed_fields = true };

static void lines_are_inside(struct str json, const struct emit_options *options)
{
	struct buf out = BUF_INIT(OUT_MAX);
	struct emit_lines lines = { 0 };

	if (emit_yaml(json, options, &out, &lines, NULL) < 0)
		goto out;
	for (size_t i = 0; i < lines.count; i++) {
		const struct emit_line *l = &lines.items[i];

		fuzz_must(l->at <= out.len && (i == 0 || l->at > lines.items[i - 1].at));
		fuzz_must((size_t)l->json_at + l->json_len <= json.len);
		fuzz_must((size_t)l->key_at + l->key_len <= out.len);
		fuzz_must(l->value_at <= out.len);
	}
out:
	emit_lines_release(&lines);
	buf_release(&out);
}

/* Whether both are the same but for the order of members. */
static void same(struct str json, struct str again)
{
	struct buf a = BUF_INIT(OUT_MAX), b = BUF_INIT(OUT_MAX);

	/* What is nested deep is indented far: reading it takes too long to be done often. */
	if (again.len <= 4 * FUZZ_MAX && compact_json(json, &a) == 0) {
		fuzz_must(compact_json(again, &b) == 0);
		fuzz_must(str_eq(buf_str(&a), buf_str(&b)));
	}
	buf_release(&a);
	buf_release(&b);
}

/* Different bad bytes become the same U+FFFD, and keys may be equal then. */
static bool is_utf8(struct str text)
{
	while (text.len) {
		uint32_t code;
		size_t n = utf8_decode(text, &code);

		if (code == 0xfffd && n == 1)
			return false;
		text = str_make(text.p + n, text.len - n);
	}
	return true;
}

static void there_and_back(struct str json)
{
	struct buf yaml = BUF_INIT(OUT_MAX), back = BUF_INIT(OUT_MAX);

	if (emit_yaml(json, &everything, &yaml, NULL, NULL) == 0) {
		struct error err = ERROR_INIT;

		if (yaml_to_json(buf_str(&yaml), YAML_TYPED, &back, &err) == 0)
			same(json, buf_str(&back));
		else
			fuzz_must(err.code == ERROR_TOO_LARGE);
		error_release(&err);
	}
	buf_release(&yaml);
	buf_release(&back);
}

static void indented(struct str json)
{
	struct buf out = BUF_INIT(OUT_MAX);

	if (emit_json(json, &everything, 2, &out, NULL) == 0) {
		fuzz_must(scan_validate(buf_str(&out), NULL) == 0);
		same(json, buf_str(&out));
	}
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct emit_options some = { .list = true, .lines_max = 5 };
	struct str json = str_make((const char *)data, size);

	if (size > FUZZ_MAX)
		return 0;
	lines_are_inside(json, &everything);
	lines_are_inside(json, &some);
	if (scan_validate(json, NULL) < 0 || !is_utf8(json))
		return 0;
	there_and_back(json);
	indented(json);
	return 0;
}
