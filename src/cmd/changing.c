#include "cmd/changing.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/texts.h"
#include "cmd/cmd.h"
#include "cmd/printer.h"
#include "json/emit.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/warning.h"

#define OUT_MAX ((size_t)256 << 20)

static bool kinds_are_known(void *arg, const struct root *root)
{
	(void)arg;
	return root->kinds_known;
}

/* ---- one change ---- */

struct mutate changing_of(const struct changing *c, enum mutate_verb verb,
	const struct changing_kind *kind, struct str ns, struct str name)
{
	struct str own = str_of(cluster_config(c->session.cluster)->ns);

	return (struct mutate){
		.verb = verb,
		.subresource = c->subresource,
		.gvr = &kind->gvr,
		.ns = !kind->namespaced ? STR("")
		      : ns.len		? ns
					: own,
		.name = name,
		.dry_run = c->dry_run,
		.manager = c->args->change.manager,
		.validation = c->validation,
	};
}

static bool is_answered(void *arg, const struct root *root)
{
	struct changing *c = arg;

	(void)root;
	if (c->question && cluster_answer(c->session.cluster, c->question, &c->answer))
		c->question = 0;
	return !c->question || (c->deadline && clock_now() >= c->deadline);
}

static int wait_answer(struct changing *c, struct error *err)
{
	int rc;

	c->session.look_again = c->deadline;
	rc = session_until(&c->session, is_answered, c, err);
	c->session.look_again = 0;
	if (rc < 0 || !c->question)
		return rc;
	cluster_forget(c->session.cluster, c->question);
	c->question = 0;
	return error_set(err, ERROR_TIMEOUT, "timed out waiting for the condition");
}

static void warn_once(void *arg, const char *text)
{
	struct changing *c = arg;

	for (size_t i = 0; i < c->n_warned; i++) {
		if (strcmp(c->warned[i], text) == 0)
			return;
	}
	texts_add(&c->warned, &c->n_warned, text);
	printer_warn("Warning: %s", text);
}

static void forget_answer(struct changing *c)
{
	ask_answer_release(&c->answer);
}

/* The question is still open: the server may do what it was asked for. */
static void say_unknown(const struct changing *c, struct error *err)
{
	char *why = mem_strdup(err->text ? err->text : "");

	if (c->session.signal)
		printer_warn("interrupted; " MUTATE_UNKNOWN);
	else
		error_set(err, err->code, "%s; " MUTATE_UNKNOWN, why);
	free(why);
}

int changing_ask(struct changing *c, const struct mutate_call *call, const char *during,
	int *ret_code, struct error *err)
{
	int rc;

	*ret_code = 0;
	forget_answer(c);
	c->question = mutate_send(c->session.cluster, call);
	rc = wait_answer(c, err);
	if (rc < 0 && call->method)
		say_unknown(c, err);
	for (size_t i = 0; i < c->answer.n_warnings; i++)
		warning_each(str_of(c->answer.warnings[i]), warn_once, c);
	if (rc == 0)
		rc = mutate_judge(call, &c->answer, during, ret_code, err);
	return rc;
}

int changing_send(struct changing *c, const struct mutate *m, const char *during, int *ret_code,
	struct error *err)
{
	struct mutate_call call;
	int rc;

	*ret_code = 0;
	if (mutate_prepare(m, &call, err) < 0)
		return -1;
	rc = changing_ask(c, &call, during, ret_code, err);
	mutate_call_release(&call);
	return rc;
}

struct str changing_answer(const struct changing *c)
{
	return buf_str(&c->answer.body);
}

static void read_version(const struct changing *c, struct changing_version *ret)
{
	static const char *const keys[] = { "uid", "resourceVersion" };
	struct str v[2];

	pick_members(scan_member(changing_answer(c), "metadata"), keys, v, 2);
	*ret = (struct changing_version){ pick_text_or_empty(v[0]), pick_text_or_empty(v[1]) };
}

int changing_look(struct changing *c, const struct mutate *change, const char *during,
	struct changing_version *ret, int *ret_code, struct error *err)
{
	struct mutate look = *change;

	look.verb = MUTATE_READ;
	if (changing_send(c, &look, during, ret_code, err) < 0)
		return -1;
	read_version(c, ret);
	return 0;
}

int changing_unknown(const struct mutate *change, struct error *err)
{
	return error_set(err, ERROR_INVALID,
		"the server does not say the uid of \"" STR_FMT "\": it was left alone",
		STR_ARG(change->name));
}

void changing_version_release(struct changing_version *version)
{
	free(version->uid);
	free(version->rv);
}

/* ---- what is said ---- */

/* kubectl's "certificate.cert-manager.io". */
static void add_kind(struct buf *line, const struct changing_kind *kind)
{
	for (const char *p = kind->kind; *p; p++)
		buf_addc(line, (char)tolower((unsigned char)*p));
	buf_addf(line, ".%s", kind->gvr.group);
}

