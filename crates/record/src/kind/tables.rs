//! The tables. `docs/kinds.md` is written from them; a test fails when it differs.

use super::Discloses::{Alone, ByElement};
use super::Place::{Core, Extension};
use super::{Kind, Property, Twin, TwinRule};

const fn property(
    name: &'static str,
    place: super::Place,
    discloses: super::Discloses,
    about: &'static str,
) -> Property {
    Property { name, place, discloses, about }
}

const fn twin(name: &'static str, of: &'static str, rule: TwinRule) -> Twin {
    Twin { name, of, rule }
}

/// Properties that every STIX object may have (STIX 2.1 section 3.2). Properties that no table names are kept and
/// disclose alone.
pub const COMMON: &[Property] = &[
    property("type", Core, Alone, "the STIX type"),
    property("spec_version", Core, Alone, "the version of STIX"),
    property("id", Core, Alone, "the object's identifier, the same in all its versions"),
    property("created_by_ref", Core, Alone, "the identity that made the object"),
    property("created", Core, Alone, "when the first version was made"),
    property("modified", Core, Alone, "when this version was made"),
    property("revoked", Core, Alone, "whether the author takes the object back"),
    property("labels", Core, Alone, "terms that describe the object"),
    property("confidence", Core, Alone, "how sure the author is, 0 to 100"),
    property("lang", Core, Alone, "the language of the text"),
    property("external_references", Core, ByElement, "sources outside STIX"),
    property("object_marking_refs", Core, Alone, "markings of the whole object"),
    property("granular_markings", Core, Alone, "markings of parts"),
    property("object_refs", Core, ByElement, "the objects that this one is about"),
    property("extensions", Core, Alone, "extensions by their definition; each property inside discloses apart"),
];

/// Every kind that has a table of its own. Other STIX types are recorded by the common table alone.
pub const KINDS: &[Kind] = &[
    INCIDENT,
    LINK,
    CLASSIFICATION,
    COUNTERMEASURE,
    SIGNALS,
    SIGHTING,
    RETRACTION,
    QUESTION,
    ANSWER,
    ALERT,
    LABEL,
    DECLASSIFICATION,
    PROFILE,
    FLOOR_SWITCH,
    DECISIONS,
    ERASURE,
    RESUMPTION,
];

const INCIDENT: Kind = Kind {
    name: "incident",
    object_type: "incident",
    extension: Some("extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd"),
    about: "An AI incident, hazard or near miss: what happened, to which system, with which harm.",
    properties: &[
        property("name", Core, Alone, "a short title"),
        property("description", Core, Alone, "what happened"),
        property("occurred", Extension, Alone, "when it happened"),
        property("discovered", Extension, Alone, "when anybody first noticed it"),
        property("aware", Extension, Alone, "when the reporting party became aware of it"),
        property("suspected", Extension, Alone, "when the system's involvement was first suspected"),
        property("reasonable_belief", Extension, Alone, "when facts first gave a reasonable belief"),
        property("determined", Extension, Alone, "when the party determined what it was"),
        property("reported", Extension, Alone, "when it was first reported to an authority"),
        property("precision", Extension, Alone, "how exact each time is: year, month, day, hour, minute, second"),
        property("place", Extension, Alone, "where it happened: `country` as ISO 3166-1, and what is known beyond it"),
        property("countries", Extension, ByElement, "the countries concerned, as ISO 3166-1 codes"),
        property("system", Extension, Alone, "the AI system's name"),
        property("model", Extension, Alone, "the model beneath it, and its version"),
        property("developer", Extension, Alone, "who made the system"),
        property("deployer", Extension, Alone, "who ran it"),
        property("autonomy", Extension, Alone, "how far the system acted by itself"),
        property("severity", Extension, Alone, "hazard, serious hazard, incident, serious incident or disaster"),
        property("harm_types", Extension, ByElement, "the kinds of harm"),
        property("people_affected", Extension, Alone, "how many people were harmed or exposed"),
        property("affected_parties", Extension, ByElement, "who was affected"),
        property("ai_involvement", Extension, Alone, "how the AI system bears on what happened"),
        property("cause", Extension, Alone, "why it happened, as far as known"),
        property("actions_taken", Extension, Alone, "what was done about it"),
        property("steps_to_reproduce", Extension, Alone, "how it can be made to happen again"),
        property("disputed", Extension, Alone, "what is contested, and by whom"),
        property("event_kind", Extension, Alone, "incident, near miss or hazard"),
        property("stage", Extension, Alone, "initial, interim, final, not reportable or retracted"),
        property("stage_reason", Extension, Alone, "why it is not reportable, or taken back"),
        property("submitter_role", Extension, Alone, "what whoever submits it has to do with it"),
        property("system_version", Extension, Alone, "the AI system's version"),
        property("model_version", Extension, Alone, "the model's version, where it stands apart from its name"),
        property("interacting_systems", Extension, ByElement, "other AI systems that took part"),
        property("autonomy_level", Extension, Alone, "none, low, medium or high"),
        property("deployment_state", Extension, Alone, "from development to withdrawn: how far the system was in use"),
        property("deployment_breadth", Extension, Alone, "how widely the system is in use"),
        property("training_compute", Extension, Alone, "the model's training compute in FLOP, as a range"),
        property("training_data", Extension, Alone, "how the training data bears on it, and where that is found"),
        property("model_link", Extension, Alone, "how the model bears on it, and where that is found"),
        property("usage_rights", Extension, Alone, "the licence or terms that the system is used under"),
        property("use_kind", Extension, Alone, "intended, unintended or wrongful use"),
        property("tasks", Extension, ByElement, "what the system was for: recognition, generation, ..."),
        property("business_function", Extension, Alone, "the function of the business that used the system"),
        property("industries", Extension, ByElement, "the industries concerned, as ISIC codes"),
        property("critical_infrastructure", Extension, Alone, "whether critical infrastructure was concerned"),
        property("harms", Extension, ByElement, "each harm: its type, whether it came about, and how much, as a range"),
        property("deaths", Extension, Alone, "how many people died"),
        property("injured", Extension, Alone, "how many people were injured"),
        property("rights_affected", Extension, ByElement, "the rights that were touched"),
        property("principles", Extension, ByElement, "the AI principles that were touched"),
        property("cause_confidence", Extension, Alone, "how sure the author is of the cause, 0 to 100"),
        property("remarks", Extension, Alone, "what has no other place"),
    ],
    twins: &[
        twin("occurred_year", "occurred", TwinRule::Year),
        twin("place_country", "place", TwinRule::Country),
        twin("people_affected_band", "people_affected", TwinRule::Band),
        twin("deaths_band", "deaths", TwinRule::Band),
        twin("injured_band", "injured", TwinRule::Band),
    ],
};

