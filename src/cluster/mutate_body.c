#include "cluster/mutate_body.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cluster/mutate.h"
#include "json/doc.h"
#include "json/emit.h"
#include "json/pick.h"
#include "json/scan.h"

static void add_comma(struct buf *out)
{
	if (out->len && out->data[out->len - 1] != '{' && out->data[out->len - 1] != '[')
		buf_addc(out, ',');
}

static void add_condition(struct buf *out, struct str metadata, const char *key, struct str value)
{
	if (value.len == 0 || scan_member(metadata, key).p)
		return;
	add_comma(out);
	buf_addf(out, "\"%s\":", key);
	emit_string(value, out);
}

/* The members of an object as they are, without its brackets. */
static void add_members(struct buf *out, struct str object)
{
	struct str key, value;
	struct scan s;

	scan_init(&s, object);
	if (!object.p || scan_object(&s) < 0)
		return;
	while (scan_key(&s, &key) && scan_skip(&s, &value) == 0) {
		add_comma(out);
		buf_addf(out, "\"" STR_FMT "\":" STR_FMT, STR_ARG(key), STR_ARG(value));
	}
}

static void add_metadata(const struct mutate *m, struct str metadata, struct buf *out)
{
	add_comma(out);
	buf_addz(out, "\"metadata\":{");
	add_condition(out, metadata, "uid", m->uid);
	add_condition(out, metadata, "resourceVersion", m->version);
	add_members(out, metadata);
	buf_addc(out, '}');
}

static int add_object(const struct mutate *m, struct buf *out, struct error *err)
{
	struct str metadata = scan_member(m->body, "metadata");
	struct str key, value;
	struct scan s;

	scan_init(&s, m->body);
	if (scan_object(&s) < 0 || (metadata.p && metadata.p[0] != '{'))
		return error_set(err, ERROR_INVALID, "it is no object with metadata");
	buf_addc(out, '{');
	add_metadata(m, metadata, out);
	while (scan_key(&s, &key) && scan_skip(&s, &value) == 0) {
		if (pick_is(key, "metadata"))
			continue;
		add_comma(out);
		buf_addf(out, "\"" STR_FMT "\":" STR_FMT, STR_ARG(key), STR_ARG(value));
	}
	buf_addc(out, '}');
	return 0;
}

static void add_test(struct buf *out, const char *key, struct str value)
{
	if (value.len == 0)
		return;
	add_comma(out);
	buf_addf(out, "{\"op\":\"test\",\"path\":\"/metadata/%s\",\"value\":", key);
	emit_string(value, out);
	buf_addc(out, '}');
}

static int add_json_patch(const struct mutate *m, struct buf *out, struct error *err)
{
	struct str operation;
	struct scan s;

	scan_init(&s, m->body);
	if (scan_array(&s) < 0)
		return error_set(err, ERROR_INVALID, "a JSON patch is a list of operations");
	buf_addc(out, '[');
	add_test(out, "uid", m->uid);
	add_test(out, "resourceVersion", m->version);
	while (scan_item_text(&s, &operation)) {
		add_comma(out);
		buf_addstr(out, operation);
	}
	buf_addc(out, ']');
	return 0;
}

static void add_string(struct doc *object, const char *key, struct str value)
{
	char *text;

	if (value.len == 0)
		return;
	text = str_dup(value);
	doc_add_string(object, key, text);
	free(text);
}

static void add_delete_options(const struct mutate *m, struct buf *out)
{
	static const char *const policies[] = {
		[MUTATE_BACKGROUND] = "Background",
		[MUTATE_FOREGROUND] = "Foreground",
		[MUTATE_ORPHAN] = "Orphan",
	};
	struct doc *options = doc_new_object(), *conditions;
	char *text;

	doc_add_string(options, "kind", "DeleteOptions");
	doc_add_string(options, "apiVersion", "v1");
	if (m->grace) {
		text = mem_printf("%" PRId64, *m->grace);
		doc_add_raw(options, "gracePeriodSeconds", text);
		free(text);
	}
	if (m->propagation != MUTATE_PROPAGATION_UNSAID)
		doc_add_string(options, "propagationPolicy", policies[m->propagation]);
	if (m->uid.len || m->version.len) {
		conditions = doc_add_object(options, "preconditions");
		add_string(conditions, "uid", m->uid);
		add_string(conditions, "resourceVersion", m->version);
	}
	if (m->dry_run)
		doc_append_string(doc_add_array(options, "dryRun"), "All");
	text = doc_print(options);
	buf_addz(out, text);
	free(text);
	doc_free(options);
}

int mutate_body(const struct mutate *m, struct buf *out, struct error *err)
{
	bool plain = m->uid.len == 0 && m->version.len == 0;

	if (m->verb <= MUTATE_LIST)
		return 0;
	if (m->verb == MUTATE_DELETE)
		add_delete_options(m, out);
	else if (plain)
		buf_addstr(out, m->body);
	else if ((m->verb == MUTATE_JSON_PATCH ? add_json_patch(m, out, err)
					       : add_object(m, out, err)) < 0)
		return -1;
	if (out->overflow)
		return error_set(
			err, ERROR_TOO_LARGE, "it is larger than %zu MiB", MUTATE_BODY_MAX >> 20);
	return 0;
}
