"""An authenticator and its browser in software, by fido2 and cryptography, for InteropTests.swift.

Reads our options from its argument, answers them well, and badly in every way that a message can be bad. Prints a JSON line for each
answer: what it is, what we must say to it (`refuse`, the name of the fault, null where it is good), and what fido2's own server says
(`peer`); `lax` marks what fido2's server lets pass and we do not, and is null where that follows from chance.
"""

import copy
import datetime
import hashlib
import json
import struct
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from fido2 import cbor
from fido2.attestation import NoneAttestation, PackedAttestation
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialCreationOptions,
    PublicKeyCredentialRequestOptions,
)

UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80
OURS = json.loads(sys.argv[1])
ORIGIN = OURS["origin"]
CREATION = PublicKeyCredentialCreationOptions.from_dict(OURS["creation"])
REQUEST = PublicKeyCredentialRequestOptions.from_dict(OURS["request"])
RP_ID = CREATION.rp.id
assert REQUEST.rp_id == RP_ID
assert [p.alg for p in CREATION.pub_key_cred_params] == [-7, -8]
AAGUID = bytes(range(16, 32))
ID = hashlib.sha256(b"credential").digest()
HASHES = {"ES256": ec.ECDSA(hashes.SHA256())}


class Key:
    """A key of an authenticator, or of its maker."""

    def __init__(self, algorithm):
        self.name = algorithm
        self.private = ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else ed25519.Ed25519PrivateKey.generate()
        self.number = -7 if algorithm == "ES256" else -8
        self.cose = dict(CoseKey.for_alg(self.number).from_cryptography_key(self.private.public_key()))

    def sign(self, message):
        return self.private.sign(message, HASHES["ES256"]) if self.name == "ES256" else self.private.sign(message)


# --- certificates of a maker -----------------------------------------------------------------------------------------

START = datetime.datetime(2026, 1, 1)
END = datetime.datetime(2036, 1, 1)
NAMES = {"C": "SE", "O": "Maker AB", "OU": "Authenticator Attestation", "CN": "Authenticator 7"}
OIDS = {
    "C": x509.NameOID.COUNTRY_NAME,
    "O": x509.NameOID.ORGANIZATION_NAME,
    "OU": x509.NameOID.ORGANIZATIONAL_UNIT_NAME,
    "CN": x509.NameOID.COMMON_NAME,
}


def name(parts):
    return x509.Name([x509.NameAttribute(OIDS[kind], text) for kind, text in parts.items() if text is not None])


MAKER_KEY = ec.generate_private_key(ec.SECP256R1())
MAKER_NAME = name({"O": "Maker AB", "CN": "Maker Root"})


def certificate(subject, public, ca, model=AAGUID, critical=False, constraints=True, extension=None):
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(MAKER_NAME)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(END)
    )
    if constraints:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    if model is not None:
        value = extension if extension is not None else b"\x04\x10" + model
        oid = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
        builder = builder.add_extension(x509.UnrecognizedExtension(oid, value), critical=critical)
    return builder.sign(MAKER_KEY, hashes.SHA256()).public_bytes(Encoding.DER)


ROOT = certificate(MAKER_NAME, MAKER_KEY.public_key(), True, model=None)


def leaf(key, names={}, **changes):
    arguments = {"ca": False, **changes}
    return certificate(name({**NAMES, **names}), key.private.public_key(), **arguments)


# --- messages --------------------------------------------------------------------------------------------------------


def client_data(kind, challenge, change=None):
    members = json.loads(CollectedClientData.create(kind, challenge, ORIGIN))
    if change:
        members = change(members) or members
    return members if isinstance(members, bytes) else json.dumps(members, separators=(",", ":")).encode()


def credential_data(key, aaguid=AAGUID, identity=ID, cose=None):
    public = cose if isinstance(cose, bytes) else cbor.encode(cose or key.cose)
    return aaguid + struct.pack(">H", len(identity)) + identity + public


def authenticator_data(flags, count, rest=b"", rp_id=RP_ID):
    return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, count) + rest


def statement(fmt, key, message, maker, chain):
    if fmt == "none":
        return {}
    if fmt == "self":
        return {"alg": key.number, "sig": key.sign(message)}
    return {"alg": maker.number, "sig": maker.sign(message), "x5c": chain}


def b64(data):
    return websafe_encode(data)


# --- fido2's server --------------------------------------------------------------------------------------------------


