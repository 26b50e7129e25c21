/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_undo.c - what events did is taken back, and what then differs from before is told.
 *
 * Everything that an event begins or ends says so (born_by, ended_by). What it began is retracted, what it ended is
 * open again; where the same statement stood before without it, that stands again. When all is applied anew, most of it
 * is as it was: only what differs remains a fact of the message, and gets a change record.
 */
#include "query/judging.h"
#include <stdlib.h>
#include <string.h>

/* Who began and ended a statement, where it is one that events begin and end. */
struct marks {
	enum fact_state *state;
	uint32_t *born, *ended;
	struct when *from, *to;
};

static bool marks_of(struct fact *f, struct marks *ret)
{
	if (f->kind == FACT_LIFE)
		*ret = (struct marks){&f->life.state, &f->life.born_by, &f->life.ended_by, &f->life.from, &f->life.to};
	else if (f->kind == FACT_NAME)
		*ret = (struct marks){&f->name.state, &f->name.born_by, &f->name.ended_by, &f->name.from, &f->name.to};
	else if (f->kind == FACT_CODE)
		*ret = (struct marks){&f->code.state, &f->code.born_by, &f->code.ended_by, &f->code.from, &f->code.to};
	else if (f->kind == FACT_LINK)
		*ret = (struct marks){&f->link.state, &f->link.born_by, &f->link.ended_by, &f->link.from, &f->link.to};
	else
		return false;
	return true;
}

static bool among(const struct replay *p, uint32_t event)
{
	for (size_t i = 0; event && i < p->n; i++)
		if (p->events[i].event == event)
			return true;
	return false;
}

/* Said by one who still says so: no event, or one that applies and is not being undone. */
static bool in_force(struct replay *p, uint32_t event)
{
	struct replay_event e;
	return !event || (!among(p, event) && event_on_record(p->c, event, &e) && event_applies(e.status));
}

/* The newest row under the key that none of the events had a hand in. `now`: the row as it is, where only its end is
 * theirs; what was taken back before it began, or began another day, is another version's. An end that yet another
 * event gave it before was undone when the later one was given: that event may not be applied any more. */
static bool stood_before(struct replay *p, enum table t, struct slice key, const struct marks *now, struct fact *ret)
{
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct marks m;
	walk_begin(&w, p->c->v, t, key);
	w.all_revisions = true;
	while (walk_next(&w, &row)) {
		if (!slice_eq(row.key, key))
			break;
		if (row_fact(&row, ret) != ERR_OK || !marks_of(ret, &m) || (now && *m.born != *now->born))
			continue;
		if (now && (*m.state == STATE_RETRACTED || !when_eq(m.from, now->from)))
			break;
		bool ended = now ? !*m.ended : in_force(p, *m.ended);
		if (*m.state == STATE_RETRACTED ? !among(p, *m.born) : in_force(p, *m.born) && ended) {
			keep_texts(p->c, ret);
			return true;
		}
	}
	return false;
}

static void undo_row(struct replay *p, const struct row *row)
{
	struct judging *c = p->c;
	struct fact f, before;
	struct marks m;
	if (row_fact(row, &f) != ERR_OK || !marks_of(&f, &m) || *m.state == STATE_RETRACTED)
		return;
	bool born = among(p, *m.born), ended = among(p, *m.ended);
	if (!born && !ended)
		return;
	keep_texts(c, &f);
	struct slice key = {arena_text(c->a, row->key.data, row->key.len), row->key.len};
	if (born) {
		if (stood_before(p, row->tab, key, NULL, &before)) {
			*judging_fact(c, f.kind) = before;
			return;
		}
		*m.state = STATE_RETRACTED;
	} else {
		if (stood_before(p, row->tab, key, &m, &before)) {
			*judging_fact(c, f.kind) = before;
			return;
		}
		*m.to = (struct when){0};
		*m.ended = 0;
	}
	*judging_fact(c, f.kind) = f;
}

static void undo_rows(struct replay *p, enum table t, struct slice prefix)
{
	AUTO_WALK struct walk w = {0};
	struct row row;
	walk_begin(&w, p->c->v, t, prefix);
	while (walk_next(&w, &row))
		if (t != TABLE_LINK_TO)
			undo_row(p, &row);
}

/* Links that come from elsewhere are undone under their own key. */
static void undo_links_to(struct replay *p, uint8_t type, uint32_t unit)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	uint32_t last = 0;
	key_link(&key, type, unit);
	walk_begin(&w, p->c->v, TABLE_LINK_TO, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK || f.link.a == last ||
		    (!among(p, f.link.born_by) && !among(p, f.link.ended_by)))
			continue;
		AUTO_BUF struct buf own = {0};
		last = f.link.a;
		key_link(&own, type, f.link.a);
		undo_rows(p, TABLE_LINK, buf_view(&own));
	}
}

