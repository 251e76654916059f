#include "demo/query.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/mem.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that %xx at text[at] stands for, or -1. */
static int escaped_byte(struct str text, size_t at)
{
	int high, low;

	if (text.p[at] != '%' || text.len - at < 3)
		return -1;
	high = hex_digit(text.p[at + 1]);
	low = hex_digit(text.p[at + 2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

char *demo_unescape(struct str text, bool plus)
{
	char *out = mem_alloc(text.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		int byte = escaped_byte(text, i);

		if (byte >= 0) {
			out[n++] = (char)byte;
			i += 2;
		} else {
			out[n++] = plus && text.p[i] == '+' ? ' ' : text.p[i];
		}
	}
	out[n] = '\0';
	return out;
}

void demo_query_init(struct demo_query *ret, const char *text)
{
	struct str rest = str_of(text);

	*ret = (struct demo_query){ .params = NULL };
	while (text && rest.p) {
		struct str value = str_cut(&rest, '&');
		struct str key = str_cut(&value, '=');

		if (key.len == 0)
			continue;
		ret->params =
			array_reserve(ret->params, &ret->cap, ret->count + 1, sizeof(*ret->params));
		ret->params[ret->count++] = (struct demo_param){
			.key = demo_unescape(key, true),
			.value = demo_unescape(value.p ? value : STR(""), true),
		};
	}
}

void demo_query_release(struct demo_query *query)
{
	for (size_t i = 0; i < query->count; i++) {
		free(query->params[i].key);
		free(query->params[i].value);
	}
	free(query->params);
	*query = (struct demo_query){ .params = NULL };
}

struct str demo_query_get(const struct demo_query *query, const char *key)
{
	for (size_t i = 0; i < query->count; i++) {
		if (str_is(str_of(query->params[i].key), key))
			return str_of(query->params[i].value);
	}
	return str_make(NULL, 0);
}

bool demo_query_true(const struct demo_query *query, const char *key)
{
	struct str value = demo_query_get(query, key);

	return str_is(value, "true") || str_is(value, "1");
}

int64_t demo_query_i64(const struct demo_query *query, const char *key, int64_t other)
{
	struct str value = demo_query_get(query, key);
	int64_t number;

	return value.p && str_to_i64(value, &number) == 0 ? number : other;
}
