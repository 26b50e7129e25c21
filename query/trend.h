/* SPDX-License-Identifier: Apache-2.0
 *
 * trend.h - inside the trend question: rows in the making. Only query/trend*.c include it.
 *
 * trend.c reads the cells and adds each to its row; trend_group.c says which row; trend_figure.c makes figures of a
 * row; trend_note.c says what a reader must know beside them. trend_measuring.h has what is for measures that look at
 * each unit of a row or at other rows, and for groups that are not units.
 */
#pragma once
#include <gmp.h>
#include "query/answer.h"
#include "query/observe.h"
#include "query/recast.h"

/* An exact sum of decimals that cannot overflow: whole parts and fractions in 10^-18, each in 128 bits. */
__extension__ typedef __int128 tally_wide;
struct tally {
	tally_wide whole, fraction;
	uint8_t scale; /* the largest that was added: places to show */
};
void tally_add(struct tally *t, struct num n);
void tally_get(const struct tally *t, mpq_t ret); /* ret initialised by the caller */

#define TREND_CHOICES_TOLD 3u
#define TREND_MISSING      (MISSING_KIND_ERASED + 1)

/* Groups, or units, among which something lies that nobody can divide. Rows name it by a number behind those of units.
 */
struct trend_set {
	bool refused;  /* what was said of a whole that lies among them, and has no meaning for them */
	bool of_units; /* whatever the groups are: not all of them are asked for */
	size_t n;
	uint32_t *units; /* ascending */
};
/* What a row of another structure adds up: fractions, since what is apportioned need not end as a decimal. */
struct trend_sum {
	struct amount own;      /* known to belong to the row */
	mpq_ptr may, exact;     /* may lie here; of units with an exact value */
	struct amount *between; /* of units between two ends, with what may be theirs; NULL = none */
	uint32_t n_between;
	uint32_t n_outside; /* exact, and of no unit: it lies outside all of them, and is part of sums alone */
	bool has_may, may_open;
	bool still; /* the row's tally is not in yet: trend_project_still_end() */
	enum method method;
	uint32_t of, all; /* smallest parts covered */
	uint32_t n_refused;
	const char *refused;          /* the first reason */
	const char *overlap;          /* why the first unit's count of a set is between two ends; NULL = it is not */
	const struct msg_value *same; /* as it stands in the message: the same territory */
	uint32_t n_notes;
	const char *notes[TREND_CHOICES_TOLD];
};

/* Units of consecutive numbers; to 0 = none. */
struct trend_run {
	uint32_t from, to;
};
/* What is known of one (group, categories, period, round). */
struct trend_row {
	uint32_t group;  /* unit; 0 = all, or inside no unit of that kind */
	uint32_t series; /* index in trend.series */
	uint32_t ref, round;
	uint32_t first_ref, last_ref;                   /* trend_span.c; 0 = not looked at */
	uint32_t next;                                  /* row of the same group and period, another round: index + 1 */
	uint32_t n_units, n_exact, n_interval, n_vague; /* stated; exact; intervals; approximate or in words */
	uint32_t missing[TREND_MISSING];                /* by kind */
	struct tally exact, low, high;                  /* low, high: of the intervals alone */
	bool no_low, no_high, low_out, high_out;        /* an open end; an end that does not belong to it */
	uint32_t kind;                                  /* of the first unit; 0 = not looked at */
	bool mixed;                                     /* units of several kinds */
	uint32_t first_unit, vague_unit;
	const struct msg_value *first; /* what the first unit says */
	const struct msg_value *vague;
	uint64_t rev_min, rev_max; /* that said what was chosen */
	uint32_t n_choices;        /* units with values side by side */
	uint32_t choice_unit[TREND_CHOICES_TOLD];
	const char *choice_text[TREND_CHOICES_TOLD];
	const char *group_name;
	struct trend_sum *sum; /* in another structure; NULL = as reported */
	bool among;            /* the group is a set of them */
	uint32_t n_moved;      /* units printed as of another day than the reference's */
	int32_t moved_to;      /* the first such day */
	bool moved_apart;      /* of several days */
	struct trend_odd *odd; /* trend_odd.c; NULL = nothing is */
	struct trend_run run;  /* trend_units.c: the last of its units, behind those in the list */
	uint32_t n_runs, runs_room;
	struct trend_run *runs; /* heap */
	uint32_t n_kept, kept_room;
	struct trend_kept *kept; /* what each unit is worth, where a measure wants it (trend_measuring.h); heap */
};

