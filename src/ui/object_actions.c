#include "ui/object_actions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/relations.h"
#include "json/emit.h"
#include "kube/references.h"
#include "ui/fetch.h"
#include "ui/object_text.h"
#include "ui/term/clipboard.h"
#include "ui/state.h"
#include "ui/widgets/text.h"
#include "ui/typing.h"

#define NAME_PROPOSED 200
/* Of what is marked, at once: it is made while the screen waits. */
#define TOGETHER_COUNT 1000
#define TOGETHER_BYTES ((size_t)16 << 20)

static const struct tree_key *find_subject(struct ui *ui)
{
	const struct rows *rows = ui_rows(ui);
	const struct detail_view *v = &ui->detail;

	if (ui->focus == PANE_DETAIL && v->has_key && v->is_object)
		return &v->key;
	if (ui->focus != PANE_DETAIL && rows->has_key && !rows->hidden &&
		rows->key.level == TREE_OBJECT)
		return &rows->key;
	return NULL;
}

/* What the action is about; NULL, and it is said, when that is no object. */
static const struct tree_key *subject(struct ui *ui)
{
	const struct tree_key *key = find_subject(ui);

	if (!key)
		statusline_say(&ui->status, ui->now, false, "there is no object under the cursor");
	return key;
}

/* ---- another look ---- */

void object_open(struct ui *ui)
{
	if (subject(ui))
		ui_focus(ui, PANE_DETAIL);
}

static void show(struct ui *ui, enum detail_tab tab)
{
	if (!subject(ui))
		return;
	if (ui->focus != PANE_DETAIL) {
		ui_focus(ui, PANE_DETAIL);
		detail_view_follow(ui);
	}
	detail_view_show(ui, tab);
}

static void show_why(struct ui *ui)
{
	show(ui, TAB_DESCRIBE);
	describe_why(ui);
}

static void show_referrers(struct ui *ui)
{
	if (!subject(ui))
		return;
	show(ui, TAB_DESCRIBE);
	describe_find_referrers(ui);
}

/* ---- its owner ---- */

struct finding {
	struct ui *ui;
	struct str ns;
	struct relation of;
	char *not_found; /* what the owner is called that is not there */
	bool controller;
};

static bool take_owner(void *arg, const struct reference *ref)
{
	struct finding *f = arg;
	unsigned char uid[16];
	struct relation of;

	if (!ref->owner)
		return true;
	entry_uid(ref->uid, uid);
	relations_resolve(f->ui->root, ref, f->ns, STR(""), &of);
	if (of.entry && !memcmp(of.entry->uid, uid, sizeof(uid))) {
		if (!f->of.entry || ref->controller)
			f->of = of;
	} else if (!f->not_found) {
		f->not_found =
			mem_printf(STR_FMT " " STR_FMT, STR_ARG(ref->kind), STR_ARG(ref->name));
	}
	return !ref->controller;
}

static void go_to_owner(struct ui *ui)
{
	const struct tree_key *key = subject(ui);
	const struct entry *e = key ? tree_key_entry(ui->root, key) : NULL;
	struct finding f = { .ui = ui };
	struct tree_key to = { 0 };

	if (!key)
		return;
	if (!e) {
		statusline_say(&ui->status, ui->now, true, "it is no longer there");
		return;
	}
	f.ns = entry_ns(e);
	references_each(text_read_kept(ui->old_texts, e->text), take_owner, &f);
	if (f.of.entry) {
		struct tree_row row = { .level = TREE_OBJECT,
			.group = str_of(f.of.kind->kind->gvr.group),
			.kind = f.of.kind,
			.entry = f.of.entry };

		tree_key_of(&row, &to);
		if (!ui_go_object(ui, &to))
			statusline_say(&ui->status, ui->now, true,
				"its owner is not shown: a filter hides it");
		tree_key_release(&to);
	} else if (f.not_found) {
		statusline_say(&ui->status, ui->now, false, "its owner %s is not watched or gone",
			f.not_found);
	} else {
		statusline_say(&ui->status, ui->now, false, "it has no owner");
	}
	free(f.not_found);
}

/* ---- copying ---- */

void object_copy(struct ui *ui, const char *what, struct str text)
{
	char *used = NULL;
	char size[TEXT_NUMBER_MAX];

	text_number(text.len, size);
	switch (clipboard_put(&ui->clipboard, text, &used)) {
	case CLIPBOARD_DONE:
		statusline_say(&ui->status, ui->now, false, "%s copied by %s, %s byte%s", what,
			used, size, text.len == 1 ? "" : "s");
		break;
	case CLIPBOARD_TOO_LARGE:
		statusline_say(&ui->status, ui->now, true,
			"%s bytes are too many for the terminal's clipboard: ctrl-s saves them in a "
			"file",
			size);
		break;
	default:
		statusline_say(&ui->status, ui->now, true, "not copied: %s", used);
		break;
	}
	free(used);
}

