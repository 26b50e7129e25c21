/* SPDX-License-Identifier: Apache-2.0
 *
 * explaining.h - inside the explain question: one figure made once more. Only query/explain*.c include it.
 *
 * The figure comes from the question that is explained (inner.h). Beside it a second path: which statements there are
 * is looked up in the index, what they say is read from the change records of the log (explain_log.c), which of several
 * counts is chosen again (explain_read.c), where they lie in another structure is asked of the events
 * (explain_place.c), and the figure is made of them in plain fractions (explain_cell.c, explain_total.c,
 * explain_figure.c). Nothing of trend, count, recast or decompose is used on the way, so that a fault there, or a
 * wrong row of the index, is seen. The causes of a change are in explain_causes.h, lines of a balance in
 * explain_balance.h, numbers of a network in explain_network.h, those of a quality question in explain_quality.c; that a
 * count is "at least" so many in explain_open.h.
 */
#pragma once
#include "query/amount.h"
#include "query/atom.h"
#include "query/inner.h"
#include "query/observe.h"
#include "query/project.h"

#define COUNT_GROUPINGS 2u /* of one count */

/* A number between two ends; `out`: the end itself is excluded. */
struct span {
	mpq_ptr low, high;
	bool no_low, no_high, low_out, high_out;
};

/* One statement. Which one it is, is known from the index; all else from the record of its revision. */
struct statement {
	uint32_t series, ref, unit, src; /* SPACE_… */
	uint16_t seq;
	uint64_t rev;
	bool heard, found; /* its change record, its fact were there */
	const struct msg_value *said;
	const char *locator, *submitter;
	struct slice message_id;
	int64_t time_us;
	uint8_t status;
	uint32_t round;
	int32_t expressed_in;
};
/* A statement that was chosen, and the day whose units it is about. */
struct contributor {
	const struct statement *s;
	uint32_t kind; /* of its unit */
	int32_t day;
	enum choice_rule rule;
	uint32_t alternatives;
	enum method method;
	struct span number; /* what it says; low NULL: no number */
	struct msg_explain_item *item;
	size_t n_said; /* put together of so many (explain_part.c), each of which is told; 0 = it is one statement */
	struct contributor *said;
	size_t told; /* of a cause: 1 + its place among what is told; 0 = not */
};
/* What of a contributor lies in one unit of the structure asked for. */
struct parcel {
	uint32_t from; /* contributor */
	uint32_t unit; /* 0 = outside every unit */
	bool same;     /* the same territory and nothing else of the contributor */
	bool whole;    /* all of it lies here */
	bool known;    /* its share is */
	mpq_ptr share;
	struct span own; /* additive: apportioned; low NULL: no number */
};
/* Of an additive contributor, what lies among several units and nobody knows where. */
struct rest {
	uint32_t from;
	size_t n;
	uint32_t *units;
	struct span amount;
};
/* A unit of the structure with all that lies in it. */
enum cell_state { CELL_NUMBER, CELL_MISSING, CELL_WORDS, CELL_REFUSED };
struct cell_made {
	uint32_t unit, kind;
	size_t n;
	struct parcel **parcels;
	enum cell_state state;
	struct span own;
	mpq_ptr may; /* NULL = none */
	bool may_open;
	uint64_t count, of; /* relative: made of these; 0 = not looked at */
	uint32_t parts_of, parts_all;
	const char *why; /* refused, words */
	size_t n_keys;
	const char *const *keys; /* of its groups */
	bool single;             /* what one statement says, as it stands */
};

/* The second figure. */
enum made_as { MADE_EXACT, MADE_BETWEEN, MADE_WORDS, MADE_NOTHING };
struct made {
	enum made_as as;
	mpq_ptr exact;                /* EXACT; of BETWEEN: what is known to belong to it, or NULL */
	struct span span;             /* BETWEEN */
	const char *words;            /* WORDS: as shown; NOTHING: why */
	const struct msg_value *said; /* WORDS: the value that is shown as it was said, or NULL */
};

