/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line: options may stand anywhere, `--name value` and `--name=value` are the same, `--` ends them.
 */
#include <stdio.h>
#include <string.h>
#include "clients/options.h"
#include "clients/point_text.h"
#include "clients/ref.h"

const struct option_row option_rows[OPTION_COUNT] = {
#define OPTION(sym, name, letter, argument, many, commands, doc) {name, argument, doc, letter, many, (int)(commands)},
#include "clients/option.def"
#undef OPTION
};

const char *const cmd_names[] = {"define",    "submit",  "event",   "tag",     "snapshot",  "history",
				 "trend",     "changes", "watch",   "status",  "key",       "help",
				 "lineage",   "overlap", "import",  "count",   "diff",      "balance",
				 "decompose", "network", "quality", "explain", "catalogue", NULL};

static enum cmd cmd_find(const char *name)
{
	for (int i = 0; cmd_names[i]; i++)
		if (strcmp(cmd_names[i], name) == 0)
			return (enum cmd)(1 << i);
	return CMD_NONE;
}

static const char *cmd_name(enum cmd c)
{
	for (int i = 0; cmd_names[i]; i++)
		if ((int)c == 1 << i)
			return cmd_names[i];
	return "";
}

/* ---- reading the line ---- */

struct line {
	int argc, at;
	const char *const *argv;
	struct options *o;
	struct why *why;
	bool help, ended;
	size_t args_room;
};

/* How many letters have to be changed, added or left out; for "did you mean". */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[64];
	size_t n = strlen(b);
	if (n >= 63)
		return 99;
	for (size_t k = 0; k <= n; k++)
		row[k] = (unsigned)k;
	for (size_t i = 1; a[i - 1]; i++) {
		unsigned diagonal = row[0];
		row[0] = (unsigned)i;
		for (size_t k = 1; k <= n; k++) {
			unsigned best = diagonal + (a[i - 1] != b[k - 1]);
			diagonal = row[k];
			if (row[k] + 1 < best)
				best = row[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			row[k] = best;
		}
	}
	return row[n];
}

static enum err unknown_option(const struct line *l, const char *name)
{
	const char *near = NULL;
	unsigned best = 3;
	for (int i = 0; i < OPTION_COUNT; i++)
		if (distance(name, option_rows[i].name) < best) {
			best = distance(name, option_rows[i].name);
			near = option_rows[i].name;
		}
	if (near)
		return fail(l->why, ERR_INVALID, "there is no option --%s; did you mean --%s?", name, near);
	return fail(l->why, ERR_INVALID, "there is no option --%s: `varde help%s%s` lists them", name,
		    l->o->command ? " " : "", cmd_name(l->o->command));
}

static enum err option_put(struct line *l, enum option opt, const char *value)
{
	struct options *o = l->o;
	if (o->given[opt].n && !option_rows[opt].many)
		return fail(l->why, ERR_INVALID, "--%s is given twice", option_rows[opt].name);
	o->given[opt].list = arena_grow(o->arena, o->given[opt].list, o->given[opt].n, o->given[opt].n + 1,
					sizeof *o->given[opt].list, &o->given[opt].room);
	o->given[opt].list[o->given[opt].n++] = value;
	return ERR_OK;
}

/* Of an option whose value may be left out, "[lines|bars]": the next word where it is one of these, else "". */
static const char *optional_word(struct line *l, const char *words)
{
	const char *next = l->at < l->argc ? l->argv[l->at] : "";
	for (const char *at = words + 1; *at;) {
		size_t len = strcspn(at, "|]");
		if (len && len == strlen(next) && strncmp(at, next, len) == 0)
			return l->argv[l->at++];
		at += len + 1;
	}
	return "";
}

/* An option whose value, if it has one, is `attached` or the next word. */
static enum err option_take(struct line *l, enum option opt, const char *attached)
{
	const struct option_row *row = &option_rows[opt];
	if (opt == OPT_HELP) {
		l->help = true;
		return ERR_OK;
	}
	if (!row->argument && attached)
		return fail(l->why, ERR_INVALID, "--%s takes no value", row->name);
	if (row->argument && !attached && row->argument[0] == '[')
		attached = optional_word(l, row->argument); /* may be left out */
	else if (row->argument && !attached) {
		if (l->at >= l->argc)
			return fail(l->why, ERR_INVALID, "--%s wants a value: --%s %s", row->name, row->name,
				    row->argument);
		attached = l->argv[l->at++];
	}
	return option_put(l, opt, attached ? attached : "");
}

