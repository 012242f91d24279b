//! The model's predictions beside measurements of CPython: 2.7 under the old GIL, 3.6 and 3.13 under the new one, on a
//! virtual computer with two CPUs. `cargo xtask compare 5` measures anew.

use std::time::Duration;

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::scenario::{Client, Countdown, Echo, Placement, Served};
use ungil_gil::{Gil, NewGil, OldGil};

/// The greatest factor between a prediction and a measurement.
const TOLERANCE: f64 = 1.25;

/// How long an echo goes on, unless the test says otherwise.
const TIME: Duration = Duration::from_millis(400);

fn echo(spinners: usize, client: Client, placement: Placement) -> Echo {
    Echo { spinners, client, placement, time: TIME, system_call: Echo::SYSTEM_CALL }
}

fn serve<G: Gil>(computer: Computer, echo: Echo, gil: impl FnOnce(Virtual) -> G + Send + 'static) -> Served {
    Virtual::run(computer, move |platform: &Virtual| echo.run(platform, gil(platform.clone()))).unwrap()
}

fn old(echo: Echo) -> Served {
    serve(Computer::measured(), echo, OldGil::new)
}

fn new(echo: Echo) -> Served {
    serve(Computer::measured(), echo, NewGil::new)
}

#[track_caller]
fn is_about(predicted: f64, measured: f64, tolerance: f64) {
    let ratio = predicted / measured;
    let text = format!("predicted {predicted:.4}, measured {measured:.4}, ratio {ratio:.3}");
    println!("{text}");
    assert!((1.0 / tolerance..=tolerance).contains(&ratio), "{text}");
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[test]
fn an_echo_alone() {
    let alone = echo(0, Client::Process, Placement::Free);
    is_about(milliseconds(old(alone).median()), 0.052, TOLERANCE);
    // 3.6 and 3.13.
    is_about(milliseconds(new(alone).median()), 0.049, TOLERANCE);
}

#[test]
fn an_echo_beside_a_spinner_waits_an_interval_under_the_new_gil() {
    for placement in [Placement::Free, Placement::Beside] {
        let served = new(echo(1, Client::Process, placement));
        is_about(milliseconds(served.median()), 5.11, TOLERANCE);
        is_about(milliseconds(served.median()), 5.09, TOLERANCE);
        // The spinner has all the time.
        assert!(served.spun > 0.98, "{}", served.spun);
    }
    let free = new(echo(1, Client::Process, Placement::Free));
    is_about(milliseconds(free.p99()), 10.3, TOLERANCE);
}

#[test]
fn an_echo_beside_a_spinner_hardly_waits_under_the_old_gil() {
    is_about(milliseconds(old(echo(1, Client::Process, Placement::Together)).median()), 0.015, TOLERANCE);
}

#[test]
fn an_echo_of_two_threads_does_not_wait_for_the_spinner() {
    let served = new(echo(1, Client::Thread, Placement::Together));
    is_about(milliseconds(served.median()), 0.015, TOLERANCE);
    // More than in 400 ms with an interval for each.
    assert!(served.round_trips.len() > 5000, "{}", served.round_trips.len());
}

/// The puzzle of the table: one would expect two intervals, 10 ms. A thread that gets the GIL needs the CPU as well, and
/// where the three share one CPU, it waits for both. Round trips of 8 ms and of 16 ms are about as frequent, so the mean is
/// compared, not the median: 78 in 1.5 s.
#[test]
fn two_spinners_on_the_servers_cpu_cost_four_intervals() {
    let served = new(Echo { time: 8 * TIME, ..echo(2, Client::Process, Placement::Beside) });
    let mean = served.round_trips.iter().sum::<Duration>() / served.round_trips.len() as u32;
    is_about(milliseconds(mean), 1500.0 / 78.0, TOLERANCE);
    // Measured are 70 to 77 ms; here it is 53 or 61, by the seed.
    assert!(served.p99() > 10 * NewGil::<Virtual>::INTERVAL, "{:?}", served.p99());
}

/// An interval for each of its two system calls: no thread is fast enough there to keep the GIL from one call to the
/// next.
#[test]
fn an_echo_on_an_ideal_computer_waits_two_intervals() {
    for interval in [1, 5, 20].map(Duration::from_millis) {
        let gil = move |platform| {
            let gil = NewGil::new(platform);
            gil.set_interval(interval);
            gil
        };
        let served = serve(Computer::ideal(3), echo(1, Client::Process, Placement::Free), gil);
        is_about(milliseconds(served.median()), 2.0 * milliseconds(interval), 1.05);
    }
}

/// How many times longer the threads take than one after the other.
fn slower<G: Gil>(computer: &Computer, threads: u32, gil: fn(Virtual) -> G) -> f64 {
    let countdown = Countdown { threads, count: 100_000 };
    let alone = move |platform: &Virtual| countdown.one_after_the_other(gil(platform.clone()));
    let together = move |platform: &Virtual| countdown.together(gil(platform.clone()));
    let alone = Virtual::run(computer.clone(), alone).unwrap();
    let together = Virtual::run(computer.clone(), together).unwrap();
    together.as_secs_f64() / alone.as_secs_f64()
}

#[test]
fn the_old_gils_countdown_is_slower_with_a_second_cpu() {
    let two = Computer::measured();
    is_about(slower(&two, 2, OldGil::new), 1.81, TOLERANCE);
    is_about(slower(&two, 4, OldGil::new), 2.68, TOLERANCE);
    let one = Computer { cores: 1, ..two };
    is_about(slower(&one, 2, OldGil::new), 1.01, TOLERANCE);
    is_about(slower(&one, 4, OldGil::new), 1.23, TOLERANCE);
}

#[test]
fn the_new_gils_countdown_is_not() {
    let two = Computer::measured();
    is_about(slower(&two, 2, NewGil::new), 1.05, TOLERANCE);
    is_about(slower(&two, 4, NewGil::new), 1.09, TOLERANCE);
}

#[test]
fn a_convoy_costs_so_much_of_an_echos_rate() {
    let rate = |served: Served| served.round_trips.len() as f64;
    let old_relative = |spinners, placement| {
        rate(old(echo(spinners, Client::Process, placement))) / rate(old(echo(0, Client::Process, placement)))
    };
    is_about(old_relative(1, Placement::Together), 0.76, TOLERANCE);
    is_about(old_relative(2, Placement::Together), 0.51, TOLERANCE);
    let new_relative = |placement| {
        // Enough of the few there are.
        let echo = |spinners| Echo { time: 4 * TIME, ..echo(spinners, Client::Process, placement) };
        rate(new(echo(1))) / rate(new(echo(0)))
    };
    is_about(new_relative(Placement::Beside), 0.012, TOLERANCE);
    is_about(new_relative(Placement::Apart), 0.003, TOLERANCE);
}