struct trend_ref {
	bool known, wanted;
	struct when when;
	int32_t day;
	const char *text;
};
struct trend_round {
	bool known, wanted;
	const struct msg_round *def; /* NULL = none */
	uint32_t survey;             /* SPACE_SURVEY; 0 = none */
};
/* Where units belong on one day. */
struct trend_day {
	int32_t day;
	uint32_t *group; /* by unit; TREND_UNSET = not looked up */
	uint8_t *inside; /* bits by unit: in the asked subtrees; NULL = no subtree asked */
};
#define TREND_UNSET UINT32_MAX

/* What a group is, where it is no unit: see trend_measuring.h. */
enum trend_by { TREND_BY_UNIT, TREND_BY_SURVEY, TREND_BY_SOURCE, TREND_BY_SIZE, TREND_BY_DIM, TREND_BY_ATTR };

/* Which references the rows of a group have: put in group by group. */
struct trend_dates {
	uint8_t *first, *now; /* bits by reference: of the first group, of the one at hand */
	uint32_t group;
	bool any, more, differ;
};
struct trend {
	struct answer *r;
	const struct msg_trend_question *q;
	const struct msg_indicator *def;
	uint32_t def_id;
	size_t n_series;
	struct series *series;
	bool by_unit;
	uint32_t group_kind;   /* SPACE_TERM; 0 = not grouped by a kind */
	uint32_t *asked;       /* units asked for, as they are named */
	struct unit_list only; /* those without their subtrees */
	size_t n_roots;
	uint32_t *roots;                    /* units asked for with them */
	uint32_t n_units, n_refs, n_rounds; /* numbers given out */
	struct trend_ref *refs;             /* behind those given out: n_spans from one to another */
	uint32_t n_spans;
	size_t refs_room;
	struct trend_round *rounds;
	uint32_t survey; /* SPACE_SURVEY; 0 = any */
	size_t n_days;
	struct trend_day *days;
	size_t days_room;
	uint32_t lookups;                  /* of places so far */
	struct trend_structure *structure; /* loaded when many are looked up; NULL = not yet */
	uint32_t *kinds;                   /* by unit; TREND_UNSET */
	uint32_t *same_of;                 /* by unit that is one with others: the first of them; NULL = none is */
	const char **names;                /* by group; NULL = not looked up */
	uint32_t *block;                   /* by group: the newest row + 1 of the reference at hand */
	uint32_t block_start;
	struct trend_row *rows; /* heap */
	uint32_t n_rows, rows_room;
	size_t n_breaks;
	uint64_t *breaks; /* revisions whose definition is not comparable with the one before */
	bool no_frames;   /* no row knows its frame: said once */
	struct trend_dates dates;
	struct arena *work;            /* of the cell at hand */
	struct trend_project *project; /* NULL = as reported */
	enum trend_by by;
	const char *kind_name;         /* of group_kind */
	uint32_t n_groups;             /* numbers of groups; those of units among them */
	uint32_t at_key;               /* survey, source or code of the statement at hand */
	bool plain, picks;             /* cells go straight to groups of units; not all of a cell's statements count */
	bool each;                     /* each unit of a row is looked at */
	bool units;                    /* rows know their units: trend_units.c */
	bool keep;                     /* rows keep what each unit is worth */
	uint32_t row_ref;              /* rows of several dates are of it, until all are made; 0 = each of its own */
	enum err failed;               /* while a figure was made: first failure */
	bool overlapping;              /* something stands in several groups */
	bool *hidden;                  /* by series: read for a share, not shown; NULL = none */
	struct trend_keys *keys;       /* NULL = groups are units */
	struct trend_keeping *keeping; /* trend_keep.c */
	struct trend_gather *gather;   /* trend_gather.c; NULL = cells go to their rows at once */
	struct published *sources;     /* trend_source.c; NULL = whenever they were published */
	struct trend_side *weight, *denominator;
	struct trend_places *places; /* trend_rank.c */
};

