/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_decompose.c - the change of a decomposition, or one of its parts.
 */
#include "query/explaining.h"

enum err explain_decompose(struct explain *x)
{
	return fail(&x->r->why, ERR_NOT_YET_APPLIED,
		    "decompositions are not explained by this version: explain the two figures with trend");
}
