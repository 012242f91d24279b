def f():
    return y
f()
