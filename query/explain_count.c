#include "query/explaining.h"
enum err explain_count(struct explain *x)
{
	return fail(&x->r->why, ERR_NOT_YET_APPLIED, "count");
}
enum err explain_decompose(struct explain *x)
{
	return fail(&x->r->why, ERR_NOT_YET_APPLIED, "decompose");
}
