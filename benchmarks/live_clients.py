"""Many idle WebSockets: opens them, subscribes each, says when all are there, and when the last has heard of what was published.

Reads lines: `hear` waits for one message on each connection, `end` ends. Nothing but the standard library, so that the client costs
little beside the server."""
import base64
import json
import os
import selectors
import socket
import sys
import time


def frame(text):
    payload = text.encode()
    mask = os.urandom(4)
    return bytes([0x81, 0x80 | len(payload)]) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


def connect(port, source, number):
    sock = socket.socket()
    sock.bind((source, 0))
    sock.connect(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    sock.sendall(
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Extensions: permessage-deflate\r\nAuthorization: Bearer {source}-{number}\r\n\r\n".encode()
    )
    return sock


def until(sock, mark):
    data = b""
    while mark not in data:
        part = sock.recv(4096)
        if not part:
            raise SystemExit(f"a connection ended: {data!r}")
        data += part
    return data


def main():
    port, source, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    subscribe = '{"type":"subscribe","topic":"records/notice"}'
    sockets = []
    for start in range(0, count, 100):
        batch = [connect(port, source, start + i) for i in range(min(100, count - start))]
        for sock in batch:
            head = until(sock, b"\r\n\r\n")
            if b"101" not in head.split(b"\r\n")[0]:
                raise SystemExit(head.decode())
            sock.sendall(frame(subscribe))
        for sock in batch:
            until(sock, b"subscribed")
        sockets += batch
    selector = selectors.EpollSelector()
    for sock in sockets:
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ)
    print(json.dumps({"connected": len(sockets)}), flush=True)
    for line in sys.stdin:
        if line.strip() == "end":
            return
        waiting = set(sockets)
        while waiting:
            for key, _ in selector.select(20):
                data = key.fileobj.recv(4096)
                if not data:
                    raise SystemExit("a connection ended")
                # Pings are frames of two bytes.
                if b"events" in data:
                    waiting.discard(key.fileobj)
        print(json.dumps({"heard_ns": time.monotonic_ns()}), flush=True)


main()
