"""Checks proofs from a Zancada journal without Zancada: needs Python 3.8 or later and nothing else.

    python3 verify_journal.py KEY FILE...

KEY is the installation's public key as it was published (name+hash+base64). Each FILE is an inclusion proof (this entry stands
in the journal), a consistency proof (the newer journal continues the older one), a checkpoint, or an export of the journal (every
leaf and the tree are computed anew). Ends with status 1 if one is wrong.
Formats: RFC 9162 section 2.1 (tree), RFC 8032 section 5.1.7 (Ed25519), C2SP signed-note and tlog-checkpoint; framed fields are
for each field its length in four bytes, big-endian, then its bytes; 0xffffffff and no bytes where it is absent."""
import base64, functools, hashlib, json, sys

def need(holds, else_say):
    if not holds: raise ValueError(else_say)

def sha256(data): return hashlib.sha256(data).digest()

def unhex(text, count):
    need(len(text) == 2 * count and len(bytes.fromhex(text)) == count, f"not {count} bytes in hexadecimal: {text}")
    return bytes.fromhex(text)

# Ed25519: points x/z, y/z of -x² + y² = 1 + D·x²·y² modulo P. Only public numbers come here, so it may take its time.
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)

def add(a, b):
    x, y, z = (one * other % P for one, other in zip(a, b))
    less, more = (z * z - D * x * y) % P, (z * z + D * x * y) % P
    return z * less * ((a[0] + a[1]) * (b[0] + b[1]) - x - y) % P, z * more * (y + x) % P, less * more % P

