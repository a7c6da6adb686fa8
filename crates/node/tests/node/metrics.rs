//! What is counted.

use node::metrics::Series;

use crate::scene::{PEER, Scene};

#[tokio::test]
async fn what_happens_is_counted_and_told_in_text() {
    let scene = Scene::open().await;
    scene.still_answers().await;
    assert_eq!(scene.ask(PEER, "/nowhere").await.unwrap().status, 404);
    let text = scene.metrics.to_text();
    for line in [
        "# TYPE detente_connections gauge",
        "# TYPE detente_requests_total counter",
        "detente_connections_total 2",
        "detente_requests_total{status=\"200\"} 1",
        "detente_requests_total{status=\"404\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert_eq!(text.matches("# HELP detente_requests_total").count(), 1);
    assert!(scene.metrics.value(Series::OctetsIn) > 1000 && scene.metrics.value(Series::OctetsOut) > 1000);
}
