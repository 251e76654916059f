#include "cluster/kinds.h"

#include <strings.h>

#include "base/buf.h"

#define NAME_MAX_BYTES ((size_t)8192)

enum {
	BY_PLURAL = 1,
	BY_SINGULAR,
	BY_SHORT_NAME,
	BY_KIND,
	RANKS
};

static bool same(struct str a, const char *b)
{
	struct str s = str_of(b);

	return a.len && a.len == s.len && strncasecmp(a.p, s.p, a.len) == 0;
}

static unsigned rank(const struct kind *kind, struct str word)
{
	if (same(word, kind->gvr.resource))
		return BY_PLURAL;
	if (same(word, kind->singular))
		return BY_SINGULAR;
	for (size_t i = 0; i < kind->n_short_names; i++) {
		if (same(word, kind->short_names[i]))
			return BY_SHORT_NAME;
	}
	return same(word, kind->kind) ? BY_KIND : 0;
}

/* "group" or "version.group" behind the first dot. */
static bool is_place(const struct kind *kind, struct str place)
{
	struct str group = place;

	if (same(place, kind->gvr.group))
		return true;
	return same(str_cut(&group, '.'), kind->gvr.version) && group.p &&
	       same(group, kind->gvr.group);
}

unsigned kinds_match(const struct kind *kind, struct str name)
{
	struct str place = name;
	struct str word = str_cut(&place, '.');

	if (place.p && !is_place(kind, place))
		return 0;
	return rank(kind, word);
}

size_t kinds_find(
	const struct root *root, struct str name, const struct kind_root **ret, size_t max)
{
	size_t n = 0;

	for (unsigned by = BY_PLURAL; by < RANKS; by++) {
		for (size_t i = 0; i < root->n_kinds; i++) {
			if (kinds_match(root->kinds[i]->kind, name) != by)
				continue;
			if (n < max)
				ret[n] = root->kinds[i];
			n++;
		}
	}
	return n;
}

void kinds_full_name(const struct kind *kind, struct buf *out)
{
	buf_addf(out, "%s.%s", kind->gvr.resource, kind->gvr.group);
}

const struct kind_root *kinds_named(const struct root *root, struct str name)
{
	const struct kind_root *gone = NULL;
	struct str group = name;
	struct str plural = str_cut(&group, '.');

	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct gvr *gvr = &root->kinds[i]->kind->gvr;

		if (!str_is(plural, gvr->resource) || !str_is(group, gvr->group))
			continue;
		if (root->kinds[i]->state != KIND_GONE)
			return root->kinds[i];
		gone = root->kinds[i];
	}
	return gone;
}

const struct entry *kinds_definition(const struct root *root, const struct kind *kind)
{
	struct buf name = BUF_INIT(NAME_MAX_BYTES);
	const struct entry *e = NULL;

	kinds_full_name(kind, &name);
	if (root->crds)
		e = store_root_find(root->crds->store, STR(""), buf_str(&name), NULL);
	buf_release(&name);
	return e;
}

const char *kinds_state_word(enum kind_state state)
{
	static const char *const words[] = {
		[KIND_LISTING] = "listing \xe2\x80\xa6",
		[KIND_SYNCED] = "watched",
		[KIND_FORBIDDEN] = "forbidden",
		[KIND_FAILING] = "failing",
		[KIND_STALE] = "stale",
		[KIND_GONE] = "gone",
		[KIND_NOT_SERVED] = "not served",
		[KIND_POLLING] = "polled",
	};

	return words[state];
}
