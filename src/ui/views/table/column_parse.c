/*
 * column_parse - a column as it is typed. Pure.
 */
#include "base/str.h"
#include "ui/views/table/columns.h"

static const struct {
	struct str word;
	enum column_source source;
} words[] = {
	{ { "label:", 6 }, COLUMN_LABEL },
	{ { "condition:", 10 }, COLUMN_CONDITION },
};

#define WORDS (sizeof(words) / sizeof(*words))

static int fail(size_t at, size_t *ret_at, struct error *err, const char *why)
{
	*ret_at = at;
	return error_set(err, ERROR_INVALID, "%s", why);
}

/* "label:KEY": the rest behind the word; false: it is none of these. */
static bool take_word(struct str *text, enum column_source *ret)
{
	for (size_t i = 0; i < WORDS; i++) {
		if (!str_starts(*text, words[i].word))
			continue;
		*text = str_trim(
			str_make(text->p + words[i].word.len, text->len - words[i].word.len));
		*ret = words[i].source;
		return true;
	}
	return false;
}

int column_parse(struct str text, struct column_spec *ret, size_t *ret_at, struct error *err)
{
	enum column_source source = COLUMN_PATH;
	struct str rest = text, name = { 0 }, what = str_trim(text);
	bool has_word = take_word(&what, &source);

	if (!has_word) {
		name = str_trim(str_cut(&rest, '='));
		if (!rest.p)
			return fail(text.len, ret_at, err,
				"a column is NAME=JSONPATH, label:KEY or condition:TYPE");
		if (!name.len)
			return fail(0, ret_at, err, "a name stands before the =");
		what = str_trim(rest);
		take_word(&what, &source);
	}
	if (!what.len)
		return fail(text.len, ret_at, err,
			source == COLUMN_PATH	 ? "a path is missing"
			: source == COLUMN_LABEL ? "a label's key is missing"
						 : "a condition's type is missing");
	*ret = (struct column_spec){
		.name = str_dup(name.len ? name : what),
		.source = source,
		.what = str_dup(what),
	};
	return 0;
}
