/* SPDX-License-Identifier: Apache-2.0
 *
 * day_text.h - options that several questions share: on which days, of which arrangements, in which classes.
 */
#pragma once
#include "clients/options.h"

/* --date and --years; texts in the arena. ERR_INVALID for years that are none, or more than 200 of them. */
enum err option_days(const struct options *o, const char ***ret, size_t *n, struct why *why) MUST_CHECK;
/* Every --where: values of the same field are alternatives. */
enum err option_where(const struct options *o, struct msg_filter **ret, size_t *n, struct why *why) MUST_CHECK;
/* --size: "" and none where it is not given. */
enum err option_size(const struct options *o, const char **ret_indicator, struct msg_decimal **ret, size_t *n,
		     struct why *why) MUST_CHECK;