/* The object as YAML; of one that was deleted what the detail still shows. asked: its
 * text when it was asked for. */
static bool yaml_of(
	struct ui *ui, const struct tree_key *key, const struct buf *asked, struct buf *out)
{
	const struct emit_options options = { .managed_fields = ui->detail.managed };
	const struct entry *e = tree_key_entry(ui->root, key);
	struct str text = asked ? buf_str(asked) : str_make(NULL, 0);
	struct error err = ERROR_INIT;
	int result = -1;

	if (e && !text.len)
		text = object_text_at_hand(ui, &ui->detail.text, e);
	if (text.len)
		result = emit_yaml(text, &options, out, NULL, &err);
	else if (!e && ui->detail.loaded && rows_key_same(key, &ui->detail.key))
		result = buf_addstr(out, buf_str(&ui->detail.doc.yaml));
	if (result < 0)
		statusline_say(&ui->status, ui->now, true, "%s",
			err.text ? err.text
			: e	 ? "its text has just gone: once more reads it"
				 : "it is no longer there");
	error_release(&err);
	return result == 0;
}

/* ---- of one, or of all that are marked ---- */

static bool acts_on_marks(const struct ui *ui)
{
	return ui->focus != PANE_DETAIL && marks_count(&ui->marks) > 0;
}

static size_t count_subjects(const struct ui *ui)
{
	return acts_on_marks(ui) ? marks_count(&ui->marks) : 1;
}

static const struct tree_key *subject_at(struct ui *ui, size_t i)
{
	return acts_on_marks(ui) ? marks_at(&ui->marks, i) : subject(ui);
}

/* All that is marked is among what is read: marks of objects that are gone may go. */
static bool covers_marks(const struct ui *ui)
{
	const struct fetch *f = &ui->fetch;
	size_t n = 0;

	for (size_t i = 0; i < f->count && n < marks_count(&ui->marks); i++)
		n += rows_key_same(&f->items[i].key, marks_at(&ui->marks, n));
	return n == marks_count(&ui->marks);
}

bool object_fetch_stands(struct ui *ui)
{
	const struct tree_key *key;

	if (ui->fetch.marked || acts_on_marks(ui))
		return ui->fetch.marked && acts_on_marks(ui) && covers_marks(ui);
	key = find_subject(ui);
	return key && rows_key_same(key, &ui->fetch.items[0].key);
}

static bool say_too_much(struct ui *ui, size_t n)
{
	char most[TEXT_NUMBER_MAX], marked[TEXT_NUMBER_MAX];

	text_number(TOGETHER_COUNT, most);
	text_number(n, marked);
	if (n > TOGETHER_COUNT)
		statusline_say(&ui->status, ui->now, true,
			"%s objects are marked: no more than %s can be had as YAML at once", marked,
			most);
	else
		statusline_say(&ui->status, ui->now, true,
			"together they are larger than %zu MiB: mark fewer of them",
			TOGETHER_BYTES >> 20);
	return false;
}

/* One document after another; false: one of them cannot be had, or they are too many,
 * which is said. */
static bool yaml_of_fetched(struct ui *ui, struct buf *out)
{
	const struct fetch *f = &ui->fetch;

	for (size_t i = 0; i < f->count; i++) {
		buf_addz(out, i ? "---\n" : "");
		if (!yaml_of(ui, &f->items[i].key, &f->items[i].text, out))
			return false;
		if (f->count > 1 && out->len > TOGETHER_BYTES)
			return say_too_much(ui, f->count);
	}
	return !out->overflow || say_too_much(ui, f->count);
}

static void begin_save(struct ui *ui, const struct fetch *f, struct buf *yaml);

void object_fetched(struct ui *ui)
{
	struct buf yaml = BUF_INIT(DOCUMENT_MAX);

	if (yaml_of_fetched(ui, &yaml)) {
		if (ui->fetch.action == ACTION_SAVE)
			begin_save(ui, &ui->fetch, &yaml);
		else
			object_copy(ui, "YAML", buf_str(&yaml));
	}
	buf_release(&yaml);
}

/* At once where all texts are at hand. */
static void want_yaml(struct ui *ui, enum action action)
{
	size_t n = count_subjects(ui);

	if (n > TOGETHER_COUNT) {
		say_too_much(ui, n);
		return;
	}
	fetch_begin(ui, action, acts_on_marks(ui));
	for (size_t i = 0; i < n; i++) {
		const struct tree_key *key = subject_at(ui, i);

		if (!key) {
			fetch_end(ui);
			return;
		}
		fetch_add(ui, key);
	}
	fetch_update(ui);
	if (ui->fetch.count)
		statusline_say(&ui->status, ui->now, false, "reading %zu object%s from the server",
			n, n == 1 ? "" : "s");
}