def attestation_judge(attestation, client_data_hash):
    formats = {"none": NoneAttestation(), "packed": PackedAttestation()}
    formats[attestation.fmt].verify(attestation.att_stmt, attestation.auth_data, client_data_hash)


SERVER = Fido2Server({"id": RP_ID, "name": "x"}, "direct", lambda origin: origin == ORIGIN, attestation_judge)


def state(challenge, verification):
    return {"challenge": b64(challenge), "user_verification": verification}


def peer_registers(response, verification):
    try:
        SERVER.register_complete(state(CREATION.challenge, verification), response)
        return True
    except Exception:
        return False


def peer_asserts(response, verification, key):
    try:
        known = AttestedCredentialData.create(AAGUID, ID, CoseKey.parse(key.cose))
        SERVER.authenticate_complete(state(REQUEST.challenge, verification), [known], response)
        return True
    except Exception:
        return False


# --- cases -----------------------------------------------------------------------------------------------------------


def say(**case):
    print(json.dumps(case))


def registration(
    title, key, fmt="none", refuse=None, lax=False, verification="required", flags=UP | UV | AT, count=0, extensions=None, rp_id=RP_ID,
    client=None, maker=None, chain=None, state=None, fmt_name=None, encode=None, outer=None, attestation=None, data=None, tamper=None, **credential,
):
    collected = client_data("webauthn.create", CREATION.challenge, client)
    rest = credential_data(key, **credential) if flags & AT else b""
    auth = authenticator_data(flags, count, rest + (cbor.encode(extensions) if extensions is not None else b""), rp_id)
    auth = data(auth) if data else auth
    made = statement(fmt, key, auth + hashlib.sha256(collected).digest(), maker, chain)
    made = state(made) if state else made
    name_of_format = fmt_name or ("none" if fmt == "none" else "packed")
    members = {"fmt": name_of_format, "attStmt": made, "authData": auth}
    encoded = encode(members) if encode else cbor.encode(members)
    encoded = attestation(encoded) if attestation else encoded
    collected = tamper(collected) if tamper else collected
    identity = credential.get("identity", ID)
    response = {
        "id": b64(identity), "rawId": b64(identity), "type": "public-key", "clientExtensionResults": {},
        "authenticatorAttachment": "platform",
        "response": {"clientDataJSON": b64(collected), "attestationObject": b64(encoded), "transports": ["internal", "hybrid"]},
    }
    response = outer(response) if outer else response
    say(
        kind="registration", title=f"{key.name} {fmt}: {title}", refuse=refuse, lax=lax, verification=verification, response=response,
        peer=peer_registers(copy.deepcopy(response), verification), attestation=fmt,
    )


def assertion(
    title, key, refuse=None, lax=False, verification="required", flags=UP | UV, count=8, stored=7, eligible=False, extensions=None,
    rp_id=RP_ID, client=None, sign=None, outer=None, data=None, handle=CREATION.user.id, discoverable=True, tamper=None, rest=b"",
    extra=b"",
):
    collected = client_data("webauthn.get", REQUEST.challenge, client)
    auth = authenticator_data(flags, count, rest + (cbor.encode(extensions) if extensions is not None else b"") + extra, rp_id)
    signature = key.sign(auth + hashlib.sha256(collected).digest())
    signature = sign(signature) if sign else signature
    if tamper:
        auth, collected = tamper(auth, collected)
    response = {
        "id": b64(ID), "rawId": b64(ID), "type": "public-key", "clientExtensionResults": {},
        "response": {
            "clientDataJSON": b64(collected), "authenticatorData": b64(auth), "signature": b64(signature),
            "userHandle": None if handle is None else b64(handle),
        },
    }
    response = outer(response) if outer else response
    say(
        kind="assertion", title=f"{key.name}: {title}", refuse=refuse, lax=lax, verification=verification, response=response, stored=stored,
        eligible=eligible, key=b64(cbor.encode(key.cose)), discoverable=discoverable,
        peer=peer_asserts(copy.deepcopy(response), verification, key),
    )


def put(member, value):
    return lambda members: members.update({member: value})


def drop(member):
    return lambda members: members.pop(member) and None


def within(path, value):
    def change(response):
        place = response
        for step in path[:-1]:
            place = place[step]
        if value is None:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        return response

    return change


