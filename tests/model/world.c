/* SPDX-License-Identifier: Apache-2.0
 *
 * world.c - the writer's part: judge, append, overlay, fold, as daemon/group.c does it.
 */
#include "tests/model/world.h"
#include <dirent.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "proto/codec.h"

#define TRY(w, call)                                                                                                   \
	do {                                                                                                           \
		enum err e_ = (call);                                                                                  \
		if (e_ != ERR_OK)                                                                                      \
			return world_fail(w, "%s: %s", #call, err_symbol(e_));                                         \
	} while (0)

bool world_fail(struct world *w, const char *fmt, ...)
{
	va_list ap;
	if (*w->failure)
		return false;
	va_start(ap, fmt);
	vsnprintf(w->failure, sizeof w->failure, fmt, ap);
	va_end(ap);
	return false;
}

/* ---- opening and closing ---- */

static bool start(struct world *w)
{
	struct why why = {0};
	static const struct judge_limits limits = {.statements_max = 10000};
	enum err e = store_open(&w->options, &w->store, &why);
	if (e != ERR_OK)
		return world_fail(w, "store_open: %s: %s", err_symbol(e), why.text);
	struct index_progress p = {.more = true};
	static const struct index_limits all = {16384, 200000};
	while (p.more)
		TRY(w, index_fold(w->store, &all, &p, &why));
	TRY(w, journal_head(w->store, &w->head));
	if (p.pos != w->head.pos || p.rev != w->head.rev)
		return world_fail(w, "the index stops at %llu, the log at %llu", (unsigned long long)p.pos,
				  (unsigned long long)w->head.pos);
	w->judge = judge_new(store_about(w->store), &limits);
	w->over = overlay_new();
	TRY(w, view_open(w->store, &w->view));
	w->view.over = w->over;
	w->rev = w->head.rev;
	w->time_us = w->head.time_us;
	return true;
}

static void stop(struct world *w)
{
	view_close(&w->view);
	memset(&w->view, 0, sizeof w->view);
	w->over = overlay_free(w->over);
	w->judge = judge_free(w->judge);
	w->store = store_close(w->store);
}

static void remove_dir(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	char at[512];
	while (d && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(at, sizeof at, "%s/%s", path, e->d_name);
		if (unlink(at) != 0)
			remove_dir(at);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

bool world_open(struct world *w, const char *dir, bool say)
{
	memset(w, 0, sizeof *w);
	snprintf(w->dir, sizeof w->dir, "%s", dir);
	remove_dir(w->dir);
	w->say = say;
	w->options = (struct store_options){.dir = w->dir,
					    .log_map_bytes = 16u << 20,
					    .index_map_bytes = 16u << 20,
					    .local_map_bytes = 1u << 20,
					    .reserve_bytes = 1u << 20,
					    .readers_max = 8,
					    .zone = "Europe/Oslo",
					    .create = true};
	w->arena = arena_new(0);
	w->twin = twin_new();
	w->gen = (struct gen){.a = w->arena, .t = w->twin};
	return start(w);
}

void world_close(struct world *w)
{
	stop(w);
	w->arena = arena_free(w->arena);
	w->twin = twin_free(w->twin);
	remove_dir(w->dir);
}

/* ---- messages ---- */

static struct slice keep(struct world *w, struct slice s)
{
	return (struct slice){arena_text(w->arena, s.data ? s.data : "", s.len), s.len};
}

static const char *rules_of(struct world *w, struct slice receipt)
{
	void *decoded;
	const char *text = "";
	if (codec_decode(&msg_type_receipt, receipt, CODEC_TOLERANT, w->arena, &decoded, NULL) != ERR_OK)
		return "(no receipt)";
	const struct msg_receipt *r = decoded;
	for (size_t i = 0; i < r->n_findings; i++)
		text = arena_printf(w->arena, "%s\n  %s %s: %s", text, r->findings[i].rule, r->findings[i].path,
				    r->findings[i].text);
	return text;
}

static struct judge_input input(struct world *w, const char *submitter, struct slice content, const uint8_t *hash)
{
	w->time_us += 1 + gen_below(&w->gen, 1000000);
	return (struct judge_input){.pos = w->head.pos + w->n_pending + 1,
				    .rev = w->rev + 1,
				    .time_us = w->time_us,
				    .submitter = submitter,
				    .content = content,
				    .hash = hash};
}

static void record(struct world *w, enum record_kind kind, const struct judge_input *in, const struct judgement *j,
		   const struct msg_message *m)
{
	AUTO_BUF struct buf outcome = {0};
	outcome_put(&outcome, &j->outcome);
	struct journal_record *r = &w->pending[w->n_pending++];
	*r = (struct journal_record){.pos = in->pos,
				     .rev = j->rev,
				     .kind = kind,
				     .epoch = store_about(w->store)->epoch,
				     .time_us = in->time_us,
				     .submitter = kind == RECORD_TICK ? 0 : j->submitter,
				     .body = in->content,
				     .outcome = keep(w, buf_view(&outcome))};
	memcpy(r->id, in->id, sizeof r->id);
	memcpy(r->hash, in->hash, sizeof r->hash);
	if (j->rev)
		w->rev = j->rev;
	w->gen.rev = w->rev;
	overlay_add(w->over, r, j->outcome.facts, j->outcome.n_facts);
	if (w->n_sent == w->sent_room)
		w->sent = arena_grow(w->arena, w->sent, w->n_sent, w->n_sent + 1, sizeof *w->sent, &w->sent_room);
	struct sent *s = &w->sent[w->n_sent++];
	*s = (struct sent){.pos = in->pos,
			   .rev = j->rev,
			   .submitter = in->submitter,
			   .message = m,
			   .content = in->content,
			   .receipt = keep(w, j->outcome.receipt),
			   .n_changes = j->outcome.n_changes};
	memcpy(s->id, in->id, sizeof s->id);
	memcpy(s->hash, in->hash, sizeof s->hash);
	s->changes = arena_alloc(w->arena, (s->n_changes + 1) * sizeof *s->changes);
	for (size_t i = 0; i < s->n_changes; i++)
		s->changes[i] = keep(w, j->outcome.changes[i]);
}

/* A dry run says what would become of it, and leaves nothing behind. */
static bool dry_run(struct world *w, struct judge_input in, bool *ret)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct judgement j;
	in.dry_run = true;
	TRY(w, judge_message(w->judge, &w->view, &in, a, &j, NULL));
	*ret = j.outcome.verdict == OUTCOME_ACCEPTED;
	return true;
}

bool world_message(struct world *w, const struct msg_message *m)
{
	AUTO_BUF struct buf b = {0};
	uint8_t *hash = arena_alloc(w->arena, 32);
	void *decoded;
	struct judgement j;
	struct why why = {0};
	codec_encode(&msg_type_message, m, &b);
	struct slice content = keep(w, buf_view(&b));
	TRY(w, codec_decode(&msg_type_message, content, CODEC_STRICT, w->arena, &decoded, NULL));
	crypto_generichash(hash, 32, content.data, content.len, NULL, 0);
	struct judge_input in = input(w, gen_one_in(&w->gen, 3) ? "plain:a" : "plain:b", content, hash);
	for (unsigned i = 0; i < 16; i++)
		in.id[i] = (uint8_t)gen_next(&w->gen);
	uint64_t pos;
	bool would = false, tried = gen_one_in(&w->gen, 5);
	if (judge_known(w->judge, &w->view, in.submitter, in.id, &pos))
		return world_fail(w, "an id that was never used is known");
	if (tried && !dry_run(w, in, &would))
		return false;
	enum err e = judge_message(w->judge, &w->view, &in, w->arena, &j, &why);
	if (e != ERR_OK)
		return world_fail(w, "judge_message: %s %s", err_symbol(e), why.text);
	bool mine = twin_say(w->twin, decoded, in.rev, (int32_t)(in.time_us / 86400000000)), theirs = j.rev != 0;
	if (w->say) {
		AUTO_BUF struct buf shown = {0};
		message_text(&shown, &msg_type_message, decoded);
		printf("%.*s\n", (int)shown.len, (const char *)shown.data);
		printf("%llu %s %s %s\n", (unsigned long long)in.rev, theirs ? "accepted" : "refused",
		       mine ? "" : w->twin->wrong, rules_of(w, j.outcome.receipt));
	}
	if (mine != theirs)
		return world_fail(w, "revision %llu: the judge %s, the twin: %s; findings:%s",
				  (unsigned long long)in.rev, theirs ? "accepts" : "refuses",
				  mine ? "accepted" : w->twin->wrong, rules_of(w, j.outcome.receipt));
	if (tried && would != theirs)
		return world_fail(w, "revision %llu: a dry run said otherwise", (unsigned long long)in.rev);
	w->accepted += theirs;
	w->refused += !theirs;
	record(w, RECORD_MESSAGE, &in, &j, decoded);
	return w->n_pending < GROUP_MAX || world_commit(w);
}

bool world_tick(struct world *w, int32_t days)
{
	int32_t last = (int32_t)(w->time_us / 86400000000);
	struct judgement j;
	uint8_t hash[32];
	twin_today(w->twin, w->rev, &last);
	int32_t day = last + days;
	struct slice body = keep(w, judge_tick_body(w->arena, day, "Europe/Oslo"));
	crypto_generichash(hash, sizeof hash, body.data, body.len, NULL, 0);
	struct judge_input in = input(w, "", body, hash);
	in.id[0] = 0xff;
	be32_put(in.id + 12, (uint32_t)day);
	TRY(w, judge_tick(w->judge, &w->view, &in, day, w->arena, &j, NULL));
	twin_tick(w->twin, in.rev, day);
	record(w, RECORD_TICK, &in, &j, NULL);
	return w->n_pending < GROUP_MAX || world_commit(w);
}

bool world_repeat(struct world *w)
{
	if (w->n_sent == 0)
		return true;
	const struct sent *s = &w->sent[gen_below(&w->gen, (unsigned)w->n_sent)];
	uint64_t pos;
	if (!*s->submitter)
		return true;
	if (!judge_known(w->judge, &w->view, s->submitter, s->id, &pos) || pos != s->pos)
		return world_fail(w, "the id of position %llu is not known as such", (unsigned long long)s->pos);
	if (judge_known(w->judge, &w->view, "plain:c", s->id, &pos))
		return world_fail(w, "an id is another submitter's too");
	if (s->pos > w->head.pos)
		return true;
	struct journal_reader *r;
	struct journal_record rec = {0};
	struct slice receipt = {0};
	TRY(w, journal_read_begin(w->store, &r));
	enum err e = journal_get(r, s->pos, &rec);
	if (e == ERR_OK)
		e = outcome_receipt(rec.outcome, &receipt);
	bool same = e == ERR_OK && slice_eq(receipt, s->receipt) && memcmp(rec.hash, s->hash, 32) == 0;
	struct slice again =
	    judge_not_processed(w->arena, s->id, s->hash, s->submitter, ERR_ID_REUSED, "", e == ERR_OK ? &rec : NULL);
	journal_read_end(r);
	if (!same)
		return world_fail(w, "position %llu has another receipt now", (unsigned long long)s->pos);
	void *decoded;
	TRY(w, codec_decode(&msg_type_receipt, again, CODEC_TOLERANT, w->arena, &decoded, NULL));
	const struct msg_receipt *reused = decoded;
	if (reused->verdict != VERDICT_NOT_PROCESSED || !reused->first || reused->first->position != s->pos ||
	    reused->first->revision != s->rev || memcmp(reused->first->content_hash.data, s->hash, 32) != 0)
		return world_fail(w, "an id used for other content does not tell its first use");
	return true;
}

/* ---- groups ---- */

bool world_commit(struct world *w)
{
	struct why why = {0};
	if (!w->n_pending)
		return true;
	enum err e = journal_append(w->store, w->pending, w->n_pending, &why);
	if (e != ERR_OK)
		return world_fail(w, "journal_append: %s %s", err_symbol(e), why.text);
	uint64_t pos = w->head.pos + w->n_pending;
	w->n_pending = 0;
	TRY(w, journal_head(w->store, &w->head));
	if (w->head.pos != pos || w->head.rev != w->rev)
		return world_fail(w, "the log's head is not what was appended");
	return true;
}

bool world_drop(struct world *w)
{
	overlay_drop_after(w->over, w->head.pos);
	judge_forget(w->judge);
	while (w->n_sent && w->sent[w->n_sent - 1].pos > w->head.pos) {
		const struct sent *s = &w->sent[--w->n_sent];
		uint64_t pos;
		if (*s->submitter && judge_known(w->judge, &w->view, s->submitter, s->id, &pos))
			return world_fail(w, "the id of a dropped message is known");
	}
	w->n_pending = 0;
	w->rev = w->gen.rev = w->head.rev;
	w->time_us = w->head.time_us;
	twin_forget(w->twin, w->rev);
	return true;
}

bool world_fold(struct world *w, uint32_t records, bool renew)
{
	struct index_limits l = {records, 200000};
	struct index_progress p;
	struct why why = {0};
	enum err e = index_fold(w->store, &l, &p, &why);
	if (e != ERR_OK)
		return world_fail(w, "index_fold: %s %s", err_symbol(e), why.text);
	if (p.pos > w->head.pos)
		return world_fail(w, "the index is ahead of the log");
	if (!renew)
		return true;
	TRY(w, view_renew(&w->view));
	overlay_indexed(w->over, w->view.reached_pos);
	if (overlay_records(w->over) != w->head.pos + w->n_pending - w->view.reached_pos)
		return world_fail(w, "the overlay does not hold what the index lacks");
	return true;
}

bool world_reopen(struct world *w)
{
	if (!(gen_one_in(&w->gen, 2) ? world_commit(w) : world_drop(w)))
		return false;
	stop(w);
	return start(w);
}

bool world_rebuild(struct world *w)
{
	uint8_t before[32], built[32], after[32];
	uint64_t rows, records, rows_after;
	struct why why = {0};
	if (!world_commit(w))
		return false;
	stop(w);
	if (!start(w))
		return false;
	TRY(w, index_digest(w->store, before, &rows));
	stop(w);
	enum err e = store_rebuild(&w->options, built, &records, &why);
	if (e != ERR_OK)
		return world_fail(w, "store_rebuild: %s %s", err_symbol(e), why.text);
	if (!start(w))
		return false;
	TRY(w, index_digest(w->store, after, &rows_after));
	if (memcmp(before, built, 32) != 0 || memcmp(before, after, 32) != 0 || rows != rows_after ||
	    records != w->head.pos)
		return world_fail(w, "a rebuild has another digest (%llu and %llu rows, %llu records)",
				  (unsigned long long)rows, (unsigned long long)rows_after,
				  (unsigned long long)records);
	return true;
}