/* One a line. */
static void copy_word(struct ui *ui, bool ns)
{
	struct buf words = BUF_INIT(DOCUMENT_MAX);
	size_t n = count_subjects(ui);

	for (size_t i = 0; i < n; i++) {
		const struct tree_key *key = subject_at(ui, i);
		const char *word = key ? ns ? key->ns : key->name : NULL;

		if (!word || !*word)
			continue;
		buf_addz(&words, words.len ? "\n" : "");
		buf_addz(&words, word);
	}
	if (words.len)
		object_copy(ui, ns ? "namespace" : "name", buf_str(&words));
	else if (subject_at(ui, 0))
		statusline_say(&ui->status, ui->now, false, "it has no namespace");
	buf_release(&words);
}

/* ---- saving ---- */

/* "certificate-payments-api-tls.yaml". */
static char *proposed_name(struct ui *ui, const struct fetch *f)
{
	const struct tree_key *key = &f->items[0].key;
	const struct kind_root *kind = root_kind(ui->root, key->kind);
	char *name;

	if (f->count > 1)
		return mem_strdup("objects.yaml");
	name = mem_printf("%s-%s%s%.*s.yaml", kind ? kind->kind->singular : "object",
		key->ns && *key->ns ? key->ns : "", key->ns && *key->ns ? "-" : "", NAME_PROPOSED,
		key->name);
	for (char *at = name; *at; at++) {
		if (*at == '/')
			*at = '_';
	}
	return name;
}

/* Takes yaml: what is saved is what was there when it was asked for. */
static void begin_save(struct ui *ui, const struct fetch *f, struct buf *yaml)
{
	buf_release(&ui->saving.text);
	ui->saving.text = *yaml;
	buf_init(yaml, DOCUMENT_MAX);
	free(ui->saving.path);
	ui->saving.path = proposed_name(ui, f);
	ui_prompt_open(ui, PROMPT_SAVE);
}

static void say_saved(struct ui *ui)
{
	char size[TEXT_NUMBER_MAX];

	text_number(ui->saving.text.len, size);
	statusline_say(&ui->status, ui->now, false, "%s bytes saved in %s", size, ui->saving.path);
}

void object_save(struct ui *ui, const char *path)
{
	char *copied = mem_strdup(path);
	int fd, failed;

	free(ui->saving.path);
	ui->saving.path = copied;
	if (!*copied) {
		statusline_say(&ui->status, ui->now, false, "nothing was saved");
		return;
	}
	fd = open(copied, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600); /* it may hold secrets */
	if (fd < 0 && errno == EEXIST) {
		ui_prompt_open(ui, PROMPT_REPLACE);
		return;
	}
	if (fd < 0) {
		statusline_say(&ui->status, ui->now, true, "%s: %s", copied, strerror(errno));
		return;
	}
	failed = file_write(fd, buf_str(&ui->saving.text)) < 0 ? errno : 0;
	if (close(fd) < 0 && !failed)
		failed = errno;
	if (failed) {
		unlink(copied); /* half of it is of no use */
		statusline_say(&ui->status, ui->now, true, "%s: %s", copied, strerror(failed));
		return;
	}
	say_saved(ui);
}

void object_replace(struct ui *ui)
{
	struct error err = ERROR_INIT;

	if (file_replace(ui->saving.path, buf_str(&ui->saving.text), 0666, &err) < 0)
		statusline_say(&ui->status, ui->now, true, "%s",
			err.text ? err.text : "it cannot be written");
	else
		say_saved(ui);
	error_release(&err);
}

/* ---- all ---- */

bool object_act(struct ui *ui, enum action action)
{
	switch (action) {
	case ACTION_SHOW_YAML:
		show(ui, TAB_YAML);
		return true;
	case ACTION_DESCRIBE:
		show(ui, TAB_DESCRIBE);
		return true;
	case ACTION_WHY:
		show_why(ui);
		return true;
	case ACTION_COPY_NAME:
	case ACTION_COPY_NS:
		copy_word(ui, action == ACTION_COPY_NS);
		return true;
	case ACTION_COPY_YAML:
	case ACTION_SAVE:
		want_yaml(ui, action);
		return true;
	case ACTION_OWNER:
		go_to_owner(ui);
		return true;
	case ACTION_REFERRERS:
		show_referrers(ui);
		return true;
	default:
		return false;
	}
}
