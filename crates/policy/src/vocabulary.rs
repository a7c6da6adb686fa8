//! The closed lists that floors and agreements speak in.
//!
//! Everything a policy can ask about is finite and named here, so that what holds for all of it can be shown by trying all
//! of it. A label may hold a tag that is not in the list: then nobody can say what it asks, and the field stays at home.

use record::kind::Kind as RecordTable;
use record::label::Tag;

use record::words;

/// Writes a closed list: a name for records, and a sentence in each of the two languages.
macro_rules! list {
    ($(#[$about:meta])* $list:ident, $what:literal: $($(#[$item_about:meta])* $item:ident = $name:literal, $en:literal, $zh:literal;)+) => {
        words! {
            $(#[$about])* $list, $what { $($(#[$item_about])* $item = $name,)+ }
        }

        impl $list {
            /// What it means, in plain words.
            #[must_use]
            pub const fn meaning(self, language: crate::explain::Language) -> &'static str {
                match (self, language) {
                    $((Self::$item, crate::explain::Language::English) => $en,
                      (Self::$item, crate::explain::Language::Chinese) => $zh,)+
                }
            }
        }
    };
}

list! {
    /// A reason for care that policies know.
    Care, "handling tag":
    /// Classified by a government.
    Classified = "classified", "classified by a government", "政府定密信息";
    /// Under export control.
    ExportControlled = "export-controlled", "under export control", "受出口管制";
    /// How to make or use a biological weapon.
    HazardBiological = "hazard:biological", "detail that would help make a biological weapon", "有助于制造生物武器的细节";
    /// How to make or use a chemical weapon.
    HazardChemical = "hazard:chemical", "detail that would help make a chemical weapon", "有助于制造化学武器的细节";
    /// How to attack computers.
    HazardCyber = "hazard:cyber-offence", "detail that would help attack computer systems", "有助于实施网络攻击的细节";
    /// How to make or use a nuclear weapon.
    HazardNuclear = "hazard:nuclear", "detail that would help make a nuclear weapon", "有助于制造核武器的细节";
    /// How to make or use a radiological weapon.
    HazardRadiological = "hazard:radiological", "detail that would help make a radiological weapon", "有助于制造放射性武器的细节";
    /// Weights of a model.
    ModelWeights = "model-weights", "model weights, or a way to them", "模型权重，或取得权重的途径";
    /// Biometric or genetic data.
    PersonalBiometric = "personal-data:biometric", "biometric or genetic data of persons", "个人生物识别或遗传数据";
    /// Data of children.
    PersonalChild = "personal-data:child", "data of children", "儿童个人数据";
    /// Names, addresses and the like.
    PersonalContact = "personal-data:contact", "names and contact details of persons", "个人姓名与联系方式";
    /// Accounts, payments, income.
    PersonalFinancial = "personal-data:financial", "financial data of persons", "个人财务数据";
    /// Health.
    PersonalHealth = "personal-data:health", "health data of persons", "个人健康数据";
    /// Exact places of persons.
    PersonalLocation = "personal-data:location", "precise whereabouts of persons", "个人精确位置";
    /// Who told us.
    SourceIdentity = "source-identity", "who told us", "信息来源的身份";
    /// Belongs to somebody who has not agreed.
    ThirdPartyOwned = "third-party-owned", "owned by somebody who has not agreed to its release", "归未同意发布的第三方所有";
    /// What a model can do that its maker has not made public.
    UnreleasedCapability = "unreleased-capability", "a capability that has not been made public", "尚未公开的能力";
}

list! {
    /// What a recipient says it wants something for.
    Purpose, "purpose":
    /// Helping others to build their own means.
    CapacityBuilding = "capacity-building", "helping others to build their own means", "能力建设";
    /// Answering an incident.
    IncidentResponse = "incident-response", "answering an incident", "事件应对";
    /// Stopping misuse.
    MisuseDefence = "misuse-defence", "stopping misuse", "防范滥用";
    /// Learning how to make systems safer.
    SafetyResearch = "safety-research", "learning how to make systems safer", "安全研究";
    /// Writing standards and red lines.
    StandardSetting = "standard-setting", "writing standards and red lines", "制定标准与红线";
    /// Checking what another party declared.
    Verification = "verification", "checking what a party declared", "核查声明";
}

list! {
    /// What sort of thing a record is, for policies.
    Kind, "kind":
    /// An answer to a question about a record.
    Answer = "answer", "answers to questions about a record", "对记录所提问题的答复";
    /// What an annotator says of a record in the words of a taxonomy.
    Classification = "classification", "classifications of records", "对记录的分类";
    /// What was tried against something, and whether it helped.
    Countermeasure = "countermeasure", "countermeasures", "应对措施";
    /// An AI incident, hazard or near miss.
    Incident = "incident", "incidents", "事件";
    /// Says how two things belong together.
    Link = "link", "links between records", "记录之间的关联";
    /// Anything else.
    Other = "other", "other records", "其他记录";
    /// A question about a record.
    Question = "question", "questions about a record", "对记录的提问";
    /// The author takes a record back.
    Retraction = "retraction", "retractions", "撤回声明";
    /// Somebody has seen a signal.
    Sighting = "sighting", "sightings of signals", "信号发现报告";
    /// Misuse signals.
    Signals = "signals", "misuse signals", "滥用信号";
}

impl Care {
    /// The tag as labels hold it.
    #[must_use]
    pub fn of(tag: &Tag) -> Option<Self> {
        tag.as_str().parse().ok()
    }
}

impl Kind {
    /// The kind of a STIX type. A type that is not known, or withheld, is [`Kind::Other`].
    #[must_use]
    pub fn of_type(object_type: &str) -> Self {
        match object_type {
            "incident" => Self::Incident,
            "grouping" | "indicator" => Self::Signals,
            "sighting" => Self::Sighting,
            "course-of-action" => Self::Countermeasure,
            "detente-classification" => Self::Classification,
            "detente-link" => Self::Link,
            "detente-question" => Self::Question,
            "detente-answer" => Self::Answer,
            "detente-retraction" => Self::Retraction,
            _ => Self::Other,
        }
    }
}

/// The coarse twin of a property, by the property's name: the twin's name, if any kind's table declares one.
#[must_use]
pub fn twin_of(property: &str) -> Option<&'static str> {
    let twins = record::kind::KINDS.iter().flat_map(|kind: &RecordTable| kind.twins);
    twins.into_iter().find(|twin| twin.of == property).map(|twin| twin.name)
}

/// Whether any table knows a property of this name.
#[must_use]
pub fn is_property(name: &str) -> bool {
    let own = record::kind::KINDS.iter().flat_map(|kind: &RecordTable| kind.properties);
    own.chain(record::kind::COMMON).any(|property| property.name == name) || name == "members"
}
