/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_submission.c - what holds for a whole submission, and the order of its sections.
 */
#include "query/judging.h"
#include <string.h>

#define PARTS_MAX 4 /* names, codes, attributes and tasks of a message, as a multiple of its statements */

static void take_head(struct judging *c, const struct msg_submission *m)
{
	c->root = "submission";
	c->src = take_source(c, m->source, "submission.source");
	c->src_text = m->source;
	c->locator = m->locator;
	c->reason = m->reason;
	if (m->mode == SUBMISSION_MODE_UNSPECIFIED)
		finding_add(&c->f, RULE_REQUIRED, "submission.mode", "the mode (patch or complete)", NULL);
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
	if (c->complete && m->n_units + m->n_links + m->n_arrangements)
		finding_add(&c->f, RULE_NOT_YET_APPLIED, "submission.mode",
			    "a complete submission of units, links or arrangements", NULL);
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

static size_t parts_of(const struct msg_unit_statement *u)
{
	size_t n = u->n_names + u->n_codes + u->n_attributes;
	for (size_t i = 0; i < u->n_attributes; i++)
		n += u->attributes[i].n_values;
	return n;
}

/* What is said once is kept with each thing that it is said of: it must be short. */
static bool short_notes(struct judging *c, const struct msg_submission *m)
{
	bool ok = take_note(c, m->locator, "submission.locator");
	ok = take_note(c, m->reason, "submission.reason") && ok;
	for (size_t i = 0; i < m->n_units; i++)
		if (strlen(m->units[i].locator) > NOTE_BYTES_MAX)
			ok = take_note(c, m->units[i].locator, PATH(c, "submission.units[%zu].locator", i));
	for (size_t i = 0; i < m->n_arrangements; i++)
		if (strlen(m->arrangements[i].locator) > NOTE_BYTES_MAX)
			ok = take_note(c, m->arrangements[i].locator,
				       PATH(c, "submission.arrangements[%zu].locator", i));
	for (size_t i = 0; i < m->n_retractions; i++)
		if (strlen(m->retractions[i].reason) > NOTE_BYTES_MAX)
			ok = take_note(c, m->retractions[i].reason, PATH(c, "submission.retractions[%zu].reason", i));
	return ok;
}

static bool within_limits(struct judging *c, const struct msg_submission *m)
{
	size_t n = m->n_units + m->n_links + m->n_arrangements + m->n_observations + m->n_retractions +
		   m->n_completeness + m->n_identities + m->n_weights;
	for (size_t i = 0; i < m->n_arrangements; i++)
		n += m->arrangements[i].n_participants;
	if (n == 0)
		finding_add(&c->f, RULE_EMPTY_MESSAGE, "submission", NULL);
	size_t parts = 0, parts_max = (size_t)c->j->limits.statements_max * PARTS_MAX;
	for (size_t i = 0; i < m->n_arrangements; i++)
		parts += m->arrangements[i].n_tasks;
	for (size_t i = 0; i < m->n_units; i++)
		parts += parts_of(&m->units[i]);
	if (parts > parts_max) {
		finding_add(&c->f, RULE_TOO_MANY, "submission", "names, codes, attributes and tasks",
			    PATH(c, "%zu", parts), PATH(c, "%zu", parts_max), NULL);
		return false;
	}
	if (n <= c->j->limits.statements_max)
		return true;
	finding_add(&c->f, RULE_TOO_MANY, "submission", "statements", PATH(c, "%zu", n),
		    PATH(c, "%u", c->j->limits.statements_max), NULL);
	return false;
}

/* Of what can be complete or not: arrangements, an indicator, or units of a kind that is on record. A misspelt word would
 * be taken, and say nothing of anything. */
static bool take_kind(struct judging *c, const char *kind, const char *path)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	if (!take_id(c, kind, path))
		return false;
	if (strcmp(kind, "arrangement") == 0 || indicator_find(c, kind))
		return true;
	uint32_t term = word_find(c, SPACE_TERM, kind);
	if (term) {
		key_kind(&key, term);
		walk_begin(&w, c->v, TABLE_KIND, buf_view(&key));
	}
	if (term && walk_next(&w, &row))
		return true;
	finding_add(&c->f, RULE_UNKNOWN_KIND, path, kind, NULL);
	return false;
}

static void judge_completeness(struct judging *c, const struct msg_submission *m)
{
	for (size_t i = 0; i < m->n_completeness; i++) {
		const struct msg_completeness *s = &m->completeness[i];
		const char *path = PATH(c, "submission.completeness[%zu]", i);
		uint32_t scope = c->scope;
		if (s->scope)
			scope = take_unit(c, s->scope, PATH(c, "%s.scope", path), c->structure_day);
		else if (!scope)
			finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.scope", path), "the scope", NULL);
		bool ok = scope && take_kind(c, s->kind, PATH(c, "%s.kind", path));
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
		uint32_t kind = word_take(c, SPACE_TERM, s->kind); /* before: a new word is a fact too */
		judging_fact(c, FACT_SCOPE)->scope = (struct fact_scope){.round = c->round->id,
									 .unit = scope,
									 .kind = kind,
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

void judge_submission(struct judging *c, const struct msg_submission *m)
{
	if (!within_limits(c, m) || !short_notes(c, m))
		return;
	take_head(c, m);
	/* Units first: the scope and everything after may name them. */
	struct said_unit *said = judge_units(c, m);
	take_scope(c, m);
	judge_containers(c, m, said);
	judging_lay(c); /* where a unit lies tells it from another of its name */
	judge_arrangements(c, m);
	judging_lay(c);
	judge_links(c, m);
	judging_lay(c);
	judge_observations(c, m);
	judge_retractions(c, m);
	judge_completeness(c, m);
	judge_identities(c, m);
	judge_weights(c, m);
}
