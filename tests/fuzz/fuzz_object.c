/* A whole object: what is kept of it, its health in words, what it refers to; and
 * behind a line of %% another version of it, to be compared with. */
#include <stdlib.h>

#include "base/buf.h"
#include "fuzz.h"
#include "json/diff.h"
#include "kube/conditions.h"
#include "kube/explain.h"
#include "kube/health_rules.h"
#include "kube/keep.h"
#include "kube/managers.h"
#include "kube/object.h"
#include "kube/references.h"

#define NOW 1700000000

static bool look_at_reference(void *arg, const struct reference *reference)
{
	size_t *count = arg;

	fuzz_touch(reference->path);
	fuzz_touch(reference->name);
	fuzz_touch(reference->kind);
	fuzz_touch(reference->ns);
	fuzz_must(reference->name.len > 0);
	return ++*count < 2 * REFERENCES_MAX;
}

static bool look_at_difference(void *arg, const struct diff_item *item)
{
	size_t *count = arg;

	*count += !item->noise;
	fuzz_touch(item->path);
	fuzz_touch(item->old_value);
	fuzz_touch(item->new_value);
	return true;
}

static void differences(struct str a, struct str b)
{
	size_t count = 0, none = 0;

	fuzz_must(diff_texts(a, b, look_at_difference, &count) == count);
	diff_texts(a, a, look_at_difference, &none);
	fuzz_must(none == 0);
	fuzz_touch(diff_manager(a));
	fuzz_touch(diff_author(a, b));
}

static void judge(const struct object *o, const struct health_context *context)
{
	struct health_verdict verdict = health_of(o, context, NOW);
	struct buf out = BUF_INIT(16 * FUZZ_MAX);
	struct conditions conditions;
	struct condition condition;

	fuzz_must(verdict.health < HEALTH_KINDS);
	fuzz_touch(verdict.field);
	if (health_lags(o))
		health_lags_since(&verdict, NOW - 30, NOW);
	health_explain(o, context, &verdict, NOW, &out);
	health_why(o, context, &verdict, NOW, &out);
	fuzz_touch(buf_str(&out));
	buf_release(&out);
	conditions_init(&conditions, o, context);
	while (conditions_next(&conditions, &condition)) {
		fuzz_touch(condition.place);
		fuzz_touch(condition.type);
		fuzz_touch(condition.message);
	}
	conditions_release(&conditions);
}

static void managed(const struct object *o)
{
	struct managers managers;
	struct manager manager;

	managers_init(&managers, o);
	while (managers_next(&managers, &manager))
		fuzz_must(
			fuzz_inside(manager.name, o->text) && fuzz_inside(manager.fields, o->text));
	managers_of_spec(o, &manager);
	managers_of_status(o, &manager);
}

/* What stays of it without its text is judged as it is. */
static void part(const struct object *o, const struct health_context *context)
{
	struct keep *keep = keep_new();
	struct buf out = BUF_INIT(o->text.len + 1);
	struct object p;

	keep_health(keep, context);
	keep_write(keep, o->text, &out);
	fuzz_must(!out.overflow);
	fuzz_must(object_scan(buf_str(&out), &p, NULL) == 0);
	fuzz_must(str_eq(p.name, o->name) && str_eq(p.ns, o->ns));
	fuzz_must(p.generation == o->generation && p.deleted == o->deleted);
	if (!health_lags(o))
		fuzz_must(health_of(&p, context, NOW).health == health_of(o, context, NOW).health);
	buf_release(&out);
	keep_free(keep);
}

static void kept(struct str text)
{
	struct health_context context;
	struct object o;

	if (object_scan(text, &o, NULL) < 0)
		return;
	fuzz_must(fuzz_inside(o.name, text) && fuzz_inside(o.rv, text));
	fuzz_must(fuzz_inside(o.labels, text) && fuzz_inside(o.status, text));
	judge(&o, NULL);
	health_context_init(&context, NULL, STR("argoproj.io"), STR("applications"));
	judge(&o, &context);
	part(&o, &context);
	health_context_release(&context);
	managed(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make((const char *)data, size);
	struct str text, other;
	size_t count = 0;

	if (size > FUZZ_MAX)
		return 0;
	text = fuzz_part(&rest);
	other = fuzz_part(&rest);
	kept(text);
	references_each(text, look_at_reference, &count);
	fuzz_must(count <= REFERENCES_MAX);
	differences(text, other);
	free((char *)text.p);
	free((char *)other.p);
	return 0;
}
