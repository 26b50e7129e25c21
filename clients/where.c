/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the server is, and with which keys: the options about it, and the file that varded writes.
 */
#include <stdio.h>
#include <string.h>
#include <czmq.h>
#include "clients/options.h"

/* The first of several endpoints on a line. */
static const char *first_word(struct arena *a, const char *text)
{
	text += strspn(text, " \t");
	return arena_text(a, text, strcspn(text, " \t\r\n"));
}

/* Lines "ingest=…", "query=…", "feed=…", and "ingest-curve=…" for a server that wants keys. */
static enum err endpoints_read(const struct options *o, const char *path, bool curve, struct varde_options *ret,
			       struct why *why)
{
	static const char *const names[] = {"ingest", "query", "feed"};
	const char **places[] = {&ret->ingest, &ret->query, &ret->feed};
	char line[1024];
	FILE *f = fopen(path, "re");
	if (!f)
		return fail(why, ERR_NOT_FOUND, "cannot read the endpoints file %s (%s): is varded running?", path,
			    strerror(errno));
	while (fgets(line, sizeof line, f)) {
		char *eq = strchr(line, '=');
		if (!eq)
			continue;
		size_t len = (size_t)(eq - line);
		for (int i = 0; i < 3; i++) {
			size_t n = strlen(names[i]);
			bool plain = len == n && strncmp(line, names[i], n) == 0;
			bool keyed = len == n + 6 && strncmp(line, names[i], n) == 0 && line[n] &&
				     strncmp(line + n + 1, "curve", 5) == 0;
			const char *word = first_word(o->arena, eq + 1);
			if (*word && ((plain && (!curve || !*places[i])) || (keyed && curve)))
				*places[i] = word;
		}
	}
	fclose(f);
	if (!ret->ingest && !ret->query && !ret->feed)
		return fail(why, ERR_INVALID,
			    "%s holds no endpoints: lines such as query=tcp://127.0.0.1:5671 are wanted", path);
	return ERR_OK;
}

static enum err server_key(const struct options *o, struct varde_options *ret, struct why *why)
{
	const char *text = option_text(o, OPT_SERVER_KEY, NULL);
	ret->key_file = option_text(o, OPT_KEY, NULL);
	ret->server_key = text;
	if (!text || strlen(text) == 40)
		return ERR_OK;
	zcert_t *cert = zcert_load(text);
	if (!cert)
		return fail(
		    why, ERR_INVALID,
		    "--server-key %.60s is neither a key of 40 characters nor a file with the server's certificate",
		    text);
	ret->server_key = arena_text(o->arena, zcert_public_txt(cert), 40);
	zcert_destroy(&cert);
	return ERR_OK;
}

enum err option_server(const struct options *o, struct varde_options *ret, struct why *why)
{
	const char *host = option_text(o, OPT_SERVER, NULL), *file = option_text(o, OPT_ENDPOINTS, NULL);
	*ret = (struct varde_options){0};
	enum err e = option_duration(o, OPT_DEADLINE, 0, &ret->deadline_ms, why);
	if (e == ERR_OK)
		e = server_key(o, ret, why);
	if (e != ERR_OK)
		return e;
	if (host && file)
		return fail(why, ERR_INVALID, "--server and --endpoints both say where the server is: give one");
	if (host && (strstr(host, "://") || !*host))
		return fail(why, ERR_INVALID,
			    "--server %s: a machine's name or address is wanted; for single endpoints give --ingest, "
			    "--query, --feed",
			    host);
	if (host) {
		ret->ingest = arena_printf(o->arena, "tcp://%s:5670", host);
		ret->query = arena_printf(o->arena, "tcp://%s:5671", host);
		ret->feed = arena_printf(o->arena, "tcp://%s:5672", host);
	}
	if (file)
		e = endpoints_read(o, file, ret->server_key != NULL, ret, why);
	ret->ingest = option_text(o, OPT_INGEST, ret->ingest);
	ret->query = option_text(o, OPT_QUERY, ret->query);
	ret->feed = option_text(o, OPT_FEED, ret->feed);
	return e;
}
