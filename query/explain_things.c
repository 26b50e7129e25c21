/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_things.c - see explain_things.h.
 */
#include "query/explain_things.h"
#include <stdlib.h>
#include <string.h>

static const char *const no_key[] = {""};

/* ---- what is there ------------------------------------------------------------------------------------ */

static struct thing *thing_new(struct things *t, uint32_t unit, uint32_t other, uint64_t rev, enum truth limit)
{
	struct answer *r = t->x->r;
	t->list = arena_grow(r->a, t->list, t->n, t->n + 1, sizeof *t->list, &t->room);
	struct thing *x = &t->list[t->n++];
	*x = (struct thing){.counted = unit,
			    .unit = unit,
			    .other = other,
			    .log_a = unit,
			    .log_b = other,
			    .rev = rev,
			    .limit = limit,
			    .anywhere = limit,
			    .by_host = TRUTH_CERTAIN,
			    .n_keys = 1,
			    .keys = no_key,
			    .source = "",
			    .locator = "",
			    .submitter = ""};
	return x;
}

/* NO: a round asked for, whose list is declared complete, does not speak of it, so it is left out. */
static enum truth word_of(struct things *t, uint32_t arrangement)
{
	enum truth word = t->word ? round_word_of(t->word, t->day, arrangement) : TRUTH_CERTAIN;
	t->n_unspoken += word == TRUTH_NO;
	return word;
}

static enum err gather_units(struct things *t)
{
	struct answer *r = t->x->r;
	uint32_t *list;
	size_t n = unit_all_of_kind(r->v, t->kind, t->place, r->a, &list);
	enum err e = r->v->err;
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		struct unit_life life;
		enum truth word = TRUTH_NO;
		if (scope_has(t->scope, list[i], t->place) && unit_life_at(r->v, list[i], t->place, &life) &&
		    filter_unit(r, t->where, list[i], t->place))
			word = word_of(t, list[i]);
		if (word != TRUTH_NO) {
			struct thing *x = thing_new(t, list[i], 0, life.rev, word);
			x->counted = same_first(t->same, t->n_same, list[i]); /* two that are one count once */
			x->n_keys = things_keys(t, list[i], NULL, &x->keys);
		}
		e = answer_work(r);
	}
	return e;
}

static bool kind_counts(struct things *t, uint32_t unit)
{
	struct unit_life life;
	struct view *v = t->x->r->v;
	if (!t->kind)
		return true;
	if (unit_life_at(v, unit, t->place, &life) || unit_life_at(v, unit, t->day, &life))
		return life.life.kind == t->kind;
	return unit_kind(v, unit) == t->kind;
}

/* Does the territory of a reported unit lie, perhaps in part, in `unit` of the structure? */
static bool became(struct things *t, uint32_t reported, uint32_t unit)
{
	struct projected where = {0};
	bool found = reported == unit;
	if (found || !t->atoms ||
	    project_unit(t->atoms, reported, t->day, t->place, unit_kind(t->x->r->v, reported), &where) != ERR_OK)
		return found;
	for (size_t i = 0; i < where.n && !found; i++)
		found = where.parts[i].target == unit;
	project_clear(&where);
	return found;
}

static void participation(struct things *t, const struct arrangement *x, uint32_t unit, enum truth limit,
			  const struct unit_link *links, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!became(t, links[i].link.a, unit) ||
		    round_word_leaves_out(t->word, t->day, x->unit, links[i].link.a))
			continue;
		struct thing *p = thing_new(t, unit, x->unit, links[i].rev, limit);
		p->log_a = links[i].link.a;
		p->by_host = things_host_truth(x);
		p->n_keys = things_keys(t, unit, x, &p->keys);
	}
}

