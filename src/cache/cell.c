#include "cache/cell.h"

#include <string.h>

#include "base/mem.h"
#include "kube/columns.h"
#include "kube/value.h"

#define CLASS_TIME 128 /* beside the flags of enum value_class */

static void set_value(struct cell *cell, size_t columns, size_t i, struct str text, int64_t time)
{
	uint8_t *class = &cell_classes(cell, columns)[i];
	double number = 0;
	bool word;

	if (time != COLUMNS_NO_TIME) {
		*class = CLASS_TIME;
		cell->keys[i] = ~value_key_i64(time);
		return;
	}
	*class = (uint8_t)value_classes(text);
	if (*class & VALUE_NUMBER)
		value_number(text, &number);
	else if (*class & VALUE_DURATION)
		value_duration(text, &number);
	word = !(*class & (VALUE_NUMBER | VALUE_DURATION));
	cell->keys[i] = word ? value_collate_key(text) : value_key(number);
}

void cell_init(
	struct cell *ret, uint64_t version, struct str texts, const int64_t *times, size_t columns)
{
	struct str rest = texts;

	*ret = (struct cell){ .version = version, .len = (uint32_t)texts.len };
	ret->keys = mem_alloc(cell_bytes(ret, columns));
	for (size_t i = 0; i < columns; i++)
		set_value(ret, columns, i, str_cut(&rest, '\0'), times[i]);
	if (texts.len)
		memcpy(cell_texts(ret, columns), texts.p, texts.len);
}

static struct str nth_text(const struct cell *cell, size_t columns, size_t n)
{
	struct str rest = str_make(cell_texts(cell, columns), cell->len);
	struct str text = str_cut(&rest, '\0');

	while (n-- && rest.p)
		text = str_cut(&rest, '\0');
	return text;
}

void cell_read(const struct cell *cell, size_t columns, size_t column, enum cells_order order,
	struct cell_value *ret, struct buf *texts)
{
	unsigned class = cell_classes(cell, columns)[column];
	double seconds = 0;

	*ret = (struct cell_value){ .there = true, .key = cell->keys[column] };
	switch (order) {
	case CELLS_TIMES:
		ret->missing = !(class & CLASS_TIME);
		break;
	case CELLS_NUMBERS:
		ret->missing = !(class & VALUE_NUMBER);
		break;
	case CELLS_DURATIONS:
		ret->missing = !(class & VALUE_DURATION);
		if (class & VALUE_NUMBER)
			value_duration(nth_text(cell, columns, column), &seconds);
		if (class & VALUE_NUMBER)
			ret->key = value_key(seconds);
		break;
	case CELLS_WORDS:
		ret->missing = class & (VALUE_MISSING | CLASS_TIME);
		if (class & (VALUE_NUMBER | VALUE_DURATION))
			ret->key = value_collate_key(nth_text(cell, columns, column));
		if (!texts)
			break;
		ret->at = texts->len;
		if (!ret->missing)
			value_collate(nth_text(cell, columns, column), texts);
		ret->len = texts->len - ret->at;
		break;
	}
}
