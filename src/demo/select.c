/*
 * Terms are tried one by one on the canonical text. See select.h.
 */
#include "demo/select.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "demo/kinds.h"
#include "json/scan.h"
#include "kube/selector.h"

#define VALUE_MAX  ((size_t)1 << 20)
#define FIELDS_MAX 64

/* Events are stored in the words of events.k8s.io/v1; core/v1 has others for the
 * same fields (pkg/apis/core/v1/conversion.go). */
static const struct {
	const char *core;
	const char *stored;
} event_words[] = {
	{ "involvedObject.", "regarding." },
	{ "reportingComponent", "reportingController" },
	{ "source", "reportingController" },
};

static const char *const event_fields[] = { "regarding.kind", "regarding.namespace",
	"regarding.name", "regarding.uid", "regarding.apiVersion", "regarding.resourceVersion",
	"regarding.fieldPath", "reason", "reportingController", "type" };

static bool is_event(const struct demo_kind *kind)
{
	return kind->builtin && strcmp(kind->kind, "Event") == 0;
}

/* The path in the stored version's words, on the heap. */
static char *stored_path(const struct demo_kind *kind, struct str path)
{
	for (size_t i = 0; is_event(kind) && i < sizeof(event_words) / sizeof(*event_words); i++) {
		struct str core = str_of(event_words[i].core);

		if (!str_starts(path, core) || (!str_ends(core, STR(".")) && path.len != core.len))
			continue;
		return mem_printf("%s" STR_FMT, event_words[i].stored, (int)(path.len - core.len),
			path.p + core.len);
	}
	return str_dup(path);
}

static bool is_known(
	const struct demo_kind *kind, const struct demo_version *version, const char *path)
{
	if (strcmp(path, "metadata.name") == 0 || strcmp(path, "metadata.namespace") == 0)
		return true;
	for (size_t i = 0; is_event(kind) && i < sizeof(event_fields) / sizeof(*event_fields);
		i++) {
		if (strcmp(path, event_fields[i]) == 0)
			return true;
	}
	for (size_t i = 0; i < version->n_selectable; i++) {
		if (strcmp(path, version->selectable[i]) == 0)
			return true;
	}
	return kind->builtin && strcmp(path, "status.phase") == 0;
}

/* One of `path=value`, `path==value` and `path!=value` (fields/selector.go). */
static int parse_term(struct str term, struct str *ret_path, struct demo_field *ret)
{
	const char *equals = memchr(term.p, '=', term.len);
	size_t at, value_at;

	if (!equals)
		return -1;
	at = (size_t)(equals - term.p);
	value_at = at + 1;
	ret->differs = at > 0 && term.p[at - 1] == '!';
	*ret_path = str_make(term.p, ret->differs ? at - 1 : at);
	if (!ret->differs && value_at < term.len && term.p[value_at] == '=')
		value_at++;
	ret->value = str_dup(str_make(term.p + value_at, term.len - value_at));
	return 0;
}

static int add_term(struct demo_select *ret, const struct demo_kind *kind,
	const struct demo_version *version, struct str term, struct error *err)
{
	struct demo_field field = { .path = NULL };
	struct str path;

	if (ret->n_fields == FIELDS_MAX)
		return error_set(err, ERROR_TOO_LARGE, "more than %d field selectors", FIELDS_MAX);
	if (parse_term(term, &path, &field) < 0)
		return error_set(err, ERROR_INVALID,
			"invalid selector: '" STR_FMT "'; can't understand '" STR_FMT "'",
			STR_ARG(term), STR_ARG(term));
	field.path = stored_path(kind, path);
	ret->fields[ret->n_fields++] = field;
	if (!is_known(kind, version, field.path))
		return error_set(
			err, ERROR_INVALID, "field label not supported: " STR_FMT, STR_ARG(path));
	return 0;
}

static int parse_fields(struct demo_select *ret, const struct demo_kind *kind,
	const struct demo_version *version, struct str text, struct error *err)
{
	if (!text.p || text.len == 0)
		return 0;
	ret->fields = mem_zalloc(FIELDS_MAX * sizeof(*ret->fields));
	while (text.p) {
		struct str term = str_trim(str_cut(&text, ','));

		if (term.len > 0 && add_term(ret, kind, version, term, err) < 0)
			return -1;
	}
	return 0;
}

int demo_select_init(struct demo_select *ret, const struct demo_kind *kind,
	const struct demo_version *version, const struct demo_select_texts *texts,
	struct error *err)
{
	*ret = (struct demo_select){ .ns = texts->ns.p ? str_dup(texts->ns) : NULL };
	if (texts->labels.p && texts->labels.len > 0 &&
		selector_parse(texts->labels, &ret->labels, NULL, err) < 0)
		goto fail;
	if (parse_fields(ret, kind, version, texts->fields, err) < 0)
		goto fail;
	return 0;
fail:
	demo_select_release(ret);
	return -1;
}

void demo_select_release(struct demo_select *select)
{
	for (size_t i = 0; i < select->n_fields; i++) {
		free(select->fields[i].path);
		free(select->fields[i].value);
	}
	free(select->fields);
	selector_free(select->labels);
	free(select->ns);
	*select = (struct demo_select){ .ns = NULL };
}

/* Appends the text of a string value; anything else is the empty text. */
static void add_value(struct str json, struct buf *out)
{
	struct scan s;
	struct str raw;

	if (!json.p)
		return;
	scan_init(&s, json);
	if (scan_type(&s) == SCAN_STRING && scan_string(&s, &raw) == 0)
		scan_unescape(raw, out);
}

static struct str member_at(struct str object, const char *path)
{
	struct str rest = str_of(path);

	while (rest.p && object.p) {
		char *key = str_dup(str_cut(&rest, '.'));

		object = scan_member(object, key);
		free(key);
	}
	return object;
}

static bool field_holds(const struct demo_field *field, struct str object)
{
	struct buf value = BUF_INIT(VALUE_MAX);
	bool same;

	add_value(member_at(object, field->path), &value);
	same = str_is(buf_str(&value), field->value);
	buf_release(&value);
	return same != field->differs;
}

static bool term_holds(const struct selector_term *term, struct str labels)
{
	struct str json = labels.p ? scan_member(labels, term->key) : labels;
	struct buf value = BUF_INIT(VALUE_MAX);
	bool holds;

	if (!json.p)
		return selector_term_holds_absent(term);
	add_value(json, &value);
	holds = selector_term_holds(term, buf_str(&value));
	buf_release(&value);
	return holds;
}

static bool labels_hold(const struct selector *selector, struct str object)
{
	struct str labels = member_at(object, "metadata.labels");

	for (size_t i = 0; i < selector->n_terms; i++) {
		if (!term_holds(&selector->terms[i], labels))
			return false;
	}
	return true;
}

bool demo_select_holds(const struct demo_select *select, struct str object)
{
	struct demo_field in_ns = { .path = "metadata.namespace", .value = select->ns };

	if (select->ns && !field_holds(&in_ns, object))
		return false;
	for (size_t i = 0; i < select->n_fields; i++) {
		if (!field_holds(&select->fields[i], object))
			return false;
	}
	return !select->labels || labels_hold(select->labels, object);
}
