/* SPDX-License-Identifier: Apache-2.0
 *
 * quality.c - how good the answers to a survey are: what is asked, and what every part needs.
 */
#include "query/quality.h"
#include <string.h>

void quality_note(struct quality *x, const char *text)
{
	for (size_t i = 0; i < x->n_notes; i++)
		if (strcmp(x->notes[i], text) == 0)
			return;
	x->notes = arena_grow(x->r->a, x->notes, x->n_notes, x->n_notes + 1, sizeof *x->notes, &x->notes_room);
	x->notes[x->n_notes++] = text;
}

const char *quality_text(struct quality *x, enum space s, uint32_t id)
{
	struct slice text = id ? view_text(x->r->v, s, id) : (struct slice){0};
	return text.len ? arena_text(x->r->a, text.data, text.len) : "";
}

bool quality_inside(struct quality *x, uint32_t unit, int32_t day)
{
	return !x->scope || unit_inside(x->r->v, unit, x->scope, day);
}

bool quality_round_wanted(const struct quality *x, uint32_t round)
{
	return round <= x->n_rounds && x->rounds[round].wanted;
}

/* ---- what is asked ------------------------------------------------------------------------------------ */

static enum err learn_round(struct quality *x, uint32_t id)
{
	struct view *v = x->r->v;
	struct quality_round *round = &x->rounds[id];
	struct when reference;
	*round = (struct quality_round){.id = id, .wanted = !x->some, .day = WHEN_DAY_MAX};
	if (!id)
		return ERR_OK;
	round->def = define_get(v, SPACE_ROUND, id, x->r->a, NULL);
	if (!round->def) {
		round->wanted = false; /* a word, but not defined as of the question */
		return v->err;
	}
	if (when_parse(round->def->reference, &reference, NULL) == ERR_OK)
		round->day = when_reference_day(&reference);
	round->kind = view_term(v, SPACE_TERM, slice_text(round->def->unit_kind));
	const struct msg_unit_ref *area = round->def->area;
	if (area && area->id)
		round->area = view_term(v, SPACE_UNIT, slice_text(area->id->id));
	else if (area && answer_unit(x->r, area, round->day, &round->area) != ERR_OK)
		round->area = 0;
	round->wanted |= *x->q->survey && strcmp(round->def->survey, x->q->survey) == 0;
	return v->err;
}

static enum err ask_rounds(struct quality *x)
{
	struct answer *r = x->r;
	const struct msg_quality_question *q = x->q;
	x->some = *q->survey || q->n_rounds;
	if (*q->survey && !define_find(r->v, SPACE_SURVEY, q->survey, r->a, NULL))
		return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND,
			    "no survey \"%.100s\" is defined: `varde catalogue surveys` lists them", q->survey);
	x->n_rounds = view_terms(r->v, SPACE_ROUND);
	x->rounds = arena_alloc(r->a, ((size_t)x->n_rounds + 1) * sizeof *x->rounds);
	for (uint32_t i = 0; i <= x->n_rounds; i++) {
		enum err e = learn_round(x, i);
		if (e != ERR_OK)
			return e;
	}
	for (size_t i = 0; i < q->n_rounds; i++) {
		uint32_t id = view_term(r->v, SPACE_ROUND, slice_text(q->rounds[i]));
		if (!id || id > x->n_rounds || !x->rounds[id].def)
			return fail(&r->why, ERR_NOT_FOUND,
				    "no round \"%.100s\" is defined: `varde catalogue rounds` lists them",
				    q->rounds[i]);
		x->rounds[id].wanted = true;
	}
	return ERR_OK;
}

static enum err ask_all(struct quality *x)
{
	struct answer *r = x->r;
	const struct msg_quality_question *q = x->q;
	bool none = !q->response && !q->missing && !q->conflicts && !q->findings && !q->asymmetries;
	x->response = none || q->response;
	x->missing = none || q->missing;
	x->conflicts = none || q->conflicts;
	x->findings = none || q->findings;
	x->asymmetries = none || q->asymmetries;
	x->n_units = view_terms(r->v, SPACE_UNIT);
	if (*q->indicator && !define_find(r->v, SPACE_INDICATOR, q->indicator, r->a, NULL))
		return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND,
			    "no indicator \"%.100s\" is defined: `varde catalogue indicators` lists them",
			    q->indicator);
	enum err e = ask_rounds(x);
	r->findings.n = 0; /* of areas that cannot be found any more */
	if (e == ERR_OK && q->scope)
		e = answer_unit(r, q->scope, r->has_today ? r->today : WHEN_DAY_MAX, &x->scope);
	return e;
}

enum err ask_quality(struct answer *r, const struct msg_quality_question *q)
{
	AUTO_ARENA struct arena *work = arena_under(r->a);
	struct quality x = {.r = r, .q = q, .work = work};
	enum err e = ask_all(&x);
	if (e != ERR_OK)
		return e;
	answer_begin(r, 22, &msg_type_quality_answer, arena_alloc(r->a, sizeof(struct msg_quality_answer)));
	if (x.response || x.missing || x.conflicts)
		e = quality_cells(&x);
	if (e == ERR_OK && (x.findings || x.asymmetries))
		e = quality_log(&x);
	for (size_t i = 0; i < x.n_notes && e == ERR_OK; i++)
		e = answer_bytes(r, 6, slice_text(x.notes[i]));
	return e;
}
