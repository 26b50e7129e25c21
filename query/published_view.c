/* SPDX-License-Identifier: Apache-2.0
 *
 * published_view.c - a view of what was published by a date: published_only() in published.h.
 *
 * A row has the source that said it first. Where it took the place of an earlier one under its key (an end that was told
 * later, a correction), who said that stands in the log alone; it is read there, once a revision.
 */
#include <string.h>
#include "query/publishing.h"
#include "storage/outcome.h"

#define RECORDS_A_TXN 1024u      /* a reader of the log is kept short */
#define SEVERAL       UINT32_MAX /* sources said what the revision did: events that follow from each other */

/* ---- who said it -------------------------------------------------------------------------------------- */

/* What a row is about. */
struct about {
	uint32_t a, b; /* units; b 0 = there is one */
	uint32_t src;
	uint64_t id; /* of its key, the same in tables that mirror each other */
};

struct sayer {
	uint32_t all;   /* the source of all changes; SEVERAL */
	uint32_t about; /* of those about the units; 0 = none are */
};

static bool is_unit(struct view *v, const char *id, uint32_t unit)
{
	return view_term(v, SPACE_UNIT, slice_text(id)) == unit;
}

static void take_change(struct published *p, const struct msg_change *m, const struct about *x, struct sayer *ret)
{
	struct view *v = p->r->v;
	uint32_t src = *m->source ? view_term(v, SPACE_SOURCE, slice_text(m->source)) : 0;
	if (!ret->all)
		ret->all = src + 1;
	else if (ret->all != src + 1)
		ret->all = SEVERAL;
	if (m->n_units == (x->b ? 2u : 1u) && is_unit(v, m->units[0], x->a) && (!x->b || is_unit(v, m->units[1], x->b)))
		ret->about = src + 1;
}

static enum err read_record(struct published *p, uint64_t rev, const struct about *x, struct sayer *ret)
{
	struct answer *r = p->r;
	struct journal_record rec;
	struct outcome o;
	uint64_t pos;
	enum err e = p->read++ % RECORDS_A_TXN ? ERR_OK : journal_read_renew(r->c->journal);
	if (e == ERR_OK)
		e = journal_find(r->c->journal, rev, &pos);
	if (e == ERR_OK)
		e = journal_get(r->c->journal, pos, &rec);
	arena_reset(p->record);
	if (e == ERR_OK)
		e = outcome_get(rec.outcome, p->record, false, &o);
	for (size_t i = 0; e == ERR_OK && i < o.n_changes; i++) {
		void *msg;
		e = codec_decode(&msg_type_change_set, o.changes[i], CODEC_TOLERANT, p->record, &msg, NULL);
		const struct msg_change_set *set = msg;
		for (size_t k = 0; e == ERR_OK && k < set->n_changes; k++)
			take_change(p, &set->changes[k], x, ret);
	}
	return e;
}

/* The source of what took the place of an earlier row. */
static uint32_t sayer(struct published *p, uint64_t rev, const struct about *x)
{
	struct sayer s = {0};
	struct answer *r = p->r;
	uint32_t *all = number_map_at(&p->sayers, r->a, rev);
	if (*all && *all != SEVERAL)
		return *all - 1;
	enum err e = read_record(p, rev, x, &s);
	if (e != ERR_OK)
		r->v->err = r->v->err ? r->v->err : e;
	*all = s.all ? s.all : 1;
	return *all != SEVERAL ? *all - 1 : s.about ? s.about - 1 : x->src;
}

/* ---- rows --------------------------------------------------------------------------------------------- */

static uint64_t mixed(uint64_t id, uint32_t x, uint32_t y)
{
	id = (id ^ x) * 0x9e3779b97f4a7c15u;
	return ((id ^ id >> 31) ^ y) * 0xc2b2ae3d27d4eb4fu;
}

