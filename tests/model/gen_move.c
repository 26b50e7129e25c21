/* SPDX-License-Identifier: Apache-2.0
 *
 * gen_move.c - links that a random event moves, and what it says of the objects that hang on its sources.
 *
 * Of one object it says one thing only: what "drop" of a kind and "share" of one of that kind are together is promised
 * nowhere.
 */
#include "tests/model/gen_reform.h"
#include <string.h>

static const char *const kinds[] = {"office", "task", "plan"};

/* A link of the type (0 = any) that holds the day before, of `unit` (0 = of any of them); NULL = none. */
static const struct said *holding(struct making *e, unsigned type, unsigned unit)
{
	const struct twin *t = e->g->t;
	size_t at = gen_below(e->g, (unsigned)t->n);
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[(at + i) % t->n];
		if (s->kind == SAID_LINK && s->type != LINK_TYPE_PART_OF && (!type || s->type == type) &&
		    (!unit || s->unit == unit || s->other == unit) && twin_is_late_unit(t, s->unit) &&
		    twin_link_truth(t, e->g->rev, s, e->day - 1))
			return s;
	}
	return NULL;
}

static void one_move(struct making *e, struct msg_move *m)
{
	struct gen *g = e->g;
	bool office = e->m->type == CHANGE_TYPE_RELOCATION;
	enum link_type type = office ? LINK_TYPE_LOCATED_IN : LINK_TYPE_RESPONSIBLE_FOR;
	const char *kind = gen_one_in(g, 3) ? e->is->outer : e->is->inner;
	const struct said *s = holding(e, type, 0);
	*m = (struct msg_move){.link = gen_one_in(g, 40) ? LINK_TYPE_HOSTS : type, .role = ""};
	m->what = gen_id_ref(g, gen_unit(g, kinds[!office]));
	if (s && !gen_one_in(g, 6)) {
		m->what = gen_id_ref(g, office ? s->unit : s->other);
		m->from = gen_id_ref(g, office ? s->other : s->unit);
		m->role = gen_one_in(g, 2) ? twin_text(g->t, s->role) : "";
	} else if (gen_one_in(g, 6)) {
		m->from = gen_id_ref(g, e->is->unit(e, kind));
	} else {
		m->role = gen_one_in(g, 2) ? "decides" : "";
	}
	if (!m->from || !gen_one_in(g, 5))
		m->to = gen_id_ref(g, e->is->unit(e, kind));
}

void gen_moves(struct making *e)
{
	struct msg_reorganisation_event *m = e->m;
	m->n_moves = gen_one_in(e->g, 30) ? 0 : 1 + gen_one_in(e->g, 3);
	m->moves = NEW(e->g, msg_move, m->n_moves);
	for (size_t i = 0; i < m->n_moves; i++)
		one_move(e, &m->moves[i]);
}

void gen_dispositions(struct making *e)
{
	struct gen *g = e->g;
	struct msg_reorganisation_event *m = e->m;
	size_t max = m->n_sources && !gen_one_in(g, 3) ? 1 + gen_below(g, 2) : 0, first = gen_below(g, 3);
	m->dispositions = NEW(g, msg_object_disposition, max);
	for (size_t i = 0; i < max; i++) {
		struct msg_object_disposition *d = &m->dispositions[m->n_dispositions++];
		const struct said *s = holding(e, 0, e->sources[gen_below(g, (unsigned)m->n_sources)]);
		d->kind = kinds[(first + i) % 3];
		d->disposition = (enum disposition)(DISPOSITION_SHARE + gen_below(g, 3));
		if (gen_one_in(g, 3) && (m->n_targets == 1 || gen_one_in(g, 20)))
			d->disposition = DISPOSITION_INHERIT;
		unsigned object = !s ? 0 : strchr("otk", *twin_text(g->t, s->unit)) ? s->unit : s->other;
		if (object && gen_one_in(g, 3) && max == 1) {
			d->object = gen_id_ref(g, gen_one_in(g, 20) ? gen_unit(g, "plan") : object);
			if (!gen_one_in(g, 10))
				d->kind = gen_one_in(g, 2) ? "" : twin_text(g->t, twin_kind(g->t, g->rev, object));
		}
	}
}
