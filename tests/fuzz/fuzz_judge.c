/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_judge.c - any bytes as messages, one after the other on one small store: no input ends the judge, the same
 * message judged twice has the same outcome, a refused one leaves nothing but its submitter's number, and every row of
 * an accepted one has a key that LMDB takes and reads back as what was decided.
 *
 * An input is messages in a row, each behind its length in two bytes (big-endian); the last may be cut off.
 */
#include "tests/fuzz/fuzz_store.h"
#include "tests/fuzz/fuzz.h"

#define MESSAGES_MAX 4

static void check_row(void *arg, enum table t, struct slice key, struct slice val)
{
	const struct row r = {t, key, val, table_versioned(t) ? *(const uint64_t *)arg : 0};
	ALWAYS(key.len > 0 && key.len + (table_versioned(t) ? 6 : 0) <= KEY_MAX);
	ALWAYS(table_bucket(t, key) <= key.len);
	struct fact f;
	enum err e = table_versioned(t) || t == TABLE_TERM || t == TABLE_TERM_BY_ID ? row_fact(&r, &f) : ERR_OK;
	ALWAYS(e == ERR_OK);
}

static void check_outcome(struct arena *a, const struct judgement *j)
{
	AUTO_BUF struct buf once = {0}, twice = {0};
	struct outcome back;
	outcome_put(&once, &j->outcome);
	enum err e = outcome_get(buf_view(&once), a, true, &back);
	ALWAYS(e == ERR_OK);
	outcome_put(&twice, &back);
	ALWAYS(slice_eq(buf_view(&once), buf_view(&twice)));
	void *decoded = NULL;
	e = codec_decode(&msg_type_receipt, j->outcome.receipt, CODEC_STRICT, a, &decoded, NULL);
	ALWAYS(e == ERR_OK);
	const struct msg_receipt *receipt = decoded;
	ALWAYS(receipt->revision == j->rev);
	bool accepted = receipt->verdict == VERDICT_ACCEPTED;
	ALWAYS(accepted == (j->rev != 0) && accepted == (j->outcome.n_changes > 0));
	ALWAYS(accepted || receipt->n_findings > 0);
	for (size_t i = 0; i < j->outcome.n_facts; i++) {
		const struct fact *f = &j->outcome.facts[i];
		uint64_t rev = j->rev;
		ALWAYS(accepted || (f->kind == FACT_TERM && f->term.space == SPACE_SUBMITTER));
		fact_rows(f, rev, check_row, &rev);
	}
	for (size_t i = 0; i < j->outcome.n_changes; i++) {
		e = codec_decode(&msg_type_change_set, j->outcome.changes[i], CODEC_TOLERANT, a, &decoded, NULL);
		ALWAYS(e == ERR_OK);
	}
}

static bool judge_once(struct fuzz_store *f, struct slice content, struct arena *a, struct judge_input *in,
		       uint8_t hash[32], bool dry, struct judgement *ret)
{
	size_t laid = overlay_records(f->view.over);
	*in = fuzz_input(f, content, hash);
	in->dry_run = dry;
	enum err e = judge_message(f->judge, &f->view, in, a, ret, NULL);
	ALWAYS(overlay_records(f->view.over) == laid && f->view.err == ERR_OK);
	ALWAYS(e == ERR_OK || e == ERR_TOO_LARGE); /* over a limit: not processed */
	return e == ERR_OK;
}

static void one_message(struct fuzz_store *f, struct slice content)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct judge_input in;
	struct judgement dry, j;
	uint8_t hash[32];
	if (!judge_once(f, content, a, &in, hash, true, &dry))
		return;
	bool again = judge_once(f, content, a, &in, hash, false, &j);
	ALWAYS(again && dry.outcome.n_facts == j.outcome.n_facts && dry.outcome.n_changes == j.outcome.n_changes);
	check_outcome(a, &j);
	struct journal_record rec = fuzz_record(&in, &j);
	overlay_add(f->view.over, &rec, j.outcome.facts, j.outcome.n_facts);
	f->pos = rec.pos;
	f->rev = rec.rev ? rec.rev : f->rev;
	f->time_us = rec.time_us;
}

FUZZ_TARGET(judge)(const uint8_t *data, size_t size)
{
	struct fuzz_store *f = fuzz_store(), before = *f;
	for (unsigned i = 0; i < MESSAGES_MAX && size > 2; i++) {
		size_t len = (size_t)data[0] << 8 | data[1];
		data += 2;
		size -= 2;
		len = len < size ? len : size;
		one_message(f, (struct slice){data, len});
		data += len;
		size -= len;
	}
	overlay_drop_after(f->view.over, before.pos);
	judge_forget(f->judge);
	f->pos = before.pos;
	f->rev = before.rev;
	f->time_us = before.time_us;
}
