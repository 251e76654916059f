/*
 * Texts are copied through; only the version in front of them changes. See view.h.
 */
#include "demo/view.h"

#include <inttypes.h>
#include <string.h>

#include "demo/event.h"
#include "demo/kinds.h"
#include "demo/rows.h"
#include "json/compact.h"
#include "json/scan.h"

/* ---- what Accept asks for ---- */

struct media {
	struct str type;
	struct str as, v, g;
};

static struct media parse_media(struct str text)
{
	struct media media = { .type = str_trim(str_cut(&text, ';')) };

	while (text.p) {
		struct str value = str_cut(&text, ';');
		struct str key = str_trim(str_cut(&value, '='));

		value = value.p ? str_trim(value) : STR("");
		if (str_is(key, "as"))
			media.as = value;
		else if (str_is(key, "v"))
			media.v = value;
		else if (str_is(key, "g"))
			media.g = value;
	}
	return media;
}

static bool is_json(struct str type)
{
	return str_is(type, "application/json") || str_is(type, "application/*") ||
	       str_is(type, "*/*") || type.len == 0;
}

/* Whether this one is served, and as what. */
static bool media_form(const struct media *media, enum demo_form *ret)
{
	if (!is_json(media->type))
		return false;
	if (!media->as.p) {
		*ret = DEMO_OBJECTS;
		return true;
	}
	if (!str_is(media->g, "meta.k8s.io") || !str_is(media->v, "v1"))
		return false;
	if (str_is(media->as, "Table"))
		*ret = DEMO_TABLE;
	else if (str_starts(media->as, STR("PartialObjectMetadata")))
		*ret = DEMO_PARTIAL;
	else
		return false;
	return true;
}

int demo_view_form(const char *accept, enum demo_form *ret, struct error *err)
{
	struct str rest = str_of(accept);

	while (rest.p) {
		struct media media = parse_media(str_cut(&rest, ','));

		if (media_form(&media, ret))
			return 0;
	}
	if (!accept || !*accept) {
		*ret = DEMO_OBJECTS;
		return 0;
	}
	return error_set(err, ERROR_UNSUPPORTED,
		"only the following media types are accepted: application/json");
}

/* ---- one object ---- */

static void add_version(const struct demo_view *view, struct buf *out)
{
	if (view->kind->group[0])
		buf_addf(out, "%s/", view->kind->group);
	buf_addz(out, view->version->name);
}

static bool is_core_event(const struct demo_kind *kind)
{
	return kind->builtin && kind->group[0] == '\0' && strcmp(kind->kind, "Event") == 0;
}

static int refuse_conversion(const struct demo_view *view, struct error *err)
{
	const struct demo_kind *kind = view->kind;

	return error_set(err, ERROR_STATUS,
		"conversion webhook for %s/%s, Kind=%s failed: Post "
		"\"https://%s-conversion.%s.svc:443/convert?timeout=30s\": service "
		"\"%s-conversion\" not found",
		kind->group, demo_kind_storage(kind)->name, kind->kind, kind->singular,
		"platform-system", kind->singular);
}

int demo_view_check(const struct demo_view *view, struct error *err)
{
	if (!view->kind->webhook || view->version == demo_kind_storage(view->kind))
		return 0;
	return refuse_conversion(view, err);
}

int demo_view_object(
	const struct demo_view *view, struct str object, struct buf *out, struct error *err)
{
	struct buf wanted = BUF_INIT(1024);
	struct str stored;
	bool same;

	if (is_core_event(view->kind))
		return demo_event_to_core(object, out);
	stored = scan_member(object, "apiVersion");
	add_version(view, &wanted);
	same = stored.len == wanted.len + 2 && memcmp(stored.p + 1, wanted.data, wanted.len) == 0;
	buf_release(&wanted);
	if (same)
		return buf_addstr(out, object);
	if (view->kind->webhook)
		return refuse_conversion(view, err);
	buf_add(out, object.p, (size_t)(stored.p + 1 - object.p));
	add_version(view, out);
	return buf_add(out, stored.p + stored.len - 1,
		object.len - (size_t)(stored.p + stored.len - 1 - object.p));
}

static void add_metadata_only(struct str object, struct buf *out)
{
	struct str metadata = scan_member(object, "metadata");

	buf_addz(out, "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\","
		      "\"metadata\":");
	buf_addstr(out, metadata.p ? metadata : STR("{}"));
	buf_addc(out, '}');
}

static int add_table(const struct demo_view *view, struct str object, bool columns, struct buf *out,
	struct error *err)
{
	struct str rv = scan_member(scan_member(object, "metadata"), "resourceVersion");

	buf_addz(out, "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{"
		      "\"resourceVersion\":");
	buf_addstr(out, rv.p ? rv : STR("\"\""));
	buf_addz(out, "},\"columnDefinitions\":");
	if (columns)
		demo_rows_columns(view, out);
	else
		buf_addz(out, "[]");
	buf_addz(out, ",\"rows\":[");
	if (demo_rows_add(view, object, out, err) < 0)
		return -1;
	return buf_addz(out, "]}");
}

int demo_view_one(const struct demo_view *view, struct str object, bool columns, struct buf *out,
	struct error *err)
{
	switch (view->form) {
	case DEMO_TABLE:
		return add_table(view, object, columns, out, err);
	case DEMO_PARTIAL:
		add_metadata_only(object, out);
		return 0;
	default:
		return demo_view_object(view, object, out, err);
	}
}

/* ---- lists ---- */

void demo_view_list_start(const struct demo_view *view, struct buf *out)
{
	switch (view->form) {
	case DEMO_TABLE:
		buf_addz(out, "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\","
			      "\"columnDefinitions\":");
		demo_rows_columns(view, out);
		buf_addz(out, ",\"rows\":[");
		break;
	case DEMO_PARTIAL:
		buf_addz(out, "{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":"
			      "\"meta.k8s.io/v1\",\"items\":[");
		break;
	default:
		buf_addz(out, "{\"apiVersion\":\"");
		add_version(view, out);
		buf_addf(out, "\",\"kind\":\"%s\",\"items\":[", view->kind->list_kind);
	}
}

int demo_view_list_item(const struct demo_view *view, struct str object, bool first,
	struct buf *out, struct error *err)
{
	if (!first)
		buf_addc(out, ',');
	if (view->form == DEMO_TABLE)
		return demo_rows_add(view, object, out, err);
	return demo_view_one(view, object, false, out, err);
}

void demo_view_list_end(int64_t rv, struct str token, struct buf *out)
{
	buf_addf(out, "],\"metadata\":{\"resourceVersion\":\"%" PRId64 "\"", rv);
	if (token.len > 0) {
		buf_addz(out, ",\"continue\":");
		compact_string(token, false, out);
	}
	buf_addz(out, "}}\n");
}
