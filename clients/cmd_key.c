/* SPDX-License-Identifier: Apache-2.0
 *
 * varde key make NAME DIR, show FILE, list DIR: CURVE certificates in CZMQ's zcert format.
 *
 * NAME (public, for the other side) and NAME_secret (both keys, for its owner alone) are made in DIR.
 */
#include <czmq.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/text.h"
#include "clients/command.h"

static int make(struct run *r, const char *name, const char *dir)
{
	const char *public = arena_printf(r->arena, "%s/%s", dir, name);
	const char *secret = arena_printf(r->arena, "%s_secret", public);
	if (!text_is_id(name, 64) || strchr(name, '/'))
		return run_usage_text("key make %s: a name of letters, digits, '.', '-' and '_', at most 64 bytes",
				      name);
	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		fprintf(stderr, "varde: cannot make the directory %s: %s\n", dir, strerror(errno));
		return EXIT_FAILED;
	}
	if (access(public, F_OK) == 0 || access(secret, F_OK) == 0) {
		fprintf(stderr,
			"varde: %s is there already; a key is not overwritten: choose another name, or remove it\n",
			public);
		return EXIT_REFUSED;
	}
	zcert_t *cert = zcert_new();
	ALWAYS(cert);
	zcert_set_meta(cert, "name", "%s", name);
	mode_t before = umask(077);
	int rc = zcert_save_secret(cert, secret);
	umask(022);
	if (rc == 0)
		rc = zcert_save_public(cert, public);
	umask(before);
	if (rc == 0)
		rc = chmod(secret, 0600);
	if (rc == 0)
		fprintf(r->out.file, "%s  %s\nGive %s to the other side; keep %s to yourself.\n",
			zcert_public_txt(cert), name, public, secret);
	else
		fprintf(stderr, "varde: cannot write %s: %s\n", secret, strerror(errno));
	zcert_destroy(&cert);
	return rc == 0 ? EXIT_DONE : EXIT_FAILED;
}

static bool print_one(struct grid *g, const char *path, const char *file)
{
	zcert_t *cert = zcert_load(path);
	if (!cert)
		return false;
	/* Only the public half is ever printed. */
	const char *name = zcert_meta(cert, "name");
	const char *key = zcert_public_txt(cert);
	struct stat st;
	bool open = stat(path, &st) == 0 && strstr(file, "_secret") && (st.st_mode & 077);
	grid_row(g, (const char *[]){arena_text(g->arena, key, strlen(key)),
				     name ? arena_text(g->arena, name, strlen(name)) : "",
				     arena_text(g->arena, file, strlen(file)),
				     open ? "others may read this secret: chmod 600" : ""});
	zcert_destroy(&cert);
	return true;
}

static int list(struct run *r, struct grid *g, const char *dir)
{
	DIR *d = opendir(dir);
	if (!d) {
		fprintf(stderr, "varde: cannot read %s: %s\n", dir, strerror(errno));
		return EXIT_REFUSED;
	}
	for (struct dirent *e; (e = readdir(d));) {
		size_t len = strlen(e->d_name);
		bool secret = len > 7 && strcmp(e->d_name + len - 7, "_secret") == 0;
		if (e->d_name[0] != '.' && !secret)
			(void)print_one(g, arena_printf(r->arena, "%s/%s", dir, e->d_name), e->d_name);
	}
	closedir(d);
	return EXIT_DONE;
}

int cmd_key(struct run *r)
{
	static const struct grid_column columns[] = {
	    {"public_key", false, false}, {"name", false, false}, {"file", false, false}, {"warning", false, false}};
	struct grid g = grid_of(r->arena, columns, 4);
	struct why why = {{0}};
	const char *verb = r->o.n_args ? r->o.args[0] : "";
	if (out_open(&r->o, &r->out, &why) != ERR_OK)
		return run_usage(&why);
	if (strcmp(verb, "make") == 0 && r->o.n_args == 3)
		return make(r, r->o.args[1], r->o.args[2]);
	if (strcmp(verb, "show") == 0 && r->o.n_args == 2) {
		if (!print_one(&g, r->o.args[1], r->o.args[1])) {
			fprintf(stderr, "varde: %s is not there, or is no certificate\n", r->o.args[1]);
			return EXIT_REFUSED;
		}
	} else if (strcmp(verb, "list") == 0 && r->o.n_args == 2) {
		int status = list(r, &g, r->o.args[1]);
		if (status != EXIT_DONE)
			return status;
	} else
		return run_usage_text("write: varde key make NAME DIR, varde key show FILE, or varde key list DIR");
	grid_print(&r->out, &g, NULL);
	return EXIT_DONE;
}
