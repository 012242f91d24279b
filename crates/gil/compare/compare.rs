//! Our side of rows.toml, on real threads, and with the word `predictions` the model's side of predictions.toml, in
//! virtual time: one line a row, "key<TAB>value".

use std::time::Duration;

use ungil_gil::platform::{Computer, Real, Virtual};
use ungil_gil::scenario::{
    Client, Code, Countdown, Download, Echo, Integrate, Placement, Served, Server, SlowServer,
};
use ungil_gil::{Gil, NewGil, NoGil, OldGil};

const ROUNDS: usize = 5;
/// What the figures are for.
const STEPS: u32 = 1_000_000;
/// How many of them are made: without optimisation, as in `lesson 5`, fewer.
const MADE: u32 = if cfg!(debug_assertions) { STEPS / 20 } else { STEPS };
const FILES: u32 = 8;
const DELAY: Duration = Duration::from_millis(20);

fn main() {
    if std::env::args().nth(1).is_some_and(|word| word == "predictions") {
        predictions("old", OldGil::new);
        predictions("new", NewGil::new);
        let often = |platform| {
            let gil = NewGil::new(platform);
            gil.set_interval(Duration::from_millis(1));
            gil
        };
        median("new one 1ms", &serve(often, 1, Client::Process, Placement::Free));
    } else {
        rows();
    }
}

fn rows() {
    let new = || NewGil::new(Real::new());
    for threads in [1, 2, 4] {
        let integrate = Integrate { threads, steps: MADE, code: Code::Python };
        best(&format!("python {threads}"), 0, || integrate.run(new()) * (STEPS / MADE));
    }
    for threads in [1, 2] {
        let integrate = Integrate { threads, steps: MADE, code: Code::Python };
        best(&format!("none {threads}"), 0, || integrate.run(NoGil::new(Real::new())) * (STEPS / MADE));
    }
    for threads in [1, 2, 4] {
        let integrate = Integrate { threads, steps: STEPS, code: Code::NativeNogil };
        best(&format!("native {threads}"), 2, || integrate.run(new()));
    }
    let server = SlowServer::start(DELAY).expect("a port is free");
    for workers in [1, 4] {
        let download = Download { workers, files: FILES, from: Server::Port(server.port()) };
        best(&format!("download {workers}"), 0, || download.run(new()));
    }
}

fn best(key: &str, digits: usize, f: impl Fn() -> Duration) {
    let best = (0..ROUNDS).map(|_| f()).min().unwrap_or_default();
    println!("{key}\t{:.digits$} ms", best.as_secs_f64() * 1e3);
}

fn predictions<G: Gil>(name: &str, gil: fn(Virtual) -> G) {
    let say = |key: &str, value: f64| println!("{name} {key}\t{value:.4}");
    let serve = |spinners, client, placement| serve(gil, spinners, client, placement);
    let median = |key: &str, served: &Served| median(&format!("{name} {key}"), served);
    median("alone", &serve(0, Client::Process, Placement::Free));
    let one = serve(1, Client::Process, Placement::Free);
    median("one", &one);
    say("one p99", milliseconds(one.p99()));
    median("two", &serve(2, Client::Process, Placement::Free));
    median("one together", &serve(1, Client::Process, Placement::Together));
    median("two together", &serve(2, Client::Process, Placement::Together));
    median("threads together", &serve(1, Client::Thread, Placement::Together));
    for (cores, where_) in [(2, ""), (1, " together")] {
        for threads in [2, 4] {
            let computer = Computer { cores, ..Computer::measured() };
            let countdown = Countdown { threads, count: 100_000 };
            let alone = simulate(computer.clone(), move |platform| {
                countdown.one_after_the_other(gil(platform.clone()))
            });
            let together = simulate(computer, move |platform| countdown.together(gil(platform.clone())));
            say(&format!("countdown {threads}{where_}"), together.as_secs_f64() / alone.as_secs_f64());
        }
    }
}

fn serve<G: Gil>(gil: fn(Virtual) -> G, spinners: usize, client: Client, placement: Placement) -> Served {
    let time = Duration::from_millis(1500);
    let echo = Echo { spinners, client, placement, time, system_call: Echo::SYSTEM_CALL };
    simulate(Computer::measured(), move |platform| echo.run(platform, gil(platform.clone())))
}

fn median(key: &str, served: &Served) {
    println!("{key}\t{:.4}", milliseconds(served.median()));
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn simulate<R: Send + 'static>(computer: Computer, main: impl FnOnce(&Virtual) -> R + Send + 'static) -> R {
    Virtual::run(computer, main).unwrap_or_else(|failure| panic!("{failure}"))
}
