#include "base/time.h"

#include <stdio.h>
#include <string.h>

#define DAY_S INT64_C(86400)
#define YEAR_S (365 * DAY_S)
#define TIME_FIRST INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define DAYS_PER_ERA 146097              /* 400 Gregorian years */
#define EPOCH_DAY 719468                 /* 1970-01-01, in days since 0000-03-01 */

static const struct unit {
	char letter;
	int64_t seconds;
} units[] = { { 'y', YEAR_S }, { 'd', DAY_S }, { 'w', 7 * DAY_S }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };

#define UNITS (sizeof(units) / sizeof(units[0]))

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static bool
in_range(const struct ctn_civil *c)
{
	if (c->year < 0 || c->year > 9999 || c->month < 1 || c->month > 12)
		return false;
	if (c->day < 1 || c->day > days_in(c->year, c->month))
		return false;
	return c->hour >= 0 && c->hour <= 23 && c->minute >= 0 && c->minute <= 59 && c->second >= 0 && c->second <= 59;
}

/* Years are counted from March, so that the leap day is a year's last: 153 days are five months of 31, 30, 31, 30, 31. */
bool
ctn_time_from_civil(int64_t *at_s, const struct ctn_civil *c)
{
	int64_t year, era, year_of_era, day_of_year, days;

	if (!in_range(c))
		return false;
	year = c->month > 2 ? c->year : c->year - 1;
	era = (year >= 0 ? year : year - 399) / 400;
	year_of_era = year - era * 400;
	day_of_year = (153 * ((c->month + 9) % 12) + 2) / 5 + c->day - 1;
	days = era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH_DAY;
	*at_s = days * DAY_S + c->hour * 3600 + c->minute * 60 + c->second;
	return true;
}

static int64_t
clamp(int64_t at_s)
{
	if (at_s < TIME_FIRST)
		return TIME_FIRST;
	return at_s > CTN_TIME_NEVER ? CTN_TIME_NEVER : at_s;
}

void
ctn_time_to_civil(struct ctn_civil *c, int64_t at_s)
{
	int64_t since_first = clamp(at_s) - TIME_FIRST;
	int64_t second_of_day = since_first % DAY_S;
	/* 0000-01-01 is 60 days before 0000-03-01; one whole era keeps the count positive. */
	int64_t days = since_first / DAY_S - 60 + DAYS_PER_ERA;
	int64_t era = days / DAYS_PER_ERA, day_of_era = days % DAYS_PER_ERA;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* 0 is March */

	c->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	c->month = (int)(month < 10 ? month + 3 : month - 9);
	c->year = (int)(year_of_era + (era - 1) * 400 + (c->month <= 2));
	c->hour = (int)(second_of_day / 3600);
	c->minute = (int)(second_of_day / 60 % 60);
	c->second = (int)(second_of_day % 60);
}

static void
put_digits(char *out, int v, int width)
{
	for (int i = width - 1; i >= 0; i--, v /= 10)
		out[i] = (char)('0' + v % 10);
}

