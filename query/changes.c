/* SPDX-License-Identifier: Apache-2.0
 *
 * changes.c - the change log, as subscribers got it: the stored bytes of change sets, never encoded again.
 *
 * Without a filter it is read from the log alone and reaches what is durable, so that a subscriber who closes a gap
 * need not wait for the index. A filter by units reads postings, which reach as far as the index. All change sets of a
 * revision are told together; `next_revision` is where to go on.
 */
#include <string.h>
#include "query/answer.h"
#include "storage/index.h"
#include "storage/outcome.h"

#define POSTINGS_AT_ONCE 256u
#define RECORDS_A_TXN    1024u /* a reader of the log is kept short */

struct changes {
	struct answer *r;
	const struct msg_changes_question *q;
	uint64_t from, to;
	uint32_t limit, told;
	uint64_t next;
	uint32_t read;
	struct arena *record; /* of one record */
};

static bool kind_wanted(const struct msg_changes_question *q, enum change_kind kind)
{
	for (size_t i = 0; i < q->n_kinds; i++) {
		if (q->kinds[i] == kind)
			return true;
	}
	return false;
}

/* Does any change of the revision have a kind that is asked for? */
static enum err wanted(struct changes *c, const struct outcome *o, bool *ret)
{
	*ret = !c->q->n_kinds;
	for (size_t i = 0; i < o->n_changes && !*ret; i++) {
		void *msg;
		enum err e = codec_decode(&msg_type_change_set, o->changes[i], CODEC_TOLERANT, c->record, &msg, NULL);
		if (e != ERR_OK)
			return c->r->failed = ERR_CORRUPT;
		const struct msg_change_set *set = msg;
		for (size_t k = 0; k < set->n_changes && !*ret; k++)
			*ret = kind_wanted(c->q, set->changes[k].kind);
	}
	return ERR_OK;
}

static enum err tell_record(struct changes *c, const struct journal_record *rec)
{
	struct outcome o;
	bool yes;
	arena_reset(c->record);
	answer_did_record(c->r, rec);
	enum err e = c->r->failed = outcome_get(rec->outcome, c->record, false, &o);
	if (e == ERR_OK)
		e = wanted(c, &o, &yes);
	if (e != ERR_OK || !yes)
		return e;
	for (size_t i = 0; i < o.n_changes && e == ERR_OK; i++, c->told++)
		e = answer_bytes(c->r, 1, o.changes[i]);
	return e;
}

/* Between records the reader may be renewed: no slice of the last one is held. */
static enum err record_done(struct changes *c)
{
	if (++c->read % RECORDS_A_TXN == 0) {
		c->r->failed = journal_read_renew(c->r->c->journal);
		if (c->r->failed != ERR_OK)
			return c->r->failed;
	}
	return answer_work(c->r);
}

static enum err tell_all(struct changes *c)
{
	struct journal_reader *j = c->r->c->journal;
	uint64_t pos;
	if (c->from > c->to)
		return ERR_OK;
	enum err e = c->r->failed = journal_find(j, c->from, &pos);
	for (c->next = c->from; e == ERR_OK && c->next <= c->to && c->told < c->limit; pos++) {
		struct journal_record rec;
		e = c->r->failed = journal_get(j, pos, &rec);
		if (e == ERR_OK && rec.rev) { /* refused ones stand between */
			e = tell_record(c, &rec);
			c->next = rec.rev + 1;
		}
		if (e == ERR_OK)
			e = record_done(c);
	}
	return e;
}

/* ---- only what touches some units ------------------------------------------------------------------- */

struct posting {
	uint32_t unit;
	size_t n, at;
	uint64_t revs[POSTINGS_AT_ONCE];
};

