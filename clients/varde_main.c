/* SPDX-License-Identifier: Apache-2.0
 *
 * varde - the command-line client; see docs/varde.md.
 */
#include "clients/command.h"

int main(int argc, char **argv)
{
	out_locale();
	return varde_command(argc, (const char *const *)argv);
}
