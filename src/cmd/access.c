/*
 * access - `crwatch access`: what the user may do with each kind in one namespace, and
 * what crwatch makes of it; or the least role with which it shows these kinds.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cluster/ask.h"
#include "cluster/cluster.h"
#include "cluster/kinds.h"
#include "cluster/role.h"
#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/printer.h"
#include "cmd/session.h"
#include "json/scan.h"
#include "kube/access.h"
#include "kube/crd.h"
#include "kube/gvr.h"

#define ROLE_MAX   ((size_t)4 << 20)
#define NAME_BYTES ((size_t)8192)
#define GRANTED	   (5 * CLOCK_S) /* a watch is, or is not, by then */

struct access_command {
	const struct cmd_args *args;
	struct session session;
	uint64_t question; /* 0: none is open */
	bool answered;
	struct ask_answer answer;
	uint64_t ns_question;	    /* whether the namespace exists; 0: none is open */
	bool no_ns;		    /* it does not */
	int64_t settled;	    /* clock_now() of when all else was known; 0: it is not */
	struct access_rules *rules; /* or NULL */
	struct text_reader *texts;
	struct printer_table table;
};

/* ---- what is asked about ---- */

/* A word is a group, or names a kind. */
static bool word_means(const char *word, const struct kind *kind)
{
	return strcmp(word, kind->gvr.group) == 0 || kinds_match(kind, str_of(word));
}

static bool is_wanted(void *arg, const struct kind *kind)
{
	const struct cmd_args *args = arg;

	for (size_t i = 0; i < args->n_words; i++)
		if (word_means(args->words[i], kind))
			return true;
	return args->n_words == 0;
}

static int check_words(const struct cmd_args *args, const struct root *root, struct error *err)
{
	for (size_t i = 0; i < args->n_words; i++) {
		size_t k = 0;

		while (k < root->n_kinds && !word_means(args->words[i], root->kinds[k]->kind))
			k++;
		if (k == root->n_kinds)
			return error_set(err, ERROR_NOT_FOUND,
				"the server doesn't have a resource type \"%s\"", args->words[i]);
	}
	return 0;
}

/* ---- waiting ---- */

static bool wanted_are_settled(const struct access_command *c, const struct root *root)
{
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (is_wanted((void *)c->args, root->kinds[i]->kind) &&
			!session_is_settled(root->kinds[i]))
			return false;
	}
	return root->kinds_known;
}

/* What is not watched in a moment may turn out to be polled. */
static bool wanted_are_watched(const struct access_command *c, const struct root *root)
{
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (is_wanted((void *)c->args, root->kinds[i]->kind) && !root->kinds[i]->watched)
			return false;
	}
	return !root->crds || root->crds->watched;
}

static const char *namespace_of(const struct access_command *c)
{
	return cluster_config(c->session.cluster)->ns;
}

/* Another 404 may be of a proxy, or of a server that knows no namespaces. */
static bool says_no_namespace(const struct ask_answer *answer)
{
	struct str details = scan_member(buf_str(&answer->body), "details");

	return answer->missing && details.p &&
	       str_is(scan_member(details, "kind"), "\"namespaces\"");
}

static void take_answers(struct access_command *c)
{
	struct ask_answer answer;

	if (c->question && cluster_answer(c->session.cluster, c->question, &c->answer)) {
		c->question = 0;
		c->answered = true;
	}
	if (!c->ns_question || !cluster_answer(c->session.cluster, c->ns_question, &answer))
		return;
	c->ns_question = 0;
	c->no_ns = says_no_namespace(&answer);
	ask_answer_release(&answer);
}

static bool ready(void *arg, const struct root *root)
{
	struct access_command *c = arg;

	take_answers(c);
	if (c->question || c->ns_question)
		return false;
	if (c->no_ns)
		return true;
	if (c->args->output) /* a role is made of names */
		return root->kinds_known;
	if (!wanted_are_settled(c, root))
		return false;
	if (wanted_are_watched(c, root))
		return true;
	if (!c->settled) {
		c->settled = clock_now();
		c->session.look_again = c->settled + GRANTED;
	}
	return clock_now() >= c->session.look_again;
}