static void gather_participations(struct things *t, const struct arrangement *x, bool itself, enum truth word)
{
	struct unit_link *links;
	size_t n = unit_links_to(t->x->r->v, LINK_TYPE_PARTICIPATES_IN, x->unit, t->day, t->x->r->a, &links);
	for (size_t i = 0; i < x->n_participants + x->n_possible; i++) {
		bool certain = i < x->n_participants;
		uint32_t unit = certain ? x->participants[i] : x->possible[i - x->n_participants];
		if ((itself || scope_has(t->scope, unit, t->place)) && kind_counts(t, unit))
			participation(t, x, unit, certain && word == TRUTH_CERTAIN ? x->life.truth : TRUTH_POSSIBLE,
				      links, n);
	}
}

struct touch {
	bool certain, possible;
	size_t n_keys, room;
	const char **keys;
	enum truth *truths;
	size_t truths_room;
};

/* A participant or host that lies in the scope; by units it brings its group. */
static void touched(struct things *t, const struct arrangement *x, uint32_t unit, bool certain, bool itself,
		    struct touch *ret)
{
	const char *const *keys;
	struct arena *a = t->x->r->a;
	if (!unit || (!itself && !scope_has(t->scope, unit, t->place)))
		return;
	ret->certain |= certain;
	ret->possible = true;
	if (!t->by_units || (things_each_its_own(t) && !kind_counts(t, unit)))
		return;
	size_t n = things_keys(t, unit, x, &keys);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		while (k < ret->n_keys && strcmp(ret->keys[k], keys[i]) != 0)
			k++;
		if (k == ret->n_keys) {
			ret->keys = arena_grow(a, ret->keys, k, k + 1, sizeof *ret->keys, &ret->room);
			ret->truths = arena_grow(a, ret->truths, k, k + 1, sizeof *ret->truths, &ret->truths_room);
			ret->keys[k] = keys[i];
			ret->truths[k] = TRUTH_POSSIBLE;
			ret->n_keys++;
		}
		ret->truths[k] = certain ? TRUTH_CERTAIN : ret->truths[k];
	}
}

static void gather_arrangement(struct things *t, const struct arrangement *x)
{
	bool itself = scope_has(t->scope, x->unit, t->day);
	struct touch touch = {0};
	for (size_t i = 0; i < x->n_participants; i++)
		touched(t, x, x->participants[i], true, itself, &touch);
	for (size_t i = 0; i < x->n_possible; i++)
		touched(t, x, x->possible[i], false, itself, &touch);
	if (!x->n_possible_hosts)
		touched(t, x, x->host, true, itself, &touch);
	for (size_t i = 0; i < x->n_possible_hosts; i++)
		touched(t, x, x->possible_hosts[i], false, itself, &touch);
	enum truth word = itself || touch.possible ? word_of(t, x->unit) : TRUTH_CERTAIN;
	if (word == TRUTH_NO)
		return;
	t->open |= x->complete != COMPLETION_YES;
	if (!itself && !touch.possible)
		return;
	t->n_unnamed += x->unnamed;
	if (t->pairs) {
		gather_participations(t, x, itself, word);
		return;
	}
	enum truth limit = itself || touch.certain ? word : TRUTH_POSSIBLE;
	if (t->by_units && touch.n_keys) {
		/* Where it stands in several groups it may be certain in one and possible in another. */
		for (size_t i = 0; i < touch.n_keys; i++) {
			enum truth here = touch.truths[i] < word ? touch.truths[i] : word;
			struct thing *p = thing_new(t, x->unit, 0, x->life.rev, here);
			p->by_host = things_host_truth(x);
			p->anywhere = limit;
			p->internalised = x->internalised;
			p->counted = same_first(t->same, t->n_same, x->unit);
			p->n_keys = 1;
			p->keys = things_key_list(t, touch.keys[i]);
		}
		return;
	}
	struct thing *p = thing_new(t, x->unit, 0, x->life.rev, limit);
	p->by_host = things_host_truth(x);
	p->internalised = x->internalised;
	p->counted = same_first(t->same, t->n_same, x->unit);
	if (t->by_units && t->kind)
		p->n_keys = 0; /* it stands in no group, and counts where all are put together */
	else
		p->n_keys = things_keys(t, 0, x, &p->keys);
}

