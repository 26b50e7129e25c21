/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_submission.c - what holds for a whole submission, and the order of its sections.
 */
#include "query/judging.h"

static void take_head(struct judging *c, const struct msg_submission *m)
{
	c->root = "submission";
	c->src = take_source(c, m->source, "submission.source");
	c->src_text = m->source;
	c->locator = m->locator;
	c->reason = m->reason;
	if (m->mode == SUBMISSION_MODE_UNSPECIFIED)
		finding_add(&c->f, RULE_REQUIRED, "submission.mode", "the mode", NULL);
	c->complete = m->mode == SUBMISSION_MODE_COMPLETE;
	if (*m->round) {
		c->round = round_find(c, m->round);
		if (!c->round)
			finding_add(&c->f, RULE_UNKNOWN_ROUND, "submission.round", m->round, NULL);
		else
			c->structure_day = when_reference_day(&c->round->reference);
	}
	struct when expressed;
	if (take_when(c, m->expressed_in, "submission", "expressed_in", &expressed) &&
	    expressed.precision != WHEN_NONE) {
		c->has_expressed = true;
		c->expressed_in = c->structure_day = when_reference_day(&expressed);
	}
	if (c->complete && !c->round)
		finding_add(&c->f, RULE_COMPLETE_NEEDS, "submission.round", "a round", NULL);
}

static void take_scope(struct judging *c, const struct msg_submission *m)
{
	uint32_t area = c->round ? c->round->area : 0;
	if (m->scope) {
		c->scope = area;
		c->scope = take_unit(c, m->scope, "submission.scope", c->structure_day);
	} else {
		c->scope = area;
	}
	if (c->complete && !c->scope && c->round)
		finding_add(&c->f, RULE_COMPLETE_NEEDS, "submission.scope", "a scope, or a round with an area", NULL);
}

static bool within_limits(struct judging *c, const struct msg_submission *m)
{
	size_t n = m->n_units + m->n_links + m->n_arrangements + m->n_observations + m->n_retractions +
		   m->n_completeness + m->n_identities;
	for (size_t i = 0; i < m->n_arrangements; i++)
		n += m->arrangements[i].n_participants;
	if (n == 0)
		finding_add(&c->f, RULE_EMPTY_MESSAGE, "submission", NULL);
	if (n <= c->j->limits.statements_max)
		return true;
	finding_add(&c->f, RULE_TOO_MANY, "submission", "statements", PATH(c, "%zu", n),
		    PATH(c, "%u", c->j->limits.statements_max), NULL);
	return false;
}

void judge_submission(struct judging *c, const struct msg_submission *m)
{
	if (!within_limits(c, m))
		return;
	take_head(c, m);
	/* Units first: the scope and everything after may name them. */
	judge_units(c, m);
	if (m->n_units)
		judging_lay(c);
	take_scope(c, m);
	judge_arrangements(c, m);
	if (m->n_arrangements)
		judging_lay(c);
	judge_links(c, m);
	judge_observations(c, m);
	judge_retractions(c, m);
	judge_completeness(c, m);
	for (size_t i = 0; i < m->n_identities; i++)
		finding_add(&c->f, RULE_NOT_YET_APPLIED, PATH(c, "submission.identities[%zu]", i),
			    "same_as / not_same_as", NULL);
}

/* ---- retractions ---- */

struct retracting {
	uint32_t unit, indicator; /* 0 = every statement */
	uint64_t rev;
	const char *reason;
	size_t n;
};

