//! What an answer to "progress that is not lost" has to do.

use std::time::Duration;

use interleave::sync::Arc;
use interleave::{Model, SearchResult, thread};

use super::answer::Progress;

fn it_says_how_much_is_done() {
    harness::within(Duration::from_secs(2), || {
        let progress = Progress::new();
        progress.advance(2);
        progress.advance(3);
        assert_eq!(progress.wait_beyond(0), 5);
        assert_eq!(progress.wait_beyond(4), 5);
    });
}

fn no_addition_is_lost() -> SearchResult {
    Model::new().search(|| {
        let progress = Arc::new(Progress::new());
        let workers = [1, 2].map(|by| {
            let progress = Arc::clone(&progress);
            thread::spawn(move || progress.advance(by))
        });
        for worker in workers {
            worker.join().unwrap();
        }
        assert_eq!(progress.wait_beyond(0), 3, "an addition was lost");
    })
}

fn a_reporter_is_woken() -> SearchResult {
    Model::new().search(|| {
        let progress = Arc::new(Progress::new());
        let worker = thread::spawn({
            let progress = Arc::clone(&progress);
            move || progress.advance(7)
        });
        assert_eq!(progress.wait_beyond(0), 7);
        worker.join().unwrap();
    })
}

fn all_reporters_are_woken() -> SearchResult {
    Model::new().search(|| {
        let progress = Arc::new(Progress::new());
        let reporters = [(); 2].map(|()| {
            let progress = Arc::clone(&progress);
            thread::spawn(move || progress.wait_beyond(0))
        });
        progress.advance(7);
        for reporter in reporters {
            assert_eq!(reporter.join().unwrap(), 7);
        }
    })
}

fn a_wake_up_for_no_reason_is_no_news() -> SearchResult {
    Model::new().spurious(true).search(|| {
        let progress = Arc::new(Progress::new());
        let worker = thread::spawn({
            let progress = Arc::clone(&progress);
            move || progress.advance(7)
        });
        assert_eq!(progress.wait_beyond(0), 7);
        worker.join().unwrap();
    })
}

fn stress() {
    let progress = Arc::new(Progress::new());
    let workers = [1, 2].map(|by| {
        let progress = Arc::clone(&progress);
        thread::spawn(move || progress.advance(by))
    });
    for worker in workers {
        worker.join().unwrap();
    }
    assert_eq!(progress.wait_beyond(0), 3);
}

harness::suite! {
    "1/5": it_says_how_much_is_done, no_addition_is_lost, a_reporter_is_woken, all_reporters_are_woken,
    a_wake_up_for_no_reason_is_no_news; stress
}
