"""Which statements are atomic in the CPython that runs this, by many trials: what explore.rs says of the old GIL is seen
in 3.6 (which asks before most instructions, too), and what it says of the new one in 3.11 and 3.13.

python tests/atomicity.py 300000"""

import sys
import threading

sys.setswitchinterval(1e-6)
TURNS = int(sys.argv[1])
TWICE = 2 * TURNS
STATEMENTS = [
    ("x += 1", "x = 0", f"x == {TWICE}"),
    ("x = x + 1", "x = 0", f"x == {TWICE}"),
    ("x = f(x)", "x = 0\ndef f(a): return a + 1", f"x == {TWICE}"),
    ("l.append(1)", "l = []", f"len(l) == {TWICE}"),
    ("l[0] += 1", "l = [0]", f"l[0] == {TWICE}"),
    ("d['k'] += 1", "d = {'k': 0}", f"d['k'] == {TWICE}"),
    ("a, b = b, a", "a = 1\nb = 2", "{a, b} == {1, 2}"),
]


def holds(statement, setup, check):
    names = {}
    exec(setup, names)
    exec(f"def work():\n global x, a, b\n for _ in range({TURNS}):\n  {statement}\n", names)
    threads = [threading.Thread(target=names["work"]) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return eval(check, names)


for row in STATEMENTS:
    print(f"{row[0]:<15}", "yes" if all(holds(*row) for _ in range(3)) else "no")
