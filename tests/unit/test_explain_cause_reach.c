/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_cause_reach.c - the parts of a rate are explained also where many units of the frame hang together.
 */
#include "tests/unit/decompose_kit.h"

static void rate_indicator(struct world *w)
{
	struct msg_indicator def = {.id = "takes-part",
				    .label = "Takes part",
				    .type = VALUE_TYPE_PERCENT,
				    .over_units = AGGREGATION_RELATIVE,
				    .over_time = AGGREGATION_NONE,
				    .denominator = "frame",
				    .unit_kind = "county"};
	w_def(w, SPACE_INDICATOR, "takes-part", &msg_type_indicator, &def);
	w_tick(w, "2026-01-01");
}

#define RATE .indicator = "takes-part", .measure = MEASURE_RATE, .in = "Nordland", .alone = true, .decimals = 2
#define ALL  (CAUSE_UNDETERMINED + 1) /* the causes, and the whole change */

/* `percent` of `n` in 2014 and of `m` in 2020. */
static const char *parts_of(struct world *w, uint32_t n, uint32_t m, const char *then, const char *later)
{
	k_round(w, "r0", "2014-03", n, "", "Nordland");
	k_round(w, "r1", "2020", m, "", "Nordland");
	rate_indicator(w);
	k_say(w, "r0", "takes-part", "2014-03", arena_printf(w->a, "Nordland %s", then));
	k_say(w, "r1", "takes-part", "2020", arena_printf(w->a, "Nordland %s", later));
	w_commit(w);
	size_t before = k_explained;
	const char *text = k_parts(w, &(struct k_ask){RATE});
	assert_int_equal(k_explained - before, ALL); /* not one is refused */
	return text;
}

/* Fifteen became one, five stay: 15 of 20 that take part are one of six, or all six. */
static void fifteen_that_became_one_are_followed(void **state)
{
	struct world *w = *state;
	const char *flows = "";
	h_counties(w, "Nordland");
	for (int i = 1; i <= 15; i++) {
		h_towns_of(w, "Nordland", arena_printf(w->a, "M%d ..2018", i));
		flows = arena_printf(w->a, "%sM%d>Big ", flows, i);
	}
	for (int i = 16; i <= 20; i++)
		h_towns_of(w, "Nordland", arena_printf(w->a, "M%d", i));
	h_towns_of(w, "Nordland", "Big 2018..");
	h_event(w, "e", "2018-01-01", flows);
	assert_string_equal(parts_of(w, 20, 6, "75", "50"),
			    "75.00 → 50.00 = -25.00: structure -25.00 (-58.34..25.00), real 0.00 (-50.00..33.34)");
}

/* ---- random reorganisations ---- */

#define SOURCES_MAX 24

/* Every source lies whole in one of a few new units, is divided among some of them, or stays. Returns how many there
 * are in 2020. */
static uint32_t reorganise(struct world *w, uint64_t *seed, uint32_t n)
{
	uint32_t heirs = 1 + (uint32_t)kit_below(seed, 3), later = 0;
	bool used[3] = {false};
	const char *flows = "";
	for (uint32_t i = 0; i < n; i++) {
		uint64_t what = kit_below(seed, 8);
		uint32_t to = (uint32_t)kit_below(seed, heirs), other = (to + 1) % heirs;
		bool stays = what == 0, divided = what == 1 && heirs > 1;
		h_towns_of(w, "Nordland", arena_printf(w->a, stays ? "S%u" : "S%u ..2018", i));
		later += stays;
		if (stays)
			continue;
		used[to] = true;
		used[other] |= divided;
		flows = divided ? arena_printf(w->a, "%sS%u>*H%u S%u>*H%u ", flows, i, to, i, other)
				: arena_printf(w->a, "%sS%u>H%u ", flows, i, to);
	}
	for (uint32_t i = 0; i < heirs; i++)
		if (used[i]) {
			h_towns_of(w, "Nordland", arena_printf(w->a, "H%u 2018..", i));
			later++;
		}
	if (*flows)
		h_event(w, "e", "2018-01-01", flows);
	return later;
}

/* A percentage that some whole number of n rounds to. */
static const char *percent(struct world *w, uint64_t *seed, uint32_t n)
{
	uint32_t k = (uint32_t)kit_below(seed, n + 1);
	return arena_printf(w->a, "%u", (200 * k + n) / (2 * n));
}

static void however_many_hang_together_both_ways_come_to_the_same(void **state)
{
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20261122;
	(void)state;
	for (unsigned i = 0; i < test_rounds(25); i++) {
		void *world = NULL;
		uint64_t at = seed + i;
		print_message("seed %llu\n", (unsigned long long)at);
		assert_int_equal(world_setup(&world), 0);
		struct world *w = world;
		uint32_t n = 4 + (uint32_t)kit_below(&at, SOURCES_MAX - 3);
		h_counties(w, "Nordland");
		uint32_t m = reorganise(w, &at, n);
		const char *then = percent(w, &at, n), *later = percent(w, &at, m);
		parts_of(w, n, m, then, later);
		world_teardown(&world);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(fifteen_that_became_one_are_followed),
	    cmocka_unit_test(however_many_hang_together_both_ways_come_to_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
