/* SPDX-License-Identifier: Apache-2.0
 *
 * inner.h - a question inside a question: what another reader answers to it, decoded.
 *
 * The same view, limits and deadline; the as_of of the inner request is settled as if it came from outside, and the
 * view's as_of is put back after. Where a person would be told that filters together leave nothing, the answer is empty.
 * An error of the inner question is the caller's: its sentence stands in r->why.
 * Memory: r->a. Not for big answers: all parts are held.
 */
#pragma once
#include "query/answer.h"

enum err inner_ask(struct answer *r, const struct msg_query_request *q, struct msg_query_reply **ret,
		   size_t *ret_n) MUST_CHECK;