/* trend_ask.c */
enum err trend_ask(struct trend *t) MUST_CHECK;

/* trend.c */
int trend_by_order(const void *a, const void *b, void *arg); /* of pointers to rows; arg: the trend */
/* How like two reports are, to compare one with the other: 2 of one round, 1 of one survey, else 0. */
unsigned trend_nearness(const struct trend *t, uint32_t round, uint32_t other);
/* The row of the answer; `frame` is lent to it. */
void trend_make_row(struct trend *t, struct trend_row *row, struct trend_row *before, struct msg_frame_size *frame,
		    struct msg_trend_row *m);
enum err trend_put_row(struct trend *t, struct trend_row *const *sorted, size_t i) MUST_CHECK;
struct trend_row *trend_row_of(struct trend *t, uint32_t group, uint32_t series, uint32_t ref, uint32_t round);
/* As reported: into the row of a group. `beside` (NULL = none) tells of values side by side. */
enum err trend_row_put(struct trend *t, struct trend_row *row, const struct stated *one, const char *beside) MUST_CHECK;
enum err trend_rows_left(struct trend *t) MUST_CHECK; /* ERR_TOO_LARGE when there are too many of them */
enum err trend_ref_learn(struct trend *t, uint32_t ref) MUST_CHECK;
bool trend_round_wanted(struct trend *t, uint32_t round);

/* trend_project.c: figures in the units of another day, groups as on another day. */
enum err trend_project_ask(struct trend *t) MUST_CHECK; /* t->project stays NULL where neither is asked for */
int32_t trend_project_day(const struct trend *t);       /* on which units are looked up by name */
/* Of what is asked for, what did not live on that day is looked for among what was reported. */
void trend_project_units(struct trend *t, uint32_t *units, size_t n);
enum err trend_project_take(struct trend *t, uint32_t series, const struct stated *one, int32_t day,
			    const char *choice) MUST_CHECK;
enum err trend_project_block(struct trend *t, uint32_t series, uint32_t ref) MUST_CHECK; /* all of it was taken */
enum err trend_project_series(struct trend *t, uint32_t series) MUST_CHECK;              /* likewise */
/* A cell of one statement, by a unit that stood still: all of it is done. false = go the usual way. */
bool trend_project_still_cell(struct trend *t, uint32_t series, const struct stated *one, struct cells *cells,
			      enum err *ret);
void trend_project_still_end(struct trend *t);            /* trend_project_still.c: all rows are made */
enum err trend_project_notes(struct trend *t) MUST_CHECK; /* put as notes of the answer */
void trend_project_free(struct trend *t);
const struct trend_set *trend_project_set(const struct trend *t, uint32_t group); /* NULL = a group */
struct recast *trend_project_recast(const struct trend *t);                       /* of the block at hand */
/* trend_flat.c: rows of units that stood still, in a trend by unit, which are kept small */
void trend_flat_begin(struct trend *t);    /* all is asked: are they of use for it? */
size_t trend_flats(const struct trend *t); /* how many */
bool trend_flat_frames(struct trend *t);   /* one of them knows its frame */
enum err trend_flat_put(struct trend *t, struct trend_row *const *sorted) MUST_CHECK; /* and all others, in order */
/* trend_project_row.c */
const char *trend_project_refused(struct trend *t, const struct trend_row *row, enum measure m); /* NULL = no */
bool trend_project_exact(struct trend *t, const struct trend_row *row, enum measure m, mpq_t ret, unsigned *ret_places);
void trend_project_bounds(struct trend *t, const struct trend_row *row, bool incomplete, struct msg_figure *f);
void trend_project_tell(struct trend *t, const struct trend_row *row, struct msg_trend_row *m);
uint32_t trend_project_all(struct trend *t, uint32_t group, uint32_t kind); /* smallest parts of the group's units */

/* trend_group.c */
bool trend_inside(struct trend *t, int32_t day, uint32_t unit);    /* among what is asked for? */
uint32_t trend_group(struct trend *t, int32_t day, uint32_t unit); /* 0 = all, or none */
const char *trend_group_name(struct trend *t, uint32_t group);
uint32_t trend_kind(struct trend *t, uint32_t unit);
uint32_t trend_group_unit(const struct trend *t, const struct trend_row *row); /* 0 = no unit */

