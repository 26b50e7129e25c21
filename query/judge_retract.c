/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_retract.c - taking back what should never have been said.
 *
 * What a revision said stands in the outcome of its record; what of it still stands is retracted. An end that is taken
 * back leaves what it ended open again; anything else is gone, and may be said again. What an event did is not taken
 * back piece by piece.
 */
#include "query/judging.h"
#include <string.h>

struct retracting {
	uint32_t unit, indicator; /* 0 = every statement */
	uint64_t rev;
	const char *reason;
	size_t n;
	bool event; /* that revision is a reorganisation */
};

/* The table of a statement and the part of its key that names its rows; false for what cannot be retracted. */
static bool table_of(const struct fact *f, enum table *ret, struct buf *key)
{
	switch (f->kind) {
	case FACT_OBS:
		*ret = TABLE_OBS;
		key_obs(key, f->obs.series, f->obs.ref, f->obs.unit);
		return true;
	case FACT_LINK:
		*ret = TABLE_LINK;
		key_link(key, f->link.type, f->link.a);
		return true;
	case FACT_ATTR:
		*ret = TABLE_ATTR;
		key_unit(key, f->attr.unit);
		return true;
	case FACT_NAME:
		*ret = TABLE_NAME_OF;
		key_unit(key, f->name.unit);
		return true;
	case FACT_CODE:
		*ret = TABLE_CODE_OF;
		key_unit(key, f->code.unit);
		return true;
	case FACT_LIFE:
		*ret = TABLE_LIFE;
		key_unit(key, f->life.unit);
		return true;
	case FACT_TERM:
	case FACT_DEF:
	case FACT_SCOPE:
	case FACT_EVENT:
	case FACT_EVENT_UNIT:
	case FACT_EDGE:
	case FACT_DUE:
	case FACT_TICK:
	case FACT_WEIGHT:
		break;
	}
	return false;
}

static enum fact_state *state_of(struct fact *f)
{
	switch (f->kind) {
	case FACT_OBS:
		return &f->obs.state;
	case FACT_LINK:
		return &f->link.state;
	case FACT_ATTR:
		return &f->attr.state;
	case FACT_NAME:
		return &f->name.state;
	case FACT_CODE:
		return &f->code.state;
	case FACT_LIFE:
		return &f->life.state;
	case FACT_TERM:
	case FACT_DEF:
	case FACT_SCOPE:
	case FACT_EVENT:
	case FACT_EVENT_UNIT:
	case FACT_EDGE:
	case FACT_DUE:
	case FACT_TICK:
	case FACT_WEIGHT:
		break;
	}
	return NULL;
}

static struct slice kept(struct judging *c, struct slice s)
{
	return (struct slice){arena_text(c->a, s.data, s.len), s.len};
}

void keep_texts(struct judging *c, struct fact *f)
{
	if (f->kind == FACT_OBS) {
		f->obs.locator = kept(c, f->obs.locator);
		f->obs.value = kept(c, f->obs.value);
	} else if (f->kind == FACT_LINK) {
		f->link.locator = kept(c, f->link.locator);
	} else if (f->kind == FACT_ATTR) {
		f->attr.locator = kept(c, f->attr.locator);
		f->attr.values = kept(c, f->attr.values);
	} else if (f->kind == FACT_NAME) {
		f->name.text = kept(c, f->name.text);
	} else if (f->kind == FACT_CODE) {
		f->code.text = kept(c, f->code.text);
	} else if (f->kind == FACT_EVENT) {
		f->event.body = kept(c, f->event.body);
	}
}

/* Does the newest row of this fact's key still say what that revision said? *ret_older is then what stood under the key
 * before it; kind 0 = nothing. */
static bool stands(struct judging *c, const struct fact *f, uint64_t rev, struct fact *ret_older)
{
	AUTO_BUF struct buf key = {0}, was = {0}, is = {0};
	AUTO_WALK struct walk w = {0};
	struct slice last = {0};
	struct row r;
	struct fact now;
	enum table t;
	bool found = false;
	memset(ret_older, 0, sizeof *ret_older);
	if (!table_of(f, &t, &key))
		return false;
	fact_put(&was, f);
	walk_begin(&w, c->v, t, buf_view(&key));
	w.all_revisions = true;
	while (walk_next(&w, &r)) {
		bool newest = !last.data || !slice_eq(last, r.key);
		if (found) {
			if (!newest && row_fact(&r, ret_older) == ERR_OK)
				keep_texts(c, ret_older);
			break;
		}
		last = r.key;
		if (!newest || r.rev != rev || row_fact(&r, &now) != ERR_OK)
			continue;
		buf_clear(&is);
		fact_put(&is, &now);
		found = slice_eq(buf_view(&was), buf_view(&is));
	}
	return found;
}

