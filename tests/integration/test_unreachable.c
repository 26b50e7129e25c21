/* SPDX-License-Identifier: Apache-2.0
 *
 * test_unreachable.c - the varde command against servers that are away, foreign, silent, busy or closed to it.
 */
#include <sys/stat.h>
#include <unistd.h>
#include <czmq.h>
#include "proto/codec.h"
#include "tests/integration/fake.h"
#include "tests/integration/site.h"
#include "tests/test.h"

#undef fail

#define TAG "{\"tag\": {\"name\": \"a\"}}"

/* ---- servers that cannot help ---- */

static void no_server_is_said_with_its_endpoint(void **state)
{
	(void)state;
	char endpoint[96];
	int fd;
	nobody(endpoint, &fd);
	struct cli c = CLI(NULL, "status", "--query", endpoint);
	cli_expect(&c, 3, "no server at tcp://127.0.0.1:");
	cli_expect(&c, 3, "start varded");
	assert_true(c.took_ms < 8000); /* well before the deadline of 10 s: nothing ever answered */
	cli_free(&c);
	c = CLI(TAG, "tag", "a", "--ingest", endpoint, "--deadline", "400ms");
	cli_expect(&c, 3, "--ingest");
	cli_free(&c);
	c = CLI(NULL, "watch", "--feed", endpoint, "--deadline", "400ms");
	cli_expect(&c, 3, "--feed");
	cli_free(&c);
	c = CLI(NULL, "status", "--query", "ipc:///nowhere/at/all", "--deadline", "400ms");
	cli_expect(&c, 3, "no server at ipc:///nowhere/at/all");
	cli_free(&c);
	close(fd);
}

static bool answer_99(void *arg, struct slice request, struct buf *reply)
{
	struct msg_query_reply r = {.version = 99};
	(void)arg;
	(void)request;
	codec_encode(&msg_type_query_reply, &r, reply);
	return true;
}

static bool answer_wrong_version(void *arg, struct slice request, struct buf *reply)
{
	struct msg_error e = {.code = ERROR_CODE_WRONG_VERSION, .text = "this is version 1"};
	struct msg_ingest_reply r = {.version = 1, .error = &e};
	(void)arg;
	(void)request;
	codec_encode(&msg_type_ingest_reply, &r, reply);
	return true;
}

static bool answer_nonsense(void *arg, struct slice request, struct buf *reply)
{
	(void)arg;
	(void)request;
	buf_put(reply, "\xff\xff\xff", 3);
	return true;
}

static void another_version_is_told_apart(void **state)
{
	(void)state;
	struct fake f = {.answer = answer_99};
	fake_start(&f);
	struct cli c = CLI(NULL, "status", "--query", f.endpoint);
	cli_expect(&c, 4, "speaks version 99, this varde version 1");
	cli_expect(&c, 4, f.endpoint);
	cli_free(&c);
	c = CLI(NULL, "tag", "a", "--ingest", f.endpoint);
	cli_expect(&c, 4, "speaks version 99");
	cli_free(&c);
	fake_stop(&f);
	f = (struct fake){.answer = answer_wrong_version};
	fake_start(&f);
	c = CLI(NULL, "tag", "a", "--ingest", f.endpoint);
	cli_expect(&c, 4, "speaks another version");
	cli_free(&c);
	fake_stop(&f);
	f = (struct fake){.answer = answer_nonsense};
	fake_start(&f);
	c = CLI(NULL, "status", "--query", f.endpoint);
	cli_expect(&c, 4, "not varde's protocol");
	cli_free(&c);
	fake_stop(&f);
}

static void a_silent_server_is_told_apart(void **state)
{
	(void)state;
	struct fake f = {0};
	fake_start(&f);
	struct cli c = CLI(NULL, "status", "--query", f.endpoint, "--deadline", "700ms");
	cli_expect(&c, 3, "took the connection and has not answered for 0.7 s");
	cli_expect(&c, 3, f.endpoint);
	assert_true(c.took_ms < 5000);
	cli_free(&c);
	c = CLI(NULL, "tag", "a", "--ingest", f.endpoint, "--deadline", "700ms");
	cli_expect(&c, 3, "whether it was stored is not known");
	cli_free(&c);
	fake_stop(&f);
}