const LINK: Kind = Kind {
    name: "link",
    object_type: "detente-link",
    extension: Some("extension-definition--7a1de6b4-93c5-4c0e-8a41-5f2b60d9c3e7"),
    about: "Says how a report or a countermeasure and an incident, or two incidents, belong together, or takes earlier links back.",
    properties: &[
        property(
            "link",
            Extension,
            Alone,
            "reports, mitigates, same-as, split or related-not-same; absent if it only takes back",
        ),
        property("from", Extension, Alone, "the report, the countermeasure, or the incident that is merged or split"),
        property(
            "to",
            Extension,
            Alone,
            "the incident that it reports, is the same as, was split into, or is related to; or what was countered",
        ),
        property("takes_back", Extension, Alone, "the digests of the author's earlier links that hold no more"),
        property("reason", Extension, Alone, "why"),
    ],
    twins: &[],
};

const CLASSIFICATION: Kind = Kind {
    name: "classification",
    object_type: "detente-classification",
    extension: Some("extension-definition--36b4d010-8c3b-439c-94a1-b4de2cef3ff5"),
    about: "What one annotator says of an incident in the words of a taxonomy, or takes earlier classifications back.",
    properties: &[
        property("about", Extension, Alone, "the incident; absent, like all to `values`, if it only takes back"),
        property("record", Extension, Alone, "the digest of the record that the annotator read"),
        property("annotator", Extension, Alone, "a person, a party, or a program and its version"),
        property("taxonomy", Extension, Alone, "the taxonomy's name"),
        property("taxonomy_version", Extension, Alone, "the version whose words these are"),
        property("values", Extension, Alone, "the values by field, each a list of codes"),
        property("reason", Extension, Alone, "why these values"),
        property(
            "takes_back",
            Extension,
            Alone,
            "the digests of the author's earlier classifications that hold no more",
        ),
    ],
    twins: &[],
};

const COUNTERMEASURE: Kind = Kind {
    name: "countermeasure",
    object_type: "course-of-action",
    extension: Some("extension-definition--76d5051e-a4f2-4dd9-8733-201d8a2a72a6"),
    about: "What was tried against an incident or a misuse, and whether it worked. A link says against what.",
    properties: &[
        property("name", Core, Alone, "a short title"),
        property("description", Core, Alone, "what was tried"),
        property("steps", Extension, Alone, "how it is done, so that others can do it too"),
        property("outcome", Extension, Alone, "worked, partly, failed or not yet known"),
        property("measured", Extension, Alone, "how the outcome was measured, and what came out"),
        property("setting", Extension, Alone, "production, trial, laboratory or simulation"),
        property("tested_where", Extension, Alone, "on which system, and where"),
        property("tested_by", Extension, Alone, "who tested it"),
        property("tested_from", Extension, Alone, "when the test began"),
        property("tested_until", Extension, Alone, "when the test ended"),
        property("side_effects", Extension, Alone, "what else it did; absent if nobody looked"),
        property("conditions", Extension, Alone, "under which conditions it holds"),
    ],
    twins: &[],
};

