//! The floors that every node begins with.

use super::Floor;

/// All of them, in the order of their names.
pub const DEFAULTS: &[Floor] = &[
    Floor {
        name: "classified",
        english: "Nothing that a government has classified.",
        chinese: "任何政府定密信息不得外传。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"classified") };"#,
    },
    Floor {
        name: "export-controlled",
        english: "Nothing under export control. A lawyer clears the part that may go, and the label is lowered by whoever put it there.",
        chinese: "受出口管制的内容不得外传。可外传部分须由法务确认，并由标注者自行降低标注。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"export-controlled") };"#,
    },
    Floor {
        name: "foreign-origin",
        english: "Nothing at TLP amber or above that a third party gave us: it goes on only by its owner's own hand.",
        chinese: "第三方提供的 TLP 琥珀级及以上内容不得转出，只能由其所有者自行发布。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.foreign && [Tlp::"amber", Tlp::"amber+strict", Tlp::"red"].contains(context.tlp) };"#,
    },
    Floor {
        name: "hazard-biological",
        english: "No detail that would help make a biological weapon.",
        chinese: "不得外传有助于制造生物武器的细节。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"hazard:biological") };"#,
    },
    Floor {
        name: "hazard-chemical",
        english: "No detail that would help make a chemical weapon.",
        chinese: "不得外传有助于制造化学武器的细节。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"hazard:chemical") };"#,
    },
    Floor {
        name: "hazard-cyber-offence",
        english: "No detail that would help attack computer systems.",
        chinese: "不得外传有助于实施网络攻击的细节。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"hazard:cyber-offence") };"#,
    },
    Floor {
        name: "hazard-nuclear",
        english: "No detail that would help make a nuclear weapon.",
        chinese: "不得外传有助于制造核武器的细节。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"hazard:nuclear") };"#,
    },
    Floor {
        name: "hazard-radiological",
        english: "No detail that would help make a radiological weapon.",
        chinese: "不得外传有助于制造放射性武器的细节。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"hazard:radiological") };"#,
    },
    Floor {
        name: "model-weights",
        english: "No model weights, and no way to them.",
        chinese: "不得外传模型权重及取得权重的途径。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"model-weights") };"#,
    },
    Floor {
        name: "personal-biometric",
        english: "No biometric or genetic data of persons.",
        chinese: "不得外传个人生物识别或遗传数据。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"personal-data:biometric") };"#,
    },
    Floor {
        name: "personal-child",
        english: "No data of children.",
        chinese: "不得外传儿童个人数据。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"personal-data:child") };"#,
    },
    Floor {
        name: "personal-contact",
        english: "No names or contact details of persons.",
        chinese: "不得外传个人姓名与联系方式。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"personal-data:contact") };"#,
    },
    Floor {
        name: "personal-financial",
        english: "No financial data of persons.",
        chinese: "不得外传个人财务数据。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"personal-data:financial") };"#,
    },
    Floor {
        name: "personal-health",
        english: "No health data of persons.",
        chinese: "不得外传个人健康数据。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"personal-data:health") };"#,
    },
    Floor {
        name: "personal-location",
        english: "No precise whereabouts of persons.",
        chinese: "不得外传个人精确位置。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"personal-data:location") };"#,
    },
    Floor {
        name: "red",
        english: "Nothing at TLP red: it is for the persons it was given to.",
        chinese: "TLP 红色内容仅限原定接收人，不得外传。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.tlp == Tlp::"red" };"#,
    },
    Floor {
        name: "source-identity",
        english: "Nothing that tells who told us.",
        chinese: "不得外传任何透露信息来源身份的内容。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"source-identity") };"#,
    },
    Floor {
        name: "third-party-owned",
        english: "Nothing that belongs to somebody who has not agreed.",
        chinese: "未经所有者同意，不得外传属于第三方的内容。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"third-party-owned") };"#,
    },
    Floor {
        name: "unreleased-capability",
        english: "No capability that has not been made public.",
        chinese: "不得外传尚未公开的能力。",
        policy: r#"forbid(principal, action == Action::"release", resource) when { context.care.contains(Care::"unreleased-capability") };"#,
    },
];
