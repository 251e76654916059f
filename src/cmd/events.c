/*
 * events - `crwatch events [KIND...]`: every change as it comes, one line each.
 *
 * Nothing is dropped: the log is held at what has been printed, and the watch
 * thread stops the streams before it would overrun it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cluster/kinds.h"
#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/printer.h"
#include "cmd/session.h"
#include "json/diff.h"
#include "json/emit.h"
#include "json/scan.h"
#include "kube/object.h"
#include "kube/selector.h"

#define LINE_MAX_BYTES ((size_t)64 << 20)
#define RESUME_EVERY   1000 /* records between two words to a watch thread that may wait */

struct events {
	struct session session;
	const struct cmd_args *args;
	bool json;
	struct selector *selector;
	uint64_t next;
	struct change_copy copy;
	struct text_reader *old_reader;
	struct text_reader *new_reader;
	struct buf line;
	size_t n_paths; /* written on the line so far */
};

static bool wanted(void *arg, const struct kind *kind)
{
	const struct events *ev = arg;

	for (size_t i = 0; i < ev->args->n_words; i++) {
		if (kinds_match(kind, str_of(ev->args->words[i])))
			return true;
	}
	return ev->args->n_words == 0;
}

static const char *type_word(enum change_type type)
{
	static const char *const words[] = {
		[CHANGE_ADDED] = "ADDED",
		[CHANGE_MODIFIED] = "MODIFIED",
		[CHANGE_DELETED] = "DELETED",
		[CHANGE_RELIST] = "RELIST",
		[CHANGE_NORMAL] = "Normal", /* not asked for: see cluster_options */
		[CHANGE_WARNING] = "Warning",
	};

	return words[type];
}

static void add_time(struct buf *out, int64_t wall, const char *format)
{
	time_t seconds = (time_t)(wall / CLOCK_S);
	char text[64];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	if (strftime(text, sizeof(text), format, &tm) == 0)
		return;
	buf_addf(out, "%s.%03d", text, (int)(wall / CLOCK_MS % 1000));
}

/* ---- labels ---- */

static bool term_holds(const struct selector_term *term, struct str labels)
{
	struct str value = labels.p ? scan_member(labels, term->key) : labels;
	struct buf plain = BUF_INIT(1 << 16);
	bool holds;

	if (value.len < 2 || value.p[0] != '"')
		return selector_term_holds_absent(term);
	scan_unescape(str_make(value.p + 1, value.len - 2), &plain);
	holds = selector_term_holds(term, buf_str(&plain));
	buf_release(&plain);
	return holds;
}

static bool selected(const struct events *ev, const struct object *o)
{
	if (!ev->selector)
		return true;
	for (size_t i = 0; i < ev->selector->n_terms; i++) {
		if (!term_holds(&ev->selector->terms[i], o->labels))
			return false;
	}
	return true;
}

/* ---- one line ---- */

static void add_member(struct buf *out, const char *key, struct str value)
{
	buf_addf(out, ",\"%s\":", key);
	emit_string(value, out);
}

/* A raw string of the object goes out as it came. */
static void add_raw_member(struct buf *out, const char *key, struct str raw)
{
	buf_addf(out, ",\"%s\":\"", key);
	buf_addstr(out, raw);
	buf_addc(out, '"');
}

static bool json_path(void *arg, const struct diff_item *item)
{
	struct events *ev = arg;
	struct buf *out = &ev->line;

	/* Who owns which field is the server's bookkeeping, and longer than the rest. */
	if (str_starts(item->path, STR(".metadata.managedFields")))
		return true;
	buf_addz(out, ev->n_paths++ ? ",{\"path\":" : "{\"path\":");
	emit_string(item->path, out);
	if (item->old_value.p) {
		buf_addz(out, ",\"old\":");
		buf_addstr(out, item->old_value);
	}
	if (item->new_value.p) {
		buf_addz(out, ",\"new\":");
		buf_addstr(out, item->new_value);
	}
	buf_addc(out, '}');
	return true;
}

/* For people: a string without the escapes that nobody needs to read it. */
static void add_value(struct buf *out, struct str value)
{
	struct buf plain = BUF_INIT(LINE_MAX_BYTES);

	if (!value.p) {
		buf_addz(out, "(none)");
	} else if (value.len < 2 || value.p[0] != '"' || !scan_has_escape(value)) {
		buf_addstr(out, value);
	} else {
		scan_unescape(str_make(value.p + 1, value.len - 2), &plain);
		emit_string(buf_str(&plain), out);
	}
	buf_release(&plain);
}

static bool text_path(void *arg, const struct diff_item *item)
{
	struct events *ev = arg;
	if (item->noise)
		return true;
	buf_addf(&ev->line, "%s" STR_FMT " ", ev->n_paths++ ? ", " : "  ", STR_ARG(item->path));
	add_value(&ev->line, item->old_value);
	buf_addz(&ev->line, " → ");
	add_value(&ev->line, item->new_value);
	return true;
}

