//! A web server as small as can be, which serves a folder or lies.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;

/// What is answered to one path.
pub(crate) enum Answer {
    File(PathBuf),
    Octets(Vec<u8>),
    NotFound,
    Elsewhere(String),
    /// Octets without an end.
    Endless,
}

/// Serves until the test ends; answers the URL under which it serves.
pub(crate) fn serve(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/log", listener.local_addr().unwrap());
    let answer = std::sync::Arc::new(answer);
    drop(std::thread::spawn(move || {
        for stream in listener.incoming() {
            let answer = std::sync::Arc::clone(&answer);
            drop(std::thread::spawn(move || stream.map(|stream| reply(stream, &*answer))));
        }
    }));
    url
}

fn reply(mut stream: TcpStream, answer: &dyn Fn(&str) -> Answer) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let path = request.split(' ').nth(1).unwrap_or_default();
    match answer(path.strip_prefix("/log/").unwrap_or(path)) {
        Answer::File(path) => match std::fs::read(path) {
            Ok(octets) => whole(&mut stream, &octets),
            Err(_) => head(&mut stream, "404 Not Found", ""),
        },
        Answer::Octets(octets) => whole(&mut stream, &octets),
        Answer::NotFound => head(&mut stream, "404 Not Found", ""),
        Answer::Elsewhere(url) => head(&mut stream, "302 Found", &format!("Location: {url}\r\n")),
        Answer::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            // It ends when the reader has had enough.
            loop {
                stream.write_all(&[b'x'; 1 << 16])?;
            }
        }
    }
}

fn head(stream: &mut TcpStream, status: &str, more: &str) -> std::io::Result<()> {
    stream.write_all(format!("HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n").as_bytes())
}

fn whole(stream: &mut TcpStream, octets: &[u8]) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", octets.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(octets)
}
