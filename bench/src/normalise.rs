//! What it costs to bring a text into its normal form and to sketch it.

use text::{MinHash, NormaliserVersion, ShingleSet, ShingleWidths};

use crate::measure::single;
use crate::table::{Limit, Table};

const ENGLISH: &str = "An operator asked the model to explain how the alarm could be kept silent while the door stood \
open, and, when it refused, asked again as a character in a play. ";
const CHINESE: &str = "操作员让模型解释怎样在门打开时不触发警报，被拒绝之后，又以剧中人物的身份再问了一遍。";

#[expect(clippy::cast_precision_loss, reason = "lengths of some kilobytes")]
pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    table.title("text: bytes through the normaliser, and sketches, on one core");
    for (name, sample, limit) in [("English", ENGLISH, 30.0), ("Chinese", CHINESE, 20.0)] {
        let text = sample.repeat(8);
        let micros = single(|| NormaliserVersion::V1.normalise(&text));
        table.figure(&format!("normalise {name}"), text.len() as f64 / micros, "MB/s", Some(Limit::AtLeast(limit)));
        let normal = NormaliserVersion::V1.normalise(sample);
        let micros = single(|| MinHash::new(&ShingleSet::new(normal.as_str(), ShingleWidths::V1)));
        table.figure(&format!("MinHash of one {name} sentence"), micros, "us", None);
    }
    Ok(())
}