# What the client says: one list for both ceremonies. Title, change, fault, whether fido2's server lets it pass.
CLIENT = [
    ("another challenge", put("challenge", b64(b"x" * 32)), "challenge", False),
    ("an empty challenge", put("challenge", ""), "challenge", False),
    ("a challenge cut short", lambda m: m.update(challenge=m["challenge"][:-4]), "challenge", False),
    ("a padded challenge", lambda m: m.update(challenge=m["challenge"] + "="), "clientData", True),
    ("a challenge that is a number", put("challenge", 7), "clientData", False),
    ("no challenge", drop("challenge"), "clientData", False),
    ("no type", drop("type"), "clientData", False),
    ("no origin", drop("origin"), "clientData", False),
    ("another origin", put("origin", "https://clinica.example.evil"), "origin", False),
    ("an origin of another scheme", put("origin", ORIGIN.replace("https", "http")), "origin", False),
    ("an origin of another port", put("origin", ORIGIN + ":8443"), "origin", False),
    ("an origin with a slash", put("origin", ORIGIN + "/"), "origin", False),
    ("an origin in capitals", put("origin", ORIGIN.upper()), "origin", False),
    ("an origin below ours", put("origin", ORIGIN.replace("://", "://a.")), "origin", False),
    ("an empty origin", put("origin", ""), "origin", False),
    ("within another page", put("crossOrigin", True), "crossOrigin", True),
    ("crossOrigin that is text", put("crossOrigin", "false"), "clientData", True),
    ("another page around it", put("topOrigin", "https://evil.example"), "crossOrigin", True),
    ("a bound connection", put("tokenBinding", {"status": "present", "id": "AAAA"}), "tokenBinding", True),
    ("an unknown binding", put("tokenBinding", {"status": "perhaps"}), "clientData", True),
    ("another type", put("type", "payment.get"), "ceremonyType", False),
    ("a type in capitals", lambda m: m.update(type=m["type"].upper()), "ceremonyType", False),
    ("a member twice", lambda m: json.dumps(m)[:-1].encode() + b',"origin":"' + ORIGIN.encode() + b'"}', "clientData", True),
    ("something behind it", lambda m: json.dumps(m).encode() + b"{}", "clientData", False),
    ("an array", lambda m: json.dumps([m]).encode(), "clientData", False),
    ("no UTF-8", lambda m: json.dumps(m)[:-1].encode() + b',"a":"\xff"}', "clientData", False),
    ("nothing", lambda m: b" ", "clientData", False),
    ("5,000 bytes", put("padding", "x" * 5000), "clientData", True),
]

# What is good in both ceremonies.
GOOD_CLIENT = [
    ("unknown members", put("other_keys_can_be_added_here", "do not compare against a template")),
    ("white space", lambda m: json.dumps(m, indent=2).encode()),
    ("no crossOrigin", drop("crossOrigin")),
    ("a connection that could be bound", put("tokenBinding", {"status": "supported"})),
]

# Outside of what is signed.
OUTER = [
    ("another id", within(["id"], b64(b"z" * 32)), "message"),
    ("another raw id", within(["rawId"], b64(b"z" * 32)), "message"),
    ("no raw id", within(["rawId"], None), "message"),
    ("another kind of credential", within(["type"], "password"), "message"),
    ("no client data", within(["response", "clientDataJSON"], None), "message"),
    ("no response", within(["response"], None), "message"),
]


