//! Closed words of an incident.

use record::words;

words! {
    /// What kind of event it is. A hazard and a near miss are reported like an incident, and counted apart from it.
    EventKind, "kind of event" {
        /// It could lead to harm, and has not come near it.
        Hazard = "hazard",
        /// Harm came about.
        Incident = "incident",
        /// It came near harm, and luck or a safeguard kept it off.
        NearMiss = "near miss",
    }
}

words! {
    /// How severe it is, in the five steps of the OECD, from light to heavy.
    Severity, "severity" {
        /// It could lead to harm.
        Hazard = "hazard",
        /// It could lead to serious harm.
        SeriousHazard = "serious hazard",
        /// It led to harm.
        Incident = "incident",
        /// It led to serious harm.
        SeriousIncident = "serious incident",
        /// It disrupts how a community or society works, beyond what it can cope with by itself.
        Disaster = "disaster",
    }
}

words! {
    /// How far the system acts by itself, as the OECD's framework for the classification of AI systems has it.
    AutonomyLevel, "level of autonomy" {
        /// It acts, and nobody is asked.
        High = "high",
        /// It acts once a person agrees.
        Low = "low",
        /// It acts unless a person objects.
        Medium = "medium",
        /// It advises, and a person acts.
        None = "none",
    }
}

words! {
    /// How far the system was in use.
    DeploymentState, "state of deployment" {
        /// Anybody who is admitted can use it.
        Deployed = "deployed",
        /// It was being built.
        Development = "development",
        /// Its own maker used it.
        InternalUse = "internal use",
        /// Some outside could use it, as a trial.
        LimitedRelease = "limited release",
        /// It was being tested or evaluated.
        Testing = "testing",
        /// It had been taken out of use.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// Whether the system was used as it was meant to be.
    UseKind, "kind of use" {
        /// As it was meant.
        Intended = "intended",
        /// Otherwise, without ill intent.
        Unintended = "unintended",
        /// To do harm, or against a prohibition.
        Wrongful = "wrongful",
    }
}

words! {
    /// What whoever gives an account has to do with the incident.
    SubmitterRole, "role" {
        /// Was affected by it.
        AffectedParty = "affected party",
        /// Supervises those concerned.
        Authority = "authority",
        /// Ran the system.
        Deployer = "deployer",
        /// Inquired into it.
        Investigator = "investigator",
        /// Saw or read of it.
        Observer = "observer",
        /// Made the system, or put it on the market.
        Provider = "provider",
    }
}

impl EventKind {
    /// True if an event of this kind can have this severity: where no harm came about, none can be severe.
    #[must_use]
    pub const fn allows(self, severity: Severity) -> bool {
        match (self, severity) {
            (Self::Hazard | Self::NearMiss, Severity::Hazard | Severity::SeriousHazard)
            | (Self::Incident, Severity::Incident | Severity::SeriousIncident | Severity::Disaster) => true,
            (Self::Hazard | Self::NearMiss, Severity::Incident | Severity::SeriousIncident | Severity::Disaster)
            | (Self::Incident, Severity::Hazard | Severity::SeriousHazard) => false,
        }
    }
}
