"""Does with huey (SQLite) and procrastinate (PostgreSQL) what JobsBenchmark does. Prints lines of JSON.

    jobs_peer.py huey FILE COUNT LATENCIES
    jobs_peer.py procrastinate URL COUNT LATENCIES
"""

import asyncio
import json
import logging
import os
import sqlite3
import sys
import threading
import time


def tell(name, **figures):
    print(json.dumps({"name": name, "figures": figures}), flush=True)


def spread(times):
    times = sorted(times)
    return {"median_ms": times[len(times) // 2] * 1e3, "p99_ms": times[len(times) * 99 // 100] * 1e3}


def huey(path, count, latencies):
    from huey import SqliteHuey

    # Durable as ours is: without, a power cut loses jobs that were asked for.
    queue = SqliteHuey(filename=path, fsync=True, results=False)
    begun = threading.Semaphore(0)
    local = threading.local()
    starts = []
    database = path + ".written"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE written (number INTEGER)")

    @queue.task()
    def empty(number):
        starts.append(time.monotonic())
        begun.release()

    @queue.task()
    def writing(number):
        connection = getattr(local, "connection", None)
        if connection is None:
            connection = local.connection = sqlite3.connect(database, timeout=30, isolation_level=None)
            connection.execute("PRAGMA synchronous = FULL")
        connection.execute("INSERT INTO written VALUES (?)", (number,))
        begun.release()

    def consumer():
        # Its usual polling, from a tenth of a second on.
        made = queue.create_consumer(workers=4, periodic=False, check_worker_health=False)
        made.start()
        return made

    for name, task in (("empty", empty), ("writing", writing)):
        start = time.monotonic()
        for number in range(count):
            task(number)
        asked = time.monotonic()
        worker = consumer()
        for _ in range(count):
            begun.acquire()
        end = time.monotonic()
        worker.stop(graceful=True)
        tell(f"huey {name}", per_second=count / (end - asked), enqueued_per_second=count / (asked - start))
    worker = consumer()
    times = []
    for number in range(latencies):
        time.sleep(0.003)
        starts.clear()
        start = time.monotonic()
        empty(number)
        begun.acquire()
        times.append(starts[0] - start)
    worker.stop(graceful=True)
    tell("huey latency", **spread(times))


async def procrastinate(url, count, latencies):
    from procrastinate import App, PsycopgConnector

    logging.disable(logging.WARNING)
    app = App(connector=PsycopgConnector(conninfo=url, min_size=8, max_size=8))
    starts = []
    begun = asyncio.Semaphore(0)

    @app.task(name="empty")
    async def empty(number):
        starts.append(time.monotonic())
        begun.release()

    @app.task(name="writing")
    async def writing(number):
        await app.connector.execute_query_async("INSERT INTO procrastinate_written VALUES (%(number)s)", number=number)
        begun.release()

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await app.connector.execute_query_async("CREATE TABLE procrastinate_written (number bigint)")
        for name, task in (("empty", empty), ("writing", writing)):
            start = time.monotonic()
            for first in range(0, count, 1000):
                await task.batch_defer_async(*({"number": n} for n in range(first, min(first + 1000, count))))
            asked = time.monotonic()
            await app.run_worker_async(concurrency=4, wait=False, install_signal_handlers=False)
            end = time.monotonic()
            tell(f"procrastinate {name}", per_second=count / (end - asked), enqueued_per_second=count / (asked - start))
        begun = asyncio.Semaphore(0)
        worker = asyncio.create_task(app.run_worker_async(concurrency=4, install_signal_handlers=False))
        await asyncio.sleep(1)
        times = []
        for number in range(latencies):
            await asyncio.sleep(0.003)
            starts.clear()
            start = time.monotonic()
            await empty.defer_async(number=number)
            await begun.acquire()
            times.append(starts[0] - start)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        tell("procrastinate latency", **spread(times))


if __name__ == "__main__":
    peer, place, count, latencies = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    if peer == "huey":
        huey(place, count, latencies)
        os._exit(0)  # its threads may sleep on
    asyncio.run(procrastinate(place, count, latencies))
