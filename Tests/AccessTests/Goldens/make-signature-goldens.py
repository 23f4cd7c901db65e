"""Writes tokens whose signatures meet the edges of ECDSA's arithmetic, for SignatureEdgeTests.

    python make-signature-goldens.py > signatures.json

Needs cryptography. The cases are those of Project Wycheproof's ecdsa_secp256r1_sha256_p1363 (C2SP/wycheproof, testvectors_v1): small r and s, s
whose inverse is small, points that are doubled or meet at infinity, an R beyond the order, a digest that begins with zeros, keys with leading
zeros. They are computed here anew, for the token itself is what is signed: whoever may choose the key can make any r and s good, by
Q = (s R - e G) / r. What is good is held against cryptography's own verification before it is written.
"""

import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

# P-256 (FIPS 186-5, SP 800-186 section 3.2.1.3).
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
NOW = 1767225600
CLAIMS = {
    "iss": "https://identity.example", "aud": "zancada", "sub": "ana", "iat": NOW - 60, "exp": NOW + 840, "org": "clinic", "roles": ["therapist"],
}


def add(one, other):
    if one is None:
        return other
    if other is None:
        return one
    if one[0] == other[0]:
        if (one[1] + other[1]) % P == 0:
            return None
        slope = (3 * one[0] ** 2 - 3) * pow(2 * one[1], -1, P) % P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P) % P
    x = (slope ** 2 - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(scalar, point):
    result = None
    for bit in bin(scalar % N)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def point_at(x):
    """A point of that x, if there is one."""
    square = (x ** 3 - 3 * x + B) % P
    y = pow(square, (P + 1) // 4, P)
    return (x, y) if y * y % P == square else None


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(number=0):
    header = text(json.dumps({"alg": "ES256", "kid": "one"}).encode())
    return header + "." + text(json.dumps({**CLAIMS, "jti": f"t-{number}"}).encode())


def digest(message):
    return int.from_bytes(hashlib.sha256(message.encode()).digest(), "big")


def is_good(key, message, r, s):
    try:
        ec.EllipticCurvePublicNumbers(*key, ec.SECP256R1()).public_key().verify(
            encode_dss_signature(r, s), message.encode(), ec.ECDSA(hashes.SHA256()))
        return True
    except InvalidSignature:
        return False


rows = []
MESSAGE = signed()
E = digest(MESSAGE)


def row(name, key, r, s, expected="ok", message=MESSAGE):
    assert is_good(key, message, r, s) == (expected == "ok"), name
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    rows.append({
        "name": name, "x": text(key[0].to_bytes(32, "big")), "y": text(key[1].to_bytes(32, "big")), "expected": expected,
        "token": message + "." + text(signature),
    })


def key_for(point, s, e=E):
    """The key under which R = point and s are a good signature."""
    return times(pow(point[0] % N, -1, N), add(times(s, point), times(N - e % N, G)))


def good(name, point, s, e=E, message=MESSAGE):
    key = key_for(point, s, e)
    r = point[0] % N
    row(name, key, r, s, message=message)
    row(name + ", s negated", key, r, N - s, message=message)
    row(name + ", r negated", key, N - r, s, "token_signature", message=message)
    # Only where the sum still has 256 bits.
    if r + N < 1 << 256:
        row(name + ", r + n", key, r + N, s, "token_signature", message=message)
    if s + N < 1 << 256:
        row(name + ", s + n", key, r, s + N, "token_signature", message=message)


small = next(point for point in map(point_at, range(1, 100)) if point)
beyond = next(point for point in map(point_at, range(N, N + 100)) if point)
usual = times(0x1F2E3D4C5B6A79881726354453627180F0E1D2C3B4A5968778695A4B3C2D1E0F, G)
assert small[0] < 100 and beyond[0] >= N

for s in [1, 2, 3, 7, N // 2, N - 2]:
    good(f"r = {small[0]}, s = {s if s < 10 else hex(s)}", small, s)
good("R beyond the order", beyond, 0x1234567890ABCDEF)
good("R beyond the order, s = 1", beyond, 1)
for name, s in [
    ("s = 2^255", 1 << 255), ("s = 2^128", 1 << 128), ("s = 2^128 - 1", (1 << 128) - 1), ("s = 1/2", pow(2, -1, N)), ("s = 1/3", pow(3, -1, N)),
    ("s = 1/2^128", pow(1 << 128, -1, N)), ("s = r", usual[0] % N), ("s = e", E % N), ("s = -r", N - usual[0] % N), ("s = -e", N - E % N),
    ("s = 2^224", 1 << 224),
]:
    good(name, usual, s)

# u1 G and u2 Q are the same point, so that their sum is a doubling; or cancel, so that it is no point at all.
k = 0x0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
r = times(k, G)[0] % N
d = E * pow(r, -1, N) % N
row("u1 G = u2 Q", times(d, G), r, 2 * E * pow(k, -1, N) % N)
for s in [1, r, E % N, 0x55555555]:
    row(f"u1 G = -u2 Q, s = {hex(s)[:8]}", times(N - d, G), r, s, "token_signature")

# Keys that are known: G itself, its opposite, small multiples, and some with leading zeros.
for secret in [1, 2, 3, N - 1, N - 2]:
    name = f"key {secret if secret < 10 else 'n - ' + str(N - secret)}"
    row(name, times(secret, G), r, pow(k, -1, N) * (E + r * secret) % N)
zeros = {"x": None, "y": None}
secret = 4
while not all(zeros.values()):
    found = times(secret, G)
    for axis, value in zip("xy", found):
        if value < 1 << 248 and not zeros[axis]:
            zeros[axis] = True
            row(f"{axis} begins with zeros", found, r, pow(k, -1, N) * (E + r * secret) % N)
    secret += 1

# Digests that begin with 20 bits of zeros, of ones; and that end so.
for name, fits in [
    ("digest begins with zeros", lambda e: e >> 236 == 0), ("digest begins with ones", lambda e: e >> 236 == 0xFFFFF),
    ("digest ends with zeros", lambda e: e & 0xFFFFF == 0),
]:
    number = next(number for number in range(1, 1 << 26) if fits(digest(signed(number))))
    message = signed(number)
    secret = 5
    row(name, times(secret, G), r, pow(k, -1, N) * (digest(message) + r * secret) % N, message=message)

json.dump(rows, sys.stdout, indent=1)
