/* SPDX-License-Identifier: Apache-2.0
 *
 * varde history UNIT: everything ever said about a unit, newest last.
 */
#include "clients/command.h"
#include "clients/show.h"

static void before_after(struct arena *a, const struct msg_change *c, const char **before, const char **after)
{
	*before = c->before ? show_value(a, c->before) : c->before_text;
	*after = c->after ? show_value(a, c->after) : c->after_text;
	if (c->subject == SUBJECT_LINK && (!*after || !**after)) /* a link says nothing but whom it joins */
		*after = show_list(a, c->units, c->n_units);
}

static void show(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	static const struct grid_column columns[] = {
	    {"revision", true, false}, {"time", false, false},    {"by", false, false},        {"what", false, false},
	    {"subject", false, false}, {"about", false, true},    {"before", false, false},    {"after", false, true},
	    {"source", false, false},  {"locator", false, false}, {"supersedes", true, false}, {"reason", false, true},
	    {"message", false, false}};
	struct grid g = grid_of(r->arena, columns, 13);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->history->n_rows; i++) {
			const struct msg_history_row *x = &parts[p]->history->rows[i];
			const struct msg_change none = {0}, *c = x->change ? x->change : &none;
			const char *before, *after;
			before_after(r->arena, c, &before, &after);
			grid_row(&g,
				 (const char *[]){
				     show_number(r->arena, x->revision), show_time(r->arena, x->system_time_us),
				     x->submitter, show_code(r->arena, &msg_enum_change_kind, (int)c->kind),
				     show_code(r->arena, &msg_enum_subject, (int)c->subject), show_change(r->arena, c),
				     before, after, c->source, c->locator, show_number(r->arena, c->supersedes),
				     c->reason, r->out.format == FORMAT_CSV ? show_hex(r->arena, x->message_id) : ""});
		}
	grid_print(&r->out, &g, NULL);
}

int cmd_history(struct run *r)
{
	struct msg_history_question h = {0};
	struct msg_query_request q = {.history = &h};
	struct msg_query_reply **parts;
	struct why why = {{0}};
	uint64_t limit = 0;
	size_t n;
	if (r->o.n_args != 1)
		return run_usage_text("one UNIT is wanted: varde history name=Bodø,kind=municipality");
	enum err e = option_unit(&r->o, r->o.args[0], &h.unit, &why);
	if (e == ERR_OK)
		e = option_as_of(&r->o, &q, &why);
	if (e == ERR_OK)
		e = option_categories(&r->o, &h.categories, &h.n_categories, &why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_FROM, 0, INT64_MAX, &h.from_revision, &why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_LIMIT, 0, UINT32_MAX, &limit, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	h.limit = (uint32_t)limit;
	h.indicator = option_text(&r->o, OPT_INDICATOR, "");
	h.period = option_text(&r->o, OPT_PERIOD, "");
	int status;
	if (!run_answered(r, &q, RUN_KIND(history), &parts, &n, &status))
		return status;
	show(r, parts, n);
	run_note(r, parts[0], NULL);
	if (parts[n - 1]->history->next_revision)
		out_note(&r->out, "There is more: --from %llu",
			 (unsigned long long)parts[n - 1]->history->next_revision);
	return EXIT_DONE;
}
