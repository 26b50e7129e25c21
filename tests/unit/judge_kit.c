/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_kit.c - see judge_kit.h.
 */
#include "tests/unit/judge_kit.h"

struct said *total(struct world *w, const char *source, const char *value, const char *more)
{
	return accepted(
	    w,
	    "{'submission': {'mode': 'patch', 'source': '%s', 'round': 'r2014', 'observations': [{'unit': "
	    "'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': %s, 'status': 'main'%s}]}}",
	    source, value, more);
}

const char *totals(struct world *w)
{
	return figures(w, "count|level=total", "2014-03", "bodo");
}

struct said *unit(struct world *w, const char *json)
{
	return accepted(w, SUB "'units': [%s]}}", json);
}

struct said *event(struct world *w, const char *id, const char *type, const char *effective, const char *rest)
{
	return accepted(
	    w, "{'event': {'id': '%s', 'type': '%s', 'effective': '%s', 'status': 'effective', 'source': 'a', %s}}", id,
	    type, effective, rest);
}

struct said *no_event(struct world *w, const char *type, const char *rest)
{
	return refused(
	    w,
	    "{'event': {'id': 'e', 'type': '%s', 'effective': '2018-01-01', 'status': 'effective', 'source': 'a'"
	    ", %s}}",
	    type, rest);
}

struct said *indre_fosen(struct world *w, const char *more)
{
	return event(w, "m2018-if", "merging", "2018-01-01",
		     arena_printf(w->a,
				  "'sources': ['rissa', 'leksvik'], 'targets': [{'id': 'if', 'names': ['Indre Fosen'],"
				  "'codes': {'kommunenummer': '5054'}%s}]",
				  more));
}

struct said *trondelag(struct world *w)
{
	return event(
	    w, "c2018", "merging", "2018-01-01",
	    "'sources': ['st', 'nt'], 'targets': [{'id': 'tr', 'names': ['Trøndelag'], 'codes': {'fylkesnummer':"
	    "'50'}}]");
}