const SIGNALS: Kind = Kind {
    name: "signals",
    object_type: "grouping",
    extension: None,
    about: "A batch of misuse signals: up to 256 members, each of which discloses as a whole.",
    properties: &[
        property("name", Core, Alone, "a short title"),
        property("description", Core, Alone, "what the members have in common"),
        property("context", Core, Alone, "why they stand together"),
    ],
    twins: &[],
};

const SIGHTING: Kind = Kind {
    name: "sighting",
    object_type: "sighting",
    extension: Some("extension-definition--73ad5e8f-ba9c-4205-b54f-ad120e63fb3b"),
    about: "Says that a misuse signal was found in something. It does not say in what, nor whose that was.",
    properties: &[
        property("name", Core, Alone, "a short title"),
        property("sighting_of_ref", Core, Alone, "the signal"),
        property("first_seen", Core, Alone, "when it was first found"),
        property("last_seen", Core, Alone, "when it was last found"),
        property("count", Core, Alone, "how often it was found"),
        property(
            "signal_author",
            Extension,
            Alone,
            "the party whose signal it is: two parties may give theirs the same id",
        ),
        property("signal_record", Extension, Alone, "the digest of the record in which the signal was seen"),
    ],
    twins: &[],
};

const RETRACTION: Kind = Kind {
    name: "retraction",
    object_type: "detente-retraction",
    extension: Some("extension-definition--7a5e2b0c-94d1-4f3e-8c26-5b1f0d7e9a43"),
    about: "Takes back signals of its own author, for good. It names them in `object_refs`, and no others.",
    properties: &[
        property("name", Core, Alone, "why, in a few words"),
        property("records", Extension, Alone, "the digests of the records that held what is taken back"),
    ],
    twins: &[],
};

const QUESTION: Kind = Kind {
    name: "question",
    object_type: "detente-question",
    extension: Some("extension-definition--476acd2d-2959-466b-88fd-54a2f1fb1d96"),
    about: "Asks the party that released a record to say more about it, and until when.",
    properties: &[
        property("about", Extension, Alone, "the digest of the record that is asked about"),
        property("object", Extension, Alone, "the STIX id of that record's object, if it was shown"),
        property("asks", Extension, Alone, "what is asked, by language"),
        property("deadline", Extension, Alone, "until when an answer is asked for"),
        property("thread", Extension, Alone, "the digest of the question that began the thread; absent in that one"),
        property("previous", Extension, Alone, "the digest of the answer or question that this one follows"),
    ],
    twins: &[],
};

const ANSWER: Kind = Kind {
    name: "answer",
    object_type: "detente-answer",
    extension: Some("extension-definition--b3ab2be8-66ac-4cbd-92bc-8b513c32a34c"),
    about: "Answers a question about a record. That its author cannot or will not say more is an answer.",
    properties: &[
        property("about", Extension, Alone, "the digest of the question that is answered"),
        property("says", Extension, Alone, "the answer, by language"),
        property("status", Extension, Alone, "how far it answers: answered, partly, declined or cannot-say"),
        property("thread", Extension, Alone, "the digest of the question that began the thread"),
    ],
    twins: &[],
};

const ALERT: Kind = Kind {
    name: "alert",
    object_type: "detente-alert",
    extension: Some("extension-definition--3f0c2a9e-71d4-4b86-9a57-c0e4d815b62f"),
    about: "Announces a record that is too big for an urgent frame. It says no more than its author puts into it.",
    properties: &[
        property("about", Extension, Alone, "the digest of the record that is announced"),
        property("urgency", Extension, Alone, "how soon somebody must look: minutes, hours or days"),
        property("reason", Extension, Alone, "why, in a few words, by language"),
    ],
    twins: &[],
};

const LABEL: Kind = Kind {
    name: "label",
    object_type: "detente-label",
    extension: Some("extension-definition--ab861779-2d19-4185-8c3e-b3cad9f1f955"),
    about: "Marks that someone puts on a record or a part of it.",
    properties: &[
        property("about", Extension, Alone, "the digest of the record that is marked"),
        property("path", Extension, Alone, "the place that is marked, or `*` for the whole record"),
        property("tlp", Extension, Alone, "the Traffic Light Protocol 2.0 level"),
        property("pap", Extension, Alone, "the Permissible Actions Protocol level"),
        property("tags", Extension, Alone, "handling tags"),
        property("origins", Extension, Alone, "the parties that the content comes from"),
        property(
            "recipients",
            Extension,
            Alone,
            "`anyone`, or the parties that may receive it; an empty list is nobody",
        ),
    ],
    twins: &[],
};

