//! Names of properties, by what they hold. The tables of `record` say where each stands and how it discloses.

use record::words;

use crate::moment::TimeName;

words! {
    /// Properties that hold text.
    Text, "text property" {
        /// What was done about it.
        ActionsTaken = "actions_taken",
        /// How the AI system bears on what happened.
        AiInvolvement = "ai_involvement",
        /// How far the system acted by itself, in words.
        Autonomy = "autonomy",
        /// The function of the business that used the system.
        BusinessFunction = "business_function",
        /// Why it happened, as far as known.
        Cause = "cause",
        /// Who ran the system.
        Deployer = "deployer",
        /// How widely the system is in use.
        DeploymentBreadth = "deployment_breadth",
        /// What happened.
        Description = "description",
        /// Who made the system.
        Developer = "developer",
        /// What is contested, and by whom.
        Disputed = "disputed",
        /// The model beneath the system.
        Model = "model",
        /// How the model bears on it, and where that is found.
        ModelLink = "model_link",
        /// The model's version.
        ModelVersion = "model_version",
        /// A short title.
        Name = "name",
        /// What has no other place.
        Remarks = "remarks",
        /// Why it is not reportable, or taken back.
        StageReason = "stage_reason",
        /// How it can be made to happen again.
        StepsToReproduce = "steps_to_reproduce",
        /// The AI system's name.
        System = "system",
        /// The system's version.
        SystemVersion = "system_version",
        /// How the training data bears on it, and where that is found.
        TrainingData = "training_data",
        /// The licence or terms that the system is used under.
        UsageRights = "usage_rights",
    }
}

words! {
    /// Properties that hold a list of texts, and disclose element by element.
    List, "list property" {
        /// Who was affected.
        AffectedParties = "affected_parties",
        /// The kinds of harm, in the author's words.
        HarmTypes = "harm_types",
        /// Other AI systems that took part.
        InteractingSystems = "interacting_systems",
        /// The AI principles that were touched.
        Principles = "principles",
        /// The rights that were touched.
        RightsAffected = "rights_affected",
        /// What the system was for.
        Tasks = "tasks",
    }
}

words! {
    /// Properties that hold a count of people, each with a band as its coarse twin.
    Count, "count" {
        /// How many people died.
        Deaths = "deaths",
        /// How many people were injured.
        Injured = "injured",
        /// How many people were harmed or exposed.
        PeopleAffected = "people_affected",
    }
}

impl Text {
    /// True if it stands at the object's top, as STIX has it.
    #[must_use]
    pub const fn is_core(self) -> bool {
        matches!(self, Self::Name | Self::Description)
    }
}

/// Properties of the extension beside texts, lists, counts and times.
const OTHERS: [&str; 15] = [
    "autonomy_level",
    "cause_confidence",
    "countries",
    "critical_infrastructure",
    "deployment_state",
    "event_kind",
    "harms",
    "industries",
    "place",
    "precision",
    "severity",
    "stage",
    "submitter_role",
    "training_compute",
    "use_kind",
];

/// Every property that this crate reads: the two of STIX, and all of our extension.
pub fn property_names() -> impl Iterator<Item = &'static str> {
    let texts = Text::ALL.iter().map(|name| name.name());
    let lists = List::ALL.iter().map(|name| name.name());
    let counts = Count::ALL.iter().map(|name| name.name());
    let times = TimeName::ALL.iter().map(|name| name.name());
    texts.chain(lists).chain(counts).chain(times).chain(OTHERS)
}
