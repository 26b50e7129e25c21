/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_measuring.h - inside the trend question: measures that look at each unit of a row or at other rows, groups that
 * are not units, and statements that are gathered before they go to their rows. Only query/trend*.c include it.
 *
 * A plain sum by kind of unit needs none of this and does not pay for it: rows keep single units only where t->keep,
 * statements are gathered only where t->gather.
 */
#pragma once
#include "query/trend.h"

/* ---- trend_keep.c: what each unit of a row is worth --------------------------------------------------- */

/* A statement that a unit of another structure is made of. */
struct trend_part {
	uint32_t unit, ref, round;
	int32_t day;
	bool whole;         /* all of its territory lies in the unit */
	struct slice value; /* as stored; in r->a */
};
/* Of what is not simply an exact number of the row's reference. */
struct trend_more {
	uint32_t ref, round;
	bool number;  /* else it says none: missing, in words, refused */
	bool partial; /* a part of its territory is not told of */
	bool no_low, no_high, low_out, high_out;
	unsigned scale;
	mpq_ptr low, high;
	size_t n_parts;
	struct trend_part *parts;
};
struct trend_kept {
	uint32_t unit;
	uint32_t more; /* index + 1; 0: the exact number n, of the row's reference and round */
	struct num n;
};
enum err trend_keep(struct trend *t, struct trend_row *row, const struct stated *one) MUST_CHECK;
struct recast_cell;
enum err trend_keep_cell(struct trend *t, struct trend_row *row, const struct recast_cell *cell) MUST_CHECK;
const struct trend_more *trend_more(const struct trend *t, const struct trend_kept *k); /* NULL: its n says it */
void trend_keep_free(struct trend *t);

/* A number between two ends, while a figure is made. */
struct trend_number {
	mpq_t low, high;
	bool no_low, no_high, low_out, high_out;
	unsigned places; /* to show */
};
void trend_number_init(struct trend_number *x);
void trend_number_clear(struct trend_number *x);
bool trend_number_exact(const struct trend_number *x);
const char *trend_number_text(struct arena *a, const struct trend_number *x); /* NULL: nothing bounds it */
/* What a kept unit is worth. false: it says no number. */
bool trend_kept_number(const struct trend *t, const struct trend_kept *k, struct trend_number *ret);

/* ---- trend_measure.c: figures of the units of one row ------------------------------------------------- */

enum err trend_measure_ask(struct trend *t) MUST_CHECK; /* what is asked can be measured; sets t->keep */
bool trend_measure_asked(const struct trend *t, enum measure m);
bool trend_measured(enum measure m); /* is it made here? Else trend_figure.c has it. */
/* NULL, or why there is no figure. ret initialised by the caller. */
const char *trend_measure(struct trend *t, const struct trend_row *row, enum measure m, struct trend_number *ret);
void trend_measure_notes(struct trend *t, const struct trend_row *row, struct msg_trend_row *m);
/* trend_mean.c: the plain mean */
const char *trend_mean(struct trend *t, const struct trend_row *row, struct trend_number *ret);
void trend_mean_notes(struct trend *t, const struct trend_row *row, struct msg_trend_row *m);
/* trend_rate.c */
const char *trend_rate(struct trend *t, const struct trend_row *row, struct trend_number *ret,
		       struct msg_trend_row *m); /* m: notes go there; NULL = nowhere */

/* ---- trend_side.c: figures of another indicator ------------------------------------------------------- */

struct trend_side;
/* `what` names the field of the question. Everything it says is read once, when it is first asked for. */
enum err trend_side_new(struct trend *t, const char *indicator, const char *what, struct trend_side **ret) MUST_CHECK;
const char *trend_side_id(const struct trend_side *s);
bool trend_side_counts(const struct trend_side *s); /* its values are whole numbers */
bool trend_side_adds(const struct trend_side *s);   /* over units */
/* The exact figure of a unit at a reference, with the categories of one of t->series (total codes of dimensions that
 * it does not name). */
bool trend_side_at(struct trend *t, struct trend_side *s, uint32_t series, uint32_t key, uint32_t ref, uint32_t unit,
		   struct num *ret);
/* Its newest exact figure at or before a day. */
bool trend_side_newest(struct trend *t, struct trend_side *s, uint32_t unit, int32_t day, struct num *ret);

/* ---- trend_key.c: groups that are not units ------------------------------------------------------------ */

