/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_cause_definition.c - causes of random changes whose definition is another at the two points: made once
 * more of the log, each agrees, and none is refused.
 */
#include "tests/unit/decompose_kit.h"

#define ALL (CAUSE_UNDETERMINED + 1) /* the causes, and the whole change */

static void define(struct world *w, const char *id, enum aggregation over_units, bool breaks)
{
	struct msg_indicator def = {.id = id,
				    .label = id,
				    .type = VALUE_TYPE_COUNT,
				    .over_units = over_units,
				    .over_time = AGGREGATION_NONE,
				    .unit_kind = "municipality",
				    .break_before = breaks};
	w_def(w, SPACE_INDICATOR, id, &msg_type_indicator, &def);
	w_commit(w);
}

static const char *value(struct world *w, uint64_t *seed)
{
	unsigned n = (unsigned)kit_below(seed, 40);
	switch (kit_below(seed, 12)) {
	case 0:
		return arena_printf(w->a, "%u..%u", n, n + 1 + (unsigned)kit_below(seed, 9));
	case 1:
		return arena_printf(w->a, "%u..", n);
	case 2:
		return "?";
	default:
		return arena_printf(w->a, "%u", n);
	}
}

/* Some of the towns say something. */
static void tell(struct world *w, uint64_t *seed, const char *round, const char *series, const char *period,
		 const char *const *towns, size_t n, unsigned often)
{
	const char *list = "";
	for (size_t i = 0; i < n; i++)
		if (kit_below(seed, 10) < often)
			list = arena_printf(w->a, "%s%s %s ", list, towns[i], value(w, seed));
	if (!*list)
		return;
	k_say(w, round, series, period, list);
	w_commit(w);
}

static const char *const then[] = {"A", "B", "C", "D", "E"}, *const later[] = {"A", "B", "F", "G", "H"};

/*   A, B stay; C and D become F; E is divided into G and H */
static void lay(struct world *w, uint64_t *seed)
{
	h_counties(w, "West East");
	h_towns_of(w, "West", "A, C ..2018, F 2018..");
	h_towns_of(w, kit_below(seed, 2) ? "West" : "East", "B");
	h_towns_of(w, kit_below(seed, 2) ? "West" : "East", "D ..2018, E ..2018");
	h_towns_of(w, "West", "G 2018..");
	h_towns_of(w, kit_below(seed, 2) ? "West" : "East", "H 2018..");
	h_event(w, "m", "2018-01-01", "C>F D>F");
	h_event(w, "s", "2018-01-01", "E>*G E>*H");
	if (kit_below(seed, 2)) {
		h_weight(w, "s", "E>G", 3, 0);
		h_weight(w, "s", "E>H", 1, 0);
	}
	w_tick(w, "2026-01-01");
	k_round(w, "r0", "2014", 5, kit_below(seed, 2) ? "A B C D E" : "", "");
	k_round(w, "r1", "2022", 5, kit_below(seed, 2) ? "A B F G H" : "", "");
	w_commit(w);
}

static size_t one_history(uint64_t seed)
{
	void *world = NULL;
	assert_int_equal(world_setup(&world), 0);
	struct world *w = world;
	size_t before = k_explained, rows = 0;
	bool sums = kit_below(&seed, 3);
	enum aggregation over = sums ? AGGREGATION_ADDITIVE : AGGREGATION_DISTINCT;
	lay(w, &seed);
	define(w, "people", over, false);
	define(w, "heads", over, false);
	bool other = kit_below(&seed, 3);
	unsigned often = 3 + (unsigned)kit_below(&seed, 8);
	tell(w, &seed, "r0", "people", "2014", then, 5, 9);
	if (other)
		tell(w, &seed, "r0", "heads", "2014", then, 5, often);
	if (!kit_below(&seed, 2))
		define(w, kit_below(&seed, 2) ? "people" : "heads", over, true);
	tell(w, &seed, "r1", other ? "heads" : "people", "2022", later, 5, 9);
	if (other)
		tell(w, &seed, "r1", "people", "2022", later, 5, often);
	static const char *const units[] = {"A", "B", "F", "G"};
	for (size_t i = 0; i < (sums ? 1 : 4); i++) {
		struct k_ask ask = {.indicator = "people",
				    .indicator_to = other ? "heads" : "",
				    .in = sums ? "West" : units[i],
				    .alone = !sums,
				    .weights = kit_below(&seed, 2) ? "population" : "",
				    .measure = sums ? MEASURE_SUM : MEASURE_VALUE};
		struct msg_decompose_answer *a = k_decompose(w, &ask);
		rows += a ? a->n_rows : 0;
	}
	assert_int_equal(k_explained - before, rows * ALL); /* not one is refused */
	world_teardown(&world);
	return rows;
}

static void of_two_definitions_every_cause_agrees_with_the_log(void **state)
{
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20261123;
	size_t rows = 0;
	(void)state;
	k_lenient = true;
	for (unsigned i = 0; i < test_rounds(80); i++) {
		print_message("seed %llu\n", (unsigned long long)(seed + i));
		rows += one_history(seed + i);
	}
	print_message("%zu rows, %zu causes explained\n", rows, k_explained);
	assert_true(rows > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(of_two_definitions_every_cause_agrees_with_the_log)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
