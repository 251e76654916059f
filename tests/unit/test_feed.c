/* feed: what the log has dropped is counted, whenever that was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "cache/changes.h"
#include "cache/root.h"
#include "ui/feed.h"

static void append(struct changes *changes, int n)
{
	while (n-- > 0)
		changes_append(changes, &(struct change){ .type = CHANGE_ADDED,
						.group = STR("example.com"),
						.version = STR("v1"),
						.kind_name = STR("Widget"),
						.ns = STR("a"),
						.name = STR("x") });
}

/* The number of records that fit. */
static uint64_t fill(struct changes *changes)
{
	uint64_t first = 0, end = 0;

	while (first == 0) {
		append(changes, 1);
		changes_range(changes, &first, &end);
	}
	return end - first;
}

static void test_missed_before_the_first_look(void **state)
{
	struct changes *changes = changes_new(4096);
	struct feed feed;
	struct root root;
	uint64_t room, first, end;

	(void)state;
	memset(&root, 0, sizeof(root));
	feed_init(&feed);
	assert_true(feed_read(&feed, changes, &root, INT64_MAX));
	assert_int_equal(feed.missed, 0);
	room = fill(changes);
	append(changes, (int)room);
	changes_range(changes, &first, &end);
	feed_read(&feed, changes, &root, INT64_MAX);
	assert_int_equal(feed.missed, first);
	assert_int_equal(feed.dropped, 0);
	assert_int_equal(feed.count + feed.missed, end);
	append(changes, 1);
	feed_read(&feed, changes, &root, INT64_MAX);
	assert_int_equal(feed.missed, first);
	assert_true(feed.dropped > 0);
	feed_release(&feed);
	changes_free(changes);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missed_before_the_first_look),
	};

	return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
