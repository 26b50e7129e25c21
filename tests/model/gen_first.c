/* SPDX-License-Identifier: Apache-2.0
 *
 * gen_first.c - what everything else stands on: definitions, the first units, rounds; and random questions.
 */
#include "tests/model/gen.h"
#include <string.h>

static struct msg_indicator indicator_of(const char *id, const char *label)
{
	struct msg_indicator i = {.id = id,
				  .label = label,
				  .type = VALUE_TYPE_COUNT,
				  .unit_of_measure = "",
				  .over_units = AGGREGATION_ADDITIVE,
				  .over_time = AGGREGATION_NONE,
				  .denominator = "",
				  .unit_kind = "",
				  .definition = "",
				  .corresponds_to = ""};
	return i;
}

struct msg_message *gen_definitions(struct gen *g)
{
	struct msg_message *m = NEW(g, msg_message, 1);
	struct msg_define *d = m->define = NEW(g, msg_define, 1);
	if (gen_one_in(g, 2)) {
		d->n_sources = 1;
		d->sources = NEW(g, msg_source, 1);
		d->sources[0] = (struct msg_source){gen_sources[gen_below(g, 4)],
						    gen_one_in(g, 2) ? "Report" : "Register", "", "", ""};
	} else {
		d->n_indicators = 1;
		d->indicators = NEW(g, msg_indicator, 1);
		d->indicators[0] = indicator_of("staff", gen_one_in(g, 2) ? "Staff" : "Staff, new label");
	}
	return m;
}

struct msg_message *gen_tag(struct gen *g)
{
	struct msg_message *m = NEW(g, msg_message, 1);
	m->tag = NEW(g, msg_tag, 1);
	*m->tag =
	    (struct msg_tag){arena_printf(g->a, "tag-%u", gen_below(g, 6)), gen_below(g, (unsigned)g->rev + 3), ""};
	return m;
}

static void first_definitions(struct gen *g, struct msg_define *d)
{
	d->n_sources = 3;
	d->sources = NEW(g, msg_source, 3);
	for (unsigned i = 0; i < 3; i++)
		d->sources[i] = (struct msg_source){gen_sources[i], "Report", "", "", ""};
	d->n_code_lists = 1;
	d->code_lists = NEW(g, msg_code_list, 1);
	d->code_lists[0] = (struct msg_code_list){.id = "sexes", .n_codes = 2, .codes = NEW(g, msg_code, 2)};
	d->code_lists[0].codes[0] = (struct msg_code){"m", "men", false};
	d->code_lists[0].codes[1] = (struct msg_code){"f", "women", false};
	d->n_indicators = 3;
	d->indicators = NEW(g, msg_indicator, 3);
	d->indicators[0] = indicator_of("staff", "Staff");
	d->indicators[1] = indicator_of("people", "People");
	d->indicators[1].type = VALUE_TYPE_NUMBER;
	d->indicators[1].n_dimensions = 1;
	d->indicators[1].dimensions = NEW(g, msg_dimension, 1);
	d->indicators[1].dimensions[0] = (struct msg_dimension){"sex", "sexes", AGGREGATION_ADDITIVE};
	d->indicators[2] = indicator_of("area", "Area");
	d->indicators[2].type = VALUE_TYPE_NUMBER;
	d->indicators[2].unit_kind = "municipality";
	d->n_surveys = 1;
	d->surveys = NEW(g, msg_survey, 1);
	d->surveys[0] = (struct msg_survey){"survey", "Survey", ""};
}

static struct msg_unit_statement first_unit(struct gen *g, const char *id, const char *kind, const char *whole)
{
	struct msg_unit_statement u = {.id = id, .kind = kind, .valid_from = "", .valid_to = "", .locator = ""};
	u.n_names = 1;
	u.names = NEW(g, msg_name, 1);
	u.names[0] = (struct msg_name){arena_printf(g->a, "Unit %s", id), "", ""};
	if (whole)
		u.part_of = gen_id_ref(g, twin_word(g->t, whole));
	return u;
}

/* What hangs on parishes and deaneries, and will move. */
static void first_links(struct gen *g, struct msg_submission *s)
{
	static const struct {
		enum link_type type;
		const char *from, *to, *role, *part;
	} list[] = {{LINK_TYPE_LOCATED_IN, "o0", "p0", "", ""},
		    {LINK_TYPE_LOCATED_IN, "o1", "p1", "seat", ""},
		    {LINK_TYPE_LOCATED_IN, "o1", "p1", "branch", ""},
		    {LINK_TYPE_LOCATED_IN, "o1", "d0", "", "archive"},
		    {LINK_TYPE_RESPONSIBLE_FOR, "p0", "t0", "decides", ""},
		    {LINK_TYPE_RESPONSIBLE_FOR, "p0", "t0", "performs", ""},
		    {LINK_TYPE_RESPONSIBLE_FOR, "d0", "t0", "supervises", ""},
		    {LINK_TYPE_RESPONSIBLE_FOR, "p2", "t1", "", ""},
		    {LINK_TYPE_MEMBER_OF, "k0", "p0", "", ""},
		    {LINK_TYPE_MEMBER_OF, "k0", "p1", "observer", ""},
		    {LINK_TYPE_COVERS, "k1", "p2", "", "north"},
		    {LINK_TYPE_COVERS, "k1", "p3", "", ""},
		    {LINK_TYPE_HOSTS, "p4", "k1", "", ""},
		    {LINK_TYPE_HOSTS, "d1", "k0", "", ""}};
	s->n_links = sizeof list / sizeof *list;
	s->links = NEW(g, msg_link_statement, s->n_links);
	for (size_t i = 0; i < s->n_links; i++)
		s->links[i] = (struct msg_link_statement){.type = list[i].type,
							  .from = gen_id_ref(g, twin_word(g->t, list[i].from)),
							  .to = gen_id_ref(g, twin_word(g->t, list[i].to)),
							  .valid_from = "",
							  .valid_to = "",
							  .role = list[i].role,
							  .part = list[i].part,
							  .locator = ""};
}

