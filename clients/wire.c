/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/wire.h"

bool wire_next(struct rd *r, unsigned *number, uint64_t *varint, struct slice *bytes)
{
	*varint = 0;
	*bytes = (struct slice){0};
	if (!rd_ok(r) || rd_done(r))
		return false;
	uint64_t tag = rd_varint(r);
	*number = (unsigned)(tag >> 3);
	switch (tag & 7) { /* not an enum */
	case 0:
		*varint = rd_varint(r);
		break;
	case 1:
		(void)rd_bytes(r, 8);
		break;
	case 2:
		*bytes = rd_slice(r);
		break;
	case 5:
		(void)rd_bytes(r, 4);
		break;
	default: /* not an enum */
		r->bad = true;
		break;
	}
	return rd_ok(r);
}

bool wire_reply(struct slice bytes, struct wire_reply *ret)
{
	struct rd r = rd_of(bytes);
	unsigned number;
	uint64_t varint;
	struct slice value;
	*ret = (struct wire_reply){0};
	while (wire_next(&r, &number, &varint, &value)) {
		if (number == 1)
			ret->version = varint;
		else if (number == 2)
			ret->request_id = value;
		else if (number == 8)
			ret->end = varint != 0;
		else if (number == 10)
			ret->error = true;
		else if (number == 14)
			ret->changes = value;
	}
	return rd_ok(&r);
}
