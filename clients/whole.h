/* SPDX-License-Identifier: Apache-2.0
 *
 * whole.h - a file that appears, whole, under its name, or not at all.
 *
 * It is written beside its name, as NAME.partial, which is made anew: whatever stands there, a link to elsewhere too, is
 * put away and not written through. What is no plain file (/dev/stdout, a pipe) is written as it is, and never replaced.
 * One that is killed leaves NAME.partial behind, and the next one takes it away.
 */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "base/err.h"
#include "base/mem.h"

struct whole_file {
	FILE *file;
	const char *path, *partial; /* partial NULL = written as it is */
};
enum err whole_open(struct arena *a, const char *path, struct whole_file *ret, struct why *why) MUST_CHECK;
/* Close it; `good` false, or an error, leaves what was there before. */
enum err whole_close(struct whole_file *w, bool good, struct why *why) MUST_CHECK;