def times(number, point):
    return add(times(number // 2, add(point, point)), point if number % 2 else (0, 1, 1)) if number else (0, 1, 1)

def point(data):
    y = int.from_bytes(data, "little") % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT % P
    need(len(data) == 32 and y < P and (x * x - square) % P == 0 and (x or data[31] < 128), "not a point of Ed25519")
    return (x if x % 2 == data[31] >> 7 else P - x), y, 1

@functools.lru_cache(maxsize=64)
def is_signed(key, signature, text):
    s, base = int.from_bytes(signature[32:], "little"), point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % Q
    (x, y, z), (u, v, w) = times(s, base), add(point(signature[:32]), times(k, point(key)))
    return len(signature) == 64 and s < Q and (x * w - u * z) % P == 0 == (y * w - v * z) % P

def checkpoint(note, vkey):
    """The size and the root that the key's owner signed; other signatures are nobody's business."""
    name, key_id, key = vkey.split("+", 2)
    key = base64.b64decode(key, validate=True)
    need(key[:1] == b"\x01" and sha256(name.encode() + b"\n" + key)[:4].hex() == key_id, "the key was altered")
    text, lines = note.rsplit("\n\n", 1)
    signatures = [base64.b64decode(line.split(" ")[2], validate=True) for line in lines.split("\n")[:-1] if line.startswith(f"— {name} ")]
    ours = [signature[4:] for signature in signatures if signature[:4].hex() == key_id]
    need(ours and all(is_signed(key[1:], signature, (text + "\n").encode()) for signature in ours), "not signed by this key")
    origin, size, root = text.split("\n")[:3]
    need(origin == name, "the checkpoint of another journal")
    return int(size), base64.b64decode(root, validate=True)

def framed(fields):
    frame = b""
    for field in fields:
        data = field.to_bytes(8, "big", signed=True) if isinstance(field, int) else (field or "").encode()
        frame += b"\xff" * 4 if field is None else len(data).to_bytes(4, "big") + data
    return frame

def climb(start, place, last, hashes):
    """The roots to which the hashes lead, of the tree that ends at `place` and of the one that ends at `last`."""
    older = newer = start
    for each in (unhex(text, 32) for text in hashes):
        need(last > 0, "too many hashes")
        if place % 2 or place == last:
            older, newer = sha256(b"\x01" + each + older), sha256(b"\x01" + each + newer)
            while place % 2 == 0 and place: place, last = place // 2, last // 2
        else: newer = sha256(b"\x01" + newer + each)
        place, last = place // 2, last // 2
    need(last == 0, "too few hashes")
    return older, newer

def leaf_of(proof):
    entry, body, numbers = proof["entry"], unhex(proof["body_sha256"], 32), ("microseconds", "version", "shape")
    names = "entry tenant microseconds actor on_behalf_of verb kind record version shape sealing_subject".split()
    need(set(entry) == {*names, "subjects"} and all((name in numbers) == isinstance(entry[name], int) for name in names), "not an entry")
    need(proof.get("sealed_body") is None or sha256(base64.b64decode(proof["sealed_body"], validate=True)) == body, "other content")
    metadata = sha256(framed([entry[name] for name in names] + entry["subjects"]))
    return sha256(b"\x00" + b"\x01" + unhex(proof["salt"], 16) + metadata + body)

def inclusion(proof, vkey):
    (size, root), entry, index = checkpoint(proof["checkpoint"], vkey), proof["entry"], proof["index"]
    need(proof["size"] == size and 0 <= index < size, "no such place in this journal")
    need(climb(leaf_of(proof), index, size - 1, proof["hashes"])[1] == root, "the entry does not stand at this place in this journal")
    return f"entry {entry['entry']} ({entry['verb']} {entry['kind']}) stands at {index} in the journal of {size} entries"

def consistency(proof, vkey):
    (older, older_root), (newer, newer_root) = (checkpoint(proof[name], vkey) for name in ("older", "newer"))
    hashes, place, last = proof["hashes"], older - 1, newer - 1
    need(0 < older <= newer, "the older journal is empty, or has more entries")
    while place % 2: place, last = place // 2, last // 2
    start = older_root if place == 0 or older == newer else unhex(hashes.pop(0), 32)
    roots = climb(start, place, last, hashes) if older < newer else (older_root, older_root)
    need(roots == (older_root, newer_root), "the newer journal does not continue the older one")
    return f"the journal of {newer} entries continues that of {older}"

def export(header, lines, vkey):
    (size, root), first, whole = checkpoint(header["checkpoint"], vkey), header["from"], header["organisation"] is None
    trees, position, told = [unhex(text, 32) for text in header["before"]], first, 0
    need(0 <= first <= size and len(trees) == bin(first).count("1"), "no such place in this journal")
    for item in map(json.loads, lines):
        need(item["position"] == position, f"position {position} is missing, or not in its place")
        need("entry" in item or not whole, f"position {position} has no entry")
        need("entry" not in item or leaf_of(item).hex() == item["leaf"], f"the entry at position {position} was altered")
        need("entry" not in item or whole or item["entry"]["tenant"] == header["organisation"], f"position {position} is another's")
        trees, position, told = trees + [unhex(item["leaf"], 32)], position + 1, told + ("entry" in item)
        for _ in range((position & -position).bit_length() - 1): trees[-2:] = [sha256(b"\x01" + trees[-2] + trees[-1])]
    need(position == size, f"the export ends at position {position}, the journal at {size}")
    while len(trees) > 1: trees[-2:] = [sha256(b"\x01" + trees[-2] + trees[-1])]
    need((trees or [sha256(b"")]) == [root], "the entries are not those that were signed")
    return f"{told} entries, from {first} on, make up the journal of {size} entries"

def verify(file, vkey):
    text = file.readline()
    if '"zancada journal export 1"' in text: return export(json.loads(text), file, vkey)
    text += file.read()
    if not text.startswith("{"): return "the journal has %d entries" % checkpoint(text, vkey)[0]
    proof = json.loads(text)
    return {"zancada inclusion proof 1": inclusion, "zancada consistency proof 1": consistency}[proof["format"]](proof, vkey)

if __name__ == "__main__":
    wrong = 0 if len(sys.argv) > 2 else sys.exit(__doc__)
    for path in sys.argv[2:]:
        try:
            with open(path, encoding="utf-8", newline="\n") as file: print(f"{path}: right: {verify(file, sys.argv[1])}")
        except Exception as fault: wrong = print(f"{path}: WRONG: {type(fault).__name__}: {fault}") or 1
    sys.exit(wrong)
