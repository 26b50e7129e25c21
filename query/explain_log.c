/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_log.c - what the log says: values from its change records, all else of a statement from its facts.
 *
 * Statements are read in the order of their revisions, so that a record that said many of them is read once. A change
 * record names unit, indicator, categories and period; where a revision says several values under one key, source and
 * locator tell them apart. A statement that the log does not have is left unheard, and the figure does not agree.
 */
#include "query/explaining.h"
#include "storage/outcome.h"
#include <stdlib.h>
#include <string.h>

#define RECORDS_A_TXN 1024u /* a reader of the log is kept short */

static int by_key(const struct statement *a, const struct statement *b)
{
	if (a->series != b->series)
		return a->series < b->series ? -1 : 1;
	if (a->ref != b->ref)
		return a->ref < b->ref ? -1 : 1;
	return (a->unit > b->unit) - (a->unit < b->unit);
}

static int by_revision(const void *a, const void *b)
{
	const struct statement *const *x = a, *const *y = b;
	if ((*x)->rev != (*y)->rev)
		return (*x)->rev < (*y)->rev ? -1 : 1;
	int d = by_key(*x, *y);
	if (d == 0)
		d = ((*x)->src > (*y)->src) - ((*x)->src < (*y)->src);
	return d ? d : ((*x)->seq > (*y)->seq) - ((*x)->seq < (*y)->seq);
}

/* The statements of one revision, in the order of by_revision(). */
struct hearing {
	struct explain *x;
	const struct journal_record *rec;
	struct statement **list;
	size_t n;
};

