/* SPDX-License-Identifier: Apache-2.0
 *
 * group.c - see group.h. A record is added to the overlay as soon as it is judged, so that the next message sees it;
 * positions, revisions and times are given out in the order of judging and taken back together when the commit fails.
 */
#include "daemon/group.h"
#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include "base/mem.h"
#include "query/unit.h"

#define RECORD_OVERHEAD 1024 /* bytes of header, id row and pages, for the admission */
#define TICK_ID_MARK    0x7d

struct entry { /* one item of this group */
	uint8_t id[16], hash[32];
	const char *submitter;
	struct slice receipt;
	bool durable; /* the receipt stands whatever becomes of this group */
};

struct group {
	struct store *store;
	struct group_limits limits;
	struct judge *judge;
	struct overlay *over;
	struct view view;
	struct journal_head head;       /* durable */
	struct journal_reader *journal; /* opened when first needed in a group */
	struct arena *arena;
	struct group_counts counts;

	uint64_t rev;    /* given out last */
	int64_t time_us; /* likewise */
	int64_t now_us;  /* the clock's */
	uint64_t bytes;
	bool committed;
	size_t n_records, records_room;
	struct journal_record *records;
	struct outcome *outcomes; /* beside records */
	size_t outcomes_room;
	size_t n_entries, entries_room;
	struct entry *entries;
};

enum err group_new(struct store *s, const struct group_limits *l, struct group **ret, struct why *why)
{
	struct group *g = mem_zero(1, sizeof *g);
	*ret = g;
	g->store = s;
	g->limits = *l;
	g->arena = arena_new(0);
	g->over = overlay_new();
	g->judge = judge_new(store_about(s), &(struct judge_limits){.statements_max = l->statements_max,
								    .expansion_max = l->expansion_max});
	enum err e = journal_head(s, &g->head);
	if (!e)
		e = view_open(s, &g->view);
	if (e) {
		*ret = group_free(g);
		return fail(why, e, "cannot read the store: %s", err_text(e));
	}
	g->view.over = g->over;
	g->rev = g->head.rev;
	g->time_us = g->head.time_us;
	ALWAYS(g->view.reached_pos == g->head.pos);
	return ERR_OK;
}

struct group *group_free(struct group *g)
{
	if (!g)
		return NULL;
	g->journal = journal_read_end(g->journal);
	view_close(&g->view);
	g->judge = judge_free(g->judge);
	g->over = overlay_free(g->over);
	g->arena = arena_free(g->arena);
	free(g->records);
	free(g->outcomes);
	free(g->entries);
	free(g);
	return NULL;
}

enum err group_renew(struct group *g)
{
	uint64_t before = g->view.reached_pos;
	enum err e = view_renew(&g->view);
	if (!e && g->view.reached_pos != before)
		overlay_indexed(g->over, g->view.reached_pos);
	return e;
}

enum err group_begin(struct group *g, int64_t now_us)
{
	arena_reset(g->arena);
	g->n_records = g->n_entries = 0;
	g->bytes = 0;
	g->committed = false;
	g->now_us = now_us;
	return group_renew(g);
}

struct arena *group_arena(struct group *g)
{
	return g->arena;
}

/* One more place in an array on the heap. */
static void *one_more(void *list, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return list;
	*room = *room ? *room * 2 : 64;
	return mem_grow(list, *room * size);
}

static struct entry *entry_new(struct group *g, const char *submitter, const struct msg_item *item)
{
	g->entries = one_more(g->entries, g->n_entries, &g->entries_room, sizeof *g->entries);
	struct entry *e = &g->entries[g->n_entries++];
	*e = (struct entry){.submitter = submitter};
	memcpy(e->id, item->message_id.data, sizeof e->id);
	crypto_generichash(e->hash, sizeof e->hash, item->content.data, item->content.len, NULL, 0);
	return e;
}

static void not_processed(struct group *g, struct entry *e, enum err err, const char *text,
			  const struct journal_record *first)
{
	e->receipt = judge_not_processed(g->arena, e->id, e->hash, e->submitter, err, text, first);
	g->counts.not_processed++;
}

