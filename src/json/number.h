/*
 * number - JSON numbers as Go sees and prints them. Pure; the locale does not
 * matter.
 */
#ifndef JSON_NUMBER_H
#define JSON_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define NUMBER_TEXT_MAX 40

/* An int64 has neither point nor exponent and is in range; else it is a float. */
bool number_is_i64(struct str text, int64_t *ret_value);

/* Any JSON number; -1 when it is none or not finite. */
int number_double(struct str text, double *ret_value);

/* The shortest text that reads back the same, as Go's %v writes it: with an
 * exponent when that is below -4 or above 5 (1234567.5: "1.2345675e+06"). */
void number_format(double value, char out[NUMBER_TEXT_MAX]);

/* Whether two number texts are the same number, exactly and however long: 1.0 and 1
 * are, 9007199254740993 and 9007199254740992 are not. */
bool number_same(struct str a, struct str b);

#endif
