/* The cursor over JSON: every accessor, and the three readers of JSON agree. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "fuzz.h"
#include "json/compact.h"
#include "json/doc.h"
#include "json/number.h"
#include "json/pick.h"
#include "json/scan.h"

#define DEPTH_MAX 200 /* of our own recursion */

static struct str whole;

static void look_at_string(struct str raw)
{
	struct buf plain = BUF_INIT(FUZZ_MAX);

	fuzz_must(fuzz_inside(raw, whole));
	fuzz_must(scan_unescape(raw, &plain) == 0 || raw.len > FUZZ_MAX / 3);
	fuzz_must(scan_has_escape(raw) || str_eq(raw, buf_str(&plain)));
	fuzz_must(memchr(buf_text(&plain), '\0', plain.len) || plain.overflow ||
		  scan_is(raw, buf_text(&plain)));
	fuzz_must(pick_cmp(raw, raw) == 0);
	buf_release(&plain);
}

static void look_at_number(struct str text)
{
	char shown[NUMBER_TEXT_MAX];
	double value, again;
	int64_t whole_number;

	fuzz_must(fuzz_inside(text, whole));
	if (number_is_i64(text, &whole_number))
		fuzz_must(number_double(text, &value) == 0);
	if (number_double(text, &value) < 0)
		return;
	number_format(value, shown);
	fuzz_must(number_double(str_of(shown), &again) == 0 && again == value);
}

static void walk(struct scan *s, int depth);

static void walk_members(struct scan *s, int depth)
{
	struct str key, value;
	int turn = 0;

	while (scan_key(s, &key)) {
		look_at_string(key);
		turn++;
		if (depth < DEPTH_MAX)
			walk(s, depth + 1);
		else if (turn % 2)
			scan_skip(s, &value);
		else
			scan_plain(s, &value);
	}
}

static void walk_items(struct scan *s, int depth)
{
	struct str value;

	if (depth >= DEPTH_MAX) {
		while (scan_item_text(s, &value))
			fuzz_must(fuzz_inside(value, whole));
		return;
	}
	while (scan_item(s))
		walk(s, depth + 1);
}

static void walk(struct scan *s, int depth)
{
	struct scan before = *s;
	struct str text = { NULL, 0 };
	int64_t number = 0;

	scan_i64(&before, &number);
	switch (scan_type(s)) {
	case SCAN_OBJECT:
		if (scan_object_or_skip(s))
			walk_members(s, depth);
		break;
	case SCAN_ARRAY:
		if (scan_array_or_skip(s))
			walk_items(s, depth);
		break;
	case SCAN_STRING:
		if (scan_string(s, &text) == 0)
			look_at_string(text);
		break;
	case SCAN_NUMBER:
		if (scan_number(s, &text) == 0)
			look_at_number(text);
		break;
	default:
		scan_skip(s, &text);
		break;
	}
	fuzz_must(scan_offset(s) <= whole.len);
}

static void pick(void)
{
	static const char *const keys[] = { "a", "kind", "", "\xc3\xa9" };
	struct pick_sorted members = { 0 };
	struct str values[4];

	pick_members(whole, keys, values, 4);
	for (size_t i = 0; i < 4; i++) {
		struct str member = scan_member(whole, keys[i]);
		char *text = pick_text_or_empty(values[i]);

		fuzz_must(fuzz_inside(values[i], whole));
		fuzz_must(fuzz_inside(member, whole));
		pick_i64(values[i], 0);
		free(text);
	}
	if (pick_sorted(whole, &members) == 0)
		for (size_t i = 1; i < members.count; i++)
			fuzz_must(pick_cmp(members.items[i - 1].key, members.items[i].key) < 0);
	pick_sorted_release(&members);
}

/* Of a document that all of them take, all have the same content. */
static void compare(const struct doc *doc)
{
	struct buf out = BUF_INIT(16 * FUZZ_MAX);
	struct doc *again;
	char *printed;

	if (compact_json(whole, &out) == 0) {
		fuzz_must(scan_validate(buf_str(&out), NULL) == 0);
		again = doc_parse(buf_str(&out), NULL);
		fuzz_must(again != NULL);
		doc_free(again);
	}
	buf_release(&out);
	printed = doc_print(doc);
	again = doc_parse(str_of(printed), NULL);
	fuzz_must(again != NULL);
	fuzz_must(doc_count(again) == doc_count(doc));
	doc_free(again);
	free(printed);
}

static size_t depth_of(struct str text)
{
	size_t depth = 0, most = 0;
	bool in_string = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == '{' || c == '['))
			most = ++depth > most ? depth : most;
		else if (!in_string && (c == '}' || c == ']'))
			depth--;
	}
	return most;
}

/* A value passed in blocks ends where it ends passed character by character. */
static void pass_in_pieces(void)
{
	struct scan_nest blocks = { 0 }, single = { 0 };
	const char *end = whole.p + whole.len, *p = whole.p, *one = whole.p;
	bool ended = false, again;

	if (whole.len == 0 || (whole.p[0] != '{' && whole.p[0] != '['))
		return;
	while (!ended && one < end && single.depth <= SCAN_MAX_DEPTH)
		ended = scan_nested(&single, &one, one + 1, 0);
	again = scan_nested(&blocks, &p, end, 0);
	fuzz_must(again == ended &&
		  (blocks.depth > SCAN_MAX_DEPTH) == (single.depth > SCAN_MAX_DEPTH));
	if (single.depth > SCAN_MAX_DEPTH) /* refused, wherever that was seen */
		return;
	fuzz_must(p == one);
	fuzz_must(blocks.depth == single.depth && blocks.in_string == single.in_string &&
		  blocks.escaped == single.escaped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool valid;
	struct doc *doc;
	struct scan s;

	if (size > FUZZ_MAX)
		return 0;
	whole = str_make((const char *)data, size);
	valid = scan_validate(whole, NULL) == 0;
	scan_init(&s, whole);
	walk(&s, 0);
	fuzz_must(!valid || !scan_failed(&s));
	scan_init(&s, whole);
	fuzz_must(scan_skip(&s, NULL) == 0 || !valid);
	pick();
	pass_in_pieces();
	doc = doc_parse(whole, NULL);
	/* cJSON knows neither U+0000 nor lone surrogates nor numbers past 63 bytes. */
	if (valid && !doc && depth_of(whole) < 1000)
		fuzz_must(memmem(whole.p, whole.len, "\\u", 2) || whole.len > 63);
	if (valid && doc)
		compare(doc);
	doc_free(doc);
	return 0;
}
