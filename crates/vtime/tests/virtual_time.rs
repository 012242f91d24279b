//! The simulated computer: which thread runs where and when.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ungil_vtime::{Computer, Failure, Platform, Virtual, VirtualCondition, VirtualMutex};

const MS: Duration = Duration::from_millis(1);
const US: Duration = Duration::from_micros(1);

/// Runs threads beside each other, all begun at 0 by a main that only waits for them: when each has ended.
fn ends(computer: Computer, threads: &'static [fn(&Virtual)]) -> Vec<Duration> {
    let main = move |platform: &Virtual| {
        let ends: Vec<_> = threads.iter().map(|_| Arc::new(Mutex::new(Duration::ZERO))).collect();
        let spawn = |(thread, end): (&fn(&Virtual), &Arc<Mutex<Duration>>)| {
            let (platform, thread, end) = (platform.clone(), *thread, Arc::clone(end));
            platform.clone().spawn("thread", move || {
                thread(&platform);
                *end.lock().unwrap() = platform.now();
            })
        };
        let handles: Vec<_> = threads.iter().zip(&ends).map(spawn).collect();
        handles.into_iter().for_each(|handle| platform.join(handle));
        ends.iter().map(|end| *end.lock().unwrap()).collect()
    };
    Virtual::run(computer, main).unwrap()
}

#[test]
fn threads_take_turns_on_one_core() {
    assert_eq!(Computer::ideal(1).slice, 3 * MS);
    assert_eq!(ends(Computer::ideal(1), &[busy, busy]), [8 * MS, 10 * MS]);
}

fn busy(platform: &Virtual) {
    platform.compute(5 * MS);
}

/// Many short times are as good as a long one.
fn busy_in_steps(platform: &Virtual) {
    for _ in 0..5000 {
        platform.compute(US);
    }
}

#[test]
fn threads_take_turns_between_short_steps() {
    assert_eq!(ends(Computer::ideal(1), &[busy_in_steps, busy_in_steps]), [8 * MS, 10 * MS]);
}

#[test]
fn an_idle_core_takes_who_is_ready() {
    // After a slice each, the second has no core until the first has ended. It goes on there.
    assert_eq!(ends(Computer::ideal(2), &[busy, busy, busy]), [5 * MS, 7 * MS, 8 * MS]);
}

#[test]
fn sixty_four_cores_run_sixty_four_threads() {
    static THREADS: [fn(&Virtual); 64] = [busy; 64];
    assert_eq!(ends(Computer::ideal(64), &THREADS), [5 * MS; 64]);
}

#[test]
fn a_switch_costs_its_time() {
    let computer = Computer { switch: 10 * US, ..Computer::ideal(1) };
    // From main to the first, at the end of each slice; then main sees that the first has ended.
    assert_eq!(ends(computer, &[busy, busy]), [8 * MS + 30 * US, 10 * MS + 50 * US]);
}

#[test]
fn pinned_threads_share_a_core() {
    fn pinned(platform: &Virtual) {
        platform.pin(&[1]);
        platform.compute(5 * MS);
    }
    let ends = ends(Computer::ideal(3), &[pinned, pinned]);
    assert_eq!(ends.iter().max(), Some(&(10 * MS)));
}

#[test]
fn a_core_that_is_not_there_pins_nobody() {
    fn pinned(platform: &Virtual) {
        platform.pin(&[7]);
        platform.compute(5 * MS);
    }
    assert_eq!(ends(Computer::ideal(3), &[pinned, pinned]), [5 * MS; 2]);
}

#[test]
fn a_message_takes_the_latency_of_an_idle_core() {
    let computer = Computer { wake_idle: 20 * US, wake_call: 3 * US, ..Computer::ideal(2) };
    let (sent, received) = Virtual::run(computer, |platform: &Virtual| {
        let channel = platform.channel();
        let received = Arc::new(Mutex::new(Duration::ZERO));
        let receiver = {
            let (platform, channel, received) = (platform.clone(), channel.clone(), Arc::clone(&received));
            platform.clone().spawn("receiver", move || {
                let message: u32 = channel.recv();
                assert_eq!(message, 7);
                *received.lock().unwrap() = platform.now();
            })
        };
        platform.sleep(MS);
        let begun = platform.now();
        channel.send(7);
        let sent = platform.now() - begun;
        platform.join(receiver);
        (sent, *received.lock().unwrap() - begun)
    })
    .unwrap();
    assert_eq!((sent, received), (3 * US, 20 * US));
}