void
ctn_time_text(char out[32], int64_t at_s)
{
	struct ctn_civil c;

	ctn_time_to_civil(&c, at_s);
	memcpy(out, "0000-00-00T00:00:00Z", sizeof("0000-00-00T00:00:00Z"));
	put_digits(out, c.year, 4);
	put_digits(out + 5, c.month, 2);
	put_digits(out + 8, c.day, 2);
	put_digits(out + 11, c.hour, 2);
	put_digits(out + 14, c.minute, 2);
	put_digits(out + 17, c.second, 2);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly width digits, then (unless it is NUL) the character `after`. */
static bool
take_digits(const char **at, int *v, int width, char after)
{
	*v = 0;
	for (int i = 0; i < width; i++, (*at)++) {
		if (!is_digit(**at))
			return false;
		*v = *v * 10 + (**at - '0');
	}
	if (after == '\0')
		return true;
	return *(*at)++ == after;
}

static bool
take_fraction(const char **at)
{
	if (**at != '.')
		return true;
	(*at)++;
	if (!is_digit(**at))
		return false;
	while (is_digit(**at))
		(*at)++;
	return true;
}

static bool
take_offset(const char **at, int *offset_s)
{
	char sign = *(*at)++;
	int hours, minutes;

	*offset_s = 0;
	if (sign == 'Z' || sign == 'z')
		return true;
	if (sign != '+' && sign != '-')
		return false;
	if (!take_digits(at, &hours, 2, ':') || !take_digits(at, &minutes, 2, '\0') || hours > 23 || minutes > 59)
		return false;
	*offset_s = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
	return true;
}

/* RFC 3339, 5.6; the space between date and time is its own note's. */
static bool
take_clock(const char **at, struct ctn_civil *c, int *offset_s)
{
	char sep = *(*at)++;

	if (sep != 'T' && sep != 't' && sep != ' ')
		return false;
	if (!take_digits(at, &c->hour, 2, ':') || !take_digits(at, &c->minute, 2, ':'))
		return false;
	if (!take_digits(at, &c->second, 2, '\0') || !take_fraction(at))
		return false;
	return take_offset(at, offset_s);
}

static bool
read_time(int64_t *at_s, const char *text, bool is_end)
{
	struct ctn_civil c = { 0 };
	const char *at = text;
	int offset_s = 0;
	int64_t local_s;

	if (!take_digits(&at, &c.year, 4, '-') || !take_digits(&at, &c.month, 2, '-') || !take_digits(&at, &c.day, 2, '\0'))
		return false;
	if (*at != '\0') {
		if (!take_clock(&at, &c, &offset_s) || *at != '\0')
			return false;
	} else if (is_end) {
		c.hour = 23;
		c.minute = c.second = 59;
	}
	if (!ctn_time_from_civil(&local_s, &c))
		return false;
	local_s -= offset_s;
	if (local_s != clamp(local_s))
		return false;
	*at_s = local_s;
	return true;
}

bool
ctn_time_parse(int64_t *at_s, const char *text, bool is_end, int64_t now_s, struct ctn_err *e)
{
	if (strcmp(text, "now") == 0) {
		*at_s = now_s;
		return true;
	}
	if (read_time(at_s, text, is_end))
		return true;
	return ctn_fail(e, CTN_EINPUT, "'%.80s' is not a time: expected 2026-01-31T12:00:00Z, 2026-01-31 or now", text);
}

static const struct unit *
unit_of(char letter)
{
	for (size_t i = 0; i < UNITS; i++) {
		if (units[i].letter == letter)
			return &units[i];
	}
	return NULL;
}

bool
ctn_duration_parse(int64_t *seconds, const char *text, struct ctn_err *e)
{
	const char *at = text;
	const struct unit *unit;
	int64_t v = 0;

	/* Digits past the bound add nothing, so that a long run of them cannot overflow. */
	for (; is_digit(*at); at++)
		v = v > 1000 * YEAR_S ? v : v * 10 + (*at - '0');
	unit = at > text && *at != '\0' && at[1] == '\0' ? unit_of(*at) : NULL;
	if (unit == NULL)
		return ctn_fail(e, CTN_EINPUT, "'%.80s' is not a duration: expected a number and one of s m h d w y, as in 90d", text);
	if (v > 1000 * YEAR_S / unit->seconds)
		return ctn_fail(e, CTN_EINPUT, "'%.80s' is too long: a duration is at most 1000y", text);
	*seconds = v * unit->seconds;
	return true;
}

static size_t
count_digits(uint64_t v)
{
	size_t n = 1;

	for (; v >= 10; v /= 10)
		n++;
	return n;
}

/* Days stand before weeks in the table: of two equally short forms, 7d is the one people write. */
void
ctn_duration_text(char out[24], int64_t seconds)
{
	uint64_t v = seconds < 0 ? -(uint64_t)seconds : (uint64_t)seconds;
	const struct unit *best = &units[UNITS - 1];
	size_t shortest = SIZE_MAX;

	for (size_t i = 0; v > 0 && i < UNITS; i++) {
		uint64_t unit_s = (uint64_t)units[i].seconds;

		if (v % unit_s == 0 && count_digits(v / unit_s) < shortest) {
			shortest = count_digits(v / unit_s);
			best = &units[i];
		}
	}
	(void)snprintf(out, 24, "%s%llu%c", seconds < 0 ? "-" : "", (unsigned long long)(v / (uint64_t)best->seconds),
	    best->letter);
}
