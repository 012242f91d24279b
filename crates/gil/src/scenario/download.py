import native
import threading
import time

# WORKERS, FILES and PORT are given; if PORT is 0 there is no server, and a download is a wait of MILLISECONDS.


def download():
    if PORT == 0:
        time.sleep(MILLISECONDS / 1000)
    else:
        native.download("127.0.0.1", PORT)


def worker(number):
    for i in range(number, FILES, WORKERS):
        download()


threads = []
for i in range(WORKERS):
    threads.append(threading.Thread(target=worker, args=(i,)))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
