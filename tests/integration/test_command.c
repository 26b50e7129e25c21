/* SPDX-License-Identifier: Apache-2.0
 *
 * test_command.c - the varde command against servers that are away, foreign, silent or closed to it, and against
 * varded.
 */
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include <czmq.h>
#include <jansson.h>
#include "base/mem.h"
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

/* ---- the line ---- */

static void wrong_usage_is_said_before_anything_is_sent(void **state)
{
	(void)state;
	static const char *const lines[][4] = {
	    {"submti", "x"}, {"submit"},  {"status", "--fromat", "csv"},     {"status", "--format", "xml"},
	    {"trend"},       {"history"}, {"status", "--query", "nonsense"}, {"tag"}};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct cli c = cli_run((const char *const[]){lines[i][0], lines[i][1], lines[i][2], NULL}, NULL);
		cli_expect(&c, 2, "varde: ");
		assert_string_equal(c.out, "");
		cli_free(&c);
	}
	struct cli c = CLI("{\"submission\": {\"mode\": 1}}", "submit", "-", "--round", "r");
	cli_expect(&c, 2, "--round is for tables");
	cli_free(&c);
	c = CLI("{\"submission\": {\"mode\": 1.5, \"x\": 2}}", "submit", "-");
	cli_expect(&c, 1, "standard input: submission.mode: ");
	cli_expect(&c, 1, "nothing was sent: 2 faults");
	cli_free(&c);
	c = CLI(NULL, "submit", "/nowhere/at/all");
	cli_expect(&c, 4, "cannot read /nowhere/at/all");
	cli_free(&c);
}

static void every_command_has_help_with_an_example(void **state)
{
	(void)state;
	static const char *const commands[] = {"define",  "submit", "event",   "tag",     "snapshot",
					       "history", "trend",  "lineage", "overlap", "changes",
					       "watch",   "status", "key",     "json",    "csv"};
	struct cli all = CLI(NULL, "help");
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		struct cli c = CLI(NULL, "help", commands[i]);
		cli_expect(&c, 0, commands[i]);
		cli_expect(&all, 0, commands[i]);
		cli_free(&c);
	}
	cli_free(&all);
	struct cli c = CLI(NULL, "help", "nothing");
	cli_expect(&c, 2, NULL);
	cli_free(&c);
}

/* ---- the real daemon ---- */

static int setup(void **state)
{
	static struct site s;
	site_begin(&s);
	*state = &s;
	return 0;
}

static int teardown(void **state)
{
	site_end(*state);
	return 0;
}

static const char definitions[] =
    "{\"sources\": [{\"id\": \"s\", \"title\": \"A report\"}],"
    " \"code_lists\": [{\"id\": \"levels\", \"codes\": [{\"code\": \"local\"}, {\"code\": \"higher\"},"
    "   {\"code\": \"total\", \"total\": true}]}],"
    " \"indicators\": [{\"id\": \"count\", \"label\": \"Arrangements\", \"type\": \"count\", \"over_units\": "
    "\"distinct\","
    "   \"over_time\": \"none\", \"dimensions\": [{\"id\": \"level\", \"code_list\": \"levels\", \"aggregation\": "
    "\"additive\"}]}],"
    " \"surveys\": [{\"id\": \"v\", \"title\": \"Survey\"}],"
    " \"rounds\": [{\"id\": \"r-2010\", \"survey\": \"v\", \"reference\": \"2010\", \"frame\": 2},"
    "   {\"id\": \"r-2014\", \"survey\": \"v\", \"reference\": \"2014\", \"frame\": 2}]}";
static const char units[] = "id,kind,names,part_of,code:nr\nn,county,Nordland,,18\nb,municipality,Bodø,n,1804\n"
			    "h,municipality,Herøy,n,1818\n";
static const char counts[] =
    "year,municipality,local,higher,total\n2010,Bodø,10,5,15\n2010,Herøy,3,1,4\n2014,Bodø,20,9,29\n"
    "2014,Herøy,6,1,8\n";

#define WIDE                                                                                                           \
	"--input", "csv", "--source", "s", "--indicator", "count", "--round-from", "r-{year}", "--column",             \
	    "unit_name=municipality", "--value-column", "local=level:local", "--value-column", "higher=level:higher",  \
	    "--value-column", "total=level:total"

