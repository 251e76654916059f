#include "cluster/discover.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/texts.h"
#include "cache/root.h"
#include "kube/columns.h"
#include "kube/discovery.h"
#include "net/client.h"

#define EVERY	 (30 * CLOCK_S)
#define BODY_MAX ((size_t)64 << 20)
#define TIMEOUT	 (32 * CLOCK_S) /* client-go's for discovery */

struct discover {
	struct client *client;
	void (*found)(void *arg, struct kind **kinds, size_t n, bool partial);
	void *arg;
	struct client_timer timer;
	struct request *request;
	int http_code;
	char *etag;	/* of the aggregated answer that was read last; or NULL */
	char *new_etag; /* of the answer under way */
	bool aggregated;
	bool reading_version; /* the answer is of one group and version */
	struct buf body;
	char **versions; /* still to be read, last first */
	size_t n_versions;
	size_t cap_versions;
	struct discovery result;
};

static void ask(struct discover *d, const char *path);
static void start(struct discover *d);

static void drop_versions(struct discover *d)
{
	while (d->n_versions)
		free(d->versions[--d->n_versions]);
}

static void add_version(void *arg, struct str group_version)
{
	struct discover *d = arg;
	struct str rest = group_version;

	if (discovery_is_builtin(str_cut(&rest, '/')) || d->n_versions >= 10000)
		return;
	d->versions = array_reserve(
		d->versions, &d->cap_versions, d->n_versions + 1, sizeof(*d->versions));
	/* Taken from the end: the preferred version of a group is read first. */
	memmove(d->versions + 1, d->versions, d->n_versions * sizeof(*d->versions));
	d->versions[0] = str_dup(group_version);
	d->n_versions++;
}

static struct kind *make_kind(const struct discovery_resource *r)
{
	struct kind *kind = mem_zalloc(sizeof(*kind));

	gvr_init(&kind->gvr, str_of(r->group), str_of(r->version), str_of(r->plural));
	kind->kind = mem_strdup(r->kind);
	kind->singular = mem_strdup(r->singular);
	kind->n_short_names = r->n_short_names;
	kind->short_names = texts_copy(r->short_names, r->n_short_names);
	kind->namespaced = r->namespaced;
	kind->columns = columns_new(str_make(NULL, 0), NULL);
	return kind;
}

static void finish(struct discover *d)
{
	struct kind **kinds = mem_alloc(d->result.count * sizeof(*kinds));
	bool partial = d->result.partial;
	size_t n = 0;

	for (size_t i = 0; i < d->result.count; i++) {
		const struct discovery_resource *r = &d->result.items[i];

		if (r->listable && !discovery_is_builtin(str_of(r->group)))
			kinds[n++] = make_kind(r);
	}
	if (partial) {
		/* It is to be read again, not to be called unchanged. */
		free(d->etag);
		d->etag = NULL;
	}
	discovery_release(&d->result);
	client_timer_set(d->client, &d->timer, clock_now() + EVERY);
	d->found(d->arg, kinds, n, partial);
	free(kinds);
}

/* The next group and version of a server without aggregated discovery. */
static void next_version(struct discover *d)
{
	char *path;

	if (d->n_versions == 0) {
		finish(d);
		return;
	}
	d->reading_version = true;
	path = mem_printf("/apis/%s", d->versions[--d->n_versions]);
	free(d->versions[d->n_versions]);
	ask(d, path);
	free(path);
}

static int read_answer(struct discover *d, struct error *err)
{
	struct str body = buf_str(&d->body);

	if (d->http_code != 200)
		return error_set(err, ERROR_STATUS, "discovery: HTTP %d", d->http_code);
	if (d->reading_version)
		return discovery_read_version(body, &d->result, err);
	if (d->aggregated)
		return discovery_read_aggregated(body, &d->result, err);
	return discovery_each_version(body, add_version, d, err);
}

static void on_head(struct request *request, void *arg, const struct request_head *head)
{
	struct discover *d = arg;

	(void)request;
	d->http_code = head->status;
	d->aggregated = discovery_is_aggregated(head->content_type);
	free(d->new_etag);
	d->new_etag = d->aggregated && head->etag.len ? str_dup(head->etag) : NULL;
}

static int on_data(struct request *request, void *arg, const char *p, size_t n)
{
	struct discover *d = arg;

	(void)request;
	return buf_add(&d->body, p, n);
}

/* The answer has been read: only a newer one is worth a body. */
static void keep_etag(struct discover *d)
{
	if (d->reading_version)
		return;
	free(d->etag);
	d->etag = d->new_etag;
	d->new_etag = NULL;
}

static void begin_again(struct discover *d)
{
	buf_release(&d->body);
	drop_versions(d);
	discovery_release(&d->result);
	start(d);
}

static void on_done(struct request *request, void *arg, const struct error *err)
{
	struct discover *d = arg;
	struct error bad = ERROR_INIT;
	bool failed = err->code != ERROR_NONE;

	(void)request;
	d->request = NULL;
	if (err->code == ERROR_RENEWED) {
		begin_again(d);
		return;
	}
	if (!failed && d->http_code == 304 && d->etag) {
		client_timer_set(d->client, &d->timer, clock_now() + EVERY);
		return;
	}
	if (failed && d->reading_version)
		d->result.partial = true;
	if (failed)
		log_line(LOG_WARNING, "discovery: %s", err->text);
	else if (read_answer(d, &bad) < 0) {
		log_line(LOG_WARNING, "%s", bad.text);
		failed = !d->reading_version; /* one version that fails hides no other */
		d->result.partial = true;
		error_release(&bad);
	}
	buf_release(&d->body);
	if (failed) {
		drop_versions(d);
		discovery_release(&d->result);
		client_timer_set(d->client, &d->timer, clock_now() + EVERY);
		d->found(d->arg, NULL, 0, true);
		return;
	}
	keep_etag(d);
	next_version(d);
}

static void ask(struct discover *d, const char *path)
{
	static const struct request_ops ops = { on_head, on_data, on_done };
	struct request_spec spec = {
		.lane = REQUEST_SHORT,
		.path = path,
		.accept = d->reading_version ? NULL : DISCOVERY_ACCEPT,
		.etag = d->reading_version ? NULL : d->etag,
		.total_timeout = TIMEOUT,
	};

	d->http_code = 0;
	d->request = client_send(d->client, &spec, &ops, d);
}

static void start(struct discover *d)
{
	d->reading_version = false;
	ask(d, "/apis");
}

static void fire(struct client_timer *timer)
{
	start((struct discover *)(void *)((char *)timer - offsetof(struct discover, timer)));
}

struct discover *discover_new(struct client *client,
	void (*found)(void *arg, struct kind **kinds, size_t n, bool partial), void *arg)
{
	struct discover *d = mem_zalloc(sizeof(*d));

	d->client = client;
	d->found = found;
	d->arg = arg;
	d->timer.fire = fire;
	buf_init(&d->body, BODY_MAX);
	start(d);
	return d;
}

void discover_free(struct discover *d)
{
	if (!d)
		return;
	client_timer_cancel(d->client, &d->timer);
	request_cancel(d->request);
	drop_versions(d);
	free(d->versions);
	discovery_release(&d->result);
	buf_release(&d->body);
	free(d->etag);
	free(d->new_etag);
	free(d);
}
