/* SPDX-License-Identifier: Apache-2.0
 *
 * sheet.h - what the varde command answers as CSV, by column and row.
 */
#pragma once
#include <stdint.h>
#include "base/mem.h"
#include "clients/csv.h"

struct sheet {
	struct arena *arena;
	struct csv_table csv;
	char *text; /* as it came */
};
/* Run varde, which must end with 0, and read what it wrote. `words` (NULL-terminated) without --format. */
struct sheet sheet_ask(const char *const *words);
#define SHEET(...) sheet_ask((const char *const[]){__VA_ARGS__, "--format", "csv", NULL})
void sheet_free(struct sheet *s);

const char *sheet_cell(const struct sheet *s, size_t row, const char *column); /* fails where there is no such column */
/* The one row whose column holds the text; fails where there is none, or several. */
size_t sheet_row(const struct sheet *s, const char *column, const char *text);
int64_t sheet_sum(const struct sheet *s, const char *column); /* of integers; fails on anything else */
/* Everything but one column, or two (NULL = one), to compare; in the sheet's arena. */
const char *sheet_without(const struct sheet *s, const char *column, const char *other);
