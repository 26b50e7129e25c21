/* SPDX-License-Identifier: Apache-2.0
 *
 * diff_arrangement.c - arrangements of two sides: that they are there, their fields, hosts and participants.
 *
 * Nobody ends an arrangement by not speaking of it. One that the later round does not speak of is NOT_FOUND_AGAIN, as
 * is a participant that it does not name; it has ENDED where the round declared its list to be complete.
 */
#include <stdlib.h>
#include <string.h>
#include "query/differing.h"

struct kept {
	size_t n, room;
	struct arrangement **list;
};
struct both {
	const struct arrangement *a, *b;
	struct diff_state x, y;
};

static enum err read_side(const struct diff_step *s, int side, int32_t day, struct arena *in, struct kept *ret)
{
	struct diff *d = s->d;
	const struct arrangement *x;
	diff_look(d, side);
	struct arrangements_ask ask = {.day = day, .structure = d->structure};
	ask.atoms = d->in_structure ? atoms_new(d->r->v, 0, in) : NULL;
	struct arrangements *l = arrangements_open(d->r, &ask);
	while (arrangements_next(l, &x)) {
		ret->list = arena_grow(in, ret->list, ret->n, ret->n + 1, sizeof(struct arrangement *), &ret->room);
		ret->list[ret->n++] = arrangement_keep(x, in);
	}
	enum err e = arrangements_close(l);
	atoms_free(ask.atoms);
	return e;
}

static bool inside(struct diff *d, const struct arrangement *x)
{
	bool in = x && (diff_has(d, x->unit) || (x->host && diff_has(d, x->host)));
	for (size_t i = 0; x && !in && i < x->n_participants; i++)
		in = diff_has(d, x->participants[i]);
	for (size_t i = 0; x && !in && i < x->n_possible; i++)
		in = diff_has(d, x->possible[i]);
	return in;
}

/* ---- what the later round declares ------------------------------------------------------------------ */

bool diff_declared(struct diff *d, const char *kind, const uint32_t *units, size_t n, bool *ret_some)
{
	struct spoken_scope scope = {.n_rounds = d->n_later, .rounds = d->later, .from = d->from.day, .to = d->to.day};
	return spoken_declared(d->r, &scope, kind, units, n, ret_some);
}

/* Everybody that has to do with it: participants, then the host. */
static size_t members(struct diff *d, const struct arrangement *x, uint32_t **ret)
{
	*ret = arena_alloc(d->work, (x->n_participants + 1) * sizeof **ret);
	if (x->n_participants)
		memcpy(*ret, x->participants, x->n_participants * sizeof **ret);
	size_t n = x->n_participants;
	if (x->host && !arrangement_has(x, x->host))
		(*ret)[n++] = x->host;
	return n;
}

/* Is it one that a later round asks about? */
static bool asked_about(struct diff *d, const uint32_t *units, size_t n)
{
	struct spoken_scope scope = {.n_rounds = d->n_later, .rounds = d->later, .from = d->from.day, .to = d->to.day};
	return spoken_asked(d->r, &scope, units, n);
}

static const char *round_ids(struct diff *d, const struct spoken_round *list, size_t n)
{
	const char *text = "";
	for (size_t i = 0; i < n && i < 3; i++)
		text = arena_printf(d->r->a, "%s%s%s", text, i ? ", " : "", list[i].def->id);
	return text;
}

static const char *later_rounds(struct diff *d)
{
	return round_ids(d, d->later, d->n_later);
}

static void was(struct diff *d, const struct arrangement *x, struct msg_diff_row *row)
{
	const char *who = diff_names(d, x->participants, x->n_participants, d->from.day);
	row->before_text =
	    *who ? arena_printf(d->r->a, "%s: %s", x->name, who) : arena_text(d->r->a, x->name, strlen(x->name));
	row->before_at = diff_date(d, &x->life.life.from);
	diff_others(d, row, x->participants, x->n_participants);
}

