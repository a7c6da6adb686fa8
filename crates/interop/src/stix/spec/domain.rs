//! Domain objects (STIX 2.1 section 4).

use super::vocabularies as words;
use super::{Class, Form, Kind, ObjectType, Property, Rule, Structure, TEXTS, TIME, Targets, may, must};
use crate::stix::check::{indicator, observed};

const NAME: Property = must("name", Kind::Text);
const ABOUT: Property = may("description", Kind::Text);
const ALIASES: Property = may("aliases", TEXTS);
const FIRST_SEEN: Property = may("first_seen", TIME);
const LAST_SEEN: Property = may("last_seen", TIME);
const SEEN: Rule = Rule::NotBefore("last_seen", "first_seen");
const PHASES: Property = may("kill_chain_phases", Kind::List(&Kind::Structure(&KILL_CHAIN_PHASE)));
const OBJECTS: Property = must("object_refs", Kind::List(&Kind::Identifier(&Targets::NotBundle)));
const RESOURCES: Property = may("resource_level", Kind::Vocabulary(&words::RESOURCE_LEVEL));
const MOTIVE: Property = may("primary_motivation", Kind::Vocabulary(&words::MOTIVATION));
const MOTIVES: Property = may("secondary_motivations", Kind::List(&Kind::Vocabulary(&words::MOTIVATION)));
const SOFTWARE: Kind = Kind::Identifier(&Targets::Types(&["software"]));
const NOTHING: &[&Structure] = &[];

const KILL_CHAIN_PHASE: Structure = Structure {
    name: "kill-chain-phase",
    section: "2.11",
    properties: &[
        must("kill_chain_name", Kind::Form(Form::HyphenatedName)),
        must("phase_name", Kind::Form(Form::HyphenatedName)),
    ],
    rules: &[],
};

const fn domain(
    name: &'static str,
    section: &'static str,
    properties: &'static [Property],
    rules: &'static [Rule],
) -> ObjectType {
    ObjectType { name, class: Class::Domain, section, properties, rules, extensions: NOTHING, identifying: &[] }
}

pub(super) const TYPES: &[ObjectType] = &[
    domain("attack-pattern", "4.1", &[NAME, ABOUT, ALIASES, PHASES], &[]),
    domain("campaign", "4.2", &[NAME, ABOUT, ALIASES, FIRST_SEEN, LAST_SEEN, may("objective", Kind::Text)], &[SEEN]),
    domain("course-of-action", "4.3", &[NAME, ABOUT], &[]),
    domain(
        "grouping",
        "4.4",
        &[may("name", Kind::Text), ABOUT, must("context", Kind::Vocabulary(&words::GROUPING)), OBJECTS],
        &[],
    ),
    domain(
        "identity",
        "4.5",
        &[
            NAME,
            ABOUT,
            may("roles", TEXTS),
            may("identity_class", Kind::Vocabulary(&words::IDENTITY)),
            may("sectors", Kind::List(&Kind::Vocabulary(&words::SECTOR))),
            may("contact_information", Kind::Text),
        ],
        &[],
    ),
    domain("incident", "4.6", &[NAME, ABOUT], &[]),
    domain(
        "indicator",
        "4.7",
        &[
            may("name", Kind::Text),
            ABOUT,
            may("indicator_types", Kind::List(&Kind::Vocabulary(&words::INDICATOR))),
            must("pattern", Kind::Text),
            must("pattern_type", Kind::Vocabulary(&words::PATTERN)),
            may("pattern_version", Kind::Text),
            must("valid_from", TIME),
            may("valid_until", TIME),
            PHASES,
        ],
        &[
            Rule::After("valid_until", "valid_from"),
            Rule::Recommends("name"),
            Rule::Recommends("description"),
            Rule::Special(indicator),
        ],
    ),
    domain(
        "infrastructure",
        "4.8",
        &[
            NAME,
            ABOUT,
            may("infrastructure_types", Kind::List(&Kind::Vocabulary(&words::INFRASTRUCTURE))),
            ALIASES,
            PHASES,
            FIRST_SEEN,
            LAST_SEEN,
        ],
        &[SEEN],
    ),
    domain(
        "intrusion-set",
        "4.9",
        &[NAME, ABOUT, ALIASES, FIRST_SEEN, LAST_SEEN, may("goals", TEXTS), RESOURCES, MOTIVE, MOTIVES],
        &[SEEN],
    ),
    domain("location", "4.10", LOCATION, LOCATION_RULES),
    domain("malware", "4.11", MALWARE, &[SEEN, Rule::Demands("is_family", true, "name")]),
    domain("malware-analysis", "4.12", MALWARE_ANALYSIS, &[Rule::AtLeastOne(&["result", "analysis_sco_refs"])]),
    domain(
        "note",
        "4.13",
        &[may("abstract", Kind::Text), must("content", Kind::Text), may("authors", TEXTS), OBJECTS],
        &[],
    ),
    domain(
        "observed-data",
        "4.14",
        &[
            must("first_observed", TIME),
            must("last_observed", TIME),
            must("number_observed", Kind::Integer { least: 1, most: 999_999_999 }),
            may("objects", Kind::Container),
            may("object_refs", Kind::List(&Kind::Identifier(&Targets::NotBundle))),
        ],
        &[
            Rule::ExactlyOne(&["objects", "object_refs"]),
            Rule::NotBefore("last_observed", "first_observed"),
            Rule::Deprecates("objects"),
            Rule::Special(observed),
        ],
    ),
    domain(
        "opinion",
        "4.15",
        &[
            may("explanation", Kind::Text),
            may("authors", TEXTS),
            must("opinion", Kind::Enumeration(&words::OPINION)),
            OBJECTS,
        ],
        &[],
    ),
    domain(
        "report",
        "4.16",
        &[
            NAME,
            ABOUT,
            may("report_types", Kind::List(&Kind::Vocabulary(&words::REPORT))),
            must("published", TIME),
            OBJECTS,
        ],
        &[],
    ),
    domain("threat-actor", "4.17", THREAT_ACTOR, &[SEEN]),
    domain(
        "tool",
        "4.18",
        &[
            NAME,
            ABOUT,
            may("tool_types", Kind::List(&Kind::Vocabulary(&words::TOOL))),
            ALIASES,
            PHASES,
            may("tool_version", Kind::Text),
        ],
        &[],
    ),
    domain("vulnerability", "4.19", &[NAME, ABOUT], &[]),
    ObjectType {
        name: "relationship",
        class: Class::Relationship,
        section: "5.1",
        properties: &[
            must("relationship_type", Kind::Form(Form::RelationshipType)),
            ABOUT,
            must("source_ref", Kind::Identifier(&Targets::DomainOrObservable)),
            must("target_ref", Kind::Identifier(&Targets::DomainOrObservable)),
            may("start_time", TIME),
            may("stop_time", TIME),
        ],
        rules: &[Rule::After("stop_time", "start_time"), Rule::Special(crate::stix::check::relationship)],
        extensions: NOTHING,
        identifying: &[],
    },
    ObjectType {
        name: "sighting",
        class: Class::Relationship,
        section: "5.2",
        properties: &[
            ABOUT,
            FIRST_SEEN,
            LAST_SEEN,
            may("count", Kind::Integer { least: 0, most: 999_999_999 }),
            must("sighting_of_ref", Kind::Identifier(&Targets::Domain)),
            may("observed_data_refs", Kind::List(&Kind::Identifier(&Targets::Types(&["observed-data"])))),
            may("where_sighted_refs", Kind::List(&Kind::Identifier(&Targets::Types(&["identity", "location"])))),
            may("summary", Kind::Boolean),
        ],
        rules: &[SEEN],
        extensions: NOTHING,
        identifying: &[],
    },
];

