/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/command.h"

int cmd_diff(struct run *r)
{
	(void)r;
	return run_usage_text("not there yet");
}
