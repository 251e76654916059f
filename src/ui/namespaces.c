#include "ui/namespaces.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/texts.h"
#include "cache/entry.h"
#include "cache/root.h"

#define NAME_MAX_BYTES ((size_t)128 << 10) /* longer than any entry keeps */
#define READ_EVERY     CLOCK_S

static void forget_items(struct namespaces *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->items[i].name);
	n->count = 0;
}

void namespaces_release(struct namespaces *n)
{
	forget_items(n);
	free(n->items);
	texts_free(n->shown, n->n_shown);
	texts_free(n->recent, n->n_recent);
	*n = (struct namespaces){ 0 };
}

/* ---- counting ---- */

/* Its place among the items; true when it is there. */
static bool find(const struct namespaces *n, struct str name, size_t *ret)
{
	size_t low = 0, high = n->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = str_cmp(str_of(n->items[mid].name), name);

		if (order == 0) {
			*ret = mid;
			return true;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*ret = low;
	return false;
}

static void add(struct namespaces *n, struct str name, size_t objects)
{
	size_t at;

	if (!find(n, name, &at)) {
		n->items = array_reserve(n->items, &n->cap, n->count + 1, sizeof(*n->items));
		memmove(n->items + at + 1, n->items + at, (n->count - at) * sizeof(*n->items));
		n->items[at] = (struct namespace_count){ .name = str_dup(name) };
		n->count++;
	}
	n->items[at].objects += objects;
	n->items[at].kinds++;
}

/* A store is in order of namespaces: from one to the next is one search. */
static void count_kind(struct namespaces *n, const struct store_root *store)
{
	struct buf behind = BUF_INIT(NAME_MAX_BYTES);

	for (size_t i = 0, next; i < store->count; i = next) {
		struct str ns = entry_ns(store_root_at(store, i));

		/* the first text behind this one, whatever its bytes are */
		buf_reset(&behind);
		buf_addstr(&behind, ns);
		buf_addc(&behind, '\0');
		store_root_find(store, buf_str(&behind), STR(""), &next);
		next = next > i ? next : i + 1;
		add(n, ns, next - i);
	}
	buf_release(&behind);
}

void namespaces_read(struct namespaces *n, const struct root *root)
{
	int64_t now = clock_now();

	/* many namespaces and kinds take some milliseconds */
	if (n->root == root->number || (n->root && now - n->read < READ_EVERY && !clock_is_test()))
		return;
	n->root = root->number;
	n->read = now;
	forget_items(n);
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (root->kinds[i]->kind->namespaced)
			count_kind(n, root->kinds[i]->store);
	}
}

/* ---- what is shown ---- */

bool namespaces_is_shown(const struct namespaces *n, const char *name)
{
	for (size_t i = 0; i < n->n_shown; i++) {
		if (!strcmp(n->shown[i], name))
			return true;
	}
	return false;
}

static void add_shown(struct namespaces *n, struct str name)
{
	char *copy = str_dup(name);

	if (name.len && !namespaces_is_shown(n, copy))
		texts_add(&n->shown, &n->n_shown, copy);
	free(copy);
}

bool namespaces_has(const struct namespaces *n, const char *name)
{
	size_t at;

	return find(n, str_of(name), &at);
}

struct str namespaces_next(struct str *names)
{
	size_t len = 0;
	struct str name;

	while (len < names->len && names->p[len] != ' ' && names->p[len] != ',')
		len++;
	name = str_make(names->p, len);
	len += len < names->len;
	*names = str_make(names->p + len, names->len - len);
	return name;
}

void namespaces_show(struct namespaces *n, struct str names)
{
	char *text;

	texts_free(n->shown, n->n_shown);
	n->shown = NULL;
	n->n_shown = 0;
	while (names.len)
		add_shown(n, namespaces_next(&names));
	text = namespaces_text(n);
	namespaces_remember(n, text);
	free(text);
}

char *namespaces_text(const struct namespaces *n)
{
	return texts_join(n->shown, n->n_shown, " ");
}

char *namespaces_toggled(const struct namespaces *n, const char *name)
{
	char **texts = NULL;
	size_t count = 0;
	char *text;

	for (size_t i = 0; i < n->n_shown; i++) {
		if (strcmp(n->shown[i], name) != 0)
			texts_add(&texts, &count, n->shown[i]);
	}
	if (!namespaces_is_shown(n, name))
		texts_add(&texts, &count, name);
	text = texts_join(texts, count, " ");
	texts_free(texts, count);
	return text;
}

static void remove_recent(struct namespaces *n, size_t at)
{
	free(n->recent[at]);
	n->n_recent--;
	memmove(n->recent + at, n->recent + at + 1, (n->n_recent - at) * sizeof(*n->recent));
}

/* One that has a key keeps it: keys that move under the fingers are worse than
 * an order that is not quite the last one. */
void namespaces_remember(struct namespaces *n, const char *names)
{
	if (!*names)
		return;
	for (size_t i = 0; i < n->n_recent; i++) {
		if (!strcmp(n->recent[i], names))
			return;
	}
	if (n->n_recent == NAMESPACES_RECENT)
		remove_recent(n, 0);
	texts_add(&n->recent, &n->n_recent, names);
}
