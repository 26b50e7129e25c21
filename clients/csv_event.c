/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows as reorganisation events: one decision a row, one message each.
 */
#include <string.h>
#include "clients/csv_map.h"
#include "clients/ref.h"

static void sources_put(struct csv_map *m, struct msg_reorganisation_event *e)
{
	bool named = !*csv_get(m, CSV_F_SOURCES);
	enum csv_field f = named ? CSV_F_SOURCE_NAMES : CSV_F_SOURCES;
	const char **list = csv_split(m, csv_get(m, f), false, &e->n_sources);
	if (!e->n_sources)
		return;
	e->sources = arena_alloc(m->arena, e->n_sources * sizeof *e->sources);
	for (size_t i = 0; i < e->n_sources; i++) {
		struct why why = {{0}};
		struct msg_unit_ref *ref = named ? csv_name(m, list[i]) : ref_parse(list[i], m->arena, &why);
		if (ref)
			e->sources[i] = *ref;
		else
			csv_fault(m, csv_where(m, f), NULL, "%s", why.text);
	}
}

/* The i-th part of a list that runs beside the targets; "" where it is shorter. */
static const char *beside(const char **list, size_t n, size_t i)
{
	return i < n ? list[i] : "";
}

static void target_codes(struct csv_map *m, struct msg_target *t, size_t i)
{
	t->codes = arena_alloc(m->arena, (m->n_codes + 1) * sizeof *t->codes);
	for (size_t k = 0; k < m->n_codes; k++) {
		size_t n;
		const char **list = csv_split(m, csv_get_prefixed(m, &m->codes[k]), true, &n);
		if (*beside(list, n, i))
			t->codes[t->n_codes++] =
			    (struct msg_code_value){.scheme = m->codes[k].name, .code = beside(list, n, i)};
	}
}

/* Existing units first, then new ones; new_names, new_part_of and codes run beside all of them in that order. */
static void targets_put(struct csv_map *m, struct msg_reorganisation_event *e)
{
	size_t n_old, n_new, n_names, n_parents;
	bool named = !*csv_get(m, CSV_F_TARGETS);
	enum csv_field f = named ? CSV_F_TARGET_NAMES : CSV_F_TARGETS;
	const char **old = csv_split(m, csv_get(m, f), false, &n_old);
	const char **fresh = csv_split(m, csv_get(m, CSV_F_NEW_IDS), false, &n_new);
	const char **names = csv_split(m, csv_get(m, CSV_F_NEW_NAMES), true, &n_names);
	const char **parents = csv_split(m, csv_get(m, CSV_F_NEW_PART_OF), true, &n_parents);
	struct why why = {{0}};
	e->n_targets = n_old + n_new;
	e->targets = arena_alloc(m->arena, (e->n_targets + 1) * sizeof *e->targets);
	for (size_t i = 0; i < e->n_targets; i++) {
		struct msg_target *t = &e->targets[i];
		if (i >= n_old) {
			t->id = fresh[i - n_old];
			t->kind = csv_get(m, CSV_F_KIND);
		} else if (!(t->unit = named ? csv_name(m, old[i]) : ref_parse(old[i], m->arena, &why)))
			csv_fault(m, csv_where(m, f), NULL, "%s", why.text);
		if (*beside(names, n_names, i)) {
			t->n_names = 1;
			t->names = arena_alloc(m->arena, sizeof *t->names);
			t->names[0] = names[i];
		}
		if (*beside(parents, n_parents, i) && !(t->part_of = ref_parse(parents[i], m->arena, &why)))
			csv_fault(m, csv_where(m, CSV_F_NEW_PART_OF), NULL, "%s", why.text);
		target_codes(m, t, i);
	}
	if (n_names > e->n_targets || n_parents > e->n_targets)
		csv_fault(m, csv_where(m, CSV_F_NEW_NAMES),
			  "one part each for `targets` and then `new_ids`, separated by ;",
			  "there are more names or containing units than targets");
}

void csv_row_event(struct csv_map *m)
{
	struct msg_reorganisation_event *e = arena_alloc(m->arena, sizeof *e);
	size_t message = csv_message(m);
	m->load->messages[message]->event = e;
	csv_place(m, message, "");
	e->id = csv_get(m, CSV_F_ID);
	e->effective = csv_get(m, CSV_F_EFFECTIVE);
	e->reason = csv_get(m, CSV_F_REASON);
	e->source = csv_get(m, CSV_F_SOURCE);
	e->locator = csv_get(m, CSV_F_LOCATOR);
	e->title = csv_get(m, CSV_F_TITLE);
	e->scope = csv_ref(m, CSV_F_SCOPE, CSV_FIELD_COUNT);
	e->type = (enum change_type)csv_code(m, CSV_F_TYPE, &msg_enum_change_type, 0);
	e->status = (enum event_status)csv_code(m, CSV_F_STATUS, &msg_enum_event_status, EVENT_STATUS_ADOPTED);
	if (!*csv_get(m, CSV_F_TYPE))
		csv_fault(m, csv_where(m, CSV_F_TYPE), "map a column: --column type=HEADER, or --set type=merging",
			  "the event has no type");
	if (!*e->id)
		csv_fault(m, csv_where(m, CSV_F_ID), "map a column: --column id=HEADER", "the event has no id");
	if (!*e->source)
		csv_fault(m, csv_where(m, CSV_F_SOURCE), "give --source, the id of a defined source",
			  "there is no source for this row");
	sources_put(m, e);
	targets_put(m, e);
}
