/* SPDX-License-Identifier: Apache-2.0
 *
 * test_access.c - the decision about one connection, the directory of keys, and the daemon's knock at its own door,
 * with a handler that works and with one that lets everybody in.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sodium.h>
#include "daemon/access.h"
#include "daemon/sock.h"
#include "tests/test.h"

#define KEY_A "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define KEY_B "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

/* ---- certificates ---- */

static void a_certificate_as_czmq_writes_it_is_read(void **state)
{
	(void)state;
	struct cert c;
	assert_ok(cert_text("#   ****  Generated on 2026-11-21 by CZMQ  ****\n"
			    "#   ZeroMQ CURVE **Secret** Certificate\n\n"
			    "metadata\n    name = \"nordland\"\n    email = \"x@y\"\n"
			    "curve\n    public-key = \"" KEY_A "\"\n    secret-key = \"" KEY_B "\"\n",
			    &c, NULL));
	assert_string_equal(c.name, "nordland");
	assert_string_equal(c.key_text, KEY_A);
	assert_true(c.has_secret);
	uint8_t want[32];
	assert_non_null(zmq_z85_decode(want, KEY_A));
	assert_memory_equal(c.public_key, want, 32);
}

static void a_broken_certificate_says_what_is_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} bad[] = {
	    {"", "no curve public-key"},
	    {"curve\n    public-key = \"short\"\n", "public-key is not 40"},
	    {"curve\n    public-key = \"" KEY_A "\"\n    secret-key = \"1\"\n", "secret-key is not 40"},
	    {"metadata\n    name = \"two words\"\ncurve\n    public-key = \"" KEY_A "\"\n", "name is not an id"},
	    {"metadata\n    public-key = \"" KEY_A "\"\n", "no curve public-key"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct cert c;
		struct why why = {0};
		assert_err(ERR_INVALID, cert_text(bad[i].text, &c, &why));
		if (!strstr(why.text, bad[i].says))
			fail_msg("\"%s\" does not say \"%s\"", why.text, bad[i].says);
	}
}

/* ---- decisions ---- */

static struct access_verdict decide(const char *domain, const char *mechanism, const char *address, const char *key)
{
	struct access_key list[] = {{KEY_A, "nordland"}};
	struct access_keys keys = {1, list};
	uint8_t raw[32];
	struct access_request q = {.domain = domain, .address = address, .mechanism = mechanism};
	if (key)
		q.key = zmq_z85_decode(raw, key);
	struct access_verdict v;
	access_decide(&keys, &q, &v);
	return v;
}

static void a_listed_key_has_its_name_and_no_other_key_has_one(void **state)
{
	(void)state;
	struct access_verdict v = decide("curve", "CURVE", "192.0.2.1", KEY_A);
	assert_true(v.allowed);
	assert_string_equal(v.user, "nordland");
	assert_string_equal(v.key_text, KEY_A);
	assert_false(decide("curve", "CURVE", "127.0.0.1", KEY_B).allowed);
	assert_false(decide("curve", "CURVE", "127.0.0.1", NULL).allowed);
}

static void plain_peers_are_let_in_from_this_machine_only(void **state)
{
	(void)state;
	assert_string_equal(decide("plain", "NULL", "127.0.0.1", NULL).user, "plain:127.0.0.1");
	assert_string_equal(decide("plain", "NULL", "127.9.9.9", NULL).user, "plain:127.9.9.9");
	assert_string_equal(decide("plain", "NULL", "::1", NULL).user, "plain:::1");
	assert_string_equal(decide("plain", "NULL", "localhost:1000:100:4711", NULL).user, "plain:ipc:1000");
	static const char *const others[] = {"192.0.2.1", "128.0.0.1", "2001:db8::1",    "::ffff:192.0.2.1",
					     "",          "localhost", "localhost:x:1:2"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(decide("plain", "NULL", others[i], NULL).allowed);
}

static void what_does_not_fit_together_is_refused(void **state)
{
	(void)state;
	assert_false(decide("curve", "NULL", "127.0.0.1", NULL).allowed);
	assert_false(decide("plain", "CURVE", "127.0.0.1", KEY_A).allowed);
	assert_false(decide("", "NULL", "127.0.0.1", NULL).allowed);
	assert_false(decide("plain", "PLAIN", "127.0.0.1", NULL).allowed);
	assert_false(decide("other", "CURVE", "127.0.0.1", KEY_A).allowed);
}

/* ---- the directory ---- */

static char dir[] = "/tmp/varde.access.XXXXXX";
static unsigned odd_lines;

static void odd(const char *line)
{
	(void)line;
	odd_lines++;
}

static void put_file(const char *name, const char *owner, const char *key)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	if (owner)
		fprintf(f, "metadata\n    name = \"%s\"\n", owner);
	fprintf(f, "curve\n    public-key = \"%s\"\n", key);
	assert_int_equal(fclose(f), 0);
}

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/varde.access.XXXXXX");
	odd_lines = 0;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	static const char *const names[] = {"a.txt", "b.txt", "c.txt",  "x_secret", ".hidden",
					    "y~",    "fifo",  "device", "folder"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[256];
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		remove(path);
	}
	return rmdir(dir);
}

