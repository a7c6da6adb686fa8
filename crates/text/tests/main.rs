//! Tests of the crate's promises. One binary, so that one link serves them all.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod evasions;
#[cfg(test)]
mod frozen;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod hidden;
#[cfg(test)]
mod measures;
#[cfg(test)]
mod normal_form;
#[cfg(test)]
mod oracles;
#[cfg(test)]
mod real_prompts;
#[cfg(test)]
mod tokens;
