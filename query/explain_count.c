/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_count.c - a figure of a count, down to the messages that said of each thing that it was there.
 *
 * What may stand in the row is looked up in the index: units of the kind, arrangements, participations, links. Whether
 * it was there on the day is read from the change record that said so last (valid_from, valid_to), and counted again:
 * certain ones, and those that are only possible. Where a list is not declared complete it is "at least" so many
 * (explain_open.h); shares, means and rates are made of the counts.
 */
#include "query/explaining.h"
#include "query/explain_open.h"
#include "query/explain_things.h"
#include "query/same.h"
#include <stdlib.h>
#include <string.h>

/* ---- counting ----------------------------------------------------------------------------------------- */

struct tally {
	int64_t low, high;
	bool more; /* and nobody knows how many more */
};

static int by_thing(const void *a, const void *b)
{
	const struct thing *x = *(struct thing *const *)a, *y = *(struct thing *const *)b;
	if (x->counted != y->counted)
		return x->counted < y->counted ? -1 : 1;
	return (int)y->truth - (int)x->truth;
}

static int by_pair(const void *a, const void *b)
{
	const struct thing *x = *(struct thing *const *)a, *y = *(struct thing *const *)b;
	if (x->counted != y->counted)
		return x->counted < y->counted ? -1 : 1;
	if (x->other != y->other)
		return x->other < y->other ? -1 : 1;
	return (int)y->truth - (int)x->truth;
}

/* The things of a group (NULL: of all), each once; `pairs`: each participation. */
static struct tally tally_of(struct things *t, const char *key, bool pairs)
{
	struct tally n = {0};
	struct thing **list = arena_alloc(t->x->r->a, (t->n + 1) * sizeof *list);
	size_t k = 0;
	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].truth != TRUTH_NO && (!key || things_has_key(t->list[i].keys, t->list[i].n_keys, key)))
			list[k++] = &t->list[i];
	qsort(list, k, sizeof *list, by_pair);
	for (size_t i = 0, end; i < k; i = end) {
		bool certain = false;
		for (end = i; end < k && list[end]->counted == list[i]->counted &&
			      (!pairs || list[end]->other == list[i]->other);
		     end++)
			certain |= (key ? things_truth(t, list[end], key) : list[end]->whole) == TRUTH_CERTAIN;
		n.high++;
		n.low += certain;
	}
	return n;
}

/* The units that the groups of a row stand for; key NULL: whichever. */
static const uint32_t *groups_of(struct things *t, const char *key)
{
	uint32_t *groups = arena_alloc(t->x->r->a, t->n_axes * sizeof *groups);
	for (size_t i = 0; i < t->n_axes; i++) {
		const char *id = key ? things_key_part(t, key, i) : "";
		groups[i] = !key                                  ? OPEN_TOTAL
			    : *id && t->open_ask->axes[i].by_unit ? view_term(t->x->r->v, SPACE_UNIT, slice_text(id))
								  : 0;
	}
	return groups;
}

/* Units of the kind in a group (key NULL: in all of them), certain and possible. */
static struct tally all_of(struct things *t, const char *key)
{
	struct answer *r = t->x->r;
	struct tally n = {0};
	struct same *same;
	uint32_t *list, *seen;
	size_t k = unit_all_of_kind(r->v, t->kind, t->place, r->a, &list), n_same = same_read(r->v, r->a, &same),
	       n_seen = 0;
	seen = arena_alloc(r->a, (n_same + 1) * sizeof *seen);
	for (size_t i = 0; i < k; i++) {
		struct unit_life life;
		const char *const *keys;
		uint32_t first = same_first(same, n_same, list[i]);
		if (!scope_has(t->scope, list[i], t->place) || !unit_life_at(r->v, list[i], t->place, &life))
			continue;
		size_t n_keys = key ? things_keys(t, list[i], NULL, &keys) : 0;
		if (key && !things_has_key(keys, n_keys, key))
			continue;
		bool again = false; /* two that are one count once */
		for (size_t s = 0; s < n_seen && !again; s++)
			again = seen[s] == first;
		if (again)
			continue;
		for (size_t s = 0; s < n_same; s++)
			if (same[s].unit == list[i])
				seen[n_seen++] = first;
		n.high++;
		n.low += life.truth == TRUTH_CERTAIN;
	}
	n.more = open_units(t->open_ask, groups_of(t, key));
	if (n.more)
		explain_rule(t->x, arena_printf(r->a,
						"N is at least that: the list of units of kind %s has gaps, or may "
						"have",
						t->q->kind));
	return n;
}