static enum err gather_arrangements(struct things *t)
{
	struct arrangements_ask ask = {.day = t->day, .atoms = t->atoms, .structure = t->place, .word = t->word};
	struct arrangements *l = arrangements_open(t->x->r, &ask);
	const struct arrangement *x;
	while (arrangements_next(l, &x))
		if (filter_arrangement(t->where, x))
			gather_arrangement(t, x);
	return arrangements_close(l);
}

static enum err gather_links_of(struct things *t, uint32_t unit)
{
	struct answer *r = t->x->r;
	struct unit_link *list;
	size_t n = unit_links_from(r->v, (uint8_t)t->q->link, unit, t->day, r->a, &list);
	for (size_t i = 0; i < n; i++) {
		const struct fact_link *f = &list[i].link;
		size_t same = i;
		bool in[2] = {scope_has(t->scope, f->a, t->day), scope_has(t->scope, f->b, t->day)};
		enum truth word = in[0] || in[1] ? word_of(t, f->b) : TRUTH_NO;
		if (word == TRUTH_NO)
			continue;
		for (size_t k = 0; k < i && same == i; k++)
			if (list[k].link.b == f->b && list[k].link.role == f->role && list[k].link.part == f->part)
				same = k;
		if (f->type == LINK_TYPE_PARTICIPATES_IN && round_word_leaves_out(t->word, t->day, f->b, f->a)) {
			t->n_unnamed += same == i && list[i].truth == TRUTH_CERTAIN;
			continue;
		}
		struct thing *p = thing_new(t, f->a, f->b, list[i].rev, word);
		p->counted = (uint64_t)unit << 32 | same;
		const char **keys = arena_alloc(r->a, 2 * sizeof *keys);
		size_t k = 0;
		for (size_t e = 0; e < 2; e++) {
			const char *const *one_key;
			if (in[e] && things_keys(t, e ? f->b : f->a, NULL, &one_key) &&
			    !explain_has_key(keys, k, one_key[0]))
				keys[k++] = one_key[0];
		}
		/* A group that one end stands in is enough; none is where neither does. */
		if (k == 2 && (things_key_less(t, keys[0], keys[1]) || things_key_less(t, keys[1], keys[0])))
			keys[0] = things_key_less(t, keys[0], keys[1]) ? keys[1] : keys[0], k = 1;
		p->n_keys = k;
		p->keys = keys;
	}
	return answer_work(r);
}

enum err things_gather(struct things *t)
{
	enum err e = ERR_OK;
	t->n_same = same_read(t->x->r->v, t->x->r->a, &t->same);
	switch (t->q->counted) {
	case COUNTED_UNITS:
		return gather_units(t);
	case COUNTED_ARRANGEMENTS:
	case COUNTED_PARTICIPANTS:
		return gather_arrangements(t);
	case COUNTED_LINKS:
		for (uint32_t u = 1; u <= view_terms(t->x->r->v, SPACE_UNIT) && e == ERR_OK; u++)
			e = gather_links_of(t, u);
		return e;
	case COUNTED_UNSPECIFIED:
		break;
	}
	return ERR_OK; /* the count has refused it */
}

/* ---- what the log says of it -------------------------------------------------------------------------- */

static int by_revision(const void *a, const void *b)
{
	const struct thing *x = *(struct thing *const *)a, *y = *(struct thing *const *)b;
	if (x->rev != y->rev)
		return x->rev < y->rev ? -1 : 1;
	if (x->log_a != y->log_a)
		return x->log_a < y->log_a ? -1 : 1;
	return (x->log_b > y->log_b) - (x->log_b < y->log_b);
}

struct hearing {
	struct things *t;
	struct thing **list;
	size_t n;
};

