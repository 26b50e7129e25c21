/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose.c - why a measure changed between two points: what is asked, the scope, and who answers it.
 */
#include "query/decompose.h"
#include <string.h>
#include "query/basis.h"
#include "query/category.h"
#include "query/define.h"

/* ---- the scope -------------------------------------------------------------------------------------- */

uint32_t decompose_group(struct decompose *d, uint32_t unit, int32_t day)
{
	return scope_has(d->scope, unit, day) ? scope_group(d->scope, unit, day) : DECOMPOSE_NOWHERE;
}

bool decompose_may_be_negative(const struct decompose *d)
{
	return d->def && d->def->type != VALUE_TYPE_COUNT && d->def->type != VALUE_TYPE_PERCENT;
}

/* By their ids at both points: the same name may be another unit's at the other. */
static enum err ask_scope(struct decompose *d)
{
	struct answer *r = d->r;
	const struct msg_decompose_question *q = d->q;
	d->refs = arena_alloc(r->a, (q->n_units + 1) * sizeof *d->refs);
	for (size_t i = 0; i < q->n_units; i++) {
		uint32_t unit;
		enum err e = answer_unit(r, &q->units[i], d->to.day, &unit);
		if (e != ERR_OK)
			return e;
		d->refs[i] = (struct msg_unit_ref){.id = arena_alloc(r->a, sizeof *d->refs[i].id)};
		d->refs[i].id->id = unit_id(r->v, unit, r->a);
	}
	enum err e = scope_ask(r, d->refs, q->n_units, q->subtree, d->to.day, &d->scope);
	return e == ERR_OK ? scope_group_ask(d->scope, q->group_by) : e;
}

/* ---- what is asked ---------------------------------------------------------------------------------- */

static enum err ask_dimensions(struct decompose *d, const struct msg_indicator *def)
{
	const struct msg_decompose_question *q = d->q;
	for (size_t i = 0; i < q->n_categories; i++) {
		bool known = false;
		for (size_t k = 0; k < def->n_dimensions && !known; k++)
			known = strcmp(def->dimensions[k].id, q->categories[i].dimension) == 0;
		if (!known)
			return fail(&d->r->why, ERR_NOT_FOUND, "indicator \"%.80s\" has no dimension \"%.80s\"",
				    def->id, q->categories[i].dimension);
	}
	enum err e = categories_single(d->r, q->categories, q->n_categories);
	for (size_t k = 0; k < def->n_dimensions && e == ERR_OK; k++) {
		bool named = false;
		for (size_t i = 0; i < q->n_categories && !named; i++)
			named = strcmp(def->dimensions[k].id, q->categories[i].dimension) == 0;
		if (!named)
			return fail(
			    &d->r->why, ERR_INVALID,
			    "one category of each dimension is wanted: indicator \"%.80s\" has \"%.80s\", and no "
			    "category of it is named",
			    def->id, def->dimensions[k].id);
	}
	return e;
}

static enum err one_definition(struct decompose *d, const char *id, const struct msg_indicator **ret)
{
	*ret = define_find(d->r->v, SPACE_INDICATOR, id, d->r->a, NULL);
	if (!*ret)
		return fail(&d->r->why, d->r->v->err ? d->r->v->err : ERR_NOT_FOUND,
			    "no indicator \"%.100s\" is defined: `varde catalogue indicators` lists them", id);
	return ask_dimensions(d, *ret);
}

static enum err one_point(struct decompose *d, const struct point *p, const char *what)
{
	if (p->when.precision == WHEN_NONE)
		return fail(&d->r->why, ERR_INVALID,
			    "%s names only a day: an indicator is compared between two rounds or two periods", what);
	if (p->day != when_reference_day(&p->when))
		return fail(&d->r->why, ERR_INVALID,
			    "%s: figures of %s stand in the structure of that time, so valid_at is not named with it",
			    what, p->text);
	return ERR_OK;
}

