/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_replay.c - events amended, given another date, annulled, entered late: the state is that of the events
 * that stand, in the order of their days.
 */
#include <sodium.h>
#include "tests/unit/world.h"

#define SUB "{'submission': {'mode': 'patch', 'source': 'a', "

static unsigned long long event(struct world *w, const char *id, const char *type, const char *effective,
				const char *rest)
{
	return accepted(
		   w,
		   "{'event': {'id': '%s', 'type': '%s', 'effective': '%s', 'status': 'effective', 'source': 'a', %s}}",
		   id, type, effective, rest)
	    ->rev;
}

static struct said *annul(struct world *w, const char *id, unsigned long long rev)
{
	return accepted(w,
			"{'event': {'id': '%s', 'type': 'merging', 'status': 'annulled', 'source': 'a', 'supersedes':"
			"{'revision': %llu, 'reason': 'withdrawn'}}}",
			id, rev);
}

#define MERGER                                                                                                         \
	"'sources': ['rissa', 'leksvik'], 'targets': [{'id': 'if', 'names': ['Indre Fosen'], 'codes': "                \
	"{'kommunenummer': '5054'}, 'part_of': 'st'}]"

/* All that stands of lives, names, codes, links and edges, without numbers of rows and revisions. */
static const char *state_of(struct world *w)
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

static void an_annulled_event_leaves_everything_as_before_it(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *before = state_of(w);
	unsigned long long rev = event(w, "m", "merging", "2018-01-01", MERGER);
	const char *after = state_of(w);
	struct said *s = annul(w, "m", rev);
	assert_string_equal(state_of(w), before);
	assert_int_equal(s->changes[0].kind, CHANGE_KIND_ANNULLED);
	assert_int_equal(s->changes[0].n_units, 3);
	rev = s->rev;
	rev = accepted(w,
		       "{'event': {'id': 'm', 'type': 'merging', 'effective': '2018-01-01', 'status': 'effective', "
		       "'source': 'a',"
		       "'supersedes': {'revision': %llu, 'reason': 'after all'}, " MERGER "}}",
		       rev)
		  ->rev;
	assert_string_equal(state_of(w), after);
	annul(w, "m", rev);
	assert_string_equal(state_of(w), before);
}

static void another_date_moves_all_of_it(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "m", "merging", "2018-01-01", MERGER);
	accepted(
	    w,
	    "{'event': {'id': 'm', 'type': 'merging', 'effective': '2020-01-01', 'status': 'effective', 'source': 'a',"
	    "'supersedes': {'revision': %llu, 'reason': 'put off'}, " MERGER "}}",
	    rev);
	assert_string_equal(lives_of(w, "rissa"), "1:  to 2020-01-01");
	assert_string_equal(lives_of(w, "if"), "1: 2020-01-01 to ");
	assert_string_equal(codes_at(w, "if", "2020-01-01"), "5054");
	assert_string_equal(inside_at(w, "if", "2020-01-01"), "st");
	assert_string_equal(edges_of(w, "rissa"), "if");
}

static void a_version_must_name_the_one_it_supersedes(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "m", "merging", "2018-01-01", MERGER);
	struct said *s =
	    refused(w,
		    "{'event': {'id': 'm', 'type': 'merging', 'status': 'annulled', 'source': 'a', 'supersedes':"
		    "{'revision': %llu, 'reason': 'r'}}}",
		    rev - 1);
	finding_at(s, "SUPERSEDES_NOTHING", "event.supersedes.revision");
	assert_string_equal(lives_of(w, "if"), "1: 2018-01-01 to ");
}

