/* SPDX-License-Identifier: Apache-2.0
 *
 * scope.h - which units a question is about, and which group each belongs to, on any day.
 *
 * Named units are looked up once, at the day the caller gives; with `subtree` a unit is inside when it is part_of one
 * of them on the day asked. Groups: "" one for all; "unit" each its own; a kind: the containing unit of that kind, or
 * the unit itself where it is of that kind. "kind:X" is the kind X where X means something else.
 * As known   as of the view's as_of of the moment.
 * Memory     r->a; answers are remembered by unit, day and as_of, so that asking again is a look-up.
 */
#pragma once
#include "query/answer.h"

struct scope;
enum err scope_ask(struct answer *r, const struct msg_unit_ref *units, size_t n, bool subtree, int32_t day,
		   struct scope **ret) MUST_CHECK;
bool scope_all(const struct scope *s);                /* nothing named: everything is inside */
uint32_t scope_unit(const struct scope *s, size_t i); /* the i-th named one */
bool scope_has(struct scope *s, uint32_t unit, int32_t day);
/* What group_by says; ERR_NOT_FOUND for a kind that no unit is of. */
enum err scope_group_ask(struct scope *s, const char *group_by) MUST_CHECK;
bool scope_grouped(const struct scope *s);
uint32_t scope_group(struct scope *s, uint32_t unit, int32_t day); /* 0 = all, or inside no such unit */
/* For people: its name at the day; "" for all, "(no county)" for none. */
const char *scope_group_name(struct scope *s, uint32_t group, int32_t day);