/* ---- figures ------------------------------------------------------------------------------------------ */

static void ratio(mpq_ptr ret, int64_t n, int64_t of, unsigned times)
{
	mpq_set_si(ret, n * (int64_t)times, (unsigned long)of);
	mpq_canonicalize(ret);
}

static void between(struct made *m, const struct span *s)
{
	*m = span_exact(s) ? (struct made){.as = MADE_EXACT, .exact = s->low}
			   : (struct made){.as = MADE_BETWEEN, .span = *s};
}

/* n of `of`; at most the whole of it where `capped`. */
static void part(struct explain *x, struct tally n, bool open, struct tally of, unsigned times, bool capped,
		 struct made *m)
{
	struct span s = span_zero(x);
	if (!of.high) {
		*m = (struct made){.as = MADE_NOTHING, .words = "there is nothing that it could be a part of"};
		return;
	}
	if (!of.more)
		ratio(s.low, n.low, of.high, times);
	s.no_high = (open || !of.low) && !capped;
	if (capped && (open || !of.low || n.high > of.low))
		mpq_set_ui(s.high, times, 1);
	else if (!s.no_high)
		ratio(s.high, n.high, of.low, times);
	between(m, &s);
}

static const char *all_key(struct things *t, const char *key)
{
	return t->by_units ? things_units_key(t, key) : NULL;
}

/* What shares are of; NULL = everything. */
static const char *share_key(struct things *t, const char *key)
{
	for (size_t i = 0; i < t->n_axes && *t->q->share_of; i++)
		if (strcmp(t->q->share_of, t->axes[i].by) == 0)
			return things_whole_key(t, key, i);
	return NULL;
}

static bool is_open(struct things *t, const char *key)
{
	bool open = open_more(t->open_ask, groups_of(t, key));
	if (open && t->q->counted != COUNTED_PARTICIPANTS)
		explain_rule(t->x, open_rule(t->open_ask));
	return open;
}

/* How many of the group of a row, with what may be there beside what is on record. */
static struct tally tally_open(struct things *t, const char *key, bool *ret_open)
{
	struct tally n = tally_of(t, t->grouped ? key : NULL, false);
	*ret_open = is_open(t, key);
	if (*ret_open && t->q->counted == COUNTED_PARTICIPANTS) { /* at most all of the kind */
		struct tally all = all_of(t, all_key(t, key));
		if (all.more)
			explain_rule(t->x, "at least: what is on record is not declared complete there");
		else if (all.high > n.high)
			explain_rule(t->x, "at most all units of the kind: the lists of arrangements and participants "
					   "are not declared complete");
		n.more = all.more;
		n.high = all.high > n.high ? all.high : n.high;
	}
	return n;
}

/* ---- among the groups of the day -------------------------------------------------------------------------- */

#define LARGER_TOLD 10u

