//! `detente incident trend`: what can be asked about counts over time.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use incident::TimeName;
use incident::trend::{Baseline, CodedField, Grain, Period};

#[derive(Debug, Args)]
pub(crate) struct TrendArguments {
    /// The coded field: `event_kind`, severity, harms, countries, industries, stage, `submitter_role`, `autonomy_level`,
    /// `deployment_state`, `use_kind`, `critical_infrastructure`
    #[arg(long, value_name = "FIELD")]
    pub(crate) by: CodedField,
    /// How long a period is: month, quarter, year
    #[arg(long, value_name = "PERIOD", default_value = "month")]
    pub(crate) per: Grain,
    /// The time that places an incident: occurred, discovered, aware, suspected, `reasonable_belief`, determined, reported
    #[arg(long, value_name = "TIME", default_value = "occurred")]
    pub(crate) of: TimeName,
    /// The first period, such as 2026-01, 2026-Q1 or 2026, as --per has it
    #[arg(long, value_name = "PERIOD")]
    pub(crate) from: Option<Period>,
    /// The last period
    #[arg(long, value_name = "PERIOD")]
    pub(crate) until: Option<Period>,
    /// What a burst stands out from
    #[arg(long, value_enum, default_value_t = AgainstWord::Days)]
    pub(crate) against: AgainstWord,
    /// Show bursts that chance would make up at most this often, in percent, after correction for the number of rows
    #[arg(long, value_name = "PERCENT", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=50))]
    pub(crate) chance: u8,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// What a burst stands out from, as a person says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AgainstWord {
    /// As many on each day
    Days,
    /// The same share of all incidents of a period: growth of everything is no burst
    All,
}

impl AgainstWord {
    pub(crate) const fn baseline(self) -> Baseline {
        match self {
            Self::Days => Baseline::Days,
            Self::All => Baseline::All,
        }
    }
}
