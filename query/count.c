/* SPDX-License-Identifier: Apache-2.0
 *
 * count.c - the count question: what is counted, on which days.
 *
 * Everything is looked up as of each day; nothing is read that was said in numbers. Days are those named, and the
 * reference days of rounds.
 */
#include "query/count.h"
#include <string.h>
#include "query/define.h"

/* On all days together, for each row that an answer may have: */
#define GROUPS_PER_ROW 16u
#define UNITS_PER_ROW  256u /* each costs a byte a day */

#define LIVES_TOLD 5u

int32_t count_place(const struct count *c, const struct count_day *d)
{
	return c->atoms ? c->structure : d->day;
}

bool count_asked(const struct count *c, enum measure m)
{
	for (size_t i = 0; i < c->q->n_measures; i++) {
		if (c->q->measures[i] == m)
			return true;
	}
	return false;
}

/* ---- which days ------------------------------------------------------------------------------------- */

static const char *day_text(struct count *c, int32_t day)
{
	char text[WHEN_TEXT_MAX];
	struct when w = when_day(day);
	when_format(&w, text);
	return arena_text(c->r->a, text, strlen(text));
}

static void day_add(struct count *c, int32_t day, uint32_t round)
{
	size_t at = 0;
	while (at < c->n_days && c->days[at].day < day)
		at++;
	if (at < c->n_days && c->days[at].day == day) {
		if (c->days[at].round != round)
			c->days[at].round = c->days[at].round && round ? 0 : c->days[at].round | round;
		return;
	}
	c->days = arena_grow(c->r->a, c->days, c->n_days, c->n_days + 1, sizeof *c->days, &c->days_room);
	memmove(&c->days[at + 1], &c->days[at], (c->n_days++ - at) * sizeof *c->days);
	c->days[at] = (struct count_day){.day = day, .text = day_text(c, day), .round = round};
}

static enum err day_ask(struct count *c, const char *text, const char *what, uint32_t round)
{
	struct when w;
	enum err e = answer_when(c->r, text, what, &w);
	if (e != ERR_OK)
		return e;
	int32_t day = w.precision == WHEN_NONE ? WHEN_DAY_MAX : when_reference_day(&w);
	if (day == WHEN_DAY_MAX)
		return fail(&c->r->why, ERR_INVALID, "%s: \"%.40s\" names no day", what, text);
	day_add(c, day, round);
	return ERR_OK;
}

static enum err round_ask(struct count *c, const char *id)
{
	AUTO_ARENA struct arena *work =
	    arena_new(0); /* a definition names its frame's members: of thousands it adds up */
	uint32_t round;
	const struct msg_round *def = define_find(c->r->v, SPACE_ROUND, id, work, &round);
	if (!def)
		return fail(&c->r->why, c->r->v->err ? c->r->v->err : ERR_NOT_FOUND,
			    "no round \"%.100s\" is defined: `varde catalogue rounds` lists them", id);
	return day_ask(c, def->reference, id, round);
}

static enum err survey_ask(struct count *c)
{
	struct answer *r = c->r;
	enum err e = ERR_OK;
	size_t n = 0;
	if (!view_term(r->v, SPACE_SURVEY, slice_text(c->q->survey)))
		return fail(&r->why, ERR_NOT_FOUND,
			    "no survey \"%.100s\" is defined: `varde catalogue surveys` lists them", c->q->survey);
	for (uint32_t i = 1, last = view_terms(r->v, SPACE_ROUND); i <= last && e == ERR_OK; i++) {
		AUTO_ARENA struct arena *work = arena_new(0);
		const struct msg_round *def = define_get(r->v, SPACE_ROUND, i, work, NULL);
		if (!def || strcmp(def->survey, c->q->survey) != 0)
			continue;
		e = day_ask(c, def->reference, def->id, i);
		n++;
	}
	if (e == ERR_OK && !n)
		return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND, "the survey \"%.100s\" has no round",
			    c->q->survey);
	return e;
}

