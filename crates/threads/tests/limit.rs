//! Until when to block.

mod support;

use std::time::{Duration, Instant};

use support::{NET, SHORT, blocked};
use ungil_threads::{Interrupted, JoinError, Limit, StopSource, StopToken};

const TIMEOUT: Result<(), Interrupted> = Err(Interrupted::Timeout);
const STOPPED: Result<(), Interrupted> = Err(Interrupted::Stopped);

fn stopped() -> StopToken {
    let (source, token) = StopSource::new();
    source.request_stop();
    token
}

#[test]
fn no_limit_is_never_reached() {
    const NONE: Limit = Limit::none();
    assert_eq!(NONE.check(), Ok(()));
    assert_eq!(Limit::default().check(), Ok(()));
}

#[test]
fn a_timeout_is_reached_when_the_time_is_up() {
    assert_eq!(Limit::timeout(NET).check(), Ok(()));
    assert_eq!(Limit::timeout(Duration::ZERO).check(), TIMEOUT);
}

#[test]
fn the_time_counts_from_when_the_limit_is_made() {
    let limit = Limit::timeout(SHORT);
    let later = Instant::now() + SHORT;
    while Instant::now() < later {
        std::thread::yield_now();
    }
    assert_eq!(limit.check(), TIMEOUT);
}

#[test]
fn a_deadline_is_an_instant() {
    let now = Instant::now();
    assert_eq!(Limit::deadline(now).check(), TIMEOUT);
    assert_eq!(Limit::deadline(now + NET).check(), Ok(()));
}

#[test]
fn a_stop_is_reached_when_it_is_requested() {
    let (source, token) = StopSource::new();
    let limit = Limit::none().or_stop(&token);
    assert_eq!(limit.check(), Ok(()));
    source.request_stop();
    assert_eq!(limit.check(), STOPPED);
}

#[test]
fn a_stop_is_reported_before_a_timeout() {
    assert_eq!(Limit::timeout(Duration::ZERO).or_stop(&stopped()).check(), STOPPED);
    let (_source, token) = StopSource::new();
    assert_eq!(Limit::timeout(Duration::ZERO).or_stop(&token).check(), TIMEOUT);
}

#[test]
fn a_blocked_call_reports_it_in_the_same_order() {
    let (_open, t) = blocked();
    let limit = Limit::deadline(Instant::now()).or_stop(&stopped());
    assert_eq!(t.join_until(limit), Err(JoinError::Interrupted(Interrupted::Stopped)));
}

#[test]
fn no_duration_is_too_large() {
    for timeout in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_secs(u64::MAX / 4)] {
        assert_eq!(Limit::timeout(timeout).check(), Ok(()));
    }
}

#[test]
fn whatever_says_until_when_is_a_limit() {
    assert_eq!(Limit::from(Duration::ZERO).check(), TIMEOUT);
    assert_eq!(Limit::from(Instant::now()).check(), TIMEOUT);
    assert_eq!(Limit::from(&stopped()).check(), STOPPED);
}

#[test]
fn interrupted_says_by_what() {
    assert_eq!(Interrupted::Timeout.to_string(), "timed out");
    assert_eq!(Interrupted::Stopped.to_string(), "stopped");
}
