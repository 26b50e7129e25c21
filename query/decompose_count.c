/* SPDX-License-Identifier: Apache-2.0 */
#include "query/decompose.h"

enum err decompose_counted(struct decompose *d)
{
	return fail(&d->r->why, ERR_NOT_YET_APPLIED, "not there yet");
}
