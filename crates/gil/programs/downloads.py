# Four files, one after the other and in four threads. A download is a wait, and a wait needs no GIL.
import threading
import time

def download(url):
    time.sleep(0.05)

def one_by_one():
    for url in range(4):
        download(url)

def together():
    threads = [threading.Thread(target=download, args=(url,)) for url in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

for run in [one_by_one, together]:
    begun = time.perf_counter()
    run()
    print(f"{(time.perf_counter() - begun) * 1000:.0f} ms")