static enum err days_ask(struct count *c)
{
	const struct msg_count_question *q = c->q;
	enum err e = ERR_OK;
	for (size_t i = 0; i < q->n_dates && e == ERR_OK; i++)
		e = day_ask(c, q->dates[i], "dates", 0);
	for (size_t i = 0; i < q->n_rounds && e == ERR_OK; i++)
		e = round_ask(c, q->rounds[i]);
	if (e == ERR_OK && *q->survey)
		e = survey_ask(c);
	if (e != ERR_OK || c->n_days)
		return e;
	if (!c->r->has_today)
		return fail(&c->r->why, ERR_INVALID,
			    "no day has turned in this store yet, so there is no today: name dates or rounds");
	day_add(c, c->r->today, 0);
	return ERR_OK;
}

/* ---- what is counted -------------------------------------------------------------------------------- */

static enum err structure_ask(struct count *c)
{
	struct answer *r = c->r;
	struct when w;
	enum err e = answer_when(r, c->q->structure_at, "structure_at", &w);
	if (e != ERR_OK || w.precision == WHEN_NONE)
		return e;
	if (w.precision != WHEN_DAY)
		return fail(&r->why, ERR_INVALID, "structure_at is one day, such as 2020-01-01, not \"%.32s\"",
			    c->q->structure_at);
	if (!c->of_arrangements)
		return fail(&r->why, ERR_INVALID,
			    "structure_at expresses participants in other units: count arrangements or participants");
	c->structure = w.lo;
	c->atoms = atoms_new(r->v, 0, r->a);
	return r->v->err;
}

/* A unit that is named is one of the structure asked for. */
static enum err scope_lives(struct count *c)
{
	struct answer *r = c->r;
	for (size_t i = 0; i < c->q->n_units && c->atoms; i++) {
		struct unit_life life;
		uint32_t unit = 0;
		enum err e = answer_unit(r, &c->q->units[i], c->structure, &unit);
		if (e != ERR_OK)
			return e;
		if (!unit_life_at(r->v, unit, c->structure, &life))
			return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND,
				    "%.80s does not live on %s: name units of that day",
				    unit_name(r->v, unit, c->structure, r->a), c->q->structure_at);
	}
	return ERR_OK;
}

static const char *lives_text(struct count *c, uint32_t unit)
{
	struct unit_life *list;
	struct arena *a = c->r->a;
	size_t n = unit_lives(c->r->v, unit, a, &list);
	const char *text = "";
	for (size_t i = 0; i < n && i < LIVES_TOLD; i++) {
		char from[WHEN_TEXT_MAX], to[WHEN_TEXT_MAX];
		when_format(&list[i].life.from, from);
		when_format(&list[i].life.to, to);
		text = arena_printf(a, "%s%s%s%s%s%s", text, i ? "; " : "", *from ? " from " : "", from,
				    *to ? " to " : "", to);
	}
	return text;
}

static bool lives(struct count *c, uint32_t unit, int32_t day)
{
	struct unit_life life;
	uint32_t first = same_first(c->same, c->n_same, unit);
	bool found = unit_life_at(c->r->v, unit, day, &life);
	for (size_t i = 0; i < c->n_same && !found; i++)
		found = c->same[i].first == first && unit_life_at(c->r->v, c->same[i].unit, day, &life);
	return found;
}

static bool any_lives(struct count *c, int32_t day)
{
	for (size_t i = 0; i < c->q->n_units; i++)
		if (lives(c, scope_unit(c->scope, i), day))
			return true;
	return !c->q->n_units;
}

