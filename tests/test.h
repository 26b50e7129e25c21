/* SPDX-License-Identifier: Apache-2.0
 *
 * test.h - cmocka with its prerequisites, and the few words every test uses.
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <cmocka.h>

/* cmocka's fail() is a macro and would hide ours; fail_msg() stays. */
#undef fail
#undef fail_msg
#define fail_msg(...)                                                                                                  \
	do {                                                                                                           \
		print_error(__VA_ARGS__);                                                                              \
		print_error("\n");                                                                                     \
		_fail(__FILE__, __LINE__);                                                                             \
	} while (0)

#include "base/err.h"

/* The call must succeed; says which error it was otherwise. */
#define assert_ok(call)                                                                                                \
	do {                                                                                                           \
		enum err e_ = (call);                                                                                  \
		if (e_ != ERR_OK)                                                                                      \
			fail_msg("%s: %s", #call, err_symbol(e_));                                                     \
	} while (0)
#define assert_err(expected, call)                                                                                     \
	do {                                                                                                           \
		enum err e_ = (call);                                                                                  \
		if (e_ != (expected))                                                                                  \
			fail_msg("%s: %s, not %s", #call, err_symbol(e_), err_symbol(expected));                       \
	} while (0)

/* Long random tests run `many` times, or a hundredth of it where each step is slow (VARDE_SMALL: valgrind, TSan). */
static inline unsigned test_rounds(unsigned many)
{
	const char *small = getenv("VARDE_SMALL");
	return small && *small ? (many + 99) / 100 : many;
}
