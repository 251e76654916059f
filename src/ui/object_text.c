#include "ui/object_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/archive.h"
#include "cache/changes.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/ask.h"
#include "cluster/cluster.h"
#include "kube/object.h"
#include "ui/state.h"

#define PATH_BYTES_MAX ((size_t)64 << 10)

void object_text_init(struct object_text *t)
{
	*t = (struct object_text){ .ask = 0 };
	buf_init(&t->text, DOCUMENT_MAX);
}

static void drop(struct object_text *t)
{
	buf_reset(&t->text);
	t->version = 0;
	free(t->error);
	t->error = NULL;
}

void object_text_forget(struct ui *ui, struct object_text *t)
{
	if (t->ask)
		cluster_forget(ui->cluster, t->ask);
	t->ask = 0;
	drop(t);
}

void object_text_release(struct ui *ui, struct object_text *t)
{
	object_text_forget(ui, t);
	buf_release(&t->text);
}

/* ---- asking ---- */

uint64_t object_text_ask(struct ui *ui, const struct kind_root *kind, const struct entry *e)
{
	struct buf path = BUF_INIT(PATH_BYTES_MAX);
	struct ask_spec spec = { .method = NULL };
	uint64_t number;

	gvr_path(&kind->kind->gvr, entry_ns(e), entry_name(e), &path);
	spec.path = buf_text(&path);
	number = cluster_ask(ui->cluster, &spec);
	buf_release(&path);
	return number;
}

struct str object_text_of_answer(struct str body, const unsigned char uid[16], char **ret_error)
{
	struct error err = ERROR_INIT;
	unsigned char its[16];
	struct object o;

	body = str_trim(body);
	if (object_scan(body, &o, &err) < 0) {
		*ret_error = mem_strdup(err.text ? err.text : "the answer is no object");
		error_release(&err);
		return str_make(NULL, 0);
	}
	entry_uid(o.uid, its);
	if (memcmp(its, uid, sizeof(its)) == 0)
		return body;
	*ret_error = mem_strdup("another object has its name by now");
	return str_make(NULL, 0);
}

static void take_answer(struct ui *ui, struct object_text *t)
{
	struct ask_answer answer = { .error = NULL };
	struct str text = { NULL, 0 };

	if (!t->ask || !cluster_answer(ui->cluster, t->ask, &answer))
		return;
	t->ask = 0;
	drop(t);
	if (answer.error)
		t->error = mem_strdup(answer.error);
	else
		text = object_text_of_answer(buf_str(&answer.body), t->uid, &t->error);
	if (text.p)
		buf_addstr(&t->text, text);
	t->version = t->failed = t->asked;
	t->failed_link = ui->root->link_since;
	ask_answer_release(&answer);
}

/* ---- where it may be ---- */

/* The last change has brought it along. */
static void take_from_log(struct ui *ui, struct object_text *t, const struct entry *e)
{
	const struct feed_last *last = feed_last_of(&ui->feed, e->uid);
	struct change_copy *copy = &ui->feed.copy;

	if (!last || changes_read(cluster_changes(ui->cluster), last->number, copy) < 0 ||
		!copy->change.new_text || !str_eq(copy->change.rv, entry_rv(e)))
		return;
	drop(t);
	buf_addstr(&t->text, text_read(ui->new_texts, copy->change.new_text));
	t->version = e->version;
}

static bool is_of(const struct object_text *t, const struct entry *e)
{
	return memcmp(t->uid, e->uid, sizeof(t->uid)) == 0;
}

/* What was asked for when the entry was as it is now may be newer than it, not older. */
static bool is_current(const struct object_text *t, const struct entry *e)
{
	struct object o;

	if (!t->text.len || !is_of(t, e))
		return false;
	return t->version == e->version ||
	       (object_scan(buf_str(&t->text), &o, NULL) == 0 && str_eq(o.rv, entry_rv(e)));
}

struct str object_text_at_hand(struct ui *ui, struct object_text *t, const struct entry *e)
{
	struct str whole = text_read(ui->new_texts, e->text);

	if (whole.p || !t)
		return whole;
	return is_current(t, e) ? buf_str(&t->text) : whole;
}

/* Tried again for a newer object, and when there is another connection. */
static bool has_failed(const struct ui *ui, const struct object_text *t, const struct entry *e)
{
	return t->error && t->failed == e->version && t->failed_link == ui->root->link_since;
}

/* What nobody sees is not asked for. */
static bool is_shown(const struct ui *ui)
{
	const struct area *area = &ui->layout.panes[PANE_DETAIL];

	return area->w > 0 && area->h > 0;
}

enum object_text_state object_text_get(struct ui *ui, struct object_text *t,
	const struct kind_root *kind, const struct entry *e, struct str *ret)
{
	if (!is_of(t, e) || t->kind != kind->kind->id)
		object_text_forget(ui, t);
	memcpy(t->uid, e->uid, sizeof(t->uid));
	t->kind = kind->kind->id;
	take_answer(ui, t);
	if (!text_is_whole(e->text) && !is_current(t, e))
		take_from_log(ui, t, e);
	*ret = object_text_at_hand(ui, t, e);
	if (ret->p)
		return OBJECT_TEXT_HERE;
	if (has_failed(ui, t, e))
		return OBJECT_TEXT_FAILED;
	if (!t->ask && is_shown(ui)) {
		t->ask = object_text_ask(ui, kind, e);
		t->asked = e->version;
	}
	return OBJECT_TEXT_READING;
}
