//! Stubs, solutions and wrong answers, each with the suite of its exercise; the course's self-check runs
//! them. Written by `cargo xtask test --bless`.

#![allow(clippy::all, clippy::todo, missing_docs, unused)]

#[path = "."]
mod e1_barrier {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e1_barrier.rs"]
        mod answer;
        #[path = "suites/e1_barrier.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e1_barrier.rs"]
        mod answer;
        #[path = "suites/e1_barrier.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_counts_without_the_lock {
        #[path = "../wrong/e1_barrier/counts_without_the_lock.rs"]
        mod answer;
        #[path = "suites/e1_barrier.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_last_one_out_begins_anew {
        #[path = "../wrong/e1_barrier/last_one_out_begins_anew.rs"]
        mod answer;
        #[path = "suites/e1_barrier.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_looks_once {
        #[path = "../wrong/e1_barrier/looks_once.rs"]
        mod answer;
        #[path = "suites/e1_barrier.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_never_begins_again {
        #[path = "../wrong/e1_barrier/never_begins_again.rs"]
        mod answer;
        #[path = "suites/e1_barrier.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_waits_for_an_empty_barrier {
        #[path = "../wrong/e1_barrier/waits_for_an_empty_barrier.rs"]
        mod answer;
        #[path = "suites/e1_barrier.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_wakes_one {
        #[path = "../wrong/e1_barrier/wakes_one.rs"]
        mod answer;
        #[path = "suites/e1_barrier.rs"]
        mod suite;
    }
}

#[path = "."]
mod e2_semaphore {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e2_semaphore.rs"]
        mod answer;
        #[path = "suites/e2_semaphore.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e2_semaphore.rs"]
        mod answer;
        #[path = "suites/e2_semaphore.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_looks_once {
        #[path = "../wrong/e2_semaphore/looks_once.rs"]
        mod answer;
        #[path = "suites/e2_semaphore.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_looks_then_takes {
        #[path = "../wrong/e2_semaphore/looks_then_takes.rs"]
        mod answer;
        #[path = "suites/e2_semaphore.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_releases_without_the_lock {
        #[path = "../wrong/e2_semaphore/releases_without_the_lock.rs"]
        mod answer;
        #[path = "suites/e2_semaphore.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_try_waits_too {
        #[path = "../wrong/e2_semaphore/try_waits_too.rs"]
        mod answer;
        #[path = "suites/e2_semaphore.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_wakes_one {
        #[path = "../wrong/e2_semaphore/wakes_one.rs"]
        mod answer;
        #[path = "suites/e2_semaphore.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_wakes_only_from_none {
        #[path = "../wrong/e2_semaphore/wakes_only_from_none.rs"]
        mod answer;
        #[path = "suites/e2_semaphore.rs"]
        mod suite;
    }
}

#[path = "."]
mod e3_rlock {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e3_rlock.rs"]
        mod answer;
        #[path = "suites/e3_rlock.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e3_rlock.rs"]
        mod answer;
        #[path = "suites/e3_rlock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_anybody_releases {
        #[path = "../wrong/e3_rlock/anybody_releases.rs"]
        mod answer;
        #[path = "suites/e3_rlock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_clears_the_owner_late {
        #[path = "../wrong/e3_rlock/clears_the_owner_late.rs"]
        mod answer;
        #[path = "suites/e3_rlock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_counts_for_anybody {
        #[path = "../wrong/e3_rlock/counts_for_anybody.rs"]
        mod answer;
        #[path = "suites/e3_rlock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_forgets_the_count {
        #[path = "../wrong/e3_rlock/forgets_the_count.rs"]
        mod answer;
        #[path = "suites/e3_rlock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_keeps_the_owner {
        #[path = "../wrong/e3_rlock/keeps_the_owner.rs"]
        mod answer;
        #[path = "suites/e3_rlock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_looks_once {
        #[path = "../wrong/e3_rlock/looks_once.rs"]
        mod answer;
        #[path = "suites/e3_rlock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_not_again {
        #[path = "../wrong/e3_rlock/not_again.rs"]
        mod answer;
        #[path = "suites/e3_rlock.rs"]
        mod suite;
    }
}

