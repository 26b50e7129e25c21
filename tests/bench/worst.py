#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Stores in which questions are at their worst, and what each question then costs.

    worst.py VARDED SCENARIO [PROTO]        wide, cuts, shares, moves, nested, same

Starts VARDED on a store of its own, fills it as a hostile submitter could within all limits, asks every sort of question
with a deadline of two seconds while a second client asks for the status all the time, and prints for each the time, the
bytes, how much more memory the daemon held, and the longest wait of the second client. Exits 1 where an answer came more
than half a second behind its deadline, a question held over 600 MiB, or the daemon ended. Knows the .proto and no more.
"""
import importlib
import os
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import zmq

HERE = os.path.dirname(os.path.abspath(__file__))
DEADLINE_MS, LATE_S, MEMORY_MIB = 2000, 0.5, 600
PART_OF, MERGING, SPLIT_OFF, TRANSFER_OF_PART, REORGANISATION = 1, 3, 6, 7, 12


def load_proto(path, out):
    subprocess.run(["protoc", "--python_out=" + out, "-I" + os.path.dirname(path), path], check=True)
    sys.path.insert(0, out)
    return importlib.import_module("varde_pb2")


class Daemon:
    def __init__(self, program, dir):
        self.ctx = zmq.Context.instance()
        flags = ["--store=" + dir + "/store", "--endpoints-file=" + dir + "/endpoints"]
        flags += ["--%s=tcp://127.0.0.1:*" % name for name in ("ingest", "query", "feed")]
        self.process = subprocess.Popen([program, *flags], stderr=subprocess.DEVNULL)
        while not os.path.exists(dir + "/endpoints"):
            if self.process.poll() is not None:
                sys.exit("the daemon ended: %d" % self.process.returncode)
            time.sleep(0.01)
        with open(dir + "/endpoints") as f:
            self.endpoints = dict(line.strip().split("=", 1) for line in f if "=" in line)
        self.ingest = self.open("ingest")
        self.revision = 0

    def open(self, name):
        s = self.ctx.socket(zmq.DEALER)
        s.setsockopt(zmq.LINGER, 0)
        s.setsockopt(zmq.RCVTIMEO, 120000)
        s.connect(self.endpoints[name])
        return s

    def held_mib(self):
        with open("/proc/%d/status" % self.process.pid) as f:
            return next(int(line.split()[1]) // 1024 for line in f if line.startswith("RssAnon:"))

    def send(self, messages):
        request = P.IngestRequest(version=1, request_id=b"x")
        for m in messages:
            request.items.add(message_id=secrets.token_bytes(16), content=m.SerializeToString())
            if len(request.items) == 200 or request.ByteSize() > 2 << 20:
                self.flush(request)
        self.flush(request)

    def flush(self, request):
        if not request.items:
            return
        self.ingest.send(request.SerializeToString())
        reply = P.IngestReply()
        reply.ParseFromString(self.ingest.recv())
        for r in reply.receipts:
            if r.verdict != 1:
                sys.exit("refused: %s %s" % (r.error.text, [f.text for f in r.findings][:2]))
            self.revision = r.revision
        del request.items[:]

    def ask(self, sock, **question):
        q = P.QueryRequest(version=1, request_id=b"q", deadline_ms=DEADLINE_MS, min_revision=self.revision)
        for name, value in question.items():
            getattr(q, name).CopyFrom(value)
        begun, size = time.time(), 0
        sock.send(q.SerializeToString())
        while True:
            part = sock.recv()
            size += len(part)
            reply = P.QueryReply()
            if ended(part):
                took = time.time() - begun
                reply.ParseFromString(part)
                return took, size, reply.error.text


def ended(part):
    """Field 8 of the head: cheaper than all of a part, whose rows come last."""
    def varint(at):
        n = shift = 0
        while True:
            n |= (part[at] & 127) << shift
            shift += 7
            at += 1
            if part[at - 1] < 128:
                return n, at
    at = 0
    while at < len(part):
        key, at = varint(at)
        n, at = varint(at)
        if key >> 3 >= 10:
            return key >> 3 == 10
        if key == 8 << 3 and n:
            return True
        at += n if key & 7 else 0
    return False


# ---- what is said ---------------------------------------------------------------------------------------


def by_id(id):
    ref = P.UnitRef()
    ref.id.id = id
    return ref


def submission(round=""):
    m = P.Message()
    m.submission.source, m.submission.mode, m.submission.round, m.submission.reason = "s", 1, round, "r"
    return m


def definitions():
    m = P.Message()
    m.define.sources.add(id="s", title="S")
    m.define.surveys.add(id="v", title="V")
    m.define.indicators.add(id="n", label="N", type=1, over_units=1, over_time=6)
    for id, year in (("r1", "2012"), ("r2", "2014")):
        m.define.rounds.add(id=id, survey="v", reference=year, unit_kind="municipality", source="s")
    return m


def units(ids, kind="municipality", inside="c"):
    for at in range(0, len(ids), 2000):
        m = submission()
        for id in ids[at:at + 2000]:
            u = m.submission.units.add(id=id, kind=kind, valid_from="1900")
            u.names.add(text=id)
            if inside:
                u.part_of.id.id = inside
        yield m


def figures(ids):
    for round in ("r1", "r2"):
        for at in range(0, len(ids), 4000):
            m = submission(round)
            for id in ids[at:at + 4000]:
                o = m.submission.observations.add(indicator="n", status=1)
                o.unit.id.id = id
                o.value.exact.digits = random.randrange(1000)
            yield m


def arrangements(ids, many, each):
    for i in range(many):
        m = submission("r%d" % (1 + i % 2))
        x = m.submission.arrangements.add(id="A%d" % i, name="A%d" % i, participants_complete=1, established="1990")
        x.tasks.extend("t%d" % (i * 7 % 50 + k) for k in range(10))
        for id in random.sample(ids, min(each, len(ids))):
            x.participants.add().unit.id.id = id
        yield m


def event(i, type, sources, targets, weights=()):
    """Of existing targets by id; new ones are "+id". One flow a target, with its weight."""
    m = P.Message()
    e = m.event
    e.id, e.type, e.status, e.source = "e%d" % i, type, 4, "s"
    e.effective = "%04d-%02d-%02d" % (2015 + i // 336, 1 + i // 28 % 12, 1 + i % 28)
    for id in sources:
        e.sources.add().id.id = id
    for k, id in enumerate(targets):
        t = e.targets.add()
        if id[0] == "+":
            t.id, t.kind = id[1:], "municipality"
            t.names.append(id[1:])
            t.part_of.id.id = "c"
        else:
            t.unit.id.id = id
        if len(sources) == 1:
            f = e.flows.add(source=0, target=k, part=type != REORGANISATION)
            if weights:
                f.weights.add(basis="population", source="s").value.digits = weights[k]
    return m


def wide():
    """Arrangements of thousands, each of a side of its own."""
    ids = ["u%d" % i for i in range(4000)]
    yield from units(ids)
    yield from figures(ids)
    yield from arrangements(ids, 60, 3500)


def cuts():
    """A unit that gives away a part every day."""
    ids = ["u%d" % i for i in range(3601)]
    yield from units(ids)
    yield from figures(ids[:100])
    yield from (event(i, TRANSFER_OF_PART, ["u0"], [ids[i + 1]]) for i in range(3600))


def shares():
    """Likewise, with weights: shares of shares have thousands of digits."""
    yield from units(["u0"])
    yield from figures(["u0"])
    for i in range(3000):
        yield event(i, SPLIT_OFF, ["u0"], ["u0", "+w%d" % i], (10 ** 18 + 2 * i * i + 1, 10 ** 17 + 7 * i))


def moves():
    """All become one, which has another heir every day."""
    ids = ["u%d" % i for i in range(3000)]
    yield from units(ids)
    yield from figures(ids)
    yield event(0, MERGING, ids, ["+g0"])
    yield from (event(i, REORGANISATION, ["g%d" % (i - 1)], ["+g%d" % i]) for i in range(1, 3000))


def nested():
    """Every unit lies in all units of the next level."""
    levels = [["x%d-%d" % (n, i) for i in range(60)] for n in range(12)]
    for n, ids in enumerate(levels):
        yield from units(ids, "municipality" if n == 0 else "level%d" % n, "c" if n == 11 else None)
    for below, above in zip(levels, levels[1:]):
        m = submission()
        for a in below:
            for b in above:
                link = m.submission.links.add(type=PART_OF)
                getattr(link, "from").id.id = a
                link.to.id.id = b
        yield m
    yield from figures(levels[0])
    yield from arrangements(levels[0], 100, 20)


def same():
    """Thousands of units are said to be one."""
    ids = ["u%d" % i for i in range(5000)]
    yield from units(ids)
    yield from figures(ids)
    for at in range(0, 4999, 2000):
        m = submission()
        for i in range(at, min(4999, at + 2000)):
            x = m.submission.identities.add(type=1)
            x.a.id.id, x.b.id.id = ids[i], ids[i + 1]
        yield m
    yield from arrangements(ids, 100, 20)


# ---- what is asked --------------------------------------------------------------------------------------


def questions():
    r1, r2 = P.Point(round="r1"), P.Point(round="r2")
    day1, day2 = P.Point(valid_at="2014-06-30"), P.Point(valid_at="2026-01-01")
    rounds, days = {"from": r1, "to": r2}, {"from": day1, "to": day2}
    kind = "municipality"
    for at in ("", "2026-01-01"):
        word = ", in later units" if at else ""
        yield "trend of units" + word, dict(trend=P.TrendQuestion(indicator="n", group_by="unit", measures=[2, 8, 9], structure_at=at))
        yield "trend of counties" + word, dict(trend=P.TrendQuestion(indicator="n", group_by="county", measures=[2, 3, 5, 10], structure_at=at))
        yield "trend of a subtree" + word, dict(trend=P.TrendQuestion(indicator="n", units=[by_id("c")], subtree=True, measures=[2], structure_at=at))
        yield "count of arrangements" + word, dict(count=P.CountQuestion(counted=2, kind=kind, group_by="unit", measures=[4, 9], structure_at=at))
        yield "count of participants" + word, dict(count=P.CountQuestion(counted=4, kind=kind, group_by="county", measures=[4, 11], structure_at=at))
        yield "network" + word, dict(network=P.NetworkQuestion(border_kind="county", structure_at=at))
        yield "network across borders" + word, dict(network=P.NetworkQuestion(border_kind=kind, crossing=True, structure_at=at))
        yield "snapshot" + word, dict(snapshot=P.SnapshotQuestion(structure_at=at))
        yield "diff of rounds" + word, dict(diff=P.DiffQuestion(structure_at=at, **rounds))
    yield "trend by weights", dict(trend=P.TrendQuestion(indicator="n", group_by="unit", measures=[2], structure_at="2026-01-01", weight_basis="population"))
    yield "count of units", dict(count=P.CountQuestion(counted=1, kind=kind, group_by="county", units=[by_id("c")], subtree=True, measures=[4]))
    yield "diff of days", dict(diff=P.DiffQuestion(**days))
    yield "balance of arrangements", dict(balance=P.BalanceQuestion(counted=2, group_by="unit", **rounds))
    yield "balance of units", dict(balance=P.BalanceQuestion(counted=1, kind=kind, group_by="county", **days))
    yield "decomposition of figures", dict(decompose=P.DecomposeQuestion(indicator="n", measure=2, group_by="county", **rounds))
    yield "decomposition of participants", dict(decompose=P.DecomposeQuestion(counted=4, kind=kind, measure=11, group_by="county", **rounds))
    yield "decomposition of units", dict(decompose=P.DecomposeQuestion(counted=1, kind=kind, measure=4, **days))
    yield "explain a sum", dict(explain=P.ExplainQuestion(trend=P.TrendQuestion(indicator="n", measures=[2]), period="2012"))
    yield "explain a count", dict(explain=P.ExplainQuestion(count=P.CountQuestion(counted=4, kind=kind, measures=[4])))
    yield "explain a change", dict(explain=P.ExplainQuestion(decompose=P.DecomposeQuestion(indicator="n", measure=2, **rounds)))
    yield "overlap", dict(overlap=P.OverlapQuestion(kind_a=kind, kind_b="county"))
    yield "quality", dict(quality=P.QualityQuestion())
    yield "lineage", dict(lineage=P.LineageQuestion(unit=by_id("c")))
    yield "history", dict(history=P.HistoryQuestion(unit=by_id("c")))
    yield "links of one unit", dict(snapshot=P.SnapshotQuestion(scope=by_id("c"), links=True))
    for i in range(1, 12):
        yield "catalogue %d" % i, dict(catalogue=P.CatalogueQuestion(list=i))


class Beside(threading.Thread):
    """Asks for the status, and looks at the memory, until it is told to stop."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.d, self.stop, self.longest, self.most = daemon, False, 0, 0

    def run(self):
        sock = self.d.open("query")
        while not self.stop:
            self.longest = max(self.longest, self.d.ask(sock, status=P.StatusQuestion())[0])
            self.most = max(self.most, self.d.held_mib())
            time.sleep(0.005)
        sock.close()


