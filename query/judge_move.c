/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_move.c - links that an event moves, and what becomes of the objects that hang on its sources.
 *
 * A link that moves ends on the effective date, and one of the same role begins with the new end in its place. Objects
 * hang on a source by any link but those of containment, participation and identity: those have rules of their own.
 * What is not said of them stays as it is; nothing is inherited silently.
 */
#include "query/judging.h"

/* ---- moves ---- */

static uint32_t end_of(struct judging *c, const struct msg_unit_ref *ref, const char *path, int32_t day)
{
	return ref ? take_unit(c, ref, path, day) : 0;
}

static size_t moving(struct judging *c, const struct reform *r, size_t i, struct unit_link **ret)
{
	const struct msg_move *m = &r->m->moves[i];
	bool office = m->link == LINK_TYPE_LOCATED_IN;
	uint32_t role = word_find(c, SPACE_TERM, m->role);
	struct unit_link *all;
	size_t n = unit_links_from(c->v, (uint8_t)m->link, office ? r->what[i] : r->from[i], r->before, c->a, &all),
	       kept = 0;
	for (size_t k = 0; k < n; k++)
		if (all[k].link.b == (office ? r->from[i] : r->what[i]) && (!*m->role || all[k].link.role == role))
			all[kept++] = all[k];
	*ret = all;
	return kept;
}

static void take_move(struct judging *c, struct reform *r, size_t i)
{
	const struct msg_move *m = &r->m->moves[i];
	const char *path = PATH(c, "event.moves[%zu]", i);
	enum link_type type = r->m->type == CHANGE_TYPE_RELOCATION ? LINK_TYPE_LOCATED_IN : LINK_TYPE_RESPONSIBLE_FOR;
	struct unit_link *links;
	bool ok = take_word(c, m->role, "role", PATH(c, "%s.role", path));
	if (m->link != type) {
		finding_add(&c->f, RULE_EVENT_NEEDS, PATH(c, "%s.link", path), reform_type(r),
			    msg_code_name(&msg_enum_link_type, type), NULL);
		ok = false;
	}
	if (!m->from && !m->to)
		finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.to", path), "where it moves from or to", NULL);
	r->what[i] = take_unit(c, m->what, PATH(c, "%s.what", path), r->before);
	r->from[i] = end_of(c, m->from, PATH(c, "%s.from", path), r->before);
	r->to[i] = end_of(c, m->to, PATH(c, "%s.to", path), r->day);
	if (ok && r->applies && r->what[i] && r->from[i] && !moving(c, r, i, &links))
		finding_add(&c->f, RULE_NO_SUCH_LINK, path, word_text(c, SPACE_UNIT, r->what[i]),
			    msg_code_name(&msg_enum_link_type, type), word_text(c, SPACE_UNIT, r->from[i]),
			    r->m->effective, NULL);
	if (r->from[i] && r->from[i] == r->to[i])
		finding_add(&c->f, RULE_DUPLICATE_IN_MESSAGE, PATH(c, "%s.to", path),
			    word_text(c, SPACE_UNIT, r->to[i]), NULL);
}

void take_moves(struct judging *c, struct reform *r)
{
	size_t n = r->m->n_moves;
	bool moves = r->m->type == CHANGE_TYPE_RELOCATION || r->m->type == CHANGE_TYPE_TRANSFER_OF_TASK;
	r->what = arena_alloc(c->a, (n + 1) * sizeof *r->what);
	r->from = arena_alloc(c->a, (n + 1) * sizeof *r->from);
	r->to = arena_alloc(c->a, (n + 1) * sizeof *r->to);
	if (moves != (n > 0))
		finding_add(&c->f, RULE_EVENT_NEEDS, "event.moves", reform_type(r), moves ? "a move" : "no moves",
			    NULL);
	for (size_t i = 0; i < n && moves; i++)
		take_move(c, r, i);
}

void apply_moves(struct judging *c, const struct reform *r)
{
	static const struct when open = {0};
	for (size_t i = 0; i < r->m->n_moves; i++) {
		const struct msg_move *m = &r->m->moves[i];
		const char *path = PATH(c, "event.moves[%zu]", i);
		bool office = m->link == LINK_TYPE_LOCATED_IN;
		uint32_t a = office ? r->what[i] : r->to[i], b = office ? r->to[i] : r->what[i];
		struct unit_link *links;
		size_t n = r->from[i] ? moving(c, r, i, &links) : 0;
		for (size_t k = 0; k < n; k++) {
			end_link(c, &links[k], &r->effective, r->m->reason);
			if (r->to[i])
				put_link(c, m->link, a, b, &r->effective, &open,
					 word_text(c, SPACE_TERM, links[k].link.role),
					 word_text(c, SPACE_TERM, links[k].link.part), c->locator, path);
		}
		if (!r->from[i])
			put_link(c, m->link, a, b, &r->effective, &open, m->role, "", c->locator, path);
	}
}