/* The first of a key, and how many there are. */
static size_t find_key(const struct hearing *h, const struct statement *key, size_t *ret_at)
{
	size_t from = 0, to = h->n, n = 0;
	while (from < to) {
		size_t mid = from + (to - from) / 2;
		if (by_key(h->list[mid], key) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	while (from + n < h->n && by_key(h->list[from + n], key) == 0)
		n++;
	*ret_at = from;
	return n;
}

/* ---- facts: status, round, place ---------------------------------------------------------------------- */

static enum err hear_facts(struct hearing *h)
{
	struct rd rd;
	struct fact f;
	size_t n;
	enum err e = outcome_facts(h->rec->outcome, &rd, &n);
	while (e == ERR_OK && n--) {
		if (!fact_get(&rd, &f))
			return ERR_CORRUPT;
		if (f.kind != FACT_OBS)
			continue;
		struct statement key = {.series = f.obs.series, .ref = f.obs.ref, .unit = f.obs.unit};
		size_t at, k = find_key(h, &key, &at);
		for (size_t i = at; i < at + k; i++) {
			struct statement *s = h->list[i];
			if (s->src != f.obs.src || s->seq != f.obs.seq)
				continue;
			s->found = state_stands(f.obs.state);
			s->status = f.obs.status;
			s->round = f.obs.round;
			s->expressed_in = f.obs.expressed_in;
			s->locator = arena_text(h->x->r->a, f.obs.locator.data, f.obs.locator.len);
		}
	}
	return e;
}

/* ---- change records: values --------------------------------------------------------------------------- */

static const struct msg_value *keep_value(struct arena *a, const struct msg_value *v)
{
	AUTO_BUF struct buf b = {0};
	void *kept;
	codec_encode(&msg_type_value, v, &b);
	struct slice bytes = {arena_text(a, (const char *)b.data, b.len), b.len};
	return codec_decode(&msg_type_value, bytes, CODEC_TOLERANT, a, &kept, NULL) == ERR_OK ? kept : NULL;
}

/* How well a change fits a statement of its key: the source and the place tell several apart. */
static int fit(struct explain *x, const struct statement *s, const struct msg_change *m)
{
	struct slice src = view_text(x->r->v, SPACE_SOURCE, s->src);
	bool same_source = src.len == strlen(m->source) && memcmp(src.data, m->source, src.len) == 0;
	if (*m->source && !same_source)
		return -1;
	return 2 * same_source + (s->locator && strcmp(s->locator, m->locator) == 0);
}

static enum err hear_change(void *arg, const struct journal_record *rec, const struct msg_change_set *set,
			    const struct msg_change *m)
{
	struct hearing *h = arg;
	struct explain *x = h->x;
	struct arena *a = x->r->a;
	if (m->subject != SUBJECT_OBSERVATION || !m->after || !m->n_units)
		return ERR_OK;
	struct statement key = {
	    .series = view_term(x->r->v, SPACE_SERIES,
				slice_text(series_text(x->record, m->field, m->categories, m->n_categories))),
	    .ref = view_term(x->r->v, SPACE_REF, slice_text(m->period)),
	    .unit = view_term(x->r->v, SPACE_UNIT, slice_text(m->units[0]))};
	size_t at, n = find_key(h, &key, &at), best = n;
	int score = -1;
	for (size_t i = 0; i < n; i++) {
		int d = h->list[at + i]->heard ? -1 : fit(x, h->list[at + i], m);
		if (d > score) {
			score = d;
			best = i;
		}
	}
	if (best == n)
		return ERR_OK;
	struct statement *s = h->list[at + best];
	s->said = keep_value(a, m->after);
	s->heard = s->said != NULL;
	s->submitter = arena_text(a, set->submitter, strlen(set->submitter));
	s->message_id = (struct slice){arena_text(a, (const char *)rec->id, sizeof rec->id), sizeof rec->id};
	s->time_us = rec->time_us;
	return ERR_OK;
}

/* ---- records ------------------------------------------------------------------------------------------ */

static enum err record_of(struct explain *x, uint64_t rev, struct journal_record *ret)
{
	uint64_t pos;
	struct answer *r = x->r;
	enum err e = r->failed = journal_find(r->c->journal, rev, &pos);
	if (e == ERR_OK)
		e = r->failed = journal_get(r->c->journal, pos, ret);
	return e;
}

static enum err changes_of(struct explain *x, const struct journal_record *rec, explain_change_f *fn, void *arg)
{
	struct outcome o;
	enum err e = x->r->failed = outcome_get(rec->outcome, x->record, false, &o);
	for (size_t i = 0; e == ERR_OK && i < o.n_changes; i++) {
		void *msg;
		e = codec_decode(&msg_type_change_set, o.changes[i], CODEC_TOLERANT, x->record, &msg, NULL);
		if (e != ERR_OK)
			return x->r->failed = ERR_CORRUPT;
		const struct msg_change_set *set = msg;
		for (size_t k = 0; k < set->n_changes && e == ERR_OK; k++)
			e = fn(arg, rec, set, &set->changes[k]);
	}
	return e;
}

enum err explain_changes(struct explain *x, uint64_t rev, explain_change_f *fn, void *arg)
{
	struct journal_record rec;
	arena_reset(x->record);
	enum err e = record_of(x, rev, &rec);
	return e == ERR_OK ? changes_of(x, &rec, fn, arg) : e;
}

enum err explain_facts(struct explain *x, uint64_t rev, explain_fact_f *fn, void *arg)
{
	struct journal_record rec;
	struct rd rd;
	struct fact f;
	size_t n = 0;
	arena_reset(x->record);
	enum err e = record_of(x, rev, &rec);
	if (e == ERR_OK)
		e = x->r->failed = outcome_facts(rec.outcome, &rd, &n);
	while (e == ERR_OK && n--)
		e = fact_get(&rd, &f) ? fn(arg, &f) : (x->r->failed = ERR_CORRUPT);
	return e;
}

static enum err hear_revision(struct hearing *h)
{
	struct journal_record rec;
	arena_reset(h->x->record);
	enum err e = record_of(h->x, h->list[0]->rev, &rec);
	h->rec = &rec;
	if (e == ERR_OK)
		e = hear_facts(h);
	return e == ERR_OK ? changes_of(h->x, &rec, hear_change, h) : e;
}

enum err explain_hear(struct explain *x)
{
	struct answer *r = x->r;
	struct statement **list = arena_alloc(r->a, (x->n_statements + 1) * sizeof *list);
	size_t n = 0;
	for (size_t i = 0; i < x->n_statements; i++)
		if (!x->statements[i].heard)
			list[n++] = &x->statements[i];
	qsort(list, n, sizeof *list, by_revision);
	/* The view may be younger than the caller's reader of the log. */
	enum err e = r->failed = journal_read_renew(r->c->journal);
	uint32_t read = 0;
	for (size_t i = 0, k; i < n && e == ERR_OK; i = k) {
		for (k = i; k < n && list[k]->rev == list[i]->rev; k++)
			;
		struct hearing h = {.x = x, .list = list + i, .n = k - i};
		e = hear_revision(&h);
		if (e == ERR_OK && ++read % RECORDS_A_TXN == 0)
			e = r->failed = journal_read_renew(r->c->journal);
		if (e == ERR_OK)
			e = answer_work(r);
	}
	for (size_t i = 0; i < n; i++)
		x->unheard |= !list[i]->heard || !list[i]->found;
	return e;
}
