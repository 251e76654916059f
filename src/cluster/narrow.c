#include "cluster/narrow.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/texts.h"
#include "cluster/ask.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/access.h"
#include "kube/gvr.h"
#include "net/client.h"

#define AGAIN	       (300 * CLOCK_S)
#define SOON	       (10 * CLOCK_S)	/* after a failure */
#define REVIEWS_MAX    8		/* under way */
#define PLACES_MAX     100		/* who has more may name one with -n */
#define NAMED_MAX      (NARROW_MAX - 1) /* beside the context's */
#define NAME_MAX_BYTES 253
#define LIST	       "/api/v1/namespaces?limit=100"

struct place {
	char *ns;
	bool named; /* by the context, or by the user */
	bool asked;
	uint64_t question;	    /* its review; 0: none is open */
	struct access_rules *rules; /* NULL: the review failed, */
	bool forbidden;		    /* because that is not allowed either */
};

struct narrow {
	struct client *client;
	struct asks *asks;
	char *ns;
	char **named; /* the newest is the last */
	size_t n_named;
	uint64_t list;	  /* the question for namespaces; 0: none is open */
	int64_t asked_at; /* clock_now() value; 0: never */
	bool known;
	bool failed;	      /* some answer did not come: soon again */
	bool again;	      /* to be asked as soon as what is open is answered */
	struct place *places; /* the context's first, then those that were named */
	size_t n_places, cap_places;
	struct client_timer timer;
};

static void free_places(struct narrow *n)
{
	for (size_t i = 0; i < n->n_places; i++) {
		if (n->places[i].question)
			asks_forget(n->asks, n->places[i].question);
		access_rules_free(n->places[i].rules);
		free(n->places[i].ns);
	}
	n->n_places = 0;
}

static void ask(struct narrow *n)
{
	struct ask_spec spec = { .path = LIST };

	n->again = false;
	n->asked_at = clock_now();
	n->list = asks_put(n->asks, &spec);
	client_timer_set(n->client, &n->timer, n->asked_at + AGAIN);
	client_wake(n->client);
}

/* Nobody asks for what nobody wants any more: see narrow_want(). */
static void fire(struct client_timer *timer)
{
	struct narrow *n =
		(struct narrow *)(void *)((char *)timer - offsetof(struct narrow, timer));

	n->asked_at = 0;
	client_wake(n->client);
}

static bool is_asking(const struct narrow *n)
{
	if (n->list)
		return true;
	for (size_t i = 0; i < n->n_places; i++) {
		if (n->places[i].question || !n->places[i].asked)
			return true;
	}
	return false;
}

void narrow_want(struct narrow *n)
{
	if (!is_asking(n) && (n->again || !n->asked_at))
		ask(n);
}

void narrow_kick(struct narrow *n)
{
	n->again = true;
}

/* ---- which there are ---- */

static bool has_place(const struct narrow *n, struct str ns)
{
	for (size_t i = 0; i < n->n_places; i++) {
		if (str_is(ns, n->places[i].ns))
			return true;
	}
	return false;
}

static void add_place(struct narrow *n, size_t at, struct str ns, bool named)
{
	n->places = array_reserve(n->places, &n->cap_places, n->n_places + 1, sizeof(*n->places));
	memmove(n->places + at + 1, n->places + at, (n->n_places - at) * sizeof(*n->places));
	n->places[at] = (struct place){ .ns = str_dup(ns), .named = named };
	n->n_places++;
}

static void add_named(struct narrow *n)
{
	add_place(n, 0, str_of(n->ns), true);
	for (size_t i = n->n_named; i-- > 0;) {
		if (!has_place(n, str_of(n->named[i])))
			add_place(n, n->n_places, str_of(n->named[i]), true);
	}
}

static bool is_named(const struct narrow *n, struct str ns)
{
	for (size_t i = 0; i < n->n_named; i++) {
		if (str_is(ns, n->named[i]))
			return true;
	}
	return false;
}

void narrow_name(struct narrow *n, struct str ns)
{
	char *name;

	if (!ns.len || ns.len > NAME_MAX_BYTES || is_named(n, ns))
		return;
	if (n->n_named == NAMED_MAX) {
		free(n->named[0]);
		n->n_named--;
		memmove(n->named, n->named + 1, n->n_named * sizeof(*n->named));
	}
	name = str_dup(ns);
	texts_add(&n->named, &n->n_named, name);
	free(name);
	/* what is not known at all yet will have it */
	if (n->n_places && !has_place(n, ns))
		add_place(n, 1, ns, true);
	client_wake(n->client);
}

