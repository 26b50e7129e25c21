/* SPDX-License-Identifier: Apache-2.0
 *
 * recast_count.c - what a percentage is of: the frame of a round, or the value of the indicator that is its
 * denominator.
 */
#include <string.h>
#include "query/recasting.h"

/* A frame counts the units of its round's area, so it is a percentage's own only where it was said of that area. */
static bool of_frame(struct recast *c, const struct recast_entry *e, uint32_t *ret, const char **ret_why)
{
	struct view *v = c->ask.view;
	const struct msg_round *round = e->round ? define_get(v, SPACE_ROUND, e->round, c->a, NULL) : NULL;
	const char *area = round && round->area && round->area->id ? round->area->id->id : "";
	if (round && round->frame && *area && view_term(v, SPACE_UNIT, slice_text(area)) == e->unit) {
		*ret = round->frame->population;
		return true;
	}
	*ret_why = "how many units its percentage is of is not known: no round has a frame for it alone";
	return false;
}

static bool of_indicator(struct recast *c, const struct recast_entry *e, const char *id, uint32_t *ret,
			 const char **ret_why)
{
	AUTO_CELLS struct cells cells = {0};
	struct view *v = c->ask.view;
	const struct msg_indicator *def = define_find(v, SPACE_INDICATOR, id, c->a, NULL);
	struct slice ref = view_text(v, SPACE_REF, e->ref);
	struct cell cell;
	struct choice choice;
	struct num n;
	if (!def || def->over_units != AGGREGATION_ADDITIVE) {
		*ret_why = arena_printf(c->a, "its denominator %s is not an additive indicator", id);
		return false;
	}
	*ret_why = arena_printf(c->a, "%s, which its percentage is of, is not known for %.*s", id, (int)ref.len,
				(const char *)ref.data);
	const struct series *s = c->series;
	uint32_t series =
	    s ? view_term(v, SPACE_SERIES, slice_text(series_text(c->a, id, s->categories, s->n_categories))) : 0;
	if (!series)
		series = view_term(v, SPACE_SERIES, slice_text(series_text(c->a, id, NULL, 0)));
	if (!series)
		return false;
	cells_begin(&cells, v, series, e->ref, e->unit);
	if (!cells_next(&cells, &cell) || cell.ref != e->ref || cell.unit != e->unit ||
	    choose_value(cell.list, cell.n, c->a, &choice) != ERR_OK ||
	    !value_peek(cell.list[choice.chosen].obs.value, &n) || n.scale || n.digits < 0 || n.digits > UINT32_MAX)
		return false;
	*ret = (uint32_t)n.digits;
	return true;
}

bool recast_count(struct recast *c, const struct recast_entry *e, uint32_t *ret, const char **ret_why)
{
	const char *id = c->ask.def->denominator;
	*ret_why = "the indicator names no denominator, so there are no counts to recompute it from";
	if (!id || !*id)
		return false;
	return strcmp(id, "frame") == 0 ? of_frame(c, e, ret, ret_why) : of_indicator(c, e, id, ret, ret_why);
}
