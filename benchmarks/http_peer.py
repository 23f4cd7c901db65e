"""The peer of benchmarks/http: the same work by FastAPI and sqlite3, without sealing. Run as a program it makes the database and a token."""
import asyncio, json, os, sqlite3, time
from contextlib import asynccontextmanager

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI, Request, Response

PATH = os.environ["PEER_DATABASE"]


def connect():
    connection = sqlite3.connect(PATH, isolation_level=None, check_same_thread=False)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;")
    return connection


if __name__ == "__main__":
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    database = connect()
    database.executescript(
        "CREATE TABLE records (id TEXT PRIMARY KEY, body TEXT, version INTEGER); CREATE TABLE reads (record TEXT, actor TEXT, at REAL);"
        "CREATE TABLE answers (key TEXT PRIMARY KEY, record TEXT); CREATE TABLE keys (pem TEXT); CREATE TABLE entries (record TEXT, body TEXT, at REAL);")
    database.execute("INSERT INTO records VALUES ('1', ?, 1)", (os.environ["PEER_RECORD"],))
    database.execute("INSERT INTO keys VALUES (?)", (public,))
    now = int(time.time())
    with open(os.environ["PEER_TOKEN_FILE"], "w") as file:
        file.write(jwt.encode({"sub": "bench", "iss": "peer", "aud": "peer", "iat": now, "exp": now + 3600}, key, algorithm="ES256"))
else:
    database = connect()
    public = database.execute("SELECT pem FROM keys").fetchone()[0]
tokens, counts, reads = {}, {}, []


@asynccontextmanager
async def lifespan(app):
    async def tell():
        while True:
            await asyncio.sleep(0.25)
            rows = reads.copy()
            reads.clear()
            if rows:
                database.execute("BEGIN")
                database.executemany("INSERT INTO reads VALUES (?, ?, ?)", rows)
                database.execute("COMMIT")

    task = asyncio.create_task(tell())
    yield
    task.cancel()


app = FastAPI(lifespan=lifespan)


def caller(request):
    token = request.headers["authorization"][7:]
    claims = tokens.get(token)
    if claims is None:
        claims = tokens[token] = jwt.decode(token, public, algorithms=["ES256"], audience="peer", issuer="peer")
    if claims["exp"] < time.time():
        raise PermissionError
    counts[claims["sub"]] = counts.get(claims["sub"], 0) + 1
    return claims["sub"]


@app.get("/records/{name}")
async def read(name: str, request: Request):
    actor = caller(request)
    body, version = database.execute("SELECT body, version FROM records WHERE id = ?", (name,)).fetchone()
    reads.append((name, actor, time.time()))
    return Response(body, media_type="application/json", headers={"ETag": f'"{version}"'})


@app.post("/records", status_code=201)
async def create(request: Request):
    actor = caller(request)
    body = await request.body()
    name = json.loads(body)["slug"]
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO records VALUES (?, ?, 1)", (name, body.decode()))
    database.execute("INSERT INTO entries VALUES (?, ?, ?)", (name, body.decode(), time.time()))
    database.execute("INSERT INTO answers VALUES (?, ?)", (actor + request.headers["idempotency-key"], name))
    database.execute("COMMIT")
    return Response(body, 201, media_type="application/json", headers={"Location": f"/records/{name}"})
