"""The scenarios of src/scenario/ on a CPython, 2.7 or later: one line a value, "key<TAB>value".

`scenes.py echo SPINNERS CLIENT SECONDS [INTERVAL]` prints how many round trips there were in so many seconds, median and
99th percentile in milliseconds. CLIENT is process or thread; INTERVAL is for sys.setswitchinterval.
`scenes.py countdown THREADS COUNT` prints how many times longer threads take than one after the other, and how many
times a second the operating system switched.
It runs where it may: who wants it on one CPU starts it there.
"""

from __future__ import print_function

import os
import resource
import socket
import subprocess
import sys
import threading
import time

CLIENT = """
import socket, sys, time
def recv(s):
    if not s.recv(64):
        sys.exit("the server is gone")
def ask(port, seconds):
    s = socket.create_connection(("127.0.0.1", port))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    trips = []
    now = time.time()
    end = now + seconds
    while now < end:
        s.sendall(b"x")
        recv(s)
        then = time.time()
        trips.append(then - now)
        now = then
    s.close()
    trips.sort()
    n = len(trips)
    return "%d %.4f %.4f" % (n, trips[n // 2] * 1e3, trips[n * 99 // 100] * 1e3)
"""


def serve(listener):
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while True:
        data = connection.recv(64)
        if not data:
            return
        connection.sendall(data)


def spin():
    n = 0
    while True:
        n += 1


def background(target, *args):
    thread = threading.Thread(target=target, args=args)
    thread.daemon = True
    thread.start()
    return thread


def echo(spinners, client, seconds):
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    port = listener.getsockname()[1]
    background(serve, listener)
    for _ in range(spinners):
        background(spin)
    names = {}
    exec(CLIENT, names)
    if client == "thread":
        answers = []
        background(lambda: answers.append(names["ask"](port, seconds))).join()
        answer = answers[0]
    else:
        # As a thread of this process waits for it without the GIL, it disturbs nobody.
        command = [sys.executable, "-c", CLIENT + "print(ask(%d, %r))" % (port, seconds)]
        answer = subprocess.check_output(command).decode()
    for key, value in zip(["trips", "median", "p99"], answer.split()):
        print(key, value, sep="\t")
    sys.stdout.flush()
    # Not by the usual way: the spinners never end.
    os._exit(0)


def countdown(n):
    while n > 0:
        n -= 1


def together(threads, count):
    all = [threading.Thread(target=countdown, args=(count,)) for _ in range(threads)]
    for thread in all:
        thread.start()
    for thread in all:
        thread.join()


def one_after_the_other(threads, count):
    for _ in range(threads):
        countdown(count)


def measure(f, *args):
    """Seconds, and switches."""
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.time()
    f(*args)
    ended, after = time.time(), resource.getrusage(resource.RUSAGE_SELF)
    switches = after.ru_nvcsw - before.ru_nvcsw + after.ru_nivcsw - before.ru_nivcsw
    return ended - begun, switches


def race(threads, count):
    alone, beside = [], []
    for _ in range(5):
        alone.append(measure(one_after_the_other, threads, count)[0])
        beside.append(measure(together, threads, count))
    beside.sort()
    seconds, switches = beside[len(beside) // 2]
    print("slower", "%.3f" % (seconds / sorted(alone)[len(alone) // 2]), sep="\t")
    print("switches", "%.0f" % (switches / seconds), sep="\t")


def main():
    scene = sys.argv[1]
    if scene == "echo":
        if len(sys.argv) > 5:
            sys.setswitchinterval(float(sys.argv[5]))
        echo(int(sys.argv[2]), sys.argv[3], float(sys.argv[4]))
    else:
        race(int(sys.argv[2]), int(sys.argv[3]))


main()
