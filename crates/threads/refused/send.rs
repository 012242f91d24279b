// error: E0277
// An `Rc` counts without atomics: two threads that clone it would lose a count. So it cannot be sent to a thread.

// ANCHOR: show
fn main() {
    let list = std::rc::Rc::new(vec![1, 2, 3]);
    let shared = list.clone();
    let _ = ungil_threads::spawn(move || println!("{}", shared.len())).join();
}
// ANCHOR_END: show
