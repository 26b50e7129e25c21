/* SPDX-License-Identifier: Apache-2.0
 *
 * example.h - a daemon that holds the whole real example (examples/load).
 */
#pragma once
#include "tests/integration/daemon.h"

struct example {
	struct daemon d;
	char endpoints[200]; /* for --endpoints */
};
void example_begin(struct example *e); /* starts it, loads everything; fails the test when anything is refused */
void example_end(struct example *e);   /* stops it, which must end with 0 */
/* What a shell says to a command line, both channels together, and how it ended; heap, the caller frees. In it `varde`
 * is this build's command and asks this daemon. */
char *example_says(const struct example *e, const char *line, int *ret_status);