/* By the log's own word on who said it. */
static bool published_then(struct things *t, uint64_t rev, const char *source)
{
	struct explain *x = t->x;
	struct when w;
	if (!t->published || rev <= x->entered_by)
		return true;
	AUTO_ARENA struct arena *work = arena_new(0);
	const struct msg_source *def = define_find(x->r->v, SPACE_SOURCE, source, work, NULL);
	return def && when_parse(def->published, &w, NULL) == ERR_OK && w.precision && w.hi <= x->published_by.hi;
}

static void hear(struct things *t, struct thing *p, const struct journal_record *rec, const struct msg_change_set *set,
		 const struct msg_change *m)
{
	struct arena *a = t->x->r->a;
	struct when from, to;
	if (when_parse(m->valid_from, &from, NULL) != ERR_OK || when_parse(m->valid_to, &to, NULL) != ERR_OK ||
	    !published_then(t, p->rev, m->source))
		return;
	enum truth truth = when_covers(&from, &to, t->q->counted == COUNTED_UNITS ? t->place : t->day);
	enum truth here = truth < p->limit ? truth : p->limit, whole = truth < p->anywhere ? truth : p->anywhere;
	if (p->heard && here <= p->truth)
		return; /* another life, another role */
	p->heard = true;
	/* Where only an end was taken back the record says what stands again. */
	bool gone = m->kind == CHANGE_KIND_RETRACTED && !*m->after_text;
	p->truth = gone ? TRUTH_NO : here;
	p->whole = gone ? TRUTH_NO : whole;
	p->source = arena_text(a, m->source, strlen(m->source));
	p->locator = arena_text(a, m->locator, strlen(m->locator));
	p->submitter = arena_text(a, set->submitter, strlen(set->submitter));
	p->message_id = (struct slice){arena_text(a, (const char *)rec->id, sizeof rec->id), sizeof rec->id};
	p->time_us = rec->time_us;
}

static enum err hear_change(void *arg, const struct journal_record *rec, const struct msg_change_set *set,
			    const struct msg_change *m)
{
	struct hearing *h = arg;
	struct view *v = h->t->x->r->v;
	bool link = m->subject == SUBJECT_LINK && m->n_units == 2;
	if (!link && m->subject != SUBJECT_UNIT)
		return ERR_OK;
	if (link && strcmp(m->field, msg_code_name(&msg_enum_link_type, h->t->q->counted == COUNTED_LINKS
									    ? (int)h->t->q->link
									    : LINK_TYPE_PARTICIPATES_IN)) != 0)
		return ERR_OK;
	struct thing wanted = {.rev = h->list[0]->rev, .log_a = view_term(v, SPACE_UNIT, slice_text(m->units[0]))},
		     *key = &wanted;
	wanted.log_b = link ? view_term(v, SPACE_UNIT, slice_text(m->units[1])) : 0;
	size_t from = 0, to = h->n;
	while (from < to) {
		size_t mid = from + (to - from) / 2;
		if (by_revision(&h->list[mid], &key) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	for (; from < h->n && by_revision(&h->list[from], &key) == 0; from++)
		hear(h->t, h->list[from], rec, set, m);
	return ERR_OK;
}

enum err things_hear(struct things *t)
{
	struct answer *r = t->x->r;
	struct thing **list = arena_alloc(r->a, (t->n + 1) * sizeof *list);
	enum err e = r->failed = journal_read_renew(r->c->journal);
	for (size_t i = 0; i < t->n; i++)
		list[i] = &t->list[i];
	qsort(list, t->n, sizeof *list, by_revision);
	for (size_t i = 0, k; i < t->n && e == ERR_OK; i = k) {
		for (k = i; k < t->n && list[k]->rev == list[i]->rev; k++)
			;
		struct hearing h = {.t = t, .list = list + i, .n = k - i};
		e = explain_changes(t->x, list[i]->rev, hear_change, &h);
		if (e == ERR_OK)
			e = answer_work(r);
	}
	for (size_t i = 0; i < t->n; i++)
		t->x->unheard |= !t->list[i].heard;
	return e;
}
