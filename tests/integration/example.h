/* SPDX-License-Identifier: Apache-2.0
 *
 * example.h - a site whose daemon holds the real example, or what of it a test is about.
 */
#pragma once
#include "tests/integration/site.h"

void example_begin(struct site *s); /* starts it, loads everything; fails the test when anything is refused */
/* Starts it with what all of the example stands on: definitions, units, rounds and events. */
void example_begin_frame(struct site *s);
void example_load(struct site *s, const char *command, const char *file); /* "submit", "units.json" */
/* What a shell says to a command line, both channels together, and how it ended; heap, the caller frees. In it `varde`
 * is this build's command and asks this daemon (after example_begin()). */
char *example_says(const struct site *s, const char *line, int *ret_status);
