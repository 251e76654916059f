#include "cluster/mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cluster/ask.h"
#include "cluster/cluster.h"
#include "cluster/mutate_body.h"
#include "json/scan.h"
#include "kube/refusal.h"
#include "kube/status.h"

#define PATH_MAX_BYTES ((size_t)16 << 10)

static const char metadata_only[] =
	"application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

static const struct {
	const char *method;
	const char *type;
} verbs[] = {
	[MUTATE_READ] = { NULL, NULL },
	[MUTATE_LIST] = { NULL, NULL },
	[MUTATE_CREATE] = { "POST", "application/json" },
	[MUTATE_REPLACE] = { "PUT", "application/json" },
	[MUTATE_MERGE_PATCH] = { "PATCH", "application/merge-patch+json" },
	[MUTATE_JSON_PATCH] = { "PATCH", "application/json-patch+json" },
	[MUTATE_APPLY] = { "PATCH", "application/apply-patch+yaml" },
	[MUTATE_DELETE] = { "DELETE", "application/json" },
};

/* ---- what can be sent ---- */

/* As apimachinery's rest.IsValidPathSegmentName(), and not longer than any name. */
static int check_name(const char *what, struct str name, struct error *err)
{
	if (name.len > MUTATE_NAME_MAX)
		return error_set(err, ERROR_INVALID, "a %s has at most %d characters, not %zu",
			what, MUTATE_NAME_MAX, name.len);
	if (str_is(name, ".") || str_is(name, ".."))
		return error_set(
			err, ERROR_INVALID, "invalid %s \"" STR_FMT "\"", what, STR_ARG(name));
	for (size_t i = 0; i < name.len; i++) {
		if (name.p[i] == '/' || name.p[i] == '%')
			return error_set(err, ERROR_INVALID,
				"invalid %s \"" STR_FMT "\": it may not contain '%c'", what,
				STR_ARG(name), name.p[i]);
	}
	return 0;
}

static int check_manager(struct str manager, struct error *err)
{
	uint32_t code;

	if (manager.len == 0)
		return error_set(err, ERROR_INVALID, "the field manager has no name");
	if (manager.len > MUTATE_MANAGER_MAX)
		return error_set(err, ERROR_INVALID,
			"a field manager has at most %d characters, not %zu", MUTATE_MANAGER_MAX,
			manager.len);
	for (struct str rest = manager; rest.len;) {
		size_t n = utf8_decode(rest, &code);

		if (code == 0xfffd || !utf8_is_safe(code))
			return error_set(err, ERROR_INVALID,
				"a field manager consists of printable characters only");
		rest = str_make(rest.p + n, rest.len - n);
	}
	return 0;
}

static struct str manager_of(const struct mutate *m)
{
	return str_of(m->manager ? m->manager : MUTATE_MANAGER);
}

static int check(const struct mutate *m, struct error *err)
{
	if (m->verb != MUTATE_CREATE && m->verb != MUTATE_LIST && m->name.len == 0)
		return error_set(err, ERROR_INVALID, "the object has no name");
	if (check_name("name", m->name, err) < 0 || check_name("namespace", m->ns, err) < 0)
		return -1;
	return check_manager(manager_of(m), err);
}

/* ---- the path ---- */

static void add_query(struct buf *path, const char *key, struct str value)
{
	buf_addf(path, "%c%s=", memchr(path->data, '?', path->len) ? '&' : '?', key);
	gvr_escape(value, path);
}

static void add_list_options(const struct mutate *m, struct buf *path)
{
	char limit[16];

	snprintf(limit, sizeof(limit), "%d", m->limit ? m->limit : MUTATE_PAGE);
	add_query(path, "limit", str_of(limit));
	if (m->selector.len)
		add_query(path, "labelSelector", m->selector);
	if (m->page.len)
		add_query(path, "continue", m->page);
}

