/* SPDX-License-Identifier: Apache-2.0
 *
 * twin_move.c - links that move, and what becomes of what hangs on the sources, by the comments of varde.proto.
 */
#include "tests/model/twin_reform.h"
#include <string.h>

/* As it was before this event said anything. */
static bool held_before(const struct reform *r, const struct said *s)
{
	return s->kind == SAID_LINK && twin_link_truth(r->t, r->t->rev - 1, s, r->before) > 0;
}

/* The link ends on the effective date, whoever else says so too. */
static void end_then(const struct reform *r, size_t i)
{
	struct said s = r->t->list[i];
	if (!twin_now(r->t, &r->t->list[i]))
		return;
	twin_end(r->t, i);
	s.to = r->effective;
	twin_add(r->t, &s);
}

static void begin_then(const struct reform *r, unsigned type, unsigned a, unsigned b, unsigned role, unsigned part)
{
	twin_link(r->t, type, a, b, r->effective, (struct when){0}, role, part);
}

/* ---- moves ---- */

static enum link_type moves_what(const struct reform *r)
{
	return r->m->type == CHANGE_TYPE_RELOCATION         ? LINK_TYPE_LOCATED_IN
	       : r->m->type == CHANGE_TYPE_TRANSFER_OF_TASK ? LINK_TYPE_RESPONSIBLE_FOR
							    : LINK_TYPE_UNSPECIFIED;
}

/* The end that stays, and the one that is replaced. */
static unsigned staying(const struct said *s)
{
	return s->type == LINK_TYPE_LOCATED_IN ? s->unit : s->other;
}

static unsigned leaving(const struct said *s)
{
	return s->type == LINK_TYPE_LOCATED_IN ? s->other : s->unit;
}

static bool moves(const struct reform *r, size_t i, const struct said *s)
{
	const struct msg_move *m = &r->m->moves[i];
	return held_before(r, s) && s->type == m->link && staying(s) == r->what[i] && leaving(s) == r->from[i] &&
	       (!*m->role || strcmp(m->role, twin_text(r->t, s->role)) == 0);
}

static void read_move(struct reform *r, size_t i)
{
	struct twin *t = r->t;
	const struct msg_move *m = &r->m->moves[i];
	if (m->link != moves_what(r))
		twin_wrong(t, "a link of another type");
	if (!m->from && !m->to)
		twin_wrong(t, "a move from nowhere to nowhere");
	r->what[i] = twin_unit(t, m->what, r->before);
	r->from[i] = m->from ? twin_unit(t, m->from, r->before) : 0;
	r->to[i] = m->to ? twin_unit(t, m->to, r->after) : 0;
	if (r->from[i] && r->from[i] == r->to[i])
		twin_wrong(t, "a move to where it is");
	bool any = !m->from || !r->applies;
	for (size_t k = 0; k < t->n && !any; k++)
		any = moves(r, i, &t->list[k]);
	if (!any)
		twin_wrong(t, "no link that could move");
}

void reform_move(const struct reform *r)
{
	struct twin *t = r->t;
	for (size_t i = 0; i < r->m->n_moves; i++) {
		const struct msg_move *m = &r->m->moves[i];
		bool office = m->link == LINK_TYPE_LOCATED_IN;
		unsigned a = office ? r->what[i] : r->to[i], b = office ? r->to[i] : r->what[i];
		if (!r->from[i])
			begin_then(r, m->link, a, b, twin_word(t, m->role), 0);
		for (size_t k = 0; k < t->first && r->from[i]; k++) {
			struct said s = t->list[k];
			if (!moves(r, i, &s))
				continue;
			end_then(r, k);
			if (r->to[i])
				begin_then(r, m->link, a, b, s.role, s.part);
		}
	}
}

/* ---- what hangs on the sources ---- */

/* What the link hangs on the source; 0 = nothing. */
static unsigned hangs(const struct said *s, unsigned source)
{
	bool type = s->kind == SAID_LINK &&
		    (s->type == LINK_TYPE_COVERS || s->type == LINK_TYPE_HOSTS || s->type == LINK_TYPE_MEMBER_OF ||
		     s->type == LINK_TYPE_LOCATED_IN || s->type == LINK_TYPE_RESPONSIBLE_FOR);
	return !type ? 0 : s->unit == source ? s->other : s->other == source ? s->unit : 0;
}

static bool is_meant(const struct reform *r, size_t d, unsigned object)
{
	if (r->objects[d])
		return object == r->objects[d];
	return object && strcmp(twin_text(r->t, twin_kind(r->t, r->t->rev, object)), r->m->dispositions[d].kind) == 0;
}

static void read_disposition(struct reform *r, size_t d)
{
	struct twin *t = r->t;
	const struct msg_object_disposition *m = &r->m->dispositions[d];
	if (m->disposition == DISPOSITION_UNSPECIFIED)
		twin_wrong(t, "what becomes of them is not said");
	if (m->disposition == DISPOSITION_INHERIT && r->m->n_targets != 1)
		twin_wrong(t, "inherited by none, or by several");
	if (!m->object) {
		if (!*m->kind)
			twin_wrong(t, "a kind is needed");
		return;
	}
	r->objects[d] = twin_unit(t, m->object, r->before);
	if (*m->kind && strcmp(twin_text(t, twin_kind(t, t->rev, r->objects[d])), m->kind) != 0)
		twin_wrong(t, "an object of another kind");
	bool any = !r->applies;
	for (size_t i = 0; i < t->n && !any; i++)
		for (size_t k = 0; k < r->m->n_sources; k++)
			any |= held_before(r, &t->list[i]) && hangs(&t->list[i], r->sources[k]) == r->objects[d];
	if (!any)
		twin_wrong(t, "it hangs on no source");
}

/* One source's link to one object: it passes to the targets, is shared with them, or ends. */
static void dispose(const struct reform *r, enum disposition what, size_t i, unsigned source)
{
	const struct said s = r->t->list[i];
	bool target = false;
	for (size_t k = 0; k < r->m->n_targets; k++) {
		unsigned heir = r->targets[k];
		target |= heir == source;
		if (what != DISPOSITION_DROP && heir != source)
			begin_then(r, s.type, s.unit == source ? heir : s.unit, s.unit == source ? s.other : heir,
				   s.role, s.part);
	}
	if (what == DISPOSITION_DROP || reform_ends(r, source) || (what == DISPOSITION_INHERIT && !target))
		end_then(r, i);
}

void reform_dispose(const struct reform *r)
{
	struct twin *t = r->t;
	for (size_t d = 0; d < r->m->n_dispositions; d++)
		for (size_t i = 0; i < t->first && r->m->dispositions[d].disposition != DISPOSITION_UNKNOWN; i++)
			for (size_t k = 0; k < r->m->n_sources; k++)
				if (held_before(r, &t->list[i]) && is_meant(r, d, hangs(&t->list[i], r->sources[k])))
					dispose(r, r->m->dispositions[d].disposition, i, r->sources[k]);
}

void reform_read_links(struct reform *r)
{
	bool any = moves_what(r) != LINK_TYPE_UNSPECIFIED;
	if (any != (r->m->n_moves > 0))
		twin_wrong(r->t, "moves that do not fit the type");
	for (size_t i = 0; i < r->m->n_moves && any; i++)
		read_move(r, i);
	for (size_t d = 0; d < r->m->n_dispositions; d++)
		read_disposition(r, d);
}