static enum err ask_indicator(struct decompose *d)
{
	const struct msg_decompose_question *q = d->q;
	enum err e = one_definition(d, q->indicator, &d->def);
	d->def_to = d->def;
	if (e == ERR_OK && *q->indicator_to)
		e = one_definition(d, q->indicator_to, &d->def_to);
	if (e == ERR_OK)
		e = one_point(d, &d->from, "from");
	if (e == ERR_OK)
		e = one_point(d, &d->to, "to");
	if (e == ERR_OK && d->def->over_units != d->def_to->over_units)
		e = fail(&d->r->why, ERR_INVALID,
			 "\"%.80s\" does not aggregate as \"%.80s\" does: they are no one measure", d->def_to->id,
			 d->def->id);
	if (e == ERR_OK && q->n_where)
		e = fail(&d->r->why, ERR_INVALID, "filters are for arrangements, not for indicators");
	if (e != ERR_OK)
		return e;
	if (q->measure == MEASURE_RATE)
		return decompose_rate(d);
	if (q->measure != MEASURE_SUM && q->measure != MEASURE_VALUE)
		return fail(&d->r->why, ERR_INVALID, "measure: SUM, VALUE or RATE of an indicator can be decomposed");
	return decompose_indicator(d);
}

static enum err ask_counted(struct decompose *d)
{
	const struct msg_decompose_question *q = d->q;
	bool kind = q->counted == COUNTED_UNITS || q->counted == COUNTED_PARTICIPANTS;
	if (!kind && q->counted != COUNTED_ARRANGEMENTS)
		return fail(&d->r->why, ERR_INVALID,
			    "name an indicator, or what is counted: UNITS, ARRANGEMENTS or PARTICIPANTS");
	if (q->measure != MEASURE_COUNT && !(q->measure == MEASURE_RATE && q->counted == COUNTED_PARTICIPANTS))
		return fail(&d->r->why, ERR_INVALID,
			    "measure: COUNT of things counted can be decomposed, and RATE of participants");
	if (kind && !*q->kind)
		return fail(&d->r->why, ERR_INVALID, "kind is not given: which units are counted?");
	if (kind && !view_term(d->r->v, SPACE_TERM, slice_text(q->kind)))
		return fail(&d->r->why, ERR_NOT_FOUND,
			    "no unit is of kind \"%.100s\": `varde catalogue kinds` lists them", q->kind);
	if (q->n_where && q->counted == COUNTED_UNITS)
		return fail(&d->r->why, ERR_INVALID, "filters are for arrangements and participants, not for units");
	return decompose_counted(d);
}

static enum err ask_points(struct decompose *d)
{
	enum err e = point_settle(d->r, d->q->from, "from", &d->from);
	if (e == ERR_OK)
		e = point_settle(d->r, d->q->to, "to", &d->to);
	if (e == ERR_OK)
		e = point_order(d->r, &d->from, &d->to);
	if (e == ERR_OK && d->q->decimals > 6)
		e = fail(&d->r->why, ERR_INVALID, "%u decimals: 0 to 6 can be shown", d->q->decimals);
	if (e == ERR_OK && !d->q->measure)
		e = fail(&d->r->why, ERR_INVALID, "no measure is named: ask for SUM, VALUE, COUNT or RATE");
	/* Both are read as known at the later point, but for what the earlier one is compared with. */
	d->r->v->as_of = d->to.rev;
	uint32_t basis;
	if (e == ERR_OK)
		e = basis_ask(d->r, d->q->weight_basis, &basis);
	return e == ERR_OK ? ask_scope(d) : e;
}

enum err ask_decompose(struct answer *r, const struct msg_decompose_question *q)
{
	struct decompose *d = arena_alloc(r->a, sizeof *d);
	*d = (struct decompose){.r = r,
				.q = q,
				.all = amounts_new(r->a),
				.kept = amounts_new(r->a),
				.n_units = view_terms(r->v, SPACE_UNIT)};
	uint64_t as_of = r->v->as_of;
	enum err e = ask_points(d);
	if (e == ERR_OK) {
		d->head = arena_alloc(r->a, sizeof *d->head);
		answer_begin(r, 20, &msg_type_decompose_answer, d->head);
		e = *q->indicator ? ask_indicator(d) : ask_counted(d);
	}
	amounts_free(d->all);
	amounts_free(d->kept);
	r->v->as_of = as_of;
	return e;
}