/* Who speaks of it, or of one that is one with it. */
static unsigned spoken_as(struct diff *d, uint32_t unit)
{
	uint32_t *ones;
	unsigned as = 0;
	for (size_t n = diff_ones(d, unit, &ones), i = 0; i < n; i++)
		as |= spoken_of(d->spoken, ones[i], d->to.rev);
	return as;
}

/* On record at both points; but does the later round speak of it? */
static enum err not_again(const struct diff_step *s, const struct both *p)
{
	struct diff *d = s->d;
	unsigned as = d->between && !s->learned ? spoken_of(d->spoken, p->a->unit, d->to.rev) : 0;
	uint32_t *units;
	bool some;
	if (!(as & SPOKEN_EARLIER) || (spoken_as(d, p->a->unit) & (SPOKEN_LATER | SPOKEN_ELSE)))
		return ERR_OK;
	size_t n = members(d, p->a, &units);
	bool ended = diff_declared(d, "arrangement", units, n, &some);
	if (!ended && !asked_about(d, units, n))
		return ERR_OK;
	struct msg_diff_row *row =
	    diff_row(d, ended ? DIFFERENCE_ENDED : DIFFERENCE_NOT_FOUND_AGAIN, SUBJECT_UNIT, p->a->unit);
	if (!row)
		return ERR_TOO_LARGE;
	was(d, p->a, row);
	row->revision = p->a->rev;
	row->source = diff_text(d, SPACE_SOURCE, p->a->life.life.src);
	if (ended)
		diff_note(d, row,
			  arena_printf(d->r->a, "%s declares its list of arrangements complete, and it is not on it",
				       later_rounds(d)));
	else
		diff_note(d, row,
			  arena_printf(d->r->a,
				       some ? "%s is complete for some of its participants only"
					    : "%s does not speak of it; nobody said that it ended",
				       later_rounds(d)));
	return ERR_OK;
}

/* It is on record all the same; but do the earlier rounds speak of it, as was known then and as is known now? */
static enum err known_of_rounds(const struct diff_step *s, const struct both *p)
{
	struct diff *d = s->d;
	uint64_t last;
	const char *source;
	if (!s->learned || !d->spoken)
		return ERR_OK;
	const char *then = spoken_rounds(d->spoken, p->a->unit, SPOKEN_EARLIER, d->from.rev, &last, &source);
	const char *now = spoken_rounds(d->spoken, p->a->unit, SPOKEN_EARLIER, d->to.rev, &last, &source);
	if (strcmp(then, now) == 0)
		return ERR_OK;
	struct msg_diff_row *row = diff_row(d,
					    !*then  ? DIFFERENCE_FOUND_LATE
					    : !*now ? DIFFERENCE_RETRACTED
						    : DIFFERENCE_CORRECTED,
					    SUBJECT_UNIT, p->a->unit);
	if (!row)
		return ERR_TOO_LARGE;
	row->field = "round";
	row->before_text = then;
	row->after_text = now;
	row->revision = last;
	row->source = source;
	return ERR_OK;
}

/* ---- participants and hosts ------------------------------------------------------------------------- */

enum part { PART_NO, PART_PERHAPS, PART_YES };

static enum part part_of(const struct arrangement *x, uint32_t unit)
{
	return arrangement_has(x, unit) ? PART_YES : arrangement_may_have(x, unit) ? PART_PERHAPS : PART_NO;
}

/* Of it and all that are one with it, the surest. */
static enum part part_of_ones(struct diff *d, const struct arrangement *x, uint32_t unit)
{
	uint32_t *ones;
	enum part part = PART_NO;
	for (size_t n = diff_ones(d, unit, &ones), i = 0; i < n; i++) {
		enum part p = part_of(x, ones[i]);
		part = p > part ? p : part;
	}
	return part;
}

