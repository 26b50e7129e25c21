/* SPDX-License-Identifier: Apache-2.0
 *
 * config.c - one table made of param.def; everything else walks it.
 */
#include "daemon/config.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <ini.h>
#include "base/bytes.h"
#include "base/mem.h"
#include "base/when.h"

#define FILE_BYTES_MAX ((size_t)65536)
#define LINE_BYTES_MAX 197 /* inih cuts longer ones silently */
#define NAME_MAX_BYTES 64

enum param_kind { PARAM_IS_TEXT, PARAM_IS_NUMBER, PARAM_IS_FLAG };

static const struct param {
	const char *symbol;
	enum param_kind kind;
	size_t offset;
	uint64_t min, max; /* of a text: bytes */
	const char *text;  /* default */
	uint64_t number;   /* default */
	const char *unit, *doc;
} params[] = {
#define PARAM_TEXT(sym, max, def, unit, doc)                                                                           \
	{#sym, PARAM_IS_TEXT, offsetof(struct config, sym), 0, max, def, 0, unit, doc},
#define PARAM_NUMBER(sym, min, max, def, unit, doc)                                                                    \
	{#sym, PARAM_IS_NUMBER, offsetof(struct config, sym), min, max, NULL, def, unit, doc},
#define PARAM_FLAG(sym, def, doc)                                                                                      \
	{#sym, PARAM_IS_FLAG, offsetof(struct config, sym), 0, 1, NULL, def, "yes or no", doc},
#include "daemon/param.def"
#undef PARAM_TEXT
#undef PARAM_NUMBER
#undef PARAM_FLAG
};
#define PARAM_COUNT (sizeof params / sizeof *params)

static const char *shown_name(const struct param *p, char name[NAME_MAX_BYTES])
{
	size_t i = 0;
	for (; p->symbol[i] && i < NAME_MAX_BYTES - 1; i++)
		name[i] = p->symbol[i] == '_' ? '-' : p->symbol[i];
	name[i] = '\0';
	return name;
}

static const struct param *find(const char *name)
{
	char shown[NAME_MAX_BYTES];
	for (size_t i = 0; i < PARAM_COUNT; i++)
		if (strcmp(shown_name(&params[i], shown), name) == 0)
			return &params[i];
	return NULL;
}

static void *place(struct config *c, const struct param *p)
{
	return (char *)c + p->offset;
}

static const void *place_const(const struct config *c, const struct param *p)
{
	return (const char *)c + p->offset;
}

void config_init(struct config *c)
{
	*c = (struct config){0};
	for (size_t i = 0; i < PARAM_COUNT; i++) {
		const struct param *p = &params[i];
		switch (p->kind) {
		case PARAM_IS_TEXT:
			memcpy(place(c, p), p->text, strlen(p->text) + 1);
			break;
		case PARAM_IS_NUMBER:
			memcpy(place(c, p), &p->number, sizeof p->number);
			break;
		case PARAM_IS_FLAG:
			*(bool *)place(c, p) = p->number != 0;
			break;
		}
	}
}

static bool in_bytes(const struct param *p)
{
	return strcmp(p->unit, "bytes") == 0;
}

/* 67108864 as "64MiB": the largest unit that divides it. */
static const char *show_number(const struct param *p, uint64_t v, char text[40])
{
	static const struct {
		uint64_t one;
		const char *name;
	} units[] = {{TIB, "TiB"}, {GIB, "GiB"}, {MIB, "MiB"}, {KIB, "KiB"}};
	for (size_t i = 0; in_bytes(p) && v && i < sizeof units / sizeof *units; i++)
		if (v % units[i].one == 0) {
			snprintf(text, 40, "%" PRIu64 "%s", v / units[i].one, units[i].name);
			return text;
		}
	snprintf(text, 40, "%" PRIu64, v);
	return text;
}

/* Digits, then for bytes one of the units. false = not a number at all. */
static bool read_number(const struct param *p, const char *value, uint64_t *ret)
{
	if (!isdigit((unsigned char)*value))
		return false;
	char *end = NULL;
	errno = 0;
	unsigned long long v = strtoull(value, &end, 10);
	uint64_t one = 1;
	if (in_bytes(p) && *end) {
		if (strcmp(end, "KiB") == 0)
			one = KIB;
		else if (strcmp(end, "MiB") == 0)
			one = MIB;
		else if (strcmp(end, "GiB") == 0)
			one = GIB;
		else if (strcmp(end, "TiB") == 0)
			one = TIB;
		else
			return false;
	} else if (*end) {
		return false;
	}
	if (errno == ERANGE || v > UINT64_MAX / one)
		*ret = UINT64_MAX; /* the range check says it better */
	else
		*ret = v * one;
	return true;
}

static enum err set_number(struct config *c, const struct param *p, const char *name, const char *value,
			   struct why *why)
{
	uint64_t v = 0;
	char lo[40], hi[40];
	if (!read_number(p, value, &v) || v < p->min || v > p->max)
		return fail(why, ERR_INVALID, "%s: \"%.60s\" is not a number from %s to %s (%s)", name, value,
			    show_number(p, p->min, lo), show_number(p, p->max, hi), p->unit);
	memcpy(place(c, p), &v, sizeof v);
	return ERR_OK;
}

static enum err set_text(struct config *c, const struct param *p, const char *name, const char *value, struct why *why)
{
	size_t len = strlen(value);
	if (len > p->max)
		return fail(why, ERR_INVALID, "%s: the value of %zu bytes is longer than %" PRIu64 " (%s)", name, len,
			    p->max, p->unit);
	memcpy(place(c, p), value, len + 1);
	return ERR_OK;
}

static enum err set_flag(struct config *c, const struct param *p, const char *name, const char *value, struct why *why)
{
	bool yes = strcmp(value, "yes") == 0;
	if (!yes && strcmp(value, "no") != 0)
		return fail(why, ERR_INVALID, "%s: \"%.60s\" is neither yes nor no", name, value);
	*(bool *)place(c, p) = yes;
	return ERR_OK;
}

enum err config_set(struct config *c, const char *name, const char *value, struct why *why)
{
	const struct param *p = find(name);
	if (!p)
		return fail(why, ERR_NOT_FOUND, "there is no parameter \"%.60s\"; varded --dump lists them", name);
	switch (p->kind) {
	case PARAM_IS_TEXT:
		return set_text(c, p, name, value, why);
	case PARAM_IS_NUMBER:
		return set_number(c, p, name, value, why);
	case PARAM_IS_FLAG:
		return set_flag(c, p, name, value, why);
	}
	return ERR_INTERNAL;
}

/* ---- the file ---- */

struct reading {
	struct config *c;
	bool seen[PARAM_COUNT];
	enum err err; /* the first */
	struct why why;
};

static int on_pair(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;
	if (r->err)
		return 1; /* only the first fault is told */
	const struct param *p = find(name);
	if (*section)
		r->err = fail(&r->why, ERR_INVALID, "[%.40s]: the file has no sections", section);
	else if (!value)
		r->err = fail(&r->why, ERR_INVALID, "%.60s has no value", name);
	else if (p && r->seen[p - params])
		r->err = fail(&r->why, ERR_INVALID, "%s is said twice", name);
	else
		r->err = config_set(r->c, name, value, &r->why);
	if (p)
		r->seen[p - params] = true;
	return r->err == ERR_OK; /* 0 makes inih report this line's number */
}

static unsigned overlong_line(const char *text)
{
	unsigned line = 1;
	for (size_t len = 0; *text; text++) {
		len++;
		if (*text == '\n') {
			line++;
			len = 0;
		} else if (len > LINE_BYTES_MAX) {
			return line;
		}
	}
	return 0;
}

enum err config_text(struct config *c, const char *origin, const char *text, struct why *why)
{
	unsigned overlong = overlong_line(text);
	if (overlong)
		return fail(why, ERR_INVALID, "%s, line %u: longer than %d bytes", origin, overlong, LINE_BYTES_MAX);
	struct reading r = {.c = c};
	int line = ini_parse_string(text, on_pair, &r);
	if (r.err)
		return fail(why, r.err, "%s, line %d: %s", origin, line, r.why.text);
	if (line > 0)
		return fail(why, ERR_INVALID, "%s, line %d: not of the form name = value", origin, line);
	if (line < 0)
		return fail(why, ERR_NO_MEMORY, "%s: cannot be read", origin);
	return ERR_OK;
}

enum err config_file(struct config *c, const char *path, struct why *why)
{
	FILE *f = fopen(path, "re");
	if (!f)
		return fail(why, err_from_errno(errno), "%s: %s", path, strerror(errno));
	char *text = mem_alloc(FILE_BYTES_MAX + 1);
	size_t len = fread(text, 1, FILE_BYTES_MAX + 1, f);
	bool bad = ferror(f) != 0;
	fclose(f);
	enum err e = ERR_OK;
	if (bad) {
		e = fail(why, ERR_IO, "%s: cannot be read", path);
	} else if (len > FILE_BYTES_MAX) {
		e = fail(why, ERR_INVALID, "%s: longer than %zu bytes", path, FILE_BYTES_MAX);
	} else if (memchr(text, 0, len)) {
		e = fail(why, ERR_INVALID, "%s: not a text file", path);
	} else {
		text[len] = '\0';
		e = config_text(c, path, text, why);
	}
	free(text);
	return e;
}

/* ---- the command line ---- */

static bool job_of(const char *arg, enum config_job *ret)
{
	static const struct {
		const char *name;
		enum config_job job;
	} jobs[] = {{"--check", CONFIG_CHECK},     {"--dump", CONFIG_DUMP},     {"--help", CONFIG_HELP},
		    {"--version", CONFIG_VERSION}, {"--verify", CONFIG_VERIFY}, {"--rebuild", CONFIG_REBUILD}};
	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
		if (strcmp(arg, jobs[i].name) == 0) {
			*ret = jobs[i].job;
			return true;
		}
	return false;
}

/* One flag at argv[*at]: its name without dashes and its value; *at moves to its last word. */
static enum err flag_at(int argc, char *const *argv, int *at, char name[NAME_MAX_BYTES], const char **ret,
			struct why *why)
{
	const char *arg = argv[*at];
	if (strncmp(arg, "--", 2) != 0)
		return fail(why, ERR_INVALID, "\"%.60s\" is not a flag; see varded --help", arg);
	const char *equals = strchr(arg, '=');
	size_t len = equals ? (size_t)(equals - arg) - 2 : strlen(arg) - 2;
	if (len == 0 || len >= NAME_MAX_BYTES)
		return fail(why, ERR_INVALID, "\"%.60s\" is not a flag; see varded --help", arg);
	memcpy(name, arg + 2, len);
	name[len] = '\0';
	if (strcmp(name, "config") != 0 && !find(name))
		return fail(why, ERR_NOT_FOUND, "there is no parameter \"%s\"; varded --dump lists them", name);
	if (equals) {
		*ret = equals + 1;
		return ERR_OK;
	}
	if (*at + 1 >= argc)
		return fail(why, ERR_INVALID, "--%s needs a value", name);
	*ret = argv[++*at];
	return ERR_OK;
}

/* Two passes over the flags, as the file comes before all others wherever --config stands. */
static enum err flags(struct config *c, int argc, char *const *argv, bool file_pass, const char **ret_file,
		      enum config_job *ret, struct why *why)
{
	bool job_given = false;
	for (int i = 0; i < argc; i++) {
		enum config_job job;
		if (job_of(argv[i], &job)) {
			if (job_given && job != *ret)
				return fail(why, ERR_INVALID, "%s: only one job at a time", argv[i]);
			job_given = true;
			*ret = job;
			continue;
		}
		char name[NAME_MAX_BYTES];
		const char *value = NULL;
		enum err e = flag_at(argc, argv, &i, name, &value, why);
		if (e)
			return e;
		bool is_file = strcmp(name, "config") == 0;
		if (is_file && file_pass)
			*ret_file = value;
		if (!is_file && !file_pass && (e = config_set(c, name, value, why)))
			return e;
	}
	return ERR_OK;
}

enum err config_args(struct config *c, int argc, char *const *argv, enum config_job *ret, struct why *why)
{
	const char *path = NULL;
	*ret = CONFIG_RUN;
	enum err e = flags(c, argc, argv, true, &path, ret, why);
	if (e || *ret == CONFIG_HELP || *ret == CONFIG_VERSION)
		return e;
	struct why missing = {0};
	e = config_file(c, path ? path : CONFIG_FILE, &missing);
	if (e && (path || e != ERR_NOT_FOUND))
		return fail(why, e, "%s", missing.text);
	e = flags(c, argc, argv, false, NULL, ret, why);
	return e ? e : config_check(c, why);
}

/* ---- what no single value shows ---- */

unsigned config_endpoints(const char *list, char ret[ENDPOINTS_MAX][ENDPOINT_TEXT])
{
	unsigned n = 0;
	while (*(list += strspn(list, " \t"))) {
		size_t len = strcspn(list, " \t");
		if (n == ENDPOINTS_MAX || len >= ENDPOINT_TEXT)
			return ENDPOINTS_MAX + 1;
		memcpy(ret[n], list, len);
		ret[n++][len] = '\0';
		list += len;
	}
	return n;
}

/* tcp://HOST:PORT with a port of 0..65535 or "*". */
static bool is_tcp(const char *e)
{
	if (strncmp(e, "tcp://", 6) != 0)
		return false;
	const char *colon = strrchr(e, ':');
	if (colon <= e + 6)
		return false;
	if (strcmp(colon + 1, "*") == 0)
		return true;
	size_t digits = strspn(colon + 1, "0123456789");
	return digits >= 1 && digits <= 5 && !colon[1 + digits] && strtoul(colon + 1, NULL, 10) <= 65535;
}

/* Only a literal address is on loopback for certain: not a name that begins with 127, and not "127.0.0.1:0;0.0.0.0:1",
 * of which ZeroMQ binds the second. */
static bool on_loopback(const char *e)
{
	char host[INET_ADDRSTRLEN];
	struct in_addr v4;
	if (strncmp(e, "tcp://[::1]:", 12) == 0)
		return !strchr(e + 12, ':');
	size_t len = strcspn(e + 6, ":");
	if (len >= sizeof host || strchr(e + 6 + len + 1, ':'))
		return false;
	memcpy(host, e + 6, len);
	host[len] = '\0';
	return inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127;
}

static enum err check_endpoints(const char *name, const char *list, bool curve, struct why *why)
{
	char e[ENDPOINTS_MAX][ENDPOINT_TEXT];
	unsigned n = config_endpoints(list, e);
	if (n > ENDPOINTS_MAX)
		return fail(why, ERR_INVALID, "%s: more than %d endpoints, or one is longer than %d bytes", name,
			    ENDPOINTS_MAX, ENDPOINT_TEXT - 1);
	for (unsigned i = 0; i < n; i++) {
		bool ipc = strncmp(e[i], "ipc://", 6) == 0 && e[i][6];
		if (!ipc && !is_tcp(e[i]))
			return fail(why, ERR_INVALID, "%s: \"%s\" is neither tcp://ADDRESS:PORT nor ipc://PATH", name,
				    e[i]);
		if (curve && ipc)
			return fail(why, ERR_INVALID, "%s: \"%s\": CURVE is for tcp; %.*s takes ipc", name, e[i],
				    (int)(strlen(name) - strlen("-curve")), name);
		if (!curve && !ipc && !on_loopback(e[i]))
			return fail(why, ERR_INVALID, "%s: \"%s\" is not on loopback, and only %s-curve may leave it",
				    name, e[i], name);
	}
	return ERR_OK;
}

static enum err check_all_endpoints(const struct config *c, struct why *why)
{
	const struct {
		const char *name, *list;
		bool curve;
	} all[] = {{"ingest", c->ingest, false},
		   {"query", c->query, false},
		   {"feed", c->feed, false},
		   {"ingest-curve", c->ingest_curve, true},
		   {"query-curve", c->query_curve, true},
		   {"feed-curve", c->feed_curve, true}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		enum err e = check_endpoints(all[i].name, all[i].list, all[i].curve, why);
		if (e)
			return e;
		if (all[i].curve && *all[i].list && (!*c->server_key || !*c->client_keys))
			return fail(why, ERR_INVALID, "%s needs %s", all[i].name,
				    *c->server_key ? "client-keys" : "server-key");
	}
	return ERR_OK;
}

enum err config_check(const struct config *c, struct why *why)
{
	enum err e = check_all_endpoints(c, why);
	if (e)
		return e;
	if (!*c->store)
		return fail(why, ERR_INVALID, "store: the directory is missing");
	if (c->message_max > c->frame_max)
		return fail(why, ERR_INVALID, "message-max: %" PRIu64 " is more than frame-max (%" PRIu64 " bytes)",
			    c->message_max, c->frame_max);
	if (c->unheard_max <= c->frame_max)
		return fail(why, ERR_INVALID, "unheard-max: %" PRIu64 " bytes, frame-max (%" PRIu64 ") is not less",
			    c->unheard_max, c->frame_max);
	struct when day = {0};
	if (*c->accept_clock && (when_parse(c->accept_clock, &day, NULL) || day.precision != WHEN_DAY))
		return fail(why, ERR_INVALID, "accept-clock: \"%s\" is not a day such as 2026-11-21", c->accept_clock);
	static const char *const levels[] = {"err", "warn", "info", "debug"};
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (strcmp(c->log_level, levels[i]) == 0)
			return ERR_OK;
	return fail(why, ERR_INVALID, "log-level: \"%s\" is none of err, warn, info, debug", c->log_level);
}

/* ---- to be read by people ---- */

/* A comment in lines of at most 100 bytes, broken at blanks. */
static void dump_comment(const char *text, FILE *out)
{
	while (*text) {
		size_t len = strlen(text);
		if (len > 100)
			for (len = 100; len > 1 && text[len] != ' ';)
				len--;
		fprintf(out, "# %.*s\n", (int)len, text);
		text += len;
		text += strspn(text, " ");
	}
}

static void dump_one(const struct config *c, const struct param *p, FILE *out)
{
	char name[NAME_MAX_BYTES], lo[40], hi[40], def[40];
	shown_name(p, name);
	fputc('\n', out);
	dump_comment(p->doc, out);
	switch (p->kind) {
	case PARAM_IS_TEXT:
		fprintf(out, "# %s; default: %s\n%s = %s\n", p->unit, *p->text ? p->text : "none", name,
			(const char *)place_const(c, p));
		break;
	case PARAM_IS_NUMBER: {
		uint64_t v;
		memcpy(&v, place_const(c, p), sizeof v);
		fprintf(out, "# %s, %s to %s; default: %s\n", p->unit, show_number(p, p->min, lo),
			show_number(p, p->max, hi), show_number(p, p->number, def));
		fprintf(out, "%s = %s\n", name, show_number(p, v, lo));
		break;
	}
	case PARAM_IS_FLAG:
		fprintf(out, "# yes or no; default: %s\n%s = %s\n", p->number ? "yes" : "no", name,
			*(const bool *)place_const(c, p) ? "yes" : "no");
		break;
	}
}

void config_dump(const struct config *c, FILE *out)
{
	fprintf(out, "# varded " VARDED_VERSION ": every parameter, with the value in force. See varded.conf(5).\n");
	for (size_t i = 0; i < PARAM_COUNT; i++)
		dump_one(c, &params[i], out);
}

void config_help(FILE *out)
{
	fputs("Usage: varded [--config FILE] [--PARAMETER VALUE | --PARAMETER=VALUE]...\n"
	      "       varded --check | --dump | --verify | --rebuild | --help | --version [the same]\n\n"
	      "Keeps the store and answers on its endpoints until SIGTERM. SIGHUP reads the client keys again.\n\n"
	      "  --config FILE  read parameters from FILE (default: " CONFIG_FILE ", if it is there)\n"
	      "  --check        check the configuration and exit\n"
	      "  --dump         print every parameter with its meaning, range and value in force\n"
	      "  --verify       prove the whole store: checksums, chain, index against a rebuild\n"
	      "  --rebuild      throw the index away and make it anew from the log\n\n"
	      "Exit status: 0 done, 1 refused or failed, 2 wrong usage or configuration.\n\nParameters:\n",
	      out);
	char name[NAME_MAX_BYTES];
	for (size_t i = 0; i < PARAM_COUNT; i++)
		fprintf(out, "  --%-22s %s\n", shown_name(&params[i], name), params[i].doc);
}
