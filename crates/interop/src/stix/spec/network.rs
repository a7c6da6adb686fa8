//! Addresses, names, messages and traffic (STIX 2.1 sections 6.2, 6.4 to 6.6, 6.8 to 6.10, 6.12, 6.15).

use super::vocabularies as words;
use super::{
    Class, Form, INTEGER, Kind, NATURAL, ObjectType, Property, Rule, Structure, TEXTS, TIME, Targets, may, must,
};
use crate::stix::check::email_message;

const ADDRESSES: Kind = Kind::Identifier(&Targets::Types(&["ipv4-addr", "ipv6-addr", "domain-name"]));
const ENDS: Kind = Kind::Identifier(&Targets::Types(&["ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"]));
const HARDWARE: Property = may("resolves_to_refs", Kind::List(&Kind::Identifier(&Targets::Types(&["mac-addr"]))));
const SYSTEMS: Property =
    may("belongs_to_refs", Kind::List(&Kind::Identifier(&Targets::Types(&["autonomous-system"]))));
const MAILBOX: Kind = Kind::Identifier(&Targets::Types(&["email-addr"]));
const ARTIFACT: Kind = Kind::Identifier(&Targets::Types(&["artifact"]));
const TRAFFIC: Kind = Kind::Identifier(&Targets::Types(&["network-traffic"]));
const PORT: Kind = Kind::Integer { least: 0, most: 65_535 };

const fn observable(
    name: &'static str,
    section: &'static str,
    properties: &'static [Property],
    identifying: &'static [&'static str],
) -> ObjectType {
    ObjectType { name, class: Class::Observable, section, properties, rules: &[], extensions: &[], identifying }
}

pub(super) const TYPES: &[ObjectType] = &[
    observable(
        "autonomous-system",
        "6.2.1",
        &[must("number", INTEGER), may("name", Kind::Text), may("rir", Kind::Text)],
        &["number"],
    ),
    observable(
        "domain-name",
        "6.4.1",
        &[must("value", Kind::Form(Form::DomainName)), may("resolves_to_refs", Kind::List(&ADDRESSES))],
        &["value"],
    ),
    observable(
        "email-addr",
        "6.5.1",
        &[
            must("value", Kind::Form(Form::EmailAddress)),
            may("display_name", Kind::Text),
            may("belongs_to_ref", Kind::Identifier(&Targets::Types(&["user-account"]))),
        ],
        &["value"],
    ),
    ObjectType {
        name: "email-message",
        class: Class::Observable,
        section: "6.6.1",
        properties: EMAIL,
        rules: &[
            Rule::Forbids("is_multipart", true, "body"),
            Rule::Forbids("is_multipart", false, "body_multipart"),
            Rule::Special(email_message),
        ],
        extensions: &[],
        identifying: &["from_ref", "subject", "body"],
    },
    observable("ipv4-addr", "6.8.1", &[must("value", Kind::Form(Form::Ipv4)), HARDWARE, SYSTEMS], &["value"]),
    observable("ipv6-addr", "6.9.1", &[must("value", Kind::Form(Form::Ipv6)), HARDWARE, SYSTEMS], &["value"]),
    observable("mac-addr", "6.10.1", &[must("value", Kind::Form(Form::MacAddress))], &["value"]),
    ObjectType {
        name: "network-traffic",
        class: Class::Observable,
        section: "6.12.1",
        properties: NETWORK_TRAFFIC,
        rules: &[
            Rule::AtLeastOne(&["src_ref", "dst_ref"]),
            Rule::Forbids("is_active", true, "end"),
            Rule::NotBefore("end", "start"),
            Rule::Recommends("src_port"),
            Rule::Recommends("dst_port"),
        ],
        extensions: &[&HTTP_REQUEST, &ICMP, &SOCKET, &TCP],
        identifying: &["start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"],
    },
    observable("url", "6.15.1", &[must("value", Kind::Form(Form::Url))], &["value"]),
];

const EMAIL: &[Property] = &[
    must("is_multipart", Kind::Boolean),
    may("date", TIME),
    may("content_type", Kind::Text),
    may("from_ref", MAILBOX),
    may("sender_ref", MAILBOX),
    may("to_refs", Kind::List(&MAILBOX)),
    may("cc_refs", Kind::List(&MAILBOX)),
    may("bcc_refs", Kind::List(&MAILBOX)),
    may("message_id", Kind::Text),
    may("subject", Kind::Text),
    may("received_lines", TEXTS),
    may("additional_header_fields", Kind::Dictionary(&Kind::TextOrTexts)),
    may("body", Kind::Text),
    may("body_multipart", Kind::List(&Kind::Structure(&MIME_PART))),
    may("raw_email_ref", ARTIFACT),
];

const MIME_PART: Structure = Structure {
    name: "email-mime-part-type",
    section: "6.6.2",
    properties: &[
        may("body", Kind::Text),
        may("body_raw_ref", Kind::Identifier(&Targets::Types(&["artifact", "file"]))),
        may("content_type", Kind::Text),
        may("content_disposition", Kind::Text),
    ],
    rules: &[Rule::ExactlyOne(&["body", "body_raw_ref"])],
};

const NETWORK_TRAFFIC: &[Property] = &[
    may("start", TIME),
    may("end", TIME),
    may("is_active", Kind::Boolean),
    may("src_ref", ENDS),
    may("dst_ref", ENDS),
    may("src_port", PORT),
    may("dst_port", PORT),
    must("protocols", Kind::List(&Kind::Form(Form::ProtocolName))),
    may("src_byte_count", NATURAL),
    may("dst_byte_count", NATURAL),
    may("src_packets", NATURAL),
    may("dst_packets", NATURAL),
    may("ipfix", Kind::Dictionary(&Kind::IntegerOrText)),
    may("src_payload_ref", ARTIFACT),
    may("dst_payload_ref", ARTIFACT),
    may("encapsulates_refs", Kind::List(&TRAFFIC)),
    may("encapsulated_by_ref", TRAFFIC),
];

const HTTP_REQUEST: Structure = Structure {
    name: "http-request-ext",
    section: "6.12.2",
    properties: &[
        must("request_method", Kind::Text),
        must("request_value", Kind::Text),
        may("request_version", Kind::Text),
        may("request_header", Kind::Dictionary(&TEXTS)),
        may("message_body_length", INTEGER),
        may("message_body_data_ref", ARTIFACT),
    ],
    rules: &[],
};

const ICMP: Structure = Structure {
    name: "icmp-ext",
    section: "6.12.3",
    properties: &[must("icmp_type_hex", Kind::Hex), must("icmp_code_hex", Kind::Hex)],
    rules: &[],
};

const SOCKET: Structure = Structure {
    name: "socket-ext",
    section: "6.12.4",
    properties: &[
        must("address_family", Kind::Enumeration(&words::ADDRESS_FAMILY)),
        may("is_blocking", Kind::Boolean),
        may("is_listening", Kind::Boolean),
        may("options", Kind::Dictionary(&INTEGER)),
        may("socket_type", Kind::Enumeration(&words::SOCKET)),
        may("socket_descriptor", NATURAL),
        may("socket_handle", INTEGER),
    ],
    rules: &[],
};

const TCP: Structure = Structure {
    name: "tcp-ext",
    section: "6.12.5",
    properties: &[may("src_flags_hex", Kind::Hex), may("dst_flags_hex", Kind::Hex)],
    rules: &[Rule::Content],
};