static void add_options(const struct mutate *m, struct buf *path)
{
	static const char *const validations[] = {
		[MUTATE_STRICT] = "Strict",
		[MUTATE_WARN] = "Warn",
		[MUTATE_IGNORE] = "Ignore",
	};

	if (m->verb == MUTATE_LIST)
		add_list_options(m, path);
	if (m->verb <= MUTATE_LIST || m->verb == MUTATE_DELETE)
		return; /* a deletion's are in its body */
	if (m->dry_run)
		add_query(path, "dryRun", STR("All"));
	add_query(path, "fieldManager", manager_of(m));
	if (m->validation != MUTATE_VALIDATION_UNSAID)
		add_query(path, "fieldValidation", str_of(validations[m->validation]));
	if (m->verb == MUTATE_APPLY)
		add_query(path, "force", m->force ? STR("true") : STR("false"));
}

static void make_path(const struct mutate *m, struct buf *path)
{
	static const char *const subresources[] = { "", "/status", "/scale" };

	bool one = m->verb != MUTATE_CREATE && m->verb != MUTATE_LIST;

	gvr_path(m->gvr, m->ns, one ? m->name : STR(""), path);
	buf_addz(path, subresources[m->subresource]);
	add_options(m, path);
}

int mutate_prepare(const struct mutate *m, struct mutate_call *ret, struct error *err)
{
	struct mutate_call call = {
		.method = verbs[m->verb].method,
		.type = verbs[m->verb].type,
		.accept = m->verb == MUTATE_LIST ? metadata_only : NULL,
		.path = BUF_INIT(PATH_MAX_BYTES),
		.body = BUF_INIT(MUTATE_BODY_MAX),
	};

	if (check(m, err) < 0)
		return -1;
	if (mutate_body(m, &call.body, err) < 0) {
		mutate_call_release(&call);
		return -1;
	}
	make_path(m, &call.path);
	if (call.path.overflow) {
		mutate_call_release(&call);
		return error_set(err, ERROR_TOO_LARGE, "the request is too long");
	}
	*ret = call;
	return 0;
}

void mutate_call_release(struct mutate_call *call)
{
	buf_release(&call->path);
	buf_release(&call->body);
}

uint64_t mutate_send(struct cluster *cluster, const struct mutate_call *call)
{
	struct ask_spec spec = {
		.method = call->method,
		.path = buf_text(&call->path),
		.accept = call->accept,
		.body = buf_str(&call->body),
		.body_type = call->type,
		.change = call->method != NULL,
	};

	return cluster_ask(cluster, &spec);
}

/* ---- the answer ---- */

static int no_answer(
	const struct mutate_call *call, const struct ask_answer *answer, struct error *err)
{
	bool sent = answer->code != ERROR_CONNECT && answer->code != ERROR_TLS &&
		    answer->code != ERROR_CREDENTIALS;

	return error_set(err, answer->code == ERROR_NONE ? ERROR_TOO_LARGE : answer->code, "%s%s",
		answer->error, call->method && sent ? "; " MUTATE_UNKNOWN : "");
}

static int refused(const struct mutate_call *call, const struct ask_answer *answer,
	const char *during, int *ret_code, struct error *err)
{
	struct str path = buf_str(&call->path);
	struct refusal refusal;
	char *what;

	path = str_cut(&path, '?');
	what = mem_printf("%s " STR_FMT, call->method ? call->method : "GET", STR_ARG(path));
	refusal_read(&refusal, answer->status, buf_str(&answer->body), what, during);
	*ret_code = refusal.code;
	error_set(err, ERROR_STATUS, "%s%s", refusal.text,
		refusal.managers ? "\nNothing was changed; with --force-conflicts these fields "
				   "are taken over."
				 : "");
	refusal_release(&refusal);
	free(what);
	return -1;
}

int mutate_judge(const struct mutate_call *call, const struct ask_answer *answer,
	const char *during, int *ret_code, struct error *err)
{
	struct str body = buf_str(&answer->body);

	*ret_code = 0;
	if (answer->code != ERROR_NONE || answer->body.overflow)
		return no_answer(call, answer, err);
	if (answer->status >= 300 || status_is_failure(body))
		return refused(call, answer, during, ret_code, err);
	if (scan_validate(body, err) < 0 || str_trim(body).p[0] != '{') {
		error_set(err, ERROR_INVALID,
			"the answer is no object; the server says that the "
			"request was done (%d)",
			answer->status);
		return -1;
	}
	return 0;
}