const LOCATION: &[Property] = &[
    may("name", Kind::Text),
    ABOUT,
    may("latitude", Kind::Number { least: -90, most: 90 }),
    may("longitude", Kind::Number { least: -180, most: 180 }),
    may("precision", Kind::Number { least: i32::MIN, most: i32::MAX }),
    may("region", Kind::Vocabulary(&words::REGION)),
    may("country", Kind::Form(Form::Country)),
    may("administrative_area", Kind::Text),
    may("city", Kind::Text),
    may("street_address", Kind::Text),
    may("postal_code", Kind::Text),
];

/// A place is told by its region, its country, or both coordinates.
const LOCATION_RULES: &[Rule] = &[
    Rule::AtLeastOne(&["region", "country", "latitude"]),
    Rule::Requires("latitude", &["longitude"]),
    Rule::Requires("longitude", &["latitude"]),
    Rule::Requires("precision", &["latitude", "longitude"]),
];

const MALWARE: &[Property] = &[
    may("name", Kind::Text),
    ABOUT,
    may("malware_types", Kind::List(&Kind::Vocabulary(&words::MALWARE))),
    must("is_family", Kind::Boolean),
    ALIASES,
    PHASES,
    FIRST_SEEN,
    LAST_SEEN,
    may("operating_system_refs", Kind::List(&SOFTWARE)),
    may("architecture_execution_envs", Kind::List(&Kind::Vocabulary(&words::ARCHITECTURE))),
    may("implementation_languages", Kind::List(&Kind::Vocabulary(&words::IMPLEMENTATION))),
    may("capabilities", Kind::List(&Kind::Vocabulary(&words::CAPABILITY))),
    may("sample_refs", Kind::List(&Kind::Identifier(&Targets::Types(&["artifact", "file"])))),
];

const MALWARE_ANALYSIS: &[Property] = &[
    must("product", Kind::Form(Form::ProductName)),
    may("version", Kind::Text),
    may("host_vm_ref", SOFTWARE),
    may("operating_system_ref", SOFTWARE),
    may("installed_software_refs", Kind::List(&SOFTWARE)),
    may("configuration_version", Kind::Text),
    may("modules", TEXTS),
    may("analysis_engine_version", Kind::Text),
    may("analysis_definition_version", Kind::Text),
    may("submitted", TIME),
    may("analysis_started", TIME),
    may("analysis_ended", TIME),
    may("result_name", Kind::Text),
    may("result", Kind::Vocabulary(&words::RESULT)),
    may("analysis_sco_refs", Kind::List(&Kind::Identifier(&Targets::Observable))),
    may("sample_ref", Kind::Identifier(&Targets::Types(&["artifact", "file", "network-traffic"]))),
];

const THREAT_ACTOR: &[Property] = &[
    NAME,
    ABOUT,
    may("threat_actor_types", Kind::List(&Kind::Vocabulary(&words::ACTOR))),
    ALIASES,
    FIRST_SEEN,
    LAST_SEEN,
    may("roles", Kind::List(&Kind::Vocabulary(&words::ROLE))),
    may("goals", TEXTS),
    may("sophistication", Kind::Vocabulary(&words::SOPHISTICATION)),
    RESOURCES,
    MOTIVE,
    MOTIVES,
    may("personal_motivations", Kind::List(&Kind::Vocabulary(&words::MOTIVATION))),
];