static enum err put_member(const struct diff_step *s, const struct both *p, uint32_t member, enum part a, enum part b)
{
	struct diff *d = s->d;
	bool gained = b > a;
	struct msg_diff_row *row = diff_row(d, DIFFERENCE_CHANGED, SUBJECT_LINK, p->a->unit);
	if (!row)
		return ERR_TOO_LARGE;
	row->field = msg_code_name(&msg_enum_link_type, LINK_TYPE_PARTICIPATES_IN);
	diff_others(d, row, &member, 1);
	diff_link_fate(s, LINK_TYPE_PARTICIPATES_IN, member, p->a->unit, gained, row);
	if (a != PART_NO)
		row->before_text = diff_name(d, member, d->in_structure ? d->structure : s->day_a);
	if (b != PART_NO)
		row->after_text = diff_name(d, member, d->in_structure ? d->structure : s->day_b);
	/* A list that was complete says that who was not on it did not take part. */
	bool known =
	    gained && a == PART_PERHAPS && b == PART_YES && p->a->complete == COMPLETION_YES && !d->in_structure;
	if (known)
		row->before_text = "";
	else if (a == PART_PERHAPS || b == PART_PERHAPS)
		diff_note(d, row,
			  b == PART_PERHAPS ? "not certain: it may take part at the later point"
					    : "not certain: it may have taken part before");
	return ERR_OK;
}

/* On record at both; is it named in the later round's word on the arrangement? */
static enum err unnamed(const struct diff_step *s, const struct both *p, uint32_t member)
{
	struct diff *d = s->d;
	if (!d->spoken || s->learned || d->in_structure ||
	    !(spoken_of(d->spoken, p->a->unit, d->to.rev) & SPOKEN_LATER))
		return ERR_OK;
	enum completion without = spoken_without(d->spoken, p->a->unit, member, SPOKEN_LATER, d->to.rev);
	uint32_t *ones;
	if (without == COMPLETION_UNSPECIFIED)
		return ERR_OK;
	for (size_t n = diff_ones(d, member, &ones), i = 0; i < n; i++)
		if (spoken_without(d->spoken, p->a->unit, ones[i], SPOKEN_LATER, d->to.rev) == COMPLETION_NO)
			return ERR_OK;
	bool ended = without == COMPLETION_YES;
	struct msg_diff_row *row =
	    diff_row(d, ended ? DIFFERENCE_ENDED : DIFFERENCE_NOT_FOUND_AGAIN, SUBJECT_LINK, p->a->unit);
	if (!row)
		return ERR_TOO_LARGE;
	row->field = msg_code_name(&msg_enum_link_type, LINK_TYPE_PARTICIPATES_IN);
	row->before_text = diff_name(d, member, s->day_a);
	diff_others(d, row, &member, 1);
	diff_note(d, row,
		  arena_printf(d->r->a,
			       ended ? "%s names all participants, and it is not among them"
				     : "%s does not name it, nor says that it names all",
			       later_rounds(d)));
	return ERR_OK;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static enum err participants(const struct diff_step *s, const struct both *p)
{
	const struct arrangement *side[] = {p->a, p->b};
	size_t n = 0;
	enum err e = ERR_OK;
	uint32_t *all = arena_alloc(
	    s->d->work,
	    (p->a->n_participants + p->a->n_possible + p->b->n_participants + p->b->n_possible + 1) * sizeof *all);
	for (int i = 0; i < 2; i++) {
		for (size_t k = 0; k < side[i]->n_participants; k++)
			all[n++] = side[i]->participants[k];
		for (size_t k = 0; k < side[i]->n_possible; k++)
			all[n++] = side[i]->possible[k];
	}
	qsort(all, n, sizeof *all, by_number);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		if (i && all[i] == all[i - 1])
			continue;
		enum part a = part_of(p->a, all[i]), b = part_of(p->b, all[i]);
		/* Under another number it may have taken part before, or take part still. */
		bool same = !s->learned && part_of_ones(s->d, p->a, all[i]) == part_of_ones(s->d, p->b, all[i]);
		if (a != b && !same)
			e = put_member(s, p, all[i], a, b);
		else if (a == PART_YES && b == PART_YES)
			e = unnamed(s, p, all[i]);
	}
	return e;
}

