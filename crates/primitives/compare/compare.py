"""CPython's side of rows.toml: one line a row, "key<TAB>value"."""

import threading
import time

ROUNDS = 100
OPERATIONS = 1000


def words(f):
    """The name of f's exception."""
    try:
        f()
        return "works"
    except Exception as error:
        return type(error).__name__


def in_another_thread(f):
    results = []
    t = threading.Thread(target=lambda: results.append(words(f)))
    t.start()
    t.join()
    return results[0]


def permits(semaphore):
    """Takes all there are, and counts them."""
    count = 0
    while semaphore.acquire(blocking=False):
        count += 1
    return count


def nanoseconds(f):
    """The median of f's times, without what calling a function costs."""

    def median(f):
        times = []
        for _ in range(ROUNDS):
            begun = time.perf_counter_ns()
            for _ in range(OPERATIONS):
                f()
            times.append(time.perf_counter_ns() - begun)
        return sorted(times)[ROUNDS // 2] / OPERATIONS

    return "%.0f ns" % (median(f) - median(lambda: None))


class Closed:
    def __init__(self):
        self.reads = 0

    def read_message(self):
        self.reads += 1
        raise IOError


def follow(connection, connection_lock, q):
    """The lecture's second form."""
    try:
        while True:
            with connection_lock:
                message = connection.read_message()
                q.put(message)
    except IOError:
        follow(connection, connection_lock, q)


lock = threading.Lock()
lock.acquire()
print("lock", in_another_thread(lock.release), sep="\t")

rlock = threading.RLock()
rlock.acquire()
print("rlock", in_another_thread(rlock.release), sep="\t")

semaphore = threading.Semaphore(2)
semaphore.release()
print("semaphore", "%d permits" % permits(semaphore), sep="\t")

bounded = threading.BoundedSemaphore(2)
print("bounded", words(bounded.release), sep="\t")
bounded.acquire()
print("missing", "%d of 2 left" % permits(bounded), sep="\t")

closed = Closed()
how = in_another_thread(lambda: follow(closed, threading.Lock(), None))
how = "fails at" if how == "RecursionError" else how
print("follow", "%s %d" % (how, closed.reads), sep="\t")


def acquire_and_release():
    lock.acquire()
    lock.release()


print("acquire", nanoseconds(acquire_and_release), sep="\t")
condition = threading.Condition()
with condition:
    print("notify", nanoseconds(condition.notify), sep="\t")
