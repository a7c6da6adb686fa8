//! What runs and is configured on a machine (STIX 2.1 sections 6.11, 6.13, 6.14, 6.16 to 6.18).

use super::vocabularies as words;
use super::{
    Class, Form, HashNames, INTEGER, Kind, ObjectType, Property, Rule, Structure, TEXTS, TIME, Targets, may, must,
};

const ACCOUNT: Kind = Kind::Identifier(&Targets::Types(&["user-account"]));
const PROCESS_ID: Kind = Kind::Identifier(&Targets::Types(&["process"]));
const FILE: Kind = Kind::Identifier(&Targets::Types(&["file"]));

const fn observable(
    name: &'static str,
    section: &'static str,
    properties: &'static [Property],
    rules: &'static [Rule],
    extensions: &'static [&'static Structure],
    identifying: &'static [&'static str],
) -> ObjectType {
    ObjectType { name, class: Class::Observable, section, properties, rules, extensions, identifying }
}

pub(super) const TYPES: &[ObjectType] = &[
    observable("mutex", "6.11.1", &[must("name", Kind::Text)], &[], &[], &["name"]),
    observable("process", "6.13.1", PROCESS, &[Rule::Content], &[&WINDOWS_PROCESS, &WINDOWS_SERVICE], &[]),
    observable(
        "software",
        "6.14.1",
        &[
            must("name", Kind::Text),
            may("cpe", Kind::Form(Form::Cpe)),
            may("swid", Kind::Text),
            may("languages", Kind::List(&Kind::Form(Form::Language))),
            may("vendor", Kind::Text),
            may("version", Kind::Text),
        ],
        &[],
        &[],
        &["name", "cpe", "swid", "vendor", "version"],
    ),
    observable(
        "user-account",
        "6.16.1",
        USER_ACCOUNT,
        &[Rule::Content],
        &[&UNIX_ACCOUNT],
        &["account_type", "user_id", "account_login"],
    ),
    observable(
        "windows-registry-key",
        "6.17.1",
        &[
            may("key", Kind::Form(Form::RegistryKey)),
            may("values", Kind::List(&Kind::Structure(&REGISTRY_VALUE))),
            may("modified_time", TIME),
            may("creator_user_ref", ACCOUNT),
            may("number_of_subkeys", INTEGER),
        ],
        &[Rule::Content],
        &[],
        &["key", "values"],
    ),
    observable("x509-certificate", "6.18.1", CERTIFICATE, &[Rule::Content], &[], &["hashes", "serial_number"]),
];

const PROCESS: &[Property] = &[
    may("is_hidden", Kind::Boolean),
    may("pid", INTEGER),
    may("created_time", TIME),
    may("cwd", Kind::Text),
    may("command_line", Kind::Text),
    may("environment_variables", Kind::Dictionary(&Kind::Text)),
    may("opened_connection_refs", Kind::List(&Kind::Identifier(&Targets::Types(&["network-traffic"])))),
    may("creator_user_ref", ACCOUNT),
    may("image_ref", FILE),
    may("parent_ref", PROCESS_ID),
    may("child_refs", Kind::List(&PROCESS_ID)),
];

const WINDOWS_PROCESS: Structure = Structure {
    name: "windows-process-ext",
    section: "6.13.2",
    properties: &[
        may("aslr_enabled", Kind::Boolean),
        may("dep_enabled", Kind::Boolean),
        may("priority", Kind::Form(Form::PriorityClass)),
        may("owner_sid", Kind::Text),
        may("window_title", Kind::Text),
        may("startup_info", Kind::Dictionary(&Kind::Any)),
        may("integrity_level", Kind::Enumeration(&words::INTEGRITY)),
    ],
    rules: &[Rule::Content],
};

const WINDOWS_SERVICE: Structure = Structure {
    name: "windows-service-ext",
    section: "6.13.3",
    properties: &[
        may("service_name", Kind::Text),
        may("descriptions", TEXTS),
        may("display_name", Kind::Text),
        may("group_name", Kind::Text),
        may("start_type", Kind::Enumeration(&words::SERVICE_START)),
        may("service_dll_refs", Kind::List(&FILE)),
        may("service_type", Kind::Enumeration(&words::SERVICE_TYPE)),
        may("service_status", Kind::Enumeration(&words::SERVICE_STATUS)),
    ],
    rules: &[Rule::Content],
};

const USER_ACCOUNT: &[Property] = &[
    may("user_id", Kind::Text),
    may("credential", Kind::Text),
    may("account_login", Kind::Text),
    may("account_type", Kind::Vocabulary(&words::ACCOUNT)),
    may("display_name", Kind::Text),
    may("is_service_account", Kind::Boolean),
    may("is_privileged", Kind::Boolean),
    may("can_escalate_privs", Kind::Boolean),
    may("is_disabled", Kind::Boolean),
    may("account_created", TIME),
    may("account_expires", TIME),
    may("credential_last_changed", TIME),
    may("account_first_login", TIME),
    may("account_last_login", TIME),
];

const UNIX_ACCOUNT: Structure = Structure {
    name: "unix-account-ext",
    section: "6.16.2",
    properties: &[may("gid", INTEGER), may("groups", TEXTS), may("home_dir", Kind::Text), may("shell", Kind::Text)],
    rules: &[Rule::Content],
};

const REGISTRY_VALUE: Structure = Structure {
    name: "windows-registry-value-type",
    section: "6.17.2",
    properties: &[
        may("name", Kind::Text),
        may("data", Kind::Text),
        may("data_type", Kind::Enumeration(&words::REGISTRY)),
    ],
    rules: &[Rule::Content],
};

const CERTIFICATE: &[Property] = &[
    may("is_self_signed", Kind::Boolean),
    may("hashes", Kind::Hashes(HashNames::Open)),
    may("version", Kind::Text),
    may("serial_number", Kind::Text),
    may("signature_algorithm", Kind::Text),
    may("issuer", Kind::Text),
    may("validity_not_before", TIME),
    may("validity_not_after", TIME),
    may("subject", Kind::Text),
    may("subject_public_key_algorithm", Kind::Text),
    may("subject_public_key_modulus", Kind::Text),
    may("subject_public_key_exponent", INTEGER),
    may("x509_v3_extensions", Kind::Structure(&V3_EXTENSIONS)),
];

const V3_EXTENSIONS: Structure = Structure {
    name: "x509-v3-extensions-type",
    section: "6.18.2",
    properties: &[
        may("basic_constraints", Kind::Text),
        may("name_constraints", Kind::Text),
        may("policy_constraints", Kind::Text),
        may("key_usage", Kind::Text),
        may("extended_key_usage", Kind::Text),
        may("subject_key_identifier", Kind::Text),
        may("authority_key_identifier", Kind::Text),
        may("subject_alternative_name", Kind::Text),
        may("issuer_alternative_name", Kind::Text),
        may("subject_directory_attributes", Kind::Text),
        may("crl_distribution_points", Kind::Text),
        may("inhibit_any_policy", Kind::Text),
        may("private_key_usage_period_not_before", TIME),
        may("private_key_usage_period_not_after", TIME),
        may("certificate_policies", Kind::Text),
        may("policy_mappings", Kind::Text),
    ],
    rules: &[Rule::Content],
};