#[test]
fn a_latency_varies() {
    let computer = Computer { wake_idle: 20 * US, jitter: 50, ..Computer::ideal(1) };
    let mut late = Virtual::run(computer, |platform: &Virtual| {
        [(); 1000].map(|()| {
            let begun = platform.now();
            platform.sleep(MS);
            platform.now() - begun - MS
        })
    })
    .unwrap();
    late.sort();
    assert!(late[0] >= 10 * US && late[999] < 30 * US, "{:?} to {:?}", late[0], late[999]);
    assert!(late[100] < 13 * US && late[900] > 27 * US, "{:?} to {:?}", late[100], late[900]);
}

/// When a thread that slept for 10 ms runs on a core that another thread keeps busy, if the other began to run `before`
/// the wake-up.
fn wakes_beside_a_hog(computer: Computer, before: Duration) -> Duration {
    Virtual::run(computer, move |platform: &Virtual| {
        let hog = {
            let platform = platform.clone();
            platform.clone().spawn("hog", move || {
                platform.sleep(10 * MS - before);
                platform.compute(20 * MS);
            })
        };
        platform.sleep(10 * MS);
        let late = platform.now() - 10 * MS;
        platform.join(hog);
        late
    })
    .unwrap()
}

#[test]
fn who_has_slept_stops_who_is_ahead() {
    let computer = Computer { wake_busy: 5 * US, ..Computer::ideal(1) };
    assert_eq!(wakes_beside_a_hog(computer.clone(), 2 * MS), 5 * US);
    // It has only just begun: it may go on until its slice ends.
    assert_eq!(wakes_beside_a_hog(computer, 100 * US), 3 * MS - 100 * US);
    assert_eq!(wakes_beside_a_hog(Computer::ideal(1), 2 * MS), Duration::ZERO);
}

#[test]
fn a_wait_times_out_in_time() {
    let (timed_out, at) = Virtual::run(Computer::ideal(1), |platform: &Virtual| {
        let (mutex, condition) = (platform.mutex(()), platform.condition());
        let timed_out = platform.wait_timeout(&condition, &mut platform.lock(&mutex), 5 * MS);
        (timed_out, platform.now())
    })
    .unwrap();
    assert_eq!((timed_out, at), (true, 5 * MS));
}

#[test]
fn a_notification_ends_a_wait_however_long() {
    for timeout in [5 * MS, Duration::MAX] {
        let (timed_out, at) = Virtual::run(Computer::ideal(2), move |platform: &Virtual| {
            let shared = Arc::new((platform.mutex(()), platform.condition()));
            let other = {
                let (platform, shared) = (platform.clone(), Arc::clone(&shared));
                platform.clone().spawn("notifier", move || {
                    platform.sleep(2 * MS);
                    platform.notify_one(&shared.1, &platform.lock(&shared.0));
                })
            };
            let timed_out = platform.wait_timeout(&shared.1, &mut platform.lock(&shared.0), timeout);
            let at = platform.now();
            platform.join(other);
            (timed_out, at)
        })
        .unwrap();
        assert_eq!((timed_out, at), (false, 2 * MS));
    }
}

#[test]
fn a_mutex_is_held_by_one() {
    let total = Virtual::run(Computer::ideal(8), |platform: &Virtual| {
        let shared = Arc::new(platform.mutex(0));
        let threads = [(); 8].map(|()| {
            let (platform, shared) = (platform.clone(), Arc::clone(&shared));
            platform.clone().spawn("counter", move || {
                let mut count = platform.lock(&shared);
                let seen = *count;
                platform.compute(MS);
                *count = seen + 1;
            })
        });
        threads.into_iter().for_each(|thread| platform.join(thread));
        (*platform.lock(&shared), platform.now())
    })
    .unwrap();
    assert_eq!(total, (8, 8 * MS));
}

