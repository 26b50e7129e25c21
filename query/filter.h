/* SPDX-License-Identifier: Apache-2.0
 *
 * filter.h - "only what has one of these values": of arrangements and of units with attributes.
 *
 * A field that is not known, or a value that nothing ever had as of the view, is an error that names what there is, so
 * that a filter never matches nothing by mistake. Several filters hold together; the values of one are alternatives.
 * Values are compared folded (base/text.h). "task", "sector", "legal_form" and "level" are attributes under these
 * names; where an attribute stands several times on a day, the one that attribute_named() chooses counts. A host is
 * meant both as reported and as it is in the structure. as_of      of the view when filter_ask() is called: what there
 * is to choose from.
 */
#pragma once
#include "query/arrangement.h"

struct filter;
/* NULL in *ret where nothing is asked. Memory: r->a. */
enum err filter_ask(struct answer *r, const struct msg_filter *list, size_t n, struct filter **ret) MUST_CHECK;
bool filter_arrangement(const struct filter *f, const struct arrangement *x); /* NULL f: everything */
/* Does not pass, only because nothing is said of a field that is asked for: it may be one of them. */
bool filter_silent(const struct filter *f, const struct arrangement *x);
/* By attributes alone, at a day. */
bool filter_unit(struct answer *r, const struct filter *f, uint32_t unit, int32_t day);
