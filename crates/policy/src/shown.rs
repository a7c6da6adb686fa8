//! What an account of this node may see: pages, exports, events and the like take nothing else.

use crate::words::words;

words! {
    /// What a person or program of this node is there for.
    Role, "role" {
        /// Switches floors, opens accounts.
        Administrator = "administrator",
        /// Takes in reports and keeps cases.
        Analyst = "analyst",
        /// Reads what there is, changes nothing.
        Auditor = "auditor",
        /// Decides what must be told to whom.
        Compliance = "compliance",
        /// Answers urgent notices.
        DutyOfficer = "duty-officer",
        /// Drafts and signs agreements.
        Negotiator = "negotiator",
        /// Works with pooled means.
        Researcher = "researcher",
    }
}