static void a_listener_that_is_no_varded_is_told_apart(void **state)
{
	(void)state;
	struct mute m = {0};
	mute_start(&m);
	struct cli c = CLI(NULL, "status", "--query", m.endpoint, "--deadline", "500ms");
	cli_expect(&c, 3, "does not introduce itself");
	cli_free(&c);
	mute_stop(&m);
	m = (struct mute){
	    .greeting = "SSH-2.0-OpenSSH_9.2p1 Debian\r\nand so on, longer than a greeting of ZeroMQ would be\r\n"};
	mute_start(&m);
	c = CLI(NULL, "status", "--query", m.endpoint, "--deadline", "2s");
	cli_expect(&c, 3, "does not introduce itself");
	cli_free(&c);
	mute_stop(&m);
}

/* ---- keys ---- */

struct keys {
	char dir[64], secret[128];
};

static void keys_make(struct keys *k)
{
	snprintf(k->dir, sizeof k->dir, "/tmp/varde-keys-XXXXXX");
	assert_non_null(mkdtemp(k->dir));
	struct cli c = CLI(NULL, "key", "make", "office", k->dir);
	cli_expect(&c, 0, "office");
	cli_free(&c);
	snprintf(k->secret, sizeof k->secret, "%s/office_secret", k->dir);
}

static void keys_remove(struct keys *k)
{
	char public[128];
	snprintf(public, sizeof public, "%s/office", k->dir);
	unlink(public);
	unlink(k->secret);
	rmdir(k->dir);
}

