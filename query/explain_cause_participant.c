/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_cause_participant.c - the causes of a change of how many units take part in something, or of their rate.
 *
 * Who takes part for certain is read from the log at the earlier point, as known then and as known now, and at the later
 * one. The units of the earlier point are followed to the later (explain_cause_reach.c), so that what they became there
 * can be held against who takes part there.
 */
#include "query/explain_causes.h"
#include "query/explain_things.h"
#include <stdlib.h>
#include <string.h>

struct gathering {
	struct things t;
	bool *sure, *may;         /* by unit: takes part in the row's group, for certain or perhaps */
	bool *anywhere, *perhaps; /* likewise, whatever its group */
	uint32_t n;               /* that do for certain, in the group */
	uint32_t of;              /* units of the kind in the group */
};
struct taking {
	struct causes *c;
	struct msg_count_question q;
	struct scope *all;
	struct filter *where;
	uint32_t kind, n_units;
	struct gathering at[POINTS];
	uint32_t min, max, most, came; /* what those of the earlier point became; of how many that came of it */
	uint32_t late;                 /* found late */
};

static int32_t point_day(const struct taking *s, int which)
{
	return which == POINT_TO ? s->c->to->day : s->c->from->day;
}

static uint32_t units_in(struct taking *s, int32_t day, uint32_t **ret)
{
	struct explain *x = s->c->x;
	size_t n = unit_all_of_kind(x->r->v, s->kind, day, x->r->a, ret), kept = 0;
	for (size_t i = 0; i < n; i++)
		if (causes_in(s->c, (*ret)[i], day))
			(*ret)[kept++] = (*ret)[i];
	return (uint32_t)kept;
}

/* Everybody that takes part in anything, wherever: with the borders they may come into the scope. */
static enum err gather(struct taking *s, int which)
{
	struct causes *c = s->c;
	struct explain *x = c->x;
	struct gathering *g = &s->at[which];
	uint32_t *units;
	int32_t day = point_day(s, which);
	g->t = (struct things){
	    .x = x, .q = &s->q, .scope = s->all, .where = s->where, .day = day, .place = day, .kind = s->kind};
	bool **lists[] = {&g->sure, &g->may, &g->anywhere, &g->perhaps};
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		*lists[i] = arena_alloc(x->r->a, (size_t)s->n_units + 1);
	x->r->v->as_of = which == POINT_THEN ? c->from->rev : c->to->rev;
	enum err e = things_group_ask(&g->t);
	if (e == ERR_OK)
		e = things_gather(&g->t);
	if (e == ERR_OK)
		e = things_hear(&g->t);
	for (size_t i = 0; i < g->t.n && e == ERR_OK; i++) {
		const struct thing *p = &g->t.list[i];
		bool certain = p->truth == TRUTH_CERTAIN,
		     in = (scope_has(c->scope, p->other, day) || scope_has(c->scope, p->unit, day)) &&
			  scope_group(c->scope, p->unit, day) == c->group;
		if (p->truth == TRUTH_NO)
			continue;
		g->n += in && certain && !g->sure[p->unit];
		g->sure[p->unit] |= in && certain;
		g->may[p->unit] |= in;
		g->anywhere[p->unit] |= certain;
		g->perhaps[p->unit] = true;
	}
	g->of = units_in(s, day, &units);
	x->r->v->as_of = c->to->rev;
	return e;
}

/* Was it known by the revision of the earlier point as one that takes part in anything? */
static bool known(struct taking *s, uint32_t unit)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct view *v = s->c->x->r->v;
	struct row row;
	v->as_of = s->c->from->rev;
	key_link(&key, LINK_TYPE_PARTICIPATES_IN, unit);
	walk_begin(&w, v, TABLE_LINK, buf_view(&key));
	bool found = walk_next(&w, &row);
	v->as_of = s->c->to->rev;
	return found;
}

