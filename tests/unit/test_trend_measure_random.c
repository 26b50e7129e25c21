/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_measure_random.c - measures of random worlds against those of a naive twin.
 */
#include <stdlib.h>
#include "tests/unit/trend_kit.h"

#define TWIN_UNITS  12
#define TWIN_GROUPS 4

struct twin {
	int n;
	long value[TWIN_UNITS], weight[TWIN_UNITS];
	int group[TWIN_UNITS];
};

static int by_long(const void *a, const void *b)
{
	const long *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static long gcd(long a, long b)
{
	return b ? gcd(b, a % b) : a;
}

static void same(const struct msg_figure *f, long numerator, long denominator)
{
	long g = gcd(labs(numerator), denominator);
	char n[32], d[32];
	g = g ? g : 1;
	(void)snprintf(n, sizeof n, "%ld", numerator / g);
	(void)snprintf(d, sizeof d, "%ld", denominator / g);
	assert_string_equal(f->numerator, n);
	assert_string_equal(f->denominator, d);
}

static long sum_of(const struct twin *x, int group)
{
	long sum = 0;
	for (int i = 0; i < x->n; i++)
		sum += x->group[i] == group ? x->value[i] : 0;
	return sum;
}

static void same_group(const struct msg_trend_row *row, const struct twin *x, int group, const bool *have)
{
	long sorted[TWIN_UNITS], total = 0, sum = sum_of(x, group), squares = 0, weighted = 0, weights = 0;
	int n = 0, rank = 1;
	for (int i = 0; i < x->n; i++) {
		total += x->value[i];
		if (x->group[i] != group)
			continue;
		sorted[n++] = x->value[i];
		squares += x->value[i] * x->value[i];
		weighted += x->value[i] * x->weight[i];
		weights += x->weight[i];
	}
	for (int g = 0; g < TWIN_GROUPS; g++)
		rank += have[g] && sum_of(x, g) > sum;
	qsort(sorted, (size_t)n, sizeof *sorted, by_long);
	same(t_figure(row, MEASURE_MEDIAN), sorted[(n - 1) / 2] + sorted[n / 2], 2);
	same(t_figure(row, MEASURE_MIN), sorted[0], 1);
	same(t_figure(row, MEASURE_MAX), sorted[n - 1], 1);
	same(t_figure(row, MEASURE_RANK), rank, 1);
	if (total)
		same(t_figure(row, MEASURE_SHARE), 100 * sum, total);
	if (sum)
		same(t_figure(row, MEASURE_CONCENTRATION), squares, sum * sum);
	else
		assert_int_not_equal(*t_figure(row, MEASURE_CONCENTRATION)->refused, 0);
	same(t_figure(row, MEASURE_MEAN), weighted, weights);
}

static void measures_of_random_worlds_are_those_of_plain_arrays(void **state)
{
	struct world *w = *state;
	static enum measure m[] = {MEASURE_MEDIAN, MEASURE_MIN,           MEASURE_MAX, MEASURE_RANK,
				   MEASURE_SHARE,  MEASURE_CONCENTRATION, MEASURE_MEAN};
	const char *given = getenv("VARDE_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : 20140301;
	int rounds = getenv("VARDE_SMALL") ? 10 : 60;
	print_message("seed %u\n", seed);
	for (int g = 0; g < TWIN_GROUPS; g++)
		w_unit(w, arena_printf(w->a, "c:%d", g), "county", "", "", arena_printf(w->a, "C%d", g));
	struct twin all[60];
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_indicator(w, "W", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	for (int k = 0; k < TWIN_UNITS; k++) {
		const char *unit = arena_printf(w->a, "m:%d", k);
		w_unit(w, unit, "municipality", "", "", unit);
		w_link(w, LINK_TYPE_PART_OF, unit, arena_printf(w->a, "c:%d", k % TWIN_GROUPS), "", "");
	}
	for (int r = 0; r < rounds; r++) {
		struct twin *x = &all[r];
		const char *year = arena_printf(w->a, "%d", 1900 + r);
		x->n = 1 + rand_r(&seed) % TWIN_UNITS;
		for (int k = 0; k < x->n; k++) {
			const char *unit = arena_printf(w->a, "m:%d", k);
			x->value[k] = rand_r(&seed) % 9;
			x->weight[k] = 1 + rand_r(&seed) % 5;
			x->group[k] = k % TWIN_GROUPS;
			w_obs(w, unit, "I", year, arena_printf(w->a, "%ld", x->value[k]));
			w_obs(w, unit, "W", year, arena_printf(w->a, "%ld", x->weight[k]));
		}
	}
	w_commit(w);
	struct msg_trend_question q = t_ask_these("I", m, 7);
	q.group_by = "county";
	q.mean_weight = "W";
	struct msg_trend_answer *t = w_trend(w, &q);
	for (int r = 0; r < rounds; r++) {
		bool have[TWIN_GROUPS] = {0};
		for (int k = 0; k < all[r].n; k++)
			have[all[r].group[k]] = true;
		for (int g = 0; g < TWIN_GROUPS; g++) {
			if (have[g])
				same_group(t_row(t, arena_printf(w->a, "c:%d", g), arena_printf(w->a, "%d", 1900 + r)),
					   &all[r], g, have);
		}
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(measures_of_random_worlds_are_those_of_plain_arrays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