static void a_proposed_event_is_adopted_later(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev =
	    accepted(w, "{'event': {'id': 'm', 'type': 'merging', 'effective': '2030-01-01', 'status':"
			"'proposed', 'source': 'a', " MERGER "}}")
		->rev;
	assert_string_equal(lives_of(w, "if"), "");
	accepted(
	    w,
	    "{'event': {'id': 'm', 'type': 'merging', 'effective': '2030-01-01', 'status': 'adopted', 'source': 'a',"
	    "'supersedes': {'revision': %llu, 'reason': 'decided'}, " MERGER "}}",
	    rev);
	assert_string_equal(lives_of(w, "if"), "1: 2030-01-01 to ");
	assert_string_equal(changes_text(w, tick(w, "2030-01-01"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT EVENT |  → event\nTOOK_EFFECT LINK if st |  → link begins");
}

static void an_annulled_event_does_not_take_effect(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "m", "merging", "2030-01-01", MERGER);
	annul(w, "m", rev);
	assert_string_equal(changes_text(w, tick(w, "2030-01-02"), CHANGE_KIND_TOOK_EFFECT), "");
}

static void what_depends_on_an_annulled_event_is_named_and_comes_back_with_it(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *before = state_of(w);
	unsigned long long rev = event(w, "m", "merging", "2018-01-01", MERGER);
	event(w, "n", "name_change", "2020-01-01",
	      "'sources': ['if'], 'targets': [{'unit': 'if', 'names': ['Fosen']}]");
	const char *after = state_of(w);
	accepted(
	    w, SUB
	    "'observations': [{'unit': 'if', 'indicator': 'staff', 'period': '2019', 'value': 5, 'status': 'main'}]}}");
	struct said *s = annul(w, "m", rev);
	const struct msg_finding *f = finding_at(s, "DEPENDANT", "event");
	assert_string_equal(f->arguments[0], "n");
	f = finding_at(s, "DEPENDANT_EVENTS", "event");
	assert_string_equal(f->candidates[0], "n");
	f = finding_at(s, "DEPENDANT_STATEMENTS", "event");
	assert_string_equal(f->arguments[0], "1");
	assert_string_equal(f->arguments[1], "observations");
	assert_string_equal(state_of(w), before);
	accepted(
	    w,
	    "{'event': {'id': 'm', 'type': 'merging', 'effective': '2018-01-01', 'status': 'effective', 'source': 'a',"
	    "'supersedes': {'revision': %llu, 'reason': 'after all'}, " MERGER "}}",
	    (unsigned long long)s->rev);
	assert_string_equal(state_of(w), after);
}

static void a_late_code_change_ends_where_the_next_one_begins(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "late", "code_change", "2018-01-01",
	      "'sources': ['bodo'], 'targets': [{'unit': 'bodo', 'codes': {'kommunenummer': '3'}}]");
	struct said *s =
	    accepted(w, "{'event': {'id': 'early', 'type': 'code_change', 'effective': '2010-01-01', 'status':"
			"'effective', 'source': 'a', 'sources': ['bodo'], 'targets': [{'unit': 'bodo', 'codes':"
			"{'kommunenummer': '2'}}]}}");
	assert_string_equal(codes_at(w, "bodo", "2009-12-31"), "1804");
	assert_string_equal(codes_at(w, "bodo", "2010-01-01"), "2");
	assert_string_equal(codes_at(w, "bodo", "2018-01-01"), "3");
	assert_int_equal(s->changes[0].kind, CHANGE_KIND_REORGANISED);
	annul(w, "late", s->rev - 1);
	assert_string_equal(codes_at(w, "bodo", "2018-01-01"), "2");
}

/* A statement about what an event began is not lost when the event is applied anew. */
static void an_end_that_was_stated_outlives_a_replay(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "m", "merging", "2018-01-01", MERGER);
	accepted(w, SUB "'units': [{'id': 'if', 'valid_from': '2018-01-01', 'valid_to': '2025-01-01'}]}}");
	event(w, "c", "code_change", "2010-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'codes': {'kommunenummer': '2'}}]");
	assert_string_equal(lives_of(w, "if"), "1: 2018-01-01 to 2025-01-01");
}

/* ---- any order ---- */

