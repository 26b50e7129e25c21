/* SPDX-License-Identifier: Apache-2.0
 *
 * published.h - what was published by a date: by the sources' own dates, not those of the record.
 *
 * A source was published at the latest when something of it was entered, whatever it says itself, or does not. What may
 * have been published by then, and what does not say when it was, is left out; each sort is counted.
 * Memory     r->a.
 */
#pragma once
#include "query/answer.h"

enum publication { PUBLISHED, PUBLISHED_LATER, PUBLISHED_MAYBE, PUBLISHED_UNDATED, PUBLICATIONS };
struct published;
/* The date of a question: "" gives NULL; ERR_INVALID for what is no date with an end. */
enum err published_ask(struct answer *r, const char *text, struct published **ret) MUST_CHECK;
/* Of what a revision said by a source (SPACE_SOURCE; 0 = none is named). */
enum publication published_when(struct published *p, uint32_t source, uint64_t rev);
/* A statement that is left out is counted for the note. */
void published_leave(struct published *p, enum publication how);
bool published_left(const struct published *p); /* has any been? */
/* "only what was published by 2015; statements left out: 2 published later" */
const char *published_note(const struct published *p);

/* published_view.c: what stands on record of things that are counted, as it was published by then. */
struct published_of {
	uint32_t kind;  /* SPACE_TERM: lives of units of this kind, 0 = as on record */
	unsigned links; /* links of these types, bits by enum link_type */
};
struct published_of published_of_count(struct view *v, const struct msg_count_question *q);
/* From here on walks of the view give of these, of attributes and of declared completeness under each key what was
 * published last by then: that an end was told later does not take away what was published before. NULL: all there is,
 * as before. The view must be given back so at the end. */
void published_only(struct published *p, const struct published_of *of);
void published_all(struct published *p);
