#!/usr/bin/env python3
"""The formats of docs/decisions/0010 once more, from its text and with another library: writes vectors.json.

Needs Python's own hmac and PyPI `cryptography`. Everything follows from the labels, so that a second run gives the same bytes.
"""
import base64
import hashlib
import hmac
import json
import pathlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def framed(*fields):
    out = b""
    for field in fields:
        if isinstance(field, int):
            field = field.to_bytes(8, "big", signed=True)
        elif isinstance(field, str):
            field = field.encode()
        out += len(field).to_bytes(4, "big") + field
    return out


def drawn(label, count):
    return hashlib.shake_256(label.encode()).digest(count)


def halves(key, label):
    code = hmac.new(key, label, hashlib.sha512).digest()
    return code[:32], code[32:]


def entry_key(subject_key, context):
    return hmac.new(subject_key, framed("zancada entry", *context), hashlib.sha256).digest()


def seal(key, context, nonce, plain):
    cipher, commitment = halves(key, framed("zancada seal", nonce))
    return b"\x01" + nonce + commitment + AESGCM(cipher).encrypt(nonce, plain, framed("zancada entry", *context))


def wrap(wrapping, purpose, what, nonce, key):
    cipher, commitment = halves(wrapping, framed("zancada wrap", purpose, nonce))
    return b"\x01" + nonce + commitment + AESGCM(cipher).encrypt(nonce, key, framed(purpose, *what))


# GHASH of NIST SP 800-38D: bit 0 of a block is the coefficient of x^0 and stands first.
REDUCTION = 0xE1 << 120


def multiply(one, other):
    product = 0
    for bit in range(128):
        if one >> (127 - bit) & 1:
            product ^= other
        other = other >> 1 ^ (REDUCTION if other & 1 else 0)
    return product


def power(base, exponent):
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = multiply(result, base)
        base = multiply(base, base)
        exponent >>= 1
    return result


def block(key, data):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return int.from_bytes(encryptor.update(data) + encryptor.finalize(), "big")


def blocks(data):
    data += b"\0" * (-len(data) % 16)
    return [int.from_bytes(data[start : start + 16], "big") for start in range(0, len(data), 16)]


def tag(key, nonce, associated, cipher_blocks):
    hashed, total = block(key, b"\0" * 16), 0
    lengths = (8 * len(associated)) << 64 | 128 * len(cipher_blocks)
    for part in blocks(associated) + cipher_blocks + [lengths]:
        total = multiply(total ^ part, hashed)
    return total ^ block(key, nonce + b"\0\0\0\1"), hashed


def two_keys_one_ciphertext(one, other, nonce, associated, first):
    """Ciphertext and tag that plain GCM opens under both keys: the last block is solved for."""
    tag_one, hash_one = tag(one, nonce, associated, [first, 0])
    tag_other, hash_other = tag(other, nonce, associated, [first, 0])
    slope = multiply(hash_one, hash_one) ^ multiply(hash_other, hash_other)
    last = multiply(tag_one ^ tag_other, power(slope, 2**128 - 2))
    common, _ = tag(one, nonce, associated, [first, last])
    assert common == tag(other, nonce, associated, [first, last])[0]
    return b"".join(part.to_bytes(16, "big") for part in (first, last, common))


def sealing_vectors():
    rows = [
        ("01890a5d-ac96-774b-bcce-b302099a8057", "note", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", 1, b""),
        ("o", "k", "r", 0, b"x"),
        ("clínica-ñ", "exercise_plan", "récord", -1, '{"texto":"García, María José"}'.encode()),
        ("tenant", "note", "record", 2**63 - 1, drawn("body", 900)),
    ]
    for number, (*context, plain) in enumerate(rows):
        subject_key, nonce = drawn(f"subject {number}", 32), drawn(f"nonce {number}", 12)
        key = entry_key(subject_key, context)
        yield {
            "tenant": context[0], "kind": context[1], "record": context[2], "version": str(context[3]),
            "subject_key": subject_key.hex(), "entry_key": key.hex(), "nonce": nonce.hex(), "plain": plain.hex(),
            "sealed": seal(key, context, nonce, plain).hex(),
        }


def wrapping_vectors():
    rows = [("organisation", ("org-1", 7)), ("search", ("org-1",)), ("subject", ("org-1", "p_9", 3))]
    for purpose, what in rows:
        wrapping, key, nonce = (drawn(f"{label} {purpose}", count) for label, count in (("over", 32), ("key", 32), ("n", 12)))
        yield {
            "purpose": purpose, "wrapping": wrapping.hex(), "key": key.hex(), "nonce": nonce.hex(),
            "wrapped": wrap(wrapping, purpose, what, nonce, key).hex(),
        }


def commitment_attack():
    context, nonce = ("org", "note", "r", 1), drawn("attack", 12)
    keys = [drawn("attacker's first", 32), drawn("attacker's second", 32)]
    derived = [halves(key, framed("zancada seal", nonce)) for key in keys]
    associated = framed("zancada entry", *context)
    body = two_keys_one_ciphertext(derived[0][0], derived[1][0], nonce, associated, int.from_bytes(drawn("first", 16), "big"))
    plains = [AESGCM(cipher).decrypt(nonce, body, associated) for cipher, _ in derived]
    assert plains[0] != plains[1]
    return {
        "nonce": nonce.hex(), "associated": associated.hex(), "body": body.hex(), "entry_keys": [key.hex() for key in keys],
        "ciphers": [cipher.hex() for cipher, _ in derived], "commitments": [commitment.hex() for _, commitment in derived],
        "plains": [plain.hex() for plain in plains],
    }


def disclosure():
    key = drawn("disclosed", 32)
    prefix = b"zancada-entry-key-1:"
    text = base64.urlsafe_b64encode(key + hashlib.sha256(prefix + key).digest()[:4]).decode().rstrip("=")
    return {"key": key.hex(), "text": prefix.decode() + text}


def search():
    key = drawn("search", 32)
    rows = [("patient", "document", "12345678Z"), ("patient", "document", "X-0001"), ("staff", "document", "12345678Z")]
    return {
        "key": key.hex(),
        "rows": [
            {"kind": kind, "field": field, "value": value, "hash": hmac.new(key, framed(kind, field, value), hashlib.sha256).digest()[:16].hex()}
            for kind, field, value in rows
        ],
    }


if __name__ == "__main__":
    vectors = {
        "sealing": list(sealing_vectors()), "wrapping": list(wrapping_vectors()), "attack": commitment_attack(),
        "disclosure": disclosure(), "search": search(),
    }
    target = pathlib.Path(__file__).parent / "vectors.json"
    target.write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n")