/* Is the row one of those that are asked about? */
static bool concerns(const struct published *p, const struct row *row, struct about *ret)
{
	struct fact f;
	bool life = row->tab == TABLE_LIFE || row->tab == TABLE_KIND;
	bool link = row->tab == TABLE_LINK || row->tab == TABLE_LINK_TO;
	if (!life && !link && row->tab != TABLE_ATTR && row->tab != TABLE_SCOPE)
		return false;
	enum err e = row_fact(row, &f);
	if (e != ERR_OK) {
		p->r->v->err = p->r->v->err ? p->r->v->err : e;
		return false;
	}
	if (life) {
		*ret = (struct about){
		    .a = f.life.unit, .src = f.life.src, .id = mixed(FACT_LIFE, f.life.unit, f.life.life)};
		return p->of.kind && f.life.kind == p->of.kind;
	}
	if (link) {
		*ret = (struct about){.a = f.link.a, .b = f.link.b, .src = f.link.src};
		ret->id = mixed(mixed(FACT_LINK, f.link.type, f.link.a), f.link.b, f.link.src);
		ret->id = mixed(ret->id, (uint32_t)f.link.from.lo, f.link.seq);
		return p->of.links >> f.link.type & 1;
	}
	if (row->tab == TABLE_ATTR) {
		*ret = (struct about){.a = f.attr.unit, .src = f.attr.src};
		ret->id = mixed(mixed(FACT_ATTR, f.attr.unit, f.attr.name), (uint32_t)f.attr.from.lo, f.attr.src);
		ret->id = mixed(ret->id, f.attr.seq, 0);
		return true;
	}
	*ret = (struct about){.a = f.scope.unit, .src = f.scope.src};
	ret->id = mixed(mixed(FACT_SCOPE, f.scope.round, f.scope.unit), f.scope.kind, 0);
	return true;
}

static bool took_a_place(struct view *v, const struct row *row)
{
	struct row older;
	uint64_t as_of = v->as_of;
	v->as_of = row->rev - 1;
	bool found = view_get(v, row->tab, row->key, &older);
	v->as_of = as_of;
	return found;
}

/* Each is met many times, and counted once. */
static void leave(struct published *p, const struct row *row, const struct about *x, enum publication how)
{
	uint32_t *seen = number_map_at(&p->left, p->r->a, mixed(x->id, (uint32_t)row->rev, (uint32_t)(row->rev >> 32)));
	if (!*seen)
		published_leave(p, how);
	*seen = 1;
}

static bool admit(void *arg, const struct row *row)
{
	struct published *p = arg;
	struct about x;
	if (row->rev <= p->entered || !concerns(p, row, &x))
		return true;
	uint32_t src = took_a_place(p->r->v, row) ? sayer(p, row->rev, &x) : x.src;
	enum publication how = published_when(p, src, row->rev);
	if (how != PUBLISHED)
		leave(p, row, &x, how);
	return how == PUBLISHED;
}

/* ---- what is counted ---------------------------------------------------------------------------------- */

struct published_of published_of_count(struct view *v, const struct msg_count_question *q)
{
	const char *kind = "";
	unsigned links = 0;
	switch (q->counted) {
	case COUNTED_UNITS:
		kind = q->kind;
		break;
	case COUNTED_ARRANGEMENTS:
	case COUNTED_PARTICIPANTS:
		kind = "arrangement";
		links = 1u << LINK_TYPE_PARTICIPATES_IN | 1u << LINK_TYPE_HOSTS;
		break;
	case COUNTED_LINKS: /* that of an arrangement lasts as long as it */
		links = 1u << q->link;
		kind = q->link == LINK_TYPE_PARTICIPATES_IN || q->link == LINK_TYPE_HOSTS ? "arrangement" : "";
		break;
	case COUNTED_UNSPECIFIED:
		break;
	}
	return (struct published_of){.kind = *kind ? view_term(v, SPACE_TERM, slice_text(kind)) : 0, .links = links};
}

void published_only(struct published *p, const struct published_of *of)
{
	if (!p)
		return;
	p->of = *of;
	if (!p->record)
		p->record = arena_under(p->r->a);
	p->r->v->admit = admit;
	p->r->v->admit_arg = p;
}

void published_all(struct published *p)
{
	if (!p)
		return;
	p->r->v->admit = NULL;
	p->record = arena_free(p->record);
}