const DECLASSIFICATION: Kind = Kind {
    name: "declassification",
    object_type: "detente-declassification",
    extension: Some("extension-definition--8f0d3a1c-5b7e-4a69-9d42-71e6c05b8a13"),
    about: "Lowers one label. Only the label's own author can sign it.",
    properties: &[
        property("label", Extension, Alone, "the digest of the label record that is lowered"),
        property("about", Extension, Alone, "the digest of the record that the label is about"),
        property("path", Extension, Alone, "the place that the label is on, or `*`"),
        property("tlp", Extension, Alone, "the Traffic Light Protocol 2.0 level from now on"),
        property("pap", Extension, Alone, "the Permissible Actions Protocol level from now on"),
        property("tags", Extension, Alone, "the handling tags from now on"),
        property("origins", Extension, Alone, "the parties that the content comes from"),
        property("recipients", Extension, Alone, "`anyone`, or the parties that may receive it from now on"),
        property("reason", Extension, Alone, "why it may be lowered"),
        property("approved_by", Extension, Alone, "who decided it"),
    ],
    twins: &[],
};

const PROFILE: Kind = Kind {
    name: "profile",
    object_type: "identity",
    extension: Some("extension-definition--991a07c7-02f4-476a-b2d6-456bc626a7dd"),
    about: "A party, as it describes itself.",
    properties: &[
        property("name", Core, Alone, "the party's name in its first language"),
        property("description", Core, Alone, "what the party does"),
        property("identity_class", Core, Alone, "organization, group or system"),
        property("contact_information", Core, Alone, "how to reach it"),
        property("names", Extension, Alone, "the party's name by language"),
        property("party", Extension, Alone, "the party id: the digest of its first key record"),
    ],
    twins: &[],
};

const FLOOR_SWITCH: Kind = Kind {
    name: "floor switch",
    object_type: "detente-floor-switch",
    extension: Some("extension-definition--2c4b9e77-6f1d-4d0a-8e35-b90a4c7d15f2"),
    about: "Says that an administrator switched one of the node's floors off or on again.",
    properties: &[
        property("floor", Extension, Alone, "the floor's name"),
        property("is_on", Extension, Alone, "whether it holds from now on"),
        property("reason", Extension, Alone, "why"),
        property("by", Extension, Alone, "the administrator"),
    ],
    twins: &[],
};

const DECISIONS: Kind = Kind {
    name: "decisions",
    object_type: "detente-decisions",
    extension: Some("extension-definition--d6a5f0b8-3e92-4c1b-a7f4-0c58e21b9d64"),
    about: "Holds together what was proposed, approved, refused or recalled: the root over the private receipts of each.",
    properties: &[
        property("root", Extension, Alone, "the root of the tree (RFC 6962) whose leaves are the receipts' digests"),
        property("receipts", Extension, Alone, "those digests, in order; they tell nothing without their salts"),
    ],
    twins: &[],
};

const ERASURE: Kind = Kind {
    name: "erasure",
    object_type: "detente-erasure",
    extension: Some("extension-definition--5c8f7f0e-94b5-4f0e-8f53-2d1a7bb7b0f4"),
    about: "Says that the body of a log entry was erased. The entry itself stays.",
    properties: &[
        property("log", Extension, Alone, "the log's origin"),
        property("index", Extension, Alone, "the entry's index"),
        property("leaf", Extension, Alone, "the entry: its commitment"),
        property("reason", Extension, Alone, "why it was erased"),
        property("object_digest", Extension, Alone, "over the id of the object that it was about, if it had one"),
        property("withdrawn", Extension, Alone, "ids of the signals that it took back: they stay taken back"),
        property("withdrawn_by", Extension, Alone, "the party whose signals these are"),
        property(
            "versions",
            Extension,
            Alone,
            "signals of which it held a version, and of when: none that is older stands again",
        ),
        property("versions_by", Extension, Alone, "the party whose signals these are"),
    ],
    twins: &[],
};

const RESUMPTION: Kind = Kind {
    name: "resumption",
    object_type: "detente-resumption",
    extension: Some("extension-definition--0d9fbc52-5a8b-4c77-9a6b-86c6c1a2a3de"),
    about: "Says that a node went on signing on a person's word, where its guard or its clock objected.",
    properties: &[
        property("log", Extension, Alone, "the log's origin"),
        property("size", Extension, Alone, "the log's entries at that time"),
        property("checked_by", Extension, Alone, "who checked that this was the newest state, and the right time"),
        property("reason", Extension, Alone, "what had objected"),
        property("until", Extension, Alone, "until when that word stands"),
    ],
    twins: &[],
};