static const struct {
	const char *id, *type, *effective, *rest;
} history[] = {
    {"e1", "reparenting", "2001-01-01", "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'part_of': 'nt'}]"},
    {"e2", "code_change", "2003-01-01",
     "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'codes': {'kommunenummer': '11'}}]"},
    {"e3", "name_change", "2005-01-01", "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'names': ['Ny']}]"},
    {"e4", "take_over", "2010-01-01", "'sources': ['rissa', 'bjugn'], 'targets': [{'unit': 'rissa'}]"},
    {"e5", "name_change", "2012-01-01", "'sources': ['leksvik'], 'targets': [{'unit': 'leksvik', 'names': ['L']}]"},
    {"e6", "reparenting", "2018-01-01", "'sources': ['leksvik'], 'targets': [{'unit': 'leksvik', 'part_of': 'mr'}]"},
    {"e7", "merging", "2018-01-01", "'sources': ['st', 'nt'], 'targets': [{'unit': 'tr'}]"},
    {"e8", "reparenting", "2020-01-01", "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'part_of': 'mr'}]"},
    {"e9", "transfer_of_part", "2021-01-01", "'sources': ['rissa'], 'targets': [{'unit': 'leksvik'}]"},
    {"e10", "code_change", "2023",
     "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'codes': {'kommunenummer': '12'}}]"},
    {"e11", "take_over", "2024-01-01", "'sources': ['bodo', 'heroy-no'], 'targets': [{'unit': 'bodo'}]"},
};
#define EVENTS (sizeof history / sizeof *history)

static void begin(struct world *w)
{
	world_base(w);
	accepted(w,
		 SUB "'units': [{'id': 'tr', 'kind': 'county', 'valid_from': '2018-01-01', 'names': ['Trøndelag']}]}}");
}

static unsigned long long enter(struct world *w, size_t i)
{
	return event(w, history[i].id, history[i].type, history[i].effective, history[i].rest);
}

static uint32_t rnd(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static struct world *another(struct world *w)
{
	void *state;
	assert_int_equal(w->folding ? world_folded(&state) : world_laid(&state), 0);
	begin(state);
	return state;
}

static void the_order_of_entry_does_not_matter(void **state)
{
	struct world *w = *state;
	begin(w);
	for (size_t i = 0; i < EVENTS; i++)
		enter(w, i);
	const char *wanted = state_of(w);
	assert_string_equal(inside_at(w, "rissa", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "leksvik", "2018-01-01"), "mr");
	for (uint32_t seed = 1; seed <= 12; seed++) {
		struct world *o = another(w);
		size_t order[EVENTS];
		uint32_t s = seed;
		for (size_t i = 0; i < EVENTS; i++)
			order[i] = i;
		for (size_t i = EVENTS; i > 1; i--) {
			size_t k = rnd(&s) % i, x = order[k];
			order[k] = order[i - 1];
			order[i - 1] = x;
		}
		for (size_t i = 0; i < EVENTS; i++)
			enter(o, order[i]);
		const char *got = state_of(o);
		if (strcmp(got, wanted) != 0)
			print_error("seed %u\n", seed);
		assert_string_equal(got, wanted);
		void *gone = o;
		world_gone(&gone);
	}
}

/* Each one withdrawn is as if it had never been entered. */
static void annulling_is_as_if_it_had_never_been_said(void **state)
{
	struct world *w = *state;
	for (size_t gone = 0; gone < EVENTS; gone++) {
		struct world *with = another(w), *without = another(w);
		unsigned long long rev = 0;
		for (size_t i = 0; i < EVENTS; i++) {
			unsigned long long r = enter(with, i);
			rev = i == gone ? r : rev;
			if (i != gone)
				enter(without, i);
		}
		annul(with, history[gone].id, rev);
		if (strcmp(state_of(with), state_of(without)) != 0)
			print_error("without %s\n", history[gone].id);
		assert_string_equal(state_of(with), state_of(without));
		void *x = with;
		world_gone(&x);
		x = without;
		world_gone(&x);
	}
}

static void heirs_lie_where_a_late_merger_carried_what_they_came_from(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "m", "merging", "2019-01-01",
	      "'sources': ['rissa', 'leksvik'], 'targets': [{'id': 'if', 'names': ['Indre Fosen']}]");
	assert_string_equal(inside_at(w, "if", "2020-01-01"), "");
	event(w, "c", "merging", "2011-01-01", "'sources': ['st', 'nt'], 'targets': [{'id': 't', 'names': ['T']}]");
	assert_string_equal(inside_at(w, "rissa", "2015-01-01"), "t");
	assert_string_equal(inside_at(w, "if", "2020-01-01"), "t");
}