static void undo_edges(struct replay *p, const struct replay_event *e)
{
	struct judging *c = p->c;
	for (size_t i = 0; i < e->m->n_sources; i++) {
		AUTO_BUF struct buf key = {0};
		AUTO_WALK struct walk w = {0};
		struct row row;
		struct fact f;
		key_unit(&key, ref_unit(c, &e->m->sources[i]));
		walk_begin(&w, c->v, TABLE_EDGE, buf_view(&key));
		while (walk_next(&w, &row)) {
			if (row_fact(&row, &f) != ERR_OK || f.edge.event != e->event || f.edge.state == STATE_RETRACTED)
				continue;
			f.edge.state = STATE_RETRACTED;
			*judging_fact(c, FACT_EDGE) = f;
		}
	}
}

static void undo_units_of(struct replay *p, const struct replay_event *e, uint32_t unit)
{
	struct judging *c = p->c;
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	if (!unit)
		return;
	key_unit(&key, unit);
	walk_begin(&w, c->v, TABLE_EVENT_OF, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK || f.event_unit.event != e->event)
			continue;
		f.event_unit.state = STATE_RETRACTED;
		*judging_fact(c, FACT_EVENT_UNIT) = f;
	}
}

/* The old version of the event being judged has no units, weights and day any more. */
static void undo_version(struct replay *p, const struct replay_event *e)
{
	struct judging *c = p->c;
	const struct msg_reorganisation_event *m = e->m;
	for (size_t i = 0; i < m->n_sources; i++)
		undo_units_of(p, e, ref_unit(c, &m->sources[i]));
	for (size_t i = 0; i < m->n_targets; i++) {
		const struct msg_target *t = &m->targets[i];
		undo_units_of(p, e, target_unit(c, t));
		undo_units_of(p, e, ref_unit(c, t->part_of));
		for (size_t k = 0; k < t->n_parts; k++)
			undo_units_of(p, e, ref_unit(c, &t->parts[k]));
	}
	for (size_t i = 0; i < m->n_moves; i++) {
		undo_units_of(p, e, ref_unit(c, m->moves[i].what));
		undo_units_of(p, e, ref_unit(c, m->moves[i].from));
		undo_units_of(p, e, ref_unit(c, m->moves[i].to));
	}
	retract_flow_weights(c, m, e->event);
}

void undo_events(struct replay *p, size_t from)
{
	struct judging *c = p->c;
	for (size_t i = 0; i < p->n_units; i++) {
		AUTO_BUF struct buf key = {0};
		uint32_t unit = p->units[i].unit;
		key_unit(&key, unit);
		undo_rows(p, TABLE_LIFE, buf_view(&key));
		undo_rows(p, TABLE_NAME_OF, buf_view(&key));
		undo_rows(p, TABLE_CODE_OF, buf_view(&key));
		for (uint8_t type = 1; type <= MOVABLE_LINK_MAX; type++) {
			key_link(&key, type, unit);
			undo_rows(p, TABLE_LINK, buf_view(&key));
			if (p->units[i].both)
				undo_links_to(p, type, unit);
		}
	}
	for (size_t i = from; i < p->n; i++) {
		const struct replay_event *e = &p->events[i];
		undo_edges(p, e);
		if (e->self)
			undo_version(p, e);
		if (event_applies(e->status) && e->effective.hi > c->today)
			judging_fact(c, FACT_DUE)->due = (struct fact_due){
			    .day = e->effective.hi, .kind = DUE_EVENT, .id = e->event, .state = STATE_RETRACTED};
	}
	kinds_forget(c->j); /* what was born may not be any more */
	c->retracts_life = true;
	judging_lay(c);
}

/* ---- what is left of it ---- */

struct last_word {
	enum table tab;
	struct slice key, val;
	size_t fact;
	bool taken;
};
struct taking {
	struct judging *c;
	struct last_word *word;
};

/* The first row of a fact names it. */
static void take_first(void *arg, enum table t, struct slice key, struct slice val)
{
	struct taking *k = arg;
	if (k->word->taken)
		return;
	k->word->taken = true;
	k->word->tab = t;
	k->word->key = (struct slice){arena_text(k->c->a, key.data, key.len), key.len};
	k->word->val = (struct slice){arena_text(k->c->a, val.data, val.len), val.len};
}

static void word_of(struct judging *c, size_t fact, struct last_word *ret)
{
	struct taking k = {c, ret};
	*ret = (struct last_word){.fact = fact};
	fact_rows(&c->facts[fact], c->in->rev, take_first, &k);
}

static int by_key(const void *a, const void *b)
{
	const struct last_word *x = a, *y = b;
	int d = x->tab != y->tab ? (x->tab < y->tab ? -1 : 1) : slice_cmp(x->key, y->key);
	return d ? d : (x->fact < y->fact) - (x->fact > y->fact); /* the last word first */
}

static int by_fact(const void *a, const void *b)
{
	const struct last_word *x = a, *y = b;
	return (x->fact > y->fact) - (x->fact < y->fact);
}

