print("a" + "b", "ab" * 3, 2 * "xy", "a" < "b", "abc" == 'abc', "b" in "abc", "d" not in "abc")
print("abc"[0], "abc"[-1], "abc"[1:], "abc"[:2], "abc"[-2:], "abc"[5:], "abc"[2:1], len("abc"))
print(repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("new\nline\ttab\\"), ["a", "b'c"])
print("Ünïcödé", len("Ünïcödé"), "Ünïcödé"[2], "a,b,c".split(","), " a  b ".split(), "-".join(["x", "y"]))
print("Hello".upper(), "Hello".lower(), "  x ".strip(), "abc".startswith("ab"), "abc".endswith("bc"))
print("one" "two", """long
text""", r"raw\n", "tab\there", "\x41\u00e9", "a\
b")
name, n, pi = "world", 42, 3.14159
print(f"hello {name}", f"{n + 1}", f"{pi:.2f}", f"{{{n}}}", f"{name!r}", f"{n:5}|{name:8}|{pi:8.3f}|")
print(f"{'a' if n > 1 else 'b'} {[1, 2][0]} {n == 42}")
print("a", "b", sep="-", end="!\n")
print()
print("x", None, True, 1.5, [1], (1,), (), {}, {"a": 1, 2: "b"})
for c in "héy":
    print(c, end=" ")
print("done")
print(str(None), str([1, "a"]), str("s"), "abc".replace("b", "xx"))