static void heirs_lie_in_a_container_whose_end_is_annulled(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "d", "deletion", "2015-01-01", "'sources': ['st']");
	event(w, "s", "split_off", "2018-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa'}, {'id': 'n', 'names': ['N']}]");
	assert_string_equal(inside_at(w, "n", "2020-01-01"), "");
	annul(w, "d", rev);
	assert_string_equal(inside_at(w, "n", "2020-01-01"), "st");
}

static void what_was_put_elsewhere_leaves_a_container_whose_end_is_annulled(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "d", "deletion", "2015-01-01", "'sources': ['st']");
	event(w, "n", "creation", "2018-01-01",
	      "'targets': [{'id': 'n', 'kind': 'county', 'names': ['N'], 'parts': ['rissa']}]");
	annul(w, "d", rev);
	assert_string_equal(inside_at(w, "rissa", "2017-01-01"), "st");
	assert_string_equal(inside_at(w, "rissa", "2020-01-01"), "n");
}

/* Its id comes before that of the birth, and so does its turn, were it not for what it names. */
static void a_task_passes_to_a_unit_born_that_day(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': 'task', 'kind': 'task',"
		    "'names': ['T']}], 'links': [{'type': 'responsible_for', 'from': 'rissa', 'to': 'task'}]}}");
	event(w, "m", "merging", "2018-01-01",
	      "'sources': ['rissa', 'leksvik'], 'targets': [{'id': 'if', 'names': ['Indre Fosen']}]");
	event(w, "a", "transfer_of_task", "2018-01-01",
	      "'moves': [{'link': 'responsible_for', 'what': 'task', 'from': 'rissa', 'to': 'if'}]");
	assert_non_null(strstr(state_of(w), "link if task 2018-01-01 \n"));
	assert_non_null(strstr(state_of(w), "link rissa task  2018-01-01\n"));
}

static struct said *merger_again(struct world *w, const char *day, const char *name, unsigned long long rev)
{
	return accepted(w,
			"{'event': {'id': 'm', 'type': 'merging', 'effective': '%s', 'status': 'effective', 'source':"
			"'a', 'sources': ['st', 'nt'], 'targets': [{'id': 't', 'names': ['%s']}], 'supersedes':"
			"{'revision': %llu, 'reason': 'again'}}}",
			day, name, rev);
}

/* It once ended where an event is on record that cannot be applied any more. */
static void an_end_of_an_event_that_fails_now_does_not_come_back(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev =
	    event(w, "m", "merging", "1980-01-01", "'sources': ['st', 'nt'], 'targets': [{'id': 't', 'names': ['T']}]");
	event(w, "n", "name_change", "2016-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'names': ['Newest']}]");
	event(w, "r", "reparenting", "2001-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'names': ['New'], 'part_of': 't'}]");
	assert_string_equal(names_at(w, "rissa", "2012-01-01"), "New");
	rev = merger_again(w, "2004-01-01", "T", rev)->rev;
	assert_string_equal(names_at(w, "rissa", "2012-01-01"), "Rissa");
	rev = merger_again(w, "2004-01-01", "U", rev)->rev;
	assert_string_equal(names_at(w, "rissa", "2012-01-01"), "Rissa");
	merger_again(w, "1990-01-01", "T", rev);
	assert_string_equal(names_at(w, "rissa", "2012-01-01"), "New");
}

