"""Asks for tokens as a program of somebody else's would (PyPI's Authlib), and says what is wrong; silent where nothing is.

usage: oauth_client.py ADDRESS ISSUER CLIENT_ID CLIENT_SECRET REFRESH_TOKEN

ADDRESS is where a program at work listens, ISSUER what it calls itself; the client may ask for the roles coach and therapist.
"""

import os
import sys

# On loopback there is no TLS.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

address, issuer, client_id, secret, refresh = sys.argv[1:]
PATIENCE = 20
faults = []


def expect(holds, *words):
    if not holds:
        faults.append(" ".join(str(word) for word in words))


def get(path):
    answer = requests.get(address + path, timeout=PATIENCE)
    expect(answer.status_code == 200 and answer.headers["content-type"] == "application/json", path, answer.status_code)
    return answer.json()


def check_metadata():
    document = get("/.well-known/openid-configuration")
    expect(document == get("/.well-known/oauth-authorization-server"), "the two documents differ")
    expect(document["issuer"] == issuer and document["jwks_uri"] == issuer + "/oauth2/jwks", "issuer", document)
    metadata = AuthorizationServerMetadata(document)
    # An installation of one's own has an issuer without TLS; everything else is held to RFC 8414.
    for name in metadata.REGISTRY_KEYS:
        if name != "issuer" and document.get(name) is not None and not name.endswith(("_endpoint", "_uri")):
            getattr(metadata, "validate_" + name, lambda: None)()
    expect({"client_credentials", "refresh_token"} <= set(document["grant_types_supported"]), "grant types")


def claims(text, keys):
    token = jwt.decode(text, keys, algorithms=["ES256"])
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer}, aud={"essential": True, "value": "zancada"}, exp={"essential": True},
        sub={"essential": True}, jti={"essential": True}).validate(token.claims)
    expect(token.header["typ"] == "at+jwt", "typ", token.header)
    expect(0 < token.claims["exp"] - token.claims["iat"] <= 900, "life", token.claims)
    return token.claims


def session(method, password=secret):
    return OAuth2Session(client_id, password, token_endpoint_auth_method=method)


def ask(method, password=secret, **fields):
    return session(method, password).fetch_token(address + "/oauth2/token", grant_type="client_credentials", timeout=PATIENCE, **fields)


def refused(error, action):
    try:
        action()
        expect(False, "not refused:", error)
    except Exception as fault:
        expect(getattr(fault, "error", None) == error, error, "but", repr(fault))


def check_machine(keys):
    for method in ["client_secret_basic", "client_secret_post"]:
        token = ask(method)
        said = claims(token["access_token"], keys)
        expect(said["sub"] == client_id and said["roles"] == ["coach", "therapist"] and said["org"] == "clinic", "claims", said)
        expect(token["token_type"] == "Bearer" and token["expires_in"] == 900 and token["scope"] == "coach therapist", "answer", token)
        narrow = ask(method, scope="coach")
        expect(narrow["scope"] == "coach" and claims(narrow["access_token"], keys)["roles"] == ["coach"], "scope", narrow)
        me = requests.get(
            address + "/api/v1/auth/me", headers={"Authorization": "Bearer " + token["access_token"]}, timeout=PATIENCE)
        expect(me.status_code == 200 and me.json()["account"] == client_id, "me", me.text)
        refused("invalid_client", lambda: ask(method, password="wrong"))
        for scope in ["operator", "coach operator", "no/role"]:
            refused("invalid_scope", lambda: ask(method, scope=scope))
    answer = requests.post(
        address + "/oauth2/token", data={"grant_type": "client_credentials"}, auth=(client_id, "wrong"), timeout=PATIENCE)
    expect(answer.status_code == 401 and answer.headers.get("WWW-Authenticate", "").startswith("Basic"), "401", answer.headers)
    expect("no-store" in answer.headers.get("Cache-Control", ""), "RFC 6749, section 5.1", answer.headers)
    twice = requests.post(
        address + "/oauth2/token", data={"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret},
        auth=(client_id, secret), timeout=PATIENCE)
    expect(twice.status_code == 401, "two ways of saying who one is", twice.status_code)
    for grant in ["password", "authorization_code", "urn:ietf:params:oauth:grant-type:jwt-bearer"]:
        answer = requests.post(address + "/oauth2/token", data={"grant_type": grant, "username": "a", "password": "b"}, timeout=PATIENCE)
        expect(answer.status_code == 400 and answer.json() == {"error": "unsupported_grant_type"}, grant, answer.text)


def check_refresh(keys):
    client = OAuth2Session(token_endpoint_auth_method="none")
    first = client.refresh_token(address + "/oauth2/token", refresh, timeout=PATIENCE)
    said = claims(first["access_token"], keys)
    expect(said["sid"] and first["refresh_token"] != refresh, "rotation", first)
    again = OAuth2Session(token_endpoint_auth_method="none")
    refused("invalid_grant", lambda: again.refresh_token(address + "/oauth2/token", refresh, timeout=PATIENCE))
    refused("invalid_grant", lambda: again.refresh_token(address + "/oauth2/token", first["refresh_token"], timeout=PATIENCE))
    over = requests.get(address + "/api/v1/auth/me", headers={"Authorization": "Bearer " + first["access_token"]}, timeout=PATIENCE)
    expect(over.status_code == 401, "the family goes on", over.status_code)


def check_strangers(keys):
    """What is not signed by the published key is refused by Authlib and by the program alike."""
    good = ask("client_secret_basic")["access_token"]
    head, body, signature = good.split(".")
    other = get("/oauth2/jwks")["keys"][0]
    forged = {
        "none": jwt_none(body), "altered": ".".join([head, body[:-2] + ("AA" if body[-2:] != "AA" else "BB"), signature]),
        "HS256": jwt.encode({"alg": "HS256", "kid": other["kid"]}, claims(good, keys), hmac_key(other)),
        "another key": jwt.encode({"alg": "ES256", "kid": other["kid"], "typ": "at+jwt"}, claims(good, keys), stranger()),
    }
    for name, text in forged.items():
        try:
            jwt.decode(text, keys, algorithms=["ES256"])
            expect(False, name, "was decoded")
        except (JoseError, ValueError):
            pass
        answer = requests.get(address + "/api/v1/auth/me", headers={"Authorization": "Bearer " + text}, timeout=PATIENCE)
        expect(answer.status_code == 401, name, answer.status_code)


def jwt_none(body):
    import base64

    return base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=") + "." + body + "."


def hmac_key(public):
    """The old confusion: a public key taken for a shared secret."""
    from joserfc.jwk import OctKey

    return OctKey.import_key((public["x"] + public["y"]).encode())


def stranger():
    from joserfc.jwk import ECKey

    return ECKey.generate_key("P-256")


check_metadata()
published = KeySet.import_key_set(get("/oauth2/jwks"))
expect(all("d" not in key for key in get("/oauth2/jwks")["keys"]), "a private key is published")
check_machine(published)
check_strangers(published)
check_refresh(published)
print("\n".join(faults), end="\n" if faults else "")
sys.exit(1 if faults else 0)