/* A FIFO without a writer held up the thread that lets connections in, for ever. */
static void what_is_no_regular_file_holds_nobody_up(void **state)
{
	(void)state;
	char path[256];
	struct access_keys keys;
	put_file("a.txt", "nordland", KEY_A);
	snprintf(path, sizeof path, "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(path, sizeof path, "%s/device", dir);
	assert_int_equal(symlink("/dev/zero", path), 0);
	snprintf(path, sizeof path, "%s/folder", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	alarm(20);
	assert_ok(access_read(dir, &keys, odd, NULL));
	alarm(0);
	assert_int_equal(keys.n, 1);
	assert_int_equal(odd_lines, 3);
	access_keys_free(&keys);
}

static void a_directory_gives_its_keys_and_odd_files_are_told(void **state)
{
	(void)state;
	struct access_keys keys;
	put_file("b.txt", "nordland", KEY_A);
	put_file("a.txt", "troms", KEY_B);
	put_file("c.txt", NULL, KEY_B);
	put_file("x_secret", "other", KEY_A);
	put_file(".hidden", "other", KEY_A);
	put_file("y~", "other", KEY_A);
	assert_ok(access_read(dir, &keys, odd, NULL));
	assert_int_equal(keys.n, 2);
	assert_int_equal(odd_lines, 1); /* the one without a name */
	assert_string_equal(access_find(&keys, KEY_A)->name, "nordland");
	assert_string_equal(access_find(&keys, KEY_B)->name, "troms");
	assert_null(access_find(&keys, "no such key"));
	access_keys_free(&keys);
}

static void a_key_under_two_names_is_nobodys(void **state)
{
	(void)state;
	struct access_keys keys;
	put_file("a.txt", "nordland", KEY_A);
	put_file("b.txt", "troms", KEY_A);
	put_file("c.txt", "plain:127.0.0.1", KEY_B);
	assert_ok(access_read(dir, &keys, odd, NULL));
	assert_int_equal(keys.n, 0);
	assert_int_equal(odd_lines, 2);
	access_keys_free(&keys);
	struct why why = {0};
	assert_err(ERR_NOT_FOUND, access_read("/nowhere/at/all", &keys, odd, &why));
	assert_non_null(strstr(why.text, "/nowhere/at/all"));
}

/* ---- the knock ---- */

static void let_everybody_in(const struct access_keys *keys, const struct access_request *q, struct access_verdict *ret)
{
	(void)keys;
	(void)q;
	*ret = (struct access_verdict){.allowed = true, .user = "anybody"};
}

/* A CURVE endpoint with this handler; what the self-test says of it. */
static enum err knock_at(access_decide_f *by, struct why *why)
{
	static struct config c;
	struct sock_bound bound;
	struct access *a;
	char public_text[41], secret_text[41];
	uint8_t public_key[32], secret[32];
	config_init(&c);
	assert_int_equal(zmq_curve_keypair(public_text, secret_text), 0);
	assert_non_null(zmq_z85_decode(public_key, public_text));
	assert_non_null(zmq_z85_decode(secret, secret_text));
	void *ctx = zmq_ctx_new();
	assert_ok(access_new(ctx, "", by, &a, NULL));
	void *sock = sock_new(ctx, ZMQ_ROUTER, 100, &c);
	assert_non_null(sock);
	assert_ok(sock_bind(sock, "query", "tcp://127.0.0.1:*", "tcp://127.0.0.1:*", secret, &bound, NULL));
	struct guard_options limits = {.connections_max = 1000, .unheard_max = UINT64_MAX};
	assert_ok(access_start(a, &limits, NULL));
	enum err e = access_self_test(ctx, bound.curve, ZMQ_DEALER, public_key, 5000, why);
	sock_close(&sock, 0);
	access_free(a);
	zmq_ctx_term(ctx);
	return e;
}

static void an_endpoint_that_refuses_strangers_passes_the_self_test(void **state)
{
	(void)state;
	struct why why = {0};
	assert_ok(knock_at(access_decide, &why));
}

static void an_endpoint_that_lets_a_stranger_in_fails_it(void **state)
{
	(void)state;
	struct why why = {0};
	assert_err(ERR_NOT_ALLOWED, knock_at(let_everybody_in, &why));
	assert_non_null(strstr(why.text, "lets an unknown key in"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_certificate_as_czmq_writes_it_is_read),
	    cmocka_unit_test(a_broken_certificate_says_what_is_wrong),
	    cmocka_unit_test(a_listed_key_has_its_name_and_no_other_key_has_one),
	    cmocka_unit_test(plain_peers_are_let_in_from_this_machine_only),
	    cmocka_unit_test(what_does_not_fit_together_is_refused),
	    cmocka_unit_test_setup_teardown(what_is_no_regular_file_holds_nobody_up, make_dir, remove_dir),
	    cmocka_unit_test_setup_teardown(a_directory_gives_its_keys_and_odd_files_are_told, make_dir, remove_dir),
	    cmocka_unit_test_setup_teardown(a_key_under_two_names_is_nobodys, make_dir, remove_dir),
	    cmocka_unit_test(an_endpoint_that_refuses_strangers_passes_the_self_test),
	    cmocka_unit_test(an_endpoint_that_lets_a_stranger_in_fails_it),
	};
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
