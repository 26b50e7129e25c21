/* SPDX-License-Identifier: Apache-2.0
 *
 * status.c - how the store and the daemon are.
 */
#include "query/answer.h"

enum err ask_status(struct answer *r, const struct msg_status_question *q)
{
	const struct ask_status *s = r->c->status;
	const struct store_facts *about = store_about(r->c->store);
	struct journal_head head;
	r->failed = journal_head(r->c->store, &head);
	if (r->failed != ERR_OK)
		return r->failed;
	struct msg_status_answer *m = arena_alloc(r->a, sizeof *m);
	m->format_version = STORE_FORMAT;
	m->durable_revision = head.rev;
	m->durable_position = head.pos;
	m->indexed_revision = r->v->reached_rev;
	m->zone = about->zone;
	uint8_t *chain = arena_alloc(r->a, sizeof head.chain);
	for (size_t i = 0; i < sizeof head.chain; i++)
		chain[i] = head.chain[i];
	m->chain_head = (struct slice){chain, sizeof head.chain};
	if (q->sizes)
		store_sizes(r->c->store, &m->log_bytes, &m->index_bytes);
	if (s) {
		m->server_version = s->server_version;
		m->feed_endpoint = s->feed_endpoint;
		m->started_us = s->started_us;
		m->accepted = s->accepted;
		m->refused = s->refused;
		m->not_processed = s->not_processed;
		m->repeated = s->repeated;
		m->questions = s->questions;
		m->max_frame_bytes = s->max_frame_bytes;
		m->max_items = s->max_items;
	}
	answer_begin(r, 15, &msg_type_status_answer, m);
	return ERR_OK;
}