/* Several rounds may each have named a host, and nobody ended the first: it is the one that the later round names. */
static uint32_t host_after(const struct diff_step *s, const struct both *p)
{
	struct diff *d = s->d;
	struct unit_link *links;
	if (!d->spoken || s->learned || d->in_structure)
		return p->b->host;
	size_t n = unit_links_to(d->r->v, LINK_TYPE_HOSTS, p->b->unit, s->day_b, d->work, &links);
	for (size_t i = 0; i < n; i++) {
		if (spoken_host(d->spoken, p->b->unit, links[i].link.a))
			return links[i].link.a;
	}
	return p->b->host;
}

static enum err host(const struct diff_step *s, const struct both *p)
{
	struct diff *d = s->d;
	uint32_t a = p->a->host, b = host_after(s, p), both[2], n = 0;
	if (a == b || (!s->learned && same_first(d->same, d->n_same, a) == same_first(d->same, d->n_same, b)))
		return ERR_OK;
	struct msg_diff_row *row = diff_row(d, DIFFERENCE_CHANGED, SUBJECT_LINK, p->a->unit);
	if (!row)
		return ERR_TOO_LARGE;
	row->field = msg_code_name(&msg_enum_link_type, LINK_TYPE_HOSTS);
	diff_link_fate(s, LINK_TYPE_HOSTS, b ? b : a, p->a->unit, b != 0, row);
	if (a && b && (row->what == DIFFERENCE_NEW || row->what == DIFFERENCE_FOUND_LATE))
		row->what = s->learned ? DIFFERENCE_CORRECTED : DIFFERENCE_CHANGED;
	row->before_text = a ? diff_name(d, a, d->in_structure ? d->structure : s->day_a) : "";
	row->after_text = b ? diff_name(d, b, d->in_structure ? d->structure : s->day_b) : "";
	both[n] = a;
	n += a != 0;
	both[n] = b;
	n += b != 0;
	diff_others(d, row, both, n);
	return ERR_OK;
}

/* ---- the section ------------------------------------------------------------------------------------ */

static void put_members(const struct diff_step *s, const struct both *p, struct msg_diff_row *row)
{
	const struct arrangement *x = p->b ? p->b : p->a;
	bool begins = row->what == DIFFERENCE_NEW || row->what == DIFFERENCE_FOUND_LATE || !p->a;
	const char *who = diff_names(s->d, x->participants, x->n_participants,
				     s->d->in_structure ? s->d->structure
				     : begins           ? s->day_b
							: s->day_a);
	if (*who) {
		const char **text = begins ? &row->after_text : &row->before_text;
		*text = arena_printf(s->d->r->a, "%s: %s", *text, who);
	}
	if (!row->n_others)
		diff_others(s->d, row, x->participants, x->n_participants);
}

/* It is there now, and perhaps was before, as nobody says when it began. Does the earlier round say that it was not? Else
 * only the lists say that it is new, and nobody declared those complete. */
static void not_before(const struct diff_step *s, const struct both *p, struct msg_diff_row *row)
{
	struct diff *d = s->d;
	const struct arrangement *x = p->b;
	unsigned as = d->between && !s->learned ? spoken_of(d->spoken, x->unit, d->to.rev) : 0;
	bool unsaid = p->x.lives && p->y.lives && p->y.life.life.from.lo == WHEN_DAY_MIN, declared = false, some;
	uint32_t *units;
	if (row->what != DIFFERENCE_NEW || !row->n_notes)
		return;
	if ((as & SPOKEN_LATER) && !(as & SPOKEN_EARLIER)) {
		size_t n = members(d, x, &units);
		struct spoken_scope scope = {
		    .n_rounds = d->n_earlier, .rounds = d->earlier, .from = d->from.day, .to = d->to.day};
		declared = spoken_declared(d->r, &scope, "arrangement", units, n, &some);
		row->n_notes = declared ? 0 : row->n_notes;
		diff_note(d, row,
			  arena_printf(d->r->a,
				       declared ? "%s declares its list of arrangements complete, and it is not on it"
						: "%s does not speak of it",
				       round_ids(d, d->earlier, d->n_earlier)));
	}
	if (unsaid && !declared)
		row->what = DIFFERENCE_NOT_LISTED_BEFORE;
}

