/* SPDX-License-Identifier: Apache-2.0
 *
 * out_jsonstat.h - a cube as one JSON-stat 2.0 dataset, or several as a collection of them (json-stat.org/full;
 * docs/formats.md has every field).
 *
 * Figures are written as the decimals that they are, digit by digit; no double is between. What is no figure is null,
 * and `status` says why; what varde knows beyond a figure stands in `extension.cells`, by position.
 */
#pragma once
#include <stdio.h>
#include "clients/cube.h"

void jsonstat_write(FILE *f, struct arena *a, const struct cube *c);
/* `about`: a cube without cells, for what holds for all of them. */
void jsonstat_write_collection(FILE *f, struct arena *a, const struct cube *about, const struct cube *list, size_t n);