struct explain {
	struct answer *r;
	const struct msg_explain_question *q;
	const struct msg_trend_question *t; /* NULL = of a count */
	struct fraction_pool *numbers;
	struct arena *record;                /* of the record of the log at hand */
	const struct msg_query_reply *parts; /* what the question answers; NULL = not asked yet */
	size_t n_parts;
	/* The figure that is explained. */
	struct msg_trend_row row;
	struct msg_figure figure;
	enum measure only;              /* the only one that the question asks for */
	const struct msg_figure *count; /* of the row, where it is asked for too */
	const char *key;                /* of the row's group */
	bool among;                     /* the row is what lies among several units */
	/* What is read. */
	const struct msg_indicator *def;
	size_t n_series;
	struct series *series;
	uint32_t ref, round; /* of the row; 0 = any */
	bool newest;         /* of each unit what was said last */
	bool all_groups;     /* the figure needs them */
	bool any_round;      /* likewise, those of all rounds: rows of one period stand together */
	bool at_point;       /* of a change: what all rounds say of a unit is one choice, and all of it counts */
	size_t n_peers;
	const struct msg_trend_row **peers; /* of the row's categories and period, itself among them */
	int32_t row_day;                    /* of the row's reference */
	struct when published_by;
	uint64_t entered_by; /* the last revision by then */
	uint32_t group_kind;
	enum { GROUP_ALL, GROUP_UNIT, GROUP_KIND, GROUP_OTHER } grouping;
	size_t n_asked;
	uint32_t *asked; /* units of the question */
	struct atoms *atoms;
	int32_t day, group_day; /* of the structure */
	bool moved;             /* in the units of `day` */
	size_t n_statements, statements_room;
	struct statement *statements;
	size_t n_from, from_room;
	struct contributor *from;
	size_t n_parcels, parcels_room;
	struct parcel *parcels;
	size_t n_rests, rests_room;
	struct rest *rests;
	size_t n_cells;
	struct cell_made *cells;
	/* The answer. */
	size_t n_items, items_room;
	struct msg_explain_item **items;
	size_t n_rules, rules_room, n_notes, notes_room;
	const char **rules, **notes;
	struct made made;
	struct msg_figure recomputed;
	bool agrees;
	bool unheard;                          /* a statement of the index that the log does not have */
	const struct msg_decompose_part *part; /* NULL = of no decomposition */
	const char *line;                      /* which figure of a row is meant, where its measure does not say */
};

/* explain_part.c: what is summed over codes, where groups are the codes of a dimension */
enum err explain_parts(struct explain *x) MUST_CHECK;

/* explain.c */
void explain_rule(struct explain *x, const char *text); /* each once */
void explain_note(struct explain *x, const char *text);
void explain_refused(struct explain *x);                  /* the figure is: there is nothing to make once more */
struct msg_explain_item *explain_item(struct explain *x); /* a new one, all texts "" */
const char *explain_text(struct explain *x, enum space s, uint32_t id); /* in r->a; "" for 0 */

/* explain_row.c: the question is asked once more, a count also how many there are. */
enum err explain_ask(struct explain *x) MUST_CHECK;
/* The row and the figure among the parts of its answer, by what the question names. */
enum err explain_find(struct explain *x) MUST_CHECK;

/* explain_span.c: fractions; all ends are of x->numbers */
mpq_ptr number(struct explain *x); /* zero */
struct span span_zero(struct explain *x);
/* What a value says. false: it is missing, approximate or words. An open low end of what cannot be negative is 0. */
bool span_of(struct explain *x, const struct msg_value *v, bool not_negative, struct span *ret);
void span_add(struct span *sum, const struct span *s);
void span_add_sign(struct span *sum, const struct span *s, int sign); /* -1 takes it away */
bool span_exact(const struct span *s);
const char *span_text(struct arena *a, const struct span *s, unsigned places); /* NULL = nothing bounds it */
unsigned places_shown(const char *shown); /* decimals of the first number in a text */
/* Sets shown, and numerator and denominator, or low and high. */
void made_tell(struct explain *x, const struct made *m, struct msg_figure *ret);
/* Does what was made say what the figure says? */
bool made_agrees(struct explain *x, const struct made *m, const struct msg_figure *f);

/* explain_log.c */
/* Fill all of x->statements from the records of their revisions. */
enum err explain_hear(struct explain *x) MUST_CHECK;
/* A change of one of these subjects in one revision: `fn` is called for each, with the record's set. */
typedef enum err explain_change_f(void *arg, const struct journal_record *rec, const struct msg_change_set *set,
				  const struct msg_change *m);
enum err explain_changes(struct explain *x, uint64_t rev, explain_change_f *fn, void *arg) MUST_CHECK;
/* A fact of one revision: `fn` is called for each, in their order. */
typedef enum err explain_fact_f(void *arg, const struct fact *f);
enum err explain_facts(struct explain *x, uint64_t rev, explain_fact_f *fn, void *arg) MUST_CHECK;

/* explain_read.c: statements and contributors of a trend's row */
enum err explain_read(struct explain *x) MUST_CHECK;
/* Those of x->series, of every period, with x->newest and x->at_point: of each unit and period one. */
enum err explain_read_all(struct explain *x) MUST_CHECK;
/* For what reads all that is said of an indicator, in a round or (NULL) in any, to make a figure of x: *ret has its
 * question, no definition and no series yet. */
void explain_inside(struct explain *x, const char *indicator, const char *round, struct explain *ret);
/* The one figure of another series for a unit and reference, chosen among what the log says. */
bool explain_other(struct explain *x, const char *indicator, const struct contributor *c, const struct series *like,
		   struct num *ret);
/* Its newest exact figure of another series at or before a day. */
bool explain_newest(struct explain *x, const char *indicator, uint32_t unit, int32_t day, struct num *ret);

/* explain_group.c */
enum err explain_group_ask(struct explain *x) MUST_CHECK;
/* The keys of the groups that a unit of the structure lies in. `c` is the first that lies in it. */
size_t explain_groups(struct explain *x, const struct contributor *c, uint32_t unit, int32_t day,
		      const char *const **ret);
