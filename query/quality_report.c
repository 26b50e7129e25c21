/* SPDX-License-Identifier: Apache-2.0
 *
 * quality_report.c - reports that do not name each other.
 *
 * A report is a submission of a round whose scope is one unit, and that lists arrangements, or declares its list of
 * them complete; one without a scope, or of the round's whole area, is the surveyor's. Where any report names B as a
 * participant and B has a report of its own in that round, B's reports are expected to speak of the arrangement. Only
 * participants who still stand on record count: what was retracted is no asymmetry.
 */
#include "query/quality_log.h"
#include <stdlib.h>
#include <string.h>

/* One arrangement in one report. */
struct mention {
	uint32_t arrangement, round;
	uint32_t by; /* the reporter; 0 = the surveyor */
	uint64_t rev;
	size_t n;
	struct msg_unit_ref *participants; /* as named */
};
struct reporter {
	uint32_t unit, round;
};
struct reports {
	struct quality *x;
	size_t n_mentions, mentions_room, n_reporters, reporters_room;
	struct mention *mentions;
	struct reporter *reporters;
};

struct reports *reports_new(struct quality *x)
{
	struct reports *p = arena_alloc(x->r->a, sizeof *p);
	p->x = x;
	return p;
}

/* ---- taking ------------------------------------------------------------------------------------------- */

/* Participants live on after the message's memory is gone. */
static void *keep(struct reports *p, const struct msg_type *type, const void *msg)
{
	AUTO_BUF struct buf b = {0};
	void *kept;
	struct arena *a = p->x->r->a;
	codec_encode(type, msg, &b);
	struct slice bytes = {arena_text(a, (const char *)b.data, b.len), b.len};
	return codec_decode(type, bytes, CODEC_TOLERANT, a, &kept, NULL) == ERR_OK ? kept : NULL;
}

static struct mention *mention_new(struct reports *p, const struct message_read *m, const char *arrangement,
				   uint32_t by)
{
	uint32_t unit = view_term(p->x->r->v, SPACE_UNIT, slice_text(arrangement));
	if (!unit)
		return NULL;
	p->mentions = arena_grow(p->x->r->a, p->mentions, p->n_mentions, p->n_mentions + 1, sizeof *p->mentions,
				 &p->mentions_room);
	struct mention *x = &p->mentions[p->n_mentions++];
	*x = (struct mention){.arrangement = unit, .round = m->round->id, .by = by, .rev = m->rec->rev};
	return x;
}

static uint32_t reporter_of(struct reports *p, const struct message_read *m)
{
	struct quality *x = p->x;
	uint32_t unit = 0;
	const struct msg_unit_ref *scope = m->submission->scope;
	if (scope && scope->id)
		unit = view_term(x->r->v, SPACE_UNIT, slice_text(scope->id->id));
	else if (scope && answer_unit(x->r, scope, m->round->day, &unit) != ERR_OK) {
		x->r->findings.n = 0;
		quality_note(x, arena_printf(x->r->a, "revision %llu: its scope cannot be found any more",
					     (unsigned long long)m->rec->rev));
		unit = 0;
	}
	return unit == m->round->area ? 0 : unit;
}

static bool lists_arrangements(const struct msg_submission *s)
{
	for (size_t i = 0; i < s->n_completeness; i++)
		if (strcmp(s->completeness[i].kind, "arrangement") == 0)
			return true;
	for (size_t i = 0; i < s->n_links; i++)
		if (s->links[i].type == LINK_TYPE_PARTICIPATES_IN)
			return true;
	return s->n_arrangements;
}

void reports_take(struct reports *p, const struct message_read *m)
{
	const struct msg_submission *s = m->submission;
	if (!lists_arrangements(s))
		return;
	uint32_t by = reporter_of(p, m);
	if (by) {
		p->reporters = arena_grow(p->x->r->a, p->reporters, p->n_reporters, p->n_reporters + 1,
					  sizeof *p->reporters, &p->reporters_room);
		p->reporters[p->n_reporters++] = (struct reporter){by, m->round->id};
	}
	for (size_t i = 0; i < s->n_arrangements; i++) {
		const struct msg_arrangement_statement *a = &s->arrangements[i];
		struct mention *x = mention_new(p, m, a->id, by);
		x = x && a->n_participants ? x : NULL;
		if (!x)
			continue;
		x->participants = arena_alloc(p->x->r->a, a->n_participants * sizeof *x->participants);
		for (size_t k = 0; k < a->n_participants; k++) {
			const struct msg_unit_ref *ref =
			    a->participants[k].unit ? keep(p, &msg_type_unit_ref, a->participants[k].unit) : NULL;
			if (ref)
				x->participants[x->n++] = *ref;
		}
	}
	for (size_t i = 0; i < s->n_links; i++) {
		const struct msg_link_statement *l = &s->links[i];
		if (l->type != LINK_TYPE_PARTICIPATES_IN || !l->to || !l->to->id || !l->from)
			continue;
		struct mention *x = mention_new(p, m, l->to->id->id, by);
		struct msg_unit_ref *ref = x ? keep(p, &msg_type_unit_ref, l->from) : NULL;
		if (ref) {
			x->participants = ref;
			x->n = 1;
		}
	}
}

