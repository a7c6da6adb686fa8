//! What can be wrong with a STIX object, each with a code for machines and a sentence in English and in Chinese.

use std::fmt;

/// How much weighs what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// The standard says SHOULD: the object is valid, and its author may have reasons.
    Should,
    /// The standard says MUST: the object is not valid.
    Must,
}

impl Level {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Should => "should",
            Self::Must => "must",
        }
    }
}

/// Writes the table of codes.
macro_rules! codes {
    ($($code:ident = $name:literal, $level:ident: $english:literal, $chinese:literal;)*) => {
        /// A kind of fault.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $english] $code,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// The name for machines. It does not change.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)* }
            }

            /// Whether it makes the object invalid.
            #[must_use]
            pub const fn level(self) -> Level {
                match self { $(Self::$code => Level::$level,)* }
            }

            /// The sentence in English, with `{0}` and `{1}` for what is particular.
            pub(super) const fn english(self) -> &'static str {
                match self { $(Self::$code => $english,)* }
            }

            /// The sentence in Chinese.
            pub(super) const fn chinese(self) -> &'static str {
                match self { $(Self::$code => $chinese,)* }
            }
        }
    };
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

codes! {
    // The file.
    Json = "json", Must: "this is not JSON as STIX has it: {0}", "不是 STIX 所用的 JSON：{0}";
    TooMany = "too-many", Must: "more than {0}; cut it into several", "超过 {0}；请分成几份";
    BundleType = "bundle-type", Must: "the file has `objects` but not the type `bundle`; add it", "文件含有 `objects`，但类型不是 `bundle`；请补上";
    NotABundle = "not-a-bundle", Must: "a bare list of objects stands where a bundle or one object should; put it into a bundle", "此处应为一个捆绑包或单个对象，却是对象列表；请放入捆绑包";
    NestedBundle = "nested-bundle", Must: "a bundle is no STIX object and cannot lie in another; put its objects here", "捆绑包不是 STIX 对象，不能放在另一个捆绑包里；请把其中的对象放在这里";
    BundleMember = "bundle-member", Should: "a bundle has no property `{0}`, and others will not keep it", "捆绑包没有属性 `{0}`，其他软件不会保留它";
    SameVersion = "same-version", Should: "the id stands here twice with one `modified`; which of the two holds is undefined", "同一标识以相同的 `modified` 出现两次；以哪一个为准没有定义";
    // Presence.
    Missing = "missing-property", Must: "`{0}` is missing; add it", "缺少 `{0}`；请补上";
    NeedsOneOf = "needs-one-of", Must: "at least one of {0} should be here", "{0} 之中至少应有一个";
    NeedsExactlyOne = "needs-exactly-one", Must: "exactly one of {0} should be here", "{0} 之中应当恰好有一个";
    NeedsAlso = "needs-also", Must: "where `{0}` stands, {1} should stand too", "有 `{0}` 时也应有 {1}";
    NotTogether = "not-together", Must: "`{0}` may not stand here: {1}", "此处不能有 `{0}`：{1}";
    NeedsContent = "needs-content", Must: "at least one property of its own should be here", "至少应有一个自身的属性";
    NotApplicable = "not-applicable", Should: "`{0}` is no property of this kind of object", "这类对象没有属性 `{0}`";
    Defanged = "defanged", Must: "`defanged` belongs to cyber-observable objects alone; leave it out", "`defanged` 只用于网络可观测对象；请删去";
    Deprecated = "deprecated", Should: "`{0}` is deprecated", "`{0}` 已弃用";
    // Names.
    TypeName = "type-name", Must: "`{0}` is not a type: 3 to 250 of a to z, digits and single hyphens between them, a letter first", "`{0}` 不是类型名：应为 3 至 250 个小写字母、数字和其间的单个连字符，以字母开头";
    PropertyName = "property-name", Must: "`{0}` is not a property name: 3 to 250 of a to z, digits and underscores, a letter first", "`{0}` 不是属性名：应为 3 至 250 个小写字母、数字和下划线，以字母开头";
    ReservedName = "reserved-name", Must: "the name `{0}` is reserved; choose another", "名称 `{0}` 已被保留；请另选";
    CustomProperty = "custom-property", Should: "`{0}` is not in the standard and no extension announces it", "`{0}` 不在标准中，也没有扩展声明它";
    CustomType = "custom-type", Should: "the type `{0}` is not in the standard and no extension announces it", "类型 `{0}` 不在标准中，也没有扩展声明它";
    // Forms.
    Form = "wrong-form", Must: "should be {0}, not {1}", "应为{0}，而不是{1}";
    Null = "null", Must: "is null; leave the property out", "值为 null；请删去该属性";
    EmptyList = "empty-list", Must: "is an empty list; leave the property out", "是空列表；请删去该属性";
    EmptyDictionary = "empty-dictionary", Must: "has no members; leave the property out", "没有成员；请删去该属性";
    DictionaryKey = "dictionary-key", Must: "`{0}` is not a dictionary key: at most 250 of letters, digits, hyphen, underscore", "`{0}` 不是字典键：至多 250 个字母、数字、连字符和下划线";
    OutOfRange = "out-of-range", Must: "`{0}` should be {1}", "`{0}` 应为{1}";
    Time = "time", Must: "`{0}` is not a UTC time such as 2026-07-01T03:10:00.000Z", "`{0}` 不是协调世界时，例如 2026-07-01T03:10:00.000Z";
    TimePrecision = "time-precision", Must: "`{0}` should be {1}", "`{0}` 应{1}";
    TimeOrder = "time-order", Must: "`{0}` lies before `{1}`; one of them is wrong", "`{0}` 早于 `{1}`；其中之一有误";
    TimeAfter = "time-after", Must: "`{0}` should be later than `{1}`", "`{0}` 应晚于 `{1}`";
    Hex = "hex", Must: "`{0}` is not hexadecimal: an even number of 0 to 9 and a to f", "`{0}` 不是十六进制：应为偶数个 0 至 9、a 至 f";
    HexCase = "hex-case", Should: "hexadecimal digits should be in lower case", "十六进制数字应为小写";
    Binary = "binary", Must: "`{0}` is not base64", "`{0}` 不是 base64";
    Value = "value", Must: "`{0}` is not {1}", "`{0}` 不是{1}";
    ValueForm = "value-form", Should: "`{0}` is not {1}", "`{0}` 不是{1}";
    Enumeration = "enumeration", Must: "`{0}` is none of {1}", "`{0}` 不属于 {1}";
    Vocabulary = "vocabulary", Should: "`{0}` is not in the vocabulary {1}", "`{0}` 不在词汇表 {1} 中";
    VocabularyForm = "vocabulary-form", Should: "`{0}` should be in lower case with hyphens between words", "`{0}` 应为小写，词间用连字符";
    HashName = "hash-name", Must: "`{0}` is not the name of a hash: 3 to 250 of letters, digits, hyphen, underscore", "`{0}` 不是散列名称：应为 3 至 250 个字母、数字、连字符和下划线";
    HashUnknown = "hash-unknown", Should: "`{0}` is not in the vocabulary hash-algorithm-ov", "`{0}` 不在词汇表 hash-algorithm-ov 中";
    HashListed = "hash-listed", Must: "`{0}` is not in the vocabulary hash-algorithm-ov, from which it must come here", "`{0}` 不在词汇表 hash-algorithm-ov 中，而此处必须取自该表";
    HashValue = "hash-value", Must: "`{0}` is not a hash of the kind {1}", "`{0}` 不是 {1} 散列值";
    ReferenceHash = "reference-hash", Should: "a reference with a `url` should have `hashes` of what lies there", "带 `url` 的引用应附其内容的 `hashes`";
    ReferenceForm = "reference-form", Must: "an entry of {0} has an `external_id` such as {1}", "{0} 条目的 `external_id` 形如 {1}";
    Language = "language", Must: "`{0}` is not a language tag (RFC 5646)", "`{0}` 不是语言标签（RFC 5646）";
    LanguageUnknown = "language-unknown", Should: "`{0}` is no common language code; look whether it is registered", "`{0}` 不是常见的语言代码；请确认已注册";
    // Identifiers and references.
    Identifier = "identifier", Must: "`{0}` is not an identifier such as incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0", "`{0}` 不是标识，例如 incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0";
    IdentifierType = "identifier-type", Must: "the id begins with `{0}` but the type is `{1}`; make them agree", "标识以 `{0}` 开头，而类型是 `{1}`；请使两者一致";
    UuidCase = "uuid-case", Should: "the UUID in `{0}` should be in lower case", "`{0}` 中的 UUID 应为小写";
    UuidNewer = "uuid-newer", Should: "the UUID in `{0}` is of a version that RFC 4122 does not have; older readers refuse it", "`{0}` 中的 UUID 版本不见于 RFC 4122；较旧的软件会拒绝";
    UuidRecommended = "uuid-recommended", Should: "the UUID should be of version {0}", "UUID 应为第 {0} 版";
    UuidRandom = "uuid-random", Must: "nothing is here from which the id could follow, so its UUID must be of version 4", "没有可推导标识的属性，因此 UUID 必须为第 4 版";
    Reference = "reference", Must: "`{0}` should name {1}", "`{0}` 应指向{1}";
    ReferenceAdvice = "reference-advice", Should: "`{0}` should name {1}", "`{0}` 应指向{1}";
    Unresolved = "unresolved", Must: "`{0}` names no object of the same container", "`{0}` 未指向同一容器内的对象";
    Relationship = "relationship", Should: "a relationship `{0}` from {1} is not among those that the standard suggests", "标准未建议从 {1} 建立关系 `{0}`";
    // Markings and extensions.
    Circular = "circular-marking", Must: "a marking cannot mark itself", "标记不能标记自身";
    SeveralTlp = "several-tlp", Should: "more than one TLP marking; the strictest holds", "有不止一个 TLP 标记；以最严格者为准";
    SelectorSyntax = "selector-syntax", Must: "`{0}` is not a selector such as `labels.[0]`", "`{0}` 不是选择器，例如 `labels.[0]`";
    SelectorTarget = "selector-target", Must: "`{0}` selects nothing in this object", "`{0}` 在此对象中未选中任何内容";
    FixedMarking = "fixed-marking", Must: "`{0}` has a fixed definition, and this is another", "`{0}` 有固定的定义，与此处不符";
    ForeignTlp = "foreign-tlp", Must: "TLP markings other than the fixed ones may not be made; use the id {0}", "不得另造 TLP 标记；请使用标识 {0}";
    MarkingType = "marking-type", Should: "`{0}` is none of `statement` and `tlp`; new markings are written as extensions", "`{0}` 既非 `statement` 也非 `tlp`；新的标记应写成扩展";
    ExtensionKey = "extension-key", Must: "`{0}` is neither the id of an extension definition nor a name that ends in -ext", "`{0}` 既不是扩展定义的标识，也不是以 -ext 结尾的名称";
    ExtensionForeign = "extension-foreign", Should: "the extension `{0}` is none that the standard defines for this type", "扩展 `{0}` 不是标准为该类型定义的";
    ExtensionRedefines = "extension-redefines", Must: "an extension may not redefine the type `{0}`, which the standard has", "扩展不得重新定义标准已有的类型 `{0}`";
    ExtensionProperties = "extension-properties", Must: "`extension_properties` stand only with the type `toplevel-property-extension`", "`extension_properties` 只能与类型 `toplevel-property-extension` 同用";
    OtherVersion = "other-version", Must: "this is an object of STIX {0}; this reader checks STIX 2.1", "这是 STIX {0} 的对象；本程序检查 STIX 2.1";
    // Patterns.
    PatternSyntax = "pattern-syntax", Must: "the pattern breaks off at character {0}: {1}", "模式在第 {0} 个字符处有误：{1}";
    PatternMeaning = "pattern-meaning", Must: "the pattern means nothing at character {0}: {1}", "模式在第 {0} 个字符处没有意义：{1}";
    PatternName = "pattern-name", Must: "`{0}` in the pattern is not a name of {1}", "模式中的 `{0}` 不是{1}的名称";
    PatternProperty = "pattern-property", Should: "`{0}` has no property `{1}`", "`{0}` 没有属性 `{1}`";
    // Good practice.
    Recommended = "recommended", Should: "`{0}` should be here", "应有 `{0}`";
}
