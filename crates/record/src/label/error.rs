//! What is wrong with a label.

/// The fields of a label do not say what it asks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LabelError {
    /// The record is of another type, or withholds its type or its extension.
    #[error("this record is not a label, or does not show that it is one")]
    NotALabel,
    /// A field is not there: it was never written, or it was withheld. Either way the label asks nothing definite.
    #[error("the label's `{field}` is missing; a label counts only when all of it is shown")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A field that labels do not have: it may restrict in a way that we would not see.
    #[error("a label has no field `{}`; remove it", field.escape_debug())]
    Unknown {
        /// The field.
        field: String,
    },
    /// A field has a value that it may not have.
    #[error("the label's `{field}` {reason}")]
    Field {
        /// The field.
        field: &'static str,
        /// What it should be.
        reason: String,
    },
}