/* ---- objects ---- */

static const uint8_t hanging[] = {LINK_TYPE_COVERS, LINK_TYPE_HOSTS, LINK_TYPE_MEMBER_OF, LINK_TYPE_LOCATED_IN,
				  LINK_TYPE_RESPONSIBLE_FOR};
#define HANGING (sizeof hanging)

/* The links of one type and way by which objects hang on a source. */
static size_t hung(struct judging *c, const struct reform *r, size_t d, uint32_t source, size_t way,
		   struct unit_link **ret)
{
	const struct msg_object_disposition *m = &r->m->dispositions[d];
	bool out = way < HANGING;
	uint8_t type = hanging[way % HANGING];
	struct unit_link *all;
	size_t n = out ? unit_links_from(c->v, type, source, r->before, c->a, &all)
		       : unit_links_to(c->v, type, source, r->before, c->a, &all);
	size_t kept = 0;
	uint32_t kind = word_find(c, SPACE_TERM, m->kind);
	for (size_t k = 0; k < n; k++) {
		uint32_t object = out ? all[k].link.b : all[k].link.a;
		if (r->objects[d] ? object == r->objects[d] : kind_of(c, object) == kind)
			all[kept++] = all[k];
	}
	*ret = all;
	return kept;
}

void take_dispositions(struct judging *c, struct reform *r)
{
	size_t n = r->m->n_dispositions;
	r->objects = arena_alloc(c->a, (n + 1) * sizeof *r->objects);
	for (size_t d = 0; d < n; d++) {
		const struct msg_object_disposition *m = &r->m->dispositions[d];
		const char *path = PATH(c, "event.dispositions[%zu]", d);
		if (m->disposition == DISPOSITION_UNSPECIFIED)
			finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.disposition", path), "what becomes of them",
				    NULL);
		if (m->disposition == DISPOSITION_INHERIT && r->m->n_targets != 1)
			finding_add(&c->f, RULE_EVENT_NEEDS, PATH(c, "%s.disposition", path), reform_type(r),
				    "exactly one target for what is inherited", NULL);
		if (m->object)
			r->objects[d] = take_unit(c, m->object, PATH(c, "%s.object", path), r->before);
		else
			take_id(c, m->kind, PATH(c, "%s.kind", path));
		if (r->objects[d] && *m->kind && kind_of(c, r->objects[d]) != word_find(c, SPACE_TERM, m->kind))
			finding_add(&c->f, RULE_WRONG_KIND, PATH(c, "%s.object", path),
				    word_text(c, SPACE_UNIT, r->objects[d]),
				    word_text(c, SPACE_TERM, kind_of(c, r->objects[d])), m->kind, NULL);
		size_t found = !r->objects[d] || !r->applies;
		for (size_t s = 0; s < r->m->n_sources && !found; s++)
			for (size_t way = 0; way < 2 * HANGING; way++) {
				struct unit_link *links;
				found += r->sources[s] ? hung(c, r, d, r->sources[s], way, &links) : 0;
			}
		if (!found)
			finding_add(&c->f, RULE_BAD_VALUE, PATH(c, "%s.object", path), "disposition",
				    "it hangs on none of the sources", NULL);
	}
}

static void dispose(struct judging *c, const struct reform *r, size_t d, size_t s, size_t way)
{
	static const struct when open = {0};
	const char *path = PATH(c, "event.dispositions[%zu]", d);
	enum disposition what = r->m->dispositions[d].disposition;
	bool out = way < HANGING;
	/* Shared is what a source that lives on has too; inherited is what it has no longer. */
	bool passes = what == DISPOSITION_INHERIT && r->targets[0] != r->sources[s];
	struct unit_link *links;
	size_t n = hung(c, r, d, r->sources[s], way, &links);
	for (size_t k = 0; k < n; k++) {
		const struct fact_link l = links[k].link;
		if (what == DISPOSITION_DROP || passes || !r->survives[s])
			end_link(c, &links[k], &r->effective, r->m->reason);
		for (size_t t = 0; t < r->m->n_targets && what != DISPOSITION_DROP; t++)
			if (r->targets[t] != r->sources[s])
				put_link(c, (enum link_type)l.type, out ? r->targets[t] : l.a,
					 out ? l.b : r->targets[t], &r->effective, &open,
					 word_text(c, SPACE_TERM, l.role), word_text(c, SPACE_TERM, l.part), c->locator,
					 path);
	}
}

void apply_dispositions(struct judging *c, const struct reform *r)
{
	for (size_t d = 0; d < r->m->n_dispositions; d++) {
		if (r->m->dispositions[d].disposition == DISPOSITION_UNKNOWN)
			continue;
		for (size_t s = 0; s < r->m->n_sources; s++)
			for (size_t way = 0; way < 2 * HANGING; way++)
				dispose(c, r, d, s, way);
	}
}
