/* Answers that are no success, and what surrounds the objects of those that are. The
 * first line may be a code and the path that was asked for. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuzz.h"
#include "kube/answer.h"
#include "kube/event.h"
#include "kube/object.h"
#include "kube/refusal.h"
#include "kube/status.h"
#include "kube/warning.h"

static void ask(const struct status *st)
{
	char *text = status_text(st);

	fuzz_must(st->reason && st->message && text && *text);
	fuzz_must(st->retry_after >= -1);
	status_is_expired(st);
	status_is_too_large_rv(st);
	fuzz_must(!status_is_initializing(st) || status_is_too_many(st));
	status_is_forbidden(st);
	status_is_unauthorized(st);
	status_is_not_found(st);
	status_is_method_not_allowed(st);
	status_is_invalid(st);
	free(text);
}

static void see_warning(void *arg, const char *text)
{
	(void)arg;
	fuzz_must(*text);
	for (const char *p = text; *p; p++)
		fuzz_must((unsigned char)*p >= 0x20);
}

static void refuse(int http, struct str body, const char *what)
{
	struct refusal refusal;

	refusal_read(&refusal, http, body, what, "error when creating");
	fuzz_must(*refusal.text && (!refusal.managers || refusal.code == 409));
	refusal_release(&refusal);
}

/* Where an object ends says the object, whatever stands behind it. */
static void bounded(struct str text)
{
	struct object o, again;

	if (!text.p || object_scan(text, &o, NULL) < 0)
		return;
	fuzz_must(fuzz_inside(o.text, text));
	fuzz_must(object_scan(o.text, &again, NULL) == 0);
	fuzz_must(
		str_eq(again.text, o.text) && str_eq(again.rv, o.rv) && str_eq(again.name, o.name));
}

static void surroundings(struct str body)
{
	struct answer_list list = { 0 };
	struct answer_event event = { 0 };
	struct event_object regarding = { 0 };
	struct event_words words = { 0 };

	if (answer_read_list(body, &list) == 0)
		fuzz_must(fuzz_inside(list.kind, body) && fuzz_inside(list.rv, body) &&
			  fuzz_inside(list.token, body));
	if (!answer_read_event(body, &event)) {
		fuzz_must(fuzz_inside(event.type, body) && fuzz_inside(event.object, body));
		bounded(event.object);
	}
	if (event_regarding(body, &regarding))
		fuzz_must(fuzz_inside(regarding.name, body) && regarding.name.len);
	if (event_words(body, &words)) {
		struct buf note = BUF_INIT(FUZZ_MAX);

		/* A broken \u of two bytes stands for three. */
		event_text(words.note, 100, &note);
		fuzz_must(note.len <= 150 + 3);
		buf_release(&note);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str body = str_make((const char *)data, size);
	struct str head, code;
	struct status st;
	int64_t http = 0;
	char *what;

	if (size > FUZZ_MAX)
		return 0;
	surroundings(body);
	warning_each(body, see_warning, NULL);
	head = fuzz_part(&body);
	if (!body.p) {
		body = head;
		what = NULL;
	} else {
		struct str rest = head;

		code = str_cut(&rest, ' ');
		if (str_to_i64(code, &http) < 0 || http < 0 || http > 999)
			http = 500;
		what = rest.p ? str_dup(rest) : NULL;
	}
	status_is_failure(body);
	status_read(&st, (int)http, body, what);
	ask(&st);
	status_release(&st);
	refuse((int)http, body, what);
	free(what);
	free((char *)head.p);
	return 0;
}
