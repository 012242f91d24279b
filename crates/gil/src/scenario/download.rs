//! Downloads from a server that answers slowly, by one worker and by several.

use std::io::Write;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use super::time;
use crate::Gil;

const PROGRAM: &str = include_str!("download.py");

/// Downloads some files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Download {
    /// How many threads share the work, at least one.
    pub workers: u32,
    /// How many files.
    pub files: u32,
    /// From where.
    pub from: Server,
}

/// Where files come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// No server: a download is a wait of this length, in whole milliseconds. Virtual time has no sockets, so it has no
    /// other downloads.
    Simulated(Duration),
    /// A server at this port of 127.0.0.1.
    Port(u16),
}

impl Download {
    /// Returns how long the downloads take.
    pub fn run<G: Gil>(self, gil: G) -> Duration {
        let (port, milliseconds) = match self.from {
            Server::Simulated(delay) => (0, delay.as_millis().try_into().unwrap_or(i64::MAX)),
            Server::Port(port) => (port.into(), 0),
        };
        let globals = [
            ("WORKERS", self.workers.into()),
            ("FILES", self.files.into()),
            ("PORT", port),
            ("MILLISECONDS", milliseconds),
        ];
        time(gil, "download.py", PROGRAM, &globals)
    }
}

/// A server on 127.0.0.1 that sends a few bytes to each client after a delay. It ends with the process.
pub struct SlowServer {
    port: u16,
}

impl SlowServer {
    /// Begins to listen, at a port that the operating system chooses. Each answer comes after `delay`.
    ///
    /// # Errors
    ///
    /// If the operating system gives no port.
    pub fn start(delay: Duration) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                thread::spawn(move || answer(client, delay));
            }
        });
        Ok(SlowServer { port })
    }

    /// The port at which it listens.
    pub fn port(&self) -> u16 {
        self.port
    }
}

fn answer(mut client: TcpStream, delay: Duration) {
    thread::sleep(delay);
    // A client that has gone needs no answer.
    let _ = client.write_all(b"slow\n").and_then(|()| client.shutdown(Shutdown::Both));
}