static void a_key_is_made_once_and_its_secret_is_ours(void **state)
{
	(void)state;
	struct keys k;
	struct stat st;
	keys_make(&k);
	assert_int_equal(stat(k.secret, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	struct cli c = CLI(NULL, "key", "make", "office", k.dir);
	cli_expect(&c, 1, "is there already");
	cli_free(&c);
	zcert_t *cert = zcert_load(k.secret);
	assert_non_null(cert);
	c = CLI(NULL, "key", "list", k.dir, "--format", "csv");
	cli_expect(&c, 0, "office");
	cli_expect(&c, 0, zcert_public_txt(cert));
	assert_null(strstr(c.out, zcert_secret_txt(cert)));
	cli_free(&c);
	c = CLI(NULL, "key", "show", k.secret);
	cli_expect(&c, 0, zcert_public_txt(cert));
	assert_null(strstr(c.out, zcert_secret_txt(cert)));
	cli_free(&c);
	c = CLI(NULL, "key", "make", "../office", k.dir);
	cli_expect(&c, 2, NULL);
	cli_free(&c);
	zcert_destroy(&cert);
	keys_remove(&k);
}

static void a_refused_key_is_told_apart(void **state)
{
	(void)state;
	struct keys k;
	struct fake f = {.curve = true, .refuse = true, .answer = answer_99};
	keys_make(&k);
	fake_start(&f);
	struct cli c = CLI(NULL, "status", "--query", f.endpoint, "--server-key", f.server_public, "--key", k.secret);
	cli_expect(&c, 4, "does not know our key");
	cli_expect(&c, 4, f.endpoint);
	assert_true(c.took_ms < 8000);
	cli_free(&c);
	fake_stop(&f);
	keys_remove(&k);
}

static void keys_that_do_not_fit_are_told_apart(void **state)
{
	(void)state;
	struct keys k;
	struct fake curve = {.curve = true, .answer = answer_99}, plain = {.answer = answer_99};
	keys_make(&k);
	fake_start(&curve);
	fake_start(&plain);
	struct cli c = CLI(NULL, "status", "--query", curve.endpoint, "--server-key",
			   "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", "--key", k.secret);
	cli_expect(&c, 4, "it has another key than --server-key says");
	cli_free(&c);
	c = CLI(NULL, "status", "--query", curve.endpoint);
	cli_expect(&c, 4, "wants keys");
	cli_free(&c);
	c = CLI(NULL, "status", "--query", plain.endpoint, "--server-key", curve.server_public, "--key", k.secret);
	cli_expect(&c, 4, "speaks without keys");
	cli_free(&c);
	c = CLI(NULL, "status", "--query", curve.endpoint, "--server-key", curve.server_public);
	cli_expect(&c, 2, "--key");
	cli_free(&c);
	/* And with all keys right the server is heard. */
	c = CLI(NULL, "status", "--query", curve.endpoint, "--server-key", curve.server_public, "--key", k.secret);
	cli_expect(&c, 4, "speaks version 99");
	cli_free(&c);
	fake_stop(&plain);
	fake_stop(&curve);
	keys_remove(&k);
}

/* ---- losses on the way ---- */

struct forgetful {
	unsigned calls, lose, busy; /* so many first requests are lost, then so many are answered with BUSY */
	uint8_t id[16];
	bool same_id;
};

/* Accept, remembering whether every request had the message id of the first. */
static bool answer_forgetful(void *arg, struct slice request, struct buf *reply)
{
	struct forgetful *f = arg;
	AUTO_ARENA struct arena *a = arena_new(0);
	void *msg;
	if (codec_decode(&msg_type_ingest_request, request, CODEC_STRICT, a, &msg, NULL) != ERR_OK)
		return false;
	const struct msg_ingest_request *q = msg;
	struct msg_error busy = {.code = ERROR_CODE_BUSY, .text = "too much", .retryable = true};
	struct msg_receipt receipt = {
	    .message_id = q->items[0].message_id, .verdict = VERDICT_ACCEPTED, .revision = 7, .position = 8};
	struct msg_ingest_reply r = {.version = 1, .request_id = q->request_id, .n_receipts = 1, .receipts = &receipt};
	unsigned call = f->calls++;
	if (call == 0)
		memcpy(f->id, q->items[0].message_id.data, 16);
	f->same_id = (call == 0 || f->same_id) && memcmp(f->id, q->items[0].message_id.data, 16) == 0;
	if (call < f->lose)
		return false;
	if (call < f->lose + f->busy) {
		receipt.verdict = VERDICT_NOT_PROCESSED;
		receipt.revision = receipt.position = 0;
		receipt.error = &busy;
	}
	codec_encode(&msg_type_ingest_reply, &r, reply);
	return true;
}

static void a_lost_answer_is_asked_for_with_the_same_message_id(void **state)
{
	(void)state;
	struct forgetful how = {.lose = 1};
	struct fake f = {.answer = answer_forgetful, .arg = &how};
	fake_start(&f);
	struct cli c = CLI(NULL, "tag", "a", "--ingest", f.endpoint, "--deadline", "6s");
	fake_stop(&f);
	cli_expect(&c, 0, "accepted");
	assert_int_equal(how.calls, 2);
	assert_true(how.same_id);
	cli_free(&c);
}

static void a_busy_server_is_asked_again(void **state)
{
	(void)state;
	struct forgetful how = {.busy = 3};
	struct fake f = {.answer = answer_forgetful, .arg = &how};
	fake_start(&f);
	struct cli c = CLI(NULL, "tag", "a", "--ingest", f.endpoint);
	fake_stop(&f); /* its thread is done with `how` */
	cli_expect(&c, 0, "accepted");
	assert_int_equal(how.calls, 4);
	assert_true(how.same_id);
	cli_free(&c);
	how = (struct forgetful){.busy = 1000000};
	fake_start(&f);
	c = CLI(NULL, "tag", "a", "--ingest", f.endpoint, "--deadline", "500ms");
	cli_expect(&c, 4, "not processed");
	cli_expect(&c, 4, "send it again later");
	cli_free(&c);
	fake_stop(&f);
}

static void a_request_over_the_servers_limit_is_told_apart(void **state)
{
	(void)state;
	struct forgetful how = {0};
	struct fake f = {.answer = answer_forgetful, .arg = &how, .max_bytes = 70000};
	char path[] = "/tmp/varde-test-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	assert_non_null(file);
	fputs("{\"submission\": {\"mode\": \"patch\", \"source\": \"s\", \"reason\": \"", file);
	for (int i = 0; i < 100000; i++)
		fputc('x', file);
	fputs("\"}}", file);
	assert_int_equal(fclose(file), 0);
	fake_start(&f);
	char endpoint[96];
	int none;
	nobody(endpoint, &none);
	struct cli c = CLI(NULL, "submit", path, "--input", "json", "--ingest", f.endpoint, "--query", endpoint);
	cli_expect(&c, 1, "over its frame limit");
	assert_int_equal(how.calls, 0);
	cli_free(&c);
	fake_stop(&f);
	close(none);
	unlink(path);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_server_is_said_with_its_endpoint),
	    cmocka_unit_test(another_version_is_told_apart),
	    cmocka_unit_test(a_silent_server_is_told_apart),
	    cmocka_unit_test(a_listener_that_is_no_varded_is_told_apart),
	    cmocka_unit_test(a_key_is_made_once_and_its_secret_is_ours),
	    cmocka_unit_test(a_refused_key_is_told_apart),
	    cmocka_unit_test(keys_that_do_not_fit_are_told_apart),
	    cmocka_unit_test(a_lost_answer_is_asked_for_with_the_same_message_id),
	    cmocka_unit_test(a_busy_server_is_asked_again),
	    cmocka_unit_test(a_request_over_the_servers_limit_is_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
