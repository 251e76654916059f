#include "ui/views/detail/schema_source.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/ask.h"
#include "cluster/cluster.h"
#include "cluster/kinds.h"
#include "kube/schema.h"
#include "ui/state.h"

#define TEXT_MAX    ASK_BODY_MAX
#define OPENAPI_MAX ((size_t)4 << 20) /* passed over at once, for one kind */

static void forget(struct ui *ui)
{
	struct schema_source *s = &ui->detail.schema.source;

	if (s->asked)
		cluster_forget(ui->cluster, s->asked);
	s->asked = 0;
	s->answered = false;
	s->crd_version = 0;
	buf_release(&s->text);
	buf_init(&s->text, TEXT_MAX);
	free(s->why);
	s->why = NULL;
	s->serial++;
}

void schema_source_release(struct ui *ui)
{
	forget(ui);
}

static void say_why(struct schema_source *s, const char *why)
{
	free(s->why);
	s->why = mem_strdup(why);
}

static void take_crd(struct ui *ui, const struct kind_root *kind, const struct entry *crd)
{
	struct schema_source *s = &ui->detail.schema.source;
	struct str schema;

	forget(ui);
	s->crd_version = crd->version;
	schema =
		schema_of_crd(text_read(ui->old_texts, crd->text), str_of(kind->kind->gvr.version));
	if (schema.p && buf_addstr(&s->text, schema) == 0)
		return;
	buf_reset(&s->text);
	say_why(s, schema.p ? "the schema is too large to be shown"
			    : "its CRD has no schema for the version that is watched");
}

static void take_kind(struct ui *ui, const struct kind_root *kind)
{
	struct schema_source *s = &ui->detail.schema.source;

	if (s->kind == kind->kind->id && s->kind_version == kind->kind->version)
		return;
	s->kind = kind->kind->id;
	s->kind_version = kind->kind->version;
	forget(ui);
}

struct str schema_known(struct ui *ui, const struct kind_root *kind)
{
	struct schema_source *s = &ui->detail.schema.source;
	const struct entry *crd;

	if (!kind)
		return s->text.len ? buf_str(&s->text) : (struct str){ NULL, 0 };
	take_kind(ui, kind);
	crd = kinds_definition(ui->root, kind->kind);
	if (crd && crd->version != s->crd_version)
		take_crd(ui, kind, crd);
	else if (!crd && s->crd_version)
		forget(ui);
	return s->text.len ? buf_str(&s->text) : (struct str){ NULL, 0 };
}

static void ask(struct ui *ui, const struct kind_root *kind)
{
	struct schema_source *s = &ui->detail.schema.source;
	struct buf path = BUF_INIT(4096);
	struct ask_spec spec = { .method = NULL };

	buf_addz(&path, "/openapi/v3/apis/");
	gvr_escape(str_of(kind->kind->gvr.group), &path);
	buf_addc(&path, '/');
	gvr_escape(str_of(kind->kind->gvr.version), &path);
	spec.path = buf_text(&path);
	s->asked = cluster_ask(ui->cluster, &spec);
	s->answered = true;
	say_why(s, "not yet loaded: the server has been asked \xe2\x80\xa6");
	buf_release(&path);
}

static char *why_not(const struct ask_answer *answer)
{
	if (answer->error)
		return mem_printf("its CRD may not be read, and the server did not give its "
				  "OpenAPI schema: %s (ctrl-r asks again)",
			answer->error);
	if (answer->body.len > OPENAPI_MAX)
		return mem_printf("its CRD may not be read, and the server's OpenAPI document is "
				  "larger than %zu MiB",
			OPENAPI_MAX >> 20);
	return mem_strdup("its CRD may not be read, and the server's OpenAPI document does not "
			  "describe it");
}

static void take_answer(struct ui *ui, const struct kind_root *kind)
{
	struct schema_source *s = &ui->detail.schema.source;
	struct ask_answer answer;
	struct str schema = { NULL, 0 };

	if (!s->asked || !cluster_answer(ui->cluster, s->asked, &answer))
		return;
	s->asked = 0;
	if (!answer.error && answer.body.len <= OPENAPI_MAX)
		schema = schema_of_openapi(buf_str(&answer.body), str_of(kind->kind->gvr.group),
			str_of(kind->kind->kind));
	s->serial++;
	if (!schema.p || buf_addstr(&s->text, schema) != 0) {
		char *why = why_not(&answer);

		buf_reset(&s->text);
		say_why(s, why);
		free(why);
	}
	ask_answer_release(&answer);
}

/* The CRDs are read, or will be: why is this one not among them? */
static void say_state(struct schema_source *s, const struct kind_root *crds)
{
	char *failing =
		crds->state != KIND_FAILING
			? NULL
			: mem_printf("the CRDs cannot be read: %s (tried again until it works)",
				  crds->message ? crds->message : "no reason is given");

	say_why(s, failing			 ? failing
		   : crds->state == KIND_LISTING ? "not yet loaded: the CRDs are being listed"
		   : crds->state == KIND_STALE
			   ? "the connection is lost, and its CRD was not there before"
			   : "its CRD is not there");
	free(failing);
}

struct str schema_load(struct ui *ui, const struct kind_root *kind)
{
	struct schema_source *s = &ui->detail.schema.source;
	struct str schema = schema_known(ui, kind);
	const struct kind_root *crds = ui->root->crds;

	if (schema.p || !kind || s->crd_version)
		return schema;
	if (crds && crds->state != KIND_FORBIDDEN) {
		say_state(s, crds);
		return schema;
	}
	if (!s->answered)
		ask(ui, kind);
	take_answer(ui, kind);
	return s->text.len ? buf_str(&s->text) : schema;
}

void schema_ask_again(struct ui *ui)
{
	struct schema_source *s = &ui->detail.schema.source;

	if (!s->asked && !s->text.len)
		s->answered = false;
}
