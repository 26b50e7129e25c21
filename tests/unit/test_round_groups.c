/* SPDX-License-Identifier: Apache-2.0
 *
 * test_round_groups.c - random rounds whose arrangements gain and lose participants and hosts, with reforms between
 * them: in whatever scope and groups, a balance adds up, a decomposition agrees with its figures, and both have the
 * same ones; of two rounds and of two days.
 */
#include "tests/unit/balance_explained.h"
#include "tests/unit/asking.h"

#define ROUNDS 4
#define ALLS   5
#define TOWNS  6
#define STEPS  26

static const char *const rounds[ROUNDS] = {"r2012", "r2014", "r2017", "r2020"},
			 *const references[ROUNDS] = {"2012", "2014-03", "2017", "2020"},
			 *const days[ROUNDS] = {"2012-12-31", "2014-03-31", "2017-12-31", "2020-12-31"};

static const char *some_towns(struct world *w, uint64_t *seed)
{
	const char *text = "";
	for (int u = 0; u < TOWNS; u++)
		if (kit_below(seed, 3) == 0)
			text = arena_printf(w->a, "%s%s'u%d'", text, *text ? ", " : "", u);
	return text;
}

/* What the judge refuses has not been said. */
static void speak(struct world *w, uint64_t *seed)
{
	static const char *const complete[] = {"yes", "no", "unknown"};
	int a = (int)kit_below(seed, ALLS);
	const char *host = kit_below(seed, 3) ? "" : arena_printf(w->a, "'host': 'u%d',", (int)kit_below(seed, TOWNS));
	const char *round =
	    kit_below(seed, 6) ? arena_printf(w->a, "'round': '%s',", rounds[kit_below(seed, ROUNDS)]) : "";
	const char *dates = *round               ? ""
			    : kit_below(seed, 2) ? "'established': '2010-01-01',"
						 : "'ended': '2019-01-01',";
	say_bytes(w,
		  world_message(
		      w,
		      "{'submission': {%s 'mode': 'patch', 'source': 'q', 'reason': 'r', 'expressed_in': '2012-01-01',"
		      "'arrangements': [{'id': 'a%d', 'name': 'A%d', %s %s 'participants': [%s],"
		      "'participants_complete': '%s'}]}}",
		      round, a, a, dates, host, some_towns(w, seed), complete[kit_below(seed, 3)]));
}

static void take_back(struct world *w, uint64_t *seed, uint64_t first)
{
	say_bytes(w, world_message(w,
				   "{'submission': {'mode': 'patch', 'source': 'q', 'reason': 'r',"
				   "'retractions': [{'revision': %llu, 'unit': '%s%d'}]}}",
				   (unsigned long long)(first + kit_below(seed, w->rev - first + 1)),
				   kit_below(seed, 3) ? "a" : "u", (int)kit_below(seed, ALLS)));
}

static void declare(struct world *w, uint64_t *seed)
{
	accepted(w,
		 "{'submission': {'round': '%s', 'mode': 'patch', 'source': 'q', 'completeness': ["
		 "{'scope': 'c%d', 'kind': 'arrangement', 'complete': '%s'}]}}",
		 rounds[kit_below(seed, ROUNDS)], (int)kit_below(seed, 2), kit_below(seed, 3) ? "yes" : "no");
}

static void define_all(struct world *w, uint64_t *seed)
{
	accepted(w, "{'define': {'sources': [{'id': 'q', 'title': 'Q'}], 'surveys': [{'id': 's', 'title': 'S'}]}}");
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'q', 'units': ["
		 "{'id': 'c0', 'kind': 'county', 'names': ['C0']}, {'id': 'c1', 'kind': 'county', 'names': ['C1']}]}}");
	for (int u = 0; u < TOWNS; u++)
		accepted(
		    w,
		    "{'submission': {'mode': 'patch', 'source': 'q', 'units': [{'id': 'u%d', 'kind': 'municipality',"
		    "'names': ['U%d'], 'part_of': 'c%d'}]}}",
		    u, u, u / 3);
	for (int r = 0; r < ROUNDS; r++)
		accepted(w, "{'define': {'rounds': [{'id': '%s', 'survey': 's', 'reference': '%s'%s}]}}", rounds[r],
			 references[r], kit_below(seed, 3) ? "" : ", 'area': 'c0'");
}

/* u1 goes to the other county, u0 and u5 become one, u3 is divided: one of these, or nothing. */
static void reform(struct world *w, uint64_t *seed)
{
#define EVENT(type)                                                                                                    \
	"{'event': {'id': 'e', 'type': '" type "', 'effective': '2016-01-01', 'status': 'effective', 'source': 'q',"
	uint64_t which = kit_below(seed, 4);
	if (which == 1)
		accepted(w, EVENT("reparenting") "'sources': ['u1'], 'targets': [{'unit': 'u1', 'part_of': 'c1'}]}}");
	else if (which == 2)
		accepted(w,
			 EVENT("merging") "'sources': ['u0', 'u5'], 'targets': [{'id': 'm', 'names': ['M'], 'part_of':"
					  "'c0'}]}}");
	else if (which == 3)
		accepted(
		    w, EVENT("breakdown") "'sources': ['u3'], 'targets': [{'id': 'd', 'names': ['D'], 'part_of': 'c0'},"
					  "{'id': 'f', 'names': ['F'], 'part_of': 'c1'}]}}");
}