/* The end that a later event gave a unit is undone; the unit begins when its event says now, not when it once said. */
static void a_life_begun_another_day_outlives_a_replay(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *n = "'targets': [{'id': 'n', 'kind': 'municipality', 'names': ['N']}]";
	unsigned long long rev = event(w, "c", "creation", "1980-01-01", n);
	event(w, "m", "merging", "2010-01-01",
	      "'sources': ['rissa', 'n'], 'targets': [{'id': 'if', 'names': ['Indre Fosen']}]");
	rev = annul(w, "c", rev)->rev;
	accepted(w,
		 "{'event': {'id': 'c', 'type': 'creation', 'effective': '1985-01-01', 'status': 'effective', 'source':"
		 "'a', 'supersedes': {'revision': %llu, 'reason': 'after all'}, %s}}",
		 rev, n);
	event(w, "t", "take_over", "2009-01-01", "'sources': ['n', 'bjugn'], 'targets': [{'unit': 'n'}]");
	assert_string_equal(lives_of(w, "n"), "1: 1985-01-01 to 2010-01-01");
}

static void what_failed_for_want_of_a_container_is_applied_when_it_is_there(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "p", "reparenting", "2016-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'part_of': 'nt'}]");
	unsigned long long rev = event(w, "d", "deletion", "2015-01-01", "'sources': ['nt']");
	assert_string_equal(inside_at(w, "rissa", "2017-01-01"), "st");
	annul(w, "d", rev);
	assert_string_equal(inside_at(w, "rissa", "2017-01-01"), "nt");
}

/* Between its old day and the new one, its unit has ended. */
static void an_event_is_not_put_off_past_the_end_of_its_unit(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "n", "name_change", "2010-01-01",
				       "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'names': ['R']}]");
	event(w, "m", "merging", "2018-01-01", MERGER);
	const char *before = state_of(w);
	struct said *s = refused(w,
				 "{'event': {'id': 'n', 'type': 'name_change', 'effective': '2020-01-01', 'status':"
				 "'effective', 'source': 'a', 'supersedes': {'revision': %llu, 'reason': 'put off'},"
				 "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'names': ['R']}]}}",
				 rev);
	finding_at(s, "ALREADY_ENDED", "event.sources[0]");
	assert_string_equal(state_of(w), before);
}

/* The receipt's revision is what the next version names, also when nothing changed. */
static void a_version_that_says_the_same_again_is_one(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "m", "merging", "2018-01-01", MERGER);
	rev = annul(w, "m", rev)->rev;
	rev = annul(w, "m", rev)->rev;
	annul(w, "m", rev);
}

static void a_proposal_that_could_not_be_carried_out_is_a_proposal_also_when_it_is_tried(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "d", "deletion", "2015-01-01", "'sources': ['nt']");
	struct slice m = world_message(
	    w, "{'event': {'id': 'p', 'type': 'reparenting', 'effective': '2016-01-01', 'status': 'proposed',"
	       "'source': 'a', 'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'part_of': 'nt'}]}}");
	struct said *s = dry(w, m);
	assert_int_equal(s->receipt->verdict, VERDICT_WOULD_ACCEPT);
	assert_int_equal(finding_at(s, "NOT_THERE", "event.targets[0].part_of")->severity, SEVERITY_WARNING);
	assert_true(say_bytes(w, m)->accepted);
}

static void a_proposal_that_names_a_unit_of_later_days_is_one_also_when_it_is_tried(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': 'office', 'kind': 'office',"
		    "'names': ['O']}], 'links': [{'type': 'located_in', 'from': 'office', 'to': 'rissa'}]}}");
	event(w, "c", "creation", "2018-01-01", "'targets': [{'id': 'n', 'kind': 'municipality', 'names': ['N']}]");
	struct slice m = world_message(
	    w, "{'event': {'id': 'p', 'type': 'relocation', 'effective': '2010-01-01', 'status': 'proposed',"
	       "'source': 'a', 'moves': [{'link': 'located_in', 'what': 'office', 'from': 'rissa', 'to': 'n'}]}}");
	struct said *s = dry(w, m);
	assert_int_equal(s->receipt->verdict, VERDICT_WOULD_ACCEPT);
	assert_int_equal(finding_at(s, "UNRESOLVED_UNIT", "event.moves[0].to")->severity, SEVERITY_WARNING);
	assert_true(say_bytes(w, m)->accepted);
}

/* ---- random histories ---- */

#define RANDOM_EVENTS 24
#define PLACES        8

struct random_event {
	const char *text;
	bool entered;
};