static void add_listed(struct narrow *n, struct str list)
{
	struct str item;
	struct scan s;

	scan_init(&s, scan_member(list, "items"));
	if (!scan_array_or_skip(&s))
		return;
	while (n->n_places < PLACES_MAX && scan_item_text(&s, &item)) {
		char *name = pick_text_or_empty(scan_member(scan_member(item, "metadata"), "name"));

		if (*name && !has_place(n, str_of(name)))
			add_place(n, n->n_places, str_of(name), false);
		free(name);
	}
}

/* A failure that says nothing of rights. */
static bool is_passing(const struct ask_answer *answer)
{
	return answer->error && !answer->forbidden && !answer->missing;
}

static void take_list(struct narrow *n)
{
	struct ask_answer answer;

	if (!n->list || !asks_take(n->asks, n->list, &answer))
		return;
	n->list = 0;
	n->failed = is_passing(&answer);
	if (!n->failed) {
		free_places(n);
		add_named(n);
		if (!answer.error)
			add_listed(n, buf_str(&answer.body));
	}
	ask_answer_release(&answer);
}

/* ---- what may be done there ---- */

static void take_review(struct narrow *n, struct place *place)
{
	struct ask_answer answer;

	if (!place->question || !asks_take(n->asks, place->question, &answer))
		return;
	place->question = 0;
	place->forbidden = answer.forbidden;
	n->failed = n->failed || is_passing(&answer);
	if (!answer.error && access_rules_parse(buf_str(&answer.body), &place->rules, NULL) < 0)
		log_line(LOG_WARNING, "the rules for namespace %s cannot be read", place->ns);
	ask_answer_release(&answer);
}

static void ask_review(struct narrow *n, struct place *place)
{
	struct ask_spec spec = { .method = "POST", .path = ACCESS_REVIEW_PATH };
	char *body = access_review(place->ns);

	spec.body = str_of(body);
	place->question = asks_put(n->asks, &spec);
	place->asked = true;
	free(body);
	client_wake(n->client);
}

/* A few at a time. */
static void ask_reviews(struct narrow *n)
{
	size_t open = 0;

	for (size_t i = 0; i < n->n_places; i++)
		open += n->places[i].question != 0;
	for (size_t i = 0; i < n->n_places && open < REVIEWS_MAX; i++) {
		if (n->places[i].asked)
			continue;
		ask_review(n, &n->places[i]);
		open++;
	}
}

bool narrow_run(struct narrow *n)
{
	if (!is_asking(n))
		return false;
	take_list(n);
	for (size_t i = 0; i < n->n_places; i++)
		take_review(n, &n->places[i]);
	ask_reviews(n);
	if (is_asking(n))
		return false;
	if (n->failed)
		client_timer_set(n->client, &n->timer, clock_now() + SOON);
	if (n->n_places == 0)
		return false; /* the list has failed */
	n->known = true;
	return true;
}

bool narrow_is_known(const struct narrow *n)
{
	return n->known && !is_asking(n);
}

/* Where nobody may ask for the rules, what was named is tried. */
static bool may_list(const struct narrow *n, size_t place, const struct gvr *gvr)
{
	const struct access_rules *rules = n->places[place].rules;
	enum access access;

	if (!rules)
		return n->places[place].named && n->places[place].forbidden;
	access = access_check_mark(rules, gvr->group, gvr->resource, ACCESS_LIST);
	return access == ACCESS_YES || access == ACCESS_UNKNOWN;
}

size_t narrow_namespaces(const struct narrow *n, const struct gvr *gvr, const char *ret[NARROW_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < n->n_places && count < NARROW_MAX; i++) {
		if (may_list(n, i, gvr))
			ret[count++] = n->places[i].ns;
	}
	return count;
}

struct narrow *narrow_new(struct client *client, struct asks *asks, const char *ns)
{
	struct narrow *n = mem_zalloc(sizeof(*n));

	n->client = client;
	n->asks = asks;
	n->ns = mem_strdup(ns);
	n->timer.fire = fire;
	return n;
}

void narrow_free(struct narrow *n)
{
	if (!n)
		return;
	client_timer_cancel(n->client, &n->timer);
	asks_forget(n->asks, n->list);
	free_places(n);
	texts_free(n->named, n->n_named);
	free(n->places);
	free(n->ns);
	free(n);
}
