/* SPDX-License-Identifier: Apache-2.0
 *
 * test_csv.c - tables become the messages that their columns say, or faults with row and column.
 */
#include "tests/test.h"
#include "clients/csv.h"

struct fix {
	struct arena *arena;
	struct csv_plan plan;
	struct csv_load load;
	struct faults faults;
};

static int setup(void **state)
{
	static struct fix f;
	f = (struct fix){.arena = arena_new(0)};
	f.faults.arena = f.arena;
	csv_plan_init(&f.plan, f.arena);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fix *f = *state;
	arena_free(f->arena);
	return 0;
}

static void set(struct fix *f, const char *field, const char *template)
{
	struct why why = {{0}};
	if (csv_plan_set(&f->plan, field, template, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

static void column(struct fix *f, const char *text)
{
	struct why why = {{0}};
	if (csv_plan_column(&f->plan, text, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

static bool load(struct fix *f, const char *text)
{
	f->faults.n = 0;
	return csv_messages(text, strlen(text), &f->plan, f->arena, &f->load, &f->faults);
}

static void must_load(struct fix *f, const char *text)
{
	if (!load(f, text))
		fail_msg("row %zu, %s: %s; %s", f->faults.list[0].row, f->faults.list[0].column, f->faults.list[0].text,
			 f->faults.list[0].remedy);
}

static void expect_fault(struct fix *f, const char *text, size_t row, const char *header, const char *about)
{
	if (load(f, text))
		fail_msg("%s was taken", text);
	for (size_t i = 0; i < f->faults.n; i++)
		if (f->faults.list[i].row == row && strcmp(f->faults.list[i].column, header) == 0 &&
		    (strstr(f->faults.list[i].text, about) || strstr(f->faults.list[i].remedy, about)))
			return;
	fail_msg("%s: row %zu, column %s: %s (%s)", text, f->faults.list[0].row, f->faults.list[0].column,
		 f->faults.list[0].text, f->faults.list[0].remedy);
}

/* The four levels of a survey, as printed: one row a municipality. */
static void wide_plan(struct fix *f)
{
	static const char *const values[] = {"higher=level:higher", "regional=level:regional", "local=level:local",
					     "total=level:total"};
	column(f, "unit_name=municipality");
	for (size_t i = 0; i < 4; i++)
		assert_ok(csv_plan_value_column(&f->plan, values[i], NULL));
	set(f, "indicator", "arrangements");
	set(f, "round", "nivi-{county}-{year}");
	set(f, "within", "{county}");
}

#define WIDE "county,year,municipality,higher,regional,local,total,source\n"

static void a_wide_table_gives_one_observation_a_cell(void **state)
{
	struct fix *f = *state;
	wide_plan(f);
	must_load(f, WIDE "Nordland,2014,Evenes,11,7,32,50,s1\nNordland,2014,Bodø,9,12,14,35,s1\n");
	assert_int_equal(f->load.n, 1);
	const struct msg_submission *s = f->load.messages[0]->submission;
	assert_string_equal(s->round, "nivi-Nordland-2014");
	assert_string_equal(s->source, "s1");
	assert_int_equal(s->mode, SUBMISSION_MODE_PATCH);
	assert_int_equal(s->n_observations, 8);
	const struct msg_observation *o = &s->observations[7];
	assert_string_equal(o->unit->name->name, "Bodø");
	assert_string_equal(o->unit->name->within, "Nordland");
	assert_int_equal(o->n_categories, 1);
	assert_string_equal(o->categories[0].dimension, "level");
	assert_string_equal(o->categories[0].code, "total");
	assert_int_equal(o->value->exact->digits, 35);
	assert_int_equal(o->status, OBSERVATION_STATUS_MAIN);
	assert_int_equal(f->load.n_unused, 0);
}

static void a_finding_leads_back_to_its_cell(void **state)
{
	struct fix *f = *state;
	wide_plan(f);
	must_load(f, WIDE "Nordland,2014,Evenes,11,7,32,50,s1\nNordland,2014,Bodø,9,12,14,35,s1\n");
	const struct csv_place *p = csv_place_of(&f->load, 0, "submission.observations[6].value");
	assert_int_equal(p->row, 3);
	assert_string_equal(p->column, "local");
	assert_null(csv_place_of(&f->load, 0, "submission.observations[8].value"));
	assert_null(csv_place_of(&f->load, 0, "submission.round"));
	assert_null(csv_place_of(&f->load, 1, "submission.observations[0]"));
}

static void rows_of_different_rounds_are_different_submissions(void **state)
{
	struct fix *f = *state;
	wide_plan(f);
	must_load(
	    f, WIDE
	    "Nordland,2014,Bodø,9,12,14,35,s1\nMøre og Romsdal,2013,Molde,1,2,3,6,s1\nNordland,2014,Evenes,11,7,32,"
	    "50,s1\n");
	assert_int_equal(f->load.n, 2);
	assert_int_equal(f->load.messages[0]->submission->n_observations, 8);
	assert_string_equal(f->load.messages[1]->submission->round, "nivi-Møre-og-Romsdal-2013");
	assert_string_equal(f->load.messages[1]->submission->observations[0].unit->name->within, "Møre og Romsdal");
	assert_int_equal(csv_place_of(&f->load, 0, "submission.observations[4]")->row, 4);
}

static void by_splits_further_and_split_cuts(void **state)
{
	struct fix *f = *state;
	wide_plan(f);
	assert_ok(csv_plan_by(&f->plan, "municipality", NULL));
	must_load(f, WIDE "Nordland,2014,Bodø,9,12,14,35,s1\nNordland,2014,Evenes,11,7,32,50,s1\n");
	assert_int_equal(f->load.n, 2);
	f->plan.by.n = 0;
	f->plan.split = 3;
	must_load(f, WIDE "Nordland,2014,Bodø,9,12,14,35,s1\nNordland,2014,Evenes,11,7,32,50,s1\n");
	assert_int_equal(f->load.n, 3);
	assert_int_equal(f->load.messages[2]->submission->n_observations, 2);
}

static void an_empty_cell_must_be_declared(void **state)
{
	struct fix *f = *state;
	wide_plan(f);
	const char *table = WIDE "Nordland,2014,Bodø,9,,14,35,s1\n";
	expect_fault(f, table, 2, "regional", "--blank");
	assert_ok(csv_plan_blank(&f->plan, "not_published", NULL));
	must_load(f, table);
	assert_int_equal(f->load.messages[0]->submission->observations[1].value->missing->kind,
			 MISSING_KIND_NOT_PUBLISHED);
	assert_ok(csv_plan_blank(&f->plan, "skip", NULL));
	must_load(f, table);
	assert_int_equal(f->load.messages[0]->submission->n_observations, 3);
	assert_string_equal(csv_place_of(&f->load, 0, "observations[1]")->column, "local");
	assert_err(ERR_INVALID, csv_plan_blank(&f->plan, "erased", NULL));
	assert_err(ERR_INVALID, csv_plan_blank(&f->plan, "zero", NULL));
}

static void a_long_table_has_all_kinds_of_value(void **state)
{
	struct fix *f = *state;
	set(f, "source", "s");
	must_load(f, "unit,indicator,dim:level,period,value,value_low,value_high,qualifier,words,missing,status,"
		     "locator,supersedes,"
		     "reason\n"
		     "u1,i,local,2014,12.10,,,,,,conflict,t1,7,misprint\n"
		     "u1,i,,2014,,5,,,,,,,,\n"
		     "u1,i,,2014,20,,,nearly,,,,,,\n"
		     "u1,i,,2014,,,,,over half,,,,,\n"
		     "u1,i,,2014,,,,,,suppressed,,,,\n");
	const struct msg_observation *o = f->load.messages[0]->submission->observations;
	assert_int_equal(f->load.messages[0]->submission->n_observations, 5);
	assert_int_equal(o[0].value->exact->scale, 2);
	assert_int_equal(o[0].status, OBSERVATION_STATUS_CONFLICT);
	assert_int_equal(o[0].supersedes->revision, 7);
	assert_string_equal(o[0].supersedes->reason, "misprint");
	assert_string_equal(o[0].locator, "t1");
	assert_int_equal(o[0].n_categories, 1);
	assert_int_equal(o[1].n_categories, 0);
	assert_int_equal(o[1].value->interval->low->value->digits, 5);
	assert_null(o[1].value->interval->high);
	assert_null(o[1].supersedes);
	assert_string_equal(o[2].value->approximate->qualifier, "nearly");
	assert_string_equal(o[3].value->verbal->text, "over half");
	assert_int_equal(o[4].value->missing->kind, MISSING_KIND_SUPPRESSED);
}

static void what_contradicts_itself_is_refused(void **state)
{
	struct fix *f = *state;
	set(f, "source", "s");
	expect_fault(f, "unit,indicator,value,words\nu,i,1,one\n", 2, "value", "more than one");
	expect_fault(f, "unit,indicator,value\nu,i,\"1,5\"\n", 2, "value", "not a number");
	expect_fault(f, "unit,indicator,value\n,i,1\n", 2, "", "names no unit");
	expect_fault(f, "unit,value\nu,1\n", 2, "value", "--indicator");
	expect_fault(f, "unit,indicator,value,status\nu,i,1,mian\n", 2, "status", "conflict");
	expect_fault(f, "unit,indicator,value,supersedes\nu,i,1,-3\n", 2, "supersedes", "whole number");
	expect_fault(f, "unit,indicator,value\n", 0, "", "header only");
}

static void all_faults_are_told_at_once(void **state)
{
	struct fix *f = *state;
	set(f, "source", "s");
	assert_false(load(f, "unit,indicator,value\nu,i,x\nu,i,1\n,i,y\n"));
	assert_int_equal(f->faults.n, 3);
	assert_int_equal(f->faults.list[0].row, 2);
	assert_int_equal(f->faults.list[2].row, 4);
}

static void a_byte_order_mark_newlines_and_semicolons_are_no_trouble(void **state)
{
	struct fix *f = *state;
	set(f, "source", "s");
	must_load(f, "\xef\xbb\xbfunit;indicator;value;locator\r\nu;i;1;\"table 4,\r\nrow 2\"\r\n\"v\";i;2;\r\n");
	const struct msg_submission *s = f->load.messages[0]->submission;
	assert_int_equal(s->n_observations, 2);
	assert_string_equal(s->observations[0].unit->id->id, "u");
	assert_string_equal(s->observations[0].locator, "table 4,\nrow 2");
	assert_int_equal(csv_place_of(&f->load, 0, "observations[1]")->row, 3);
}

static void broken_tables_are_told_with_their_row(void **state)
{
	struct fix *f = *state;
	set(f, "source", "s");
	expect_fault(f, "unit,indicator,value\nu,i\n", 2, "", "2 cells");
	expect_fault(f, "unit,indicator,value\nu,i,1\nu,i,1,2\n", 3, "", "4 cells");
	expect_fault(f, "unit,indicator,value\nu,i,\"1\nu,i,2\n", 2, "", "never closed");
	expect_fault(f, "unit,indicator,value\nB\xf8,i,1\n", 2, "", "UTF-8");
	expect_fault(f, "unit,unit,value\nu,i,1\n", 1, "unit", "same header");
	expect_fault(f, "", 0, "", "empty");
	must_load(f, "unit,indicator,value\nu,i,1,,\n");
}

static void a_column_that_is_not_there_is_told_with_those_that_are(void **state)
{
	struct fix *f = *state;
	set(f, "source", "s");
	column(f, "unit_name=kommune");
	expect_fault(f, "municipality,value\nBodø,1\n", 1, "", "municipality");
	set(f, "round", "r-{aar}");
	f->plan.columns.n = 0;
	expect_fault(f, "unit,indicator,value\nu,i,1\n", 1, "", "aar");
}

static void an_unused_column_is_listed(void **state)
{
	struct fix *f = *state;
	set(f, "source", "s");
	must_load(f, "unit,indicator,value,row_order\nu,i,1,1\n");
	assert_int_equal(f->load.n_unused, 1);
	assert_string_equal(f->load.unused[0], "row_order");
}

static void arrangements_have_participants_and_a_printed_count(void **state)
{
	struct fix *f = *state;
	assert_ok(csv_plan_kind(&f->plan, "arrangements", NULL));
	column(f, "participants=");
	column(f, "participant_names=participants");
	column(f, "printed_participants=declared_participant_count");
	set(f, "id", "alstahaug-{nr}");
	set(f, "kind", "municipality");
	set(f, "participants_complete", "yes");
	must_load(f, "nr,name,declared_participant_count,participants,source\n"
		     "1,Legevakt,2,Alstahaug; Leirfjord,s4\n2,HALD,4,Herøy@Nordland;Alstahaug;Leirfjord;Dønna,s4\n");
	const struct msg_submission *s = f->load.messages[0]->submission;
	assert_int_equal(s->n_arrangements, 2);
	assert_string_equal(s->arrangements[0].id, "alstahaug-1");
	assert_int_equal(s->arrangements[0].n_participants, 2);
	assert_string_equal(s->arrangements[0].participants[1].unit->name->name, "Leirfjord");
	assert_int_equal(s->arrangements[0].printed_participants->count, 2);
	assert_int_equal(s->arrangements[1].participants_complete, COMPLETION_YES);
	assert_string_equal(s->arrangements[1].participants[0].unit->name->within, "Nordland");
	assert_string_equal(s->arrangements[1].participants[0].unit->name->kind, "municipality");
	assert_int_equal(csv_place_of(&f->load, 0, "submission.arrangements[1].participants[0].unit")->row, 3);
}

static void units_have_names_codes_and_attributes(void **state)
{
	struct fix *f = *state;
	assert_ok(csv_plan_kind(&f->plan, "units", NULL));
	set(f, "source", "ssb");
	assert_ok(csv_plan_completeness(&f->plan, "municipality=yes", NULL));
	must_load(f, "id,kind,names,code:kommunenummer,part_of,valid_from,valid_to,attr:language\n"
		     "k1,municipality,Bodø;Bådåddjo,1804,\"name=Nordland,kind=county\",1816,,\"nob;smj\"\n");
	const struct msg_unit_statement *u = f->load.messages[0]->submission->units;
	assert_int_equal(u->n_names, 2);
	assert_string_equal(u->names[1].text, "Bådåddjo");
	assert_string_equal(u->codes[0].scheme, "kommunenummer");
	assert_string_equal(u->codes[0].code, "1804");
	assert_string_equal(u->part_of->name->name, "Nordland");
	assert_string_equal(u->part_of->name->kind, "county");
	assert_string_equal(u->attributes[0].values[1], "smj");
	assert_int_equal(f->load.messages[0]->submission->completeness[0].complete, COMPLETION_YES);
}

static void an_event_a_row_with_old_and_new_targets(void **state)
{
	struct fix *f = *state;
	assert_ok(csv_plan_kind(&f->plan, "events", NULL));
	set(f, "source", "s3");
	set(f, "kind", "municipality");
	must_load(f, "id,effective,type,source_names,targets,new_ids,new_names,code:kommunenummer\n"
		     "e1,2018-01-01,merging,Rissa@Sør-Trøndelag;Leksvik@Nord-Trøndelag,,k5054,Indre Fosen,5054\n"
		     "e2,2020,reorganisation,Snillfjord,heim,orkland;hitra2,;Orkland;Hitra,;5059;5056\n");
	assert_int_equal(f->load.n, 2);
	const struct msg_reorganisation_event *e = f->load.messages[0]->event;
	assert_int_equal(e->type, CHANGE_TYPE_MERGING);
	assert_int_equal(e->status, EVENT_STATUS_ADOPTED);
	assert_int_equal(e->n_sources, 2);
	assert_string_equal(e->sources[0].name->within, "Sør-Trøndelag");
	assert_int_equal(e->n_targets, 1);
	assert_string_equal(e->targets[0].id, "k5054");
	assert_string_equal(e->targets[0].names[0], "Indre Fosen");
	assert_string_equal(e->targets[0].codes[0].code, "5054");
	e = f->load.messages[1]->event;
	assert_int_equal(e->n_targets, 3);
	assert_string_equal(e->targets[0].unit->id->id, "heim");
	assert_int_equal(e->targets[0].n_names, 0);
	assert_string_equal(e->targets[2].names[0], "Hitra");
	assert_string_equal(e->targets[2].codes[0].code, "5056");
	assert_int_equal(csv_place_of(&f->load, 1, "event.sources[0]")->row, 3);
	expect_fault(f, "id,effective,type,source_names,new_ids\ne1,2018,merge,a;b,c\n", 2, "type", "MERGING");
}

static void a_plan_that_makes_no_sense_is_refused(void **state)
{
	struct fix *f = *state;
	struct why why = {{0}};
	assert_err(ERR_INVALID, csv_plan_kind(&f->plan, "obs", &why));
	assert_err(ERR_INVALID, csv_plan_column(&f->plan, "unit_name", &why));
	assert_err(ERR_INVALID, csv_plan_column(&f->plan, "muncipality=x", &why));
	assert_err(ERR_INVALID, csv_plan_value_column(&f->plan, "higher=level", &why));
	assert_err(ERR_INVALID, csv_plan_value_column(&f->plan, "higher", &why));
	assert_err(ERR_INVALID, csv_plan_set(&f->plan, "participants", "x", &why));
	assert_err(ERR_INVALID, csv_plan_completeness(&f->plan, "arrangement=maybe", &why));
	set(f, "source", "s");
	assert_err(ERR_INVALID, csv_plan_set(&f->plan, "source", "t", &why));
	assert_err(ERR_INVALID, csv_plan_by(&f->plan, "", &why));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(a_wide_table_gives_one_observation_a_cell),
	    T(a_finding_leads_back_to_its_cell),
	    T(rows_of_different_rounds_are_different_submissions),
	    T(by_splits_further_and_split_cuts),
	    T(an_empty_cell_must_be_declared),
	    T(a_long_table_has_all_kinds_of_value),
	    T(what_contradicts_itself_is_refused),
	    T(all_faults_are_told_at_once),
	    T(a_byte_order_mark_newlines_and_semicolons_are_no_trouble),
	    T(broken_tables_are_told_with_their_row),
	    T(a_column_that_is_not_there_is_told_with_those_that_are),
	    T(an_unused_column_is_listed),
	    T(arrangements_have_participants_and_a_printed_count),
	    T(units_have_names_codes_and_attributes),
	    T(an_event_a_row_with_old_and_new_targets),
	    T(a_plan_that_makes_no_sense_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
