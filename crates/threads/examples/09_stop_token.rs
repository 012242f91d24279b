//! A flag cannot stop a blocked thread. A stop token wakes it.
//!
//! After slide 11. Both workers read from a connection on which nothing ever comes. The flag's worker would have to look
//! at its flag; the token has a callback that wakes its worker.

use std::io::Read;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ungil_threads::{StopSource, spawn};

// ANCHOR: show
fn read_until(stopped: impl Fn() -> bool, mut silent: TcpStream) {
    loop {
        let _ = silent.read(&mut [0; 64]); // blocked: it checks no flag
        if stopped() {
            break;
        }
    }
}

fn main() -> std::io::Result<()> {
    let server = TcpListener::bind("127.0.0.1:0")?;
    let connect = || TcpStream::connect(server.local_addr()?);

    let running = Arc::new(AtomicBool::new(true));
    let (flag, silent) = (Arc::clone(&running), connect()?);
    let t = spawn(move || {
        read_until(|| !flag.load(Ordering::Relaxed), silent)
    });
    running.store(false, Ordering::Relaxed);
    let joined = t.join_timeout(Duration::from_millis(30));
    println!("flag:  {}", joined.unwrap_err());

    let (source, stop) = StopSource::new();
    let silent = connect()?;
    let same = silent.try_clone()?;
    let _wake = stop.on_stop(move || drop(same.shutdown(Shutdown::Both)));
    let t = spawn(move || read_until(|| stop.stop_requested(), silent));
    source.request_stop();
    println!("token: {:?}", t.join());

    let (source, stop) = StopSource::new();
    source.request_stop();
    let slept = stop.wait_timeout(Duration::from_secs(3600));
    println!("sleep: {slept:?}, at once");
    Ok(())
}
// ANCHOR_END: show
