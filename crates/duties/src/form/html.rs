//! A filing as one page of HTML, to be read and printed: nothing is fetched, nothing runs.
//!
//! What was frozen is rendered again octet for octet, so nothing in this file changes without another
//! [`DOCUMENT_FORMAT`](super::DOCUMENT_FORMAT): a test holds it to a digest.

use record::digest::sha256;

use super::wording::seconds;
use super::{Document, DocumentField, DocumentSection, FieldState};
use crate::text::Language;

/// Fonts that systems bring, those of Chinese among them.
const STYLE: &str = "\
@page{size:A4;margin:20mm 18mm}\
body{font-family:\"Noto Sans\",\"Noto Sans CJK SC\",\"Noto Sans SC\",\"Source Han Sans SC\",\"PingFang SC\",\"Microsoft YaHei\",\
system-ui,sans-serif;color:#111;background:#fff;line-height:1.5;max-width:48rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.4rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:1.5rem 0 .5rem;border-bottom:1px solid #555;break-after:avoid}\
dt{font-weight:600;margin-top:.7rem;break-after:avoid}dd{margin:0 0 0 1rem;white-space:pre-wrap;overflow-wrap:anywhere}\
.draft,.missing{border:1px solid #111;padding:.1rem .4rem;display:inline-block}.draft{font-weight:600}\
.none{color:#555}small{color:#555}bdi.hidden{font-family:monospace;border:1px dotted #555}\
@media print{body{margin:0;max-width:none;padding:0}}";

/// Nothing is fetched and nothing runs, whatever stands in a text.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

impl Document {
    /// The page.
    #[must_use]
    pub fn to_html(&self) -> String {
        let title = escape(&self.title);
        let mut out = format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
             content=\"{POLICY}\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n",
            self.language.tag()
        );
        out.push_str(&self.head());
        for section in &self.sections {
            out.push_str(&section.to_html(self.language));
        }
        out.push_str("</body>\n</html>\n");
        out
    }

    /// The digest of the page, as 64 hexadecimal digits.
    #[must_use]
    pub fn html_digest(&self) -> String {
        let digest = sha256(&[b"detente/filing-html/v1\0", self.to_html().as_bytes()]);
        digest.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    fn head(&self) -> String {
        let either = |[english, chinese]: [&'static str; 2]| match self.language {
            Language::English => english,
            Language::Chinese => chinese,
        };
        let mut out = String::new();
        if self.is_draft {
            let words = either(["Draft. Nothing of this was filed.", "草稿，尚未提交。"]);
            out.push_str(&format!("<p><span class=\"draft\">{words}</span></p>\n"));
        }
        out.push_str(&format!("<p>{}</p>\n", self.how_whole()));
        if let Some(reason) = &self.incomplete_because {
            let words = either(["Filed with something missing, because:", "内容未齐即提交，理由："]);
            out.push_str(&format!("<p>{words} {}</p>\n", escape(reason)));
        }
        let last = if self.is_last {
            either([" · nothing more is to follow", " · 此为最后一次报告"])
        } else {
            either([" · more may follow", " · 后续可补报"])
        };
        let about = escape(&self.about);
        let (form, version, incident) = (escape(&self.form), escape(&self.form_version), escape(&self.incident));
        let (stage, filled) = (escape(&self.stage_path()), seconds(self.filled_at));
        out.push_str(&format!(
            "<p><small>{about}<br>{form} {version} · {stage} · {incident} · {filled}{last}</small></p>\n"
        ));
        out
    }

    fn how_whole(&self) -> String {
        match (self.language, self.missing().count()) {
            (Language::English, 0) => "Nothing that has to be said is missing.".to_owned(),
            (Language::Chinese, 0) => "必填内容均已填写。".to_owned(),
            (Language::English, count) => format!("Still missing: {count}. Each is marked below."),
            (Language::Chinese, count) => format!("尚缺{count}项必填内容，已在下文标明。"),
        }
    }
}

impl DocumentSection {
    fn to_html(&self, language: Language) -> String {
        let fields: String = self.fields.iter().map(|field| field.to_html(language)).collect();
        format!("<h2>{}</h2>\n<dl>\n{fields}</dl>\n", escape(&self.label))
    }
}

impl DocumentField {
    fn to_html(&self, language: Language) -> String {
        let said: String =
            self.said.iter().map(|said| format!("<dd dir=\"auto\">{}</dd>\n", escape(&said.words))).collect();
        format!("<dt>{}</dt>\n{said}{}", escape(&self.label), self.nothing(language))
    }

    fn nothing(&self, language: Language) -> String {
        let (class, text) = match (self.state, language) {
            (FieldState::Said, _) => return String::new(),
            (FieldState::Missing, Language::English) => ("missing", "missing: has to be filled in"),
            (FieldState::Missing, Language::Chinese) => ("missing", "缺失：必填"),
            (FieldState::ToFollow, Language::English) => ("none", "not known yet; to follow"),
            (FieldState::ToFollow, Language::Chinese) => ("none", "尚未查明，后续补报"),
            (FieldState::LeftOut, Language::English) => ("none", "nothing said"),
            (FieldState::LeftOut, Language::Chinese) => ("none", "未填"),
        };
        format!("<dd><span class=\"{class}\">{text}</span></dd>\n")
    }
}

/// Text as text. A control, and a mark that nobody sees or that turns the order of reading, is shown by its number in place of
/// acting: what a reader is not shown was perhaps meant to be hidden.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut hidden = ::text::invisible_characters(text).map(|found| found.offset).peekable();
    for (offset, one) in text.char_indices() {
        let is_hidden = hidden.next_if_eq(&offset).is_some() || one.is_control() || SEPARATORS.contains(&one);
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(one),
            _ if JOINERS.contains(&one) => out.push(one),
            _ if is_hidden => out.push_str(&format!("<bdi class=\"hidden\">U+{:04X}</bdi>", u32::from(one))),
            _ => out.push(one),
        }
    }
    out
}

/// What some readers take for the end of a line.
const SEPARATORS: [char; 2] = ['\u{2028}', '\u{2029}'];

/// What scripts and pictures of several signs need, and which turns nothing.
const JOINERS: [char; 3] = ['\u{200C}', '\u{200D}', '\u{FE0F}'];
