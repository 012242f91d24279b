import threading

# THREADS, COUNT and TOGETHER are given.


def countdown(n):
    while n > 0:
        n -= 1


if TOGETHER:
    threads = []
    for i in range(THREADS):
        threads.append(threading.Thread(target=countdown, args=(COUNT,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
else:
    for i in range(THREADS):
        countdown(COUNT)
