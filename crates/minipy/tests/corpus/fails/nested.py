def outer(x):
    y = inner(x)
    return y


def inner(x):
    values = [1, 2,
              3]
    return values[x]


print(outer(1))
outer(7)
