"""Does with Python's bare sqlite3, and with SQLAlchemy, what StoreBenchmark does through the store. Prints lines of JSON."""

import json
import resource
import sqlite3
import statistics
import sys
import os
import time

RUNS = 5
MASK = (1 << 64) - 1
SELECT = "SELECT id, tenant, subject, created_at, body FROM records WHERE id = ?"
INSERT = "INSERT INTO records (id, tenant, subject, created_at, body) VALUES (?, ?, ?, ?, ?)"
BODY = bytes((i * 7) & 255 for i in range(800))


def record_id(number):
    bits = (number * 0x9E3779B97F4A7C15) & MASK
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    bits ^= bits >> 27
    text = f"{bits:016x}"
    return f"{text[:8]}-{text[8:12]}-7000-8000-{text[4:]}"


def values(number):
    return (record_id(number), f"organisation-0000000{number % 4}", record_id(number // 10 + 1_000_000_000),
            1_767_225_600_000_000 + number, BODY)


def positions(number, among):
    state, found = 7, []
    for _ in range(number):
        state = (state * 6364136223846793005 + 1442695040888963407) & MASK
        found.append((state >> 33) % among)
    return found


def connect(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -16384")
    return connection


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def cpu_us(read, ids):
    times = []
    for run in range(RUNS + 1):
        before = cpu_seconds()
        for each in ids:
            read(each)
        if run > 0:  # the first warms the cache
            times.append((cpu_seconds() - before) / len(ids) * 1e6)
    return statistics.median(times)


def tell(name, **figures):
    print(json.dumps({"name": name, "figures": figures}), flush=True)


def point(path, rows, reads):
    connection = connect(path)
    ids = [record_id(each) for each in positions(int(reads), int(rows))]
    tell("python sqlite3 point read", cpu_us=cpu_us(lambda each: connection.execute(SELECT, (each,)).fetchone(), ids))


def alchemy(path, rows, reads):
    from sqlalchemy import BigInteger, LargeBinary, String, create_engine, select
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

    class Base(DeclarativeBase):
        pass

    class Record(Base):
        __tablename__ = "records"
        id: Mapped[str] = mapped_column(String, primary_key=True)
        tenant: Mapped[str] = mapped_column(String)
        subject: Mapped[str] = mapped_column(String)
        created_at: Mapped[int] = mapped_column(BigInteger)
        body: Mapped[bytes] = mapped_column(LargeBinary)

    engine = create_engine(f"sqlite:///{path}")
    ids = [record_id(each) for each in positions(int(reads), int(rows))]

    def through_session(each):
        with Session(engine) as session:
            return session.get(Record, each).body

    table = Record.__table__

    def through_core(each):
        with engine.connect() as connection:
            return connection.execute(select(table).where(table.c.id == each)).one()

    tell("sqlalchemy orm point read", cpu_us=cpu_us(through_session, ids))
    tell("sqlalchemy core point read", cpu_us=cpu_us(through_core, ids))


def emptied(path):
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
    return path


def create(connection):
    connection.execute("""CREATE TABLE records (id TEXT PRIMARY KEY, tenant TEXT NOT NULL, subject TEXT NOT NULL,
        created_at INTEGER NOT NULL, body BLOB NOT NULL) STRICT""")
    connection.execute("CREATE INDEX records_by_time ON records (tenant, created_at, id)")


def insert(path, inserts):
    rates = []
    for _ in range(RUNS):
        connection = connect(emptied(path))
        create(connection)
        start = time.monotonic()
        for number in range(int(inserts)):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(INSERT, values(number))
            connection.execute("COMMIT")
        rates.append(int(inserts) / (time.monotonic() - start))
        connection.close()
    tell("python sqlite3 durable insert", per_second=statistics.median(rates))


def load(path, rows):
    short, whole = [], []
    for _ in range(3):
        connection = connect(emptied(path))
        create(connection)
        connection.execute("""CREATE TABLE readings (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL,
            value REAL NOT NULL) STRICT""")
        start = time.monotonic()
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO readings VALUES (?, ?, ?, ?)",
                               ((n, "knee", 1_767_225_600_000_000 + n, n / 3) for n in range(int(rows))))
        connection.execute("COMMIT")
        short.append(int(rows) / (time.monotonic() - start))
        start = time.monotonic()
        for begin in range(0, int(rows), 100_000):
            connection.execute("BEGIN")
            connection.executemany(INSERT, (values(n) for n in range(begin, min(int(rows), begin + 100_000))))
            connection.execute("COMMIT")
        whole.append(int(rows) / (time.monotonic() - start))
        connection.close()
    tell("python sqlite3 bulk load, short rows", rows_per_second=statistics.median(short))
    tell("python sqlite3 bulk load, 900-byte rows and an index", rows_per_second=statistics.median(whole))


def listing(path, rows, lists):
    connection = connect(path)
    times = []
    for position in positions(int(lists), int(rows) - 1000):
        start = time.monotonic()
        found = connection.execute(
            """SELECT id, tenant, subject, created_at, body FROM records WHERE tenant = ? AND created_at >= ?
            ORDER BY created_at, id LIMIT 50""",
            (f"organisation-0000000{position % 4}", 1_767_225_600_000_000 + position)).fetchall()
        assert len(found) == 50
        times.append((time.monotonic() - start) * 1e3)
    times.sort()
    tell("python sqlite3 list of 50", median_ms=statistics.median(times), p95_ms=times[len(times) * 95 // 100])


COMMANDS = {"point": point, "alchemy": alchemy, "insert": insert, "load": load, "list": listing}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
