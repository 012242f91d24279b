// error: E0499
// Two threads add to one variable: Python's lost update, `x += 1`, does not even compile.

// ANCHOR: show
fn main() {
    let mut x = 0;
    ungil_threads::scope(|s| {
        s.spawn(|| x += 1);
        s.spawn(|| x += 1);
    });
    println!("{x}");
}
// ANCHOR_END: show