/* Does the row of this fact's key still stand as that revision said it? */
static bool stands(struct judging *c, const struct fact *f, uint64_t rev)
{
	struct row r;
	bool found = false;
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct fact now;
	enum table t = TABLE_COUNT;
	switch (f->kind) {
	case FACT_OBS:
		t = TABLE_OBS;
		key_obs(&key, f->obs.series, f->obs.ref, f->obs.unit);
		break;
	case FACT_LINK:
		t = TABLE_LINK;
		key_link(&key, f->link.type, f->link.a);
		break;
	case FACT_ATTR:
		t = TABLE_ATTR;
		key_unit(&key, f->attr.unit);
		break;
	case FACT_NAME:
		t = TABLE_NAME_OF;
		key_unit(&key, f->name.unit);
		break;
	case FACT_CODE:
		t = TABLE_CODE_OF;
		key_unit(&key, f->code.unit);
		break;
	case FACT_LIFE:
		t = TABLE_LIFE;
		key_unit(&key, f->life.unit);
		break;
	case FACT_TERM:
	case FACT_DEF:
	case FACT_SCOPE:
	case FACT_EVENT:
	case FACT_EVENT_UNIT:
	case FACT_EDGE:
	case FACT_DUE:
	case FACT_TICK:
		return false;
	}
	AUTO_BUF struct buf was = {0}, is = {0};
	fact_put(&was, f);
	walk_begin(&w, c->v, t, buf_view(&key));
	while (!found && walk_next(&w, &r)) {
		if (r.rev != rev || row_fact(&r, &now) != ERR_OK)
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

static struct slice kept(struct judging *c, struct slice s)
{
	return (struct slice){arena_text(c->a, s.data, s.len), s.len};
}

static void retract(struct judging *c, const struct fact *f, struct retracting *what)
{
	struct fact *n = judging_fact(c, f->kind);
	struct msg_change *m = NULL;
	*n = *f;
	if (f->kind == FACT_OBS) {
		struct msg_value *before = NULL;
		const char *id = "";
		m = judging_change(c, CHANGE_KIND_RETRACTED, SUBJECT_OBSERVATION);
		n->obs.state = STATE_RETRACTED;
		n->obs.locator = kept(c, f->obs.locator);
		n->obs.value = (struct slice){NULL, 0};
		if (value_get(kept(c, f->obs.value), c->a, &before) == ERR_OK)
			m->before = before;
		if (series_parts(c->a, slice_text(word_text(c, SPACE_SERIES, f->obs.series)), &id, &m->categories,
				 &m->n_categories))
			m->field = id;
		m->period = word_text(c, SPACE_REF, f->obs.ref);
		m->source = word_text(c, SPACE_SOURCE, f->obs.src);
	} else if (f->kind == FACT_LINK) {
		m = judging_change(c, CHANGE_KIND_RETRACTED, SUBJECT_LINK);
		n->link.state = STATE_RETRACTED;
		n->link.locator = kept(c, f->link.locator);
		m->field = msg_code_name(&msg_enum_link_type, f->link.type);
	} else if (f->kind == FACT_ATTR) {
		m = judging_change(c, CHANGE_KIND_RETRACTED, SUBJECT_ATTRIBUTE);
		n->attr.state = STATE_RETRACTED;
		n->attr.locator = kept(c, f->attr.locator);
		n->attr.values = kept(c, f->attr.values);
		m->field = word_text(c, SPACE_TERM, f->attr.name);
	} else if (f->kind == FACT_NAME) {
		m = judging_change(c, CHANGE_KIND_RETRACTED, SUBJECT_NAME);
		n->name.state = STATE_RETRACTED;
		n->name.text = kept(c, f->name.text);
		m->before_text = n->name.text.data;
	} else if (f->kind == FACT_CODE) {
		m = judging_change(c, CHANGE_KIND_RETRACTED, SUBJECT_CODE);
		n->code.state = STATE_RETRACTED;
		n->code.text = kept(c, f->code.text);
		m->field = word_text(c, SPACE_TERM, f->code.scheme);
		m->before_text = n->code.text.data;
	} else {
		m = judging_change(c, CHANGE_KIND_RETRACTED, SUBJECT_UNIT);
		n->life.state = STATE_RETRACTED;
	}
	uint32_t units[2];
	unsigned k = fact_units(n, units);
	change_units(c, m, units[0], k > 1 ? units[1] : 0);
	m->supersedes = what->rev;
	m->reason = what->reason;
	what->n++;
}

/* What was said stands in the outcome of its record; what of it still stands is retracted. */
static void retract_from(struct judging *c, struct retracting *what)
{
	struct journal_reader *jr = NULL;
	struct journal_record rec;
	struct outcome o;
	uint64_t pos;
	enum err e = journal_read_begin(c->v->store, &jr);
	if (e == ERR_OK)
		e = journal_find(jr, what->rev, &pos);
	if (e == ERR_OK)
		e = journal_get(jr, pos, &rec);
	if (e == ERR_OK)
		e = outcome_get(rec.outcome, c->a, true, &o);
	for (size_t i = 0; e == ERR_OK && i < o.n_facts; i++) {
		const struct fact *f = &o.facts[i];
		uint32_t units[2];
		unsigned n = fact_units(f, units);
		bool mine = (n > 0 && units[0] == what->unit) || (n > 1 && units[1] == what->unit);
		if (!mine ||
		    (what->indicator && (f->kind != FACT_OBS || !of_indicator(c, f->obs.series, what->indicator))))
			continue;
		if (stands(c, f, what->rev))
			retract(c, f, what);
	}
	if (e != ERR_OK && e != ERR_NOT_FOUND && c->v->err == ERR_OK)
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
		retract_from(c, &what);
		if (what.n == 0)
			finding_add(&c->f, RULE_RETRACTS_NOTHING, path, rev, word_text(c, SPACE_UNIT, what.unit), NULL);
	}
}

/* ---- completeness ---- */

void judge_completeness(struct judging *c, const struct msg_submission *m)
{
	for (size_t i = 0; i < m->n_completeness; i++) {
		const struct msg_completeness *s = &m->completeness[i];
		const char *path = PATH(c, "submission.completeness[%zu]", i);
		uint32_t scope = c->scope;
		if (s->scope)
			scope = take_unit(c, s->scope, PATH(c, "%s.scope", path), c->structure_day);
		else if (!scope)
			finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.scope", path), "the scope", NULL);
		bool ok = scope && take_id(c, s->kind, PATH(c, "%s.kind", path));
		if (!c->round) {
			finding_add(&c->f, RULE_COMPLETE_NEEDS, "submission.round", "a round", NULL);
			ok = false;
		}
		if (s->complete == COMPLETION_UNSPECIFIED) {
			finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.complete", path), "whether it is complete", NULL);
			ok = false;
		}
		if (!ok)
			continue;
		judging_fact(c, FACT_SCOPE)->scope = (struct fact_scope){.round = c->round->id,
									 .unit = scope,
									 .kind = word_take(c, SPACE_TERM, s->kind),
									 .state = STATE_ASSERTED,
									 .completion = (uint8_t)s->complete,
									 .src = c->src};
		struct msg_change *ch = judging_change(c, CHANGE_KIND_ASSERTED, SUBJECT_COMPLETENESS);
		change_units(c, ch, scope, 0);
		ch->field = s->kind;
		ch->period = m->round;
		ch->after_text = msg_code_name(&msg_enum_completion, s->complete);
	}
}
