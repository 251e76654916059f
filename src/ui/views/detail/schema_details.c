#include "ui/views/detail/schema_details.h"

#include <stdlib.h>

#include "base/buf.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/schema.h"
#include "ui/widgets/facts.h"
#include "ui/widgets/text.h"

#define VALUE_WIDTH 60

static void add_value(struct buf *out, const char *name, struct str value)
{
	if (!value.p)
		return;
	buf_addf(out, "%s%s ", out->len ? ", " : "", name);
	text_value(value, VALUE_WIDTH, out);
}

static void add_detail(struct schema_page *page, size_t indent, const char *name, struct str text)
{
	struct buf line = BUF_INIT(FACTS_LINE_MAX);

	if (text.p && text.len) {
		buf_addf(&line, "%s" STR_FMT, name, STR_ARG(text));
		facts_wrapped(page->facts, ROLE_DIM, buf_str(&line), indent, page->width);
	}
	buf_release(&line);
}

static void add_limits(struct schema_page *page, const struct schema_facts *f, size_t indent)
{
	struct buf out = BUF_INIT(FACTS_LINE_MAX);

	if (f->format.p)
		buf_addf(&out, "format " STR_FMT, STR_ARG(f->format));
	add_value(&out, "default", f->preset);
	add_value(&out, f->exclusive_minimum ? "more than" : "minimum", f->minimum);
	add_value(&out, f->exclusive_maximum ? "less than" : "maximum", f->maximum);
	add_value(&out, "a multiple of", f->multiple);
	add_value(&out, "min length", f->min_length);
	add_value(&out, "max length", f->max_length);
	add_value(&out, "min items", f->min_items);
	add_value(&out, "max items", f->max_items);
	add_value(&out, "min members", f->min_members);
	add_value(&out, "max members", f->max_members);
	if (f->list_type.p)
		buf_addf(&out, "%slist of type " STR_FMT, out.len ? ", " : "",
			STR_ARG(f->list_type));
	if (f->nullable)
		buf_addf(&out, "%snullable", out.len ? ", " : "");
	if (f->preserve)
		buf_addf(&out, "%sunknown fields are kept", out.len ? ", " : "");
	if (f->embedded)
		buf_addf(&out, "%san object of its own", out.len ? ", " : "");
	add_detail(page, indent, "", buf_str(&out));
	buf_release(&out);
}

static void add_enum(struct schema_page *page, struct str values, size_t indent)
{
	struct buf out = BUF_INIT(FACTS_LINE_MAX);
	struct str item;
	struct scan s;

	if (!values.p)
		return;
	scan_init(&s, values);
	if (!scan_array_or_skip(&s))
		return;
	while (scan_item_text(&s, &item)) {
		buf_addz(&out, out.len ? ", " : "");
		text_value(item, VALUE_WIDTH, &out);
	}
	add_detail(page, indent, "one of: ", buf_str(&out));
	buf_release(&out);
}

static void add_rules(struct schema_page *page, struct str rules, size_t indent)
{
	struct str item;
	struct scan s;

	if (!rules.p)
		return;
	scan_init(&s, rules);
	if (!scan_array_or_skip(&s))
		return;
	while (scan_item_text(&s, &item)) {
		char *rule = pick_text_or_empty(scan_member(item, "rule"));
		char *message = pick_text_or_empty(scan_member(item, "message"));

		add_detail(page, indent, "rule: ", str_of(rule));
		add_detail(page, indent + 6, "", str_of(message));
		free(rule);
		free(message);
	}
}

void schema_details(struct schema_page *page, struct str schema, size_t indent)
{
	struct schema_facts f, inner;
	char *text;

	schema_read(schema, &f);
	add_limits(page, &f, indent);
	add_enum(page, f.values, indent);
	if (f.pattern.p) {
		text = pick_text_or_empty(f.pattern);
		add_detail(page, indent, "pattern: ", str_of(text));
		free(text);
	}
	add_rules(page, f.rules, indent);
	text = text_unescaped(f.description.p ? f.description : STR(""), FACTS_LINE_MAX);
	add_detail(page, indent, "", str_of(text));
	free(text);
	if (!f.items.p)
		return;
	schema_read(f.items, &inner);
	add_enum(page, inner.values, indent);
	add_rules(page, inner.rules, indent);
}
