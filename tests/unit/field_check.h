/* SPDX-License-Identifier: Apache-2.0
 *
 * field_check.h - the rules of the field's formats, checked on a whole text: of JSON-stat 2.0 (json-stat.org/full) and
 * of SDMX-CSV 2.0. They know nothing of varde; real files of others pass them too.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

/* Of a dataset, or of each that a collection holds: version, class, id and size, every dimension with as many
 * categories at the places 0 to n-1, labels and units of categories that there are, roles of dimensions that there are,
 * values and status within the cube. */
bool jsonstat_check(const char *text, struct why *why);
/* The columns (with or without names beside them: labels=name), as many cells in each record, known codes of ACTION and
 * OBS_STATUS, a key only once, a period in a form that SDMX has (or, `any_period`, another), a value unless its status
 * says that there is none. */
bool sdmx_check(const char *text, bool any_period, struct why *why);
