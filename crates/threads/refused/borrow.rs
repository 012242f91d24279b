// error: E0373
// A thread may outlive the function that started it, so it cannot borrow that function's variables.

// ANCHOR: show
fn start_countdown(n: u32) -> ungil_threads::Thread<()> {
    ungil_threads::spawn(|| println!("{n} left"))
}
// ANCHOR_END: show

fn main() {
    let _ = start_countdown(3).join();
}
