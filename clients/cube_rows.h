/* SPDX-License-Identifier: Apache-2.0
 *
 * cube_rows.h - inside the cube: the rows that it lays out. Only clients/cube*.c include it.
 */
#pragma once
#include "clients/cube.h"

struct cube_row {
	const struct msg_trend_row *row;
	const struct msg_observation_row *said; /* of a snapshot: `row` is made of it */
	unsigned statement;                     /* likewise: its number under its key, from 1 */
};
struct cube_rows {
	bool said; /* all of a snapshot */
	size_t n;
	struct cube_row *list;
	unsigned most;   /* of a snapshot: the highest number of a statement */
	size_t n_labels; /* of codes, by dimension: as a trend has them */
	const struct msg_code_list *labels;
	size_t n_indicators;
	const struct msg_indicator *indicators;
};
/* Dimensions and cells of *c, whose other members are set. */
enum err cube_lay(struct arena *a, const struct cube_rows *rows, struct cube *c, struct why *why) MUST_CHECK;