/* A round that speaks of it is sure of it, whatever the record attests: it may have been entered before an earlier
 * round was. A life has no gap, so that what was there surely at the one point has begun, and has not ended, by the
 * other. */
static void attest(const struct diff_step *s, uint32_t unit, struct both *p)
{
	struct diff *d = s->d;
	struct unit_life *x = &p->x.life, *y = &p->y.life;
	if (s->learned || !d->spoken || !p->x.lives || !p->y.lives || x->life.life != y->life.life)
		return;
	unsigned as = spoken_of(d->spoken, unit, d->to.rev);
	bool then = x->truth == TRUTH_CERTAIN || as & SPOKEN_EARLIER,
	     now = y->truth == TRUTH_CERTAIN || as & SPOKEN_LATER;
	struct when from = when_day(s->day_a), open = {0};
	if (then && !now)
		now = when_covers(&from, &y->life.to, s->day_b) == TRUTH_CERTAIN;
	else if (now && !then)
		then = when_covers(&x->life.from, &open, s->day_a) == TRUTH_CERTAIN;
	x->truth = then ? TRUTH_CERTAIN : x->truth;
	y->truth = now ? TRUTH_CERTAIN : y->truth;
}

static enum err one(const struct diff_step *s, struct both *p)
{
	struct diff *d = s->d;
	uint32_t unit = p->a ? p->a->unit : p->b->unit;
	struct msg_diff_row *row = NULL;
	if (!inside(d, p->a) && !inside(d, p->b))
		return answer_work(d->r);
	diff_state_read(d, unit, s->a, s->day_a, &p->x);
	diff_state_read(d, unit, s->b, s->day_b, &p->y);
	attest(s, unit, p);
	enum err e = diff_presence(s, unit, &p->x, &p->y, &row);
	if (e == ERR_OK && row)
		put_members(s, p, row);
	diff_look(d, s->b);
	if (e == ERR_OK && row && p->b)
		not_before(s, p, row);
	if (e != ERR_OK || !p->a || !p->b)
		return e;
	if (!row)
		e = not_again(s, p);
	if (e == ERR_OK && !row)
		e = known_of_rounds(s, p);
	if (e == ERR_OK)
		e = diff_fields(s, unit, &p->x, &p->y, true);
	if (e == ERR_OK)
		e = host(s, p);
	if (e == ERR_OK)
		e = participants(s, p);
	return e == ERR_OK ? answer_work(d->r) : e;
}

enum err diff_arrangements(const struct diff_step *s)
{
	AUTO_ARENA struct arena *in = arena_under(s->d->r->a);
	struct kept a = {0}, b = {0};
	size_t i = 0, k = 0;
	enum err e = read_side(s, s->a, s->day_a, in, &a);
	if (e == ERR_OK)
		e = read_side(s, s->b, s->day_b, in, &b);
	while (e == ERR_OK && (i < a.n || k < b.n)) {
		struct both p = {0};
		uint32_t x = i < a.n ? a.list[i]->unit : UINT32_MAX, y = k < b.n ? b.list[k]->unit : UINT32_MAX;
		p.a = x <= y ? a.list[i++] : NULL;
		p.b = y <= x ? b.list[k++] : NULL;
		e = one(s, &p);
		arena_reset(s->d->work);
	}
	return e;
}