static enum err follow(struct taking *s)
{
	struct explain *x = s->c->x;
	const struct gathering *then = &s->at[POINT_THEN], *from = &s->at[POINT_FROM];
	uint32_t *sources, *targets, least;
	struct causes_reach reach = {.x = x, .from_day = s->c->from->day, .to_day = s->c->to->day};
	reach.n_from = unit_all_of_kind(x->r->v, s->kind, s->c->from->day, x->r->a, &sources);
	reach.n_to = units_in(s, s->c->to->day, &targets);
	reach.from = sources;
	reach.to = targets;
	enum err e = causes_reach(&reach);
	if (e != ERR_OK)
		return e;
	bool *who = arena_alloc(x->r->a, reach.n_from + 1), *perhaps = arena_alloc(x->r->a, reach.n_from + 1);
	for (size_t i = 0; i < reach.n_from; i++) {
		who[i] = from->anywhere[sources[i]];
		perhaps[i] = from->perhaps[sources[i]];
	}
	causes_reach_who(&reach, who, &s->min, &s->max);
	causes_reach_who(&reach, perhaps, &least, &s->most);
	s->most = s->most > s->max ? s->most : s->max;
	for (size_t t = 0; t < reach.n_to; t++) {
		bool came = false;
		for (size_t i = 0; i < reach.n_from && !came; i++)
			came = reach.leads[i * reach.n_to + t];
		s->came += came;
	}
	for (uint32_t u = 1; u <= s->n_units; u++)
		s->late += from->sure[u] && !then->may[u] && !known(s, u);
	return x->r->v->err;
}

/* ---- the causes ------------------------------------------------------------------------------------------- */

/* So many, or so many of all in percent. */
static struct span measured(struct taking *s, uint32_t low, uint32_t high, uint32_t of)
{
	bool rate = s->c->q->measure == MEASURE_RATE;
	struct span x = span_zero(s->c->x);
	mpq_set_ui(x.low, rate ? low * 100ul : low, rate && of ? of : 1);
	mpq_set_ui(x.high, rate ? high * 100ul : high, rate && of ? of : 1);
	mpq_canonicalize(x.low);
	mpq_canonicalize(x.high);
	return x;
}

static struct span less(struct taking *s, const struct span *now, const struct span *then)
{
	struct span change = span_zero(s->c->x);
	span_add(&change, now);
	span_add_sign(&change, then, -1);
	return change;
}

static void put(struct taking *s, enum cause cause, const struct span *now, const struct span *then)
{
	struct span change = less(s, now, then);
	causes_put(s->c, cause, &change, 1);
}

static uint32_t nearest(uint32_t n, uint32_t min, uint32_t max)
{
	return n < min ? min : n > max ? max : n;
}

/* Units that came from nowhere dilute a rate. */
static void frame(struct taking *s, uint32_t k)
{
	uint32_t of = s->at[POINT_TO].of;
	struct span a = measured(s, s->min, s->min, of), b = measured(s, s->min, s->min, s->came),
		    c = measured(s, s->max, s->max, of), d = measured(s, s->max, s->max, s->came),
		    all = measured(s, k, k, of), part = measured(s, k, k, s->came);
	struct span low = less(s, &a, &b), high = less(s, &c, &d);
	bool up = mpq_cmp(low.low, high.low) < 0;
	struct span range = {.low = up ? low.low : high.low, .high = up ? high.low : low.low};
	causes_put(s->c, CAUSE_FRAME, &range, 1);
	s->c->fixed[CAUSE_FRAME] = less(s, &all, &part).low;
}