static void say(struct changing *c, const struct changing_kind *kind, struct str name)
{
	bool deletion = c->command->takes & CHANGING_DELETION;
	struct buf line = BUF_INIT(1 << 16);

	add_kind(&line, kind);
	if (c->output == CHANGING_NAME)
		buf_addf(&line, "/" STR_FMT, STR_ARG(name));
	else
		buf_addf(&line, deletion ? " \"" STR_FMT "\" %s%s%s%s" : "/" STR_FMT " %s%s%s%s",
			STR_ARG(name), c->command->done, c->where ? c->where : "",
			c->idle ? " (no change)" : "", c->dry_run ? " (server dry run)" : "");
	buf_addc(&line, '\n');
	printer_text(buf_str(&line));
	buf_release(&line);
}

static int print_object(struct changing *c, struct error *err)
{
	struct emit_options options = { .managed_fields = false };
	struct str object = c->shown.p ? c->shown : changing_answer(c);
	struct buf out = BUF_INIT(OUT_MAX);
	int rc;

	if (c->output == CHANGING_JSON) {
		rc = emit_json(object, &options, 0, &out, err);
		buf_addc(&out, '\n');
	} else {
		if (c->printed)
			buf_addz(&out, "---\n");
		rc = emit_yaml(object, &options, &out, NULL, err);
	}
	if (rc == 0)
		printer_object(buf_str(&out));
	buf_release(&out);
	return rc;
}

int changing_done(
	struct changing *c, const struct changing_kind *kind, struct str name, struct error *err)
{
	static const char *const keys[] = { "name" };
	struct str value;
	char *named;
	int rc = 0;

	/* The server chooses the end of a generateName. */
	pick_members(scan_member(changing_answer(c), "metadata"), keys, &value, 1);
	named = name.len ? str_dup(name) : pick_text_or_empty(value);
	if (c->output < CHANGING_YAML)
		say(c, kind, str_of(named));
	else
		rc = print_object(c, err);
	c->printed++;
	free(named);
	return rc;
}

int changing_failed(struct changing *c, struct error *err)
{
	if (c->session.signal)
		return -1;
	c->failures = array_reserve(
		c->failures, &c->cap_failures, c->n_failures + 1, sizeof(*c->failures));
	c->failures[c->n_failures] = (struct error)ERROR_INIT;
	error_move(&c->failures[c->n_failures++], err);
	return 0;
}

/* As kubectl: behind all that was done, and among others none is an "error: ". */
static void tell_failures(const struct changing *c)
{
	if (c->n_failures == 1)
		printer_fail(&c->failures[0]);
	for (size_t i = 0; c->n_failures > 1 && i < c->n_failures; i++)
		printer_warn("%s", c->failures[i].text);
}

static void forget_failures(struct changing *c)
{
	for (size_t i = 0; i < c->n_failures; i++)
		error_release(&c->failures[i]);
	free(c->failures);
}

/* ---- all of it ---- */

static int run(struct changing *c)
{
	struct cluster_options options = { .ns = c->args->rest.ns, .only_kinds = true };
	struct error err = ERROR_INIT;
	int code = 0, rc;

	if (session_open(&c->session, &c->args->rest, &options, &err) < 0) {
		code = printer_fail(&err);
	} else {
		rc = session_until(&c->session, kinds_are_known, NULL, &err);
		if (rc == 0)
			rc = c->command->run(c, &err);
		tell_failures(c);
		if (rc < 0)
			code = session_fail(&c->session, &err);
		if (c->question)
			cluster_forget(c->session.cluster, c->question);
		session_close(&c->session);
	}
	if (printer_flush() < 0 && printer_failed(&err) < 0)
		code = printer_fail(&err);
	error_release(&err);
	return code ? code : c->n_failures > 0;
}

static int check_readonly(const struct changing *c, struct error *err)
{
	const struct cmd_args *args = c->args;

	if (args->readonly)
		return error_set(err, ERROR_UNSUPPORTED,
			"crwatch is read-only: %s was refused, nothing was sent", c->command->name);
	if (args->readonly_doubt)
		return error_set(err, ERROR_UNSUPPORTED,
			"%s: whether crwatch is read-only is not known, %s was refused, nothing was "
			"sent",
			args->readonly_doubt, c->command->name);
	return 0;
}

int changing_main(const struct cmd_args *args, const struct changing_command *command, void *own)
{
	struct changing c = { .args = args, .command = command, .own = own };
	struct error err = ERROR_INIT;
	int code;

	if (changing_options(&c, &err) == 0 && (!command->check || command->check(&c, &err) == 0) &&
		check_readonly(&c, &err) == 0)
		code = run(&c);
	else
		code = printer_fail(&err);
	forget_answer(&c);
	forget_failures(&c);
	free(c.served);
	texts_free(c.warned, c.n_warned);
	error_release(&err);
	return code;
}
