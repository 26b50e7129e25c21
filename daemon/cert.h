/* SPDX-License-Identifier: Apache-2.0
 *
 * cert.h - CURVE certificates as CZMQ's zcert writes them, read without CZMQ (which would bring its own context and
 * signal handlers).
 *
 *     metadata
 *         name = "nordland"
 *     curve
 *         public-key = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
 *         secret-key = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

#define CERT_NAME_MAX 100 /* bytes of a submitter's name */
#define CERT_Z85_MAX  41  /* 40 characters and the NUL */

struct cert {
	char name[CERT_NAME_MAX + 1]; /* "" = none given */
	char key_text[CERT_Z85_MAX];  /* the public key, Z85 */
	uint8_t public_key[32];
	uint8_t secret_key[32];
	bool has_secret;
};

/* The text of a certificate. ERR_INVALID says what is wrong with it. */
enum err cert_text(const char *text, struct cert *ret, struct why *why) MUST_CHECK;
enum err cert_file(const char *path, struct cert *ret, struct why *why) MUST_CHECK; /* 16 KiB at most */
/* The server's own: has a secret key, and others may not read the file (ERR_NOT_ALLOWED). */
enum err cert_secret_file(const char *path, struct cert *ret, struct why *why) MUST_CHECK;