/* An event of a random type on a random day; new units are named after it. */
static const char *random_event(struct world *w, uint32_t *s, int number)
{
	int year = 2000 + (int)(rnd(s) % 12);
	unsigned a = rnd(s) % PLACES, b = rnd(s) % PLACES, type = rnd(s) % 11;
	static const char *const types[] = {"reparenting", "code_change", "name_change", "take_over",
					    "merging",     "split_off",   "deletion",    "transfer_of_part",
					    "creation",    "take_over",   "merging"};
	const char *rest = "";
	const char *from =
	    rnd(s) % 4 ? arena_printf(w->a, "p%u", a) : arena_printf(w->a, "n%u", rnd(s) % RANDOM_EVENTS);
	if (type == 0)
		rest = arena_printf(w->a, "'sources': ['%s'], 'targets': [{'unit': '%s', 'part_of': 'c%u'}]", from,
				    from, rnd(s) % 3);
	else if (type == 1)
		rest = arena_printf(w->a, "'sources': ['%s'], 'targets': [{'unit': '%s', 'codes': {'k': 'k%d'}}]", from,
				    from, number);
	else if (type == 2)
		rest = arena_printf(w->a, "'sources': ['%s'], 'targets': [{'unit': '%s', 'names': ['N%d']}]", from,
				    from, number);
	else if (type == 3)
		rest = arena_printf(w->a, "'sources': ['%s', 'p%u'], 'targets': [{'unit': '%s'}]", from, b, from);
	else if (type == 4)
		rest = arena_printf(
		    w->a, "'sources': ['%s', 'p%u'], 'targets': [{'id': 'n%d', 'names': ['N'], 'part_of': 'c1'}]", from,
		    b, number);
	else if (type == 5)
		rest =
		    arena_printf(w->a, "'sources': ['%s'], 'targets': [{'unit': '%s'}, {'id': 'n%d', 'names': ['N']}]",
				 from, from, number);
	else if (type == 6)
		rest = arena_printf(w->a, "'sources': ['%s']", from);
	else if (type == 7)
		rest = arena_printf(w->a, "'sources': ['%s'], 'targets': [{'unit': 'p%u'}]", from, b);
	else if (type == 9)
		rest =
		    arena_printf(w->a, "'sources': ['c%u', 'c%u'], 'targets': [{'unit': 'c%u'}]", a % 3, b % 3, a % 3);
	else if (type == 10)
		rest = arena_printf(w->a, "'sources': ['c%u', 'c%u'], 'targets': [{'id': 'n%d', 'names': ['N']}]",
				    a % 3, b % 3, number);
	else
		rest = arena_printf(w->a, "'targets': [{'id': 'n%d', 'kind': 'm', 'names': ['N'], 'part_of': 'c%u'}]",
				    number, rnd(s) % 3);
	return arena_printf(
	    w->a,
	    "{'event': {'id': 'r%d', 'type': '%s', 'effective': '%d-01-01', 'status': 'effective', 'source':"
	    "'a', %s}}",
	    number, types[type], year, rest);
}

static struct world *random_world(struct world *w)
{
	struct world *o = another(w);
	for (int i = 0; i < 3; i++)
		accepted(o, SUB "'units': [{'id': 'c%d', 'kind': 'c', 'names': ['C']}]}}", i);
	for (int i = 0; i < PLACES; i++)
		accepted(
		    o,
		    SUB
		    "'units': [{'id': 'p%d', 'kind': 'm', 'names': ['P'], 'codes': {'k': 'p%d'}, 'part_of': 'c%d'}]}}",
		    i, i, i % 3);
	return o;
}

static const char *in_order(struct world *w, struct random_event *all, const size_t *order, size_t n)
{
	struct world *o = random_world(w);
	size_t left = n, before = n + 1;
	for (size_t i = 0; i < n; i++)
		all[i].entered = false;
	while (left < before) { /* whose units are not there yet comes again */
		before = left;
		for (size_t i = 0; i < n; i++) {
			struct random_event *e = &all[order[i]];
			if (e->entered)
				continue;
			struct said *s = say_bytes(o, world_message(o, "%s", e->text));
			e->entered = s->accepted;
			left -= s->accepted;
		}
	}
	const char *state = left ? "not all were accepted" : state_of(o);
	state = arena_text(w->a, state, strlen(state));
	void *gone = o;
	world_gone(&gone);
	return state;
}

