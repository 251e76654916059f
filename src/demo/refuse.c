/*
 * The words are apimachinery's (api/errors). See refuse.h.
 */
#include "demo/refuse.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "demo/kinds.h"
#include "json/doc.h"

static struct doc *new_status(const char *status)
{
	struct doc *doc = doc_new_object();

	doc_add_string(doc, "kind", "Status");
	doc_add_string(doc, "apiVersion", "v1");
	doc_add_object(doc, "metadata");
	doc_add_string(doc, "status", status);
	return doc;
}

/* "widgets.example.com", "namespaces": how messages name a resource. */
static char *resource_name(const struct demo_kind *kind)
{
	return mem_printf("%s%s%s", kind->plural, kind->group[0] ? "." : "", kind->group);
}

static struct doc *add_details(struct doc *doc, const struct demo_kind *kind, struct str name)
{
	struct doc *details = doc_add_object(doc, "details");
	char *text = str_dup(name);

	if (name.len > 0)
		doc_add_string(details, "name", text);
	if (kind->group[0])
		doc_add_string(details, "group", kind->group);
	doc_add_string(details, "kind", kind->plural);
	free(text);
	return details;
}

/* Prints the document as the answer and frees it. */
static void answer(struct demo_answer *ret, int code, struct doc *doc)
{
	char *text;

	doc_set(doc, "code", doc_new_i64(code));
	text = doc_print(doc);
	buf_reset(&ret->body);
	buf_addz(&ret->body, text);
	buf_addc(&ret->body, '\n');
	ret->code = code;
	ret->content_type = "application/json";
	free(text);
	doc_free(doc);
}

void demo_refuse(struct demo_answer *ret, int code, const char *reason, const char *fmt, ...)
{
	struct doc *doc = new_status("Failure");
	va_list args;
	char *message;

	va_start(args, fmt);
	if (vasprintf(&message, fmt, args) < 0)
		abort();
	va_end(args);
	doc_add_string(doc, "message", message);
	doc_add_string(doc, "reason", reason);
	doc_add_object(doc, "details");
	answer(ret, code, doc);
	free(message);
}

/* One of those whose message is `RESOURCE "NAME" and then some`. */
static void refuse_object(struct demo_answer *ret, int code, const char *reason,
	const struct demo_kind *kind, struct str name, const char *ending)
{
	struct doc *doc = new_status("Failure");
	char *resource = resource_name(kind);
	char *message = mem_printf("%s \"" STR_FMT "\" %s", resource, STR_ARG(name), ending);

	doc_add_string(doc, "message", message);
	doc_add_string(doc, "reason", reason);
	add_details(doc, kind, name);
	answer(ret, code, doc);
	free(message);
	free(resource);
}

void demo_refuse_not_found(struct demo_answer *ret, const struct demo_kind *kind, struct str name)
{
	refuse_object(ret, 404, "NotFound", kind, name, "not found");
}

void demo_refuse_exists(struct demo_answer *ret, const struct demo_kind *kind, struct str name)
{
	refuse_object(ret, 409, "AlreadyExists", kind, name, "already exists");
}

void demo_refuse_conflict(struct demo_answer *ret, const struct demo_kind *kind, struct str name)
{
	struct doc *doc = new_status("Failure");
	char *resource = resource_name(kind);
	char *message = mem_printf("Operation cannot be fulfilled on %s \"" STR_FMT
				   "\": the object has been modified; please apply your changes to "
				   "the latest version and try again",
		resource, STR_ARG(name));

	doc_add_string(doc, "message", message);
	doc_add_string(doc, "reason", "Conflict");
	add_details(doc, kind, name);
	answer(ret, 409, doc);
	free(message);
	free(resource);
}

/* "Kind.group "name" is invalid: field: message", or a list of those in brackets. */
static void add_causes(
	struct buf *message, struct doc *details, const struct demo_cause *causes, size_t n)
{
	struct doc *list = doc_add_array(details, "causes");

	buf_addz(message, n > 1 ? "[" : "");
	for (size_t i = 0; i < n; i++) {
		struct doc *cause = doc_append_object(list);

		buf_addf(message, "%s%s: %s", i ? ", " : "", causes[i].field, causes[i].message);
		doc_add_string(cause, "reason", causes[i].reason);
		doc_add_string(cause, "message", causes[i].message);
		doc_add_string(cause, "field", causes[i].field);
	}
	buf_addz(message, n > 1 ? "]" : "");
}

void demo_refuse_invalid(struct demo_answer *ret, const struct demo_kind *kind, struct str name,
	const struct demo_cause *causes, size_t n_causes)
{
	struct doc *doc = new_status("Failure");
	struct doc *details = add_details(doc, kind, name);
	struct buf message = BUF_INIT((size_t)1 << 20);

	doc_set(details, "kind", doc_new_string(kind->kind));
	buf_addf(&message, "%s%s%s \"" STR_FMT "\" is invalid: ", kind->kind,
		kind->group[0] ? "." : "", kind->group, STR_ARG(name));
	add_causes(&message, details, causes, n_causes);
	doc_add_string(doc, "message", buf_text(&message));
	doc_add_string(doc, "reason", "Invalid");
	answer(ret, 422, doc);
	buf_release(&message);
}

void demo_answer_success(
	struct demo_answer *ret, const struct demo_kind *kind, struct str name, struct str uid)
{
	struct doc *doc = new_status("Success");
	struct doc *details = add_details(doc, kind, name);
	char *text = str_dup(uid);

	if (uid.len > 0)
		doc_add_string(details, "uid", text);
	answer(ret, 200, doc);
	free(text);
}