static void fill(struct site *s)
{
	struct cli c = CLI(definitions, "define", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	c = CLI(units, "submit", "-", "--input", "csv", "--table", "units", "--source", "s", AT);
	cli_expect(&c, 0, "3 units");
	cli_free(&c);
	c = CLI(counts, "submit", "-", WIDE, AT);
	cli_expect(&c, 0, "6 observations of r-2014");
	/* 6 + 1 is not 8: kept, and flagged with the cell. */
	cli_expect(&c, 0, "SUM_MISMATCH");
	cli_expect(&c, 0, "row 5, total");
	cli_free(&c);
}

static void a_wide_table_becomes_a_trend(void **state)
{
	struct site *s = *state;
	fill(s);
	struct cli c =
	    CLI(NULL, "trend", "count", "--unit", "name=Bodø", "--dim", "level:total", "--measure", "value", AT);
	cli_expect(&c, 0, "Arrangements");
	cli_expect(&c, 0, "29");
	cli_expect(&c, 0, "r-2010");
	assert_null(strchr(c.out, '\033')); /* no colour in a pipe */
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--dim", "level:total", "--measure", "sum,mean", "--group-by", "county", AT);
	cli_expect(&c, 0, "sum refused: ");
	cli_expect(&c, 0, "18.5");
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--dim", "level:total", "--measure", "mean", "--format", "json", AT);
	json_t *j = json_loads(c.out, 0, NULL);
	assert_non_null(j);
	json_t *rows = json_object_get(json_object_get(j, "trend"), "rows");
	assert_int_equal(json_array_size(rows), 2);
	json_decref(j);
	cli_free(&c);
}

static void a_snapshot_and_a_history_are_shown(void **state)
{
	struct site *s = *state;
	fill(s);
	struct cli c = CLI(NULL, "snapshot", "name=Bodø", AT);
	cli_expect(&c, 0, "nr=1804");
	cli_expect(&c, 0, "1 units");
	cli_free(&c);
	c = CLI(NULL, "snapshot", "--in", "n", "--units", "--format", "csv", AT);
	cli_expect(&c, 0, "id,kind,names");
	cli_expect(&c, 0, "h,municipality,Herøy,nr=1818");
	cli_free(&c);
	c = CLI(NULL, "snapshot", "--format", "csv", AT);
	cli_expect(&c, 2, "one kind of row");
	cli_free(&c);
	c = CLI(NULL, "history", "code=1804,scheme=nr", AT);
	cli_expect(&c, 0, "level=total");
	cli_free(&c);
	c = CLI(NULL, "history", "name=Bodo", AT);
	cli_expect(&c, 1, "varde: ");
	cli_free(&c);
}

static void a_question_that_cannot_be_answered_says_what_to_write_instead(void **state)
{
	struct site *s = *state;
	fill(s);
	struct cli c = CLI("id,kind,names\nh-15,municipality,Herøy\n", "submit", "-", "--input", "csv", "--table",
			   "units", "--source", "s", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	c = CLI(NULL, "snapshot", "name=Herøy", AT);
	cli_expect(&c, 1, "more than one unit: say which: ");
	cli_expect(&c, 1, "h-15");
	cli_free(&c);
	c = CLI(NULL, "snapshot", "code=1804", AT);
	cli_expect(&c, 2, "add ,scheme=SCHEME");
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--dim", "levle:total", AT);
	cli_expect(&c, 1, "has no dimension \"levle\"");
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--dim", "level:totl", AT);
	cli_expect(&c, 1, "has no code \"totl\"");
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--unit", "n", AT);
	cli_expect(&c, 1, "nothing is on record of Nordland itself: ask for what is inside");
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--as-of", "2001-01-01", AT);
	cli_expect(&c, 1, "nothing was known yet at 2001-01-01"); /* not: as_of is given twice */
	cli_free(&c);
	c = CLI(NULL, "history", "b", AT);
	cli_expect(&c, 0, "b; n"); /* whom a link joins */
	cli_free(&c);
	c = CLI(NULL, "submit", s->d.dir, AT);
	cli_expect(&c, 4, s->d.dir);
	cli_free(&c);
}

static void what_is_refused_is_told_with_row_and_column(void **state)
{
	struct site *s = *state;
	fill(s);
	struct cli c = CLI("year,municipality,local,higher,total\n2014,Bodoe,1,1,2\n", "submit", "-", WIDE, AT);
	cli_expect(&c, 1, "refused");
	cli_expect(&c, 1, "row 2, local");
	cli_expect(&c, 1, "Bodoe");
	cli_free(&c);
	c = CLI("year,municipality,local,higher,total\n2014,Bodø,1,,2\n", "submit", "-", WIDE, AT);
	cli_expect(&c, 1, "standard input: row 2, column higher: ");
	cli_expect(&c, 1, "--blank");
	cli_free(&c);
}

static char *revision_of(struct site *s)
{
	static char text[40];
	struct cli c = CLI(NULL, "status", "--format", "json", AT);
	json_t *j = json_loads(c.out, 0, NULL);
	assert_non_null(j);
	json_int_t n = json_integer_value(json_object_get(json_object_get(j, "status"), "durable_revision"));
	snprintf(text, sizeof text, "%lld", (long long)n);
	json_decref(j);
	cli_free(&c);
	return text;
}

static void a_dry_run_and_a_rerun_store_nothing_more(void **state)
{
	struct site *s = *state;
	char before[40];
	fill(s);
	snprintf(before, sizeof before, "%s", revision_of(s));
	struct cli c = CLI(NULL, "tag", "report", "--dry-run", AT);
	cli_expect(&c, 0, "would accept");
	cli_free(&c);
	assert_string_equal(revision_of(s), before);
	c = CLI(NULL, "tag", "report", "--id-from-content", AT);
	cli_expect(&c, 0, "accepted");
	char *first = strdup(c.out);
	cli_free(&c);
	snprintf(before, sizeof before, "%s", revision_of(s));
	c = CLI(NULL, "tag", "report", "--id-from-content", AT);
	cli_expect(&c, 0, "accepted");
	assert_string_equal(c.out, first);
	assert_string_equal(revision_of(s), before);
	free(first);
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--dim", "level:total", "--measure", "mean", "--as-of", "tag:report", AT);
	cli_expect(&c, 0, "18.5");
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--dim", "level:total", "--measure", "mean", "--as-of", "tag:nothing", AT);
	cli_expect(&c, 1, "nothing");
	cli_free(&c);
}

static void changes_and_watch_tell_the_same_lines(void **state)
{
	struct site *s = *state;
	fill(s);
	struct cli changes = CLI(NULL, "changes", "--from", "1", "--format", "json", AT);
	struct cli watch = CLI(NULL, "watch", "--from", "1", "--idle", "300ms", "--format", "json", AT);
	cli_expect(&changes, 0, "\"revision\":2");
	cli_expect(&watch, 0, NULL);
	assert_string_equal(changes.out, watch.out);
	cli_free(&changes);
	cli_free(&watch);
	watch = CLI(NULL, "watch", "--idle", "200ms", AT);
	cli_expect(&watch, 0, NULL);
	assert_string_equal(watch.out, "");
	cli_free(&watch);
	changes = CLI(NULL, "changes", "--unit", "b", AT);
	cli_expect(&changes, 0, "asserted observation b: count level=total 2014: 29");
	cli_free(&changes);
	changes = CLI(NULL, "changes", "--kind", "nonsense", AT);
	cli_expect(&changes, 2, "asserted");
	cli_free(&changes);
}

static const char structure[] =
    "{\"submission\": {\"mode\": \"patch\", \"source\": \"s\", \"units\": ["
    "  {\"id\": \"a\", \"kind\": \"county\", \"names\": [\"A \\\"old\\\"\"]}, {\"id\": \"m\", \"kind\": "
    "\"municipality\", "
    "\"names\": [\"M\"], \"part_of\": \"a\"},"
    "  {\"id\": \"z\", \"kind\": \"county\", \"names\": [\"Z\"]}, {\"id\": \"ag\", \"kind\": \"agency\", \"names\": "
    "[\"Ag\"]},"
    "  {\"id\": \"r\", \"kind\": \"agency-region\", \"names\": [\"R\"], \"part_of\": \"ag\"}],"
    " \"links\": [{\"type\": \"covers\", \"from\": \"r\", \"to\": \"a\", \"role\": \"fixed\", \"valid_from\": "
    "\"2017\"}]}}";
static const char merger[] =
    "{\"event\": {\"id\": \"e\", \"type\": \"merging\", \"effective\": \"2020-01-01\", \"status\": "
    "\"effective\", \"source\": \"s\", \"sources\": [\"a\", \"z\"], \"targets\": [{\"id\": \"az\", "
    "\"names\": [\"AZ\"]}]}}";

static void change_shape(struct site *s)
{
	fill(s);
	struct cli c = CLI(structure, "submit", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	c = CLI(merger, "event", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
}

static void lineage_is_shown_as_rows_tree_and_graph(void **state)
{
	struct site *s = *state;
	change_shape(s);
	struct cli c = CLI(NULL, "lineage", "az", AT);
	cli_expect(&c, 0, "3 units");
	cli_expect(&c, 0, "2 flows");
	cli_expect(&c, 0, "merging");
	cli_free(&c);
	c = CLI(NULL, "lineage", "az", "--format", "tree", AT);
	cli_expect(&c, 0,
		   "AZ (az), since 2020-01-01\ncame from\n├─ 2020-01-01 merging e: A \"old\" (a), until 2020-01-01\n");
	cli_expect(&c, 0, "└─ 2020-01-01 merging e: Z (z), until 2020-01-01\n");
	assert_null(strstr(c.out, "went to"));
	cli_free(&c);
	c = CLI(NULL, "lineage", "a", "--forward", "--format", "tree", AT);
	cli_expect(&c, 0, "went to\n└─ 2020-01-01 merging e: AZ (az)");
	cli_free(&c);
	c = CLI(NULL, "lineage", "az", "--format", "dot", AT);
	cli_expect(&c, 0, "digraph lineage {\n");
	cli_expect(&c, 0, "\"a\" -> \"az\" [label=\"merging\\n2020-01-01\"];\n");
	cli_expect(&c, 0, "A \\\"old\\\"");
	cli_free(&c);
	c = CLI(NULL, "lineage", "az", "--format", "csv", AT);
	cli_expect(&c, 0, "from,to,event,type,date");
	cli_expect(&c, 0, "a,az,e,merging,2020-01-01");
	cli_free(&c);
	c = CLI(NULL, "lineage", "az", "--format", "json", AT);
	json_t *j = json_loads(c.out, 0, NULL);
	assert_non_null(j);
	assert_int_equal(json_array_size(json_object_get(json_object_get(j, "lineage"), "edges")), 2);
	json_decref(j);
	cli_free(&c);
	c = CLI(NULL, "lineage", "nobody", AT);
	cli_expect(&c, 1, "varde: ");
	cli_free(&c);
	c = CLI(NULL, "status", "--format", "dot", AT);
	cli_expect(&c, 2, "one of table, csv, json");
	cli_free(&c);
}

static void overlap_is_shown_with_its_spans(void **state)
{
	struct site *s = *state;
	change_shape(s);
	struct cli c = CLI(NULL, "overlap", "agency-region", "county", "--valid-at", "2020-06-01", "--in-a", "ag", AT);
	cli_expect(&c, 0, "1 pairs");
	cli_expect(&c, 0, "a in b");
	cli_expect(&c, 0, "How many of the other kind");
	cli_free(&c);
	c = CLI(NULL, "overlap", "agency-region", "county", "--valid-at", "2020-06-01", "--format", "csv", AT);
	cli_expect(&c, 0, "a,a_name,b,b_name,extent,contains,common,apart,parts\n");
	cli_expect(&c, 0, "r,R,az,AZ,part,a in b,1,Z,\n");
	cli_free(&c);
	c = CLI(NULL, "overlap", "agency-region", "county", "--valid-at", "2020-06-01", "--crossing", "--format", "csv",
		AT);
	cli_expect(&c, 0, NULL);
	assert_null(strstr(c.out, "r,R"));
	cli_free(&c);
	c = CLI(NULL, "overlap", "county", AT);
	cli_expect(&c, 2, "two kinds");
	cli_free(&c);
	c = CLI(NULL, "overlap", "county", "parish", AT);
	cli_expect(&c, 1, "parish");
	cli_free(&c);
}

static void an_output_file_appears_when_it_is_whole(void **state)
{
	struct site *s = *state;
	char path[220], text[64] = "";
	snprintf(path, sizeof path, "%s/answer.csv", s->d.dir);
	struct cli c = CLI(NULL, "history", "name=nobody", "--output", path, "--format", "csv", AT);
	cli_expect(&c, 1, NULL);
	cli_free(&c);
	fill(s);
	c = CLI(NULL, "snapshot", "--units", "--output", path, "--format", "csv", AT);
	cli_expect(&c, 0, NULL);
	assert_string_equal(c.out, "");
	cli_free(&c);
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof text, f));
	assert_memory_equal(text, "id,kind,", 8);
	fclose(f);
	c = CLI(NULL, "snapshot", "--output", "/nowhere/at/all", AT);
	cli_expect(&c, 2, "cannot write");
	cli_free(&c);
}

static void a_server_that_stops_is_missed(void **state)
{
	struct site *s = *state;
	daemon_signal(&s->d, SIGSTOP);
	struct cli c = CLI(NULL, "status", "--deadline", "700ms", AT);
	cli_expect(&c, 3, NULL);
	assert_true(c.took_ms < 5000);
	cli_free(&c);
	daemon_signal(&s->d, SIGCONT);
	c = CLI(NULL, "status", AT);
	cli_expect(&c, 0, "durable revision");
	cli_free(&c);
}

int main(void)
{
#define D(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
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
	    cmocka_unit_test(wrong_usage_is_said_before_anything_is_sent),
	    cmocka_unit_test(every_command_has_help_with_an_example),
	    D(a_wide_table_becomes_a_trend),
	    D(a_snapshot_and_a_history_are_shown),
	    D(a_question_that_cannot_be_answered_says_what_to_write_instead),
	    D(what_is_refused_is_told_with_row_and_column),
	    D(a_dry_run_and_a_rerun_store_nothing_more),
	    D(changes_and_watch_tell_the_same_lines),
	    D(lineage_is_shown_as_rows_tree_and_graph),
	    D(overlap_is_shown_with_its_spans),
	    D(an_output_file_appears_when_it_is_whole),
	    D(a_server_that_stops_is_missed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