static void ask_namespace(struct access_command *c)
{
	struct buf path = BUF_INIT(NAME_BYTES);
	struct ask_spec spec = { .path = NULL };

	buf_addz(&path, "/api/v1/namespaces/");
	gvr_escape(str_of(namespace_of(c)), &path);
	spec.path = buf_text(&path);
	c->ns_question = cluster_ask(c->session.cluster, &spec);
	buf_release(&path);
}

static void ask(struct access_command *c)
{
	struct ask_spec spec = { .method = "POST", .path = ACCESS_REVIEW_PATH };
	char *body = access_review(namespace_of(c));

	spec.body = str_of(body);
	c->question = cluster_ask(c->session.cluster, &spec);
	free(body);
}

/* ---- the table ---- */

static void add_mark(struct access_command *c, enum access access)
{
	static const char *const words[] = {
		[ACCESS_NO] = "no",
		[ACCESS_YES] = "yes",
		[ACCESS_SOME] = "some",
		[ACCESS_UNKNOWN] = "?",
	};

	printer_table_cell(&c->table, str_of(words[access]));
}

/* Whether the definition has these subresources; as if it had when it is not known. */
static void read_subresources(struct access_command *c, const struct root *root,
	const struct kind *kind, bool *ret_status, bool *ret_scale)
{
	const struct entry *e = kinds_definition(root, kind);
	const struct crd_version *version;
	struct crd crd;

	*ret_status = *ret_scale = true;
	if (!e || crd_parse(text_read(c->texts, e->text), &crd, NULL) < 0)
		return;
	version = crd_version_named(&crd, kind->gvr.version);
	*ret_status = version && version->status;
	*ret_scale = version && version->scale;
	crd_release(&crd);
}

static void add_kind(
	struct access_command *c, const struct root *root, const struct kind_root *kind)
{
	const struct gvr *gvr = &kind->kind->gvr;
	struct buf cell = BUF_INIT(NAME_BYTES);
	bool has[ACCESS_MARKS];

	memset(has, true, sizeof(has));
	read_subresources(c, root, kind->kind, &has[ACCESS_STATUS], &has[ACCESS_SCALE]);
	kinds_full_name(kind->kind, &cell);
	printer_table_cell(&c->table, buf_str(&cell));
	printer_table_cell(&c->table, str_of(kind->kind->namespaced ? "namespaced" : "cluster"));
	for (int mark = 0; mark < ACCESS_MARKS; mark++) {
		if (has[mark])
			add_mark(c, access_check_mark(c->rules, gvr->group, gvr->resource,
					    (enum access_mark)mark));
		else
			printer_table_cell(&c->table, STR("-"));
	}
	buf_reset(&cell);
	buf_addz(&cell, kinds_state_word(kind->state));
	if (kind->only)
		buf_addf(&cell, " in %s", kind->only);
	if (kind->message && kind->state != KIND_FORBIDDEN) /* the columns before say that */
		buf_addf(&cell, ": %s", kind->message);
	printer_table_cell(&c->table, buf_str(&cell));
	buf_release(&cell);
}

/* What crwatch itself reads beside the kinds. */
static void add_need(struct access_command *c, const char *group, const char *resource,
	const char *scope, const char *state)
{
	struct buf name = BUF_INIT(NAME_BYTES);

	buf_addf(&name, "%s.%s", resource, group);
	printer_table_cell(&c->table, buf_str(&name));
	buf_release(&name);
	printer_table_cell(&c->table, str_of(scope));
	for (int mark = 0; mark < ACCESS_MARKS; mark++) {
		if (mark <= ACCESS_WATCH)
			add_mark(c, access_check_mark(
					    c->rules, group, resource, (enum access_mark)mark));
		else
			printer_table_cell(&c->table, STR("-"));
	}
	printer_table_cell(&c->table, str_of(state));
}

static const char *crds_state(const struct root *root)
{
	if (root->problem && !(root->crds && root->crds->state == KIND_FORBIDDEN))
		return root->problem;
	return root->crds ? kinds_state_word(root->crds->state) : "";
}