static enum err long_take(struct line *l, const char *word)
{
	size_t len = strcspn(word, "=");
	for (int i = 0; i < OPTION_COUNT; i++)
		if (strlen(option_rows[i].name) == len && strncmp(option_rows[i].name, word, len) == 0)
			return option_take(l, (enum option)i, word[len] ? word + len + 1 : NULL);
	return unknown_option(l, arena_text(l->o->arena, word, len));
}

static enum err short_take_letter(struct line *l, const char *word)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (option_rows[i].letter && option_rows[i].letter == word[0])
			return option_take(l, (enum option)i, word[1] ? word + 1 : NULL);
	return fail(l->why, ERR_INVALID, "there is no option -%c: `varde help` lists them", word[0]);
}

static enum err word_take(struct line *l, const char *word)
{
	struct options *o = l->o;
	if (!l->ended && strcmp(word, "--") == 0) {
		l->ended = true;
		return ERR_OK;
	}
	if (!l->ended && word[0] == '-' && word[1] == '-')
		return long_take(l, word + 2);
	if (!l->ended && word[0] == '-' && word[1])
		return short_take_letter(l, word + 1);
	if (!o->command) {
		o->command = cmd_find(word);
		if (o->command)
			return ERR_OK;
		const char *near = NULL;
		for (int i = 0; cmd_names[i] && !near; i++)
			if (distance(word, cmd_names[i]) < 3)
				near = cmd_names[i];
		if (near)
			return fail(l->why, ERR_INVALID, "there is no command \"%s\"; did you mean `varde %s`?", word,
				    near);
		return fail(l->why, ERR_INVALID, "there is no command \"%s\": `varde help` lists them", word);
	}
	o->args = arena_grow(o->arena, o->args, o->n_args, o->n_args + 1, sizeof *o->args, &l->args_room);
	o->args[o->n_args++] = word;
	return ERR_OK;
}

enum err options_parse(int argc, const char *const *argv, struct arena *a, struct options *ret, struct why *why)
{
	struct line l = {.argc = argc, .at = 1, .argv = argv, .o = ret, .why = why};
	*ret = (struct options){.arena = a};
	while (l.at < argc) {
		enum err e = word_take(&l, argv[l.at++]);
		if (e != ERR_OK)
			return e;
	}
	if (l.help && ret->command != CMD_HELP) {
		const char *subject = cmd_name(ret->command);
		ret->args = arena_alloc(a, sizeof *ret->args);
		ret->args[0] = subject;
		ret->n_args = *subject ? 1 : 0;
		ret->command = CMD_HELP;
	}
	if (!ret->command)
		return fail(why, ERR_INVALID, "varde wants a command: `varde help` lists them");
	for (int i = 0; i < OPTION_COUNT; i++)
		if (ret->given[i].n && !(option_rows[i].commands & (int)ret->command) && ret->command != CMD_HELP)
			return fail(why, ERR_INVALID, "`varde %s` has no option --%s: `varde help %s` lists them",
				    cmd_name(ret->command), option_rows[i].name, cmd_name(ret->command));
	return ERR_OK;
}

/* ---- values ---- */

const char *option_text(const struct options *o, enum option opt, const char *otherwise)
{
	return o->given[opt].n ? o->given[opt].list[o->given[opt].n - 1] : otherwise;
}

bool option_given(const struct options *o, enum option opt)
{
	return o->given[opt].n != 0;
}

/* Digits at the start of `text`; *end is what follows. False when there are none or too many. */
static bool digits(const char *text, uint64_t max, uint64_t *ret, const char **end)
{
	uint64_t n = 0;
	const char *p = text;
	for (; *p >= '0' && *p <= '9'; p++) {
		unsigned d = (unsigned)(*p - '0');
		if (n > (max - d) / 10 || max < d)
			return false;
		n = n * 10 + d;
	}
	*ret = n;
	*end = p;
	return p != text;
}

enum err option_number(const struct options *o, enum option opt, uint64_t otherwise, uint64_t max, uint64_t *ret,
		       struct why *why)
{
	const char *text = option_text(o, opt, NULL), *end;
	*ret = otherwise;
	if (!text || (digits(text, max, ret, &end) && !*end))
		return ERR_OK;
	return fail(why, ERR_INVALID, "--%s %s: a whole number from 0 to %llu is wanted", option_rows[opt].name, text,
		    (unsigned long long)max);
}