/* trend_odd.c: what is of units whose lives were all taken back, or of several that are one, as reported */
enum err trend_odd_ask(struct trend *t) MUST_CHECK;
void trend_odd_see(struct trend *t, struct trend_row *row, uint32_t unit, struct slice value);
void trend_odd_notes(struct trend *t, const struct trend_row *row, struct msg_trend_row *m);

/* trend_span.c: what is of several dates */
uint32_t trend_span(struct trend *t, uint32_t first, uint32_t last);       /* a reference; 0 = there is no such time */
void trend_span_see(struct trend *t, struct trend_row *row, uint32_t ref); /* the row has something of that date */
enum err trend_span_end(struct trend *t) MUST_CHECK;                       /* all rows are made */

/* trend_units.c: which units a row is of */
bool trend_units_wanted(const struct trend *t); /* of several periods, and not each by itself */
void trend_units_more(struct trend_row *row, struct trend_run run);
/* Units that are one are known by the first of them. */
static inline uint32_t trend_units_first(const struct trend *t, uint32_t unit)
{
	return t->same_of && t->same_of[unit] ? t->same_of[unit] : unit;
}
static inline void trend_units_see(const struct trend *t, struct trend_row *row, uint32_t unit)
{
	unit = trend_units_first(t, unit);
	if (row->run.to && row->run.to + 1 == unit)
		row->run.to = unit;
	else if (t->units && unit)
		trend_units_more(row, (struct trend_run){unit, unit});
}
struct trend_common {
	bool alike;               /* they have units in common, or there is nothing to compare */
	uint32_t now, then, both; /* units */
};
struct trend_common trend_units_common(struct trend *t, struct trend_row *row, struct trend_row *before);
void trend_units_notes(struct trend *t, const struct trend_common *c, const struct trend_row *before,
		       struct msg_trend_row *m);
void trend_units_free(struct trend *t);

/* trend_structure.c */
/* In the answer's arena, or kept from question to question (kept.h); NULL and view.err when broken. */
struct trend_structure *trend_structure_load(struct trend *t);
/* As unit_container() (wanted 0) and unit_inside(); may use t->work. */
uint32_t trend_structure_upwards(struct trend *t, const struct trend_structure *s, uint32_t unit, uint32_t wanted,
				 uint32_t kind, int32_t day);
uint32_t trend_structure_kind(const struct trend_structure *s, uint32_t unit); /* as unit_kind() */

/* trend_label.c: what the codes of the rows are called, for the last part */
enum err trend_labels(struct trend *t, struct msg_trend_answer *last) MUST_CHECK;
void trend_tell_units(struct trend *t, struct msg_trend_answer *last); /* which units it is all about */

/* trend_figure.c */
void trend_figures(struct trend *t, const struct trend_row *row, const struct trend_row *before,
		   struct msg_trend_row *m);
uint32_t trend_valued(const struct trend_row *row); /* units with a value */
uint32_t trend_missing(const struct trend_row *row);
bool trend_incomplete(struct trend *t, const struct trend_row *row); /* its scope was said to be incomplete */
/* Was any scope of what is asked, in the row's round? */
bool trend_incomplete_whole(struct trend *t, const struct trend_row *row);
/* Why its units are no parts of one sum, or it has none; NULL = they are, there is one. */
const char *trend_no_parts(struct trend *t, const struct trend_row *row);
const char *trend_no_sum(struct trend *t, const struct trend_row *row);
const char *trend_mixed(const struct trend_row *row); /* likewise */

/* trend_note.c: into m, in the row's arena. `before` is the row of the period before, `like` it too where they have
 * units in common. */
void trend_notes(struct trend *t, const struct trend_row *row, const struct trend_row *before,
		 const struct trend_row *like, struct msg_trend_row *m);
void trend_note(struct trend *t, struct msg_trend_row *m, const char *text);
enum err trend_general_notes(struct trend *t) MUST_CHECK; /* put as notes of the answer, behind all rows */
void trend_dates_see(struct trend *t, uint32_t group, uint32_t ref);
const char *trend_choice_text(struct trend *t, const struct stated *list, size_t n, const struct choice *c);
const char *trend_plural(struct arena *a, const char *kind); /* "municipalities", "units" for "" */
