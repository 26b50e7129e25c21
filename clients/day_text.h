/* SPDX-License-Identifier: Apache-2.0
 *
 * day_text.h - options that counts and networks share: on which days, and of which arrangements.
 */
#pragma once
#include "clients/options.h"

/* --date and --years; texts in the arena. ERR_INVALID for years that are none, or more than 200 of them. */
enum err option_days(const struct options *o, const char ***ret, size_t *n, struct why *why) MUST_CHECK;
/* Every --where: values of the same field are alternatives. */
enum err option_where(const struct options *o, struct msg_filter **ret, size_t *n, struct why *why) MUST_CHECK;
