/* SPDX-License-Identifier: Apache-2.0
 *
 * cube_text.c - what is said of a cube in words: measures and units, why a cell has no plain figure, the caption.
 */
#include "clients/cube.h"
#include "clients/show.h"

static const char *text_of(const char *text)
{
	return text ? text : "";
}

const char *cube_measure(struct arena *a, enum measure m)
{
	return show_code(a, &msg_enum_measure, (int)m);
}

const char *cube_unit(const struct cube *c, enum measure m)
{
	switch (m) {
	case MEASURE_COUNT:
		return !c->asked->counted ? "units" : *c->unit ? c->unit : c->asked->counted;
	case MEASURE_SHARE:
	case MEASURE_RATE:
		return "percent";
	case MEASURE_RANK:
		return "rank";
	case MEASURE_CONCENTRATION:
		return "index from 0 to 1";
	case MEASURE_VALUE:
	case MEASURE_SUM:
	case MEASURE_MEAN:
	case MEASURE_MEDIAN:
	case MEASURE_MIN:
	case MEASURE_MAX:
	case MEASURE_UNSPECIFIED:
		break;
	}
	return c->unit;
}

const char *cube_status(struct arena *a, const struct cube_cell *cell)
{
	switch (cell->state) {
	case CUBE_VALUE:
		break;
	case CUBE_BOUNDS:
		return "bounds";
	case CUBE_WORDS:
		return "in words";
	case CUBE_MISSING:
		return cell->missing ? show_code(a, &msg_enum_missing_kind, (int)cell->missing) : "missing";
	case CUBE_REFUSED:
		return "refused";
	}
	if (cell->row->method == METHOD_APPORTIONED)
		return "apportioned";
	if (cell->row->method == METHOD_UNALLOCATED)
		return "unallocated";
	bool other = cell->said && cell->said->status != OBSERVATION_STATUS_MAIN;
	return other ? show_code(a, &msg_enum_observation_status, (int)cell->said->status) : "";
}

const char *cube_caption(struct arena *a, const struct cube *c)
{
	const char *at = text_of(c->asked->structure_at), *groups = text_of(c->asked->group_structure_at);
	const char *text = *at ? arena_printf(a, "in the structure of %s", at) : "as reported";
	if (*groups)
		text = arena_printf(a, "%s, groups of %s", text, groups);
	text = arena_printf(a, "%s, as known at revision %llu", text, (unsigned long long)c->head->revision);
	if (*c->valid_at)
		text = arena_printf(a, "%s, true on %s", text, c->valid_at);
	if (*text_of(c->head->today))
		text = arena_printf(a, "%s, today %s", text, c->head->today);
	if (*text_of(c->head->method))
		text = arena_printf(a, "%s, method %s", text, c->head->method);
	return text;
}
