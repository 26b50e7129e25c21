/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "clients/whole.h"

static enum err failed(const char *path, int errnum, struct why *why)
{
	return fail(why, ERR_IO, "cannot write %s: %s", path, strerror(errnum));
}

static bool written_as_it_is(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

enum err whole_open(struct arena *a, const char *path, struct whole_file *ret, struct why *why)
{
	*ret = (struct whole_file){.path = path};
	if (written_as_it_is(path)) {
		ret->file = fopen(path, "we");
		return ret->file ? ERR_OK : failed(path, errno, why);
	}
	ret->partial = arena_printf(a, "%s.partial", path);
	if (unlink(ret->partial) != 0 && errno != ENOENT)
		return failed(ret->partial, errno, why);
	int fd = open(ret->partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return failed(ret->partial, errno, why);
	ret->file = fdopen(fd, "w");
	ALWAYS(ret->file);
	return ERR_OK;
}

/* Does the name still stand for what was written? Another one may write the same answer at the same time. */
static bool still_ours(const struct whole_file *w)
{
	struct stat ours, there;
	return fstat(fileno(w->file), &ours) == 0 && lstat(w->partial, &there) == 0 && ours.st_dev == there.st_dev &&
	       ours.st_ino == there.st_ino;
}

enum err whole_close(struct whole_file *w, bool good, struct why *why)
{
	int errnum = fflush(w->file) == 0 && !ferror(w->file) ? 0 : errno ? errno : EIO;
	bool ours = w->partial && still_ours(w);
	if (fclose(w->file) != 0 && !errnum)
		errnum = errno;
	w->file = NULL;
	if (w->partial && !ours && good && !errnum)
		return fail(why, ERR_IO, "cannot write %s: something else has put %s away", w->path, w->partial);
	if (ours && good && !errnum && rename(w->partial, w->path) != 0)
		errnum = errno;
	if (ours && (!good || errnum))
		unlink(w->partial);
	return errnum ? failed(w->path, errnum, why) : ERR_OK;
}