enum err trend_key_ask(struct trend *t) MUST_CHECK; /* group_by; sets by, by_unit, group_kind, keys, n_groups */
/* The groups of a unit on a day, for the statement at hand: at least one. Until the next call. */
size_t trend_key_groups(struct trend *t, uint32_t unit, int32_t day, uint32_t ref, const uint32_t **ret);
void trend_key_size(struct trend *t, uint32_t unit, const struct recast_cell *cell); /* of a block: its class */
const char *trend_key_id(struct trend *t, uint32_t group);                           /* "" = none */
const char *trend_key_name(struct trend *t, uint32_t group);                         /* "(size unknown)" */
const struct msg_category *trend_key_category(const struct trend *t, uint32_t key);  /* of by dim: NULL = none */
const struct msg_dimension *trend_key_dimension(const struct trend *t);              /* by dim, else NULL */
uint32_t trend_key_of_code(struct trend *t, const char *code); /* by dim; 0 = no group: a total code, or not wanted */
enum err trend_kind_lives(struct trend *t, uint32_t kind, int32_t day, const char *day_text) MUST_CHECK;

/* ---- trend_gather.c: before rows ----------------------------------------------------------------------- */

enum err trend_gather_ask(struct trend *t) MUST_CHECK; /* by dimension, newest rounds; after series are found */
bool trend_gather_series(const struct trend *t, uint32_t series); /* false: left out, as its parts are summed */
enum err trend_gather_add(struct trend *t, uint32_t series, const struct stated *one, int32_t day,
			  const char *beside) MUST_CHECK;
enum err trend_gather_end(struct trend *t) MUST_CHECK; /* all series were read: everything goes to its row */
enum err trend_gather_notes(struct trend *t) MUST_CHECK;
void trend_gather_row_notes(struct trend *t, const struct trend_row *row, struct msg_trend_row *m);
void trend_gather_free(struct trend *t);

/* ---- trend_along.c: parts or totals ---------------------------------------------------------------------- */

struct gathered { /* a statement that is put together with others: trend_gather.c */
	struct stated one;
	uint32_t series, member, key; /* of the row; of the statement; at_key */
	int32_t day;
	const char *beside;
	bool out;
};
struct trend_along;
const char *trend_code_of(const struct series *s, const char *dimension); /* "" = it has none */
bool trend_along_total(const struct msg_code_list *l, const char *code);
/* One more dimension along which totals stand beside their parts. */
void trend_along_add(struct trend *t, const char *dimension, const struct msg_code_list *l, struct trend_along **all);
/* Of what a unit says of a key in a round: marks what does not count as out. `of`: series that anybody says something
 * of. true: what counts is all; *ret_totals: a total counts in place of parts. */
bool trend_along_choose(const struct trend_along *along, struct gathered *list, size_t n, const uint32_t *of,
			size_t n_of, bool *ret_totals);

/* ---- trend_frame.c: of the newest round of each unit ------------------------------------------------------- */
bool trend_newest_rounds(const struct trend *t, const struct trend_row *row);         /* is the row of them? */
bool trend_newest_frame(struct trend *t, const struct trend_row *row, uint32_t *ret); /* N is known */
bool trend_newest_frame_known(struct trend *t, const struct trend_row *row);          /* a frame of one of them is */
void trend_newest_frame_notes(struct trend *t, const struct trend_row *row, struct msg_trend_row *m);

/* ---- trend_source.c: published_by ----------------------------------------------------------------------- */

enum err trend_source_ask(struct trend *t) MUST_CHECK;
/* What of the list was published by then, in t->work (or the list itself); *ret_n may be 0. The rest is counted where
 * `count`. */
const struct stated *trend_source_filter(struct trend *t, const struct stated *list, size_t n, bool count,
					 size_t *ret_n);
enum err trend_source_notes(struct trend *t) MUST_CHECK;

/* ---- trend_rank.c: among other rows ------------------------------------------------------------------- */

enum err trend_rank_ask(struct trend *t) MUST_CHECK; /* after series are found: share_of, hidden series */
enum err trend_rank_all(struct trend *t) MUST_CHECK; /* all rows are made */
const char *trend_share(struct trend *t, const struct trend_row *row, struct trend_number *ret);
const char *trend_rank(struct trend *t, const struct trend_row *row, struct trend_number *ret);
void trend_rank_notes(struct trend *t, const struct trend_row *row, struct msg_trend_row *m);
void trend_rank_free(struct trend *t);

/* ---- trend_empty.c: why there is no row ----------------------------------------------------------------- */

/* ERR_NOT_FOUND where a filter names what nothing was ever said about, with what there is; else a note. */
enum err trend_empty(struct trend *t) MUST_CHECK;