static bool of_indicator(struct judging *c, uint32_t series, uint32_t indicator)
{
	const char *id;
	struct msg_category *cat;
	size_t n;
	const char *text = word_text(c, SPACE_SERIES, series);
	return series_parts(c->a, slice_text(text), &id, &cat, &n) && word_find(c, SPACE_INDICATOR, id) == indicator;
}

/* What the change record says of the statement that is gone. */
static struct msg_change *retract_change(struct judging *c, const struct fact *f)
{
	struct msg_change *m = judging_change(c, CHANGE_KIND_RETRACTED, SUBJECT_UNIT);
	const char *id = "";
	if (f->kind == FACT_OBS) {
		m->subject = SUBJECT_OBSERVATION;
		if (value_get(f->obs.value, c->a, &m->before) != ERR_OK)
			m->before = NULL;
		if (series_parts(c->a, slice_text(word_text(c, SPACE_SERIES, f->obs.series)), &id, &m->categories,
				 &m->n_categories))
			m->field = id;
		m->period = word_text(c, SPACE_REF, f->obs.ref);
		m->source = word_text(c, SPACE_SOURCE, f->obs.src);
		m->locator = f->obs.locator.data;
	} else if (f->kind == FACT_LINK) {
		m->subject = SUBJECT_LINK;
		m->field = msg_code_name(&msg_enum_link_type, f->link.type);
		m->before_text = word_text(c, SPACE_TERM, f->link.role);
		m->locator = f->link.locator.data;
	} else if (f->kind == FACT_ATTR) {
		m->subject = SUBJECT_ATTRIBUTE;
		m->field = word_text(c, SPACE_TERM, f->attr.name);
		m->locator = f->attr.locator.data;
	} else if (f->kind == FACT_NAME) {
		m->subject = SUBJECT_NAME;
		m->before_text = f->name.text.data;
	} else if (f->kind == FACT_CODE) {
		m->subject = SUBJECT_CODE;
		m->field = word_text(c, SPACE_TERM, f->code.scheme);
		m->before_text = f->code.text.data;
	} else {
		m->field = word_text(c, SPACE_TERM, f->life.kind);
	}
	uint32_t units[2];
	unsigned n = fact_units(f, units);
	change_units(c, m, units[0], n > 1 ? units[1] : 0);
	return m;
}

/* What stands again, since only its end is taken back: since when, until when. */
static void stands_again(struct judging *c, const struct fact *f, struct msg_change *m)
{
	const struct when *from = &f->life.from, *to = &f->life.to;
	if (f->kind == FACT_LINK)
		from = &f->link.from, to = &f->link.to;
	else if (f->kind == FACT_ATTR)
		from = &f->attr.from, to = &f->attr.to;
	else if (f->kind == FACT_NAME)
		from = &f->name.from, to = &f->name.to;
	else if (f->kind == FACT_CODE)
		from = &f->code.from, to = &f->code.to;
	m->valid_from = when_text(c, from);
	m->valid_to = when_text(c, to);
	m->after_text = *m->valid_to ? "the end before" : "no end";
}

static void retract(struct judging *c, const struct fact *said, const struct fact *older, struct retracting *what)
{
	struct fact gone = *said, before = *older;
	keep_texts(c, &gone);
	struct msg_change *m = retract_change(c, &gone);
	m->supersedes = what->rev;
	m->reason = what->reason;
	/* The same key, asserted twice without a correction: the later statement only gave it an end. */
	bool ended = gone.kind != FACT_OBS && *state_of(&gone) == STATE_ASSERTED && before.kind == gone.kind &&
		     *state_of(&before) != STATE_RETRACTED;
	if (ended) {
		*judging_fact(c, gone.kind) = before;
		stands_again(c, &before, m);
	} else {
		*state_of(&gone) = STATE_RETRACTED;
		c->retracts_life |= gone.kind == FACT_LIFE;
		if (gone.kind == FACT_OBS)
			gone.obs.value = (struct slice){NULL, 0};
		*judging_fact(c, gone.kind) = gone;
	}
	what->n++;
}

static bool is_meant(struct judging *c, struct fact *f, const struct retracting *what)
{
	uint32_t units[2];
	unsigned n = fact_units(f, units);
	bool mine = (n > 0 && units[0] == what->unit) || (n > 1 && units[1] == what->unit);
	if (!mine || (what->indicator && (f->kind != FACT_OBS || !of_indicator(c, f->obs.series, what->indicator))))
		return false;
	/* What a correction or retraction took away is no statement of that revision. */
	const enum fact_state *state = state_of(f);
	return state && *state != STATE_RETRACTED;
}

