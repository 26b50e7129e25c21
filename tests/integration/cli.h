/* SPDX-License-Identifier: Apache-2.0
 *
 * cli.h - the varde command of this build, run as a person would, with what it said and how it ended.
 */
#pragma once
#include <stddef.h>

struct cli {
	int status;      /* exit status; -signal when it was killed; -1000 when it did not end in time */
	char *out, *err; /* heap; until cli_free() */
	unsigned took_ms;
};
/* `words` (NULL-terminated) after "varde"; `input` (may be NULL) on its standard input. */
struct cli cli_run(const char *const *words, const char *input);
#define CLI(input, ...) cli_run((const char *const[]){__VA_ARGS__, NULL}, input)
void cli_free(struct cli *c);
/* Fail the test unless it ended so, and said `text` (NULL = anything) on standard error or output. */
void cli_expect(const struct cli *c, int status, const char *text);
