/* SPDX-License-Identifier: Apache-2.0
 *
 * outcome.c - verdict, receipt, changes, facts, in this order, so that what is asked for most (the receipt of a
 * message that came again, the changes for a subscriber) is read without decoding the facts behind it.
 */
#include "storage/outcome.h"

void outcome_put(struct buf *b, const struct outcome *o)
{
	buf_u8(b, (uint8_t)o->verdict);
	buf_slice(b, o->receipt);
	buf_varint(b, o->n_changes);
	for (size_t i = 0; i < o->n_changes; i++)
		buf_slice(b, o->changes[i]);
	buf_varint(b, o->n_facts);
	for (size_t i = 0; i < o->n_facts; i++)
		fact_put(b, &o->facts[i]);
}

/* The verdict and the receipt, in front of everything. */
static enum err head_get(struct rd *r, enum outcome_verdict *verdict, struct slice *receipt)
{
	uint8_t v = rd_u8(r);
	*receipt = rd_slice(r);
	if (!rd_ok(r) || v < OUTCOME_ACCEPTED || v > OUTCOME_REFUSED)
		return ERR_CORRUPT;
	*verdict = (enum outcome_verdict)v;
	return ERR_OK;
}

/* A count of things of at least `least` bytes each; more than can follow is damage, found before memory is taken. */
static enum err count_get(struct rd *r, size_t least, size_t *ret)
{
	uint64_t n = rd_varint(r);
	if (!rd_ok(r) || n > (size_t)(r->end - r->p) / least)
		return ERR_CORRUPT;
	*ret = (size_t)n;
	return ERR_OK;
}

enum err outcome_get(struct slice bytes, struct arena *a, bool facts, struct outcome *ret)
{
	struct rd r = rd_of(bytes);
	struct outcome o = {0};
	enum err e = head_get(&r, &o.verdict, &o.receipt);
	if (e == ERR_OK)
		e = count_get(&r, 1, &o.n_changes);
	if (e != ERR_OK)
		return e;
	if (o.n_changes)
		o.changes = arena_alloc(a, o.n_changes * sizeof *o.changes);
	for (size_t i = 0; i < o.n_changes; i++)
		o.changes[i] = rd_slice(&r);
	if (!rd_ok(&r))
		return ERR_CORRUPT;
	if (facts) {
		e = count_get(&r, 2, &o.n_facts);
		if (e != ERR_OK)
			return e;
		if (o.n_facts)
			o.facts = arena_alloc(a, o.n_facts * sizeof *o.facts);
		for (size_t i = 0; i < o.n_facts; i++) {
			if (!fact_get(&r, &o.facts[i]))
				return ERR_CORRUPT;
		}
		if (!rd_done(&r))
			return ERR_CORRUPT;
	}
	*ret = o;
	return ERR_OK;
}

enum err outcome_receipt(struct slice bytes, struct slice *ret)
{
	struct rd r = rd_of(bytes);
	enum outcome_verdict verdict;
	return head_get(&r, &verdict, ret);
}

enum err outcome_facts(struct slice bytes, struct rd *ret, size_t *ret_n)
{
	struct rd r = rd_of(bytes);
	enum outcome_verdict verdict;
	struct slice receipt;
	size_t n;
	enum err e = head_get(&r, &verdict, &receipt);
	if (e == ERR_OK)
		e = count_get(&r, 1, &n);
	if (e != ERR_OK)
		return e;
	while (n-- > 0)
		rd_slice(&r);
	e = count_get(&r, 2, ret_n);
	*ret = r;
	return e;
}