/* One more than the groups that have more: for certain, and perhaps. */
static void rank(struct things *t, struct made *m)
{
	struct explain *x = t->x;
	struct span s = span_zero(x);
	bool open, other_open;
	struct tally own = tally_open(t, x->key, &open);
	unsigned long surely = 0, perhaps = 0;
	const char *larger = "";
	for (size_t i = 0; i < x->n_peers; i++) {
		const struct msg_trend_row *row = x->peers[i];
		if (strcmp(row->group, x->row.group) == 0 && strcmp(row->group_name, x->row.group_name) == 0)
			continue;
		struct tally n = tally_open(t, things_row_key(t, row), &other_open);
		bool endless = n.more || (other_open && t->q->counted != COUNTED_PARTICIPANTS);
		surely += n.low > own.high && !own.more && !(open && t->q->counted != COUNTED_PARTICIPANTS);
		perhaps += endless || n.high > own.low;
		if ((endless || n.high > own.low) && perhaps <= LARGER_TOLD)
			larger = arena_printf(x->r->a, "%s%s%s %lld", larger, *larger ? ", " : "", row->group_name,
					      (long long)n.low);
	}
	mpq_set_ui(s.low, surely + 1, 1);
	mpq_set_ui(s.high, perhaps + 1, 1);
	between(m, &s);
	explain_rule(x, "the rank is one more than the number of groups with a larger figure; equal ones share it");
	explain_note(x, arena_printf(x->r->a, "among %zu groups%s%s%s", x->n_peers,
				     perhaps ? "; larger, for certain or perhaps: " : "", larger,
				     perhaps > LARGER_TOLD ? ", …" : ""));
}

/* Of the participations of the group, the sum of the squared shares of its units. */
static void concentration(struct things *t, struct made *m)
{
	struct explain *x = t->x;
	struct thing **list = arena_alloc(x->r->a, (t->n + 1) * sizeof *list);
	mpq_ptr squares = number(x), share = number(x);
	size_t n = 0, kept = 0;
	bool sure = true;
	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].truth != TRUTH_NO &&
		    (!t->grouped || things_has_key(t->list[i].keys, t->list[i].n_keys, x->key)))
			list[n++] = &t->list[i];
	qsort(list, n, sizeof *list, by_pair);
	for (size_t i = 0; i < n; i++)
		if (!i || list[i]->counted != list[kept - 1]->counted || list[i]->other != list[kept - 1]->other)
			list[kept++] = list[i];
	for (size_t i = 0, end; i < kept; i = end) {
		for (end = i; end < kept && list[end]->counted == list[i]->counted; end++)
			sure &= things_truth(t, list[end], x->key) == TRUTH_CERTAIN;
		mpq_set_ui(share, end - i, kept);
		mpq_canonicalize(share);
		mpq_mul(share, share, share);
		mpq_add(squares, squares, share);
	}
	*m = kept && sure ? (struct made){.as = MADE_EXACT, .exact = squares}
			  : (struct made){.as = MADE_NOTHING, .words = "not all participations are certain"};
	explain_rule(x, "the concentration is the sum of the squared shares that the units have of all participations");
}

static enum err make(struct things *t, struct made *m)
{
	struct explain *x = t->x;
	struct span s = span_zero(x);
	bool open;
	struct tally n = tally_open(t, x->key, &open);
	switch (x->figure.measure) {
	case MEASURE_COUNT:
		s.no_high = open && (t->q->counted != COUNTED_PARTICIPANTS || n.more);
		mpq_set_si(s.low, n.low, 1);
		mpq_set_si(s.high, n.high, 1);
		between(m, &s);
		return ERR_OK;
	case MEASURE_SHARE:
		part(x, n, false, tally_of(t, share_key(t, x->key), false), 100, true, m);
		explain_rule(x,
			     *t->q->share_of
				 ? arena_printf(x->r->a,
						"a share is of everything counted in the row's group by %s on the day, "
						"each thing once, in percent",
						t->q->share_of)
				 : "a share is of everything counted on the day, each thing once, in percent");
		return ERR_OK;
	case MEASURE_RATE:
		part(x, n, n.more, all_of(t, all_key(t, x->key)), 100, true, m);
		explain_rule(x, arena_printf(x->r->a, "the rate is of all units of kind %s on the day", t->q->kind));
		return ERR_OK;
	case MEASURE_MEAN:
		if (t->pairs)
			n = tally_of(t, t->grouped ? x->key : NULL, true);
		/* All of the kind may take part, and in more than is on record. */
		open |= t->open;
		part(x, n, t->pairs && open, all_of(t, all_key(t, x->key)), 1, false, m);
		explain_rule(x, arena_printf(x->r->a, "the mean is per unit of kind %s on the day", t->q->kind));
		return ERR_OK;
	case MEASURE_RANK:
		rank(t, m);
		return ERR_OK;
	case MEASURE_CONCENTRATION:
		concentration(t, m);
		return ERR_OK;
	case MEASURE_UNSPECIFIED:
	case MEASURE_VALUE:
	case MEASURE_SUM:
	case MEASURE_MEDIAN:
	case MEASURE_MIN:
	case MEASURE_MAX:
		break;
	}
	return fail(&x->r->why, ERR_INVALID, "counts have no such measure"); /* the count has refused it */
}

