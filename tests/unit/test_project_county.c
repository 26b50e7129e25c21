/* SPDX-License-Identifier: Apache-2.0
 *
 * test_project_county.c - units that consist of others move as their parts move.
 *
 * Time runs to the right. A─┐ B is a whole flow, A╌╌B a part. Figures are asked for the day before, of and after.
 */
#include "tests/unit/history.h"

/* Nordland = Bodø + Tjeldsund until 2020; Tjeldsund goes to Troms. */
static void nordland(struct world *w)
{
	h_counties(w, "Nordland Troms 1950..");
	h_towns(w, "Bodo Tjeldsund Tromso 1950..");
	h_inside(w, "Bodo", "Nordland 1950..");
	h_inside(w, "Tromso", "Troms 1950..");
	h_inside(w, "Tjeldsund", "Nordland 1950..2020, Troms 2020..");
}

static void a_county_moves_as_its_parts_move(void **state)
{
	struct world *w = *state;
	nordland(w);
	assert_flow(w, "Nordland", "2019-12-31", "2020-01-01", "county", "UNALLOCATED Nordland Troms ?");
	assert_flow(w, "Nordland", "2019-12-31", "2020-01-01", NULL, "UNALLOCATED Nordland Troms ?");
	assert_flow(w, "Nordland", "2018-12-31", "2019-12-31", NULL, "EXACT Nordland");
	assert_flow(w, "Nordland", "2020-01-01", "2019-12-31", NULL, "MERGED Nordland");
	assert_flow(w, "Troms", "2019-12-31", "2020-01-01", NULL, "MERGED Troms");
	assert_flow(w, "Nordland", "2019-12-31", "2020-01-01", "municipality", "UNALLOCATED Bodo Tjeldsund ?");
	assert_flow(w, "Tjeldsund", "2019-12-31", "2020-01-01", "municipality", "EXACT Tjeldsund");
	assert_flow(w, "Tjeldsund", "2019-12-31", "2020-01-01", "county", "MERGED Troms");
	assert_flow(w, "Tjeldsund", "2019-12-31", "2019-12-31", "county", "MERGED Nordland");
}

/* Sør─┐
 *     ├─Trøndelag   with and without municipalities on record
 * Nord┘                 */
static void a_county_merger_and_back(void **state)
{
	struct world *w = *state;
	h_counties(w, "Sor Nord 1950..2018, Trondelag 2018..");
	h_event(w, "e", "2018-01-01", "Sor>Trondelag Nord>Trondelag");
	assert_flow(w, "Sor", "2017-01-01", "2018-01-01", "county", "MERGED Trondelag");
	assert_flow(w, "Trondelag", "2018-01-01", "2017-12-31", "county", "UNALLOCATED Nord Sor ?");
	h_towns(w, "Rissa Snasa 1950..");
	h_inside(w, "Rissa", "Sor 1950..2018, Trondelag 2018..");
	h_inside(w, "Snasa", "Nord 1950..2018, Trondelag 2018..");
	assert_flow(w, "Sor", "2017-01-01", "2018-01-01", "county", "MERGED Trondelag");
	assert_flow(w, "Trondelag", "2018-01-01", "2017-12-31", "county", "UNALLOCATED Nord Sor ?");
	assert_flow(w, "Rissa", "2018-01-01", "2017-12-31", "county", "EXACT Sor");
	assert_flow(w, "Snasa", "2018-01-01", "2017-12-31", "municipality", "EXACT Snasa");
}

/* Buskerud──┐     ┌──Buskerud (new)     by their parts
 * Østfold───┴Viken┴──Østfold (new)         */
static void viken(struct world *w)
{
	h_counties(w, "Buskerud Ostfold 1950..2020, Viken 2020..2024, Buskerud2 Ostfold2 2024..");
	h_event(w, "join", "2020-01-01", "Buskerud>Viken Ostfold>Viken");
	h_event(w, "part", "2024-01-01", "Viken>*Buskerud2 Viken>*Ostfold2");
}

static void viken_parts(struct world *w)
{
	h_towns(w, "Drammen Moss 1950..");
	h_inside(w, "Drammen", "Buskerud 1950..2020, Viken 2020..2024, Buskerud2 2024..");
	h_inside(w, "Moss", "Ostfold 1950..2020, Viken 2020..2024, Ostfold2 2024..");
}

static void buskerud_is_back_by_its_parts(void **state)
{
	struct world *w = *state;
	viken(w);
	assert_flow(w, "Buskerud", "2019-01-01", "2024-01-01", "county", "UNALLOCATED Buskerud2 Ostfold2 ?");
	viken_parts(w);
	assert_flow(w, "Buskerud", "2019-01-01", "2024-01-01", "county", "EXACT Buskerud2");
	assert_flow(w, "Buskerud", "2019-01-01", "2022-01-01", "county", "MERGED Viken");
	assert_flow(w, "Viken", "2022-01-01", "2024-01-01", "county", "UNALLOCATED Buskerud2 Ostfold2 ?");
	assert_flow(w, "Buskerud2", "2024-01-01", "2019-01-01", "county", "EXACT Buskerud");
}

/* The county's own weights divide it where its parts end in the very same counties. */
static void weights_of_a_county_divide_it_though_it_has_parts(void **state)
{
	struct world *w = *state;
	viken(w);
	viken_parts(w);
	h_weight(w, "part", "Viken>Buskerud2", 40, 0);
	h_weight(w, "part", "Viken>Ostfold2", 60, 0);
	assert_flow(w, "Viken", "2022-01-01", "2024-01-01", "county", "APPORTIONED Buskerud2 2/5 Ostfold2 3/5");
	assert_flow(w, "Buskerud", "2019-01-01", "2024-01-01", "county", "EXACT Buskerud2");
}

/* Districts of a city are on record from 2004 only: before that the city is itself. */
static void parts_that_are_on_record_only_later_do_not_hide_the_unit(void **state)
{
	struct world *w = *state;
	h_towns(w, "Oslo 1950..");
	w_unit(w, "Frogner", "district", "2004-01-01", "", NULL);
	w_unit(w, "Sagene", "district", "2004-01-01", "", NULL);
	h_inside(w, "Frogner", "Oslo 2004..");
	h_inside(w, "Sagene", "Oslo 2004..");
	assert_flow(w, "Oslo", "2000-01-01", "2010-01-01", NULL, "EXACT Oslo");
	assert_flow(w, "Oslo", "2010-01-01", "2000-01-01", "municipality", "EXACT Oslo");
	assert_flow(w, "Frogner", "2010-01-01", "2000-01-01", NULL, "UNALLOCATED -");
	assert_flow(w, "Oslo", "2010-01-01", "2012-01-01", "district", "UNALLOCATED Frogner Sagene ?");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    T(a_county_moves_as_its_parts_move),
	    T(a_county_merger_and_back),
	    T(buskerud_is_back_by_its_parts),
	    T(weights_of_a_county_divide_it_though_it_has_parts),
	    T(parts_that_are_on_record_only_later_do_not_hide_the_unit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