#[test]
fn a_mutex_is_released_by_a_panic() {
    let value = Virtual::run(Computer::ideal(2), |platform: &Virtual| {
        let shared = Arc::new(platform.mutex(1));
        let other = {
            let (platform, shared) = (platform.clone(), Arc::clone(&shared));
            platform.clone().spawn("waits", move || *platform.lock(&shared) += 1)
        };
        let result = catch_unwind(AssertUnwindSafe(|| {
            let _held = platform.lock(&shared);
            // The other thread begins to wait for it.
            platform.compute(MS);
            resume_unwind(Box::new("on purpose"));
        }));
        assert!(result.is_err());
        platform.join(other);
        *platform.lock(&shared)
    });
    assert_eq!(value, Ok(2));
}

#[test]
fn a_deadlock_says_who_waits_for_what() {
    let failure = Virtual::run(Computer::ideal(2), |platform: &Virtual| {
        let locks = Arc::new([platform.mutex(()), platform.mutex(())]);
        let other = {
            let (platform, locks) = (platform.clone(), Arc::clone(&locks));
            platform.clone().spawn("other", move || {
                let _second = platform.lock(&locks[1]);
                platform.sleep(MS);
                let _first = platform.lock(&locks[0]);
            })
        };
        let _first = platform.lock(&locks[0]);
        platform.sleep(MS);
        let _second = platform.lock(&locks[1]);
        platform.join(other);
    })
    .unwrap_err();
    let text = failure.to_string();
    let lines: Vec<&str> = text.lines().map(|line| line.split(" (").next().unwrap_or_default()).collect();
    let expected = [
        "deadlock after 1ms of virtual time: no thread can continue",
        "  main waits for a mutex that other holds",
        "  other waits for a mutex that main holds",
    ];
    assert_eq!(lines, expected);
    assert!(text.contains("tests/virtual_time.rs:"), "{text}");
}

#[test]
fn a_panic_ends_the_simulation() {
    let failure = Virtual::run(Computer::ideal(2), |platform: &Virtual| {
        let other = platform.spawn("other", || resume_unwind(Box::new("on purpose")));
        platform.channel::<()>().recv();
        platform.join(other);
    });
    let panic = Failure::Panic { thread: "other".to_owned(), message: "on purpose".to_owned() };
    assert_eq!(failure, Err(panic));
}

/// A mutex, a condition, and their simulation, which has ended.
fn left_over() -> (Virtual, VirtualMutex<i32>, VirtualCondition) {
    Virtual::run(Computer::ideal(1), |platform| (platform.clone(), platform.mutex(0), platform.condition()))
        .unwrap()
}

#[test]
fn a_wait_that_is_broken_off_leaves_a_guard_that_holds_nothing() {
    let (platform, mutex, condition) = left_over();
    let mut first = platform.lock(&mutex);
    // No thread could wake it.
    catch_unwind(AssertUnwindSafe(|| platform.wait(&condition, &mut first))).unwrap_err();
    let second = platform.lock(&mutex);
    let looks = catch_unwind(AssertUnwindSafe(|| *first)).unwrap_err();
    assert!(looks.downcast_ref::<String>().unwrap().contains("broken off"));
    assert!(catch_unwind(AssertUnwindSafe(|| *first += 1)).is_err());
    drop(first);
    // The second thread still holds it.
    assert!(catch_unwind(AssertUnwindSafe(|| drop(platform.lock(&mutex)))).is_err());
    assert_eq!(*second, 0);
}

#[test]
#[should_panic = "of one simulation"]
fn a_condition_takes_no_mutex_of_another_simulation() {
    let ((platform, mutex, _), (other, its_mutex, its_condition)) = (left_over(), left_over());
    let mut guard = platform.lock(&mutex);
    // It has the number of the first: a wait would release it.
    let _held = other.lock(&its_mutex);
    other.wait_timeout(&its_condition, &mut guard, Duration::ZERO);
}
