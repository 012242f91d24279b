import math


def integrate(f, a, b, n_iter):
    acc = 0
    step = (b - a) / n_iter
    for i in range(n_iter):
        acc += f(a + i * step) * step
    return acc


print(integrate(math.cos, 0, math.pi / 2, 1000))
print(integrate(math.sin, 0, math.pi, 1000))
print(math.floor(2.7), math.floor(-2.7), math.sqrt(16), math.exp(0), math.pi)