/* ---- items -------------------------------------------------------------------------------------------- */

static const char *pair_name(struct things *t, const struct thing *thing)
{
	struct explain *x = t->x;
	const char *name = unit_name(x->r->v, thing->unit, t->place, x->r->a);
	if (!thing->other)
		return name;
	return arena_printf(x->r->a, t->q->counted == COUNTED_LINKS ? "%s → %s" : "%s, in %s", name,
			    unit_name(x->r->v, thing->other, t->day, x->r->a));
}

struct msg_explain_item *things_item(struct things *t, const struct thing *thing)
{
	struct explain *x = t->x;
	struct msg_explain_item *item = explain_item(x);
	const struct msg_source *def = define_find(x->r->v, SPACE_SOURCE, thing->source, x->r->a, NULL);
	item->unit = unit_id(x->r->v, thing->unit, x->r->a);
	item->unit_name = pair_name(t, thing);
	item->period = x->row.period;
	item->source = thing->source;
	item->source_title = def ? def->title : "";
	item->locator = thing->locator;
	item->revision = thing->rev;
	item->message_id = thing->message_id;
	item->submitter = thing->submitter;
	item->system_time_us = thing->time_us;
	return item;
}

/* A participant that takes part in several arrangements is told once, by the first that names it for certain. */
static void tell(struct things *t)
{
	struct explain *x = t->x;
	struct thing **list = arena_alloc(x->r->a, (t->n + 1) * sizeof *list), *last = NULL;
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++)
		if (!t->grouped || things_has_key(t->list[i].keys, t->list[i].n_keys, x->key))
			list[n++] = &t->list[i];
	qsort(list, n, sizeof *list, by_thing);
	for (size_t i = 0; i < n; i++) {
		struct thing *thing = list[i];
		bool pairs =
		    t->pairs && (x->figure.measure == MEASURE_MEAN || x->figure.measure == MEASURE_CONCENTRATION);
		if (last && last->counted == thing->counted && (!pairs || last->other == thing->other))
			continue;
		last = thing;
		if (thing->truth == TRUTH_NO)
			continue;
		struct msg_explain_item *item = things_item(t, thing);
		bool certain = things_truth(t, thing, x->key) == TRUTH_CERTAIN;
		item->share = certain ? "1" : "";
		item->used->shown = certain ? "1" : "0–1";
		if (!certain) {
			item->used->low = "0";
			item->used->high = "1";
		}
	}
}

/* ---- the question ------------------------------------------------------------------------------------- */

/* What stands in the index is looked up as it was published by then; the log's own word is held against it
 * (explain_things.c). */
static enum err settle_published(struct explain *x, struct things *t)
{
	const char *by = t->q->published_by;
	const struct published_of of = published_of_count(x->r->v, t->q);
	enum err e = published_ask(x->r, by, &t->published);
	published_only(t->published, &of);
	if (e == ERR_OK)
		e = answer_when(x->r, by, "published_by", &x->published_by);
	return e == ERR_OK && *by ? answer_entered_by(x->r, x->published_by.hi, &x->entered_by) : e;
}

