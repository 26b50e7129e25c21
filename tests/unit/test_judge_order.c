/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_order.c - events entered in any order leave the same state, histories by hand and random ones.
 */
#include "tests/unit/judge_kit.h"

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
	return event(w, history[i].id, history[i].type, history[i].effective, history[i].rest)->rev;
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
	    BOTH(the_order_of_entry_does_not_matter),
	    BOTH(random_histories_do_not_depend_on_the_order_of_entry),
	    BOTH(annulling_is_as_if_it_had_never_been_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
