int("x1")
