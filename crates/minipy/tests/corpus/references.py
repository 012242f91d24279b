import sys

x = [1]
print(sys.getrefcount(x))
y = x
print(sys.getrefcount(x))
z = (x, x)
print(sys.getrefcount(x))
y = z = None
print(sys.getrefcount(x))


def f(a):
    return sys.getrefcount(a)


def g(a):
    b = a
    return sys.getrefcount(a)


print(f(x), g(x), f([]), f(a=x))
l = [x, x]
for e in l:
    print(sys.getrefcount(x))