def registrations(key):
    other = Key("EdDSA" if key.name == "ES256" else "ES256")
    maker = Key("ES256")
    chain = [leaf(maker)]
    certified = {"fmt": "certified", "maker": maker, "chain": chain}
    for title, kind in [("plain", {}), ("plain", {"fmt": "self"}), ("plain", certified), ("with its root", {**certified, "chain": chain + [ROOT]})]:
        registration(title, key, **kind)
    edward = Key("EdDSA")
    registration("by a maker's Ed25519", key, "certified", maker=edward, chain=[leaf(edward)])
    registration("a certificate for any model", key, "certified", maker=maker, chain=[leaf(maker, model=None)])
    registration("counting", key, count=0xFFFFFFFF)
    registration("synced", key, flags=UP | UV | AT | BE | BS)
    registration("to be synced", key, "self", flags=UP | UV | AT | BE)
    registration("without verification", key, flags=UP | AT, verification="preferred")
    registration("without verification", key, "self", flags=UP | AT, verification="discouraged")
    registration("extensions", key, "self", flags=UP | UV | AT | ED, extensions={"credProtect": 2, "hmac-secret": True})
    registration("reserved bits", key, flags=UP | UV | AT | 0x22)
    registration("no model", key, aaguid=bytes(16))
    registration("the shortest id", key, identity=b"i" * 16)
    registration("the longest id", key, "self", identity=b"i" * 1023)
    for title, change in GOOD_CLIENT:
        registration(title, key, "self", client=change)

    for fmt in ["none", "self"]:
        for title, change, refuse, lax in CLIENT:
            registration(title, key, fmt, refuse, lax, client=change)
        registration("an assertion's client data", key, fmt, "ceremonyType", client=put("type", "webauthn.get"))
        registration("another relying party", key, fmt, "relyingPartyHash", rp_id="evil.example")
        registration("nobody present", key, fmt, "userNotPresent", flags=UV | AT)
        registration("nobody verified", key, fmt, "userNotVerified", flags=UP | AT)
        registration("backed up, not eligible", key, fmt, "backupState", True, flags=UP | UV | AT | BS)
        registration("an id of 15 bytes", key, fmt, "credentialIDLength", True, identity=b"i" * 15)
        registration("an id of no bytes", key, fmt, "credentialIDLength", True, identity=b"")
        registration("an id of 1,024 bytes", key, fmt, "credentialIDLength", True, identity=b"i" * 1024)
        registration("another id within", key, fmt, "credentialIDMismatch", True, outer=lambda r: {**r, "id": b64(b"z" * 32), "rawId": b64(b"z" * 32)})
        registration("something behind the data", key, fmt, "authenticatorData", data=lambda d: d + b"\x00")
        registration("the data cut short", key, fmt, "authenticatorData", fmt == "none", data=lambda d: d[:-1])
        registration("extensions promised, none there", key, fmt, "authenticatorData", flags=UP | UV | AT | ED)
        registration("extensions there, none promised", key, fmt, "authenticatorData", extensions={"a": 1})
        registration("extensions that are no map", key, fmt, "authenticatorData", True, flags=UP | UV | AT | ED, extensions=[1])
        registration("extensions under numbers", key, fmt, "authenticatorData", True, flags=UP | UV | AT | ED, extensions={1: 2})
        registration("another format", key, fmt, "attestationFormat", fmt_name="fido-u2f")
        registration("a format in capitals", key, fmt, "attestationFormat", fmt_name="NONE")
        registration("something behind the object", key, fmt, "attestationObject", attestation=lambda o: o + b"\x00")
        registration("the object cut short", key, fmt, "attestationObject", fmt == "none", attestation=lambda o: o[:-1])
        registration("a member more", key, fmt, "attestationObject", True, encode=lambda m: cbor.encode({**m, "epAtt": True}))
        registration("members out of order", key, fmt, "attestationObject", True, encode=out_of_order)
        registration("an indefinite map", key, fmt, "attestationObject", encode=lambda m: b"\xbf" + cbor.encode(m)[1:] + b"\xff")
        registration("a length longer than needed", key, fmt, "attestationObject", True, encode=lambda m: b"\xb8\x03" + cbor.encode(m)[1:])
        registration("a statement that is a list", key, fmt, "attestationObject", state=lambda s: [])
        for title, cose in bad_keys(key).items():
            lax = title in {"another type", "a parameter more", "members out of order", "a y"} or (fmt == "none" and title != "no algorithm")
            registration(f"a key with {title}", key, fmt, "authenticatorData" if isinstance(cose, bytes) else "credentialKey", lax, cose=cose)
        for title, change, refuse in OUTER:
            registration(title, key, fmt, refuse, outer=change, lax=title == "another kind of credential")
        registration("no attestation object", key, fmt, "message", outer=within(["response", "attestationObject"], None))
        registration("padded base64", key, fmt, "message", True, outer=lambda r: within(["response", "attestationObject"], r["response"]["attestationObject"] + "=")(r))
    registration("no credential", key, "none", "attestedCredential", flags=UP | UV)
    registration("a statement in none", key, "none", "attestationStatement", state=lambda s: {"alg": key.number})
    registration("the credential's flag missing", key, "none", "authenticatorData", data=lambda d: d[:32] + bytes([UP | UV]) + d[33:])

    registration("a foreign signature", key, "self", "attestationSignature", state=lambda s: {**s, "sig": maker.sign(b"x") if key.name == "ES256" else edward.sign(b"x")})
    registration("another algorithm", key, "self", "attestationAlgorithm", state=lambda s: {**s, "alg": other.number})
    registration("no algorithm", key, "self", "attestationStatement", state=lambda s: {"sig": s["sig"]})
    registration("no signature", key, "self", "attestationStatement", state=lambda s: {"alg": s["alg"]})
    registration("an empty signature", key, "self", "attestationSignature", state=lambda s: {**s, "sig": b""})
    registration("a member more in the statement", key, "self", "attestationStatement", state=lambda s: {**s, "ver": "2.0"}, lax=True)
    registration("ECDAA", key, "self", "attestationStatement", state=lambda s: {**s, "ecdaaKeyId": b"x"})
    registration("packed without anything", key, "self", "attestationStatement", state=lambda s: {})

    registration("certificates that are none", key, "certified", "attestationCertificate", maker=maker, chain=[b"\x30\x00"])
    registration("no certificates", key, "certified", "attestationStatement", maker=maker, chain=[])
    registration("a certificate as text", key, "certified", "attestationStatement", maker=maker, chain=["x"])
    registration("six certificates", key, "certified", "attestationStatement", True, maker=maker, chain=chain + [ROOT] * 5)
    registration("another's certificate", key, "certified", "attestationSignature", maker=maker, chain=[leaf(Key("ES256"))])
    registration("a certificate of another algorithm", key, "certified", "attestationAlgorithm", maker=maker, chain=[leaf(edward)])
    registration("a foreign signature", key, "certified", "attestationSignature", maker=maker, chain=chain, state=lambda s: {**s, "sig": maker.sign(b"x")})
    registration("RSA's number", key, "certified", "attestationAlgorithm", maker=maker, chain=chain, state=lambda s: {**s, "alg": -257})
    bad = {"fmt": "certified", "maker": maker, "refuse": "attestationCertificate"}
    for title, names, lax in [
        ("no country", {"C": None}, False), ("a country in small letters", {"C": "se"}, True), ("no maker", {"O": None}, False),
        ("no unit", {"OU": None}, False), ("another unit", {"OU": "Authenticator attestation"}, False), ("no name", {"CN": None}, False),
    ]:
        registration(f"a certificate with {title}", key, chain=[leaf(maker, names)], lax=lax, **bad)
    registration("a certificate of an authority", key, chain=[leaf(maker, ca=True)], **bad)
    registration("a certificate without constraints", key, chain=[leaf(maker, constraints=False)], **bad)
    registration("a certificate whose model is critical", key, chain=[leaf(maker, critical=True)], **bad)
    registration("a certificate whose model is short", key, chain=[leaf(maker, extension=b"\x04\x0f" + AAGUID[:15])], **bad)
    registration("a certificate whose model is bare", key, chain=[leaf(maker, extension=AAGUID)], **bad)
    registration("a certificate of version 2", key, chain=[leaf(maker).replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x01", 1)], **bad)
    registration("a certificate for another model", key, "certified", "attestationModel", maker=maker, chain=[leaf(maker, model=bytes(16))])

    # Every byte of what is signed, one bit at a time.
    for index in range(230):
        registration(f"bit {index % 8} of byte {index} of the object", key, "self", "*", None, attestation=flip(index))
    for index in range(130):
        registration(f"bit {index % 8} of byte {index} of the client data", key, "self", "*", None, tamper=flip(index))


def out_of_order(members):
    return b"\xa3" + b"".join(cbor.encode(k) + cbor.encode(v) for k, v in reversed(members.items()))


def flip(index):
    def change(data):
        place = index % len(data)
        return data[:place] + bytes([data[place] ^ 1 << index % 8]) + data[place + 1 :]

    return change


def bad_keys(key):
    good = key.cose
    swapped = dict(reversed(good.items()))
    keys = {
        "no algorithm": {k: v for k, v in good.items() if k != 3},
        "another type": {**good, 1: 3},
        "another curve": {**good, -1: 2},
        "a parameter more": {**good, 4: [2]},
        "an x of 31 bytes": {**good, -2: good[-2][:31]},
        "an x of 33 bytes": {**good, -2: good[-2] + b"\x00"},
        "members out of order": bytes([0xA0 + len(swapped)]) + b"".join(cbor.encode(k) + cbor.encode(v) for k, v in swapped.items()),
        "an unknown algorithm": {**good, 3: -47},
        "RSA's algorithm": {**good, 3: -257},
    }
    if key.name == "ES256":
        keys["a point off the curve"] = {**good, -3: bytes([good[-3][0] ^ 1]) + good[-3][1:]}
        keys["a compressed point"] = {**good, -3: True}
        keys["the point at infinity"] = {**good, -2: bytes(32), -3: bytes(32)}
        keys["no y"] = {k: v for k, v in good.items() if k != -3}
    else:
        keys["a point of small order"] = {**good, -2: b"\x01" + bytes(31)}
        keys["a point that is not reduced"] = {**good, -2: b"\xee" + b"\xff" * 30 + b"\x7f"}
        keys["a y"] = {**good, -3: bytes(32)}
    return keys


def assertions(key):
    assertion("plain", key)
    assertion("synced, not counting", key, flags=UP | UV | BE | BS, count=0, stored=0, eligible=True)
    assertion("the last count", key, count=0xFFFFFFFF, stored=0xFFFFFFFE)
    assertion("counting begins", key, count=1, stored=0)
    assertion("without verification", key, flags=UP, verification="preferred")
    assertion("asked by id, nobody named", key, handle=None, discoverable=False)
    assertion("asked by id, somebody named", key, discoverable=False)
    assertion("extensions", key, flags=UP | UV | ED, extensions={"uvm": [[2, 4, 2]]})
    for title, change in GOOD_CLIENT:
        assertion(title, key, client=change)

    for title, change, refuse, lax in CLIENT:
        assertion(title, key, refuse, lax, client=change)
    assertion("a registration's client data", key, "ceremonyType", client=put("type", "webauthn.create"))
    assertion("another relying party", key, "relyingPartyHash", rp_id="evil.example")
    assertion("nobody present", key, "userNotPresent", flags=UV)
    assertion("nobody verified", key, "userNotVerified", flags=UP)
    assertion("backed up, not eligible", key, "backupState", True, flags=UP | UV | BS)
    assertion("eligible all at once", key, "backupEligibility", True, flags=UP | UV | BE)
    assertion("no longer eligible", key, "backupEligibility", True, eligible=True)
    assertion("the same count", key, "possibleClone", True, count=7)
    assertion("a smaller count", key, "possibleClone", True, count=6)
    assertion("no count any more", key, "possibleClone", True, count=0)
    assertion("a credential in it", key, "attestedCredential", True, flags=UP | UV | AT, rest=credential_data(key))
    assertion("a credential promised", key, "authenticatorData", flags=UP | UV | AT)
    assertion("extensions promised", key, "authenticatorData", flags=UP | UV | ED)
    assertion("something behind the data", key, "authenticatorData", extra=b"\x00")
    assertion("another person", key, "userHandle", True, handle=b"somebody else")
    assertion("an empty person", key, "userHandle", True, handle=b"")
    assertion("another person, asked by id", key, "userHandle", True, handle=b"somebody else", discoverable=False)
    assertion("nobody", key, "userHandleMissing", True, handle=None)
    for title, change, refuse in OUTER:
        assertion(title, key, refuse, outer=change, lax=title == "another kind of credential")
    assertion("another credential", key, "unknownCredential", outer=lambda r: {**r, "id": b64(b"z" * 32), "rawId": b64(b"z" * 32)})
    assertion("no signature", key, "message", outer=within(["response", "signature"], None))
    assertion("no data", key, "message", outer=within(["response", "authenticatorData"], None))
    assertion("another's signature", key, "signature", sign=lambda s: Key(key.name).sign(b"x"))
    assertion("an empty signature", key, "signature", sign=lambda s: b"")
    assertion("a byte more", key, "signature", sign=lambda s: s + b"\x00")
    assertion("a byte less", key, "signature", sign=lambda s: s[:-1])
    assertion("a signature of zeros", key, "signature", sign=lambda s: bytes(len(s)))
    assertion("a signature of the data alone", key, "signature", sign=lambda s: key.sign(b""))
    for index in range(74):
        assertion(f"bit {index % 8} of byte {index} of the signature", key, "*", None, sign=flip(index))
    for index in range(37):
        assertion(f"bit {index % 8} of byte {index} of the data", key, "*", None, tamper=lambda a, c, i=index: (flip(i)(a), c))
    for index in range(130):
        assertion(f"bit {index % 8} of byte {index} of the client data", key, "*", None, tamper=lambda a, c, i=index: (a, flip(i)(c)))


say(kind="root", certificate=b64(ROOT), aaguid=b64(AAGUID))
for algorithm in ["ES256", "EdDSA"]:
    registrations(Key(algorithm))
    assertions(Key(algorithm))
