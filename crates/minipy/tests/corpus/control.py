def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def collatz(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n //= 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


def find(l, x):
    for i in range(len(l)):
        if l[i] == x:
            return i
        elif l[i] is None:
            continue
    return -1


def nothing():
    pass


def several():
    return 1, 2


total = 0


def add(n):
    global total
    total += n
    return total


print(fib(15), collatz(27), find([1, None, 3], 3), find([], 1), nothing(), several())
add(3)
print(total)
i = 0
while True:
    i += 1
    if i == 3:
        continue
    if i > 5:
        break
    print(i, end=" ")
print()
for a in range(3):
    for b in range(3):
        if b == 2:
            break
        if a == 1:
            continue
        print(a, b, end="; ")
print()
while i:
    i -= 1
    if not i % 2:
        continue
    print(i, end=" ")
print()


def early():
    for x in [1, 2, 3]:
        for y in "ab":
            if x == 2:
                return x, y
    return None


print(early())


def swap(a, b):
    return b, a


print(swap(b=1, a=2), swap(1, b=2))
if 1: print("one line"); print("two")
x = 5 if total > 100 else 6
print(x)


def deep(n):
    if n == 0:
        return 0
    return 1 + deep(n - 1)


print(deep(500))
for i in range(3): pass
print(i)


def count(n):
    l = []
    while n > 0 and len(l) < 3 or n == 100:
        n -= 1
        l.append(n)
    return l


print(count(10), count(2), count(101))
f = fib
print(f(10), [g(4) for g in [fib, collatz]])
hidden = "outer"


def loop():
    for hidden in range(2):
        pass
    return hidden


print(loop(), hidden)
