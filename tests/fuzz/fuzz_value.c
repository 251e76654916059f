/* Numbers, quantities, durations, times and words; two of them, divided by a line of
 * %%, compare alike in every way. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "fuzz.h"
#include "kube/crd.h"
#include "kube/format.h"
#include "kube/object.h"
#include "kube/value.h"
#include "net/rest_check.h"

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void one(struct str text)
{
	char age[FORMAT_AGE_MAX];
	char *copy = str_dup(text);
	int64_t whole = 0;
	double number;

	value_classes(text);
	if (value_number(text, &number) == 0)
		fuzz_must(number == number && value_key(number) != UINT64_MAX);
	if (value_duration(text, &number) == 0)
		fuzz_must(number == number);
	if (format_quantity(text, &number) == 0)
		fuzz_must(number == number);
	if (object_time(text, &whole) == 0)
		fuzz_must(value_key_i64(whole) != UINT64_MAX);
	if (whole || str_to_i64(text, &whole) == 0) {
		format_age(whole, age);
		fuzz_must(strlen(age) < FORMAT_AGE_MAX);
	}
	if (rest_request_timeout(copy, &whole, NULL) == 0)
		fuzz_must(whole >= 0);
	free(copy);
}

static void two(struct str a, struct str b)
{
	struct buf key_a = BUF_INIT(16 * FUZZ_MAX), key_b = BUF_INIT(16 * FUZZ_MAX);
	int order = value_cmp_words(a, b), result;

	fuzz_must(sign(order) == -sign(value_cmp_words(b, a)));
	fuzz_must(value_cmp_words(a, a) == 0);
	value_collate(a, &key_a);
	value_collate(b, &key_b);
	fuzz_must(!memchr(buf_text(&key_a), '\0', key_a.len));
	fuzz_must(sign(str_cmp(buf_str(&key_a), buf_str(&key_b))) == sign(order));
	buf_release(&key_a);
	buf_release(&key_b);
	value_compare(a, b, &result);
	fuzz_must(sign(object_rv_cmp(a, b)) == -sign(object_rv_cmp(b, a)));
	fuzz_must(sign(crd_version_cmp(a, b)) == -sign(crd_version_cmp(b, a)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make((const char *)data, size);
	struct str a, b;

	if (size > FUZZ_MAX)
		return 0;
	a = fuzz_part(&rest);
	b = fuzz_part(&rest);
	one(a);
	one(b);
	two(a, b);
	free((char *)a.p);
	free((char *)b.p);
	return 0;
}
