"""Writes tokens as other people's libraries make them, for TokenTests.

    python make-goldens.py > tokens.json

Needs PyJWT==2.15.1 and Authlib==1.9.9 (with cryptography). The keys are made here and thrown away. Every token says who
made it and what is to become of it at 2026-01-01T00:00:00Z: "ok", or the code of the refusal.
"""

import json
import sys
import warnings

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm

warnings.filterwarnings("ignore")
from authlib.jose import JsonWebKey, JsonWebToken  # noqa: E402

NOW = 1767225600
CLAIMS = {
    "iss": "https://identity.example", "aud": "zancada", "sub": "ana", "jti": "t-1", "iat": NOW - 60, "nbf": NOW - 60,
    "exp": NOW + 840, "org": "clínica", "roles": ["therapist", "auditor"], "tier": "premium", "acr": "passkey",
    "on_behalf_of": "luz",
}

ours = ec.generate_private_key(ec.SECP256R1())
other = ec.generate_private_key(ec.SECP256R1())
stranger = ec.generate_private_key(ec.SECP256R1())
large = ec.generate_private_key(ec.SECP384R1())
rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(key, kid):
    return {**json.loads(ECAlgorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", "alg": "ES256"}


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


tokens = []


def pyjwt(name, expected, claims=None, key=ours, algorithm="ES256", headers=None):
    changed = {k: v for k, v in {**CLAIMS, **(claims or {})}.items() if v is not None}
    token = jwt.encode(changed, key, algorithm=algorithm, headers={"kid": "one", **(headers or {})})
    tokens.append({"maker": "PyJWT", "name": name, "expected": expected, "token": token})


def authlib(name, expected, claims=None, key=ours, header=None):
    changed = {k: v for k, v in {**CLAIMS, **(claims or {})}.items() if v is not None}
    made = JsonWebToken(["ES256"]).encode(
        {"alg": "ES256", "kid": "one", **(header or {})}, changed, JsonWebKey.import_key(pem(key), {"kty": "EC"}))
    tokens.append({"maker": "Authlib", "name": name, "expected": expected, "token": made.decode()})


pyjwt("plain", "ok")
pyjwt("second key", "ok", key=other, headers={"kid": "two"})
pyjwt("access token type", "ok", headers={"typ": "at+jwt"})
pyjwt("audience list", "ok", {"aud": ["elsewhere", "zancada"]})
pyjwt("no nbf", "ok", {"nbf": None})
pyjwt("expired", "token_expired", {"iat": NOW - 1000, "nbf": None, "exp": NOW - 60})
pyjwt("not yet", "token_not_yet_valid", {"nbf": NOW + 60})
pyjwt("issued tomorrow", "token_not_yet_valid", {"iat": NOW + 86400, "nbf": None, "exp": NOW + 86500})
pyjwt("for years", "token_too_long_lived", {"exp": NOW + 10 * 365 * 86400})
pyjwt("other issuer", "token_issuer", {"iss": "https://identity.example.evil"})
pyjwt("other audience", "token_audience", {"aud": "zancada-test"})
pyjwt("no expiry", "token_claims", {"exp": None})
pyjwt("no subject", "token_claims", {"sub": None})
pyjwt("no id", "token_claims", {"jti": None})
pyjwt("fraction of a second", "token_claims", {"exp": NOW + 0.5})
pyjwt("NUL in the organisation", "token_claims", {"org": "a\0b"})
pyjwt("hostile organisation", "ok", {"org": "o'; DROP TABLE notes; --"})
pyjwt("stranger's key", "token_signature", key=stranger)
pyjwt("stranger's key, own kid", "token_unknown_key", key=stranger, headers={"kid": "stranger"})
pyjwt("none", "token_algorithm", key=None, algorithm="none")
pyjwt("HMAC with the public key", "token_algorithm", key=public(ours, "one")["x"], algorithm="HS256")
pyjwt("RSA", "token_algorithm", key=rsa_key, algorithm="RS256")
pyjwt("ES384", "token_algorithm", key=large, algorithm="ES384")
pyjwt("embedded jwk", "token_header", key=stranger, headers={"jwk": public(stranger, "one")})
pyjwt("jku", "token_header", key=stranger, headers={"jku": "https://evil.example/jwks"})
pyjwt("x5u", "token_header", headers={"x5u": "https://evil.example/x"})
pyjwt("crit", "token_header", headers={"crit": ["exp"]})
authlib("plain", "ok")
authlib("typed", "ok", header={"typ": "JWT"})
authlib("stranger's key", "token_signature", key=stranger)
authlib("expired", "token_expired", {"iat": NOW - 1000, "nbf": None, "exp": NOW - 60})

json.dump(
    {
        "jwks": {"keys": [public(ours, "one"), public(other, "two"),
                          {"kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB"}, {"kty": "OKP", "crv": "Ed25519", "x": "AA"}]},
        "tokens": tokens,
    }, sys.stdout, indent=1, ensure_ascii=True)
