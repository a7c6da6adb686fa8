//! Tests of the crate's promises. One binary, so that one link serves them all.

#[cfg(test)]
mod awkward;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the fuzz targets, which include this file too, are another crate")]
#[path = "../../../fuzz/taxii_bodies.rs"]
mod bodies;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the other test modules use it")]
mod bridge;
#[cfg(test)]
mod client;
#[cfg(test)]
mod client_hostile;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod hidden;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod posting;
#[cfg(test)]
mod replies;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the other test modules use it")]
mod scene;
#[cfg(test)]
#[expect(
    unreachable_pub,
    reason = "the fuzz targets and the measurement, which include this file too, are other crates"
)]
mod store;