/* On a day on which none of the units named lives there is nothing to count, which is not a count of nothing. */
static enum err scope_days(struct count *c)
{
	struct answer *r = c->r;
	size_t n = 0, absent = 0;
	c->absent = "";
	for (size_t i = 0; i < c->n_days; i++) {
		enum err e = answer_work(r);
		if (e != ERR_OK)
			return e;
		if (c->atoms || r->c->inner || any_lives(c, c->days[i].day))
			c->days[n++] = c->days[i];
		else if (absent++ < LIVES_TOLD)
			c->absent = arena_printf(r->a, "%s%s%s", c->absent, *c->absent ? ", " : "", c->days[i].text);
	}
	if (absent > LIVES_TOLD)
		c->absent = arena_printf(r->a, "%s, …", c->absent);
	c->n_days = n;
	if (n || r->v->err != ERR_OK)
		return r->v->err;
	uint32_t unit = scope_unit(c->scope, 0);
	return fail(&r->why, ERR_NOT_FOUND, "%.60s%s does not live on %.80s: it lives%.80s",
		    unit_name(r->v, unit, WHEN_DAY_MAX, r->a), c->q->n_units > 1 ? ", as the others named," : "",
		    c->absent, lives_text(c, unit));
}

/* A county is no municipality, and counts none, unless all inside it is meant. */
static enum err scope_kinds(struct count *c)
{
	struct answer *r = c->r;
	uint32_t arrangement = view_term(r->v, SPACE_TERM, slice_text("arrangement"));
	bool of_kind = c->q->counted == COUNTED_UNITS || c->q->counted == COUNTED_PARTICIPANTS;
	for (size_t i = 0; i < c->q->n_units && of_kind && !c->q->subtree; i++) {
		uint32_t unit = scope_unit(c->scope, i), kind = unit_kind(r->v, unit);
		if (kind == c->kind || (c->of_arrangements && kind == arrangement))
			continue;
		return fail(&r->why, r->v->err ? r->v->err : ERR_INVALID,
			    "%.80s is no %.60s: ask for what is inside it with subtree (--in)",
			    unit_name(r->v, unit, c->days[0].day, r->a), c->q->kind);
	}
	return ERR_OK;
}

static enum err kind_ask(struct count *c)
{
	struct answer *r = c->r;
	const char *kind = c->q->kind;
	bool wanted = c->q->counted == COUNTED_UNITS || c->q->counted == COUNTED_PARTICIPANTS;
	if (!*kind && wanted)
		return fail(&r->why, ERR_INVALID, "which kind of unit is counted? name it: municipality");
	if (!*kind && count_asked(c, MEASURE_MEAN))
		return fail(&r->why, ERR_INVALID, "a mean is per unit of a kind: name the kind");
	if (!*kind)
		return ERR_OK;
	c->kind = view_term(r->v, SPACE_TERM, slice_text(kind));
	for (size_t i = 0; i < c->n_days; i++) {
		AUTO_ARENA struct arena *work = arena_new(0);
		uint32_t *list;
		int32_t day = count_place(c, &c->days[i]);
		size_t n = c->kind ? unit_all_of_kind(r->v, c->kind, day, work, &list) : 0;
		answer_did(r, n);
		enum err e = answer_work(r);
		if (e != ERR_OK)
			return e;
		if (n)
			continue;
		return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND, "no %.80s is on record as living on %s",
			    kind, day_text(c, day));
	}
	return r->v->err;
}