/* What is accepted in the order of its days gives the same state in any other order in which all of it is accepted. */
static void random_histories_do_not_depend_on_the_order_of_entry(void **state)
{
	struct world *w = *state;
	int compared = 0;
	for (uint32_t seed = 1; seed <= 150; seed++) {
		struct random_event all[RANDOM_EVENTS];
		size_t order[RANDOM_EVENTS], n = 0;
		uint32_t s = seed * 7919;
		struct world *o = random_world(w);
		const char *texts[RANDOM_EVENTS];
		for (int i = 0; i < RANDOM_EVENTS; i++)
			texts[i] = random_event(w, &s, i);
		for (int year = 2000; year < 2012 && n <= RANDOM_EVENTS; year++)
			for (int i = 0; i < RANDOM_EVENTS; i++)
				if (strstr(texts[i], arena_printf(w->a, "'%d-01-01'", year))) {
					struct said *x = say_bytes(o, world_message(o, "%s", texts[i]));
					if (x->accepted && !has_rule(x, "DEPENDANT"))
						all[n++] = (struct random_event){.text = texts[i]};
					else if (x->accepted)
						n = RANDOM_EVENTS + 1;
					if (n > RANDOM_EVENTS)
						break;
				}
		void *gone = o;
		world_gone(&gone);
		if (n > RANDOM_EVENTS)
			continue;
		for (size_t i = 0; i < n; i++)
			order[i] = i;
		const char *wanted = in_order(w, all, order, n);
		for (size_t i = n; i > 1; i--) {
			size_t k = rnd(&s) % i, x = order[k];
			order[k] = order[i - 1];
			order[i - 1] = x;
		}
		const char *got = in_order(w, all, order, n);
		if (strcmp(got, "not all were accepted") == 0)
			continue; /* something late contradicted an end on record, and was refused */
		if (strcmp(got, wanted) != 0)
			for (size_t i = 0; i < n; i++)
				print_error("seed %u, %zu: %s\n", seed, i, all[order[i]].text);
		assert_string_equal(got, wanted);
		compared++;
	}
	assert_true(compared >= 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(an_annulled_event_leaves_everything_as_before_it),
	    BOTH(another_date_moves_all_of_it),
	    BOTH(a_version_must_name_the_one_it_supersedes),
	    BOTH(a_proposed_event_is_adopted_later),
	    BOTH(an_annulled_event_does_not_take_effect),
	    BOTH(what_depends_on_an_annulled_event_is_named_and_comes_back_with_it),
	    BOTH(a_late_code_change_ends_where_the_next_one_begins),
	    BOTH(an_end_that_was_stated_outlives_a_replay),
	    BOTH(the_order_of_entry_does_not_matter),
	    BOTH(heirs_lie_where_a_late_merger_carried_what_they_came_from),
	    BOTH(heirs_lie_in_a_container_whose_end_is_annulled),
	    BOTH(what_was_put_elsewhere_leaves_a_container_whose_end_is_annulled),
	    BOTH(a_task_passes_to_a_unit_born_that_day),
	    BOTH(an_end_of_an_event_that_fails_now_does_not_come_back),
	    BOTH(a_life_begun_another_day_outlives_a_replay),
	    BOTH(what_failed_for_want_of_a_container_is_applied_when_it_is_there),
	    BOTH(an_event_is_not_put_off_past_the_end_of_its_unit),
	    BOTH(a_version_that_says_the_same_again_is_one),
	    BOTH(a_proposal_that_could_not_be_carried_out_is_a_proposal_also_when_it_is_tried),
	    BOTH(a_proposal_that_names_a_unit_of_later_days_is_one_also_when_it_is_tried),
	    BOTH(random_histories_do_not_depend_on_the_order_of_entry),
	    BOTH(annulling_is_as_if_it_had_never_been_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
