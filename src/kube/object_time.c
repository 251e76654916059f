/* The API's times: RFC 3339, to whole seconds since 1970. */
#include "kube/object.h"

#include <stdbool.h>

static int number(struct str text, size_t at, size_t digits, int *ret)
{
	int value = 0;

	if (at + digits > text.len)
		return -1;
	for (size_t i = at; i < at + digits; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return -1;
		value = value * 10 + (text.p[i] - '0');
	}
	*ret = value;
	return 0;
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* Days since 1970-01-01 in the Gregorian calendar, years counted from March. */
static int64_t days_from_date(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static int zone_offset(struct str zone, int64_t *ret_seconds)
{
	int hours, minutes;

	if (str_is(zone, "Z")) {
		*ret_seconds = 0;
		return 0;
	}
	if (zone.len != 6 || (zone.p[0] != '+' && zone.p[0] != '-') || zone.p[3] != ':' ||
		number(zone, 1, 2, &hours) < 0 || number(zone, 4, 2, &minutes) < 0 || hours > 24 ||
		minutes > 59)
		return -1;
	*ret_seconds = (hours * 3600 + minutes * 60) * (zone.p[0] == '-' ? -1 : 1);
	return 0;
}

/* Where the zone stands: behind the seconds and their fraction. */
static size_t fraction_end(struct str text)
{
	size_t at = 19;

	if (at >= text.len || (text.p[at] != '.' && text.p[at] != ','))
		return at;
	at++;
	while (at < text.len && text.p[at] >= '0' && text.p[at] <= '9')
		at++;
	return at == 20 ? 19 : at;
}

int object_time(struct str text, int64_t *ret_seconds)
{
	int year, month, day, hour, minute, second;
	int64_t offset;
	size_t zone;

	if (text.len < 20 || text.p[4] != '-' || text.p[7] != '-' || text.p[10] != 'T' ||
		text.p[13] != ':' || text.p[16] != ':')
		return -1;
	if (number(text, 0, 4, &year) < 0 || number(text, 5, 2, &month) < 0 ||
		number(text, 8, 2, &day) < 0 || number(text, 11, 2, &hour) < 0 ||
		number(text, 14, 2, &minute) < 0 || number(text, 17, 2, &second) < 0)
		return -1;
	if (month < 1 || month > 12 || day < 1 || day > month_days(year, month) || hour > 23 ||
		minute > 59 || second > 59)
		return -1;
	zone = fraction_end(text);
	if (zone_offset(str_make(text.p + zone, text.len - zone), &offset) < 0)
		return -1;
	*ret_seconds = days_from_date(year, month, day) * 86400 + hour * 3600 + minute * 60 +
		       second - offset;
	return 0;
}
