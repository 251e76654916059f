#include "kube/refusal.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/texts.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/status.h"

#define TEXT_MAX ((size_t)4 << 20)

struct details {
	char *kind, *name; /* "" when they are not said */
	char **causes;	   /* a line each, no two equal */
	size_t n_causes;
	bool more;     /* than are listed */
	bool managers; /* all of them are conflicts of an apply */
};

static void details_release(struct details *d)
{
	free(d->kind);
	free(d->name);
	texts_free(d->causes, d->n_causes);
}

/* kubectl's "field: message", or "message: field" for a manager's conflict. */
static char *cause_line(struct str cause, bool *ret_manager)
{
	static const char *const keys[] = { "reason", "message", "field" };
	struct str v[3];
	char *message, *field, *line;

	pick_members(cause, keys, v, 3);
	*ret_manager = pick_is_string(v[0], "FieldManagerConflict");
	message = pick_text_or_empty(v[1]);
	field = pick_text_or_empty(v[2]);
	if (!*field)
		line = mem_strdup(message);
	else if (*ret_manager)
		line = mem_printf("%s: %s", message, field);
	else
		line = mem_printf("%s: %s", field, message);
	free(message);
	free(field);
	return line;
}

static void add_cause(struct details *d, const char *line)
{
	for (size_t i = 0; i < d->n_causes; i++) {
		if (strcmp(d->causes[i], line) == 0)
			return;
	}
	if (d->n_causes < REFUSAL_CAUSES_MAX)
		texts_add(&d->causes, &d->n_causes, line);
	else
		d->more = true;
}

static void read_causes(struct details *d, struct str causes)
{
	struct str cause;
	struct scan s;

	scan_init(&s, causes);
	if (!causes.p || scan_array(&s) < 0)
		return;
	d->managers = true;
	while (!d->more && scan_item_text(&s, &cause)) {
		bool manager;
		char *line = cause_line(cause, &manager);

		d->managers = d->managers && manager;
		add_cause(d, line);
		free(line);
	}
	d->managers = d->managers && d->n_causes;
}

static void read_details(struct details *d, struct str body)
{
	static const char *const keys[] = { "kind", "name", "causes" };
	struct str v[3];

	*d = (struct details){ 0 };
	pick_members(scan_member(body, "details"), keys, v, 3);
	d->kind = pick_text_or_empty(v[0]);
	d->name = pick_text_or_empty(v[1]);
	read_causes(d, v[2]);
}

static void add_causes(struct buf *out, const struct details *d)
{
	for (size_t i = 0; i < d->n_causes; i++)
		buf_addf(out, "\n* %s", d->causes[i]);
	if (d->more)
		buf_addz(out, "\n* and more");
}

static void say_invalid(struct buf *out, const struct details *d, const char *message)
{
	bool named = *d->kind || *d->name;

	if (named)
		buf_addf(out, "The %s \"%s\" is invalid", d->kind, d->name);
	else
		buf_addz(out, "The request is invalid");
	if (!named && d->n_causes == 0 && *message)
		buf_addf(out, ": %s", message);
	if (d->n_causes == 1)
		buf_addf(out, ": %s", d->causes[0]);
	else if (d->n_causes)
		buf_addz(out, ": "); /* kubectl's blank, to the byte */
	if (d->n_causes > 1)
		add_causes(out, d);
}

static void say_status(struct buf *out, struct status *st, const char *during)
{
	char *text;

	if (during) {
		text = mem_printf("%s: %s", during, st->message);
		free(st->message);
		st->message = text;
	}
	text = status_text(st);
	buf_addz(out, text);
	free(text);
}

void refusal_read(
	struct refusal *ret, int http_code, struct str body, const char *what, const char *during)
{
	struct buf out = BUF_INIT(TEXT_MAX);
	struct details details;
	struct status st;

	status_read(&st, http_code, body, what);
	read_details(&details, body);
	*ret = (struct refusal){ .code = st.code };
	if (st.code == 409 && details.managers) {
		ret->managers = true;
		buf_addf(&out, "error: Apply failed with %zu conflict%s:", details.n_causes,
			details.n_causes == 1 ? "" : "s");
		add_causes(&out, &details);
	} else if (status_is_invalid(&st)) {
		say_invalid(&out, &details, st.message);
	} else {
		say_status(&out, &st, during);
	}
	ret->text = mem_strdup(buf_text(&out));
	buf_release(&out);
	details_release(&details);
	status_release(&st);
}

void refusal_release(struct refusal *refusal)
{
	free(refusal->text);
	*refusal = (struct refusal){ 0 };
}
