/* SPDX-License-Identifier: Apache-2.0
 *
 * count.h - inside the count question: marks in the making. Only query/count*.c include it.
 *
 * A mark says that a thing stands in a group, for certain or possibly. For each day count_gather.c makes three lists of
 * them: the things counted; participations (a unit once for each arrangement); and all units of the kind. count_group.c
 * says which groups, count_cell.c makes one key of those of two groupings, count_complete.c says where a list may have
 * gaps, count_round.c what the rounds asked for leave out, count_row.c makes rows of it.
 */
#pragma once
#include <gmp.h>
#include "base/num.h"
#include "query/answer.h"
#include "query/arrangement.h"
#include "query/count_round.h"
#include "query/filter.h"
#include "query/number_map.h"
#include "query/published.h"
#include "query/roster.h"
#include "query/same.h"
#include "query/scope.h"

#define COUNT_TOTAL         UINT32_MAX /* the key under which everything stands once */
#define COUNT_GROUPINGS_MAX 2u         /* of one question: group_by and then_by */

struct count_mark {
	/* Of one grouping a unit, or 1 + the number of a text; 0 = all, or in no group. Of two the number of their cell. */
	uint32_t key, thing;
	bool certain;
};
struct count_marks {
	size_t n, room;
	struct count_mark *list; /* sorted by key, thing, certain ones first */
};
struct count_day {
	int32_t day;
	const char *text;
	uint32_t round; /* SPACE_ROUND; 0 = none, or several */
	struct count_marks things, parts, all;
	uint32_t open_lists;    /* arrangements counted whose list of participants is not said to be complete */
	uint32_t open_anywhere; /* likewise, also those that touch nothing of the scope: it may be in their lists */
	uint32_t silent;        /* arrangements left out, since nothing is said of what is filtered */
	uint32_t internalised;  /* arrangements counted */
	uint32_t unspoken;      /* on record, and not counted: the day's rounds do not speak of them (count_round.h) */
	uint32_t unsure;        /* likewise only possible */
	uint32_t unnamed; /* participations on record, of arrangements counted: the day's rounds name others alone */
	/* count_complete.c, where arrangements are counted: */
	unsigned said;     /* how complete the whole is */
	uint8_t *declared; /* bits by unit: its own list is complete */
	uint8_t *known;    /* by unit: 0 = not looked up, else 1 + what is said of it */
	size_t n_kinds;
	uint32_t *kinds; /* of those declared */
	/* count_complete.c, of units of the kind: */
	struct roster_gaps lists;
	bool gap; /* there may be more of them in the scope than are on record */
	struct count_gaps {
		size_t n;       /* groups in which there may */
		uint32_t *keys; /* ascending; where groups are units */
	} gaps[COUNT_GROUPINGS_MAX];
	struct count_ranked {
		size_t n;              /* groups of the day */
		int64_t *lows, *highs; /* of their counts, ascending; open: INT64_MAX */
	} * ranked;                    /* by group of the second grouping */
};
enum count_by {
	COUNT_BY_ALL,
	COUNT_BY_UNIT, /* scope_group(): the unit, or what contains it */
	COUNT_BY_SIZE, /* of the unit */
	COUNT_BY_ATTR, /* of what is counted */
	COUNT_BY_SAID, /* of arrangements: task, sector … */
	COUNT_BY_HOST,
};
struct count_size { /* a figure of a unit */
	uint32_t unit;
	int32_t day;
	struct num n;
};
struct count_declared { /* that all arrangements inside a unit are on record */
	uint32_t unit, kind;
	int32_t from, to; /* days of the round's reference */
	const char *unit_kind;
};
struct count_group {
	uint32_t key;
	const char *id, *name;
};
struct count_axis {        /* a grouping */
	const char *asked; /* "attr:form" */
	enum count_by by;
	const char *text;    /* "form" */
	uint32_t attr;       /* SPACE_TERM */
	bool overlapping;    /* a thing may stand in several groups */
	struct scope *scope; /* that knows containing units */
	struct text_list texts;
	size_t n_groups;
	struct count_group *groups; /* by name */
};
struct count_cell {
	uint32_t keys[COUNT_GROUPINGS_MAX]; /* of each axis; COUNT_TOTAL = all of it */
};
struct count {
	struct answer *r;
	const struct msg_count_question *q;
	struct filter *where;
	struct scope *scope;
	size_t n_axes; /* at least 1 */
	struct count_axis axes[COUNT_GROUPINGS_MAX];
	size_t share_of; /* the axis whose groups are the wholes of shares; n_axes = everything is the whole */
	struct number_map numbers; /* of cells, from 1; where there are two groupings */
	size_t n_cells, cells_room;
	struct count_cell *cells;
	uint32_t kind;        /* SPACE_TERM; 0 = not named */
	bool of_arrangements; /* reads arrangements */
	struct atoms *atoms;  /* NULL = as reported */
	int32_t structure;
	struct published *published; /* NULL = whenever it was */
	struct round_word *word;     /* of the rounds asked for; NULL = nothing */
	size_t n_same;
	struct same *same; /* units that are one */
	size_t n_sizes, sizes_room;
	struct count_size *sizes; /* by unit, day */
	size_t n_declared, declared_room;
	struct count_declared *declared;
	struct roster *roster; /* NULL = nothing is declared of units of the kind, or they are named */
	size_t n_days, days_room;
	struct count_day *days; /* ascending */
	const char *absent;     /* days left out, on which no unit named lives; "" = none */
	uint64_t n_marks;       /* of all days */
	bool told_open;
	bool told_gap;
	size_t n_gap_notes, gap_notes_room;
	const char **gap_notes; /* given out */
};
/* The day in whose units participants stand. */
int32_t count_place(const struct count *c, const struct count_day *d);
bool count_asked(const struct count *c, enum measure m);

