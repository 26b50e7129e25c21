/* SPDX-License-Identifier: Apache-2.0
 *
 * test_bounds.c - what one question may cost, however the store was filled: time between two rows, memory of a row.
 */
#include "query/kept.h"
#include "tests/unit/answer_kit.h"

/* ---- reading ---------------------------------------------------------------------------------------- */

#define ROWS 3000u

static enum err at_the_second_look(void *arg)
{
	unsigned *looks = arg;
	return ++*looks == 2 ? ERR_DEADLINE : ERR_OK;
}

static void reading_ends_where_somebody_says_so_and_rooms_keep_their_size(void **state)
{
	struct world *w = *state;
	for (unsigned i = 0; i < ROWS; i++)
		w_unit(w, arena_printf(w->a, "u:%u", i), "municipality", "", "", "U");
	w_commit(w);
	struct view *v = w_view(w);
	unsigned looks = 0;
	v->look = at_the_second_look;
	v->look_arg = &looks;
	v->look_every = 1000;
	AUTO_WALK struct walk all = {0};
	struct row row;
	size_t n = 0;
	walk_begin(&all, v, TABLE_LIFE, (struct slice){0});
	while (walk_next(&all, &row))
		n++;
	assert_int_equal(v->err, ERR_DEADLINE);
	assert_int_equal(n, 1999);
	assert_int_equal(looks, 2);
	assert_int_equal(view_terms(v, SPACE_UNIT), ROWS);
	assert_int_equal(view_term(v, SPACE_UNIT, slice_text("u:1")), 0);
}

/* It was told only after all rows of the step were made: of 150 arrangements of 4000 units after 20 seconds. */
static bool at_the_tenth(void *arg)
{
	unsigned *looks = arg;
	return ++*looks >= 10;
}

static enum err count_parts(void *arg, struct slice bytes, bool end)
{
	uint32_t *parts = arg;
	(void)bytes;
	(void)end;
	++*parts;
	return ERR_OK;
}

static void a_deadline_that_passes_while_one_row_is_worked_out_is_seen(void **state)
{
	struct world *w = *state;
	for (unsigned i = 0; i < 200; i++)
		w_unit(w, arena_printf(w->a, "u:%u", i), "municipality", "", "", "U");
	w_unit(w, "k", "arrangement", "", "", "K");
	for (unsigned i = 0; i < 200; i++)
		w_link(w, LINK_TYPE_PARTICIPATES_IN, arena_printf(w->a, "u:%u", i), "k", "", "");
	w_tick(w, "2019-06-30");
	w_commit(w);
	struct msg_query_request q = w_request();
	struct msg_snapshot_question s = {.scope = w_by_id(w, "k"), .arrangements = true};
	q.snapshot = &s;
	unsigned looks = 0;
	uint32_t parts = 0;
	struct journal_reader *journal;
	assert_ok(journal_read_begin(w->kit->store, &journal));
	struct ask_context c = {.store = w->kit->store,
				.view = w_view(w),
				.journal = journal,
				.limits = &w->limits,
				.expired = at_the_tenth,
				.expired_arg = &looks,
				.look_every = 10,
				.emit = count_parts,
				.emit_arg = &parts};
	AUTO_ARENA struct arena *a = arena_new(0);
	assert_ok(ask(&c, w_settle(w, &msg_type_query_request, &q), a));
	assert_int_equal(looks, 10); /* one arrangement is one row: a look at each would have been fewer */
	assert_int_equal(parts, 1);
	assert_ok(w->view.err); /* whoever asks next reads on */
	journal_read_end(journal);
}

/* The error was the inner question's alone, and the outer one's end kept what was half read. */
static void what_an_inner_question_was_late_with_is_not_kept(void **state)
{
	struct world *w = *state;
	w_unit(w, "u", "municipality", "", "", "U");
	w_commit(w);
	struct kept *k = kept_new();
	struct view *v = w_view(w);
	v->as_of = w->rev;
	kept_begin(k);
	kept_begin(k);
	assert_non_null(kept_atoms(k, v, 0, w->a));
	v->err = ERR_DEADLINE;
	kept_end(k, v);
	v->err = ERR_OK;
	kept_end(k, v);
	assert_int_equal(kept_bytes(k), 0);
	kept_begin(k);
	assert_non_null(kept_atoms(k, v, 0, w->a));
	kept_end(k, v);
	assert_true(kept_bytes(k) > 0);
	kept_free(k);
}

/* ---- replies ---------------------------------------------------------------------------------------- */

/* There was room for 256 bytes before the rows, and an assertion that it is enough: one frame ended the daemon. */
static void a_request_id_too_long_to_be_allowed_is_not_echoed(void **state)
{
	struct world *w = *state;
	say_all(w);
	struct msg_query_request q = w_request();
	struct msg_status_question s = {0};
	q.status = &s;
	char id[300];
	memset(id, 'x', sizeof id);
	q.request_id = (struct slice){id, ASK_REQUEST_ID_MAX};
	assert_int_equal(w_ask(w, &q)->request_id.len, ASK_REQUEST_ID_MAX);
	q.request_id = (struct slice){id, sizeof id};
	struct msg_query_reply *reply = w_ask(w, &q);
	assert_non_null(reply->status);
	assert_int_equal(reply->request_id.len, 0);
	assert_int_equal(w_ask_error(w, &q, ERR_INVALID, "too long")->code, ERROR_CODE_INVALID);
}

/* ---- networks --------------------------------------------------------------------------------------- */

#define MANY 600u

/* Each side had room for the names of all: the square of the participants, kept for every arrangement until the end.
 * 100 arrangements of 4000 units, each on a side of its own, took 12 GB and 47 s. */
static void an_arrangement_across_hundreds_of_borders_costs_no_square_of_memory(void **state)
{
	struct world *w = *state;
	for (unsigned i = 0; i < MANY; i++)
		w_unit(w, arena_printf(w->a, "u:%u", i), "municipality", "", "", arena_printf(w->a, "U%03u", i));
	for (unsigned k = 0; k < 4; k++) {
		const char *id = arena_printf(w->a, "k:%u", k);
		w_unit(w, id, "arrangement", "", "", id);
		for (unsigned i = 0; i < MANY; i++)
			w_link(w, LINK_TYPE_PARTICIPATES_IN, arena_printf(w->a, "u:%u", i), id, "", "");
	}
	w_tick(w, "2019-06-30");
	w_commit(w);
	struct msg_network_question q = {.crossing = true, .border_kind = "municipality"};
	struct msg_query_request r = w_request();
	r.network = &q;
	w->limits.work_max = 2u << 20;
	struct msg_query_reply *reply = w_ask(w, &r);
	if (reply->error)
		fail_msg("%s", reply->error->text);
	assert_int_equal(reply->network->n_crossings, 4);
	const struct msg_network_crossing *x = &reply->network->crossings[3];
	assert_string_equal(x->name, "k:3");
	assert_int_equal(x->n_sides, MANY);
	assert_string_equal(x->sides[7].name, "U007");
	assert_int_equal(x->sides[7].n_names, 1);
	assert_string_equal(x->sides[7].names[0], "U007");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(reading_ends_where_somebody_says_so_and_rooms_keep_their_size),
	    TEST(a_deadline_that_passes_while_one_row_is_worked_out_is_seen),
	    TEST(what_an_inner_question_was_late_with_is_not_kept),
	    TEST(a_request_id_too_long_to_be_allowed_is_not_echoed),
	    TEST(an_arrangement_across_hundreds_of_borders_costs_no_square_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