/* ---- telling ------------------------------------------------------------------------------------------ */

static int by_arrangement(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;
	if (x->arrangement != y->arrangement)
		return x->arrangement < y->arrangement ? -1 : 1;
	if (x->round != y->round)
		return x->round < y->round ? -1 : 1;
	return (x->rev > y->rev) - (x->rev < y->rev);
}

static bool reports_in(const struct reports *p, uint32_t unit, uint32_t round)
{
	for (size_t i = 0; i < p->n_reporters; i++)
		if (p->reporters[i].unit == unit && p->reporters[i].round == round)
			return true;
	return false;
}

static bool names(struct reports *p, const struct mention *m, uint32_t unit)
{
	answer_did(p->x->r, m->n);
	for (size_t i = 0; i < m->n; i++)
		if (unit_meant(p->x->r->v, &m->participants[i], unit))
			return true;
	return false;
}

/* `list` is what all reports of a round say of one arrangement. */
static enum err tell_one(struct reports *p, const struct mention *list, size_t n, uint32_t unit)
{
	struct quality *x = p->x;
	struct answer *r = x->r;
	const char **by = arena_alloc(r->row, (n + 1) * sizeof *by);
	size_t n_by = 0;
	uint64_t first = 0;
	int32_t day = x->rounds[list->round].day;
	for (size_t i = 0; i < n; i++)
		if (list[i].by == unit)
			return ERR_OK; /* it speaks of it */
	for (size_t i = 0; i < n; i++) {
		if (!names(p, &list[i], unit))
			continue;
		const char *id = unit_id(r->v, list[i].by ? list[i].by : x->rounds[list->round].area, r->row);
		bool again = !*id;
		for (size_t k = 0; k < n_by && !again; k++)
			again = strcmp(by[k], id) == 0;
		if (!again)
			by[n_by++] = id;
		first = first ? first : list[i].rev;
	}
	if (!first)
		return ERR_OK;
	struct msg_asymmetry_row row = {
	    .arrangement = unit_id(r->v, list->arrangement, r->row),
	    .name = unit_name(r->v, list->arrangement, day, r->row),
	    .named = unit_id(r->v, unit, r->row),
	    .named_name = unit_name(r->v, unit, day, r->row),
	    .n_by = n_by,
	    .by = by,
	    .round = x->rounds[list->round].def->id,
	    .revision = first,
	};
	return answer_row(r, 5, &msg_type_asymmetry_row, &row);
}

/* Those who take part, as far as it still stands. */
static size_t participants_of(struct reports *p, uint32_t arrangement, uint32_t **ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct view *v = p->x->r->v;
	struct row row;
	struct fact f;
	size_t n = 0, room = 0;
	*ret = NULL;
	key_link(&key, LINK_TYPE_PARTICIPATES_IN, arrangement);
	walk_begin(&w, v, TABLE_LINK_TO, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK || f.link.state > STATE_CORRECTED)
			continue;
		bool again = false;
		for (size_t i = 0; i < n && !again; i++)
			again = (*ret)[i] == f.link.a;
		if (again)
			continue;
		*ret = arena_grow(p->x->work, *ret, n, n + 1, sizeof **ret, &room);
		(*ret)[n++] = f.link.a;
	}
	return n;
}

enum err reports_tell(struct reports *p)
{
	struct quality *x = p->x;
	enum err e = ERR_OK;
	if (!p->n_reporters) {
		quality_note(x, "no unit has a report of its own that lists arrangements: nothing to compare");
		return ERR_OK;
	}
	if (p->n_mentions)
		qsort(p->mentions, p->n_mentions, sizeof *p->mentions, by_arrangement);
	for (size_t i = 0, end; i < p->n_mentions && e == ERR_OK; i = end) {
		const struct mention *m = &p->mentions[i];
		uint32_t *units;
		for (end = i; end < p->n_mentions && p->mentions[end].arrangement == m->arrangement &&
			      p->mentions[end].round == m->round;
		     end++)
			;
		size_t n = participants_of(p, m->arrangement, &units);
		for (size_t k = 0; k < n && e == ERR_OK; k++) {
			if (reports_in(p, units[k], m->round) && quality_inside(x, units[k], x->rounds[m->round].day))
				e = tell_one(p, m, end - i, units[k]);
			if (e == ERR_OK)
				e = answer_work(x->r);
		}
		arena_reset(x->work);
		if (e == ERR_OK)
			e = answer_work(x->r);
	}
	return e == ERR_OK ? x->r->v->err : e;
}
