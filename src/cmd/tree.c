/*
 * tree - `crwatch tree`: groups, kinds and instances, once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/printer.h"
#include "cmd/session.h"
#include "kube/format.h"
#include "kube/object.h"
#include "kube/selector.h"

#define LINE_MAX_BYTES ((size_t)1 << 20)

struct printing {
	const struct filter *filter;
	const struct root *root;
	struct buf line;
};

static bool ready(void *arg, const struct root *root)
{
	(void)arg;
	return session_all_settled(root);
}

static bool passes(const struct printing *p, const struct entry *e)
{
	return !p->filter || filter_labels_match(p->filter, e, p->root->labels);
}

static size_t count(const struct printing *p, const struct kind_root *kind)
{
	size_t n = 0;

	if (!p->filter)
		return kind->store->count;
	for (size_t i = 0; i < kind->store->count; i++)
		n += passes(p, store_root_at(kind->store, i));
	return n;
}

static const char *state_word(const struct kind_root *kind)
{
	static const char *const words[] = {
		[KIND_LISTING] = "listing",
		[KIND_SYNCED] = "",
		[KIND_FORBIDDEN] = "forbidden",
		[KIND_FAILING] = "failing",
		[KIND_STALE] = "stale",
		[KIND_GONE] = "gone",
		[KIND_NOT_SERVED] = "not served",
		[KIND_POLLING] = "polling",
	};

	return words[kind->state];
}

static void flush_line(struct printing *p)
{
	buf_addc(&p->line, '\n');
	printer_text(buf_str(&p->line));
	buf_reset(&p->line);
}

static void print_health(struct printing *p, const size_t health[HEALTH_KINDS])
{
	if (health[HEALTH_BAD])
		buf_addf(&p->line, "  %s %zu not ready", health_glyph(HEALTH_BAD),
			health[HEALTH_BAD]);
	if (health[HEALTH_PROGRESSING])
		buf_addf(&p->line, "  %s %zu progressing", health_glyph(HEALTH_PROGRESSING),
			health[HEALTH_PROGRESSING]);
	if (health[HEALTH_DELETING])
		buf_addf(&p->line, "  %s %zu deleting", health_glyph(HEALTH_DELETING),
			health[HEALTH_DELETING]);
}

static void print_object(struct printing *p, const struct entry *e)
{
	char age[FORMAT_AGE_MAX] = "";
	struct str ns = entry_ns(e), name = entry_name(e);

	if (e->created != OBJECT_NO_TIME)
		format_age(clock_wall() / CLOCK_S - e->created, age);
	buf_addf(&p->line, "    %s " STR_FMT "%s" STR_FMT "  %s",
		health_glyph((enum health)e->health), STR_ARG(ns), ns.len ? "/" : "", STR_ARG(name),
		age);
	flush_line(p);
}

static void print_kind(struct printing *p, const struct kind_root *kind, size_t n)
{
	const char *word = state_word(kind);

	buf_addf(&p->line, "  %s", kind->kind->kind);
	if (kind->ever_synced)
		buf_addf(&p->line, "  %zu", n);
	if (*word)
		buf_addf(&p->line, "  %s", word);
	if (kind->only)
		buf_addf(&p->line, "  only in %s", kind->only);
	if (kind->no_crd)
		buf_addz(&p->line, "  no CRD access");
	if (!p->filter)
		print_health(p, kind->store->health);
	if (*word && kind->message)
		buf_addf(&p->line, "  (%s)", kind->message);
	flush_line(p);
	for (size_t i = 0; i < kind->store->count; i++) {
		const struct entry *e = store_root_at(kind->store, i);

		if (passes(p, e))
			print_object(p, e);
	}
}

/* A number that is not known is never 0. */
static bool any_known(const struct printing *p, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		if (p->root->kinds[i]->ever_synced)
			return true;
	}
	return false;
}

static void print_group(struct printing *p, size_t first, size_t end)
{
	size_t all = 0;

	for (size_t i = first; i < end; i++)
		all += count(p, p->root->kinds[i]);
	if (p->filter && all == 0)
		return;
	buf_addz(&p->line, p->root->kinds[first]->kind->gvr.group);
	if (any_known(p, first, end))
		buf_addf(&p->line, "  %zu", all);
	flush_line(p);
	for (size_t i = first; i < end; i++) {
		size_t n = count(p, p->root->kinds[i]);

		if (n || !p->filter)
			print_kind(p, p->root->kinds[i], n);
	}
}

static void print_root(struct printing *p)
{
	for (size_t first = 0, end; first < p->root->n_kinds; first = end) {
		const char *group = p->root->kinds[first]->kind->gvr.group;

		end = first + 1;
		while (end < p->root->n_kinds &&
			strcmp(p->root->kinds[end]->kind->gvr.group, group) == 0)
			end++;
		print_group(p, first, end);
	}
	if (p->root->n_kinds == 0)
		printer_warn("No custom resource definitions found");
}

int cmd_tree(const struct cmd_args *args)
{
	struct cluster_options options = {
		.ns = args->rest.ns, .once = true, .max_cache = args->max_cache
	};
	struct selector *selector = NULL;
	struct filter *filter = NULL;
	struct error err = ERROR_INIT;
	struct printing p = { .line = BUF_INIT(LINE_MAX_BYTES) };
	struct session s;
	int code = 0;

	if (args->n_words || args->output || args->verify)
		return args_bad("tree takes no ", args->output	 ? "-o"
						  : args->verify ? "--verify"
								 : args->words[0]);
	if (args_selector(args, &selector, &err) < 0 ||
		(selector && filter_new(STR(""), selector, &filter, NULL, &err) < 0))
		code = printer_fail(&err);
	else if (session_open(&s, &args->rest, &options, &err) < 0)
		code = printer_fail(&err);
	else {
		if (session_until(&s, ready, NULL, &err) < 0) {
			code = session_fail(&s, &err);
		} else {
			p.filter = filter;
			p.root = root_pin(s.reader);
			cluster_stop(s.cluster);
			print_root(&p);
			root_unpin(s.reader);
		}
		session_close(&s);
	}
	if (printer_flush() < 0 && printer_failed(&err) < 0)
		code = printer_fail(&err);
	buf_release(&p.line);
	filter_free(filter);
	error_release(&err);
	return code;
}
