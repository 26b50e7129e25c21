/* SPDX-License-Identifier: Apache-2.0
 *
 * basis.h - what weights count: "population".
 */
#pragma once
#include "query/answer.h"

/* The word of a basis that a question names; 0 for "". One that no weight has by now is an error that names those
 * that there are. */
enum err basis_ask(struct answer *r, const char *basis, uint32_t *ret) MUST_CHECK;
/* Why something that was divided stays unallocated, in words: no weights are on record, those of the basis asked for do
 * not tell, or none was asked for of those that there are. *kept: NULL at first; what was found out once. r->a. */
const char *basis_why(struct answer *r, const char *asked, const char **kept);
