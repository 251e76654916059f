/*
 * format - how kubectl writes ages and orders quantities. Pure.
 */
#ifndef KUBE_FORMAT_H
#define KUBE_FORMAT_H

#include <stdint.h>

#include "base/str.h"

#define FORMAT_AGE_MAX 24

/* apimachinery util/duration HumanDuration of whole seconds. */
void format_age(int64_t seconds, char out[FORMAT_AGE_MAX]);

/* A resource quantity ("100m", "1.5Gi", "2e3") as a number; -1 when none. */
int format_quantity(struct str text, double *ret_value);

#endif
