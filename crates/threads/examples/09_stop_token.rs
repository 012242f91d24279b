//! What the flag cannot do: stop a thread that is blocked. A stop token wakes it.
//!
//! After slide 11. The first worker would look at its flag, but it sleeps on a socket that stays silent. The
//! second one has told the token how to wake it.

use std::io::Read;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ungil_threads::{Builder, StopSource, StopToken};

// ANCHOR: show
fn by_flag(mut connection: TcpStream, running: Arc<AtomicBool>) {
    loop {
        let _ = connection.read(&mut [0; 64]); // blocked here, and nobody looks at the flag
        if !running.load(Ordering::Relaxed) {
            break;
        }
    }
}

fn by_token(mut connection: TcpStream, stop: StopToken) -> std::io::Result<()> {
    let other = connection.try_clone()?;
    let _wake = stop.on_stop(move || drop(other.shutdown(Shutdown::Both)));
    while !stop.stop_requested() {
        let _ = connection.read(&mut [0; 64]); // blocked, until the shutdown ends the read
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let connect = || TcpStream::connect(silent.local_addr()?);

    let (connection, running) = (connect()?, Arc::new(AtomicBool::new(true)));
    let flag = Arc::clone(&running);
    let t = Builder::new().daemon(true).spawn(move || by_flag(connection, flag)).expect("a thread");
    running.store(false, Ordering::Relaxed);
    println!("flag:  {}", t.join_timeout(Duration::from_millis(30)).unwrap_err());

    let (source, stop) = StopSource::new();
    let connection = connect()?;
    let t = Builder::new().spawn(move || by_token(connection, stop)).expect("a thread");
    source.request_stop();
    println!("token: stopped, {:?}", t.join().unwrap().is_ok());

    let (source, stop) = StopSource::new();
    source.request_stop();
    println!("sleep: cut short, {:?}", stop.wait_timeout(Duration::from_secs(3600)));
    Ok(())
}
// ANCHOR_END: show
