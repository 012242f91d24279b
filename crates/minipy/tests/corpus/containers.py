l = [1, 2, 3]
l.append(4)
l[0] = 10
l += [5, 6]
print(l, len(l), l[-1], l[1:3], l[:-2], l[10:], 3 in l, 7 not in l)
print(l.pop(), l.pop(0), l, l.index(3), l.count(3))
l.insert(1, 99)
l.extend((7, 8))
l.remove(99)
l.reverse()
print(l)
l.sort()
print(l, sorted([3, 1, 2]), sorted("bca"))
m = l
m.append(100)
print(l is m, l == m, l == l.copy(), l is l.copy(), [1, 2] < [1, 3], [1] < [1, 0], [] == [], [1] * 3)
d = {"a": 1, "b": 2}
d["c"] = 3
d["a"] += 10
print(d, d["a"], d.get("z"), d.get("z", 0), "b" in d, len(d))
print(list(d), list(d.keys()), list(d.values()), list(d.items()))
del d["b"]
d["b"] = 5
print(d, d.pop("a"), d.pop("q", None), d.setdefault("n", 7), d.setdefault("n", 8), d)
print({1: "x", 1.0: "y", True: "z"}, {(1, 2): 3}[(1, 2)], {1: 2} == {1: 2.0})
for k in d:
    print(k, d[k])
for k, v in d.items():
    print(k, v)
t = (1, "two", 3.0)
a, b, c = t
print(a, b, c, t[1], t[1:], len(t), t + (4,), (1, 2) == (1, 2), (1,) * 2)
a, b = b, a
(a, [b, c]) = 1, [2, 3]
x = y = []
x.append(1)
print(a, b, c, x, y, x is y)
a, b, c = c, a, b
print(a, b, c)
print([i * i for i in range(5)], [i for i in range(10) if i % 2], [a + b for a, b in [(1, 2), (3, 4)]])
print(list(range(5)), list(range(2, 8, 3)), list(range(5, 0, -2)), range(3), range(1, 9, 2), len(range(10)))
print(3 in range(5), 7 in range(0, 10, 2), range(10)[3], tuple([1, 2]), tuple())
n = [[0] * 2 for i in range(2)]
n[0][1] = 5
print(n)
l[1:2]
l.clear()
print(l, not l, bool(d))
j = k = [1]
k += (2,)
print(j, j is k)
k = k + [3]
print(j, k)