/* The next revision of one unit at or after `from`; 0 = none. */
static enum err posting_next(struct changes *c, struct posting *p, uint64_t from, uint64_t *ret)
{
	while (p->at < p->n && p->revs[p->at] < from)
		p->at++;
	if (p->at == p->n && (!p->n || p->n == POSTINGS_AT_ONCE)) {
		enum err e = posting_read(c->r->v, p->unit, from, POSTINGS_AT_ONCE, p->revs, &p->n);
		if (e != ERR_OK)
			return c->r->failed = e;
		p->at = 0;
	}
	*ret = p->at < p->n ? p->revs[p->at] : 0;
	return ERR_OK;
}

/* The lowest revision at or after `from` that touches any of the units; 0 = none. */
static enum err any_next(struct changes *c, struct posting *list, size_t n, uint64_t from, uint64_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t rev;
		enum err e = posting_next(c, &list[i], from, &rev);
		if (e != ERR_OK)
			return e;
		if (rev && (!*ret || rev < *ret))
			*ret = rev;
	}
	return ERR_OK;
}

static enum err tell_revision(struct changes *c, uint64_t rev)
{
	struct journal_record rec;
	uint64_t pos;
	enum err e = c->r->failed = journal_find(c->r->c->journal, rev, &pos);
	if (e == ERR_OK)
		e = c->r->failed = journal_get(c->r->c->journal, pos, &rec);
	if (e == ERR_OK)
		e = tell_record(c, &rec);
	return e == ERR_OK ? record_done(c) : e;
}

static enum err tell_units(struct changes *c)
{
	const struct msg_changes_question *q = c->q;
	struct posting *list = arena_alloc(c->r->a, q->n_units * sizeof *list);
	for (size_t i = 0; i < q->n_units; i++) {
		list[i].unit = view_term(c->r->v, SPACE_UNIT, slice_text(q->units[i]));
		if (!list[i].unit)
			return fail(&c->r->why, ERR_NOT_FOUND, "there is no unit \"%.100s\"", q->units[i]);
	}
	enum err e = ERR_OK;
	for (c->next = c->from; e == ERR_OK && c->next <= c->to && c->told < c->limit;) {
		uint64_t rev;
		e = any_next(c, list, q->n_units, c->next, &rev);
		if (e != ERR_OK)
			break;
		if (!rev || rev > c->to) {
			c->next = c->to + 1;
			break;
		}
		e = tell_revision(c, rev);
		c->next = rev + 1;
	}
	return e;
}

/* How far the answer can reach: what is durable, or indexed where postings are needed, or asked for. */
static enum err choose_end(struct changes *c)
{
	struct answer *r = c->r;
	const struct msg_query_request *q = r->q;
	struct journal_head head;
	bool pinned = q->as_of_revision || (q->as_of_time && *q->as_of_time) || (q->as_of_tag && *q->as_of_tag);
	if (!c->q->n_units && !pinned) {
		r->failed = journal_head(r->c->store, &head);
		if (r->failed != ERR_OK)
			return r->failed;
		r->revision = head.rev;
	}
	/* So that the reader shows what the head, or a view younger than itself, has named. */
	r->failed = journal_read_renew(r->c->journal);
	if (r->failed != ERR_OK)
		return r->failed;
	c->to = c->q->to_revision && c->q->to_revision < r->revision ? c->q->to_revision : r->revision;
	return ERR_OK;
}

enum err ask_changes(struct answer *r, const struct msg_changes_question *q)
{
	AUTO_ARENA struct arena *record = arena_new(0);
	uint32_t max = r->c->limits->changes_max;
	struct changes c = {.r = r, .q = q, .from = q->from_revision ? q->from_revision : 1, .record = record};
	c.limit = q->limit && q->limit < max ? q->limit : max;
	c.next = c.from;
	struct msg_changes_answer *head = arena_alloc(r->a, sizeof *head);
	answer_begin(r, 14, &msg_type_changes_answer, head);
	enum err e = choose_end(&c);
	if (e == ERR_OK)
		e = q->n_units ? tell_units(&c) : tell_all(&c);
	if (e != ERR_OK)
		return e;
	return answer_last(r, &(struct msg_changes_answer){.next_revision = c.next});
}
