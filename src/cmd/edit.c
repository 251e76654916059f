/*
 * edit - `crwatch edit KIND NAME`: an object in the user's editor, and of what comes
 * back the smallest patch, for the version that was opened and no other.
 *
 * Both texts between which the patch is made have gone the same way, from JSON to
 * YAML and back: what YAML cannot say (a lone surrogate) differs in neither, and is
 * left alone.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "cmd/changing.h"
#include "cmd/cmd.h"
#include "cmd/editor.h"
#include "cmd/printer.h"
#include "json/documents.h"
#include "json/emit.h"
#include "json/merge.h"
#include "json/scan.h"
#include "json/yaml.h"

#define TEXT_MAX ((size_t)64 << 20)

static const char head[] =
	"# Lines that begin with '#' are left out, and a file without any other line ends the\n"
	"# edit. What cannot be sent is opened again with the reason here.\n"
	"#\n";

struct edit {
	struct changing_kind kind;
	struct str name;
	struct changing_version version; /* of what was opened */
	struct buf before;		 /* as JSON, by way of YAML */
	struct buf shown; /* the YAML that was opened last, without comments on top */
	struct buf after; /* as JSON */
	char *path;	  /* of the file */
	char *refused;	  /* why it has been opened again; NULL: it has not */
	bool edited;	  /* it is not what it was */
};

/* What became of one turn of the editor. */
enum turn {
	TURN_DONE,
	TURN_AGAIN, /* err says why */
	TURN_NOTHING,
	TURN_FAILED, /* err says why; the file is kept */
};

/* ---- the file ---- */

static bool is_comment(struct str line)
{
	line = str_trim(line);
	return line.len == 0 || line.p[0] == '#';
}

/* Without the comments before the first other line; empty when there is none. */
static struct str body_of(struct str text)
{
	while (text.len) {
		struct str rest = text;
		struct str line = str_cut(&rest, '\n');

		if (!is_comment(line))
			return text;
		text = rest;
	}
	return STR("");
}

/* Whether a field that the server does not take, or has twice, ends here and the next
 * one begins: names stand in quotes, in which a quote has a backslash before it. */
static bool is_between_fields(struct str rest)
{
	return str_starts(rest, STR("\", unknown field \"")) ||
	       str_starts(rest, STR("\", duplicate field \""));
}

/* All these fields are one sentence: they are looked for one by one. */
static void add_fields(struct buf *out, struct str fields)
{
	buf_addz(out, "# * ");
	while (fields.len) {
		bool ends = is_between_fields(fields);
		size_t n = ends ? strlen("\", ") : 1;

		buf_addc(out, fields.p[0]);
		if (ends)
			buf_addz(out, "\n# * ");
		fields = str_make(fields.p + n, fields.len - n);
	}
	buf_addc(out, '\n');
}

static void add_reason(struct buf *out, const char *reason)
{
	static const char strict[] = "strict decoding error: ";
	struct str rest = str_of(reason);

	while (rest.p) {
		struct str line = str_cut(&rest, '\n');
		const char *at = memmem(line.p, line.len, strict, sizeof(strict) - 1);
		size_t before = at ? (size_t)(at - line.p) + sizeof(strict) - 1 : line.len;

		buf_addf(out, "# " STR_FMT "\n", STR_ARG(str_trim(str_make(line.p, before))));
		if (before < line.len)
			add_fields(out, str_make(line.p + before, line.len - before));
	}
	buf_addz(out, "#\n");
}

/* For the first time, or with the reason why it could not be sent. */
static int write_file(struct edit *e, const char *reason, struct error *err)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	int rc = 0;

	buf_addz(&text, head);
	if (reason)
		add_reason(&text, reason);
	buf_addstr(&text, buf_str(&e->shown));
	if (text.overflow)
		rc = error_set(err, ERROR_TOO_LARGE, "the object is too large to be edited");
	else if (e->path)
		rc = editor_write(e->path, buf_str(&text), err);
	else
		e->path = editor_file(buf_str(&text), err);
	buf_release(&text);
	return e->path ? rc : -1;
}

static void remove_file(const struct edit *e)
{
	unlink(e->path);
}

static void keep_file(const struct edit *e)
{
	if (e->edited)
		printer_warn("A copy of what was edited is in %s", e->path);
	else
		remove_file(e);
}

/* ---- the object ---- */

static int read_object(struct changing *c, struct edit *e, struct error *err)
{
	struct emit_options options = { .managed_fields = false };
	struct mutate m = changing_of(c, MUTATE_READ, &e->kind, STR(""), e->name);
	int code;

	if (changing_look(c, &m, NULL, &e->version, &code, err) < 0)
		return -1;
	if (emit_yaml(changing_answer(c), &options, &e->shown, NULL, err) < 0)
		return -1;
	return yaml_to_json(buf_str(&e->shown), YAML_TYPED, &e->before, err);
}

