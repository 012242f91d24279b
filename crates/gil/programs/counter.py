# THREADS threads add to one number: cargo xtask gil crates/gil/programs/counter.py --threads 4
x = 0

def one(n):
    return 1

def main():
    global x
    for i in range(300000):
        x = x + one(i)
    print(f"x is {x} now")
