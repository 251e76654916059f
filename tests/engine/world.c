/*
 * The world's life, its collections, and the texts of CRDs. The test's thread.
 */
#include "world.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "world_internal.h"

static char *capital(const char *plural)
{
	char *kind = str_dup(str_make(plural, strlen(plural) - 1));

	kind[0] = (char)toupper((unsigned char)kind[0]);
	return kind;
}

static struct collection *add(struct world *w, char *path, char *api_version, char *kind)
{
	struct collection *c = mem_zalloc(sizeof(*c));

	c->world = w;
	c->path = path;
	c->api_version = api_version;
	c->kind = kind;
	c->rv = c->compacted = WORLD_RV;
	pthread_mutex_lock(&w->lock);
	c->next = w->collections;
	w->collections = c;
	pthread_mutex_unlock(&w->lock);
	return c;
}

struct collection *world_add(struct world *w, const char *plural, const char *version)
{
	return add(w, mem_printf("/apis/example.com/%s/%s", version, plural),
		mem_printf("example.com/%s", version), capital(plural));
}

struct collection *world_events(struct world *w)
{
	return add(
		w, mem_strdup(WORLD_EVENTS), mem_strdup("events.k8s.io/v1"), mem_strdup("Event"));
}

struct collection *world_kind(struct world *w, const char *plural)
{
	struct collection *c = world_add(w, plural, "v1");

	world_crd(w, &(struct crd_text){ .plural = plural });
	return c;
}

struct collection *world_crds(struct world *w)
{
	struct collection *c;

	pthread_mutex_lock(&w->lock);
	c = world_find(w, WORLD_CRDS);
	pthread_mutex_unlock(&w->lock);
	return c;
}

static void add_versions(struct buf *out, const struct crd_text *text)
{
	buf_addz(out, "\"versions\":");
	if (text->versions) {
		buf_addz(out, text->versions);
		return;
	}
	buf_addz(out, "[{\"name\":\"v1\",\"served\":true,\"storage\":true");
	if (text->columns)
		buf_addf(out, ",\"additionalPrinterColumns\":%s", text->columns);
	buf_addz(out, "}]");
}

static char *spec_names(const struct crd_text *text)
{
	char *kind = capital(text->plural);
	size_t n = strlen(text->plural) - 1;
	char *names = mem_printf("{\"plural\":\"%s\",\"singular\":\"%.*s\",\"kind\":\"%s\","
				 "\"listKind\":\"%sList\"}",
		text->plural, (int)n, text->plural, kind, kind);

	free(kind);
	return names;
}

static const char established[] = "[{\"type\":\"NamesAccepted\",\"status\":\"True\"},"
				  "{\"type\":\"Established\",\"status\":\"True\"}]";

void world_crd(struct world *w, const struct crd_text *text)
{
	struct buf out = BUF_INIT((size_t)1 << 20);
	char *names = spec_names(text);
	char *name = mem_printf("%s.example.com", text->plural);
	char *uid = text->uid ? mem_strdup(text->uid) : mem_printf("uid-of-%s", text->plural);

	buf_addf(&out, ",\"spec\":{\"group\":\"example.com\",\"scope\":\"%s\",\"names\":%s,",
		text->cluster_scoped ? "Cluster" : "Namespaced", names);
	buf_addf(&out, "\"conversion\":{\"strategy\":\"%s\"},",
		text->conversion ? text->conversion : "None");
	add_versions(&out, text);
	buf_addf(&out, "},\"status\":{\"acceptedNames\":%s,\"conditions\":%s}",
		text->names ? text->names : names,
		text->conditions ? text->conditions : established);
	collection_put(world_crds(w), "", name, uid, buf_text(&out));
	free(uid);
	free(name);
	free(names);
	buf_release(&out);
}

void world_crd_delete(struct world *w, const char *plural)
{
	char *name = mem_printf("%s.example.com", plural);

	collection_delete(world_crds(w), "", name);
	free(name);
}

struct world *world_new(struct server *server, bool streaming)
{
	struct world *w = mem_zalloc(sizeof(*w));
	struct server_route ready = { .path = "/readyz$", .answer = { .body = "ok" } };
	struct server_route version = { .path = "/version$",
		.answer = { .body = "{\"gitVersion\":\"v1.36.0\"}" } };
	struct server_route apis = { .path = "/apis/", .handler = world_answer, .arg = w };

	w->server = server;
	w->streaming = streaming;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, NULL);
	buf_init(&w->body, WORLD_BUFFER);
	add(w, mem_strdup(WORLD_CRDS), mem_strdup("apiextensions.k8s.io/v1"),
		mem_strdup("CustomResourceDefinition"));
	server_route(server, &ready);
	server_route(server, &version);
	server_route(server, &apis);
	return w;
}

void world_set_page(struct world *w, size_t page)
{
	w->page = page;
}

void world_free(struct world *w)
{
	struct collection *c;

	if (!w)
		return;
	while ((c = w->collections)) {
		w->collections = c->next;
		collection_free(c);
	}
	buf_release(&w->body);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
