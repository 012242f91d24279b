import threading
import time
from threading import Lock, Thread

lock = Lock()
counter = 0


def work(n):
    global counter
    for i in range(n):
        with lock:
            counter += 1


threads = [Thread(target=work, args=(200,)) for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(counter, lock.locked(), threads[0].is_alive())

results = []


def task(name, delay):
    time.sleep(delay)
    results.append(name)


ts = [Thread(target=task, args=("slow", 0.05)), Thread(target=task, args=["fast", 0])]
for t in ts:
    t.start()
for t in ts:
    t.join()
    t.join()
print(sorted(results))
print(Thread(target=work, name="worker").name, threading.Thread(target=work).name[:7])
lock.acquire()
print(lock.acquire(False), lock.acquire(True, 0.01), lock.acquire(timeout=0.01), lock.locked())
lock.release()
gate = Lock()
gate.acquire()


def opener():
    gate.release()


t = Thread(target=opener)
t.start()
with gate:
    print("in")
t.join(1.5)


def leave(n):
    for i in range(n):
        with lock:
            if i == 1:
                continue
            if i == 3:
                return i
    return -1


print(leave(2), leave(10), lock.locked())
print(time.perf_counter() >= 0)
