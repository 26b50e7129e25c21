/* SPDX-License-Identifier: Apache-2.0
 *
 * gen.c - random messages about a small world, so that they meet: few units, names, codes, periods and sources.
 */
#include "tests/model/gen.h"
#include <stdio.h>
#include <string.h>

const char *const gen_periods[GEN_PERIODS] = {"2010", "2014-03", "2018", "2020-06-30"};
const char *const gen_sources[GEN_SOURCES] = {"s0", "s1", "s2", "s3"}; /* s3 may be defined later */
const char *const gen_rounds[GEN_PERIODS] = {"r2010", "r2014", "r2018", "r2020"};
static const char *const kinds[] = {"municipality", "municipality", "municipality", "county", "region"};
static const char *const names[] = {"Os", "Våler", "Herøy", "Bø", "Nes", "Sande"};
static const char *const locators[] = {"", "", "table 1", "table 2"};

/* splitmix64 */
uint64_t gen_next(struct gen *g)
{
	uint64_t z = g->state += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

unsigned gen_below(struct gen *g, unsigned n)
{
	uint64_t r = gen_next(g);
	return n ? (unsigned)(r % n) : 0;
}

bool gen_one_in(struct gen *g, unsigned n)
{
	return gen_below(g, n) == 0;
}

static const char *when_word(struct gen *g, struct when w)
{
	char text[WHEN_TEXT_MAX];
	when_format(&w, text);
	return arena_text(g->a, text, strlen(text));
}

const char *gen_day(struct gen *g)
{
	return when_word(
	    g, when_day(day_of(2004 + (int)gen_below(g, 20), 1 + (int)gen_below(g, 12), gen_one_in(g, 2) ? 1 : 20)));
}

static const char *start(struct gen *g)
{
	unsigned year = 2002 + gen_below(g, 18);
	switch (gen_below(g, 6)) {
	case 0:
	case 1:
		return "";
	case 2:
		return arena_printf(g->a, "%u", year);
	case 3:
		return arena_printf(g->a, "%u-0%u", year, 1 + gen_below(g, 9));
	default:
		return gen_one_in(g, 60) ? "2010-02-30" : arena_printf(g->a, "%u-01-01", year);
	}
}

/* A day inside, never one on which a life begins, so that two dates of one name differ in their first day too. */
static const char *inner(struct gen *g)
{
	return arena_printf(g->a, "%u-%02u-15", 2004 + gen_below(g, 18), 1 + gen_below(g, 12));
}

struct msg_unit_ref *gen_id_ref(struct gen *g, unsigned unit)
{
	struct msg_unit_ref *r = NEW(g, msg_unit_ref, 1);
	r->id = NEW(g, msg_unit_by_id, 1);
	r->id->id = unit ? twin_text(g->t, unit) : "nobody";
	return r;
}

/* Mostly by id, now and then by a name or code that the unit has or had. */
static struct msg_unit_ref *ref(struct gen *g, unsigned unit)
{
	struct msg_unit_ref *r = NEW(g, msg_unit_ref, 1);
	for (size_t i = g->t->n; i-- > 0 && gen_one_in(g, 8);) {
		size_t at = gen_below(g, (unsigned)g->t->n);
		for (size_t k = 0; k < g->t->n; k++) {
			const struct said *s = &g->t->list[(at + k) % g->t->n];
			if (s->unit != unit || !stands_at(s, g->rev) || (s->kind != SAID_NAME && s->kind != SAID_CODE))
				continue;
			if (s->kind == SAID_CODE) {
				r->code = NEW(g, msg_unit_by_code, 1);
				*r->code =
				    (struct msg_unit_by_code){twin_text(g->t, s->what), twin_text(g->t, s->text)};
			} else {
				r->name = NEW(g, msg_unit_by_name, 1);
				*r->name = (struct msg_unit_by_name){twin_text(g->t, s->text),
								     gen_one_in(g, 2) ? "municipality" : "", ""};
			}
			return r;
		}
	}
	return gen_id_ref(g, gen_one_in(g, 150) ? 0 : unit);
}

static bool of_kind(struct gen *g, unsigned unit, const char *kind)
{
	unsigned is = twin_kind(g->t, g->rev, unit);
	return is && (!*kind || strcmp(twin_text(g->t, is), kind) == 0);
}

unsigned gen_unit(struct gen *g, const char *kind)
{
	unsigned n = (unsigned)g->t->n_words, at = gen_below(g, n);
	for (unsigned i = 0; i < n; i++)
		if (of_kind(g, (at + i) % n, kind))
			return (at + i) % n;
	return 0;
}

/* ---- units, links, arrangements ---- */

static void some_names(struct gen *g, struct msg_unit_statement *u, unsigned n, bool dated)
{
	u->names = NEW(g, msg_name, n);
	u->n_names = n;
	for (unsigned i = 0; i < n; i++)
		u->names[i] = (struct msg_name){PICK(g, names), dated && gen_one_in(g, 2) ? inner(g) : "",
						dated && gen_one_in(g, 5) ? inner(g) : ""};
}

static void some_codes(struct gen *g, struct msg_unit_statement *u, bool dated)
{
	u->n_codes = 1;
	u->codes = NEW(g, msg_code_value, 1);
	u->codes[0] =
	    (struct msg_code_value){gen_one_in(g, 4) ? "post" : "nr", arena_printf(g->a, "%04u", 1 + gen_below(g, 8)),
				    dated ? inner(g) : "", ""};
}

static void some_attribute(struct gen *g, struct msg_unit_statement *u)
{
	const char **list = arena_alloc(g->a, 2 * sizeof *list);
	list[0] = gen_one_in(g, 2) ? "blue" : "red";
	list[1] = gen_one_in(g, 2) ? "green" : list[0];
	u->n_attributes = 1;
	u->attributes = NEW(g, msg_attribute, 1);
	u->attributes[0] = (struct msg_attribute){.name = "colour",
						  .n_values = 1 + gen_below(g, 2),
						  .values = list,
						  .valid_from = gen_one_in(g, 2) ? inner(g) : "",
						  .valid_to = ""};
}

static void new_unit(struct gen *g, struct msg_unit_statement *u)
{
	const char *kind = PICK(g, kinds);
	u->kind = gen_one_in(g, 40) ? "" : kind;
	u->id = arena_printf(g->a, "%c%u", kind[0], gen_below(g, kind[0] == 'm' ? 14 : kind[0] == 'c' ? 4 : 2));
	u->valid_from = start(g);
	u->valid_to = gen_one_in(g, 6) ? gen_day(g) : "";
	if (!gen_one_in(g, 40))
		some_names(g, u, 1 + gen_one_in(g, 5), false);
	if (gen_one_in(g, 2))
		some_codes(g, u, false);
	if (gen_one_in(g, 6))
		some_attribute(g, u);
	unsigned whole = gen_unit(g, kind[0] == 'm' ? "county" : "region");
	if (kind[0] != 'r' && whole && !gen_one_in(g, 3))
		u->part_of = ref(g, whole);
}

/* More about one that is known: texts, an end, a further life. */
static void known_unit(struct gen *g, struct msg_unit_statement *u)
{
	unsigned unit = gen_unit(g, gen_one_in(g, 3) ? "" : "municipality");
	if (twin_is_late_unit(g->t, unit)) /* of those, only events tell */
		unit = gen_unit(g, "county");
	u->id = twin_text(g->t, unit);
	u->kind = gen_one_in(g, 2) ? twin_text(g->t, twin_kind(g->t, g->rev, unit)) : gen_one_in(g, 30) ? "county" : "";
	switch (gen_below(g, 5)) {
	case 0:
		u->valid_to = gen_day(g);
		break;
	case 1:
		u->valid_from = gen_day(g);
		u->valid_to = gen_one_in(g, 3) ? gen_day(g) : "";
		some_names(g, u, 1, true);
		break;
	case 2:
		some_codes(g, u, gen_one_in(g, 2));
		break;
	case 3:
		some_attribute(g, u);
		break;
	default:
		some_names(g, u, 1, true);
		break;
	}
}

static void units(struct gen *g, struct msg_submission *m)
{
	m->n_units = 1 + gen_one_in(g, 4);
	m->units = NEW(g, msg_unit_statement, m->n_units);
	for (size_t i = 0; i < m->n_units; i++) {
		m->units[i] =
		    (struct msg_unit_statement){.id = "", .kind = "", .valid_from = "", .valid_to = "", .locator = ""};
		if (gen_one_in(g, 2))
			new_unit(g, &m->units[i]);
		else
			known_unit(g, &m->units[i]);
	}
}

static void one_link(struct gen *g, struct msg_link_statement *l)
{
	static const char *const roles[] = {"", "", "observer"};
	unsigned municipality = gen_unit(g, "municipality"), county = gen_unit(g, "county"),
		 region = gen_unit(g, "region");
	*l = (struct msg_link_statement){.type = LINK_TYPE_PART_OF, .role = "", .part = "", .locator = ""};
	switch (gen_below(g, 4)) {
	case 0:
		l->from = ref(g, municipality);
		l->to = ref(g, gen_one_in(g, 12) ? municipality : county);
		break;
	case 1:
		l->from = ref(g, county);
		l->to = ref(g, gen_one_in(g, 4) ? municipality : region);
		break;
	default:
		l->type = gen_one_in(g, 2) ? LINK_TYPE_MEMBER_OF : LINK_TYPE_LOCATED_IN;
		l->from = ref(g, municipality);
		l->to = ref(g, gen_unit(g, ""));
		l->role = PICK(g, roles);
		break;
	}
	l->valid_from = start(g);
	l->valid_to = gen_one_in(g, 4) ? gen_day(g) : "";
	for (size_t i = 0; i < g->t->n && gen_one_in(g, 4); i++) {
		const struct said *s = &g->t->list[gen_below(g, (unsigned)g->t->n)];
		if (s->kind != SAID_LINK || s->type == LINK_TYPE_PARTICIPATES_IN || twin_is_late_unit(g->t, s->unit))
			continue;
		bool alone = true; /* several of one revision between the same ends cannot be told apart */
		for (size_t k = 0; k < g->t->n; k++) {
			const struct said *o = &g->t->list[k];
			alone &= o == s || o->kind != SAID_LINK || o->rev != s->rev || o->type != s->type ||
				 o->unit != s->unit || o->other != s->other;
		}
		if (!alone)
			continue;
		l->type = (enum link_type)s->type;
		l->from = gen_id_ref(g, s->unit);
		l->to = gen_id_ref(g, s->other);
		l->supersedes = NEW(g, msg_supersedes, 1);
		*l->supersedes = (struct msg_supersedes){s->rev, gen_one_in(g, 2) ? "read wrongly" : ""};
		break;
	}
}

static void links(struct gen *g, struct msg_submission *m)
{
	m->n_links = 1;
	m->links = NEW(g, msg_link_statement, 1);
	one_link(g, &m->links[0]);
}

static void arrangements(struct gen *g, struct msg_submission *m)
{
	struct msg_arrangement_statement *s = m->arrangements = NEW(g, msg_arrangement_statement, 1);
	m->n_arrangements = 1;
	*s = (struct msg_arrangement_statement){.sector = "", .legal_form = "", .level = "", .locator = ""};
	s->id = arena_printf(g->a, "a%u", gen_below(g, 5));
	s->name = arena_printf(g->a, "Samarbeid %s", s->id);
	s->sector = gen_one_in(g, 3) ? "health" : gen_one_in(g, 2) ? "fire" : "";
	s->participants_complete = gen_one_in(g, 3) ? COMPLETION_NO : COMPLETION_YES;
	s->established = gen_one_in(g, 5) ? gen_day(g) : "";
	s->ended = gen_one_in(g, 15) ? gen_day(g) : "";
	s->n_participants = gen_below(g, 4);
	s->participants = NEW(g, msg_participant, s->n_participants);
	for (size_t i = 0; i < s->n_participants; i++)
		s->participants[i] = (struct msg_participant){ref(g, gen_unit(g, "municipality")),
							      gen_one_in(g, 6) ? "observer" : "", ""};
	if (gen_one_in(g, 4))
		s->host = ref(g, gen_unit(g, "municipality"));
}

/* ---- observations ---- */

static struct msg_value *value(struct gen *g, unsigned indicator)
{
	struct msg_value *v = NEW(g, msg_value, 1);
	v->printed = "";
	switch (gen_below(g, 10)) {
	case 0:
		v->missing = NEW(g, msg_missing, 1);
		v->missing->kind = gen_one_in(g, 2) ? MISSING_KIND_NOT_ANSWERED : MISSING_KIND_UNCLEAR;
		break;
	case 1:
		v->verbal = NEW(g, msg_verbal, 1);
		v->verbal->text = "some";
		break;
	default:
		v->exact = NEW(g, msg_decimal, 1);
		v->exact->digits = gen_one_in(g, 60) ? -3 : (int64_t)gen_below(g, 6);
		if (indicator != 0 && gen_one_in(g, 3)) {
			v->exact->digits *= 10;
			v->exact->digits += gen_one_in(g, 2) ? 5 : 0;
			v->exact->scale = 1;
		}
		break;
	}
	return v;
}

static void one_observation(struct gen *g, struct msg_observation *o, const char *period)
{
	unsigned i = gen_below(g, 3);
	*o = (struct msg_observation){.locator = PICK(g, locators), .period = period};
	o->indicator = gen_one_in(g, 80) ? "unheard" : i == 0 ? "staff" : i == 1 ? "people" : "area";
	if (i == 1 && !gen_one_in(g, 80)) {
		o->n_categories = 1;
		o->categories = NEW(g, msg_category, 1);
		o->categories[0] = (struct msg_category){"sex", gen_one_in(g, 60) ? "x" : gen_one_in(g, 2) ? "m" : "f"};
	}
	o->unit = ref(g, gen_unit(g, gen_one_in(g, 6) ? "" : "municipality"));
	o->value = value(g, i);
	o->status = gen_one_in(g, 3) ? (enum observation_status)(1 + gen_below(g, 4)) : OBSERVATION_STATUS_MAIN;
}

/* Make it a correction of one that stands, if that can be named. */
static void correction(struct gen *g, struct msg_submission *m, size_t index)
{
	struct msg_observation *o = &m->observations[index];
	size_t at = gen_below(g, (unsigned)g->t->n);
	for (size_t k = 0; k < g->t->n; k++) {
		const struct said *s = &g->t->list[(at + k) % g->t->n];
		if (s->kind != SAID_OBS || !stands_at(s, g->rev))
			continue;
		for (size_t i = 0; i < g->t->n; i++) {
			const struct said *p = &g->t->list[i];
			if (p != s && p->kind == SAID_OBS && p->rev == s->rev && p->unit == s->unit &&
			    p->what == s->what && p->period == s->period)
				return;
		}
		const char *what = twin_text(g->t, s->what), *bar = strchr(what, '|');
		o->indicator = bar ? arena_text(g->a, what, (size_t)(bar - what)) : what;
		o->n_categories = bar ? 1 : 0;
		o->categories = NEW(g, msg_category, 1);
		o->categories[0] = (struct msg_category){"sex", bar ? bar + 5 : ""};
		o->unit = gen_id_ref(g, s->unit);
		o->period = twin_text(g->t, s->period);
		o->value = value(g, 0);
		o->supersedes = NEW(g, msg_supersedes, 1);
		*o->supersedes = (struct msg_supersedes){gen_one_in(g, 30) ? s->rev + 1 : s->rev,
							 gen_one_in(g, 2) ? "misprint" : ""};
		if (gen_one_in(g, 2))
			m->source = twin_text(g->t, s->source);
		return;
	}
}

static void observations(struct gen *g, struct msg_submission *m)
{
	bool complete = m->mode == SUBMISSION_MODE_COMPLETE;
	m->n_observations = 1 + gen_below(g, 5);
	m->observations = NEW(g, msg_observation, m->n_observations);
	for (size_t i = 0; i < m->n_observations; i++)
		one_observation(g, &m->observations[i],
				complete || (*m->round && !gen_one_in(g, 4)) ? "" : PICK(g, gen_periods));
	if (!complete && gen_one_in(g, 4))
		correction(g, m, 0);
}

/* All of a county's (or the country's) municipalities for a round; now and then what was said before, said again. */
static void complete(struct gen *g, struct msg_submission *m)
{
	unsigned scope = gen_unit(g, "county"), day = gen_below(g, GEN_PERIODS);
	struct when w;
	m->mode = SUBMISSION_MODE_COMPLETE;
	m->expressed_in = "";
	m->round = gen_rounds[day];
	if (scope && !gen_one_in(g, 3))
		m->scope = gen_id_ref(g, scope);
	else
		scope = twin_word(g->t, "c0");
	observations(g, m);
	if (when_parse(gen_periods[day], &w, NULL) != ERR_OK)
		return;
	size_t kept = 0;
	for (size_t i = 0; i < m->n_observations; i++) {
		const struct msg_unit_ref *u = m->observations[i].unit;
		unsigned unit = u->id ? twin_word(g->t, u->id->id) : 0;
		/* Which of two at one place corrects what stood there is not promised. */
		for (size_t k = 0; k < kept && unit; k++) {
			const struct msg_observation *o = &m->observations[i], *p = &m->observations[k];
			if (strcmp(p->unit->id->id, u->id->id) == 0 && strcmp(p->indicator, o->indicator) == 0 &&
			    strcmp(*p->locator ? p->locator : m->locator, *o->locator ? o->locator : m->locator) == 0)
				unit = 0;
		}
		if (unit && twin_inside(g->t, g->rev, unit, scope, when_reference_day(&w)))
			m->observations[kept++] = m->observations[i];
	}
	m->n_observations = kept;
}

static void retraction(struct gen *g, struct msg_submission *m)
{
	struct msg_retraction *r = m->retractions = NEW(g, msg_retraction, 1);
	size_t at = gen_below(g, (unsigned)g->t->n);
	m->n_retractions = 1;
	*r = (struct msg_retraction){.indicator = "", .reason = gen_one_in(g, 2) ? "not so" : ""};
	for (size_t k = 0; k < g->t->n; k++) {
		const struct said *s = &g->t->list[(at + k) % g->t->n];
		if (s->kind > SAID_OBS || s->rev < 4 ||
		    (s->kind != SAID_OBS && s->kind != SAID_LINK && !gen_one_in(g, 3)))
			continue;
		r->revision = gen_one_in(g, 25) ? s->rev + 1 : s->rev;
		r->unit = ref(g, s->other && gen_one_in(g, 2) ? s->other : s->unit);
		if (s->kind == SAID_OBS && gen_one_in(g, 2))
			r->indicator = gen_one_in(g, 3) ? "people" : "staff";
		return;
	}
	r->unit = gen_id_ref(g, 0);
}

static struct msg_message *submission(struct gen *g)
{
	struct msg_message *m = NEW(g, msg_message, 1);
	struct msg_submission *s = m->submission = NEW(g, msg_submission, 1);
	*s = (struct msg_submission){.round = gen_one_in(g, 2) ? "" : PICK(g, gen_rounds),
				     .mode = SUBMISSION_MODE_PATCH,
				     .source = gen_sources[gen_below(g, gen_one_in(g, 20) ? 4 : 3)],
				     .locator = gen_one_in(g, 3) ? "p. 4" : "",
				     .expressed_in = gen_one_in(g, 20) ? gen_day(g) : "",
				     .reason = gen_one_in(g, 12) ? "" : "checked"};
	switch (gen_below(g, 16)) {
	case 0:
	case 1:
	case 2:
		units(g, s);
		break;
	case 3:
	case 4:
		links(g, s);
		break;
	case 5:
	case 6:
		arrangements(g, s);
		break;
	case 7:
	case 8:
		complete(g, s);
		break;
	case 9:
	case 10:
		retraction(g, s);
		break;
	case 11:
		units(g, s);
		observations(g, s);
		links(g, s);
		break;
	case 12:
		gen_weights(g, s);
		break;
	default:
		observations(g, s);
		break;
	}
	return m;
}

/* ---- whole messages ---- */

struct msg_message *gen_message(struct gen *g)
{
	switch (gen_below(g, 16)) {
	case 0:
		return gen_one_in(g, 2) ? gen_definitions(g) : gen_tag(g);
	case 1:
	case 2:
		return gen_event(g);
	case 3:
	case 4:
		return gen_late(g);
	default:
		return submission(g);
	}
}
