/* SPDX-License-Identifier: Apache-2.0
 *
 * text.h - names as people print them, compared as people mean them.
 */
#pragma once
#include <stddef.h>
#include <stdbool.h>
#include "base/err.h"

#define TEXT_FOLD_MAX 64 /* bytes of a folded name; a longer one is cut on a character boundary */

/* How many bytes the control character at `text` (ends with NUL) has, 0 = it is none: what a terminal may obey, tab and
 * newline included, and what turns the direction of the text around it (U+202A to U+202E, U+2066 to U+2069), so that a
 * name reads as another. */
size_t text_control(const char *text);
bool text_valid(const char *text, size_t len); /* UTF-8, no NUL, no control character but tab and newline */

/* The longest length up to `max` at which `text` (UTF-8 of at least max bytes) ends with a whole character. */
size_t text_cut(const char *text, size_t max);

/* Fold for comparison: composed, case-folded, soft hyphens and zero-width marks dropped, dashes and
 * blanks of all kinds made one, outer blanks trimmed, runs of blanks made one. Æ, Ø, Å stay letters
 * of their own. ERR_INVALID where text_valid() is false or when nothing is left. *ret_len excludes the NUL. */
enum err text_fold(const char *text, char ret[TEXT_FOLD_MAX + 1], size_t *ret_len) MUST_CHECK;

/* An identifier in a message: 1..max bytes of a-z A-Z 0-9 . _ - : / and UTF-8 letters. Combining marks are no
 * letters, so that an identifier has one spelling in bytes. */
bool text_is_id(const char *text, size_t max);