static enum err settle(struct explain *x, struct things *t)
{
	const struct msg_count_question *q = t->q;
	struct answer *r = x->r;
	struct when w;
	enum err e = answer_when(r, x->row.period, "dates", &w);
	t->day = t->place = w.lo;
	if (e == ERR_OK && *q->structure_at) {
		e = answer_when(r, q->structure_at, "structure_at", &w);
		t->place = w.lo;
		x->atoms = t->atoms = atoms_new(r->v, 0, r->a);
	}
	x->all_groups = x->figure.measure == MEASURE_SHARE;
	t->kind = *q->kind ? view_term(r->v, SPACE_TERM, slice_text(q->kind)) : 0;
	if (e == ERR_OK)
		e = scope_ask(r, q->units, q->n_units, q->subtree, t->place, &t->scope);
	if (e == ERR_OK)
		e = filter_ask(r, q->where, q->n_where, &t->where);
	if (e == ERR_OK)
		e = things_group_ask(t);
	x->key = things_row_key(t, &x->row);
	if (e == ERR_OK)
		e = settle_published(x, t);
	return e == ERR_OK ? round_word_read(r, q, t->published, &t->word) : e;
}

static void unspoken_rule(struct explain *x, const struct things *t)
{
	if (t->n_unspoken)
		explain_rule(x,
			     arena_printf(x->r->a,
					  "%u on record are not counted: %s, whose list is declared complete, does not "
					  "speak of them",
					  t->n_unspoken, round_word_names(t->word, t->day, true)));
	if (t->n_unnamed)
		explain_rule(x, arena_printf(x->r->a,
					     "%u participations on record are not counted: %s, which names all who "
					     "take part, does not name them",
					     t->n_unnamed, round_word_names(t->word, t->day, false)));
}

/* Whose lists, on which day, in which groups. */
static enum err read_open(struct things *t, struct open_ask *o)
{
	const struct msg_count_question *q = t->q;
	bool links = q->counted == COUNTED_LINKS;
	*o = (struct open_ask){.x = t->x,
			       .scope = t->scope,
			       .subtree = q->subtree,
			       .n_units = q->n_units,
			       .arrangements =
				   q->counted == COUNTED_ARRANGEMENTS || q->counted == COUNTED_PARTICIPANTS ||
				   strcmp(q->kind, "arrangement") == 0 ||
				   (links && (q->link == LINK_TYPE_PARTICIPATES_IN || q->link == LINK_TYPE_HOSTS)),
			       .participants = links || q->counted == COUNTED_PARTICIPANTS,
			       .n_axes = t->n_axes,
			       .open_lists = t->open,
			       .kind = t->kind,
			       .day = t->day,
			       .place = t->place};
	for (size_t i = 0; i < t->n_axes; i++) {
		const struct things_axis *x = &t->axes[i];
		o->axes[i] = (struct open_axis){.by_unit = x->by_units && !x->size_of && !x->by_attr,
						.by_size = x->size_of != NULL};
	}
	t->open_ask = o;
	return open_read(o);
}

enum err explain_count(struct explain *x)
{
	struct open_ask open;
	struct things t = {.x = x, .q = x->q->count};
	struct made made = {0};
	x->only = t.q->n_measures == 1 ? t.q->measures[0] : MEASURE_UNSPECIFIED;
	enum err e = explain_ask(x);
	if (e == ERR_OK)
		e = explain_find(x);
	if (e == ERR_OK)
		e = settle(x, &t);
	if (e == ERR_OK)
		e = things_gather(&t);
	unspoken_rule(x, &t);
	if (e == ERR_OK)
		e = read_open(&t, &open);
	if (e == ERR_OK)
		e = things_hear(&t);
	if (e == ERR_OK)
		tell(&t);
	if (e == ERR_OK && *x->figure.refused) {
		explain_refused(x);
	} else if (e == ERR_OK) {
		e = make(&t, &made);
		if (e == ERR_OK) {
			x->made = made;
			made_tell(x, &made, &x->recomputed);
			x->agrees = made_agrees(x, &made, &x->figure) && !x->unheard;
		}
	}
	if (x->unheard)
		explain_note(x, "the index has a statement that the log's change records do not have");
	for (size_t i = 0; i < x->row.n_notes; i++)
		explain_note(x, x->row.notes[i]);
	published_all(t.published);
	atoms_free(x->atoms);
	return e == ERR_OK ? x->r->v->err : e;
}
