//! Tests of the crate's promises. One binary, so that one link serves them all.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod events;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod idempotent;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod problems;
#[cfg(test)]
mod requests;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the other test modules use it")]
mod scene;
#[cfg(test)]
mod tags;
#[cfg(test)]
mod webhooks;