enum err option_duration(const struct options *o, enum option opt, unsigned otherwise, unsigned *ret, struct why *why)
{
	static const struct {
		const char *unit;
		unsigned ms;
	} units[] = {{"", 1000}, {"s", 1000}, {"ms", 1}, {"m", 60000}, {"h", 3600000}};
	const char *text = option_text(o, opt, NULL), *end = NULL;
	uint64_t n;
	*ret = otherwise;
	if (!text)
		return ERR_OK;
	if (digits(text, 1000000, &n, &end) && n)
		for (size_t i = 0; i < sizeof units / sizeof *units; i++)
			if (strcmp(end, units[i].unit) == 0 && n * units[i].ms <= 86400000) {
				*ret = (unsigned)(n * units[i].ms);
				return ERR_OK;
			}
	return fail(why, ERR_INVALID, "--%s %s: write a time up to a day, such as 10, 10s, 500ms or 2m",
		    option_rows[opt].name, text);
}

enum err option_format(const struct options *o, enum format *ret, struct why *why)
{
	const char *text = option_text(o, OPT_FORMAT, "table");
	static const struct {
		const char *name;
		int commands;
	} formats[] = {[FORMAT_TABLE] = {"table", ~0},
		       [FORMAT_CSV] = {"csv", ~0},
		       [FORMAT_JSON] = {"json", ~0},
		       [FORMAT_TREE] = {"tree", CMD_LINEAGE},
		       [FORMAT_DOT] = {"dot", CMD_LINEAGE | CMD_NETWORK},
		       [FORMAT_JSON_STAT] = {"json-stat", CMD_SNAPSHOT | CMD_TREND | CMD_COUNT},
		       [FORMAT_SDMX_CSV] = {"sdmx-csv", CMD_SNAPSHOT | CMD_TREND | CMD_COUNT}};
	const char *known = "", *those = "";
	int commands = 0;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		bool has = formats[i].commands & (int)o->command;
		if (has)
			known = arena_printf(o->arena, "%s%s%s", known, *known ? ", " : "", formats[i].name);
		if (strcmp(text, formats[i].name) != 0)
			continue;
		*ret = (enum format)i;
		commands = formats[i].commands;
		if (has)
			return ERR_OK;
	}
	for (int i = 0; commands && cmd_names[i]; i++)
		if (commands & 1 << i)
			those = arena_printf(o->arena, "%s%s`varde %s`", those, *those ? ", " : "", cmd_names[i]);
	if (commands)
		return fail(why, ERR_INVALID, "--format %s is for %s: here it is one of %s", text, those, known);
	return fail(why, ERR_INVALID, "--format %s: one of %s", text, known);
}

enum err option_categories(const struct options *o, struct msg_category **ret, size_t *n, struct why *why)
{
	*n = o->given[OPT_DIM].n;
	*ret = *n ? arena_alloc(o->arena, *n * sizeof **ret) : NULL;
	for (size_t i = 0; i < *n; i++) {
		const char *text = o->given[OPT_DIM].list[i], *colon = strchr(text, ':');
		if (!colon || colon == text || !colon[1])
			return fail(why, ERR_INVALID, "--dim %s: write DIMENSION:CODE, as in --dim level:total", text);
		(*ret)[i].dimension = arena_text(o->arena, text, (size_t)(colon - text));
		(*ret)[i].code = colon + 1;
	}
	return ERR_OK;
}

enum err option_unit(const struct options *o, const char *text, struct msg_unit_ref **ret, struct why *why)
{
	*ret = NULL;
	if (!*text)
		return fail(why, ERR_INVALID, "a unit is wanted: ID, code=CODE,scheme=SCHEME or name=NAME,kind=KIND");
	*ret = ref_parse(text, o->arena, why);
	return *ret ? ERR_OK : ERR_INVALID;
}

enum err option_as_of(const struct options *o, struct msg_query_request *q, struct why *why)
{
	const char *text = option_text(o, OPT_AS_OF, "");
	struct as_of_text known;
	enum err e = option_number(o, OPT_MIN_REVISION, 0, INT64_MAX, &q->min_revision, why);
	if (e != ERR_OK || !option_given(o, OPT_AS_OF))
		return e;
	if (!as_of_parse(text, o->arena, &known))
		return fail(why, ERR_INVALID,
			    "--as-of %s: write a revision, tag:NAME, a day, or a time in UTC: 2026-11-21T10:00:00Z",
			    text);
	q->as_of_revision = known.revision;
	q->as_of_time = known.time;
	q->as_of_tag = known.tag;
	return ERR_OK;
}