/* What others have said of a thing that an event began still holds when that event begins it again. */
static bool keep_said(struct fact *f, struct fact *old)
{
	struct marks now, was;
	if (!marks_of(f, &now) || !marks_of(old, &was) || *now.state == STATE_RETRACTED ||
	    *was.state == STATE_RETRACTED || !*was.born || *was.born != *now.born)
		return false;
	if (*was.state == STATE_CORRECTED && !*was.ended && !*now.ended) {
		*f = *old;
		return true;
	}
	if (*was.ended || *now.ended || was.to->precision == WHEN_NONE || now.to->precision != WHEN_NONE)
		return false;
	*now.to = *was.to;
	return true;
}

static void tell(struct judging *c, struct fact *f, struct fact *old, uint64_t rev)
{
	struct marks now, was;
	uint32_t units[2];
	if (!marks_of(f, &now))
		return;
	bool stood = old && marks_of(old, &was) && *was.state != STATE_RETRACTED;
	enum change_kind kind = CHANGE_KIND_ASSERTED;
	if (*now.state == STATE_RETRACTED)
		kind = CHANGE_KIND_RETRACTED;
	else if (now.to->precision != WHEN_NONE)
		kind = CHANGE_KIND_ENDED;
	else if (stood)
		kind = CHANGE_KIND_CORRECTED;
	enum subject s = f->kind == FACT_LIFE   ? SUBJECT_UNIT
			 : f->kind == FACT_NAME ? SUBJECT_NAME
			 : f->kind == FACT_CODE ? SUBJECT_CODE
						: SUBJECT_LINK;
	struct msg_change *m = judging_change(c, kind, s);
	unsigned n = fact_units(f, units);
	change_units(c, m, units[0], n > 1 ? units[1] : 0);
	if (f->kind == FACT_LIFE)
		m->field = word_text(c, SPACE_TERM, f->life.kind);
	else if (f->kind == FACT_NAME)
		m->after_text = arena_text(c->a, f->name.text.data, f->name.text.len);
	else if (f->kind == FACT_CODE)
		m->after_text = arena_text(c->a, f->code.text.data, f->code.text.len);
	else
		m->after_text = word_text(c, SPACE_TERM, f->link.role);
	if (f->kind == FACT_CODE)
		m->field = word_text(c, SPACE_TERM, f->code.scheme);
	if (f->kind == FACT_LINK)
		m->field = msg_code_name(&msg_enum_link_type, f->link.type);
	if (kind == CHANGE_KIND_RETRACTED) {
		m->before_text = m->after_text;
		m->after_text = "";
	}
	m->valid_from = when_text(c, now.from);
	m->valid_to = when_text(c, now.to);
	m->supersedes = stood ? rev : 0;
	m->reason = c->reason;
}

/* One last word against what stood before the message: true when it says something else. */
static bool differs(struct judging *c, struct last_word *w)
{
	struct fact *f = &c->facts[w->fact], old;
	struct marks m;
	struct row row;
	bool stood = view_get(c->v, w->tab, w->key, &row) && row_fact(&row, &old) == ERR_OK;
	if (stood) {
		keep_texts(c, &old);
		if (keep_said(f, &old))
			word_of(c, w->fact, w);
	}
	if (stood && slice_eq(row.val, w->val))
		/* A version that says the same again is one all the same: the next one names it, and its units tell of
		 * it. */
		return f->kind == FACT_EVENT || f->kind == FACT_EVENT_UNIT;
	if (!stood && ((marks_of(f, &m) && *m.state == STATE_RETRACTED) ||
		       (f->kind == FACT_EDGE && f->edge.state == STATE_RETRACTED) ||
		       (f->kind == FACT_DUE && f->due.state == STATE_RETRACTED)))
		return false; /* begun and taken back in one breath */
	tell(c, f, stood ? &old : NULL, stood ? row.rev : 0);
	return true;
}

void replay_settle(struct replay *p)
{
	struct judging *c = p->c;
	size_t n = 0, kept = 0;
	judging_lay(c);
	struct last_word *words = arena_alloc(c->a, (c->n_facts - p->first_fact + 1) * sizeof *words);
	for (size_t i = p->first_fact; i < c->n_facts; i++)
		if (c->facts[i].kind != FACT_TERM)
			word_of(c, i, &words[n++]);
	qsort(words, n, sizeof *words, by_key);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || words[i].tab != words[i - 1].tab || !slice_eq(words[i].key, words[i - 1].key))
			words[kept++] = words[i];
	qsort(words, kept, sizeof *words, by_fact);
	overlay_drop_after(c->v->over, c->in->pos - 1);
	c->n_changes = p->first_change;
	size_t to = p->first_fact;
	for (size_t i = 0; i < kept; i++)
		if (differs(c, &words[i]))
			c->facts[to++] = c->facts[words[i].fact];
	c->n_facts = to;
	c->laid = 0;
	/* The words of the message are facts too, and were among those dropped. */
	for (size_t i = 0; i < c->n_words; i++)
		judging_fact(c, FACT_TERM)->term =
		    (struct fact_term){c->words[i].space, c->words[i].id, {c->words[i].text, strlen(c->words[i].text)}};
	judging_lay(c);
}
