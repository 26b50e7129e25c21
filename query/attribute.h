/* SPDX-License-Identifier: Apache-2.0
 *
 * attribute.h - the attributes of a unit at a day.
 *
 * An attribute may stand several times at a day: said by several sources, or again from a later date. All different
 * ones are listed; where there is room for one only, the one with the later start is it (the world changed), then the
 * one said first. What is only possible gives way to what is certain under the same name.
 * Memory     the caller's arena; nothing is lent from the view.
 */
#pragma once
#include "storage/view.h"

struct attr_at {
	struct fact_attr attr; /* without its locator */
	enum truth truth;
	uint64_t rev;
};
size_t attributes_at(struct view *v, uint32_t unit, int32_t day, struct arena *a, struct attr_at **ret);
/* The one of this name (SPACE_TERM), or NULL. */
const struct attr_at *attribute_named(const struct attr_at *list, size_t n, uint32_t name);
/* Its texts; a broken one sticks in the view. */
size_t attribute_values(struct view *v, struct slice stored, struct arena *a, const char ***ret);
