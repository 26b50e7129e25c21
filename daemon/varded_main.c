/* SPDX-License-Identifier: Apache-2.0
 *
 * varded_main.c - the daemon's command line.
 */
#include <inttypes.h>
#include <stdio.h>
#include "daemon/server.h"

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
	switch (job) {
	case CONFIG_CHECK:
		return 0;
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
