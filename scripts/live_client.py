"""Listens to changes as a program of somebody else's would (PyPI's websockets), and says what is wrong; silent where nothing is.

usage: live_client.py ADDRESS TOKEN SHORT_TOKEN [AUTHORITY.pem]

ADDRESS is a program at work, https with the file of its authority; TOKEN is of somebody who may write exercises, SHORT_TOKEN one that
ends while this runs.
"""

import asyncio
import json
import socket
import ssl
import sys
import time
import urllib.parse
import urllib.request
import uuid

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

PATIENCE = 20
faults = []


def expect(holds, *words):
    if not holds:
        faults.append(" ".join(str(word) for word in words))


class Door:
    def __init__(self, address, token, authority):
        self.address = address
        self.token = token
        self.secure = ssl.create_default_context(cafile=authority) if authority else None
        self.place = urllib.parse.urlparse(address)

    def ask(self, path, body=None):
        request = urllib.request.Request(self.address + path, data=None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.add_header("Idempotency-Key", str(uuid.uuid4()))
        with urllib.request.urlopen(request, timeout=PATIENCE, context=self.secure) as answer:
            return json.load(answer)

    def model(self):
        """An exercise to make others of: the library is filled a moment after the organisation was made."""
        for _ in range(200):
            items = self.ask("/api/v1/exercises?limit=1")["items"]
            if items:
                return items[0]["record"]
            time.sleep(0.1)
        sys.exit("live_client: the library stays empty")

    def create(self, model, slug):
        return self.ask("/api/v1/exercises", dict(model, slug=slug, progressions=[], regressions=[]))["id"]

    def listen(self, signed_in=True):
        return connect(
            self.address.replace("http", "ws", 1) + "/ws", ssl=self.secure, subprotocols=["zancada.v1"], compression="deflate",
            open_timeout=PATIENCE, close_timeout=PATIENCE, proxy=None,
            additional_headers={"Authorization": f"Bearer {self.token}"} if signed_in else {})

    def raw(self):
        plain = socket.create_connection((self.place.hostname, self.place.port), timeout=PATIENCE)
        return self.secure.wrap_socket(plain, server_hostname=self.place.hostname) if self.secure else plain


async def say(listener, **message):
    await listener.send(json.dumps(message))


async def hear(listener):
    return json.loads(await asyncio.wait_for(listener.recv(), PATIENCE))


async def events(listener, count):
    """So many events, from as many messages as they take."""
    found = []
    while len(found) < count:
        message = await hear(listener)
        expect(message["type"] == "events", "events were awaited, and there came", message["type"])
        if message["type"] != "events":
            break
        found += message["events"]
    return found


async def close_code(listener, patience=PATIENCE):
    try:
        async with asyncio.timeout(patience):
            while True:
                await listener.recv()
    except ConnectionClosed:
        return listener.close_code
    except TimeoutError:
        return "none in time"


async def life(door):
    """Signs in, hears of a change, loses the connection, and misses nothing."""
    model = await asyncio.to_thread(door.model)
    run = uuid.uuid4().hex[:8]

    async def create(name):
        return await asyncio.to_thread(door.create, model, f"live-{run}-{name}")

    async with door.listen(signed_in=False) as listener:
        extension = listener.protocol.extensions
        expect([one.name for one in extension] == ["permessage-deflate"], "compression was not agreed on:", extension)
        expect(listener.subprotocol == "zancada.v1", "subprotocol", listener.subprotocol)
        await say(listener, type="authenticate", token=door.token)
        expect(await hear(listener) == {"type": "authenticated"}, "not signed in")
        await say(listener, type="subscribe", topic="records/exercise")
        begun = await hear(listener)
        expect(begun["type"] == "subscribed" and begun["topic"] == "records/exercise", "not subscribed:", begun)
        await asyncio.wait_for(await listener.ping(), PATIENCE)
        await say(listener, type="ping", id="é")
        expect(await hear(listener) == {"type": "pong", "id": "é"}, "no pong")
        first = await create("0")
        told = await events(listener, 1)
        expect([(one["record"], one["kind"], one["verb"], one["version"]) for one in told] == [(first, "exercise", "created", 1)], told)
        # As a phone that goes through a tunnel.
        listener.transport.abort()

    missed = [await create(str(number)) for number in range(1, 9)]
    async with door.listen() as listener:
        compressed = 0
        extension = listener.protocol.extensions[0]
        decode = extension.decode

        def counting(frame, **more):
            nonlocal compressed
            compressed += frame.rsv1
            return decode(frame, **more)

        extension.decode = counting
        await say(listener, type="subscribe", topic="records/exercise", after=told[-1]["position"])
        expect((await hear(listener))["type"] == "subscribed", "not subscribed again")
        again = await events(listener, len(missed))
        expect([one["record"] for one in again] == missed, "after it came back:", again, "instead of", missed)
        last = await create("last")
        expect([one["record"] for one in await events(listener, 1)] == [last], "what comes then is told once")
        positions = [one["position"] for one in told + again]
        expect(len(set(positions)) == len(positions), "positions are of one event each")
        expect(compressed > 0, "eight events in one message were not compressed")
        await say(listener, type="unsubscribe", topic="records/exercise")
        expect((await hear(listener))["type"] == "unsubscribed", "not unsubscribed")
        await say(listener, type="subscribe", topic="records/nothing")
        expect((await hear(listener))["type"] == "refused", "a topic that is none was not refused")


async def refusals(door):
    """What docs/live.md says of who does it wrong."""
    cases = [
        ("a message that is none", '{"type":"dance"}', 4400), ("no JSON", "{", 4400), ("bytes", b"\x00", 1003),
        ("much that was little when packed", "a" * (1 << 20), 1009),
        ("a token that is none", '{"type":"authenticate","token":"a.b.c"}', 4401),
    ]
    for name, message, code in cases:
        async with door.listen() as listener:
            await listener.send(message)
            found = await close_code(listener)
            expect(found == code, name, "is closed with", found, "instead of", code)
    async with door.listen(signed_in=False) as listener:
        found = await close_code(listener)
        expect(found == 4401, "who does not say who they are is closed with", found)


async def ending(door, token):
    """A token that ends takes the connection with it: it is asked about every 30 s, and clocks may be 30 s apart."""
    async with door.listen(signed_in=False) as listener:
        await say(listener, type="authenticate", token=token)
        expect(await hear(listener) == {"type": "authenticated"}, "the short token was refused")
        found = await close_code(listener, 90)
        expect(found == 4401, "who has a token that ended is closed with", found)


def rest(connection):
    """What comes until the other side ends it; a fault where it does not."""
    found = b""
    try:
        while piece := connection.recv(65_536):
            found += piece
    except TimeoutError:
        faults.append("a connection that was half closed stays open")
    except (ConnectionError, ssl.SSLError):
        pass
    return found


def half_closed(door):
    """Whoever says that nothing more comes gets their answer, and the connection ends."""
    head = f"Host: {door.place.netloc}\r\nAuthorization: Bearer {door.token}\r\n"
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    cases = [
        ("a read", f"GET /openapi.json HTTP/1.1\r\n{head}\r\n", (b"HTTP/1.1 200",)),
        ("a WebSocket", f"GET /ws HTTP/1.1\r\n{head}{upgrade}\r\n", (b"HTTP/1.1 101",)),
        ("half a body", f"POST /preferences HTTP/1.1\r\n{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nlanguage=", (b"HTTP/1.1 4", b"")),
        ("half a head", f"GET / HTTP/1.1\r\n{head}", (b"HTTP/1.1 4", b"")),
        ("nothing", "", (b"",)),
    ]
    for name, request, starts in cases:
        with door.raw() as connection:
            connection.sendall(request.encode())
            # The socket's own: that of ssl would forget its keys, and read what came as it is on the wire.
            socket.socket.shutdown(connection, socket.SHUT_WR)
            found = rest(connection)
            expect(any(found.startswith(start) if start else not found for start in starts), name, "half closed:", found[:80])
    expect(door.ask("/healthz") == {"alive": True}, "it does not answer any more")


async def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    door = Door(sys.argv[1], sys.argv[2], sys.argv[4] if len(sys.argv) > 4 else None)

    async def rest_of_it():
        await life(door)
        await refusals(door)
        await asyncio.to_thread(half_closed, door)

    await asyncio.gather(ending(door, sys.argv[3]), rest_of_it())
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(1 if faults else 0)


asyncio.run(main())
