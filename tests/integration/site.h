/* SPDX-License-Identifier: Apache-2.0
 *
 * site.h - a daemon that writes where it listens, and the varde command that asks it there.
 *
 *     struct site *s = *state;
 *     SAYS(0, "at least 33", "count", "arrangements", "--date", "2020");
 */
#pragma once
#include <stdint.h>
#include "tests/integration/cli.h"
#include "tests/integration/daemon.h"

struct site {
	struct daemon d;
	char endpoints[200]; /* for --endpoints */
};
void site_begin(struct site *s); /* a directory of its own, and a daemon that knows nothing yet */
void site_start(struct site *s); /* the daemon once more, after it was stopped */
void site_end(struct site *s);   /* stops it, which must end with 0 */
/* As fixtures of cmocka: a site of its own, and its end. */
int site_setup(void **state);
int site_teardown(void **state);

uint64_t site_revision(const struct site *s); /* the newest that is durable */

/* The last words of a command to the site `s`. */
#define AT "--endpoints", s->endpoints
/* varde with these words ends so, and says `text` (NULL = anything). */
#define SAYS(status, text, ...)                                                                                        \
	do {                                                                                                           \
		struct cli c_ = CLI(NULL, __VA_ARGS__, AT);                                                            \
		cli_expect(&c_, status, text);                                                                         \
		cli_free(&c_);                                                                                         \
	} while (0)
