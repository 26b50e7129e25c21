/* SPDX-License-Identifier: Apache-2.0
 *
 * disk.h - a simulated disk: from a trace, what could be left of a directory after the power went at some moment.
 *
 * A write is certain once a sync of its file, begun after it, has ended; before that any of its 512-byte sectors may or
 * may not be there, and the file may have grown without them. An entry of a directory is certain once the directory was
 * synced; of the changes since then some first part has happened. Directories are independent of each other and
 * of their files: harsher than a journaling file system is.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct disk;
/* Read a trace of what happened under `root`. NULL when it is not one. */
struct disk *disk_load(const char *trace_file, const char *root);
struct disk *disk_free(struct disk *d);
size_t disk_ops(const struct disk *d);
uint64_t disk_promised(const struct disk *d, size_t op); /* the last note before this operation; 0 = none */
size_t disk_in_flight(const struct disk *d, size_t op);  /* writes that a sync was still to come for */
/* Write into `into` what is left when the power goes during operation `op`. `lies`: syncs did nothing. */
bool disk_crash(const struct disk *d, size_t op, uint64_t seed, bool lies, const char *into);