static enum err measures_ask(struct count *c)
{
	struct answer *r = c->r;
	enum counted what = c->q->counted;
	bool participations = what == COUNTED_ARRANGEMENTS || what == COUNTED_PARTICIPANTS;
	if (!c->q->n_measures)
		return fail(&r->why, ERR_INVALID, "measures: name at least one, such as COUNT");
	if (c->q->decimals > 6)
		return fail(&r->why, ERR_INVALID, "%u decimals: 0 to 6 can be shown", c->q->decimals);
	for (size_t i = 0; i < c->q->n_measures; i++) {
		switch (c->q->measures[i]) {
		case MEASURE_COUNT:
		case MEASURE_SHARE:
		case MEASURE_RANK:
			break;
		case MEASURE_MEAN:
			if (what == COUNTED_UNITS)
				return fail(&r->why, ERR_INVALID,
					    "a mean is of arrangements or links per unit: units have none");
			break;
		case MEASURE_RATE:
			if (what != COUNTED_PARTICIPANTS)
				return fail(
				    &r->why, ERR_INVALID,
				    "a rate is of participants among all units of their kind: count participants");
			break;
		case MEASURE_CONCENTRATION:
			if (!participations)
				return fail(&r->why, ERR_INVALID,
					    "concentration is of participations: count arrangements or participants");
			break;
		case MEASURE_UNSPECIFIED:
		case MEASURE_VALUE:
		case MEASURE_SUM:
		case MEASURE_MEDIAN:
		case MEASURE_MIN:
		case MEASURE_MAX:
			return fail(&r->why, ERR_INVALID,
				    "of counts there are COUNT, SHARE, RANK, MEAN, RATE and CONCENTRATION, not %s",
				    msg_code_name(&msg_enum_measure, (int)c->q->measures[i]));
		}
	}
	return ERR_OK;
}

static enum err counted_ask(struct count *c)
{
	const struct msg_count_question *q = c->q;
	struct answer *r = c->r;
	switch (q->counted) {
	case COUNTED_ARRANGEMENTS:
	case COUNTED_PARTICIPANTS:
		c->of_arrangements = true;
		return ERR_OK;
	case COUNTED_UNITS:
		for (size_t i = 0; i < q->n_where; i++) {
			if (strcmp(q->where[i].field, "host") == 0)
				return fail(&r->why, ERR_INVALID, "where: a host is of arrangements, not of units");
		}
		return ERR_OK;
	case COUNTED_LINKS:
		if (!q->link)
			return fail(&r->why, ERR_INVALID, "which links are counted? name their type");
		if (q->n_where)
			return fail(&r->why, ERR_INVALID,
				    "where is of arrangements and units: links have no attributes");
		return ERR_OK;
	case COUNTED_UNSPECIFIED:
		break;
	}
	return fail(&r->why, ERR_INVALID, "what is counted? UNITS, ARRANGEMENTS, LINKS or PARTICIPANTS");
}

static enum err ask_all(struct count *c)
{
	const struct msg_count_question *q = c->q;
	enum err e = counted_ask(c);
	if (e == ERR_OK)
		e = measures_ask(c);
	if (e == ERR_OK)
		e = days_ask(c);
	if (e == ERR_OK)
		e = published_ask(c->r, q->published_by, &c->published);
	if (e == ERR_OK)
		e = structure_ask(c);
	if (e == ERR_OK)
		e = kind_ask(c);
	if (e == ERR_OK)
		e = filter_ask(c->r, q->where, q->n_where, &c->where);
	c->n_same = same_read(c->r->v, c->r->a, &c->same);
	if (e == ERR_OK)
		e = scope_ask(c->r, q->units, q->n_units, q->subtree, count_place(c, &c->days[c->n_days - 1]),
			      &c->scope);
	if (e == ERR_OK)
		e = scope_lives(c);
	if (e == ERR_OK)
		e = scope_days(c);
	if (e == ERR_OK)
		e = scope_kinds(c);
	if (e == ERR_OK)
		e = count_group_ask(c);
	/* What the question names was looked up in all that is on record; what is counted is as it was published. */
	const struct published_of of = published_of_count(c->r->v, q);
	published_only(c->published, &of);
	if (e == ERR_OK)
		e = round_word_read(c->r, q, c->published, &c->word);
	return e == ERR_OK ? count_complete_ask(c) : e;
}

