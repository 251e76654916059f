/*
 * Durations and times as texts. See template.h.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "demo/template.h"

static const struct {
	const char *name;
	int64_t ns;
} units[] = {
	{ "ms", CLOCK_MS },
	{ "s", CLOCK_S },
	{ "m", 60 * CLOCK_S },
	{ "h", 3600 * CLOCK_S },
	{ "d", 86400 * CLOCK_S },
};

#define DURATION_MAX INT64_C(100000000) /* of any unit that is no more than 10,000 days */

int demo_duration(struct str text, int64_t *ret)
{
	size_t digits = 0;
	int64_t value;

	while (digits < text.len && text.p[digits] >= '0' && text.p[digits] <= '9')
		digits++;
	if (str_to_i64(str_make(text.p, digits), &value) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (!str_is(str_make(text.p + digits, text.len - digits), units[i].name))
			continue;
		if (value > DURATION_MAX || value > 10000 * 86400 * CLOCK_S / units[i].ns)
			return -1;
		*ret = value * units[i].ns;
		return 0;
	}
	return -1;
}

int demo_duration_range(struct str text, int64_t *ret_from, int64_t *ret_to)
{
	const char *dots = text.len ? memmem(text.p, text.len, "..", 2) : NULL;
	int64_t from, to;
	size_t head;

	if (!dots) {
		if (demo_duration(text, &from) < 0)
			return -1;
		*ret_from = *ret_to = from;
		return 0;
	}
	head = (size_t)(dots - text.p);
	if (demo_duration(str_make(text.p, head), &from) < 0 ||
		demo_duration(str_make(dots + 2, text.len - head - 2), &to) < 0 || to < from)
		return -1;
	*ret_from = from;
	*ret_to = to;
	return 0;
}

static void print_time(int64_t wall, const char *fraction, char text[DEMO_TIME_SIZE])
{
	time_t seconds = (time_t)(wall / CLOCK_S);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	snprintf(text, DEMO_TIME_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d%sZ", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, fraction);
}

void demo_time_text(int64_t wall, char text[DEMO_TIME_SIZE])
{
	print_time(wall, "", text);
}

void demo_time_micro(int64_t wall, char text[DEMO_TIME_SIZE])
{
	char fraction[16];

	snprintf(fraction, sizeof(fraction), ".%06u", (unsigned)(wall % CLOCK_S / 1000));
	print_time(wall, fraction, text);
}
