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

struct said *annul(struct world *w, const char *id, unsigned long long rev)
{
	return accepted(w,
			"{'event': {'id': '%s', 'type': 'merging', 'status': 'annulled', 'source': 'a', 'supersedes':"
			"{'revision': %llu, 'reason': 'withdrawn'}}}",
			id, rev);
}

const char *state_of(struct world *w)
{
	static const enum table tables[] = {TABLE_LIFE, TABLE_NAME_OF, TABLE_CODE_OF, TABLE_LINK, TABLE_EDGE};
	AUTO_BUF struct buf b = {0};
	struct view v;
	fold(w);
	assert_ok(view_open(w->kit->store, &v));
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
		const char *lines[4096];
		size_t n = 0;
		AUTO_WALK struct walk k = {0};
		struct row r;
		struct fact f;
		walk_begin(&k, &v, tables[t], (struct slice){0});
		while (walk_next(&k, &r)) {
			char from[WHEN_TEXT_MAX], to[WHEN_TEXT_MAX];
			assert_ok(row_fact(&r, &f));
			if (f.kind == FACT_LIFE && f.life.state != STATE_RETRACTED)
				lines[n++] =
				    arena_printf(w->a, "life %s %u %s %s", unit_id(&v, f.life.unit, w->a), f.life.life,
						 when_format(&f.life.from, from), when_format(&f.life.to, to));
			if (f.kind == FACT_NAME && f.name.state != STATE_RETRACTED)
				lines[n++] = arena_printf(w->a, "name %s %.*s %s %s", unit_id(&v, f.name.unit, w->a),
							  (int)f.name.text.len, (const char *)f.name.text.data,
							  when_format(&f.name.from, from), when_format(&f.name.to, to));
			if (f.kind == FACT_CODE && f.code.state != STATE_RETRACTED)
				lines[n++] = arena_printf(w->a, "code %s %.*s %s %s", unit_id(&v, f.code.unit, w->a),
							  (int)f.code.text.len, (const char *)f.code.text.data,
							  when_format(&f.code.from, from), when_format(&f.code.to, to));
			if (f.kind == FACT_LINK && f.link.state != STATE_RETRACTED)
				lines[n++] = arena_printf(w->a, "link %s %s %s %s", unit_id(&v, f.link.a, w->a),
							  unit_id(&v, f.link.b, w->a), when_format(&f.link.from, from),
							  when_format(&f.link.to, to));
			if (f.kind == FACT_EDGE && f.edge.state != STATE_RETRACTED)
				lines[n++] = arena_printf(w->a, "edge %s %s %s %d", unit_id(&v, f.edge.from, w->a),
							  unit_id(&v, f.edge.to, w->a),
							  when_format(&f.edge.effective, from), f.edge.part);
			assert_true(n < 4096);
		}
		for (size_t i = 1; i < n; i++)
			for (size_t x = i; x > 0 && strcmp(lines[x - 1], lines[x]) > 0; x--) {
				const char *y = lines[x];
				lines[x] = lines[x - 1];
				lines[x - 1] = y;
			}
		for (size_t i = 0; i < n; i++)
			text_add(&b, "%s\n", lines[i]);
	}
	assert_ok(v.err);
	view_close(&v);
	return arena_text(w->a, (const char *)b.data, b.len);
}
