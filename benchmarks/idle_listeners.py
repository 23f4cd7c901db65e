"""Runs LiveBenchmark and its clients; see benchmarks/websockets."""
import json
import os
import statistics
import subprocess
import sys

COUNT, CLIENTS, RUNS = (int(os.environ.get(name, usual)) for name, usual in [("COUNT", 18000), ("CLIENTS", 3), ("RUNS", 7)])
PROGRAM = os.environ.get("ZANCADA_LIVE_BENCHMARK", ".build/release/LiveBenchmark")


def start(*command):
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(process, line=None):
    if line:
        process.stdin.write(line + "\n")
        process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise SystemExit(f"bench: {process.args[0]} ended")
    return json.loads(answer)


def main():
    server = start(PROGRAM)
    clients = []
    try:
        port = ask(server)["port"]
        warm = start(sys.executable, "benchmarks/live_clients.py", str(port), "127.0.0.9", "200")
        ask(warm)
        warm.stdin.close()
        warm.wait(20)
        before = ask(server, "memory")["resident_kib"]
        share = [COUNT // CLIENTS + (1 if i < COUNT % CLIENTS else 0) for i in range(CLIENTS)]
        clients = [
            start(sys.executable, "benchmarks/live_clients.py", str(port), f"127.0.0.{10 + i}", str(n)) for i, n in enumerate(share)
        ]
        connected = sum(ask(client)["connected"] for client in clients)
        idle = ask(server, "memory")
        took = []
        for _ in range(RUNS):
            for client in clients:
                client.stdin.write("hear\n")
                client.stdin.flush()
            begun = ask(server, "publish")["begun_ns"]
            took.append((max(ask(client)["heard_ns"] for client in clients) - begun) / 1e6)
        after = ask(server, "memory")
        each = lambda figures: (figures["resident_kib"] - before) / connected
        print("| connections | memory of each, idle | after publications | publish to the last that hears, median | slowest | load average |")
        print("|---|---|---|---|---|---|")
        print(
            f"| {connected} | {each(idle):.1f} KiB | {each(after):.1f} KiB | {statistics.median(took):.0f} ms | {max(took):.0f} ms"
            f" | {os.getloadavg()[0]:.1f} |"
        )
    finally:
        for process in clients + [server]:
            try:
                process.stdin.write("end\n")
                process.stdin.flush()
                process.wait(20)
            except (BrokenPipeError, subprocess.TimeoutExpired, OSError):
                process.kill()


main()
