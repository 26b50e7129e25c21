/* SPDX-License-Identifier: Apache-2.0
 *
 * err.h - how a call fails.
 *
 * Every fallible call returns `enum err`, ERR_OK being 0. Where a person will need the
 * case at hand, the call takes a `struct why *` (NULL when nobody asks) and fills it
 * through fail(). Foreign conventions (errno, LMDB, ZeroMQ) are mapped once, where
 * they are met. A bug is not an error: ALWAYS() ends the process and is never
 * compiled out.
 */
#pragma once
#include <stdbool.h>

#define MUST_CHECK             __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

enum err {
	ERR_OK = 0,
#define ERR(sym, retry, text) ERR_##sym,
#include "base/err.def"
#undef ERR
	ERR_COUNT
};

/* The case at hand, in a sentence, for a person. Empty when nothing failed. */
struct why {
	char text[256];
};

/* Fill `why` (may be NULL) and return `e`, so that a failure is one statement:
 * `return fail(why, ERR_INVALID, "…", …);` The text is cut at 255 bytes, on a
 * UTF-8 boundary. */
enum err fail(struct why *why, enum err e, const char *fmt, ...) PRINTF_LIKE(3, 4);

const char *err_symbol(enum err e);  /* "NO_SPACE"; static */
const char *err_text(enum err e);    /* the sentence of err.def; static */
bool err_retryable(enum err e);      /* may the same message succeed later? */
enum err err_from_errno(int errnum); /* ENOSPC → NO_SPACE, ENOENT → NOT_FOUND … */

/* A condition that only a bug can break. Prints file, line and condition, aborts. */
#define ALWAYS(cond) ((cond) ? (void)0 : err_never(__FILE__, __LINE__, #cond))
void err_never(const char *file, int line, const char *cond) __attribute__((noreturn));
