/* SPDX-License-Identifier: Apache-2.0
 *
 * cube.h - the answer to a trend or a count, or the observations of a snapshot, all parts of it, laid out by
 * dimensions: what JSON-stat, SDMX-CSV and charts are made of.
 *
 * A cell is one figure of one row. Its place is a code of each dimension: the group, each dimension of the indicator,
 * the period, the round where a group has several reports of one period, and the measure. What is no single unit is a
 * code of its own, as SDMX has them: _T all in one (but for one unit asked for, which is that), _Z inside no such unit, _X:a+b unallocated among a and b,
 * _R:a+b refused for them. Nothing of the answer is left out.
 *
 * Of a snapshot a cell is one statement, and the indicator takes the place of the measure: it is what has a unit.
 * Where several statements stand under one key, they are told apart by number, the chosen one first.
 *
 * Memory     everything lives in the arena, and borrows from the parts.
 * Errors     MALFORMED where two rows claim one cell; TOO_LARGE where positions would not be exact in a double.
 */
#pragma once
#include "base/mem.h"
#include "base/when.h"
#include "proto/msg.h"

/* Of the question, what its answer does not repeat. NULL counts as "". */
struct cube_asked {
	const char *group_by, *structure_at, *group_structure_at, *published_by;
	size_t n_measures;
	const enum measure *measures;
	const char *counted;   /* of a CountQuestion: what; else NULL */
	const char *then_by;   /* its second grouping: a dimension of that name */
	const char *indicator; /* of a snapshot: only what is said of this one; NULL = all */
	size_t n_line;         /* the question as it was written: "arrangements", "--dim level:total" */
	const char **line;
};

enum cube_role { CUBE_GROUP, CUBE_INDICATOR, CUBE_CATEGORY, CUBE_PERIOD, CUBE_ROUND, CUBE_STATEMENT, CUBE_MEASURE };
struct cube_code {
	const char *code, *label;
	const char *note; /* "" = none */
	struct when when; /* of a period; WHEN_NONE where its text is no date */
	/* Of a measure or indicator: */
	const char *unit;  /* what its figures count */
	unsigned decimals; /* the most places that any of them shows */
};
struct cube_dim {
	enum cube_role role;
	const char *id, *label;
	size_t n, room;
	struct cube_code *codes;
};

enum cube_state {
	CUBE_VALUE,   /* exact, or rounded once: `value` */
	CUBE_BOUNDS,  /* between `low` and `high` */
	CUBE_WORDS,   /* as printed: `shown` of the figure */
	CUBE_MISSING, /* `missing` says why */
	CUBE_REFUSED, /* `refused` of the figure says why */
};
struct cube_cell {
	uint64_t position; /* row-major, the last dimension fastest */
	uint32_t *codes;   /* its code of each dimension */
	const struct msg_trend_row *row;
	const struct msg_figure *figure;
	const struct msg_observation_row *said; /* the statement itself; NULL = of a trend or a count */
	unsigned statement;                     /* its number under its key, from 1 */
	enum cube_state state;
	enum missing_kind missing;
	const char *value;      /* of VALUE: a decimal, as JSON writes numbers; else NULL */
	const char *low, *high; /* of BOUNDS: likewise; NULL = no bound on that side */
};
struct cube {
	const struct msg_query_reply *head; /* the first part */
	const struct cube_asked *asked;
	const char *name;         /* id of the indicator, "" = of what is counted, or of several */
	const char *label, *unit; /* of the indicator, or of what is counted */
	const char *valid_at;     /* of a snapshot: its day; else "" */
	bool overlapping;
	size_t n_overlapping_by; /* of two groupings, those whose groups overlap */
	const char *const *overlapping_by;
	uint64_t next_skip;           /* rows were left out behind these; 0 = that was all */
	bool by_unit;                 /* groups are units, or the whole is one */
	bool then_by_unit;            /* those of a second grouping are */
	const char *only, *only_name; /* the one unit that it is all about; NULL = all, or several */
	size_t n_dims;
	struct cube_dim *dims;
	size_t metric; /* the dimension of measures, or indicators */
	uint64_t size; /* cells of the whole cube, filled or not */
	size_t n_cells;
	struct cube_cell *cells; /* by position */
	size_t n_notes;
	const char **notes;
};

enum err cube_of(struct arena *a, struct msg_query_reply *const *parts, size_t n, const struct cube_asked *asked,
		 struct cube *ret, struct why *why) MUST_CHECK;
/* Of the observations of a snapshot that was asked for with `labels`. Of several indicators the cube has the dimensions
 * of all, and is mostly empty. */
enum err cube_of_snapshot(struct arena *a, struct msg_query_reply *const *parts, size_t n,
			  const struct cube_asked *asked, struct cube *ret, struct why *why) MUST_CHECK;

/* The indicators that a snapshot has observations of, as they come. */
const char **cube_indicators(struct arena *a, struct msg_query_reply *const *parts, size_t n, size_t *ret_n);

const struct cube_dim *cube_dim_of(const struct cube *c, enum cube_role role); /* the first of that role; NULL */
/* The code of a cell's dimension. */
const struct cube_code *cube_code_at(const struct cube *c, const struct cube_cell *cell, size_t dim);
/* The measure or indicator of a cell. */
const struct cube_code *cube_metric(const struct cube *c, const struct cube_cell *cell);
/* What the figures of a measure count: the indicator's unit, "percent", "units" …; never NULL. */
const char *cube_unit(const struct cube *c, enum measure m);
const char *cube_measure(struct arena *a, enum measure m); /* "sum" */
const char *cube_status(struct arena *a,
			const struct cube_cell *cell); /* "" = a plain value; "bounds", "not asked", … */
/* "structure of 2020-06-01, groups as of …, revision 59, today 2026-11-21, method 1" */
const char *cube_caption(struct arena *a, const struct cube *c);