/* ---- against each other ----------------------------------------------------------------------------- */

struct points {
	int p, q;
	uint64_t then, now;
	bool days;
};

static const char *point(struct world *w, const struct points *x, int r, uint64_t rev)
{
	return arena_printf(w->a, "{'%s': '%s', 'as_of_revision': %llu}", x->days ? "valid_at" : "round",
			    x->days ? days[r] : rounds[r], (unsigned long long)rev);
}

/* Where a list is open, in whatever group, only what is certain is taken apart. */
static bool is_open(const struct answers *all)
{
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < all->list[i].balance->n_rows; k++) {
			const struct msg_balance_row *row = &all->list[i].balance->rows[k];
			if ((*row->opening->low && !*row->opening->high) ||
			    (*row->closing->low && !*row->closing->high))
				return true;
		}
	return false;
}

static const char *taken(const struct msg_figure *f, bool open)
{
	return open && *f->low ? f->low : f->shown;
}

/* The balance of a group; absent: nothing is counted there. */
static const struct msg_balance_row *balance_of(const struct answers *all, const char *group)
{
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < all->list[i].balance->n_rows; k++)
			if (strcmp(all->list[i].balance->rows[k].group, group) == 0)
				return &all->list[i].balance->rows[k];
	return NULL;
}

static void check(struct world *w, const struct points *x, const char *more)
{
	const char *two = arena_printf(w->a, "'from': %s, 'to': %s, 'counted': 'arrangements'%s",
				       point(w, x, x->p, x->then), point(w, x, x->q, x->now), more);
	struct answers d = asked(w, "{'decompose': {%s, 'measure': 'count'}}", two), b = {0};
	bool any = false;
	for (size_t i = 0; i < d.n; i++)
		for (size_t k = 0; k < d.list[i].decompose->n_rows; k++) {
			const struct msg_decompose_row *row = &d.list[i].decompose->rows[k];
			if (!row->agrees)
				fail_msg("{%s}: %s → %s = %s, sum %s", two, row->from->shown, row->to->shown,
					 row->change->shown, row->sum->shown);
			if (i == 0 && k == x->then % d.list[0].decompose->n_rows)
				causes_explained(w, arena_printf(w->a, "%s, 'measure': 'count'", two), row);
			any |= strcmp(row->from->shown, "0") != 0 || strcmp(row->to->shown, "0") != 0;
		}
	if (!any || (x->p == x->q && x->then == x->now))
		return;
	b = balance_asked(w, "%s", two);
	bool open = is_open(&b);
	for (size_t i = 0; i < d.n; i++)
		for (size_t k = 0; k < d.list[i].decompose->n_rows; k++) {
			const struct msg_decompose_row *row = &d.list[i].decompose->rows[k];
			const struct msg_balance_row *same = balance_of(&b, row->group);
			if (!same)
				continue;
			if (strcmp(same->unexplained->shown, "0") != 0)
				fail_msg("{%s}: of \"%s\" %s is unexplained", two, row->group,
					 same->unexplained->shown);
			if (!x->days) {
				assert_string_equal(taken(same->opening, open), row->from->shown);
				assert_string_equal(taken(same->closing, open), row->to->shown);
			}
		}
}

static void one_history(uint64_t seed)
{
	void *state = NULL;
	assert_int_equal(world_folded(&state), 0);
	struct world *w = state;
	define_all(w, &seed);
	uint64_t first = w->rev;
	for (int i = 0; i < STEPS; i++) {
		uint64_t what = kit_below(&seed, 8);
		if (i == STEPS / 2)
			reform(w, &seed);
		else if (what == 0)
			declare(w, &seed);
		else if (what < 3 && w->rev > first)
			take_back(w, &seed, first);
		else
			speak(w, &seed);
	}
	for (int i = 0; i < 12; i++) {
		struct points x = {.p = (int)kit_below(&seed, ROUNDS),
				   .then = first + kit_below(&seed, w->rev - first + 1),
				   .days = kit_below(&seed, 3) == 0};
		x.q = x.p + (int)kit_below(&seed, (uint64_t)(ROUNDS - x.p));
		x.now = x.then + kit_below(&seed, w->rev - x.then + 1);
		check(w, &x, "");
		check(w, &x, ", 'group_by': 'county'");
		check(w, &x, ", 'units': ['c0'], 'subtree': true");
		check(w, &x, ", 'units': ['c1'], 'subtree': true");
	}
	world_gone(&state);
}

static void what_is_counted_adds_up_in_every_scope(void **state)
{
	(void)state;
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20260555;
	for (unsigned i = 0; i < test_rounds(25); i++) {
		print_message("seed %llu\n", (unsigned long long)(seed + i));
		one_history(seed + i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_counted_adds_up_in_every_scope)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
