/* SPDX-License-Identifier: Apache-2.0
 *
 * varded_main.c - the daemon's command line.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include <sodium.h>
#include "daemon/cert.h"
#include "daemon/server.h"
#include "daemon/tick.h"

/* The store is read through a map: where its file is cut off, or its disk fails, the kernel sends this signal, and
 * there is nowhere to return to. What was acknowledged stays as it is; a person has to know which remedy to take. */
static void on_bus_error(int sig)
{
	static const char text[] =
	    "<2>store: a file of the store is cut off, or its disk cannot be read, or is full: run varded --verify; an "
	    "index is made anew by varded --rebuild, a log is restored from a backup\n";
	(void)sig;
	ssize_t n = write(STDERR_FILENO, text, sizeof text - 1);
	(void)n;
	_exit(1);
}

static void say(void *arg, const char *line)
{
	(void)arg;
	puts(line);
	fflush(stdout);
}

static int failed(enum err e, const struct why *why)
{
	fprintf(stderr, "varded: %s\n", *why->text ? why->text : err_text(e));
	return 1;
}

static int verify(const struct config *c)
{
	struct why why = {0};
	struct store_options o = server_store_options(c);
	o.create = false;
	enum err e = store_verify(&o, say, NULL, &why);
	return e ? failed(e, &why) : 0;
}

static int rebuild(const struct config *c)
{
	struct why why = {0};
	struct store_options o = server_store_options(c);
	uint8_t digest[32];
	uint64_t records = 0;
	o.create = false;
	enum err e = store_rebuild(&o, digest, &records, &why);
	if (e)
		return failed(e, &why);
	printf("%" PRIu64 " records folded, digest ", records);
	for (size_t i = 0; i < sizeof digest; i++)
		printf("%02x", digest[i]);
	putchar('\n');
	return 0;
}

/* What a start would refuse, as far as it can be seen without touching the store. */
static int check(const struct config *c)
{
	struct why why = {0};
	struct cert key;
	enum err e = tick_zone(c->zone, &why);
	if (!e && (*c->ingest_curve || *c->query_curve || *c->feed_curve)) {
		e = cert_secret_file(c->server_key, &key, &why);
		sodium_memzero(&key, sizeof key);
	}
	if (!e)
		return 0;
	failed(e, &why);
	return 2;
}

int main(int argc, char **argv)
{
	static struct config c;
	struct why why = {0};
	enum config_job job;
	config_init(&c);
	if (config_args(&c, argc - 1, argv + 1, &job, &why)) {
		fprintf(stderr, "varded: %s\n", why.text);
		return 2;
	}
	signal(SIGBUS, on_bus_error);
	switch (job) {
	case CONFIG_CHECK:
		return check(&c);
	case CONFIG_DUMP:
		config_dump(&c, stdout);
		return 0;
	case CONFIG_HELP:
		config_help(stdout);
		return 0;
	case CONFIG_VERSION:
		puts("varded " VARDED_VERSION);
		return 0;
	case CONFIG_VERIFY:
		return verify(&c);
	case CONFIG_REBUILD:
		return rebuild(&c);
	case CONFIG_RUN:
		break;
	}
	return server_run(&c);
}