static void print_table(struct access_command *c, const struct root *root)
{
	printer_table_init(&c->table, ACCESS_MARKS + 3);
	printer_table_cell(&c->table, STR("RESOURCE.GROUP"));
	printer_table_cell(&c->table, STR("SCOPE"));
	for (int mark = 0; mark < ACCESS_MARKS; mark++)
		printer_table_cell(&c->table, str_of(access_mark_name((enum access_mark)mark)));
	printer_table_cell(&c->table, STR("CRWATCH"));
	add_need(c, "apiextensions.k8s.io", "customresourcedefinitions", "cluster",
		crds_state(root));
	add_need(c, "events.k8s.io", "events", "namespaced", "-");
	for (size_t i = 0; i < root->n_kinds; i++)
		if (is_wanted((void *)c->args, root->kinds[i]->kind))
			add_kind(c, root, root->kinds[i]);
	printer_table_print(&c->table);
}

static int take_rules(struct access_command *c, struct error *err)
{
	const char *problem;

	if (c->answer.error)
		return error_set(err, ERROR_STATUS, "%s", c->answer.error);
	if (access_rules_parse(buf_str(&c->answer.body), &c->rules, err) < 0)
		return -1;
	problem = access_problem(c->rules);
	if (problem || access_is_incomplete(c->rules))
		printer_warn("warning: the list may be incomplete%s%s", problem ? ": " : "",
			problem ? problem : "");
	return 0;
}

/* ---- all of it ---- */

static void print_role(const struct access_command *c, const struct root *root)
{
	struct role_spec spec = {
		.name = c->args->role_name,
		.ns = c->args->rest.ns,
		.wanted = is_wanted,
		.arg = (void *)c->args,
	};
	struct buf text = BUF_INIT(ROLE_MAX);

	role_write(root, &spec, &text);
	printer_object(buf_str(&text));
	buf_release(&text);
}

/* Where the rules cannot be had, the table still says what crwatch can do. */
static int print(struct access_command *c, const struct root *root, struct error *err)
{
	int rc;

	if (c->no_ns)
		return error_set(err, ERROR_STATUS,
			"Error from server (NotFound): namespaces \"%s\" not found",
			namespace_of(c));
	rc = check_words(c->args, root, err);
	if (rc < 0)
		return rc;
	if (c->args->output) {
		print_role(c, root);
		return 0;
	}
	rc = take_rules(c, err);
	printer_warn("In namespace %s%s:", namespace_of(c),
		cluster_config(c->session.cluster)->ns_given ? "" : " (-n NAME: in another)");
	print_table(c, root);
	return rc;
}

static int run(struct access_command *c, struct error *err)
{
	const struct root *root;
	int rc;

	if (!c->args->output)
		ask(c);
	if (!c->args->output || c->args->rest.ns)
		ask_namespace(c);
	if (session_until(&c->session, ready, c, err) < 0)
		return -1;
	root = root_pin(c->session.reader);
	rc = print(c, root, err);
	root_unpin(c->session.reader);
	return rc;
}

/* As the API server has it for roles (apimachinery, path.IsValidPathSegmentName). */
static bool is_role_name(const char *name)
{
	return *name && strcmp(name, ".") && strcmp(name, "..") && !strpbrk(name, "/%");
}

int cmd_access(const struct cmd_args *args)
{
	struct cluster_options options = { .ns = args->rest.ns, .once = true };
	struct access_command c = { .args = args };
	struct error err = ERROR_INIT;
	int code = 0;

	if (args->output && strcmp(args->output, "yaml") != 0)
		return args_bad(
			"access prints a table, or a role with -o yaml, not ", args->output);
	if (args->role_name && !args->output)
		return args_bad("--role-name needs -o yaml: ", args->role_name);
	if (args->role_name && !is_role_name(args->role_name))
		return args_bad("no name for a role: ", args->role_name);
	if (args->labels)
		return args_bad("access takes no ", "-l");
	if (args->verify)
		return args_bad("access takes no ", "--verify");
	if (session_open(&c.session, &args->rest, &options, &err) < 0) {
		code = printer_fail(&err);
	} else {
		c.texts = text_reader_new();
		if (run(&c, &err) < 0)
			code = session_fail(&c.session, &err);
		text_reader_free(c.texts);
		session_close(&c.session);
	}
	if (printer_flush() < 0 && printer_failed(&err) < 0)
		code = printer_fail(&err);
	if (c.answered)
		ask_answer_release(&c.answer);
	access_rules_free(c.rules);
	error_release(&err);
	return code;
}