static void retract_fact(struct judging *c, struct fact *f, struct retracting *what)
{
	struct fact older;
	if (is_meant(c, f, what) && stands(c, f, what->rev, &older))
		retract(c, f, &older, what);
}

static void retract_recorded(struct judging *c, struct slice outcome, struct retracting *what)
{
	struct outcome o = {0};
	enum err e = outcome_get(outcome, c->a, true, &o);
	for (size_t i = 0; e == ERR_OK && i < o.n_facts; i++)
		what->event |= o.facts[i].kind == FACT_EVENT;
	for (size_t i = 0; e == ERR_OK && !what->event && i < o.n_facts; i++)
		retract_fact(c, &o.facts[i], what);
	if (e != ERR_OK && c->v->err == ERR_OK)
		c->v->err = e;
}

struct laid_rows {
	struct judging *c;
	size_t n, room;
	struct fact *facts;
	bool event;
};

/* One row a statement: names, codes, links have others that say the same. */
static void take_row(void *arg, const struct row *row)
{
	struct laid_rows *l = arg;
	struct fact f;
	l->event |= row->tab == TABLE_EVENT;
	if (row->tab != TABLE_OBS && row->tab != TABLE_LINK && row->tab != TABLE_ATTR && row->tab != TABLE_NAME_OF &&
	    row->tab != TABLE_CODE_OF && row->tab != TABLE_LIFE)
		return;
	if (row_fact(row, &f) != ERR_OK)
		return;
	if (l->n == l->room)
		l->facts = arena_grow(l->c->a, l->facts, l->n, l->n + 1, sizeof *l->facts, &l->room);
	l->facts[l->n++] = f;
}

/* A revision of the group being written is not in the log yet: what it said is in the overlay. */
static void retract_pending(struct judging *c, struct retracting *what)
{
	struct laid_rows l = {.c = c};
	overlay_revision(c->v->over, what->rev, take_row, &l);
	what->event = l.event;
	for (size_t i = 0; !l.event && i < l.n; i++)
		retract_fact(c, &l.facts[i], what);
}

static void retract_from(struct judging *c, struct retracting *what)
{
	struct journal_reader *jr = NULL;
	struct journal_record rec;
	uint64_t pos;
	enum err e = journal_read_begin(c->v->store, &jr);
	if (e == ERR_OK)
		e = journal_find(jr, what->rev, &pos);
	if (e == ERR_NOT_FOUND) {
		retract_pending(c, what);
		e = ERR_OK;
	} else {
		if (e == ERR_OK)
			e = journal_get(jr, pos, &rec);
		if (e == ERR_OK)
			retract_recorded(c, rec.outcome, what);
	}
	if (e != ERR_OK && c->v->err == ERR_OK)
		c->v->err = e;
	journal_read_end(jr);
}

void judge_retractions(struct judging *c, const struct msg_submission *m)
{
	for (size_t i = 0; i < m->n_retractions; i++) {
		const struct msg_retraction *r = &m->retractions[i];
		const char *path = PATH(c, "submission.retractions[%zu]", i);
		struct retracting what = {.rev = r->revision};
		bool ok = take_reason(c, r->reason, PATH(c, "%s.reason", path), &what.reason);
		what.unit = take_unit(c, r->unit, PATH(c, "%s.unit", path), c->structure_day);
		if (*r->indicator) {
			what.indicator = word_find(c, SPACE_INDICATOR, r->indicator);
			if (!what.indicator)
				finding_add(&c->f, RULE_UNKNOWN_INDICATOR, PATH(c, "%s.indicator", path), r->indicator,
					    NULL);
			ok = ok && what.indicator;
		}
		const char *rev = PATH(c, "%llu", (unsigned long long)r->revision);
		if (r->revision == 0 || r->revision >= c->in->rev) {
			finding_add(&c->f, RULE_NO_SUCH_REVISION, PATH(c, "%s.revision", path), rev, NULL);
			ok = false;
		}
		if (!ok || !what.unit)
			continue;
		judging_lay(c); /* what this message has corrected or retracted does not stand any more */
		retract_from(c, &what);
		if (what.event)
			finding_add(&c->f, RULE_NOT_YET_APPLIED, PATH(c, "%s.revision", path),
				    "retracting what an event did", NULL);
		else if (what.n == 0)
			finding_add(&c->f, RULE_RETRACTS_NOTHING, path, rev, word_text(c, SPACE_UNIT, what.unit), NULL);
	}
}
