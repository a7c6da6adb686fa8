//! A socket that counts what passes, gives up on a reader that is too slow, and closes so that the other side sees why.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep, sleep_until};

use crate::limits::{LINGER_BYTES, LINGER_MS};
use crate::metrics::{Metrics, Series};
use crate::pace::{Pace, Window};

/// The socket beneath TLS.
#[derive(Debug)]
pub(crate) struct Wire<S> {
    socket: S,
    pace: Pace,
    metrics: Arc<Metrics>,
    blocked: Option<Blocked>,
    linger: Option<Linger>,
}

/// Octets that wait for the other side to read. It lasts until all of them are gone.
#[derive(Debug)]
struct Blocked {
    window: Window,
    wake: Pin<Box<Sleep>>,
}

/// The time after our last octet.
#[derive(Debug)]
struct Linger {
    wake: Pin<Box<Sleep>>,
    left: usize,
}

impl<S> Wire<S> {
    pub(crate) const fn new(socket: S, pace: Pace, metrics: Arc<Metrics>) -> Self {
        Self { socket, pace, metrics, blocked: None, linger: None }
    }

    fn wrote(&mut self, octets: usize) {
        self.metrics.add(Series::OctetsOut, octets);
        if let Some(blocked) = &mut self.blocked {
            blocked.window.moved(octets);
        }
    }

    /// The other side does not read: for how long already?
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<Result<usize>> {
        let pace = self.pace;
        let blocked = self.blocked.get_or_insert_with(|| Blocked::begin(pace));
        while blocked.wake.as_mut().poll(context).is_ready() {
            if blocked.window.is_too_slow() {
                return Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the other side reads too slowly")));
            }
            blocked.wake.as_mut().reset(blocked.window.ends());
        }
        Poll::Pending
    }
}

impl Blocked {
    fn begin(pace: Pace) -> Self {
        let window = pace.begin();
        Self { wake: Box::pin(sleep_until(window.ends())), window }
    }
}

impl Linger {
    fn begin() -> Self {
        Self { wake: Box::pin(sleep(Duration::from_millis(LINGER_MS))), left: LINGER_BYTES }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.socket).poll_read(context, buffer);
        self.metrics.add(Series::OctetsIn, buffer.filled().len().saturating_sub(before));
        read
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, octets: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(context, octets);
        self.after_write(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(context, parts);
        self.after_write(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    // TLS asks for this only once all that it had was taken: nothing is blocked any more.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = Pin::new(&mut self.socket).poll_flush(context);
        if flushed.is_ready() {
            self.blocked = None;
        }
        flushed
    }

    // A socket that is closed while octets lie in it unread takes our last answer away from the other side.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        if self.linger.is_none() {
            ready!(Pin::new(&mut self.socket).poll_shutdown(context))?;
        }
        let Self { socket, linger, .. } = &mut *self;
        let linger = linger.get_or_insert_with(Linger::begin);
        drain(socket, linger, context).map(|()| Ok(()))
    }
}

impl<S> Wire<S> {
    fn after_write(&mut self, context: &mut Context<'_>, written: Poll<Result<usize>>) -> Poll<Result<usize>> {
        match &written {
            Poll::Ready(Ok(octets)) => self.wrote(*octets),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => return self.wait(context),
        }
        written
    }
}

/// Reads and throws away until the other side closes, or has had its time.
fn drain<S: AsyncRead + Unpin>(socket: &mut S, linger: &mut Linger, context: &mut Context<'_>) -> Poll<()> {
    let mut scratch = [0; 4096];
    while linger.left > 0 && linger.wake.as_mut().poll(context).is_pending() {
        let mut buffer = ReadBuf::new(&mut scratch);
        let read = ready!(Pin::new(&mut *socket).poll_read(context, &mut buffer));
        if read.is_err() || buffer.filled().is_empty() {
            break;
        }
        linger.left = linger.left.saturating_sub(buffer.filled().len());
    }
    Poll::Ready(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    /// A wire whose other side takes `room` octets before it has to read, at a pace of 20 octets in 100 ms.
    fn wire(room: usize) -> (Wire<DuplexStream>, DuplexStream) {
        let (here, there) = duplex(room);
        (Wire::new(here, Pace::new(100, 20), Arc::new(Metrics::new())), there)
    }

    #[tokio::test]
    async fn what_was_slow_before_a_pause_is_forgotten_after_it() {
        let (mut here, mut there) = wire(10);
        for _ in 0..3 {
            let mut read = [0; 15];
            tokio::try_join!(here.write_all(&[1; 15]), there.read_exact(&mut read)).unwrap();
            here.flush().await.unwrap();
            sleep(Duration::from_millis(150)).await;
        }
    }

    #[tokio::test]
    async fn a_reader_below_the_pace_is_given_up() {
        let (mut here, mut there) = wire(10);
        let reading = tokio::spawn(async move {
            let mut sip = [0; 1];
            while there.read_exact(&mut sip).await.is_ok() {
                sleep(Duration::from_millis(10)).await;
            }
        });
        assert_eq!(here.write_all(&[1; 1000]).await.unwrap_err().kind(), ErrorKind::TimedOut);
        drop(here);
        reading.await.unwrap();
    }

    #[tokio::test]
    async fn closing_takes_what_is_still_on_its_way() {
        let (mut here, mut there) = wire(10);
        let writing = tokio::spawn(async move { there.write_all(&[1; 5000]).await });
        here.shutdown().await.unwrap();
        drop(here);
        writing.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn closing_does_not_wait_for_ever() {
        let (mut here, there) = wire(10);
        let start = tokio::time::Instant::now();
        here.shutdown().await.unwrap();
        assert!(start.elapsed() < Duration::from_millis(2 * LINGER_MS));
        drop(there);
    }
}
