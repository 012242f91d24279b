//! Single keys, without Enter.

use std::io;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

/// A pressed key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Any other character.
    Char(char),
    /// `q`, Escape, Ctrl-C or Ctrl-D.
    Quit,
}

impl From<char> for Key {
    fn from(c: char) -> Key {
        if c == 'q' { Key::Quit } else { Key::Char(c) }
    }
}

/// While it lives, the terminal gives every key at once, and shows none.
#[derive(Debug)]
pub struct Keys(());

impl Keys {
    /// Hands each key to `send`, until `send` returns false.
    pub fn listen(send: impl Fn(Key) -> bool + Send + 'static) -> io::Result<Keys> {
        enable_raw_mode()?;
        let keys = Keys(());
        // It waits for a key until the runner ends.
        std::thread::spawn(move || {
            while let Ok(event) = event::read() {
                let key = match event {
                    Event::Key(key) if key.kind == KeyEventKind::Press => meaning(key),
                    _ => None,
                };
                if key.is_some_and(|key| !send(key)) {
                    break;
                }
            }
        });
        Ok(keys)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        // Nothing better can be done: the user types `reset`.
        let _ = disable_raw_mode();
    }
}

fn meaning(key: KeyEvent) -> Option<Key> {
    match key.code {
        KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => Some(Key::Quit),
        KeyCode::Char(c) => Some(Key::from(c)),
        KeyCode::Esc => Some(Key::Quit),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ctrl_c_quits_and_c_is_a_letter() {
        let key = |c, modifiers| meaning(KeyEvent::new(KeyCode::Char(c), modifiers));
        assert_eq!(key('c', KeyModifiers::CONTROL), Some(Key::Quit));
        assert_eq!(key('c', KeyModifiers::NONE), Some(Key::Char('c')));
        assert_eq!(key('q', KeyModifiers::NONE), Some(Key::Quit));
    }
}
