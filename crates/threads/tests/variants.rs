//! Stubs, solutions and wrong answers, each with the suite of its exercise; the course's self-check runs
//! them. Written by `cargo xtask test --bless`.

#![allow(clippy::all, clippy::todo, missing_docs, unused)]

#[path = "."]
mod e1_in_order {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e1_in_order.rs"]
        mod answer;
        #[path = "suites/e1_in_order.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e1_in_order.rs"]
        mod answer;
        #[path = "suites/e1_in_order.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_first_come {
        #[path = "../wrong/e1_in_order/first_come.rs"]
        mod answer;
        #[path = "suites/e1_in_order.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_loses_a_panic {
        #[path = "../wrong/e1_in_order/loses_a_panic.rs"]
        mod answer;
        #[path = "suites/e1_in_order.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_no_threads {
        #[path = "../wrong/e1_in_order/no_threads.rs"]
        mod answer;
        #[path = "suites/e1_in_order.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_nobody_waits {
        #[path = "../wrong/e1_in_order/nobody_waits.rs"]
        mod answer;
        #[path = "suites/e1_in_order.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_one_after_the_other {
        #[path = "../wrong/e1_in_order/one_after_the_other.rs"]
        mod answer;
        #[path = "suites/e1_in_order.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_waits_with_the_lock {
        #[path = "../wrong/e1_in_order/waits_with_the_lock.rs"]
        mod answer;
        #[path = "suites/e1_in_order.rs"]
        mod suite;
    }
}

#[path = "."]
mod e2_stop {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e2_stop.rs"]
        mod answer;
        #[path = "suites/e2_stop.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e2_stop.rs"]
        mod answer;
        #[path = "suites/e2_stop.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_looks_once {
        #[path = "../wrong/e2_stop/looks_once.rs"]
        mod answer;
        #[path = "suites/e2_stop.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_no_lock {
        #[path = "../wrong/e2_stop/no_lock.rs"]
        mod answer;
        #[path = "suites/e2_stop.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_relaxed {
        #[path = "../wrong/e2_stop/relaxed.rs"]
        mod answer;
        #[path = "suites/e2_stop.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_wakes_nobody {
        #[path = "../wrong/e2_stop/wakes_nobody.rs"]
        mod answer;
        #[path = "suites/e2_stop.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_wakes_one {
        #[path = "../wrong/e2_stop/wakes_one.rs"]
        mod answer;
        #[path = "suites/e2_stop.rs"]
        mod suite;
    }
}

#[path = "."]
mod e3_per_thread {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e3_per_thread.rs"]
        mod answer;
        #[path = "suites/e3_per_thread.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e3_per_thread.rs"]
        mod answer;
        #[path = "suites/e3_per_thread.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_holds_the_list {
        #[path = "../wrong/e3_per_thread/holds_the_list.rs"]
        mod answer;
        #[path = "suites/e3_per_thread.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_holds_the_list_to_read {
        #[path = "../wrong/e3_per_thread/holds_the_list_to_read.rs"]
        mod answer;
        #[path = "suites/e3_per_thread.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_new_each_time {
        #[path = "../wrong/e3_per_thread/new_each_time.rs"]
        mod answer;
        #[path = "suites/e3_per_thread.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_one_for_all {
        #[path = "../wrong/e3_per_thread/one_for_all.rs"]
        mod answer;
        #[path = "suites/e3_per_thread.rs"]
        mod suite;
    }
}

#[path = "."]
mod e4_exit {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e4_exit.rs"]
        mod answer;
        #[path = "suites/e4_exit.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e4_exit.rs"]
        mod answer;
        #[path = "suites/e4_exit.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_a_panic_counts_for_ever {
        #[path = "../wrong/e4_exit/a_panic_counts_for_ever.rs"]
        mod answer;
        #[path = "suites/e4_exit.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_closes_a_moment_later {
        #[path = "../wrong/e4_exit/closes_a_moment_later.rs"]
        mod answer;
        #[path = "suites/e4_exit.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_closes_first {
        #[path = "../wrong/e4_exit/closes_first.rs"]
        mod answer;
        #[path = "suites/e4_exit.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_counts_in_the_thread {
        #[path = "../wrong/e4_exit/counts_in_the_thread.rs"]
        mod answer;
        #[path = "suites/e4_exit.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_sleeps_a_moment_later {
        #[path = "../wrong/e4_exit/sleeps_a_moment_later.rs"]
        mod answer;
        #[path = "suites/e4_exit.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_tells_nobody {
        #[path = "../wrong/e4_exit/tells_nobody.rs"]
        mod answer;
        #[path = "suites/e4_exit.rs"]
        mod suite;
    }
}

#[path = "."]
mod e5_progress {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e5_progress.rs"]
        mod answer;
        #[path = "suites/e5_progress.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e5_progress.rs"]
        mod answer;
        #[path = "suites/e5_progress.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_adds_without_the_lock {
        #[path = "../wrong/e5_progress/adds_without_the_lock.rs"]
        mod answer;
        #[path = "suites/e5_progress.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_load_then_store {
        #[path = "../wrong/e5_progress/load_then_store.rs"]
        mod answer;
        #[path = "suites/e5_progress.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_notifies_first {
        #[path = "../wrong/e5_progress/notifies_first.rs"]
        mod answer;
        #[path = "suites/e5_progress.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_one_more {
        #[path = "../wrong/e5_progress/one_more.rs"]
        mod answer;
        #[path = "suites/e5_progress.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_wakes_one {
        #[path = "../wrong/e5_progress/wakes_one.rs"]
        mod answer;
        #[path = "suites/e5_progress.rs"]
        mod suite;
    }
}
