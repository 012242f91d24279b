//! More threads do not integrate faster under a GIL, unless the code is native and releases it.
//!
//! The slides with 279, 283 and 275 ms, and with Cython's 9.58 and 7.95 ms. On two CPUs, in simulated time.

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::scenario::{Code, Integrate};
use ungil_gil::{Gil, NewGil, NoGil, OldGil};

// ANCHOR: show
fn row<G: Gil>(what: &str, code: Code, gil: fn(Virtual) -> G) {
    let times = [1, 2, 4].map(|threads| {
        let steps = if code == Code::Python { 10_000 } else { 400_000 };
        let integrate = Integrate { threads, steps, code };
        let main = move |platform: &Virtual| {
            integrate.run(gil(platform.clone()))
        };
        let time = Virtual::run(Computer::measured(), main).unwrap();
        // For a million steps, as on the slide.
        let ms = 1e9 * time.as_secs_f64() / f64::from(steps);
        format!("{ms:7.0}")
    });
    println!("{what:24} {} ms", times.join(" "));
}

fn main() {
    println!("threads                        1       2       4");
    row("Python, old GIL", Code::Python, OldGil::new);
    row("Python, new GIL", Code::Python, NewGil::new);
    row("Python, no GIL", Code::Python, NoGil::new);
    row("native, new GIL", Code::Native, NewGil::new);
    row("native, GIL released", Code::NativeNogil, NewGil::new);
}
// ANCHOR_END: show