static void causes_of(struct taking *s)
{
	struct causes *c = s->c;
	const struct gathering *g = s->at;
	uint32_t n_to = g[POINT_TO].n, of_to = g[POINT_TO].of, known_then = g[POINT_FROM].n - s->late,
		 k = nearest(n_to, s->min, s->max), near = nearest(n_to, s->min, s->most);
	struct span then = measured(s, g[POINT_THEN].n, g[POINT_THEN].n, g[POINT_THEN].of),
		    corrected = measured(s, known_then, known_then, g[POINT_FROM].of),
		    from = measured(s, g[POINT_FROM].n, g[POINT_FROM].n, g[POINT_FROM].of),
		    to = measured(s, n_to, n_to, of_to), moved = measured(s, s->min, s->max, s->came),
		    moved_k = measured(s, k, k, s->came), before = measured(s, s->min, s->most, of_to),
		    before_k = measured(s, near, near, of_to);
	c->then = then;
	c->now = to;
	put(s, CAUSE_CORRECTION, &corrected, &then);
	put(s, CAUSE_FOUND_LATE, &from, &corrected);
	put(s, CAUSE_STRUCTURE, &moved, &from);
	c->fixed[CAUSE_STRUCTURE] = less(s, &moved_k, &from).low;
	if (c->q->measure == MEASURE_RATE)
		frame(s, k);
	put(s, CAUSE_REAL, &to, &before);
	c->fixed[CAUSE_REAL] = less(s, &to, &before_k).low;
	explain_note(c->x,
		     arena_printf(c->x->r->a,
				  "%u of %u took part as known then, %u of %u as known now; with the borders they "
				  "are %u to %u of %u; at the later point %u of %u take part",
				  g[POINT_THEN].n, g[POINT_THEN].of, g[POINT_FROM].n, g[POINT_FROM].of, s->min, s->max,
				  s->came, n_to, of_to));
	explain_rule(c->x, "of what the borders and the frame allow, the reading counts in which least really changed");
}

/* Those of the points that the cause is a matter of, each once, by the first arrangement that names it. */
static void tell(struct taking *s)
{
	struct causes *c = s->c;
	enum cause cause = c->x->q->cause;
	bool earlier = cause == CAUSE_CORRECTION || cause == CAUSE_FOUND_LATE,
	     alone = cause == CAUSE_STRUCTURE || cause == CAUSE_FRAME;
	for (int i = POINT_THEN; i < POINTS; i++) {
		bool *told = arena_alloc(c->x->r->a, (size_t)s->n_units + 1);
		bool part = earlier ? i != POINT_TO : alone ? i == POINT_FROM : i != POINT_THEN;
		for (size_t k = 0; part && cause != CAUSE_RESPONSE && cause != CAUSE_DEFINITION && k < s->at[i].t.n;
		     k++) {
			const struct thing *p = &s->at[i].t.list[k];
			if (told[p->unit] || !s->at[i].sure[p->unit] || p->truth != TRUTH_CERTAIN)
				continue;
			told[p->unit] = true;
			if (earlier && s->at[POINT_THEN].sure[p->unit] == s->at[POINT_FROM].sure[p->unit])
				continue; /* known then as now */
			struct msg_explain_item *item = things_item(&s->at[i].t, p);
			item->period = i == POINT_TO ? c->to->text : c->from->text;
			item->used->shown = i == POINT_THEN || (i == POINT_FROM && !earlier) ? "-1" : "1";
		}
	}
}

enum err causes_participants(struct causes *c)
{
	const struct msg_decompose_question *q = c->q;
	struct answer *r = c->x->r;
	struct taking *s = arena_alloc(r->a, sizeof *s);
	*s = (struct taking){.c = c,
			     .q = {.counted = q->counted, .kind = q->kind, .n_where = q->n_where, .where = q->where},
			     .kind = view_term(r->v, SPACE_TERM, slice_text(q->kind)),
			     .n_units = view_terms(r->v, SPACE_UNIT)};
	msg_fill_texts(&msg_type_count_question, &s->q);
	c->x->atoms = atoms_new(r->v, 0, r->a);
	enum err e = filter_ask(r, q->where, q->n_where, &s->where);
	if (e == ERR_OK)
		e = scope_ask(r, NULL, 0, false, c->to->day, &s->all);
	for (int i = 0; i < POINTS && e == ERR_OK; i++)
		e = gather(s, i);
	if (e == ERR_OK)
		e = follow(s);
	if (e == ERR_OK) {
		causes_of(s);
		tell(s);
	}
	c->x->atoms = atoms_free(c->x->atoms);
	return e;
}
