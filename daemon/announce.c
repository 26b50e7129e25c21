/* SPDX-License-Identifier: Apache-2.0
 *
 * announce.c - see announce.h.
 */
#include "daemon/announce.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *service_name(enum service s)
{
	switch (s) {
	case SERVICE_INGEST:
		return "ingest";
	case SERVICE_QUERY:
		return "query";
	case SERVICE_FEED:
		return "feed";
	case SERVICE_COUNT:
		break;
	}
	return "?";
}

void announce_text(const struct sock_bound bound[SERVICE_COUNT], char between, char *ret, size_t room)
{
	size_t len = 0;
	ret[0] = '\0';
	for (unsigned i = 0; i < SERVICE_COUNT; i++) {
		const char *lists[] = {bound[i].plain, bound[i].curve};
		for (unsigned k = 0; k < 2 && len < room; k++) {
			if (!*lists[k])
				continue;
			int n = snprintf(ret + len, room - len, "%.*s%s%s=%s", len > 0, &between,
					 service_name((enum service)i), k ? "_curve" : "", lists[k]);
			len += n > 0 ? (size_t)n : 0;
		}
	}
}

enum err announce_file(const char *path, const struct sock_bound bound[SERVICE_COUNT], struct why *why)
{
	char text[8 * SOCK_BOUND_MAX], tmp[1100];
	announce_text(bound, '\n', text, sizeof text);
	int n = snprintf(tmp, sizeof tmp, "%s.tmp", path);
	if (n < 0 || (size_t)n >= sizeof tmp)
		return fail(why, ERR_INVALID, "endpoints-file: the path is too long");
	FILE *f = fopen(tmp, "we");
	bool ok = f && fprintf(f, "%s\n", text) > 0;
	if (f)
		ok = fclose(f) == 0 && ok;
	if (ok && rename(tmp, path) == 0)
		return ERR_OK;
	int errnum = errno;
	unlink(tmp);
	return fail(why, err_from_errno(errnum), "cannot write endpoints-file %s: %s", path, strerror(errnum));
}
