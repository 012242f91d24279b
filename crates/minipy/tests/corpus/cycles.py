r = [1]
r.append(r)
print(r)
e = {}
e["self"] = e
print(e)
