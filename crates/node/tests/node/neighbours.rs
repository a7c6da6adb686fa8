//! A server for programs of the same machine, without TLS.

use std::sync::Arc;

use node::limits::ServerLimits;
use node::metrics::Metrics;
use node::server::{CannotServe, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::hall::Hall;

async fn beside(address: &str) -> Result<Server<Hall>, CannotServe> {
    let (limits, metrics, hall) = (ServerLimits::default(), Arc::new(Metrics::new()), Arc::new(Hall::new()));
    Server::for_neighbours(address.parse().unwrap(), limits, metrics, hall).await
}

#[tokio::test]
async fn a_program_of_this_machine_is_answered_without_tls() {
    let server = beside("127.0.0.1:0").await.unwrap();
    let (address, (end, ended)) = (server.address().unwrap(), oneshot::channel::<()>());
    let running = tokio::spawn(server.run(async { ended.await.unwrap_or_default() }));
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(b"GET /hello HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    end.send(()).unwrap();
    running.await.unwrap();
}

#[tokio::test]
async fn an_address_that_others_reach_is_refused_without_tls() {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let refused = beside(address).await.unwrap_err();
        assert!(refused.to_string().contains("without TLS"), "{refused}");
    }
}
