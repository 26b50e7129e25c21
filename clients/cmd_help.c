/* SPDX-License-Identifier: Apache-2.0
 *
 * varde help [COMMAND]: what there is, with examples. docs/varde.md tells the same at length.
 */
#include <string.h>
#include "clients/command.h"
#include "clients/csv.h"

struct page {
	const char *name, *line, *usage, *text;
};

static const struct page pages[] = {
    {"define", "sources, code lists, indicators, surveys and rounds", "varde define FILE",
     "FILE is JSON: an object with sources, code_lists, indicators, surveys, rounds; - is standard input.\n\n"
     "  varde define nordland.json\n"
     "  echo '{\"sources\": [{\"id\": \"nivi-2014\", \"title\": \"Nordland 2014\"}]}' | varde define -\n"},
    {"submit", "statements of one reporting unit and round, as JSON or as a table", "varde submit FILE",
     "FILE is JSON (one message, a list, or one a line) or CSV; - is standard input. A message is accepted whole or "
     "not at\n"
     "all. `varde help json` and `varde help csv` tell how to write them.\n\n"
     "  varde submit bodo-2014.json\n"
     "  varde submit units.csv --table units --source ssb --kind municipality\n"
     "  varde submit counts.csv --round-from 'nivi-{county}-{year}' --indicator arrangements --column "
     "unit_name=municipality\\\n"
     "    --value-column higher=level:higher --value-column regional=level:regional --value-column local=level:local\n"
     "  varde submit alstahaug.csv --table arrangements --source s4 --set 'id=alstahaug-{nr}'\\\n"
     "    --column participants= --column participant_names=participants --column "
     "printed_participants=declared_participant_count\n"},
    {"event", "reorganisation events, one decision each", "varde event FILE",
     "FILE is JSON, or CSV with one decision a row: id, type, effective, sources or source_names, targets or "
     "target_names\n"
     "(units that exist), new_ids and new_names (units that begin), all lists separated by ';'.\n\n"
     "  varde event 2020.json\n"
     "  varde event reforms.csv --source 003 --kind municipality --column id=event_id --column effective=date\n"},
    {"tag", "give a revision a name for ever", "varde tag NAME",
     "  varde tag nordland-report-2020 --revision 17 --note 'as printed'\n"},
    {"snapshot", "units, links, arrangements and observations true on a day", "varde snapshot [UNIT]",
     "UNIT alone, or everything --in a unit. A unit is written ID, code=1804,scheme=kommunenummer or\n"
     "name=Bodø,kind=municipality,within=nordland.\n\n"
     "  varde snapshot --in nordland --valid-at 2014-12-31 --arrangements\n"
     "  varde snapshot name=Tjeldsund --valid-at 2019-12-31 --as-of tag:nordland-report-2020\n"
     "  varde snapshot --indicator arrangements --dim level:total --observations --format csv\n"
     "  varde snapshot --arrangements --valid-at 2019-12-31 --structure-at 2020-01-01\n"},
    {"history", "everything ever said about a unit", "varde history UNIT",
     "  varde history name=Tjeldsund\n  varde history k-1853 --indicator arrangements --dim level:total\n"},
    {"trend", "a measure over rounds or dates, grouped", "varde trend INDICATOR",
     "Prints group, period, round, the number of units with a value, the frame, the figures, their growth from the "
     "row\n"
     "before, and notes. A figure that cannot be given says why.\n\n"
     "  varde trend arrangements --dim level:total --group-by county --measure sum,mean\n"
     "  varde trend municipality-arrangements --unit name=Alstahaug --measure value --as-of 60\n"
     "  varde trend municipality-arrangements --group-by county --dim level:total --measure median,min,max\n"
     "  varde trend municipality-arrangements --dim level:total --rounds latest --measure median\n"
     "  varde trend population --group-by unit --structure-at 2020-01-01 --weights population\n"
     "  varde trend arrangements --unit fylke/nordland --measure value --plot\n"
     "  varde trend arrangements --group-by county --format json-stat -o arrangements.json\n"},
    {"count", "units, arrangements, links or participants on days, grouped", "varde count WHAT [LINK]",
     "WHAT is units (of --kind), arrangements, links (of the type LINK) or participants (units of --kind that take "
     "part).\n"
     "Groups: unit, a kind of containing unit, task, sector, legal_form, level, host, attr:NAME. Measures: count, "
     "share, "
     "rank,\nmean, rate (participants of all such units) and concentration. What is not declared complete is \"at "
     "least\".\n\n"
     "  varde count arrangements --group-by county --years 2010/2020\n"
     "  varde count participants --kind municipality --where task=brann --measure count,rate --round nordland-2020\n"
     "  varde count units --kind municipality --date 2017 --date 2020 --group-by county --measure count,share\n"
     "  varde count links part_of --date 2020\n"},
    {"decompose", "why a measure changed between two points, cause by cause",
     "varde decompose INDICATOR|units|arrangements|participants",
     "Correction, structure, frame, response, definition, found late, real, and what is undetermined between several "
     "of "
     "these:\neach computed by itself, so that their sum is a check. Where a part is not known exactly, `figure` is "
     "what "
     "is certain of it.\n\n"
     "  varde decompose task-participation --unit fylke/nordland --dim task:7 --measure rate --from "
     "round=nordland-2014 "
     "--to round=nordland-2020\n"
     "  varde decompose population --group-by county --from period=2019 --to period=2021 --weights population\n"
     "  varde decompose units --kind municipality --from 2017-12-31 --to 2020-01-01\n"
     "  varde decompose population --from period=2014@tag:report-2014 --to period=2014\n"},
    {"network", "who co-operates with whom on days", "varde network [UNIT]...",
     "Of the arrangements that a unit takes part in or hosts (without a unit: of all): who meets whom, which sets of "
     "participants\nthere are, and what each unit is in; with --border which arrangements cross one.\n\n"
     "  varde network name=Alstahaug --date 2020-12-31 --per-unit\n"
     "  varde network --in fylke/nordland --border county --crossing\n"
     "  varde network --kind municipality --structure-at 2020-01-01 --date 2017 --pairs --format csv\n"
     "  varde network name=Alstahaug --format dot | neato -Tsvg >alstahaug.svg\n"},
    {"lineage", "where a unit came from and where it went", "varde lineage UNIT",
     "Through every event on record, back to the first and forward to the last. --format tree draws it as text, dot "
     "for Graphviz.\n\n"
     "  varde lineage name=Haram --format tree\n"
     "  varde lineage fylke/viken --forward --as-of 17\n"
     "  varde lineage fylke/viken --format dot | dot -Tsvg >viken.svg\n"},
    {"overlap", "two structures against each other on a day", "varde overlap KIND_A KIND_B",
     "Which units of the one kind share which units of the other: whole, in part, or nobody knows; and how many each "
     "shares.\n"
     "`contains` says who lies wholly in whom; `apart` names what of the second does not lie in the first.\n\n"
     "  varde overlap agency-region county --valid-at 2020-06-01 --in-a name=Husbanken\n"
     "  varde overlap agency-region county --in-a etat/nav --spans\n"
     "  varde overlap agency-region county --crossing --format csv\n"},
    {"diff", "what is different between two points", "varde diff --from POINT --to POINT",
     "A POINT is a day (2020-06-30), round=ID or period=2014, each with @REVISION, @TIME or @tag:NAME where it is "
     "meant as "
     "known\n"
     "then. First comes what was known wrong of the earlier time (corrected, retracted, found late), then what "
     "happened:\n"
     "new, ended, changed, reorganised, and not found again, of what the later round does not speak of.\n\n"
     "  varde diff --from 2019-12-31 --to 2020-01-01 --in fylke/nordland --units\n"
     "  varde diff --from round=nordland-2014 --to round=nordland-2020 --arrangements\n"
     "  varde diff --from 2014-12-31@17 --to 2014-12-31 --in fylke/nordland\n"
     "  varde diff --from period=2014 --to period=2020 --indicator population --structure-at 2020-01-01\n"},
    {"balance", "opening, what came and went, closing, and what is not explained",
     "varde balance arrangements|units|INDICATOR --from POINT --to POINT",
     "`units` and `arrangements` are counted on record; an indicator, or either of them with --dim, --inflow, "
     "--outflow or\n"
     "--chain, is printed figures. Points are written as for `varde diff`.\n\n"
     "  varde balance units --kind municipality --in fylke/nordland --from 2019-12-31 --to 2020-01-01\n"
     "  varde balance units --kind municipality --group-by county --from 2017-12-31 --to 2024-01-01\n"
     "  varde balance arrangements --dim level:total --inflow arrangements-new --in fylke/nordland "
     "--from round=nordland-2014 --to round=nordland-2020\n"},
    {"explain", "one figure, down to its messages, made once more from the log",
     "varde explain trend|count|decompose|balance|network|quality …",
     "The options are those of the question that gave the figure; --group, --at, --measure and --figure say which of "
     "its "
     "figures is\n"
     "meant. Each line is a statement with its message, what it adds, the rule that chose it and the events it "
     "passed.\n"
     "The last line says what the statements, read from the log, make of it, and whether that agrees.\n\n"
     "  varde explain trend arrangements --dim level:total --unit fylke/nordland --measure value --at 2014-03\n"
     "  varde explain trend population --group-by unit --structure-at 2020-01-01 --weights population --group Heim "
     "--at 2014\n"
     "  varde explain count participants --kind municipality --in fylke/nordland --date 2020-12-31 --measure rate\n"
     "  varde explain decompose arrangements --dim level:total --unit fylke/nordland --measure value "
     "--from period=2014-03 --to period=2020\n"
     "  varde explain balance units --kind municipality --in fylke/nordland --from 2019-12-31 --to 2020-01-01 "
     "--figure merged\n"},
    {"quality", "how good the answers to a survey are", "varde quality",
     "Response against the frame, kinds of missing, values side by side with the rule that chose, warnings whose "
     "statements\n"
     "still stand, and reports that name another whose own report is silent about it.\n\n"
     "  varde quality --survey nordland\n"
     "  varde quality --round nordland-2014 --findings\n"
     "  varde quality --conflicts --format csv\n"},
    {"changes", "the change log, from a revision to another", "varde changes",
     "  varde changes --from 1 --to 20\n  varde changes --unit k-1804 --kind corrected --format json\n"},
    {"watch", "the change log as it grows: in order, no gap, no duplicate", "varde watch",
     "Ends when interrupted, or after --idle. Without --from it begins with what is new.\n\n"
     "  varde watch --from 1 --format json\n  varde watch --idle 5\n"},
    {"import", "registers, concordances and populations of other systems", "varde import KIND FILE",
     "KIND is klass-changes, klass-codes, register, concordance or population; docs/import.md has the columns. "
     "Findings "
     "name\n"
     "lines. An error keeps everything from being sent; the same again changes nothing.\n\n"
     "  varde import klass-changes changes.csv --codes codes.csv --dry-run\n"
     "  varde import register changes.csv --kind commune --scheme insee --ends exclusive\n"
     "  varde import concordance nuts.csv --kind county --scheme nuts --basis population=pop18 --valid-at 2016-12-31 "
     "--onto 2021-01-01\n"
     "  varde import population people.csv --kind municipality --scheme kommunenummer --column code=nr\n"},
    {"catalogue", "what there is to ask about", "varde catalogue [LIST [NAME]]",
     "LIST is indicators, rounds, surveys, sources, codes, dimensions, events, tags, kinds, schemes, attributes, "
     "values\n"
     "(of an attribute) or tasks; none lists the lists. NAME is one entry of it.\n\n"
     "  varde catalogue indicators\n"
     "  varde catalogue rounds --as-of tag:nordland-report-2020\n"
     "  varde catalogue codes levels\n"
     "  varde catalogue values sector\n"},
    {"status", "how the server is", "varde status", "  varde status\n  varde status --sizes --format json\n"},
    {"key", "make, show and list CURVE certificates",
     "varde key make NAME DIR | varde key show FILE | varde key list DIR",
     "NAME is for the other side, NAME_secret for its owner alone.\n\n"
     "  varde key make nordland-office ~/.config/varde\n"
     "  varde status --server registry.example --server-key server.cert --key "
     "~/.config/varde/nordland-office_secret\n"},
    {"json", "(not a command) how messages are written in JSON", "varde help json",
     "{\"submission\": {\"round\": \"nordland-2014\", \"mode\": \"patch\", \"source\": \"nivi-2014\", "
     "\"observations\": [\n"
     "  {\"unit\": {\"name\": \"Bodø\"}, \"indicator\": \"arrangements\", \"categories\": {\"level\": \"total\"},\n"
     "   \"value\": 44, \"status\": \"main\"}]}}\n\n"
     "Names are those of proto/varde.proto; `varde submit` also takes the inside of {\"submission\": …} alone, "
     "likewise define\n"
     "and event. Integers are numbers, decimals strings (\"12.10\"), dates strings (\"2014-06\"), bytes hex, "
     "enumerations lower\n"
     "case (\"main\"). Short forms:\n"
     "  unit      \"k-1804\", {\"code\": \"1804\", \"scheme\": \"kommunenummer\"}, {\"name\": \"Bø\", \"kind\": …, "
     "\"within\": …}\n"
     "  value     12, \"12.10\", {\"missing\": \"blank\"}, {\"low\": 5, \"high\": null}, {\"about\": \"20\", "
     "\"qualifier\": \"nearly\"},\n"
     "            {\"words\": \"over half\"}; a bound may be {\"value\": 5, \"exclusive\": true}; each with "
     "\"printed\"\n"
     "  lists     categories and codes as {\"level\": \"total\"}; names as [\"Bodø\"]; participants as units\n"
     "  numbers   supersedes 17, printed_participants 5, frame 41\n"},
    {"csv", "(not a command) how tables become messages", "varde help csv",
     "The header decides: a column named as a field fills it; --column FIELD=HEADER says which other one does, FIELD= "
     "that none\n"
     "does; --set FIELD=TEXT is what holds where the cell is empty, {HEADER} in it being the row's cell. --source, "
     "--round,\n"
     "--round-from, --indicator, --scope, --mode, --period, --status, --expressed-in, --reason, --kind are short for "
     "--set.\n"
     "Rows of the same round, scope, mode, source, expressed_in and --by columns make one submission.\n"
     "Lists in a cell are separated by ';'. A name may say where: Herøy@Nordland. Empty cells: --blank.\n"
     "Wide tables: --value-column 'HEADER=DIM:CODE,…' for each column of figures; indicator:ID, period:DATE, round:ID "
     "and\n"
     "status:STATUS may stand there too.\n"},
    {"help", "this", "varde help [COMMAND]", "  varde help submit\n"},
};

