#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A client that knows varde.proto and nothing else.

    foreign_client.py INGEST QUERY FEED [PROTO]

Written from the .proto file alone, with no line of varde's own code: protoc makes the classes, ZeroMQ carries them. It
defines, submits, repeats, asks and follows the feed against a running daemon, prints one line for each thing that it
checks, and exits non-zero at the first one that does not hold. Every id has a random part, so it can run again and
again against the same store.
"""
import hashlib
import importlib
import os
import secrets
import subprocess
import sys
import tempfile

import zmq

WAIT_MS = 20000
CHANGES, HEARTBEAT = b"varde.v1.changes", b"varde.v1.heartbeat"
RUN = secrets.token_hex(4)
HERE = os.path.dirname(os.path.abspath(__file__))


def load_proto(path):
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(["protoc", "--python_out=" + out, "-I" + os.path.dirname(path), path], check=True)
        sys.path.insert(0, out)
        try:
            return importlib.import_module("varde_pb2")
        finally:
            sys.path.remove(out)


def need(holds, what, got=None):
    """What must hold all along: said only when it does not."""
    if holds:
        return
    print("FAIL " + what)
    if got is not None:
        print("     got: " + str(got).replace("\n", "\n          "))
    sys.exit(1)


def check(holds, what, got=None):
    need(holds, what, got)
    print("ok   " + what)


class Server:
    """Requests and replies, once over REQ and once over DEALER; which one must not matter."""

    def __init__(self, ingest, query):
        self.ctx = zmq.Context.instance()
        self.ingest_req = self.open(zmq.REQ, ingest)
        self.ingest_dealer = self.open(zmq.DEALER, ingest)
        self.query_req = self.open(zmq.REQ, query)
        self.query_dealer = self.open(zmq.DEALER, query)

    def open(self, kind, endpoint):
        s = self.ctx.socket(kind)
        s.setsockopt(zmq.LINGER, 0)
        s.setsockopt(zmq.RCVTIMEO, WAIT_MS)
        s.setsockopt(zmq.SNDTIMEO, WAIT_MS)
        s.connect(endpoint)
        return s

    @staticmethod
    def send(sock, body):
        # A DEALER leaves out the empty frame that REQ sends by itself: then an answer may have several parts.
        sock.send(body)

    @staticmethod
    def receive(sock):
        frames = sock.recv_multipart()
        need(len(frames) == 1, "a reply has the shape of its request", frames)
        return frames[0]

    def submit(self, items, dealer=False):
        """items: (message id, encoded Message). Returns the receipts as bytes and as messages."""
        sock = self.ingest_dealer if dealer else self.ingest_req
        q = v.IngestRequest(version=1, request_id=secrets.token_bytes(8))
        for message_id, content in items:
            q.items.add(message_id=message_id, content=content)
        self.send(sock, q.SerializeToString())
        r = v.IngestReply.FromString(self.receive(sock))
        need(r.request_id == q.request_id, "the reply echoes the request id", r)
        need(not r.HasField("error"), "the request was read", r)
        need(len(r.receipts) == len(items), "one receipt an item", r)
        return r.receipts

    def ask(self, dealer=False, **question):
        """All parts of the answer, in order."""
        sock = self.query_dealer if dealer else self.query_req
        q = v.QueryRequest(version=1, request_id=secrets.token_bytes(8), deadline_ms=WAIT_MS, **question)
        self.send(sock, q.SerializeToString())
        parts = []
        while True:
            r = v.QueryReply.FromString(self.receive(sock))
            need(r.request_id == q.request_id and r.part == len(parts), "part %d of the answer" % len(parts), r)
            parts.append(r)
            # A REQ socket takes one reply only, and the server knows it: more would be refused.
            if r.end:
                return parts

    def ask_one(self, **question):
        parts = self.ask(**question)
        need(len(parts) == 1, "an answer in one part", parts)
        return parts[0]


def message(**what):
    return v.Message(**what).SerializeToString(deterministic=True)


def new_id():
    return secrets.token_bytes(16)


def by_id(i):
    return v.UnitRef(id=v.UnitById(id=i))


def by_name(name, kind=""):
    return v.UnitRef(name=v.UnitByName(name=name, kind=kind))


def exact(digits, scale=0):
    return v.Value(exact=v.Decimal(digits=digits, scale=scale))


def x(name):
    """An id of this run."""
    return name + "-" + RUN


def level(code):
    return v.Category(dimension="level", code=code)


def define_everything(server):
    definitions = v.Define(
        sources=[v.Source(id=x("source"), title="A foreign source", published="2020")],
        code_lists=[v.CodeList(id=x("levels"), codes=[
            v.Code(code="low", label="Low"), v.Code(code="high", label="High"),
            v.Code(code="total", label="Sum", total=True)])],
        indicators=[v.Indicator(
            id=x("things"), label="Things", type=v.VALUE_TYPE_COUNT, unit_of_measure="things",
            dimensions=[v.Dimension(id="level", code_list=x("levels"), aggregation=v.AGGREGATION_ADDITIVE)],
            over_units=v.AGGREGATION_DISTINCT, over_time=v.AGGREGATION_NONE, unit_kind="parish")],
        surveys=[v.Survey(id=x("survey"), title="A foreign survey")])
    units = v.Submission(
        mode=v.SUBMISSION_MODE_PATCH, source=x("source"), reason="the units",
        units=[v.UnitStatement(id=x("diocese"), kind="diocese", names=[v.Name(text="Diocese " + RUN)]),
               v.UnitStatement(id=x("parish-a"), kind="parish", names=[v.Name(text="Øvre " + RUN)], part_of=by_id(x("diocese"))),
               v.UnitStatement(id=x("parish-b"), kind="parish", names=[v.Name(text="Nedre " + RUN)], part_of=by_id(x("diocese")))])
    rounds = v.Define(rounds=[
        v.Round(id=x("round-1"), survey=x("survey"), reference="2010", area=by_id(x("diocese")), unit_kind="parish",
                frame=v.FrameSize(population=2), source=x("source")),
        v.Round(id=x("round-2"), survey=x("survey"), reference="2014-03", area=by_id(x("diocese")), unit_kind="parish",
                frame=v.FrameSize(population=3), source=x("source"))])
    items = [(new_id(), message(define=definitions)), (new_id(), message(submission=units)), (new_id(), message(define=rounds))]
    receipts = server.submit(items)
    for r in receipts:
        check(r.verdict == v.VERDICT_ACCEPTED, "accepted, with a revision", r)
    check(receipts[0].revision < receipts[1].revision < receipts[2].revision, "revisions rise in the order sent", receipts)
    check(receipts[0].content_hash == hashlib.blake2b(items[0][1], digest_size=32).digest(),
          "the receipt's hash is BLAKE2b-256 of the content as sent", receipts[0])
    return receipts


def observation(unit, value, code="total", supersedes=None):
    o = v.Observation(unit=unit, indicator=x("things"), categories=[level(code)], value=exact(value),
                      status=v.OBSERVATION_STATUS_MAIN)
    if supersedes:
        o.supersedes.revision = supersedes
    return o


def submission(round_id, observations, reason="as counted"):
    return message(submission=v.Submission(round=x(round_id), mode=v.SUBMISSION_MODE_PATCH, source=x("source"),
                                           reason=reason, observations=observations))


def submit_figures(server):
    first = (new_id(), submission("round-1", [observation(by_name("Øvre " + RUN), 10), observation(by_name("Nedre " + RUN), 30)]))
    second = (new_id(), submission("round-2", [
        observation(by_name("Øvre " + RUN), 11), observation(by_name("Øvre " + RUN), 6, "low"),
        observation(by_name("Øvre " + RUN), 4, "high"), observation(by_name("Nedre " + RUN), 45)]))
    a = server.submit([first])[0]
    b = server.submit([second], dealer=True)[0]
    check(a.verdict == b.verdict == v.VERDICT_ACCEPTED, "figures accepted over REQ and over DEALER", (a, b))
    check([f.rule for f in b.findings].count("SUM_MISMATCH") == 1 and b.findings[0].severity == v.SEVERITY_WARNING,
          "levels that do not add up are stored and flagged", b)
    again = [server.submit([first], dealer=d)[0] for d in (False, True)]
    check(all(r.SerializeToString(deterministic=True) == a.SerializeToString(deterministic=True) for r in again),
          "the same message again gives the same receipt", again)
    other = server.submit([(first[0], second[1])])[0]
    check(other.verdict == v.VERDICT_NOT_PROCESSED and other.error.code == v.ERROR_CODE_ID_REUSED
          and other.first.revision == a.revision, "a used id with other content is not processed", other)
    return a, b


def submit_mistakes(server):
    before = server.ask_one(status=v.StatusQuestion()).status.durable_revision
    wrong = v.Submission(round=x("round-1"), mode=v.SUBMISSION_MODE_PATCH, source=x("source"), reason="wrong", observations=[
        observation(by_name("Nowhere " + RUN), 1), observation(by_name("Øvre " + RUN), 1, "middle"),
        v.Observation(unit=by_id(x("parish-a")), indicator=x("nothing"), value=exact(1), status=v.OBSERVATION_STATUS_MAIN)])
    r = server.submit([(new_id(), message(submission=wrong))])[0]
    rules = {f.rule for f in r.findings if f.severity == v.SEVERITY_ERROR}
    check(r.verdict == v.VERDICT_REFUSED and r.revision == 0 and r.position > 0, "a wrong message is refused, durably", r)
    check({"UNRESOLVED_UNIT", "UNKNOWN_CODE", "UNKNOWN_INDICATOR"} <= rules, "all its findings at once", r)
    check(all(f.path and f.text for f in r.findings), "each finding says where and what", r)
    after = server.ask_one(status=v.StatusQuestion()).status.durable_revision
    check(before == after, "and nothing changed", (before, after))
    broken = server.submit([(new_id(), b"\xff\xff\xff")])[0]
    check(broken.verdict in (v.VERDICT_REFUSED, v.VERDICT_NOT_PROCESSED), "bytes that are no message are not accepted", broken)
    unknown = message(define=v.Define(sources=[v.Source(id=x("s2"), title="t")])) + b"\xf8\x3f\x01"
    later = server.submit([(new_id(), unknown)])[0]
    check(later.verdict != v.VERDICT_ACCEPTED, "a field of a later version is refused", later)
    dry = v.IngestRequest(version=1, request_id=b"dry")
    dry.items.add(message_id=new_id(), content=submission("round-1", [observation(by_id(x("parish-b")), 99)]), dry_run=True)
    server.send(server.ingest_req, dry.SerializeToString())
    r = v.IngestReply.FromString(server.receive(server.ingest_req)).receipts[0]
    check(r.verdict == v.VERDICT_WOULD_ACCEPT and r.position == 0 and r.revision == 0, "a dry run is judged and not stored", r)


def point(server, revision=0, dealer=False):
    q = v.SnapshotQuestion(valid_at="2014-03-31", scope=by_id(x("parish-b")), indicator=x("things"), round=x("round-2"),
                           observations=True)
    parts = server.ask(dealer=dealer, min_revision=revision, as_of_revision=revision, snapshot=q)
    rows = [o for p in parts for o in p.snapshot.observations]
    need(len(rows) >= 1, "the point question has an answer", parts)
    return rows


def ask_points(server, b):
    for dealer in (False, True):
        rows = point(server, b.revision, dealer)
        check(len(rows) == 1 and rows[0].value.exact.digits == 45 and rows[0].value.exact.scale == 0,
              "the figure as sent, over " + ("DEALER" if dealer else "REQ"), rows)
    check(rows[0].unit_name == "Nedre " + RUN and rows[0].source == x("source") and rows[0].revision == b.revision,
          "with its unit, source and revision", rows)
    r = server.submit([(new_id(), submission("round-2", [observation(by_id(x("parish-b")), 44, supersedes=b.revision)],
                                             "counted one twice"))])[0]
    check(r.verdict == v.VERDICT_ACCEPTED, "a correction names what it supersedes", r)
    check(point(server, r.revision)[0].value.exact.digits == 44, "today: the corrected figure")
    check(point(server, b.revision)[0].value.exact.digits == 45, "as of the revision before: the figure of then")
    h = server.ask_one(min_revision=r.revision, history=v.HistoryQuestion(unit=by_id(x("parish-b")), indicator=x("things")))
    changes = [(row.revision, row.change) for row in h.history.rows]
    kept = [c for rev, c in changes if rev == r.revision and c.kind == v.CHANGE_KIND_CORRECTED]
    check(len(kept) == 1 and kept[0].before.exact.digits == 45 and kept[0].after.exact.digits == 44
          and kept[0].reason == "counted one twice" and kept[0].source == x("source"),
          "history has before, after, reason and source", h)
    return r


def ask_trend(server, revision):
    t = server.ask_one(min_revision=revision, trend=v.TrendQuestion(
        indicator=x("things"), categories=[level("total")], units=[by_id(x("diocese"))], subtree=True, group_by="diocese",
        measures=[v.MEASURE_MEAN, v.MEASURE_SUM, v.MEASURE_COUNT], survey=x("survey"), decimals=1)).trend
    check([row.round for row in t.rows] == [x("round-1"), x("round-2")], "a trend over two rounds", t)
    check([row.figures[0].shown for row in t.rows] == ["20.0", "27.5"], "plain means, rounded once", t)
    f = t.rows[1].figures[0]
    check(f.growth.percent.strip("+ %") == "37.5", "growth in percent", f)
    check(all(row.figures[1].refused and not row.figures[1].shown for row in t.rows), "no sum of what is distinct, with the reason", t)
    check(any("2" in n and "3" in n for n in t.rows[1].notes), "the change of the frame is said", t.rows[1])


def collect(server, feed, upto):
    """Change sets by revision as the feed brings them, until `upto` is there. An unanswered wait is a failure."""
    sets = {}
    while upto not in sets:
        if not feed.poll(WAIT_MS):
            need(False, "the feed brings revision %d" % upto, sorted(sets))
        frames = feed.recv_multipart()
        need(len(frames) == 2, "a delivery has a topic and a payload", frames)
        if frames[0] == HEARTBEAT:
            continue
        s = v.ChangeSet.FromString(frames[-1])
        sets.setdefault(s.revision, []).append(frames[-1])
    return sets


def subscribed(server, feed):
    """A subscription takes a moment to arrive. Define sources until the feed brings one: then it is there."""
    for n in range(50):
        r = server.submit([(new_id(), message(define=v.Define(sources=[v.Source(id=x("hello-%d" % n), title="hello")])))])[0]
        need(r.verdict == v.VERDICT_ACCEPTED, "a source is accepted", r)
        while feed.poll(200):
            frames = feed.recv_multipart()
            if frames[0] == CHANGES and v.ChangeSet.FromString(frames[-1]).revision == r.revision:
                check(True, "the feed brings what was just accepted")
                return r.revision
    need(False, "a subscription that hears something")


def replay(server, start, end):
    sets, at = {}, start
    while at <= end:
        parts = server.ask(dealer=True, min_revision=end, changes=v.ChangesQuestion(from_revision=at, to_revision=end))
        for p in parts:
            for s in p.changes.sets:
                sets.setdefault(s.revision, []).append(s)
            following = p.changes.next_revision
        need(following > at, "a replay goes on", parts)
        at = following
    return sets


def compare_feed(server, feed, start, end):
    heard = collect(server, feed, end)
    told = replay(server, start + 1, end)
    check(sorted(told) == list(range(start + 1, end + 1)), "the replay has every revision once", sorted(told))
    check(sorted(heard) == sorted(told), "the feed brought the same ones, no gap, no duplicate", (sorted(heard), sorted(told)))
    same = all([v.ChangeSet.FromString(b).SerializeToString(deterministic=True) for b in heard[r]]
               == [s.SerializeToString(deterministic=True) for s in told[r]] for r in told)
    check(same, "with the same content")


def main(ingest, query, feed_endpoint):
    server = Server(ingest, query)
    feed = server.open(zmq.SUB, feed_endpoint)
    feed.setsockopt(zmq.SUBSCRIBE, b"varde.v1.")
    status = server.ask_one(status=v.StatusQuestion()).status
    check(status.server_version and status.max_frame_bytes > 0 and status.max_items > 0, "status names version and limits", status)
    start = subscribed(server, feed)
    define_everything(server)
    _, b = submit_figures(server)
    submit_mistakes(server)
    correction = ask_points(server, b)
    ask_trend(server, correction.revision)
    compare_feed(server, feed, start, correction.revision)
    wrong = v.QueryRequest(version=7, request_id=b"v", status=v.StatusQuestion())
    server.send(server.query_req, wrong.SerializeToString())
    r = v.QueryReply.FromString(server.receive(server.query_req))
    check(r.error.code == v.ERROR_CODE_WRONG_VERSION and r.end, "another version is answered with an error", r)
    old_shape = server.open(zmq.DEALER, query)
    old_shape.send_multipart([b"", v.QueryRequest(version=1, request_id=b"d", status=v.StatusQuestion()).SerializeToString()])
    frames = old_shape.recv_multipart()
    check(len(frames) == 2 and frames[0] == b"" and v.QueryReply.FromString(frames[1]).HasField("status"),
          "a DEALER may send the empty frame, and gets it back", frames)
    print("all checks hold")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    v = load_proto(os.path.abspath(sys.argv[4] if len(sys.argv) == 5 else os.path.join(HERE, "../../proto/varde.proto")))
    main(*sys.argv[1:4])
