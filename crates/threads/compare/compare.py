"""CPython's side of rows.toml: one line a row, "key<TAB>value"."""

import threading
import time

ROUNDS = 100


def work():
    pass


def cycle():
    t = threading.Thread(target=work)
    t.start()
    t.join()
    return t


def microseconds(f):
    """The median of f's times."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        f()
        times.append(time.perf_counter() - begun)
    return "%.1f us" % (sorted(times)[ROUNDS // 2] * 1e6)


first = cycle()
print("name", first.name, sep="\t")
print("ident", first.ident, sep="\t")
idents = {cycle().ident for _ in range(ROUNDS)}
print("again", "used again" if len(idents) < ROUNDS else "not used again", sep="\t")
print("rejoin", microseconds(first.join), sep="\t")
print("result", first.join(), sep="\t")
