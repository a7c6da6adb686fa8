//! Artifacts, directories and files (STIX 2.1 sections 6.1, 6.3 and 6.7).

use super::vocabularies as words;
use super::{
    Class, Form, HashNames, INTEGER, Kind, NATURAL, ObjectType, Precision, Property, Rule, Structure, TIME, Targets,
    may, must,
};

const HASHES: Kind = Kind::Hashes(HashNames::Open);
const FILES: Kind = Kind::Identifier(&Targets::Types(&["file", "directory"]));

pub(super) const TYPES: &[ObjectType] = &[
    ObjectType {
        name: "artifact",
        class: Class::Observable,
        section: "6.1.1",
        properties: &[
            may("mime_type", Kind::Form(Form::MediaType)),
            may("payload_bin", Kind::Binary),
            may("url", Kind::Form(Form::Url)),
            may("hashes", HASHES),
            may("encryption_algorithm", Kind::Enumeration(&words::ENCRYPTION)),
            may("decryption_key", Kind::Text),
        ],
        rules: &[
            Rule::ExactlyOne(&["payload_bin", "url"]),
            Rule::Requires("url", &["hashes"]),
            Rule::Requires("decryption_key", &["encryption_algorithm"]),
        ],
        extensions: &[],
        identifying: &["hashes", "payload_bin"],
    },
    ObjectType {
        name: "directory",
        class: Class::Observable,
        section: "6.3.1",
        properties: &[
            must("path", Kind::Text),
            may("path_enc", Kind::Form(Form::CharacterSet)),
            may("ctime", TIME),
            may("mtime", TIME),
            may("atime", TIME),
            may("contains_refs", Kind::List(&FILES)),
        ],
        rules: &[],
        extensions: &[],
        identifying: &["path"],
    },
    ObjectType {
        name: "file",
        class: Class::Observable,
        section: "6.7.1",
        properties: FILE,
        rules: &[Rule::AtLeastOne(&["hashes", "name"]), Rule::Requires("name_enc", &["name"])],
        extensions: &[&ARCHIVE, &NTFS, &PDF, &RASTER_IMAGE, &PE_BINARY],
        identifying: &["hashes", "name", "parent_directory_ref", "extensions"],
    },
];

const FILE: &[Property] = &[
    may("hashes", HASHES),
    may("size", NATURAL),
    may("name", Kind::Text),
    may("name_enc", Kind::Form(Form::CharacterSet)),
    may("magic_number_hex", Kind::Hex),
    may("mime_type", Kind::Form(Form::MediaType)),
    may("ctime", TIME),
    may("mtime", TIME),
    may("atime", TIME),
    may("parent_directory_ref", Kind::Identifier(&Targets::Types(&["directory"]))),
    may("contains_refs", Kind::List(&Kind::Identifier(&Targets::Observable))),
    may("content_ref", Kind::Identifier(&Targets::Types(&["artifact"]))),
];

const ARCHIVE: Structure = Structure {
    name: "archive-ext",
    section: "6.7.2",
    properties: &[must("contains_refs", Kind::List(&FILES)), may("comment", Kind::Text)],
    rules: &[],
};

const NTFS: Structure = Structure {
    name: "ntfs-ext",
    section: "6.7.3",
    properties: &[may("sid", Kind::Text), may("alternate_data_streams", Kind::List(&Kind::Structure(&DATA_STREAM)))],
    rules: &[Rule::Content],
};

const DATA_STREAM: Structure = Structure {
    name: "alternate-data-stream-type",
    section: "6.7.3",
    properties: &[must("name", Kind::Text), may("hashes", HASHES), may("size", NATURAL)],
    rules: &[],
};

const PDF: Structure = Structure {
    name: "pdf-ext",
    section: "6.7.4",
    properties: &[
        may("version", Kind::Text),
        may("is_optimized", Kind::Boolean),
        may("document_info_dict", Kind::Dictionary(&Kind::Text)),
        may("pdfid0", Kind::Text),
        may("pdfid1", Kind::Text),
    ],
    rules: &[Rule::Content],
};

const RASTER_IMAGE: Structure = Structure {
    name: "raster-image-ext",
    section: "6.7.5",
    properties: &[
        may("image_height", INTEGER),
        may("image_width", INTEGER),
        may("bits_per_pixel", INTEGER),
        may("exif_tags", Kind::Dictionary(&Kind::IntegerOrText)),
    ],
    rules: &[Rule::Content],
};

const PE_BINARY: Structure = Structure {
    name: "windows-pebinary-ext",
    section: "6.7.6",
    properties: &[
        must("pe_type", Kind::Vocabulary(&words::PE_BINARY)),
        may("imphash", Kind::Text),
        may("machine_hex", Kind::Hex),
        may("number_of_sections", NATURAL),
        may("time_date_stamp", Kind::Time(Precision::Seconds)),
        may("pointer_to_symbol_table_hex", Kind::Hex),
        may("number_of_symbols", NATURAL),
        may("size_of_optional_header", NATURAL),
        may("characteristics_hex", Kind::Hex),
        may("file_header_hashes", HASHES),
        may("optional_header", Kind::Structure(&OPTIONAL_HEADER)),
        may("sections", Kind::List(&Kind::Structure(&SECTION))),
    ],
    rules: &[Rule::AtLeastOne(&[
        "imphash",
        "machine_hex",
        "number_of_sections",
        "time_date_stamp",
        "pointer_to_symbol_table_hex",
        "number_of_symbols",
        "size_of_optional_header",
        "characteristics_hex",
        "file_header_hashes",
        "optional_header",
        "sections",
    ])],
};

const SECTION: Structure = Structure {
    name: "windows-pe-section-type",
    section: "6.7.6",
    properties: &[
        must("name", Kind::Text),
        may("size", NATURAL),
        may("entropy", Kind::Number { least: i32::MIN, most: i32::MAX }),
        may("hashes", HASHES),
    ],
    rules: &[],
};

const OPTIONAL_HEADER: Structure = Structure {
    name: "windows-pe-optional-header-type",
    section: "6.7.6",
    properties: &[
        may("magic_hex", Kind::Hex),
        may("major_linker_version", INTEGER),
        may("minor_linker_version", INTEGER),
        may("size_of_code", NATURAL),
        may("size_of_initialized_data", NATURAL),
        may("size_of_uninitialized_data", NATURAL),
        may("address_of_entry_point", INTEGER),
        may("base_of_code", INTEGER),
        may("base_of_data", INTEGER),
        may("image_base", INTEGER),
        may("section_alignment", INTEGER),
        may("file_alignment", INTEGER),
        may("major_os_version", INTEGER),
        may("minor_os_version", INTEGER),
        may("major_image_version", INTEGER),
        may("minor_image_version", INTEGER),
        may("major_subsystem_version", INTEGER),
        may("minor_subsystem_version", INTEGER),
        may("win32_version_value_hex", Kind::Hex),
        may("size_of_image", NATURAL),
        may("size_of_headers", NATURAL),
        may("checksum_hex", Kind::Hex),
        may("subsystem_hex", Kind::Hex),
        may("dll_characteristics_hex", Kind::Hex),
        may("size_of_stack_reserve", NATURAL),
        may("size_of_stack_commit", NATURAL),
        may("size_of_heap_reserve", NATURAL),
        may("size_of_heap_commit", NATURAL),
        may("loader_flags_hex", Kind::Hex),
        may("number_of_rva_and_sizes", INTEGER),
        may("hashes", HASHES),
    ],
    rules: &[Rule::Content],
};
