"""A real mail server for the tests: takes mails, reads each as a mail program would, and writes down what it found.

usage: post_office.py FOLDER MODE [MECHANISM]

MODE is starttls, tls or plain; MECHANISM, PLAIN or LOGIN, is the only way to sign in, and then nobody sends without it
(user `zancada`, password `correct horse ñ`). FOLDER gets cert.pem (the server's own, for the name localhost), port, once it
listens, and mails, a line of JSON each. It ends by itself after ten minutes.
"""

import asyncio
import base64
import email
import email.policy
import json
import os
import ssl
import subprocess
import sys
from email.header import decode_header, make_header

from aiosmtpd.smtp import SMTP, AuthResult

LIFE_SECONDS = 600


def name_of(raw):
    """The sender's name by RFC 2047: the newer parser leaves the space between encoded words of a name in it."""
    words = email.message_from_bytes(raw)["From"].rpartition("<")[0].strip()
    return str(make_header(decode_header(words)))


class Handler:
    def __init__(self, folder):
        self.path = os.path.join(folder, "mails")

    async def handle_DATA(self, server, session, envelope):
        raw = envelope.original_content
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        parts = list(mail.iter_parts()) if mail.is_multipart() else [mail]
        texts = {part.get_content_type(): part.get_content() for part in parts}
        found = {
            "envelopeFrom": envelope.mail_from,
            "envelopeTo": envelope.rcpt_tos,
            "encrypted": session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None,
            "user": getattr(session.auth_data, "login", b"").decode(),
            "fields": [name for name, _ in mail.items()],
            "types": [part.get_content_type() for part in mail.walk()],
            "subject": str(mail["Subject"]),
            "fromName": name_of(raw),
            "from": mail["From"].addresses[0].addr_spec,
            "to": [address.addr_spec for address in mail["To"].addresses],
            "replyTo": [address.addr_spec for address in mail["Reply-To"].addresses] if mail["Reply-To"] else [],
            "messageID": str(mail["Message-ID"]),
            "date": mail["Date"].datetime.isoformat(),
            "weekday": mail["Date"].datetime.strftime("%a") == str(mail["Date"])[:3],
            "auto": str(mail["Auto-Submitted"]),
            "language": str(mail["Content-Language"]),
            "text": texts.get("text/plain"),
            "html": texts.get("text/html"),
            "longest": max(len(line) for line in raw.split(b"\r\n")),
            "ascii": all(byte < 128 for byte in raw),
            "bare": raw.count(b"\n") != raw.count(b"\r\n") or raw.count(b"\r") != raw.count(b"\r\n"),
            "defects": [str(defect) for part in mail.walk() for defect in part.defects]
            + [str(defect) for _, value in mail.items() for defect in value.defects],
            "raw": base64.b64encode(raw).decode(),
        }
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(found) + "\n")
        return "250 taken"


class Counter:
    """Who may sign in."""

    def __call__(self, server, session, envelope, mechanism, data):
        good = data.login == b"zancada" and data.password == "correct horse ñ".encode()
        return AuthResult(success=good, handled=good, auth_data=data if good else None)


def certificate(folder):
    path, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", path],
        check=True, capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key)
    return context


async def serve(folder, mode, mechanism):
    context = None if mode == "plain" else certificate(folder)
    options = {"enable_SMTPUTF8": False, "data_size_limit": 500_000, "decode_data": False}
    if mode == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if mechanism:
        others = {"PLAIN", "LOGIN"} - {mechanism}
        options |= {
            "authenticator": Counter(), "auth_required": True, "auth_exclude_mechanism": others,
            "auth_require_tls": mode == "starttls",
        }
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(folder), **options), "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    port = server.sockets[0].getsockname()[1]
    with open(os.path.join(folder, "port.new"), "w", encoding="utf-8") as file:
        file.write(str(port))
    os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
    await asyncio.sleep(LIFE_SECONDS)


asyncio.run(serve(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None))
