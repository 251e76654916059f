#include "ui/place.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

static void place_release(struct place *place)
{
	free(place->arg);
	tree_key_release(&place->key);
	*place = (struct place){ 0 };
}

void places_release(struct places *places)
{
	for (size_t i = 0; i < places->count; i++)
		place_release(&places->items[i]);
	places->count = places->at = 0;
}

struct place *places_now(struct places *places)
{
	return places->count ? &places->items[places->at] : NULL;
}

static bool is_same(const struct place *place, const struct view *view, const char *arg)
{
	return place->view == view && str_eq(str_of(place->arg), str_of(arg)) &&
	       !place->arg == !arg;
}

static void forget_first(struct places *places)
{
	place_release(&places->items[0]);
	memmove(places->items, places->items + 1, (PLACES_MAX - 1) * sizeof(*places->items));
	memset(&places->items[PLACES_MAX - 1], 0, sizeof(*places->items));
	places->count--;
	places->at--;
}

void places_go(struct places *places, const struct view *view, const char *arg)
{
	if (places->count && is_same(places_now(places), view, arg))
		return;
	while (places->count > places->at + 1)
		place_release(&places->items[--places->count]);
	if (places->count == PLACES_MAX)
		forget_first(places);
	places->at = places->count;
	places->items[places->count++] =
		(struct place){ .view = view, .arg = mem_strdup_or_null(arg) };
}

bool places_step(struct places *places, int by)
{
	if (!places->count || (by < 0 ? places->at == 0 : places->at + 1 >= places->count))
		return false;
	places->at = by < 0 ? places->at - 1 : places->at + 1;
	return true;
}