static void print_options(FILE *f, enum cmd command)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *o = &option_rows[i];
		if (!(o->commands & (int)command))
			continue;
		char left[64], letter[8] = "";
		if (o->letter)
			snprintf(letter, sizeof letter, "-%c, ", o->letter);
		snprintf(left, sizeof left, "%s--%s%s%s", letter, o->name, o->argument ? " " : "",
			 o->argument ? o->argument : "");
		fprintf(f, "  %-34s %s\n", left, o->doc);
	}
}

static void print_fields(struct run *r)
{
	static const struct {
		enum csv_kind kind;
		const char *name, *more;
	} tables[] = {{CSV_OBSERVATIONS, "observations", ", dim:NAME"},
		      {CSV_ARRANGEMENTS, "arrangements", ""},
		      {CSV_UNITS, "units", ", code:SCHEME, attr:NAME"},
		      {CSV_EVENTS, "events", ", code:SCHEME"}};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		fprintf(r->out.file, "\nFields of --table %s:\n  %s%s\n", tables[i].name,
			csv_field_names(tables[i].kind, r->arena), tables[i].more);
}

static int print_page(struct run *r, const struct page *p)
{
	FILE *f = r->out.file;
	fprintf(f, "%s\n  %s\n\n%s", p->usage, p->line, p->text);
	if (strcmp(p->name, "csv") == 0)
		print_fields(r);
	for (int i = 0; cmd_names[i]; i++)
		if (strcmp(cmd_names[i], p->name) == 0) {
			fputs("\nOptions:\n", f);
			print_options(f, (enum cmd)(1 << i));
		}
	return EXIT_DONE;
}

int cmd_help(struct run *r)
{
	FILE *f = r->out.file = stdout;
	for (size_t i = 0; r->o.n_args && i < sizeof pages / sizeof *pages; i++)
		if (strcmp(pages[i].name, r->o.args[0]) == 0)
			return print_page(r, &pages[i]);
	if (r->o.n_args)
		return run_usage_text("there is no help about \"%s\": `varde help` lists the commands", r->o.args[0]);
	fputs("varde COMMAND [ARGUMENTS] [OPTIONS]\n\n", f);
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		fprintf(f, "  %-10s %s\n", pages[i].name, pages[i].line);
	fputs("\n`varde help COMMAND` has its options and examples. Exit status: 0 done, 1 refused or not found "
	      "(or explain does not agree), 2 wrong usage,\n"
	      "3 no server, 4 failed.\n",
	      f);
	return EXIT_DONE;
}
