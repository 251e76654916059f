#include "kube/gvr.h"

#include <stdlib.h>

void gvr_init(struct gvr *gvr, struct str group, struct str version, struct str resource)
{
	gvr->group = str_dup(group);
	gvr->version = str_dup(version);
	gvr->resource = str_dup(resource);
}

void gvr_release(struct gvr *gvr)
{
	if (!gvr)
		return;
	free(gvr->group);
	free(gvr->version);
	free(gvr->resource);
	*gvr = (struct gvr){ NULL, NULL, NULL };
}

static bool is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void gvr_escape(struct str text, struct buf *out)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (is_unreserved(text.p[i])) {
			buf_addc(out, text.p[i]);
		} else {
			buf_addc(out, '%');
			buf_addc(out, hex[c >> 4]);
			buf_addc(out, hex[c & 15]);
		}
	}
}

static void add_segment(struct buf *out, struct str text)
{
	buf_addc(out, '/');
	/* A segment of dots alone would be taken for a step up the path. */
	if (str_is(text, ".") || str_is(text, "..")) {
		for (size_t i = 0; i < text.len; i++)
			buf_addz(out, "%2E");
		return;
	}
	gvr_escape(text, out);
}

void gvr_path(const struct gvr *gvr, struct str ns, struct str name, struct buf *out)
{
	struct str group = str_of(gvr->group);

	if (group.len) {
		buf_addz(out, "/apis");
		add_segment(out, group);
	} else {
		buf_addz(out, "/api");
	}
	add_segment(out, str_of(gvr->version));
	if (ns.len) {
		buf_addz(out, "/namespaces");
		add_segment(out, ns);
	}
	add_segment(out, str_of(gvr->resource));
	if (name.len)
		add_segment(out, name);
}
