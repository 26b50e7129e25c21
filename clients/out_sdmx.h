/* SPDX-License-Identifier: Apache-2.0
 *
 * out_sdmx.h - a cube as an SDMX-CSV 2.0 data message (github.com/sdmx-twg/sdmx-csv; docs/formats.md has every column).
 */
#pragma once
#include "clients/cube.h"
#include "clients/out.h"

/* One row a cell, in the order of the cube, and behind it two for its growth, as a grid to print. `labels`: a column of
 * names behind each column, which the standard calls labels=name. */
struct grid sdmx_grid(struct arena *a, const struct cube *c, bool labels);
/* "2018-Q1" of "2018-33"; a range as start/duration; what SDMX has no form for as it is, and *ret_other is set. */
const char *sdmx_period(struct arena *a, const struct cube_code *period, bool *ret_other);
/* A code of CL_OBS_STATUS: where several hold, the first in the code list's own order of precedence. */
char sdmx_status(const struct cube_cell *cell);
/* Upper case, other characters than A-Z 0-9 _ become _, and no digit comes first: how SDMX names things. */
const char *sdmx_name(struct arena *a, const char *text);