/* A record whose earlier text, or both, the ceiling of the caches did not let stay. */
static bool is_unknown(const struct change *c)
{
	return c->type == CHANGE_MODIFIED && (!c->old_text || !c->new_text);
}

static void json_line(
	struct events *ev, const struct object *o, struct str old_text, struct str new_text)
{
	const struct change *c = &ev->copy.change;
	struct buf *out = &ev->line;

	buf_addz(out, "{\"time\":\"");
	add_time(out, c->time, "%Y-%m-%dT%H:%M:%S");
	buf_addf(out, "Z\",\"type\":\"%s\"", type_word(c->type));
	add_member(out, "group", c->group);
	add_member(out, "version", c->version);
	add_member(out, "kind", c->kind_name);
	if (c->type != CHANGE_RELIST) {
		add_member(out, "namespace", c->ns);
		add_member(out, "name", c->name);
		if (c->old_text || c->new_text)
			add_raw_member(out, "uid", o->uid);
		add_member(out, "resourceVersion", c->rv);
		if (c->type == CHANGE_MODIFIED && diff_author(old_text, new_text).p)
			add_raw_member(out, "manager", diff_author(old_text, new_text));
		buf_addz(out, is_unknown(c) ? ",\"changes\":null" : ",\"changes\":[");
		if (c->type == CHANGE_MODIFIED)
			diff_texts(old_text, new_text, json_path, ev);
		buf_addz(out, is_unknown(c) ? "" : "]");
	}
	buf_addz(out, "}\n");
}

static void text_line(struct events *ev, struct str old_text, struct str new_text)
{
	const struct change *c = &ev->copy.change;
	struct buf *out = &ev->line;

	add_time(out, c->time, "%H:%M:%S");
	buf_addf(out, "  %-8s  " STR_FMT, type_word(c->type), STR_ARG(c->kind_name));
	if (c->type != CHANGE_RELIST)
		buf_addf(out, "  " STR_FMT "%s" STR_FMT, STR_ARG(c->ns), c->ns.len ? "/" : "",
			STR_ARG(c->name));
	if (c->type == CHANGE_MODIFIED)
		diff_texts(old_text, new_text, text_path, ev);
	if (is_unknown(c))
		buf_addz(out, "  (earlier text not kept)");
	if (c->type == CHANGE_MODIFIED && diff_author(old_text, new_text).p) {
		buf_addz(out, "  ");
		scan_unescape(diff_author(old_text, new_text), out);
	}
	buf_addc(out, '\n');
}

/* What a selector makes of a change, as the server's watches have it: an object
 * that enters the selection is ADDED, one that leaves it DELETED. False: none of
 * its business. */
static bool select_change(const struct events *ev, const struct object *was, bool had,
	const struct object *o, enum change_type *type)
{
	bool before = had && selected(ev, was);
	bool after = selected(ev, o);

	if (*type == CHANGE_RELIST)
		return true;
	if (*type != CHANGE_MODIFIED || !had)
		return after;
	if (before != after)
		*type = after ? CHANGE_ADDED : CHANGE_DELETED;
	return before || after;
}

static void print_change(struct events *ev)
{
	struct change *c = &ev->copy.change;
	struct str old_text = text_read(ev->old_reader, c->old_text);
	struct str new_text = text_read(ev->new_reader, c->new_text);
	struct str text = new_text.p ? new_text : old_text;
	struct object o = { .uid = STR("") }, was = o;

	if (text.p)
		object_scan(text, &o, NULL);
	if (old_text.p)
		object_scan(old_text, &was, NULL);
	if (!select_change(ev, &was, old_text.p != NULL, &o, &c->type))
		return;
	buf_reset(&ev->line);
	ev->n_paths = 0;
	if (ev->json)
		json_line(ev, &o, old_text, new_text);
	else
		text_line(ev, old_text, new_text);
	if (ev->json)
		printer_object(buf_str(&ev->line));
	else
		printer_text(buf_str(&ev->line));
}

/* Only when a single list brought more than the log may grow to. */
static void skip_missed(struct events *ev)
{
	struct changes *changes = cluster_changes(ev->session.cluster);
	uint64_t first, next;

	changes_range(changes, &first, &next);
	if (ev->next >= first)
		return;
	printer_warn("warning: %" PRIu64
		     " changes were more than the log could hold: see --history",
		first - ev->next);
	ev->next = first;
	changes_hold(changes, first);
}

/* All that is there; -1 when nobody reads any more. */
static int print_all(struct events *ev)
{
	struct changes *changes = cluster_changes(ev->session.cluster);
	size_t printed = 0;

	skip_missed(ev);
	while (changes_read(changes, ev->next, &ev->copy) == 0) {
		ev->next++;
		print_change(ev);
		changes_hold(changes, ev->next);
		if (++printed % RESUME_EVERY == 0)
			cluster_resume(ev->session.cluster);
	}
	cluster_resume(ev->session.cluster);
	return printer_flush();
}

