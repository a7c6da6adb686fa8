//! What is measured at any server of TAXII: the same requests to a node and to its peer.

use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use record::json::{Json, Map};

use super::client::{Answer, Line, Site};
use super::objects::{Kind, TOGETHER, envelope, envelopes};

/// Sends objects, [`TOGETHER`] in each POST: when the last was answered, and how many a second were taken. They are made
/// before, and what was answered is checked by whoever is given the answers.
pub(super) fn post(line: &mut Line, kind: Kind, numbers: Range<u32>) -> anyhow::Result<Posted> {
    let count = numbers.len();
    let bodies: Vec<_> = envelopes(kind, numbers).collect();
    let octets = bodies.iter().map(Vec::len).sum::<usize>() / count.max(1);
    let mut answers = Vec::new();
    let start = Instant::now();
    for body in &bodies {
        answers.push(line.post(body)?);
    }
    Ok(Posted { count, octets, took: start.elapsed(), ended: Instant::now(), answers })
}

/// What came of some POSTs.
pub(super) struct Posted {
    count: usize,
    /// Octets of an envelope for each object.
    pub(super) octets: usize,
    took: Duration,
    pub(super) ended: Instant,
    answers: Vec<Answer>,
}

impl Posted {
    /// Objects a second, once it has been seen that all were taken.
    pub(super) fn rate(self) -> anyhow::Result<f64> {
        Ok(f64::from(u32::try_from(self.count)?) / self.seconds()?)
    }

    /// How long it took, once it has been seen that all were taken.
    pub(super) fn seconds(self) -> anyhow::Result<f64> {
        let taken = self.answers.into_iter().map(taken).sum::<anyhow::Result<usize>>()?;
        ensure!(taken == self.count, "{taken} of {} were taken", self.count);
        Ok(self.took.as_secs_f64())
    }
}

/// How many objects a POST says it took.
fn taken(answer: Answer) -> anyhow::Result<usize> {
    let status = answer.is(202)?.json()?;
    let count = |name| status.get(name).and_then(Json::as_integer);
    ensure!(count("failure_count") == Some(0), "some were not taken: {}", status.to_text());
    Ok(usize::try_from(count("success_count").context("a status without its count")?)?)
}

/// Sends a part of the indicators over each line, one in each POST: objects a second, and milliseconds of each.
pub(super) fn post_each(lines: &mut [Line], numbers: Range<u32>) -> anyhow::Result<(f64, Vec<f64>)> {
    let count = numbers.len();
    let share = count.div_ceil(lines.len());
    let bodies: Vec<_> = numbers.map(|number| envelope(Kind::Indicator, number..number.saturating_add(1))).collect();
    let start = Instant::now();
    let parts: Vec<_> = std::thread::scope(|scope| {
        let started: Vec<_> =
            lines.iter_mut().zip(bodies.chunks(share)).map(|(line, part)| scope.spawn(|| each(line, part))).collect();
        started.into_iter().map(|one| one.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a line broke")))).collect()
    });
    let took = start.elapsed();
    let (mut millis, mut sum) = (Vec::new(), 0);
    for part in parts {
        for (one, answer) in part? {
            millis.push(one);
            sum += taken(answer)?;
        }
    }
    ensure!(sum == count, "{sum} of {count} were taken");
    Ok((f64::from(u32::try_from(count)?) / took.as_secs_f64(), millis))
}

fn each(line: &mut Line, bodies: &[Vec<u8>]) -> anyhow::Result<Vec<(f64, Answer)>> {
    let one = |body: &Vec<u8>| {
        let start = Instant::now();
        let answer = line.post(body)?;
        Ok((start.elapsed().as_secs_f64() * 1e3, answer))
    };
    bodies.iter().map(one).collect()
}

/// Reads all there is in pages of [`TOGETHER`], and finds so many indicators: objects a second, from each request to the last
/// octet of its answer. Taking answers apart, which a client does as it likes, is not in it.
pub(super) fn pages(site: &Site, stored: u32) -> anyhow::Result<f64> {
    let mut line = site.line()?;
    let path = format!("{}?limit={TOGETHER}", line.objects());
    let (mut seen, mut took, mut next) = (Vec::new(), Duration::ZERO, String::new());
    loop {
        let start = Instant::now();
        let answer = line.get(&format!("{path}{next}"))?;
        took += start.elapsed();
        let page = answer.is(200)?.json()?;
        seen.extend(ids(&page));
        match page.text("next") {
            Some(place) => next = format!("&next={place}"),
            None => break,
        }
    }
    seen.sort_unstable();
    seen.dedup();
    ensure!(seen.len() == usize::try_from(stored)?, "{} of {stored} were read", seen.len());
    Ok(f64::from(stored) / took.as_secs_f64())
}

/// The ids of a page's indicators: a node's own identity is an object too.
fn ids(page: &Map) -> Vec<String> {
    let objects = page.get("objects").and_then(Json::as_array).unwrap_or_default().iter();
    let ids = objects.filter_map(|object| object.as_object()?.text("id"));
    ids.filter(|id| id.starts_with("indicator--")).map(str::to_owned).collect()
}
