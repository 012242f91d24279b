import math
import native
import threading

# THREADS, STEPS and CODE are given: CODE 0 is Python, 1 native code with the GIL, 2 native code without.


def integrate(f, a, b, n_iter):
    acc = 0.0
    step = (b - a) / n_iter
    for i in range(n_iter):
        acc += f(a + i * step) * step
    return acc


def work(i):
    n_iter = STEPS // THREADS
    step = math.pi / 2 / THREADS
    a = i * step
    if CODE == 0:
        areas[i] = integrate(math.cos, a, a + step, n_iter)
    elif CODE == 1:
        areas[i] = native.integrate(a, a + step, n_iter)
    else:
        areas[i] = native.integrate_nogil(a, a + step, n_iter)


areas = [0.0] * THREADS
if THREADS == 1:
    work(0)
else:
    threads = []
    for i in range(THREADS):
        threads.append(threading.Thread(target=work, args=(i,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
# A wrong area is an error here: of an index, as nothing can be raised.
if abs(sum(areas) - 1.0) > 0.01:
    areas[THREADS]
