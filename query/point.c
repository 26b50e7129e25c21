/* SPDX-License-Identifier: Apache-2.0
 *
 * point.c - one of the two points that a question of change compares.
 */
#include "query/point.h"
#include <string.h>
#include "query/define.h"

static enum err point_round(struct answer *r, struct point *p, const char *what)
{
	const char *id = p->said->round;
	p->def = define_find(r->v, SPACE_ROUND, id, r->a, &p->round);
	if (!p->def)
		return fail(
		    &r->why, r->v->err ? r->v->err : ERR_NOT_FOUND,
		    "%s: no round \"%.100s\" is defined as of revision %llu: `varde catalogue rounds` lists them", what,
		    id, (unsigned long long)p->rev);
	return when_parse(p->def->reference, &p->when, &r->why);
}

/* A named period goes before the round's reference: a round may ask about several. */
static enum err point_period(struct answer *r, struct point *p, const char *what)
{
	char text[WHEN_TEXT_MAX];
	struct when period;
	enum err e = answer_when(r, p->said->period, what, &period);
	if (e == ERR_OK && period.precision != WHEN_NONE)
		p->when = period;
	if (e == ERR_OK && p->when.precision != WHEN_NONE)
		p->ref = view_term(r->v, SPACE_REF, slice_text(when_format(&p->when, text)));
	return e;
}

static enum err point_day(struct answer *r, struct point *p, const char *what)
{
	struct when at;
	enum err e = answer_when(r, p->said->valid_at, what, &at);
	if (e != ERR_OK)
		return e;
	if (at.precision == WHEN_DAY)
		p->day = at.lo;
	else if (at.precision != WHEN_NONE)
		return fail(&r->why, ERR_INVALID, "%s: valid_at is one day, such as 2020-06-30, not \"%.32s\"", what,
			    p->said->valid_at);
	else if (p->when.precision != WHEN_NONE)
		p->day = when_reference_day(&p->when);
	else if (!unit_today(r->v, &p->day)) /* today as it was then: r->today is that of the request's as_of */
		return fail(&r->why, ERR_INVALID, "%s: no day had turned in this store by revision %llu: name valid_at",
			    what, (unsigned long long)p->rev);
	if (p->when.precision != WHEN_NONE && p->day == WHEN_DAY_MAX)
		return fail(&r->why, ERR_INVALID, "%s: \"%.32s\" names no day: name valid_at too", what,
			    *p->said->period ? p->said->period : p->def->reference);
	return ERR_OK;
}

static const char *when_text(struct arena *a, const struct when *w)
{
	char text[WHEN_TEXT_MAX];
	when_format(w, text);
	return arena_text(a, text, strlen(text));
}

static void point_tell(struct answer *r, struct point *p)
{
	struct when day = when_day(p->day);
	struct msg_point *told = arena_alloc(r->a, sizeof *told);
	told->valid_at = when_text(r->a, &day);
	told->round = p->said->round;
	told->period = p->when.precision == WHEN_NONE ? "" : when_text(r->a, &p->when);
	told->as_of_revision = p->rev;
	told->as_of_time = told->as_of_tag = "";
	p->told = told;
	p->text = *told->period ? told->period : told->valid_at;
}

bool point_is_day(const struct point *p)
{
	return !p->round && p->when.precision == WHEN_NONE;
}

enum err point_settle(struct answer *r, const struct msg_point *said, const char *what, struct point *ret)
{
	*ret = (struct point){.said = said};
	if (!said)
		return fail(&r->why, ERR_INVALID,
			    "%s is not given: two points are compared, each a day, a round or a period", what);
	enum err e = answer_as_of(r, said->as_of_revision, said->as_of_time, said->as_of_tag, r->revision, &ret->rev);
	if (e != ERR_OK)
		return e;
	uint64_t as_of = r->v->as_of;
	r->v->as_of = ret->rev;
	if (*said->round)
		e = point_round(r, ret, what);
	if (e == ERR_OK)
		e = point_period(r, ret, what);
	if (e == ERR_OK)
		e = point_day(r, ret, what);
	r->v->as_of = as_of;
	if (e == ERR_OK)
		point_tell(r, ret);
	return e == ERR_OK ? r->v->err : e;
}

enum err point_order(struct answer *r, const struct point *from, const struct point *to)
{
	unsigned long long a = from->rev, b = to->rev;
	if (from->day > to->day)
		return fail(&r->why, ERR_INVALID,
			    "from (%s) is later than to (%s): a change is told from the earlier to the later, so swap "
			    "them",
			    from->text, to->text);
	if (a > b && from->day == to->day)
		return fail(&r->why, ERR_INVALID,
			    "from is as known as of revision %llu, later than to, revision %llu: what was known first "
			    "comes first, so swap them",
			    a, b);
	if (a > b)
		return fail(&r->why, ERR_INVALID,
			    "from is as known as of revision %llu, later than to, revision %llu: give both the same "
			    "as_of, or from the earlier one",
			    a, b);
	return ERR_OK;
}
