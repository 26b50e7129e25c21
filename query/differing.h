/* SPDX-License-Identifier: Apache-2.0
 *
 * differing.h - inside the diff question. Only query/diff*.c include it.
 *
 * Two points differ in two ways at most, and each is looked at by itself: first what the later as_of says about the
 * earlier time (a step of knowledge: corrected, retracted, found late), then what the world did from the earlier time
 * to the later, as the later as_of knows it. So there are three sides: the earlier point; the earlier time as known at
 * the later point; the later point. Memory     rows and what they hold: r->a, until they are sorted and told. Of the
 * unit at hand: `work`.
 */
#pragma once
#include "query/answer.h"
#include "query/arrangement.h"
#include "query/define.h"
#include "query/point.h"
#include "query/same.h"
#include "query/spoken.h"

enum { SIDE_FROM, SIDE_KNOWN, SIDE_TO, SIDE_COUNT };
struct diff_side {
	const struct point *point; /* day, round and period */
	uint64_t rev;
};
struct diff_rows {
	size_t n, room;
	struct msg_diff_row *list;
};
struct diff {
	struct answer *r;
	const struct msg_diff_question *q;
	bool units, links, arrangements, observations;
	struct point from, to;
	struct diff_side side[SIDE_COUNT];
	uint32_t root, kind; /* asked for; 0 = none */
	bool everywhere;     /* no list: all units */
	size_t n_list;
	uint32_t *list; /* inside the scope or of the kind at either point; ascending */
	uint32_t n_units;
	bool in_structure;
	int32_t structure; /* then */
	size_t n_same;     /* units that are one, as known at the later point */
	struct same *same, *by_class;
	struct spoken *spoken;     /* NULL = the earlier point has no round */
	bool between;              /* rounds at both points: the later one may not speak of it again */
	size_t n_earlier, n_later; /* rounds of the two points, where they are asked for */
	struct spoken_round *earlier, *later;
	struct diff_rows rows;
	struct arena *work;
};
/* One of the two ways. */
struct diff_step {
	struct diff *d;
	int a, b;     /* sides */
	bool learned; /* nothing happened: it was known wrong */
	int32_t day_a, day_b;
};

/* diff.c */
void diff_look(struct diff *d, int side); /* the view as known there */
bool diff_has(const struct diff *d, uint32_t unit);
/* A new row with all texts "", of a unit; NULL when there are too many (then the error stands in r->why). */
struct msg_diff_row *diff_row(struct diff *d, enum difference what, enum subject subject, uint32_t unit);
void diff_note(struct diff *d, struct msg_diff_row *row, const char *text); /* "" = none; the text must last */
void diff_others(struct diff *d, struct msg_diff_row *row, const uint32_t *units, size_t n);
const char *diff_text(struct diff *d, enum space s, uint32_t id); /* in r->a */
const char *diff_date(struct diff *d, const struct when *w);      /* likewise */
const char *diff_span(struct diff *d, const struct when *from, const struct when *to);
const char *diff_name(struct diff *d, uint32_t unit, int32_t day);
const char *diff_names(struct diff *d, const uint32_t *units, size_t n, int32_t day); /* "A; B" */
/* All that are one with a unit, and itself. */
size_t diff_ones(struct diff *d, uint32_t unit, uint32_t **ret);
/* Another that is one with it and lives, perhaps, on a day of a side, as known there; 0 = none. Looks at the side. */
uint32_t diff_other_self(struct diff *d, uint32_t unit, int side, int32_t day);
/* Some reading of what is said of it makes it otherwise at one of the two days. */
void diff_uncertain(struct diff *d, struct msg_diff_row *row, const struct when *from, const struct when *to);

/* diff_unit.c: what stands of a unit, told with who began and ended it. */
struct diff_said {
	uint32_t scheme;  /* SPACE_TERM: of codes and attributes; 0 = a name */
	const char *text; /* values of a set joined by "; " */
	struct when from, to;
	uint32_t src, born, ended;
	uint64_t rev;
	enum truth truth;
};
struct diff_state {
	bool lives;
	struct unit_life life;
	size_t n[3]; /* names, codes, attributes */
	struct diff_said *said[3];
};
enum err diff_units(const struct diff_step *s) MUST_CHECK;
/* Names, codes and attributes of one that is there on both sides. `state` two of them, in `work`. */
void diff_state_read(struct diff *d, uint32_t unit, int side, int32_t day, struct diff_state *ret);
enum err diff_fields(const struct diff_step *s, uint32_t unit, const struct diff_state *a, const struct diff_state *b,
		     bool arrangement) MUST_CHECK;
/* That it begins or ends between the two sides, or is found to be, or never to have been. `ret` NULL = not wanted. */
enum err diff_presence(const struct diff_step *s, uint32_t unit, const struct diff_state *a, const struct diff_state *b,
		       struct msg_diff_row **ret) MUST_CHECK;

/* diff_link.c */
enum err diff_links(const struct diff_step *s) MUST_CHECK;
/* What became of a link that is on one side only: which difference, by which event, who says so. `gained`: it is there
 * on side b. Fills what, event, revision, source and notes. */
void diff_link_fate(const struct diff_step *s, enum link_type type, uint32_t a, uint32_t b, bool gained,
		    struct msg_diff_row *row);

/* diff_arrangement.c, diff_observation.c */
enum err diff_arrangements(const struct diff_step *s) MUST_CHECK;
enum err diff_observations(const struct diff_step *s) MUST_CHECK;
bool diff_of_days(const struct diff *d); /* their figures are not compared with each other: they are of no period */
const char *diff_of_days_note(const struct diff *d);
/* Does a later round declare that its list of `kind` is complete in a scope that holds all of the units? *ret_some: at
 * least one of them. */
bool diff_declared(struct diff *d, const char *kind, const uint32_t *units, size_t n, bool *ret_some);
