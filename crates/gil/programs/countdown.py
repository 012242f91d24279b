# The old riddle: does a second thread halve the time?
import threading
import time

def countdown(n):
    while n > 0:
        n -= 1

N = 2000000

begun = time.perf_counter()
countdown(N)
countdown(N)
one_by_one = time.perf_counter() - begun

threads = [threading.Thread(target=countdown, args=(N,)) for _ in range(2)]
begun = time.perf_counter()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
together = time.perf_counter() - begun

print(f"one by one {one_by_one * 1000:.1f} ms, two threads {together * 1000:.1f} ms")
