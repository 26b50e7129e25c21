/* SPDX-License-Identifier: Apache-2.0
 *
 * cataloguing.h - inside the catalogue: a list in the making. Only query/catalogue*.c include it.
 */
#pragma once
#include "query/answer.h"

struct catalogue {
	struct answer *r;
	const struct msg_catalogue_question *q;
	uint32_t at; /* entries met so far */
	bool found;  /* any that was asked for */
	struct msg_catalogue_answer last;
};
/* Is the next entry, of this id, to be put? Asked once for each, so that what is costly to say of an entry is only
 * looked up of those on the page. Of one that is not, r->row is emptied. */
bool catalogue_wants(struct catalogue *c, const char *id);
/* Ends r->row, in which the entry may lie. */
enum err catalogue_put(struct catalogue *c, const struct msg_catalogue_entry *x) MUST_CHECK;

/* catalogue_word.c: what statements use and nothing defines. All that any unit on record ever had. */
enum err catalogue_kinds(struct catalogue *c) MUST_CHECK;
enum err catalogue_schemes(struct catalogue *c) MUST_CHECK;
enum err catalogue_attributes(struct catalogue *c) MUST_CHECK;
enum err catalogue_values(struct catalogue *c) MUST_CHECK;
uint32_t catalogue_words(struct catalogue *c, enum table t); /* how many kinds (TABLE_KIND) or schemes (TABLE_CODE) */
