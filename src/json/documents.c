#include "json/documents.h"

#include "json/scan.h"
#include "json/yaml.h"

struct each {
	int (*visit)(void *arg, struct str json);
	void *arg;
};

static int visit_some(void *arg, struct str json)
{
	const struct each *each = arg;

	return str_is(json, "null") ? 0 : each->visit(each->arg, json);
}

static int each_json(struct str text, const struct each *each, struct error *err)
{
	struct str value;
	struct scan s;

	for (text = str_trim(text); text.len; text = str_trim(text)) {
		scan_init(&s, text);
		if (scan_skip(&s, &value) < 0)
			return error_set(err, ERROR_INVALID, "%s", s.error);
		if (scan_validate(value, err) < 0 || visit_some((void *)each, value) != 0)
			return -1;
		text = str_make(s.p, (size_t)(s.end - s.p));
	}
	return 0;
}

int documents_each(struct str text, size_t max, int (*visit)(void *arg, struct str json), void *arg,
	struct error *err)
{
	struct each each = { visit, arg };
	struct str trimmed = str_trim(text);

	if (trimmed.len == 0 || (trimmed.p[0] != '{' && trimmed.p[0] != '['))
		return yaml_each(text, max, visit_some, &each, err);
	if (trimmed.len > max)
		return error_set(err, ERROR_TOO_LARGE, "it is larger than %zu bytes", max);
	return each_json(trimmed, &each, err);
}
