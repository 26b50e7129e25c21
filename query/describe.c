/* SPDX-License-Identifier: Apache-2.0
 *
 * describe.c - rows of a snapshot.
 *
 * Of an attribute that stands several times at a day, a unit's row shows each different one.
 */
#include "query/describe.h"
#include "query/attribute.h"
#include <stdlib.h>
#include <string.h>
#include "query/known.h"

static enum certainty certainty_of(enum truth t)
{
	return t == TRUTH_CERTAIN ? CERTAINTY_CERTAIN : CERTAINTY_POSSIBLE;
}

/* ---- units ------------------------------------------------------------------------------------------ */

static void unit_texts(struct answer *r, uint32_t unit, int32_t day, struct msg_unit_row *m)
{
	struct unit_text *list;
	size_t n = unit_names_at(r->v, unit, day, r->row, &list);
	m->names = arena_alloc(r->row, (n + 1) * sizeof *m->names);
	for (size_t i = 0; i < n; i++) {
		bool again = false; /* two statements of one name */
		for (size_t k = 0; k < m->n_names && !again; k++)
			again = strcmp(m->names[k], list[i].text) == 0;
		if (!again)
			m->names[m->n_names++] = list[i].text;
	}
	n = unit_codes_at(r->v, unit, day, r->row, &list);
	m->codes = arena_alloc(r->row, (n + 1) * sizeof *m->codes);
	for (size_t i = 0; i < n; i++)
		m->codes[m->n_codes++] = (struct msg_code_value){
		    .scheme = answer_text(r, SPACE_TERM, list[i].scheme),
		    .code = list[i].text,
		    .valid_from = answer_date(r, &list[i].from),
		    .valid_to = answer_date(r, &list[i].to),
		};
}

void describe_unit(struct answer *r, uint32_t unit, const struct unit_life *life, int32_t day, struct msg_unit_row *m)
{
	*m = (struct msg_unit_row){
	    .id = answer_text(r, SPACE_UNIT, unit),
	    .kind = answer_text(r, SPACE_TERM, life->life.kind),
	    .valid_from = answer_date(r, &life->life.from),
	    .valid_to = answer_date(r, &life->life.to),
	    .life = life->life.life,
	    .certainty = certainty_of(life->truth),
	    .revision = life->rev,
	};
	unit_texts(r, unit, day, m);
	struct attr_at *list;
	size_t n = attributes_at(r->v, unit, day, r->row, &list);
	m->attributes = arena_alloc(r->row, (n + 1) * sizeof *m->attributes);
	for (size_t i = 0; i < n; i++) {
		struct msg_attribute *a = &m->attributes[m->n_attributes++];
		a->name = answer_text(r, SPACE_TERM, list[i].attr.name);
		a->n_values = attribute_values(r->v, list[i].attr.values, r->row, &a->values);
		a->valid_from = answer_date(r, &list[i].attr.from);
		a->valid_to = answer_date(r, &list[i].attr.to);
	}
}

void describe_link(struct answer *r, const struct unit_link *l, struct msg_link_row *m)
{
	*m = (struct msg_link_row){
	    .type = (enum link_type)l->link.type,
	    .from = answer_text(r, SPACE_UNIT, l->link.a),
	    .to = answer_text(r, SPACE_UNIT, l->link.b),
	    .role = answer_text(r, SPACE_TERM, l->link.role),
	    .part = answer_text(r, SPACE_TERM, l->link.part),
	    .valid_from = answer_date(r, &l->link.from),
	    .valid_to = answer_date(r, &l->link.to),
	    .source = answer_text(r, SPACE_SOURCE, l->link.src),
	    .certainty = certainty_of(l->truth),
	    .revision = l->rev,
	};
}

/* ---- arrangements ----------------------------------------------------------------------------------- */

struct member {
	const char *id, *name;
};

static int by_id(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	return strcmp(x->id, y->id);
}

/* Ids, sorted, with their names where `names` is not NULL. */
static size_t members(struct answer *r, const uint32_t *units, size_t n, int32_t day, const char ***ids,
		      const char ***names)
{
	struct member *list = arena_alloc(r->row, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++) {
		list[i].id = answer_text(r, SPACE_UNIT, units[i]);
		list[i].name = names ? unit_name(r->v, units[i], day, r->row) : "";
	}
	qsort(list, n, sizeof *list, by_id);
	*ids = arena_alloc(r->row, (n + 1) * sizeof **ids);
	if (names)
		*names = arena_alloc(r->row, (n + 1) * sizeof **names);
	for (size_t i = 0; i < n; i++) {
		(*ids)[i] = list[i].id;
		if (names)
			(*names)[i] = list[i].name;
	}
	return n;
}

void describe_arrangement(struct answer *r, const struct arrangement *x, int32_t day, struct msg_arrangement_row *m)
{
	*m = (struct msg_arrangement_row){
	    .id = x->id,
	    .name = x->name,
	    .n_tasks = x->n_tasks,
	    .sector = x->sector,
	    .legal_form = x->legal_form,
	    .level = x->level,
	    .host = answer_text(r, SPACE_UNIT, x->host),
	    .participants_complete = x->complete,
	    .established = answer_date(r, &x->life.life.from),
	    .ended = answer_date(r, &x->life.life.to),
	    .certainty = certainty_of(x->life.truth),
	    .revision = x->rev,
	    .internalised = x->internalised,
	};
	m->tasks = arena_alloc(r->row, (x->n_tasks + 1) * sizeof *m->tasks);
	for (size_t i = 0; i < x->n_tasks; i++)
		m->tasks[i] = x->tasks[i];
	if (x->printed) {
		m->printed_participants = arena_alloc(r->row, sizeof *m->printed_participants);
		m->printed_participants->count = x->printed;
	}
	m->n_participants = m->n_participant_names =
	    members(r, x->participants, x->n_participants, day, &m->participants, &m->participant_names);
	m->n_possible_participants = members(r, x->possible, x->n_possible, day, &m->possible_participants, NULL);
}

/* ---- observations ----------------------------------------------------------------------------------- */

void describe_observation(struct answer *r, const struct series *s, const char *period, const struct stated *one,
			  const struct choice *choice, bool chosen, struct msg_observation_row *m)
{
	struct when reference = {0};
	int32_t day = one->obs.expressed_in;
	if (!day && ref_when(r->v, one->obs.ref, &reference))
		day = when_reference_day(&reference);
	*m = (struct msg_observation_row){
	    .unit = answer_text(r, SPACE_UNIT, one->obs.unit),
	    .unit_name = known_name(r->c->known, r->v, one->obs.unit, day, r->row),
	    .indicator = s->indicator,
	    .n_categories = s->n_categories,
	    .categories = s->categories,
	    .period = period,
	    .value = answer_value(r, one->obs.value),
	    .status = (enum observation_status)one->obs.status,
	    .source = answer_text(r, SPACE_SOURCE, one->obs.src),
	    .locator = one->obs.locator.len ? arena_text(r->row, one->obs.locator.data, one->obs.locator.len) : "",
	    .round = answer_text(r, SPACE_ROUND, one->obs.round),
	    .revision = one->rev,
	    .chosen = chosen,
	    .alternatives = choice->values - 1,
	    .rule = choice_name(choice->rule),
	};
}
