/*
 * yaml_decode - what a value of the YAML holds in base64.
 */
#include "base/base64.h"
#include "base/utf8.h"
#include "json/scan.h"
#include "ui/views/detail/detail.h"

static bool is_printable(struct str text)
{
	while (text.len) {
		uint32_t code;
		size_t n = utf8_decode(text, &code);

		if (code == 0xfffd ||
			(!utf8_is_safe(code) && code != '\n' && code != '\t' && code != '\r'))
			return false;
		text = str_make(text.p + n, text.len - n);
	}
	return true;
}

bool yaml_decode_line(struct detail_view *v, size_t line)
{
	const struct emit_line *l = &v->doc.lines.items[line];
	struct str json = str_make(v->doc.json.data + l->json_at, l->json_len);
	struct buf plain = BUF_INIT(DETAIL_DECODED_MAX * 2);
	bool good = false;

	buf_reset(&v->decoded);
	v->decoded.overflow = false;
	if (json.len > 2 && json.p[0] == '"' &&
		scan_unescape(str_make(json.p + 1, json.len - 2), &plain) == 0)
		good = plain.len >= 4 && base64_decode(buf_str(&plain), &v->decoded) == 0;
	if (good && !is_printable(buf_str(&v->decoded))) {
		size_t n = v->decoded.len;

		buf_reset(&v->decoded);
		buf_addf(&v->decoded, "%zu byte%s, binary", n, n == 1 ? "" : "s");
	}
	while (v->decoded.len && v->decoded.data[v->decoded.len - 1] == '\n')
		buf_truncate(&v->decoded, v->decoded.len - 1);
	buf_release(&plain);
	return good;
}