#[path = "."]
mod e4_rw_lock {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e4_rw_lock.rs"]
        mod answer;
        #[path = "suites/e4_rw_lock.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e4_rw_lock.rs"]
        mod answer;
        #[path = "suites/e4_rw_lock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_leaves_without_the_lock {
        #[path = "../wrong/e4_rw_lock/leaves_without_the_lock.rs"]
        mod answer;
        #[path = "suites/e4_rw_lock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_never_takes_its_word_back {
        #[path = "../wrong/e4_rw_lock/never_takes_its_word_back.rs"]
        mod answer;
        #[path = "suites/e4_rw_lock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_one_at_a_time {
        #[path = "../wrong/e4_rw_lock/one_at_a_time.rs"]
        mod answer;
        #[path = "suites/e4_rw_lock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_overtakes_when_it_waits {
        #[path = "../wrong/e4_rw_lock/overtakes_when_it_waits.rs"]
        mod answer;
        #[path = "suites/e4_rw_lock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_prefers_readers {
        #[path = "../wrong/e4_rw_lock/prefers_readers.rs"]
        mod answer;
        #[path = "suites/e4_rw_lock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_reads_at_once {
        #[path = "../wrong/e4_rw_lock/reads_at_once.rs"]
        mod answer;
        #[path = "suites/e4_rw_lock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_wakes_one {
        #[path = "../wrong/e4_rw_lock/wakes_one.rs"]
        mod answer;
        #[path = "suites/e4_rw_lock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_writes_among_readers {
        #[path = "../wrong/e4_rw_lock/writes_among_readers.rs"]
        mod answer;
        #[path = "suites/e4_rw_lock.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_writes_at_once {
        #[path = "../wrong/e4_rw_lock/writes_at_once.rs"]
        mod answer;
        #[path = "suites/e4_rw_lock.rs"]
        mod suite;
    }
}

#[path = "."]
mod e5_philosophers {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e5_philosophers.rs"]
        mod answer;
        #[path = "suites/e5_philosophers.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e5_philosophers.rs"]
        mod answer;
        #[path = "suites/e5_philosophers.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_forgets_that_the_table_is_round {
        #[path = "../wrong/e5_philosophers/forgets_that_the_table_is_round.rs"]
        mod answer;
        #[path = "suites/e5_philosophers.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_left_first {
        #[path = "../wrong/e5_philosophers/left_first.rs"]
        mod answer;
        #[path = "suites/e5_philosophers.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_one_eats_at_a_time {
        #[path = "../wrong/e5_philosophers/one_eats_at_a_time.rs"]
        mod answer;
        #[path = "suites/e5_philosophers.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_puts_them_down_at_once {
        #[path = "../wrong/e5_philosophers/puts_them_down_at_once.rs"]
        mod answer;
        #[path = "suites/e5_philosophers.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_tells_nobody {
        #[path = "../wrong/e5_philosophers/tells_nobody.rs"]
        mod answer;
        #[path = "suites/e5_philosophers.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_tries_again_and_again {
        #[path = "../wrong/e5_philosophers/tries_again_and_again.rs"]
        mod answer;
        #[path = "suites/e5_philosophers.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_waits_once {
        #[path = "../wrong/e5_philosophers/waits_once.rs"]
        mod answer;
        #[path = "suites/e5_philosophers.rs"]
        mod suite;
    }
}

#[path = "."]
mod e6_follow {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e6_follow.rs"]
        mod answer;
        #[path = "suites/e6_follow.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e6_follow.rs"]
        mod answer;
        #[path = "suites/e6_follow.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_by_hand {
        #[path = "../wrong/e6_follow/by_hand.rs"]
        mod answer;
        #[path = "suites/e6_follow.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_calls_itself {
        #[path = "../wrong/e6_follow/calls_itself.rs"]
        mod answer;
        #[path = "suites/e6_follow.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_gives_up {
        #[path = "../wrong/e6_follow/gives_up.rs"]
        mod answer;
        #[path = "suites/e6_follow.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_keeps_the_lock {
        #[path = "../wrong/e6_follow/keeps_the_lock.rs"]
        mod answer;
        #[path = "suites/e6_follow.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_puts_under_the_lock {
        #[path = "../wrong/e6_follow/puts_under_the_lock.rs"]
        mod answer;
        #[path = "suites/e6_follow.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_reads_without_the_lock {
        #[path = "../wrong/e6_follow/reads_without_the_lock.rs"]
        mod answer;
        #[path = "suites/e6_follow.rs"]
        mod suite;
    }
}