def main(program, scenario):
    random.seed(1)
    dir = tempfile.mkdtemp(prefix="varde-worst-")
    d = Daemon(program, dir)
    bad = 0
    try:
        d.send([definitions()])
        d.send(units(["c"], "county", None))
        d.send(globals()[scenario]())
        print("%s: %d revisions, %d MiB held" % (scenario, d.revision, d.held_mib()))
        for name, question in questions():
            before, beside, sock = d.held_mib(), Beside(d), d.open("query")
            beside.start()
            took, size, error = d.ask(sock, **question)
            beside.stop = True
            beside.join()
            sock.close()
            wrong = took > DEADLINE_MS / 1000 + LATE_S or beside.most - before > MEMORY_MIB
            bad += wrong
            print("%-42s %6.2f s %10d B %+5d MiB  others %4.0f ms  %s%s" % (
                name, took, size, beside.most - before, beside.longest * 1000, error[:60] or "answered",
                "  <<<" if wrong else ""), flush=True)
    finally:
        d.process.terminate()
        bad += d.process.wait() != 0
        shutil.rmtree(dir)
    return bad


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[2] not in ("wide", "cuts", "shares", "moves", "nested", "same"):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as generated:
        P = load_proto(sys.argv[3] if len(sys.argv) > 3 else HERE + "/../../proto/varde.proto", generated)
        sys.exit(1 if main(sys.argv[1], sys.argv[2]) else 0)
