/* SPDX-License-Identifier: Apache-2.0
 *
 * death.h - for tests of what must end the process.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* Run `deed` in a child: true if it ended by abort(). What it wrote to stderr is in `said` (cut at room - 1). */
bool aborts(void (*deed)(void), char *said, size_t room);

/* Run `deed` here with stderr caught in `said`. */
void hear(void (*deed)(void), char *said, size_t room);
