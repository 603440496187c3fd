//! Between codd and a server: breaks off after so many bytes of answers.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub(crate) struct Proxy {
    port: u16,
}

impl Proxy {
    /// Answers of all connections together are at most so many bytes.
    pub(crate) fn cutting_after(server: u16, bytes: usize) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let left = Arc::new(AtomicUsize::new(bytes));
        // Ends with the process: nobody connects any more by then.
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let (asks, answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let unlimited = Arc::new(AtomicUsize::new(usize::MAX));
                let left = Arc::clone(&left);
                thread::spawn(move || pass(asks, server, &unlimited));
                thread::spawn(move || pass(answers, client, &left));
            }
        });
        Proxy { port }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, left: &AtomicUsize) {
    let mut buffer = [0; 512];
    loop {
        let read = from.read(&mut buffer).unwrap_or(0);
        let less = |it: usize| Some(it.saturating_sub(read));
        let before = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        let allowed = before.unwrap_or(0).min(read);
        let passed = to.write_all(&buffer[..allowed]).is_ok();
        if read == 0 || !passed || allowed < read {
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
            return;
        }
    }
}