/* count_group.c */
struct count_keys {
	size_t n, room;
	uint32_t *list; /* each once */
};
void count_key_add(struct count *c, struct count_keys *k, uint32_t key);
enum err count_group_ask(struct count *c) MUST_CHECK;
void count_keys_of_unit(struct count *c, struct count_axis *x, uint32_t unit, int32_t day, struct count_keys *ret);
void count_keys_of_said(struct count *c, struct count_axis *x, const struct arrangement *of, struct count_keys *ret);
bool count_by_units(const struct count *c, const struct count_axis *x);  /* is a group a matter of a unit? */
bool count_unit_keys(const struct count *c, const struct count_axis *x); /* are keys units? */
void count_group_list(struct count *c);                                  /* all keys of all days, by name */

/* count_cell.c */
bool count_any_by_units(const struct count *c);
/* The key of keys of each axis, and back. */
uint32_t count_cell(struct count *c, const struct count_cell *x);
struct count_cell count_cell_of(const struct count *c, uint32_t key);
/* The cell of these keys where a thing has been met in it; 0 = none has (never of one grouping). */
uint32_t count_cell_met(const struct count *c, const struct count_cell *x);
/* Groups that a thing stands in, as certain as they are. */
struct count_place {
	uint32_t key;
	bool certain;
};
struct count_places {
	size_t n, room;
	struct count_place *list;
};
struct count_of {
	uint32_t unit;                /* that takes part, or is counted; 0 = none does */
	const struct arrangement *in; /* NULL = of units alone: groupings of arrangements are as one */
};
/* All cells, and of two groupings the whole of each group, which COUNT_TOTAL stands for. */
void count_places(struct count *c, const struct count_day *d, const struct count_of *of, struct count_places *ret);
/* Of a link: where its ends stand, of which a group is enough, and none is where neither does. */
void count_places_of_link(struct count *c, const struct count_day *d, const uint32_t *ends, size_t n,
			  struct count_places *ret);
/* The units of the kind that those in the cell are some of. */
uint32_t count_cell_of_units(struct count *c, uint32_t key);
/* Has the day a row of these groups? */
bool count_has_row(struct count *c, const struct count_day *d, const struct count_cell *x);

/* count_gather.c */
enum err count_gather(struct count *c, struct count_day *d) MUST_CHECK;
/* The marks of a key. */
size_t count_range(const struct count_marks *m, uint32_t key, const struct count_mark **ret);

/* count_complete.c */
enum err count_complete_ask(struct count *c) MUST_CHECK;
enum err count_complete_day(struct count *c, struct count_day *d) MUST_CHECK;
enum err count_complete_groups(struct count *c, struct count_day *d) MUST_CHECK; /* once the groups are known */
/* May there be more units of the kind in a group than are on record? */
bool count_gap(const struct count *c, const struct count_day *d, uint32_t key);
const char *count_gap_why(const struct count *c); /* there is no figure of how many of all */
enum err count_gap_notes(struct count *c, const struct count_day *d) MUST_CHECK; /* which lists have gaps */
bool count_open(struct count *c, const struct count_day *d, uint32_t key); /* may there be more than is on record? */

/* count_note.c */
enum err count_notes(struct count *c) MUST_CHECK;

/* count_row.c */
enum err count_rank(struct count *c, struct count_day *d) MUST_CHECK;
enum err count_rows(struct count *c) MUST_CHECK;
