/* SPDX-License-Identifier: Apache-2.0
 *
 * same.h - units that are one, by identity statements (SAME_AS), as known as of the view.
 *
 * "One as another" goes on from unit to unit: a is b and b is c makes all three one. Each class is known by the lowest
 * number in it. Memory: the arena. An error of the view sticks there.
 */
#pragma once
#include "storage/view.h"

struct same {
	uint32_t unit, first; /* first: the lowest number of all that are the same */
};
/* Units that are the same as another, ascending; *ret is the list. */
size_t same_read(struct view *v, struct arena *a, struct same **ret);
uint32_t same_first(const struct same *list, size_t n, uint32_t unit); /* the unit itself where it is no other */
/* Those that are one by either list, and whatever follows of both together. */
size_t same_join(const struct same *x, size_t n_x, const struct same *y, size_t n_y, struct arena *a,
		 struct same **ret);
/* The list in the order of `first`, then unit; there all that is one lies together: same_class() finds it, 0 = none. */
struct same *same_by_class(const struct same *list, size_t n, struct arena *a);
size_t same_class(const struct same *sorted, size_t n, uint32_t first, const struct same **ret);