static int parse(struct events *ev, struct error *err)
{
	const char *output = ev->args->output;

	if (output && strcmp(output, "json") != 0)
		return error_set(err, ERROR_USAGE, "events knows -o json only");
	ev->json = output != NULL;
	for (size_t i = 0; i < ev->args->n_words; i++) {
		if (!*ev->args->words[i])
			return error_set(err, ERROR_USAGE, "events takes kinds, not \"\"");
	}
	return args_selector(ev->args, &ev->selector, err);
}

static bool is_settled(void *arg, const struct root *root)
{
	(void)arg;
	return session_all_settled(root);
}

/* Says once what will not be heard of. */
static void warn_of_silence(struct events *ev)
{
	const struct root *root = root_pin(ev->session.reader);

	if (root->n_kinds == 0 && ev->args->n_words)
		printer_warn(
			"warning: \"%s\" is not a custom resource of this cluster: waiting for it",
			ev->args->words[0]);
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (!root->kinds[i]->ever_synced && root->kinds[i]->message)
			printer_warn("warning: %s", root->kinds[i]->message);
	}
	root_unpin(ev->session.reader);
}

/* The rights would have to be others: -1, and what is forbidden. */
static int check_rights(const struct events *ev, const struct root *root, struct error *err)
{
	const char *first = NULL;
	size_t forbidden = 0;

	if (root->n_kinds == 0 && root->forbidden && root->problem && !ev->args->n_words)
		return error_set(err, ERROR_STATUS, "nothing is watched: %s", root->problem);
	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct kind_root *kind = root->kinds[i];

		if (kind->state == KIND_NOT_SERVED || kind->state == KIND_GONE)
			continue;
		if (kind->state != KIND_FORBIDDEN)
			return 0;
		forbidden++;
		first = first ? first : kind->message;
	}
	if (!forbidden)
		return 0;
	return error_set(err, ERROR_STATUS, "nothing is watched: %zu kind%s forbidden: %s",
		forbidden, forbidden == 1 ? " is" : "s are", first ? first : "no reason given");
}

static int check_silence(struct events *ev, struct error *err)
{
	int rc = check_rights(ev, root_pin(ev->session.reader), err);

	root_unpin(ev->session.reader);
	return rc;
}

static int follow(struct events *ev, struct error *err)
{
	if (session_until(&ev->session, is_settled, NULL, err) < 0)
		return err->code == ERROR_CANCELLED ? 0 : -1;
	if (check_silence(ev, err) < 0)
		return -1;
	warn_of_silence(ev);
	while (print_all(ev) == 0) {
		if (!session_wait(&ev->session, INT64_MAX))
			return 0;
	}
	return printer_failed(err);
}

/* What the log has of the kind for which there is :log on a screen. */
static void say_errors(void)
{
	uint64_t number, end;

	for (log_range(&number, &end); number < end; number++) {
		enum log_level level;
		int64_t wall;
		char *line = log_read(number, &level, &wall);

		if (line && level == LOG_ERROR && str_starts(str_of(line), STR("verify: ")))
			printer_warn("error: %s", line);
		free(line);
	}
}

/* What the comparisons have come to: the exit code. */
static int tell_verified(const struct events *ev)
{
	struct root_verify v = root_pin(ev->session.reader)->verify;

	root_unpin(ev->session.reader);
	if (!v.on)
		return 0;
	printer_warn("verified %" PRIu64 " objects of %zu kinds, %" PRIu64 " differences",
		v.objects, v.kinds, v.differences);
	if (v.skipped)
		printer_warn("%zu kinds could not be compared this time", v.skipped);
	if (v.differences)
		say_errors();
	return v.differences ? 1 : 0;
}

int cmd_events(const struct cmd_args *args)
{
	struct events ev = { .args = args, .line = BUF_INIT(LINE_MAX_BYTES) };
	struct cluster_options options = {
		.ns = args->rest.ns,
		.history = args->history,
		/* whether an object was selected before is in its earlier text */
		.max_cache = args->labels ? 0 : args->max_cache,
		.log_initial = args->initial,
		.hold_log = true,
		.verify = args->verify * CLOCK_S,
		.wanted = wanted,
		.wanted_arg = &ev,
	};
	struct error err = ERROR_INIT;
	int code = 0;

	if (parse(&ev, &err) < 0 || session_open(&ev.session, &args->rest, &options, &err) < 0) {
		code = printer_fail(&err);
	} else {
		ev.old_reader = text_reader_new();
		ev.new_reader = text_reader_new();
		if (follow(&ev, &err) < 0)
			code = printer_fail(&err);
		if (tell_verified(&ev) > code)
			code = 1;
		text_reader_free(ev.old_reader);
		text_reader_free(ev.new_reader);
		change_copy_release(&ev.copy);
		session_close(&ev.session);
	}
	selector_free(ev.selector);
	buf_release(&ev.line);
	error_release(&err);
	return code;
}
