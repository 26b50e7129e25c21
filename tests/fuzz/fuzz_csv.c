/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_csv.c - any table under a plan that the first byte chooses: it becomes messages with a place for every
 * statement, or faults, never both.
 */
#include "clients/csv.h"
#include "proto/codec.h"
#include "tests/fuzz/fuzz.h"

static void plan_choose(struct csv_plan *plan, uint8_t choice)
{
	static const char *const kinds[] = {"observations", "arrangements", "units", "events"};
	enum err e = csv_plan_kind(plan, kinds[choice & 3], NULL);
	if (e == ERR_OK)
		e = csv_plan_set(plan, "source", "s", NULL);
	if (e == ERR_OK && (choice & 4))
		e = csv_plan_set(plan, (choice & 3) == 3 ? "title" : "round", "r-{a}", NULL);
	if (e == ERR_OK && (choice & 8) && !(choice & 3))
		e = csv_plan_value_column(plan, "a=level:total,period:2014", NULL);
	if (e == ERR_OK && (choice & 16))
		e = csv_plan_blank(plan, choice & 32 ? "skip" : "blank", NULL);
	if (e == ERR_OK && (choice & 64))
		e = csv_plan_by(plan, "b", NULL);
	plan->split = choice & 128 ? 2 : 0;
	ALWAYS(e == ERR_OK);
}

FUZZ_TARGET(csv)(const uint8_t *data, size_t size)
{
	AUTO_ARENA struct arena *arena = arena_new(0);
	struct faults faults = {.arena = arena};
	struct csv_plan plan;
	struct csv_load load;
	if (size == 0 || size > 65536)
		return;
	csv_plan_init(&plan, arena);
	plan_choose(&plan, data[0]);
	bool good = csv_messages((const char *)data + 1, size - 1, &plan, arena, &load, &faults);
	ALWAYS(good == (faults.n == 0));
	for (size_t i = 0; good && i < load.n; i++) {
		AUTO_BUF struct buf bytes = {0};
		const struct msg_submission *s = load.messages[i]->submission;
		if (s)
			ALWAYS(load.places[i].n == s->n_observations + s->n_arrangements + s->n_units);
		codec_encode(&msg_type_message, load.messages[i], &bytes);
		ALWAYS(bytes.len > 0);
	}
}
