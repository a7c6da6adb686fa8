//! Where our verdict differs from that of the validator of OASIS (version 3.2.0), and why.
//!
//! The list is by kind and not by vector: ours by the code of what we refuse, theirs by a part of their message.

/// Who refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// We refuse, they take.
    WeRefuse,
    /// They refuse, we take.
    TheyRefuse,
}

/// A kind of difference.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) direction: Direction,
    /// Our code, or a part of their message.
    pub(crate) mark: &'static str,
    /// A part of our finding as it is told, where the code alone does not say enough.
    pub(crate) part: &'static str,
    /// The section of STIX 2.1, or the other standard that it cites.
    pub(crate) section: &'static str,
    pub(crate) reason: &'static str,
}

const fn we(mark: &'static str, part: &'static str, section: &'static str, reason: &'static str) -> Kind {
    Kind { direction: Direction::WeRefuse, mark, part, section, reason }
}

const fn they(mark: &'static str, section: &'static str, reason: &'static str) -> Kind {
    Kind { direction: Direction::TheyRefuse, mark, part: "", section, reason }
}

pub(crate) const KINDS: &[Kind] = &[
    // What we refuse and they take.
    we("identifier", "", "2.9", "every identifier has a UUID; they check references between observables as any text"),
    we(
        "identifier-type",
        "",
        "2.9",
        "the id begins with the object's own type, of types that the standard does not have too",
    ),
    we(
        "reference",
        "",
        "3.3",
        "a reference names what its property allows; they check that inside containers and for some properties",
    ),
    we("unresolved", "", "2.9", "a local name resolves within its container"),
    we(
        "time",
        "",
        "2.16",
        "a timestamp is a date that the calendar has, wherever it stands; they check some properties alone",
    ),
    we(
        "time-order",
        "",
        "2.16",
        "times are compared as instants; they compare the texts, in which `.000Z` comes after `.000123Z`",
    ),
    we("time-after", "", "2.16", "times are compared as instants; they compare the texts"),
    we("time-precision", "", "3.2", "`created` is exact to the millisecond at least, in marking definitions too"),
    we("other-version", "", "3.2", "objects of STIX 2.1 say `2.1`; they check objects of STIX 2.0 against STIX 2.0"),
    we(
        "missing-property",
        "`spec_version`",
        "3.2",
        "without `spec_version` it is an object of STIX 2.0, which they check against STIX 2.0",
    ),
    we(
        "missing-property",
        "`created_by_ref`",
        "7.3.1",
        "an extension definition names its author; their schema does not ask for it",
    ),
    we("missing-property", "`extension_type`", "7.3", "an extension with a definition says its type"),
    we(
        "missing-property",
        "STIX 2.1 section 3.2",
        "7.3",
        "an object of a new type has the common properties of its kind",
    ),
    we(
        "property-name",
        "",
        "3.1",
        "names are of a to z, digits and underscores to their end; the expression of their schema has no end",
    ),
    we("type-name", "", "3.1", "type names begin with a letter and have no two hyphens in a row"),
    we("reserved-name", "", "3.8", "reserved names stand nowhere in an object"),
    we(
        "fixed-marking",
        "",
        "7.2.1.4",
        "an id that the standard fixes stands for the definition that it prints, and no other may be made",
    ),
    we("foreign-tlp", "", "7.2.1.4", "no TLP markings may be made beside the fixed ones"),
    we("needs-also", "`definition_type`", "7.2.1", "a marking with a type has its definition"),
    we("needs-also", "`name_enc`", "3.1", "an encoding stands only beside the text that it is of"),
    we("defanged", "", "3.2", "`defanged` may not stand on objects other than observables"),
    we("null", "", "2", "no type of the standard has null as a value"),
    we("empty-list", "", "2.12", "a list has at least one value"),
    we("empty-dictionary", "", "2.3", "a dictionary has at least one member"),
    we("dictionary-key", "", "2.3", "keys are of letters, digits, hyphens and underscores"),
    we("wrong-form", "", "2", "a value is of its property's type, in every part of the object"),
    we("out-of-range", "", "2.10", "a number lies in the range that its property has"),
    we("enumeration", "", "2.4", "an enumeration is not extended"),
    we(
        "language",
        "",
        "RFC 5646",
        "a language tag is one in granular markings too; a two-letter code is one of ISO 639-1",
    ),
    we("hash-value", "", "10.7", "a hash has the length of its kind"),
    we(
        "hash-listed",
        "",
        "2.5.1",
        "hashes of a reference come from the vocabulary; the expression of their schema has no end",
    ),
    we("hex", "", "2.8", "hexadecimal is of an even number of digits"),
    we("binary", "", "2.1", "binary is base64 (RFC 4648)"),
    we("value", "", "6", "the value follows the standard that the property cites"),
    we("not-together", "", "6.6.1", "header fields that have a property of their own do not stand among the others"),
    we("needs-content", "", "6", "a type or extension without required properties has at least one of its own"),
    we("uuid-random", "", "2.9", "an id that follows from nothing is random"),
    we("extension-redefines", "", "7.3", "an extension may not redefine a type that the standard has"),
    we("extension-key", "", "3.2", "an extension is named by its definition or by the standard"),
    we(
        "selector-syntax",
        "",
        "7.2.3.1",
        "components of a selector are names or numbers in brackets, between full stops",
    ),
    we("selector-target", "", "7.2.3.1", "a selector refers to what is present"),
    we(
        "pattern-syntax",
        "",
        "9.2",
        "constants are of their type: dates of the calendar, numbers within 2^53 - 1 and without a plus sign",
    ),
    we(
        "pattern-meaning",
        "section 9.5",
        "9.5",
        "what AND joins is fulfilled by one object, and numbers of qualifiers are above 0",
    ),
    we("pattern-meaning", "", "9.6.1", "sets are of one kind, and networks are compared with networks"),
    we("not-a-bundle", "", "8", "objects come in a bundle or one by one; their program takes a list too"),
    we("bundle-type", "", "8", "a bundle has its type"),
    we("nested-bundle", "", "8", "a bundle is no STIX object"),
    we("json", "", "RFC 7493", "names are unique and numbers exact; their JSON reader keeps the last of two"),
    // What they refuse and we take.
    they(
        "is not a valid RFC 5646 language code",
        "3.2",
        "the tag is well-formed (RFC 5646 section 2.2.9); their list has some 200 of the registry's 8,000",
    ),
    they(
        "must be an RFC 5646 code",
        "7.1.1",
        "the tag is well-formed (RFC 5646 section 2.2.9); their list has some 200 of the registry's 8,000",
    ),
    they("ISO 639-2", "6.14.1", "languages of software are tags of RFC 5646, so `en` is one"),
    they("'^[a-z]{3}$'", "6.14.1", "languages of software are tags of RFC 5646, so `en` is one"),
    they("IANA registered MIME", "6.1.1", "the media type should be registered whenever feasible, and need not"),
    they("mime_type", "6.1.1", "the media type should be registered whenever feasible, and need not"),
    they("additional_header_fields", "6.6.1", "a header field that stands once is a list of one"),
    they(
        "If the external reference is a CVE",
        "2.5.2",
        "CAPEC and CVE ids have a form in attack patterns (4.1.1) and vulnerabilities (4.19.1) alone",
    ),
    they("'marking_ref' is a required property", "7.2.3", "a granular marking has a marking or a language"),
    they("does not match the id format", "2.9", "RFC 9562 replaced RFC 4122 and has versions 6 to 8 beside its five"),
    they("object_ref: 'language-content", "7.1.1", "what is translated may be any STIX object"),
    they("idn-hostname", "6.4.1", "RFC 1034 has names with underscores, and resolvers meet them"),
    they("is not a 'email'", "6.5.1", "RFC 5322 has quoted names and address literals"),
    they(
        "'^s*((([0-9A-Fa-f]",
        "6.9.1",
        "RFC 4291 writes the last octets as IPv4 too; their expression lost its backslashes",
    ),
    they(
        "HKLM|HKCC",
        "6.17.1",
        "the hive alone is meant; their expression looks for the short names anywhere in the key",
    ),
    they(
        "startup_info",
        "6.13.2",
        "the standard gives no types to members of the structure; their schema has one for each, and null",
    ),
    they("options", "6.12.4", "names of socket options should be kept as they are, and need not be known"),
    they("payload_bin: '' must be", "2.1", "base64 of no octets is empty (RFC 4648 section 10)"),
    they("exif_tags", "6.7.5", "names of tags keep their case, and some begin in lower case"),
    they("_hex: ", "3.1", "hexadecimal is in properties whose names end so; what others mean by such a name is theirs"),
    they("_bin: ", "3.1", "binary is in properties whose names end so; what others mean by such a name is theirs"),
    they("not a valid timestamp: second must be", "2.16", "RFC 3339 has leap seconds"),
    they("year 0 is out of range", "2.16", "RFC 3339 has the year 0000"),
    they(
        "must be an IANA registered character",
        "3.9.1",
        "names of character sets are the same in every case (RFC 2978)",
    ),
    they("TLSH", "10.7", "newer TLSH hashes have their version before them"),
    they("CPE v2.3", "6.14.1", "the name is a formatted string of CPE 2.3 as NIST IR 7695 has it"),
    they("is not one of ['2.0']", "3.2", "it is an object of STIX 2.1; they were told to check against STIX 2.0"),
    they(
        "'spec_version' is a required property",
        "8",
        "a bundle of STIX 2.1 has no `spec_version`; they were told to check against STIX 2.0",
    ),
];