static int keep_json(void *arg, struct str json)
{
	struct edit *e = arg;

	if (e->after.len)
		buf_addc(&e->after, ' '); /* a second one: no JSON any more */
	buf_addstr(&e->after, json);
	return 0;
}

static int read_edited(struct edit *e, struct error *err)
{
	buf_reset(&e->after);
	if (documents_each(buf_str(&e->shown), TEXT_MAX, keep_json, e, err) < 0)
		return -1;
	return scan_validate(buf_str(&e->after), err);
}

/* 400 and 422 are about the text; others would come again. */
static enum turn send_patch(struct changing *c, struct edit *e, struct str patch, struct error *err)
{
	struct mutate m = changing_of(c, MUTATE_MERGE_PATCH, &e->kind, STR(""), e->name);
	int code;

	m.body = patch;
	m.uid = str_of(e->version.uid);
	m.version = str_of(e->version.rv);
	if (changing_send(c, &m, NULL, &code, err) == 0)
		return TURN_DONE;
	return code == 400 || code == 422 ? TURN_AGAIN : TURN_FAILED;
}

static enum turn send_edited(struct changing *c, struct edit *e, struct error *err)
{
	struct buf patch = BUF_INIT(MUTATE_BODY_MAX);
	bool differs = false;
	enum turn turn = TURN_AGAIN;

	if (read_edited(e, err) == 0 &&
		merge_patch(buf_str(&e->before), buf_str(&e->after), &patch, &differs, err) == 0)
		turn = differs ? send_patch(c, e, buf_str(&patch), err) : TURN_NOTHING;
	buf_release(&patch);
	return turn;
}

/* ---- turns ---- */

/* What the editor has left behind, also one that failed; err says why not. */
static bool read_file(struct edit *e, struct str *ret_body, char **ret_text, struct error *err)
{
	size_t len;

	*ret_text = file_read(e->path, TEXT_MAX, &len, NULL, err);
	if (!*ret_text) {
		e->edited = false; /* and there is nothing to be kept */
		return false;
	}
	*ret_body = body_of(str_make(*ret_text, len));
	e->edited = e->edited || !str_eq(*ret_body, buf_str(&e->shown));
	return true;
}

static enum turn edit_once(struct changing *c, struct edit *e, struct error *err)
{
	struct error why = ERROR_INIT;
	int rc = editor_run(e->path, err);
	struct str body;
	char *text;
	bool same;

	if (!read_file(e, &body, &text, rc < 0 ? &why : err) || rc < 0) {
		error_release(&why);
		free(text);
		return TURN_FAILED;
	}
	same = body.len == 0 || str_eq(body, buf_str(&e->shown));
	if (!same) {
		buf_reset(&e->shown);
		buf_addstr(&e->shown, body);
	}
	free(text);
	return same ? TURN_NOTHING : send_edited(c, e, err);
}

static int nothing(const struct edit *e, struct error *err)
{
	if (e->refused) {
		keep_file(e);
		printer_warn("error: %s", e->refused);
		return error_set(
			err, ERROR_INVALID, "Edit cancelled, no valid changes were saved.");
	}
	remove_file(e);
	printer_warn("Edit cancelled, no changes made.");
	return 0;
}

static int edit_object(struct changing *c, struct edit *e, struct error *err)
{
	enum turn turn = TURN_AGAIN;

	while (turn == TURN_AGAIN) {
		if (write_file(e, e->refused, err) < 0) {
			if (e->refused)
				keep_file(e);
			return -1;
		}
		error_release(err);
		turn = edit_once(c, e, err);
		if (turn == TURN_AGAIN) {
			free(e->refused);
			e->refused = mem_strdup(err->text);
		}
	}
	if (turn == TURN_NOTHING)
		return nothing(e, err);
	if (turn == TURN_FAILED) {
		keep_file(e);
		return -1;
	}
	remove_file(e);
	return changing_done(c, &e->kind, e->name, err);
}

static int run(struct changing *c, struct error *err)
{
	struct edit *e = c->own;
	struct str word;
	int rc;

	changing_named(c, 0, &word, &e->name);
	if (changing_find(c, word, &e->kind, err) < 0)
		return -1;
	rc = read_object(c, e, err);
	if (rc == 0)
		rc = edit_object(c, e, err);
	changing_kind_release(&e->kind);
	return rc;
}

int cmd_edit(const struct cmd_args *args)
{
	static const struct changing_command command = {
		.name = "edit",
		.usage = "a kind and a name: crwatch edit KIND NAME",
		.takes = CHANGING_SUBRESOURCE | CHANGING_VALIDATE,
		.names_max = 1,
		.done = "edited",
		.run = run,
	};
	struct edit e = {
		.before = BUF_INIT(TEXT_MAX),
		.shown = BUF_INIT(TEXT_MAX),
		.after = BUF_INIT(TEXT_MAX),
	};
	int code = changing_main(args, &command, &e);

	changing_version_release(&e.version);
	free(e.path);
	free(e.refused);
	buf_release(&e.before);
	buf_release(&e.shown);
	buf_release(&e.after);
	return code;
}