static void first_units(struct gen *g, struct msg_submission *s)
{
	static const char *const hanging[][2] = {{"o0", "office"}, {"o1", "office"}, {"t0", "task"},
						 {"t1", "task"},   {"k0", "plan"},   {"k1", "plan"}};
	s->n_units = 22;
	s->units = NEW(g, msg_unit_statement, s->n_units);
	s->units[0] = first_unit(g, "r0", "region", NULL);
	s->units[1] = first_unit(g, "c0", "county", "r0");
	s->units[2] = first_unit(g, "c1", "county", "r0");
	for (unsigned i = 3; i < 7; i++)
		s->units[i] = first_unit(g, arena_printf(g->a, "m%u", i - 3), "municipality", i < 6 ? "c0" : "c1");
	for (unsigned i = 7; i < 10; i++)
		s->units[i] = first_unit(g, arena_printf(g->a, "d%u", i - 7), "deanery", NULL);
	for (unsigned i = 10; i < 16; i++)
		s->units[i] =
		    first_unit(g, arena_printf(g->a, "p%u", i - 10), "parish", arena_printf(g->a, "d%u", i % 3));
	for (unsigned i = 16; i < 22; i++)
		s->units[i] = first_unit(g, hanging[i - 16][0], hanging[i - 16][1], NULL);
}

struct msg_message *gen_preamble(struct gen *g, unsigned n)
{
	struct msg_message *m = NEW(g, msg_message, 1);
	if (n == 0) {
		m->define = NEW(g, msg_define, 1);
		first_definitions(g, m->define);
	} else if (n == 1) {
		struct msg_submission *s = m->submission = NEW(g, msg_submission, 1);
		*s = (struct msg_submission){.round = "",
					     .mode = SUBMISSION_MODE_PATCH,
					     .source = "s0",
					     .locator = "",
					     .expressed_in = "",
					     .reason = ""};
		first_units(g, s);
		first_links(g, s);
	} else if (n == 2) {
		struct msg_define *d = m->define = NEW(g, msg_define, 1);
		d->n_rounds = GEN_PERIODS;
		d->rounds = NEW(g, msg_round, GEN_PERIODS);
		for (unsigned i = 0; i < GEN_PERIODS; i++) {
			d->rounds[i] = (struct msg_round){.id = gen_rounds[i],
							  .survey = "survey",
							  .reference = gen_periods[i],
							  .unit_kind = "municipality",
							  .printed_reference = "",
							  .source = ""};
			if (i != 2)
				d->rounds[i].area = gen_id_ref(g, twin_word(g->t, "c0"));
		}
	} else {
		return NULL;
	}
	return m;
}

/* ---- questions ---- */

struct msg_snapshot_question *gen_snapshot(struct gen *g, uint64_t as_of)
{
	struct msg_snapshot_question *q = NEW(g, msg_snapshot_question, 1);
	uint64_t newest = g->rev;
	*q = (struct msg_snapshot_question){.valid_at = gen_one_in(g, 12) ? "" : gen_day(g),
					    .kind = "",
					    .round = "",
					    .indicator = "",
					    .period = "",
					    .structure_at = "",
					    .weight_basis = ""};
	g->rev = as_of;
	if (gen_one_in(g, 3)) {
		q->scope = gen_id_ref(g, gen_unit(g, gen_one_in(g, 2) ? "county" : ""));
		q->subtree = gen_one_in(g, 2);
	}
	g->rev = newest;
	if (gen_one_in(g, 4))
		q->kind = gen_one_in(g, 2) ? "municipality" : "county";
	if (gen_one_in(g, 2)) {
		q->units = gen_one_in(g, 2);
		q->observations = gen_one_in(g, 2);
		q->links = gen_one_in(g, 2);
		q->arrangements = gen_one_in(g, 2);
	}
	if (gen_one_in(g, 4))
		q->period = PICK(g, gen_periods);
	else if (gen_one_in(g, 4))
		q->round = PICK(g, gen_rounds);
	if (gen_one_in(g, 4))
		q->indicator = gen_one_in(g, 2) ? "people" : "area";
	return q;
}
