/* SPDX-License-Identifier: Apache-2.0
 *
 * access_keys.c - the listed keys, and the decision about one connection. No socket here.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "daemon/access.h"
#include "daemon/sock.h"

static int by_key(const void *a, const void *b)
{
	const struct access_key *x = a, *y = b;
	return strcmp(x->key_text, y->key_text);
}

static bool ends_with(const char *text, const char *tail)
{
	size_t a = strlen(text), b = strlen(tail);
	return a >= b && strcmp(text + a - b, tail) == 0;
}

static void tell(void (*odd)(const char *), const char *file, const char *what)
{
	char line[512];
	snprintf(line, sizeof line, "%.120s: %.300s", file, what);
	if (odd)
		odd(line);
}

static void add_file(const char *dir, const char *file, struct access_keys *k, size_t *room, void (*odd)(const char *))
{
	char path[2048];
	struct cert c;
	struct why why = {0};
	int n = snprintf(path, sizeof path, "%s/%s", dir, file);
	if (n < 0 || (size_t)n >= sizeof path) {
		tell(odd, file, "the path is too long");
	} else if (cert_file(path, &c, &why)) {
		tell(odd, file, why.text);
	} else if (!*c.name || strncmp(c.name, "plain:", 6) == 0) {
		tell(odd, file, *c.name ? "a name must not begin with plain:" : "there is no metadata name in it");
	} else {
		if (k->n == *room) {
			*room = *room ? *room * 2 : 16;
			k->list = mem_grow(k->list, *room * sizeof *k->list);
		}
		struct access_key *key = &k->list[k->n++];
		*key = (struct access_key){0};
		memcpy(key->key_text, c.key_text, sizeof key->key_text);
		memcpy(key->name, c.name, sizeof key->name);
	}
}

/* One key under two names would make the submitter a matter of luck: such a key is nobody's. */
static void drop_ambiguous(struct access_keys *k, void (*odd)(const char *))
{
	size_t kept = 0;
	for (size_t i = 0; i < k->n;) {
		size_t end = i + 1;
		bool same = true;
		for (; end < k->n && by_key(&k->list[i], &k->list[end]) == 0; end++)
			same = same && strcmp(k->list[i].name, k->list[end].name) == 0;
		if (same)
			k->list[kept++] = k->list[i];
		else
			tell(odd, k->list[i].name,
			     "this key stands in several files under several names; it is refused");
		i = end;
	}
	k->n = kept;
}

enum err access_read(const char *dir, struct access_keys *ret, void (*odd)(const char *line), struct why *why)
{
	*ret = (struct access_keys){0};
	DIR *d = opendir(dir);
	if (!d)
		return fail(why, err_from_errno(errno), "client-keys: %s: %s", dir, strerror(errno));
	size_t room = 0;
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] != '.' && !ends_with(e->d_name, "_secret") && !ends_with(e->d_name, "~"))
			add_file(dir, e->d_name, ret, &room, odd);
	closedir(d);
	if (ret->n)
		qsort(ret->list, ret->n, sizeof *ret->list, by_key);
	drop_ambiguous(ret, odd);
	return ERR_OK;
}

void access_keys_free(struct access_keys *k)
{
	free(k->list);
	*k = (struct access_keys){0};
}

const struct access_key *access_find(const struct access_keys *k, const char *key_text)
{
	struct access_key want = {0};
	if (strlen(key_text) >= sizeof want.key_text || !k->n)
		return NULL;
	memcpy(want.key_text, key_text, strlen(key_text) + 1);
	return bsearch(&want, k->list, k->n, sizeof *k->list, by_key);
}

/* "127.0.0.1", "::1" or "::ffff:127.…": this machine. */
static bool is_loopback(const char *address)
{
	struct in_addr v4;
	struct in6_addr v6;
	if (inet_pton(AF_INET, address, &v4) == 1)
		return (ntohl(v4.s_addr) >> 24) == 127;
	if (inet_pton(AF_INET6, address, &v6) != 1)
		return false;
	return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

/* ZeroMQ names a peer over ipc "localhost:UID:GID:PID"; only the uid says who it is. */
static bool plain_user(const char *address, char *ret, size_t room)
{
	if (is_loopback(address)) {
		snprintf(ret, room, "plain:%s", address);
		return true;
	}
	static const char local[] = "localhost:";
	if (strncmp(address, local, sizeof local - 1) != 0)
		return false;
	const char *uid = address + sizeof local - 1;
	size_t len = strspn(uid, "0123456789");
	if (len == 0 || len > 20)
		return false;
	snprintf(ret, room, "plain:ipc:%.*s", (int)len, uid);
	return true;
}

void access_decide(const struct access_keys *keys, const struct access_request *q, struct access_verdict *ret)
{
	*ret = (struct access_verdict){0};
	if (strcmp(q->domain, SOCK_DOMAIN_PLAIN) == 0 && strcmp(q->mechanism, "NULL") == 0) {
		ret->allowed = plain_user(q->address, ret->user, sizeof ret->user);
	} else if (strcmp(q->domain, SOCK_DOMAIN_CURVE) == 0 && strcmp(q->mechanism, "CURVE") == 0 && q->key) {
		char text[CERT_Z85_MAX];
		const struct access_key *k = zmq_z85_encode(text, q->key, 32) ? access_find(keys, text) : NULL;
		if (!k)
			return;
		ret->allowed = true;
		memcpy(ret->user, k->name, sizeof k->name);
		memcpy(ret->key_text, k->key_text, sizeof k->key_text);
	}
}