/* The record that used an id first: one of this group, or from the log. Its slices live until the group ends. */
static enum err first_record(struct group *g, uint64_t pos, struct journal_record *ret, struct slice *ret_receipt)
{
	if (pos > g->head.pos) {
		size_t i = (size_t)(pos - g->head.pos - 1);
		if (i >= g->n_records)
			return ERR_INTERNAL;
		*ret = g->records[i];
		*ret_receipt = g->outcomes[i].receipt;
		return ERR_OK;
	}
	enum err e = ERR_OK;
	if (!g->journal)
		e = journal_read_begin(g->store, &g->journal);
	if (!e)
		e = journal_get(g->journal, pos, ret);
	if (!e)
		e = outcome_receipt(ret->outcome, ret_receipt);
	return e;
}

static void answer_known(struct group *g, struct entry *e, uint64_t pos)
{
	struct journal_record first;
	struct slice receipt;
	enum err err = first_record(g, pos, &first, &receipt);
	if (err) {
		not_processed(g, e, err, "its first receipt cannot be read", NULL);
		return;
	}
	e->durable = pos <= g->head.pos;
	if (memcmp(first.hash, e->hash, sizeof e->hash) != 0) {
		not_processed(g, e, ERR_ID_REUSED, err_text(ERR_ID_REUSED), &first);
		return;
	}
	/* Copied: the log's page may go before the reply does. */
	e->receipt.data = memcpy(arena_alloc(g->arena, receipt.len), receipt.data, receipt.len);
	e->receipt.len = receipt.len;
	g->counts.repeated++;
}

/* Put a judged record at the end of the group. */
static void add_record(struct group *g, enum record_kind kind, const struct judge_input *in, const struct judgement *j)
{
	AUTO_BUF struct buf outcome = {0};
	outcome_put(&outcome, &j->outcome);
	g->records = one_more(g->records, g->n_records, &g->records_room, sizeof *g->records);
	g->outcomes = one_more(g->outcomes, g->n_records, &g->outcomes_room, sizeof *g->outcomes);
	struct journal_record *r = &g->records[g->n_records];
	*r = (struct journal_record){
	    .pos = in->pos,
	    .rev = j->rev,
	    .kind = kind,
	    .epoch = store_about(g->store)->epoch,
	    .time_us = in->time_us,
	    .submitter = kind == RECORD_TICK ? 0 : j->submitter,
	    .body = in->content,
	    .outcome = {memcpy(arena_alloc(g->arena, outcome.len), outcome.data, outcome.len), outcome.len},
	};
	memcpy(r->id, in->id, sizeof r->id);
	memcpy(r->hash, in->hash, sizeof r->hash);
	g->outcomes[g->n_records++] = j->outcome;
	g->bytes += r->body.len + r->outcome.len;
	g->time_us = in->time_us;
	if (j->rev)
		g->rev = j->rev;
	overlay_add(g->over, r, j->outcome.facts, j->outcome.n_facts);
}

static struct judge_input input_for(const struct group *g, const char *submitter, struct slice content,
				    const uint8_t *hash)
{
	return (struct judge_input){
	    .pos = g->head.pos + g->n_records + 1,
	    .rev = g->rev + 1,
	    .time_us = g->now_us > g->time_us ? g->now_us : g->time_us + 1,
	    .submitter = submitter,
	    .content = content,
	    .hash = hash,
	};
}

static void judge_new_item(struct group *g, struct entry *e, const struct msg_item *item)
{
	struct judge_input in = input_for(g, e->submitter, item->content, e->hash);
	memcpy(in.id, e->id, sizeof in.id);
	in.dry_run = item->dry_run;
	struct judgement j = {0};
	struct why why = {0};
	enum err err = judge_message(g->judge, &g->view, &in, g->arena, &j, &why);
	if (err) {
		not_processed(g, e, err, *why.text ? why.text : err_text(err), NULL);
		return;
	}
	e->receipt = j.outcome.receipt;
	if (item->dry_run)
		return;
	add_record(g, RECORD_MESSAGE, &in, &j);
	if (j.rev)
		g->counts.accepted++;
	else
		g->counts.refused++;
}

size_t group_decline(struct group *g, const char *submitter, const struct msg_item *item, enum err e, const char *text)
{
	struct entry *entry = entry_new(g, submitter, item);
	not_processed(g, entry, e, text, NULL);
	entry->durable = true;
	return g->n_entries - 1;
}

