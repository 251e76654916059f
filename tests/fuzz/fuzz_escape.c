/* Text on its way to a terminal: nothing unsafe is left, and widths add up. */
#include "base/buf.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "json/compact.h"
#include "json/emit.h"
#include "json/scan.h"

static void is_safe(struct str text, enum utf8_mode mode)
{
	while (text.len) {
		uint32_t code;
		size_t n = utf8_decode(text, &code);

		fuzz_must(n > 0 && n <= text.len);
		if (!(mode == UTF8_TEXT && (code == '\n' || code == '\t')))
			fuzz_must(utf8_is_safe(code));
		fuzz_must(code >= 0x20 || code == '\n' || code == '\t');
		fuzz_must(code != 0x7f && !(code >= 0x80 && code < 0xa0) && code != 0x1b);
		text = str_make(text.p + n, text.len - n);
	}
}

static void columns_add_up(struct str text)
{
	size_t all = utf8_columns(text), columns, sum = 0;

	for (size_t want = 0; want <= 20; want++) {
		struct str prefix = utf8_prefix(text, want, &columns);

		fuzz_must(prefix.len <= text.len && columns <= want);
		fuzz_must(utf8_columns(prefix) == columns);
		fuzz_must(want < all || prefix.len == text.len);
	}
	while (text.len) {
		uint32_t code;
		size_t n = utf8_decode(text, &code);

		sum += (size_t)utf8_width(code);
		text = str_make(text.p + n, text.len - n);
	}
	fuzz_must(sum == all);
}

static void escape(struct str text, enum utf8_mode mode)
{
	struct buf out = BUF_INIT(16 * FUZZ_MAX), again = BUF_INIT(16 * FUZZ_MAX);

	utf8_escape(text, mode, &out);
	fuzz_must(!out.overflow);
	is_safe(buf_str(&out), mode);
	utf8_escape(buf_str(&out), mode, &again);
	fuzz_must(str_eq(buf_str(&out), buf_str(&again)));
	if (mode == UTF8_CELL)
		columns_add_up(buf_str(&out));
	buf_release(&out);
	buf_release(&again);
}

static void quote(struct str text)
{
	struct buf out = BUF_INIT(16 * FUZZ_MAX);

	emit_string(text, &out);
	fuzz_must(scan_validate(buf_str(&out), NULL) == 0);
	buf_reset(&out);
	compact_string(text, true, &out);
	fuzz_must(scan_validate(buf_str(&out), NULL) == 0);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);

	if (size > FUZZ_MAX)
		return 0;
	escape(text, UTF8_CELL);
	escape(text, UTF8_TEXT);
	quote(text);
	return 0;
}
