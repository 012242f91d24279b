"""CPython's side of rows.toml: one line a row, "key<TAB>value"."""

import hashlib
import math
import os
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

ROUNDS = 5
STEPS = 10**6
# About as long as the lecture's integrate in C takes.
HASHES = 60_000
FILES = 8
DELAY = 0.02


def integrate(f, a, b, n_iter):
    acc = 0.0
    step = (b - a) / n_iter
    for i in range(n_iter):
        acc += f(a + i * step) * step
    return acc


def integrate_async(n_jobs):
    step = math.pi / 2 / n_jobs
    with ThreadPoolExecutor(n_jobs) as executor:
        jobs = [
            executor.submit(integrate, math.cos, i * step, (i + 1) * step, STEPS // n_jobs)
            for i in range(n_jobs)
        ]
        return sum(job.result() for job in jobs)


def native(n_jobs):
    """Native code that releases the GIL: here it is the standard library's, as integrate would need Cython and a compiler."""
    cpus = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []

    def job(number):
        if cpus:
            # The kernel may well put all of them on one.
            os.sched_setaffinity(0, [cpus[number % len(cpus)]])
        hashlib.pbkdf2_hmac("sha256", b"password", b"salt", HASHES // n_jobs)

    jobs = [threading.Thread(target=job, args=(number,)) for number in range(n_jobs)]
    for thread in jobs:
        thread.start()
    for thread in jobs:
        thread.join()


def serve(listener):
    def answer(connection):
        time.sleep(DELAY)
        connection.sendall(b"slow\n")
        connection.close()

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def download(port):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        while connection.recv(64):
            pass


def downloads(workers, port):
    with ThreadPoolExecutor(workers) as executor:
        list(executor.map(download, [port] * FILES))


def best(f, *args, digits=0):
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        f(*args)
        times.append(time.perf_counter() - begun)
    return "%.*f ms" % (digits, min(times) * 1e3)


print("python 1", best(integrate, math.cos, 0.0, math.pi / 2, STEPS), sep="\t")
for n_jobs in [2, 4]:
    print("python %d" % n_jobs, best(integrate_async, n_jobs), sep="\t")
has_gil = getattr(sys, "_is_gil_enabled", lambda: True)()
for n_jobs in [1, 2]:
    print("none %d" % n_jobs, "it has one" if has_gil else best(integrate_async, n_jobs), sep="\t")
for n in [1, 2, 4]:
    print("native %d" % n, best(native, n, digits=2), sep="\t")
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(FILES)
threading.Thread(target=serve, args=(listener,), daemon=True).start()
for workers in [1, 4]:
    print("download %d" % workers, best(downloads, workers, listener.getsockname()[1]), sep="\t")
