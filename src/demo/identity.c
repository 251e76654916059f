/*
 * See identity.h. uids and generated names come from the server's seed.
 */
#include "demo/identity.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/draft.h"

static char *new_uid(struct demo_server *server)
{
	uint64_t a = demo_random_next(&server->random), b = demo_random_next(&server->random);

	return mem_printf("%08x-%04x-4%03x-%04x-%012" PRIx64, (unsigned)(a >> 32),
		(unsigned)(a >> 16) & 0xffff, (unsigned)a & 0xfff,
		((unsigned)(b >> 48) & 0x3fff) | 0x8000, b & UINT64_C(0xffffffffffff));
}

static void make_name(struct demo_call *call, struct doc *metadata)
{
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";
	const char *prefix = doc_string(metadata, "generateName");
	uint64_t random = demo_random_next(&call->server->random);
	char suffix[6] = "";
	char *name;

	for (int i = 0; i < 5; i++) {
		suffix[i] = letters[random % (sizeof(letters) - 1)];
		random /= sizeof(letters) - 1;
	}
	name = mem_printf("%s%s", prefix, suffix);
	doc_set(metadata, "name", doc_new_string(name));
	free(name);
}

/* A new object: what the server decides, unless the story tells of the past. */
void demo_identity_give(struct demo_call *call, struct doc *draft)
{
	struct doc *metadata = demo_draft_metadata(draft);
	bool past = call->request->past;

	if (!doc_string(metadata, "name") && doc_string(metadata, "generateName"))
		make_name(call, metadata);
	if (call->kind->namespaced)
		doc_set(metadata, "namespace", doc_new_string(call->ns));
	else
		doc_remove(metadata, "namespace");
	demo_draft_set(metadata, "uid", new_uid(call->server));
	if (!past || !doc_string(metadata, "creationTimestamp"))
		demo_draft_set(metadata, "creationTimestamp", demo_draft_now());
	if (!past) {
		doc_remove(metadata, "deletionTimestamp");
		doc_remove(metadata, "managedFields");
	}
	if (!past && call->version->has_status)
		doc_remove(draft, "status");
	if (!past || !doc_member(metadata, "generation"))
		doc_set(metadata, "generation", doc_new_i64(1));
}

/* Takes away the members that before does not have. */
static void drop_others(struct doc *draft, struct doc *before)
{
	const struct doc *item = doc_first(draft);

	while (item) {
		const struct doc *next = doc_next(item);
		char *key = doc_member(before, doc_key(item)) ? NULL : mem_strdup(doc_key(item));

		if (key)
			doc_remove(draft, key);
		free(key);
		item = next;
	}
}

/* Of the status subresource only the status counts, of the object all but that. */
static void keep_the_rest(struct demo_call *call, struct doc *draft, struct doc *before)
{
	struct doc *status;

	if (!call->version->has_status || call->request->past)
		return;
	if (strcmp(call->subresource, "status") != 0) {
		demo_draft_keep(draft, before, "status");
		return;
	}
	status = doc_take(draft, "status");
	drop_others(draft, before);
	for (const struct doc *item = doc_first(before); item; item = doc_next(item)) {
		if (strcmp(doc_key(item), "apiVersion") != 0)
			demo_draft_keep(draft, before, doc_key(item));
	}
	if (status)
		doc_set(draft, "status", status);
	else
		doc_remove(draft, "status");
}

void demo_identity_keep(struct demo_call *call, struct doc *draft, struct doc *before)
{
	static const char *const own[] = { "name", "namespace", "uid", "creationTimestamp",
		"deletionTimestamp", "deletionGracePeriodSeconds", "generation", "generateName" };
	struct doc *old = doc_member(before, "metadata");
	struct doc *metadata;

	keep_the_rest(call, draft, before);
	metadata = demo_draft_metadata(draft);
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		demo_draft_keep(metadata, old, own[i]);
}
