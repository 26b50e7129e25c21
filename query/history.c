/* SPDX-License-Identifier: Apache-2.0
 *
 * history.c - everything ever said about a unit: postings name the revisions, the log's own change sets say what they
 * did.
 *
 * A page ends with a whole revision, so that it may be a little longer than the limit.
 */
#include <string.h>
#include "query/category.h"
#include "storage/index.h"
#include "storage/outcome.h"

#define POSTINGS_AT_ONCE 64u

struct history {
	struct answer *r;
	const struct msg_history_question *q;
	const char *unit;
	const char *period; /* canonical; "" = any */
	uint32_t limit, told;
	struct arena *record; /* of one record */
};

static bool touches(const struct history *h, const struct msg_change *m)
{
	for (size_t i = 0; i < m->n_units; i++) {
		if (strcmp(m->units[i], h->unit) == 0)
			return true;
	}
	return false;
}

/* An indicator, categories or a period ask for observations only. */
static bool wanted(const struct history *h, const struct msg_change *m)
{
	bool narrow = *h->q->indicator || h->q->n_categories || *h->period;
	if (!touches(h, m))
		return false;
	if (!narrow)
		return true;
	return m->subject == SUBJECT_OBSERVATION && (!*h->q->indicator || strcmp(m->field, h->q->indicator) == 0) &&
	       (!*h->period || strcmp(m->period, h->period) == 0) &&
	       categories_hold(m->categories, m->n_categories, h->q->categories, h->q->n_categories);
}

static enum err tell_set(struct history *h, const struct journal_record *rec, const struct msg_change_set *set)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < set->n_changes && e == ERR_OK; i++) {
		if (!wanted(h, &set->changes[i]))
			continue;
		struct msg_history_row row = {
		    .revision = rec->rev,
		    .system_time_us = rec->time_us,
		    .submitter = set->submitter,
		    .message_id = {rec->id, sizeof rec->id},
		    .change = &set->changes[i],
		};
		h->told++;
		e = answer_row(h->r, 2, &msg_type_history_row, &row);
	}
	return e;
}

static enum err tell_revision(struct history *h, uint64_t rev)
{
	struct answer *r = h->r;
	struct journal_record rec;
	struct outcome o;
	uint64_t pos;
	arena_reset(h->record);
	enum err e = r->failed = journal_find(r->c->journal, rev, &pos);
	if (e == ERR_OK)
		e = r->failed = journal_get(r->c->journal, pos, &rec);
	if (e == ERR_OK)
		e = r->failed = outcome_get(rec.outcome, h->record, false, &o);
	if (e == ERR_OK)
		answer_did_record(r, &rec);
	for (size_t i = 0; e == ERR_OK && i < o.n_changes; i++) {
		void *set;
		e = codec_decode(&msg_type_change_set, o.changes[i], CODEC_TOLERANT, h->record, &set, NULL);
		if (e != ERR_OK)
			return r->failed = ERR_CORRUPT;
		e = tell_set(h, &rec, set);
	}
	return e == ERR_OK ? answer_work(r) : e;
}

static enum err tell(struct history *h, uint32_t unit, uint64_t *ret_next)
{
	uint64_t revs[POSTINGS_AT_ONCE], from = h->q->from_revision ? h->q->from_revision : 1;
	*ret_next = 0;
	for (;;) {
		size_t n;
		enum err e = h->r->failed = posting_read(h->r->v, unit, from, POSTINGS_AT_ONCE, revs, &n);
		for (size_t i = 0; i < n && e == ERR_OK; i++) {
			if (h->told >= h->limit) {
				*ret_next = revs[i];
				return ERR_OK;
			}
			e = tell_revision(h, revs[i]);
			from = revs[i] + 1;
		}
		if (e != ERR_OK || n < POSTINGS_AT_ONCE)
			return e;
	}
}

enum err ask_history(struct answer *r, const struct msg_history_question *q)
{
	AUTO_ARENA struct arena *record = arena_new(0);
	uint32_t unit, max = r->c->limits->history_max;
	struct history h = {.r = r, .q = q, .record = record, .limit = q->limit && q->limit < max ? q->limit : max};
	struct when period;
	enum err e = answer_when(r, q->period, "period", &period);
	if (e == ERR_OK)
		e = answer_unit(r, q->unit, r->has_today ? r->today : WHEN_DAY_MAX, &unit);
	if (e != ERR_OK)
		return e;
	char text[WHEN_TEXT_MAX];
	when_format(&period, text);
	h.period = arena_text(r->a, text, strlen(text));
	h.unit = unit_id(r->v, unit, r->a);
	struct msg_history_answer *head = arena_alloc(r->a, sizeof *head);
	head->unit = h.unit;
	answer_begin(r, 12, &msg_type_history_answer, head);
	struct msg_history_answer last = {.unit = ""};
	/* The view may be younger than the caller's reader of the log; nothing is indexed that the log does not show
	 * now. */
	e = r->failed = journal_read_renew(r->c->journal);
	if (e == ERR_OK)
		e = tell(&h, unit, &last.next_revision);
	return e == ERR_OK ? answer_last(r, &last) : e;
}
