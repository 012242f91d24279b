# Money moves from account to account, and with the lock none gets lost.
import threading

accounts = [100, 100]
lock = threading.Lock()

def a_coin():
    return 1

def move(source, target, times):
    for _ in range(times):
        with lock:
            accounts[source] -= a_coin()
            accounts[target] += a_coin()

threads = [
    threading.Thread(target=move, args=(0, 1, 5000)),
    threading.Thread(target=move, args=(1, 0, 5000)),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(accounts, sum(accounts))