/* Classes of size: of a unit its newest figure at the day, "" = there is none. */
struct explain_sizes {
	const char *indicator;
	size_t n;
	const struct msg_decimal *limits;
};
const char *explain_size(struct explain *x, const struct explain_sizes *s, uint32_t unit, int32_t day);
/* Of a unit of another structure: its cell says what it is made of. */
size_t explain_size_groups(struct explain *x, const struct cell_made *c, const char *const **ret);
bool explain_asked(struct explain *x, uint32_t unit, int32_t day); /* among the units of the question */
bool explain_has_key(const char *const *keys, size_t n, const char *key);

/* explain_place.c */
enum err explain_place(struct explain *x) MUST_CHECK;
/* Before the log is read: can what is said of the unit be part of the figure? */
bool explain_reaches(struct explain *x, const struct fact_obs *o, int32_t day);
bool explain_wanted(struct explain *x, const struct contributor *c, uint32_t unit); /* by the question's units */
/* explain_step.c: the events between a contributor and a unit; *ret_share (may be NULL) is what their weights make of
 * it, false = they do not tell. */
bool explain_steps(struct explain *x, const struct contributor *c, uint32_t to, mpq_ptr ret_share);
/* All events that took a unit over after one day up to another; or (to < from) that made it. */
void explain_edges(struct explain *x, struct msg_explain_item *item, uint32_t unit, int32_t from, int32_t to);
/* One flow of an event; an end that is 0 is nobody. */
void explain_edge(struct explain *x, struct msg_explain_item *item, const struct fact_edge *edge, uint64_t rev);

/* explain_cell.c */
enum err explain_cells(struct explain *x) MUST_CHECK;
bool explain_not_negative(const struct explain *x);
/* The count behind a rounded percentage, and what it is of. NULL = known, else why not. ret_high: it may be any up to
 * this; NULL = only where there is one. */
const char *explain_count_behind(struct explain *x, const struct contributor *c, uint32_t *ret, uint32_t *ret_high,
				 uint32_t *ret_of);

struct lot {
	size_t n; /* groups that it may lie in */
	const char **keys;
	struct span amount;
	size_t n_among; /* what a row names that it lies among: its groups, or, where not all are asked about, units */
	const char **among;
	bool outside; /* or in none that is asked about */
	bool part;    /* of a unit that lies in several groups */
	uint32_t round;
};
struct sums {
	struct explain *x;
	size_t n_lots, room;
	struct lot *lots;
};
/* All of one group, or row. */
struct total {
	size_t n, n_exact, n_missing, n_words, n_refused, n_parts;
	const struct cell_made *first;
	const char *refused;
	struct span own;
	mpq_ptr may, exact;
	bool has_may, may_open, mixed;
};

/* explain_read.c: the source or survey that a contributor speaks for, where these are the groups; else 0 */
uint32_t explain_side(const struct explain *x, const struct contributor *c);
/* explain_figure.c */
enum err explain_figure(struct explain *x, struct made *ret) MUST_CHECK;

/* explain_total.c */
void explain_lots(struct sums *s);
/* Is the cell of several groups, so that its parts are lots? */
bool explain_splits(const struct explain *x, const struct cell_made *c);
/* Of the cells of a group and, unless several rounds are put together, of one round. */
struct total explain_total(const struct sums *s, const char *key, uint32_t round);
struct total explain_total_among(const struct sums *s, const struct msg_trend_row *row);
bool explain_incomplete(struct explain *x, const char *group, uint32_t round); /* was it declared so? */
/* Of a row: with the newest round of each unit in any of their rounds. */
bool explain_incomplete_row(struct explain *x, const char *group, uint32_t round);
bool explain_cell_in(const struct explain *x, const struct cell_made *c, const char *key, uint32_t round);

/* explain_among.c: among the rows that stand together */
enum err explain_share(struct explain *x, const struct sums *s, struct made *ret) MUST_CHECK;
void explain_rank(struct explain *x, const struct sums *s, struct made *ret);

/* explain_trend.c */
void explain_tell(struct explain *x, const struct contributor *c, struct msg_explain_item *item);
/* What it adds; a fraction too where that is `exact`. */
void explain_tell_used(struct explain *x, const struct span *s, bool exact, struct msg_figure *used);
/* explain_trend.c, explain_count.c, explain_decompose.c: a figure of each question */
enum err explain_trend(struct explain *x) MUST_CHECK;
enum err explain_count(struct explain *x) MUST_CHECK;
enum err explain_decompose(struct explain *x) MUST_CHECK;
enum err explain_balance(struct explain *x) MUST_CHECK; /* explain_balance.c */
enum err explain_growth(struct explain *x) MUST_CHECK;  /* explain_growth.c: of a trend or a count */
enum err explain_quality(struct explain *x) MUST_CHECK; /* explain_quality.c */
enum err explain_network(struct explain *x) MUST_CHECK; /* explain_network.c */
/* explain_decompose.c: the items of a figure go to the answer, with `away` taken away; rules and notes too. */
void explain_take(struct explain *x, struct explain *y, bool away);
