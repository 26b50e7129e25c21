/* SPDX-License-Identifier: Apache-2.0
 *
 * category.h - the categories that a question names: of different dimensions they hold together, codes of one dimension
 * are alternatives, as the values of a filter are (filter.h).
 */
#pragma once
#include "query/answer.h"
#include "query/observe.h"

/* Is one of the codes wanted there, of each dimension that any is wanted of? */
bool categories_hold(const struct msg_category *have, size_t n_have, const struct msg_category *want, size_t n);
/* Does it name just one code of the dimension? */
bool categories_fix(const struct msg_category *want, size_t n, const char *dimension);
/* For questions that are about one series: ERR_INVALID where two codes of a dimension are named. */
enum err categories_single(struct answer *r, const struct msg_category *want, size_t n) MUST_CHECK;
/* Of a question that found these series: a category wanted that none of them has is an error, which says whether the
 * dimension, the code or figures of it are missing. `indicator` "" = any. */
enum err categories_ask(struct answer *r, const char *indicator, const struct msg_category *want, size_t n,
			const struct series *found, size_t n_found) MUST_CHECK;
/* The sentence where all together hold of no series: what there is. "" = of any indicator. Always an error. */
enum err categories_none(struct answer *r, const char *indicator) MUST_CHECK;