/* Where all that would have counted was published later, or nobody knows when, 0 would be no count of anything. */
static enum err nothing_published(struct count *c)
{
	bool any = !c->published || !published_left(c->published) || c->r->c->inner;
	enum err e = ERR_OK;
	for (size_t i = 0; i < c->n_days && !any; i++)
		any = c->days[i].things.n;
	if (any)
		return ERR_OK;
	published_all(c->published);
	for (size_t i = 0; i < c->n_days && e == ERR_OK && !any; i++) {
		struct count_day all = {.day = c->days[i].day, .text = c->days[i].text};
		e = count_gather(c, &all);
		any = all.things.n;
	}
	const struct published_of of = published_of_count(c->r->v, c->q);
	published_only(c->published, &of);
	if (e != ERR_OK || !any)
		return e;
	return fail(&c->r->why, ERR_NOT_FOUND,
		    "no source that says something here is known to have been published by %.32s", c->q->published_by);
}

/* ---- the answer ------------------------------------------------------------------------------------- */

static const char *label(struct count *c)
{
	const struct msg_count_question *q = c->q;
	const char *by = *q->group_by ? arena_printf(c->r->a, " by %s", q->group_by) : "", *what = "arrangements";
	if (*q->then_by)
		by = arena_printf(c->r->a, "%s and %s", by, q->then_by);
	if (q->counted == COUNTED_UNITS)
		what = arena_printf(c->r->a, "units of kind %s", q->kind);
	else if (q->counted == COUNTED_PARTICIPANTS)
		what = arena_printf(c->r->a, "units of kind %s that take part in arrangements", q->kind);
	else if (q->counted == COUNTED_LINKS)
		what = arena_printf(c->r->a, "links %s", msg_code_name(&msg_enum_link_type, (int)q->link));
	return arena_printf(c->r->a, "%s%s", what, by);
}

/* Of each day, what is declared of each unit is remembered; of each group and day, where it stands. */
static enum err few_cells(const struct count *c, uint64_t things, unsigned per_row, const char *what)
{
	uint64_t max = (uint64_t)per_row * c->r->c->limits->rows_max;
	if (!things || c->n_days <= max / things)
		return ERR_OK;
	return fail(&c->r->why, ERR_TOO_LARGE,
		    "%llu %s on %zu days are too many for one question: name fewer days, or ask in pieces",
		    (unsigned long long)things, what, c->n_days);
}

static uint64_t cells_of(const struct count *c)
{
	return (uint64_t)c->axes[0].n_groups * (c->n_axes == 2 ? c->axes[1].n_groups : 1);
}

enum err ask_count(struct answer *r, const struct msg_count_question *q)
{
	struct count c = {.r = r, .q = q};
	enum err e = ask_all(&c);
	if (e == ERR_OK) {
		struct msg_trend_answer *head = arena_alloc(r->a, sizeof *head);
		head->label = label(&c);
		head->indicator = head->unit_of_measure = "";
		for (size_t i = 0; i < c.n_axes; i++)
			head->overlapping |= c.axes[i].overlapping;
		answer_begin(r, 13, &msg_type_trend_answer, head);
	}
	if (e == ERR_OK && c.of_arrangements)
		e = few_cells(&c, view_terms(r->v, SPACE_UNIT), UNITS_PER_ROW, "units on record");
	for (size_t i = 0; i < c.n_days && e == ERR_OK; i++)
		e = count_gather(&c, &c.days[i]);
	if (e == ERR_OK)
		e = nothing_published(&c);
	if (e == ERR_OK) {
		count_group_list(&c);
		e = few_cells(&c, cells_of(&c), GROUPS_PER_ROW, c.n_axes == 2 ? "pairs of groups" : "groups");
	}
	for (size_t i = 0; i < c.n_days && e == ERR_OK; i++)
		e = count_complete_groups(&c, &c.days[i]);
	for (size_t i = 0; i < c.n_days && e == ERR_OK; i++)
		e = count_rank(&c, &c.days[i]);
	if (e == ERR_OK)
		e = count_rows(&c);
	published_all(c.published);
	atoms_free(c.atoms);
	return e;
}
