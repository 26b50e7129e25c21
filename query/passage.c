/* SPDX-License-Identifier: Apache-2.0 */
#include "query/passage.h"
#include <stdlib.h>

size_t passage_events(struct view *v, uint32_t unit, int32_t from, int32_t to, struct arena *a, uint32_t **ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct fact f;
	size_t n = 0, room = 0;
	*ret = NULL;
	key_unit(&key, unit);
	walk_begin(&w, v, TABLE_EVENT_OF, buf_view(&key));
	while (walk_fact(&w, &f, NULL)) { /* in the order of days, as the key is */
		const struct fact_event_unit *u = &f.event_unit;
		if (!state_stands(u->state) || u->role > ROLE_BOTH || u->day <= from || u->day > to)
			continue;
		*ret = arena_grow(a, *ret, n, n + 1, sizeof **ret, &room);
		(*ret)[n++] = u->event;
	}
	return n;
}

size_t passage_others(struct view *v, uint32_t unit, uint32_t event, bool forward, struct arena *a, uint32_t **ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct fact f;
	size_t n = 0, room = 0;
	*ret = NULL;
	key_unit(&key, unit);
	walk_begin(&w, v, forward ? TABLE_EDGE : TABLE_EDGE_TO, buf_view(&key));
	while (walk_fact(&w, &f, NULL)) {
		uint32_t other = forward ? f.edge.to : f.edge.from;
		if (!state_stands(f.edge.state) || f.edge.event != event || other == unit ||
		    (n && (*ret)[n - 1] == other))
			continue;
		*ret = arena_grow(a, *ret, n, n + 1, sizeof **ret, &room);
		(*ret)[n++] = other;
	}
	return n;
}
