/* SPDX-License-Identifier: Apache-2.0
 *
 * cert.c - sections are words at the margin, properties are indented; nothing else of ZPL is needed.
 */
#include "daemon/cert.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sodium.h>
#include <zmq.h>
#include "base/text.h"

#define FILE_BYTES_MAX 16384
#define LINE_BYTES_MAX 512

/* The value of `name = value`, quotes taken off; false when the line is no such pair. Cuts `line`. */
static bool pair_of(char *line, char **ret_name, char **ret_value)
{
	char *equals = strchr(line, '=');
	if (!equals)
		return false;
	char *name = line + strspn(line, " \t");
	size_t len = strcspn(name, " \t=");
	char *value = equals + 1 + strspn(equals + 1, " \t");
	name[len] = '\0';
	if (*value == '"' || *value == '\'') {
		char *end = strchr(value + 1, *value);
		if (!end)
			return false;
		value++;
		*end = '\0';
	} else {
		value[strcspn(value, " \t\r")] = '\0';
	}
	*ret_name = name;
	*ret_value = value;
	return true;
}

static enum err take_key(const char *value, uint8_t ret[32], const char *what, struct why *why)
{
	if (strlen(value) != 40 || !zmq_z85_decode(ret, value))
		return fail(why, ERR_INVALID, "%s is not 40 characters of Z85", what);
	return ERR_OK;
}

static enum err take_pair(struct cert *c, const char *section, char *line, struct why *why)
{
	char *name, *value;
	if (!pair_of(line, &name, &value))
		return ERR_OK; /* a section of ours would not look so; others do not matter */
	if (strcmp(section, "metadata") == 0 && strcmp(name, "name") == 0) {
		if (!text_is_id(value, CERT_NAME_MAX))
			return fail(why, ERR_INVALID, "metadata name is not an id of at most %d bytes", CERT_NAME_MAX);
		snprintf(c->name, sizeof c->name, "%s", value);
	} else if (strcmp(section, "curve") == 0 && strcmp(name, "public-key") == 0) {
		snprintf(c->key_text, sizeof c->key_text, "%.40s", value);
		return take_key(value, c->public_key, "public-key", why);
	} else if (strcmp(section, "curve") == 0 && strcmp(name, "secret-key") == 0) {
		c->has_secret = true;
		return take_key(value, c->secret_key, "secret-key", why);
	}
	return ERR_OK;
}

enum err cert_text(const char *text, struct cert *ret, struct why *why)
{
	char section[64] = "", line[LINE_BYTES_MAX];
	enum err e = ERR_OK;
	*ret = (struct cert){0};
	while (*text && !e) {
		size_t len = strcspn(text, "\n");
		if (len >= sizeof line) {
			e = fail(why, ERR_INVALID, "a line is longer than %d bytes", LINE_BYTES_MAX - 1);
			break;
		}
		memcpy(line, text, len);
		line[len] = '\0';
		text += len + (text[len] == '\n');
		if (*line == ' ' || *line == '\t')
			e = take_pair(ret, section, line, why);
		else if (*line && *line != '#')
			snprintf(section, sizeof section, "%.*s", (int)strcspn(line, " \t\r"), line);
	}
	sodium_memzero(line, sizeof line);
	if (!e && !*ret->key_text)
		e = fail(why, ERR_INVALID, "there is no curve public-key in it");
	if (e)
		sodium_memzero(ret, sizeof *ret);
	return e;
}

/* A FIFO or a device in the directory would hold up who reads it: only a regular file is opened for reading. */
static FILE *open_regular(const char *path, struct stat *ret, enum err *e, struct why *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	FILE *f = NULL;
	if (fd < 0 || fstat(fd, ret) != 0)
		*e = fail(why, err_from_errno(errno), "%.120s: %s", path, strerror(errno));
	else if (!S_ISREG(ret->st_mode))
		*e = fail(why, ERR_INVALID, "%.120s: not a regular file", path);
	else if (!(f = fdopen(fd, "r")))
		*e = fail(why, err_from_errno(errno), "%.120s: %s", path, strerror(errno));
	if (!f && fd >= 0)
		close(fd);
	return f;
}

static enum err read_cert(const char *path, bool secret, struct cert *ret, struct why *why)
{
	*ret = (struct cert){0};
	struct stat st;
	enum err e = ERR_OK;
	FILE *f = open_regular(path, &st, &e, why);
	if (!f)
		return e;
	char text[FILE_BYTES_MAX];
	struct why inner = {0};
	setvbuf(f, NULL, _IONBF, 0); /* no second copy of a secret */
	size_t len = fread(text, 1, sizeof text - 1, f);
	if (ferror(f))
		e = fail(why, ERR_IO, "%.120s: cannot be read", path);
	else if (secret && (st.st_mode & 0007))
		e = fail(why, ERR_NOT_ALLOWED, "%.120s: others may use this secret key (mode %03o): chmod 600 it", path,
			 (unsigned)st.st_mode & 0777);
	else if (len == sizeof text - 1 || memchr(text, 0, len))
		e = fail(why, ERR_INVALID, "%.120s: not a certificate", path);
	fclose(f);
	if (!e) {
		text[len] = '\0';
		if ((e = cert_text(text, ret, &inner)))
			fail(why, e, "%.120s: %.120s", path, inner.text);
	}
	sodium_memzero(text, sizeof text);
	return e;
}

enum err cert_file(const char *path, struct cert *ret, struct why *why)
{
	return read_cert(path, false, ret, why);
}

enum err cert_secret_file(const char *path, struct cert *ret, struct why *why)
{
	enum err e = read_cert(path, true, ret, why);
	if (!e && !ret->has_secret)
		e = fail(why, ERR_INVALID, "%.120s: there is no secret key in it", path);
	return e;
}