size_t group_item(struct group *g, const char *submitter, const struct msg_item *item)
{
	ALWAYS(item->message_id.len == 16);
	if (item->content.len > g->limits.message_max) {
		const char *text = arena_printf(
		    g->arena, "the content of %zu bytes is over message-max, %llu: send it in several messages",
		    item->content.len, (unsigned long long)g->limits.message_max);
		return group_decline(g, submitter, item, ERR_TOO_LARGE, text);
	}
	struct entry *e = entry_new(g, submitter, item);
	size_t place = g->n_entries - 1;
	uint64_t pos;
	if (judge_known(g->judge, &g->view, submitter, e->id, &pos)) {
		answer_known(g, e, pos);
	} else {
		judge_new_item(g, e, item);
	}
	return place;
}

enum err group_tick(struct group *g, int32_t day, struct why *why)
{
	struct slice body = judge_tick_body(g->arena, day, store_about(g->store)->zone);
	uint8_t hash[32];
	crypto_generichash(hash, sizeof hash, body.data, body.len, NULL, 0);
	struct judge_input in = input_for(g, "", body, hash);
	in.id[0] = TICK_ID_MARK; /* the daemon's own ids: the day, so that one day has one id */
	be32_put(in.id + 12, (uint32_t)day);
	struct judgement j = {0};
	enum err e = judge_tick(g->judge, &g->view, &in, day, g->arena, &j, why);
	if (!e)
		add_record(g, RECORD_TICK, &in, &j);
	return e;
}

bool group_full(const struct group *g)
{
	return g->n_records >= g->limits.items_max || g->bytes >= g->limits.bytes_max ||
	       g->n_entries >= 4 * (size_t)g->limits.items_max || arena_used(g->arena) >= 32 * g->limits.bytes_max;
}

size_t group_records(const struct group *g)
{
	return g->n_records;
}

bool group_fatal(enum err e)
{
	return e != ERR_OK && e != ERR_NO_SPACE && e != ERR_TOO_LARGE;
}

/* Take back all that this group gave out. */
static void undo(struct group *g, enum err err, const char *text)
{
	overlay_drop_after(g->over, g->head.pos);
	judge_forget(g->judge);
	for (size_t i = 0; i < g->n_records; i++)
		if (g->records[i].kind == RECORD_MESSAGE) {
			if (g->records[i].rev)
				g->counts.accepted--;
			else
				g->counts.refused--;
		}
	for (size_t i = 0; i < g->n_entries; i++)
		if (!g->entries[i].durable)
			not_processed(g, &g->entries[i], err, text, NULL);
	g->n_records = 0;
	g->rev = g->head.rev;
	g->time_us = g->head.time_us;
}

/* Ticks may use the reserve: a day that cannot turn would stop more than it saves. */
static enum err admit(struct group *g, struct why *why)
{
	bool messages = false;
	for (size_t i = 0; i < g->n_records && !messages; i++)
		messages = g->records[i].kind == RECORD_MESSAGE;
	return messages ? store_admits(g->store, g->bytes + g->n_records * RECORD_OVERHEAD, why) : ERR_OK;
}

enum err group_commit(struct group *g, struct why *why)
{
	g->journal = journal_read_end(g->journal);
	g->committed = true;
	enum err e = g->view.err; /* a look-up failed: what was judged on it does not count */
	if (e)
		fail(why, e, "the index cannot be read: %s", err_text(e));
	if (!e && g->n_records)
		e = admit(g, why);
	if (!e && g->n_records)
		e = journal_append(g->store, g->records, g->n_records, why);
	if (e) {
		undo(g, e, why && *why->text ? why->text : err_text(e));
		return e;
	}
	if (g->n_records) {
		g->head.pos += g->n_records;
		g->head.rev = g->rev;
		g->head.time_us = g->time_us;
		memcpy(g->head.chain, g->records[g->n_records - 1].chain, sizeof g->head.chain);
	}
	return ERR_OK;
}

struct slice group_receipt(const struct group *g, size_t place)
{
	ALWAYS(g->committed && place < g->n_entries);
	return g->entries[place].receipt;
}

bool group_change(const struct group *g, struct group_at *at, struct slice *ret)
{
	for (; at->record < g->n_records; at->record++, at->change = 0)
		if (g->records[at->record].rev && at->change < g->outcomes[at->record].n_changes) {
			*ret = g->outcomes[at->record].changes[at->change++];
			return true;
		}
	return false;
}

bool group_must_wait(const struct group *g)
{
	return g->head.pos - g->view.reached_pos > g->limits.behind_max;
}

const struct journal_head *group_head(const struct group *g)
{
	return &g->head;
}

bool group_today(struct group *g, int32_t *ret)
{
	return unit_today(&g->view, ret);
}

struct group_counts group_counts(const struct group *g)
{
	return g->counts;
}
