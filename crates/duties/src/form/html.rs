//! A filled form as one page of HTML, to be read and printed: nothing is fetched, nothing runs.

use super::{Field, Filled, FilledField, Section, Wanted};
use crate::day::spell;
use crate::text::Language;

/// Fonts that systems bring, those of Chinese among them.
const STYLE: &str = "\
@page{size:A4;margin:20mm 18mm}\
body{font-family:\"Noto Sans\",\"Noto Sans CJK SC\",\"Noto Sans SC\",\"Source Han Sans SC\",\"PingFang SC\",\"Microsoft YaHei\",\
system-ui,sans-serif;color:#111;background:#fff;line-height:1.5;max-width:48rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.4rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:1.5rem 0 .5rem;border-bottom:1px solid #555;break-after:avoid}\
dt{font-weight:600;margin-top:.7rem;break-after:avoid}dd{margin:0 0 0 1rem;white-space:pre-wrap;overflow-wrap:anywhere}\
.missing{border:1px solid #111;padding:.1rem .4rem;display:inline-block}.none{color:#555}small{color:#555}\
@media print{body{margin:0;max-width:none;padding:0}}";

impl Filled {
    /// The page in a language. What its authors wrote stays in theirs.
    #[must_use]
    pub fn to_html(&self, language: Language) -> String {
        let title = escape(self.form.title.get(language));
        let mut out = format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
             content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n",
            language.tag()
        );
        out.push_str(&self.head(language));
        let mut fields = self.fields.iter();
        for section in &self.form.sections {
            out.push_str(&self.section(section, &mut fields, language));
        }
        out.push_str("</body>\n</html>\n");
        out
    }

    fn head(&self, language: Language) -> String {
        let count = self.missing.len();
        let (about, filled) = (escape(self.form.about.get(language)), spell(self.at));
        let missing = match (language, count) {
            (Language::English, 0) => "Nothing that has to be said is missing.".to_owned(),
            (Language::Chinese, 0) => "必填内容均已填写。".to_owned(),
            (Language::English, _) => format!("Still missing: {count}. Each is marked below."),
            (Language::Chinese, _) => format!("尚缺{count}项必填内容，已在下文标明。"),
        };
        let (form, incident) = (escape(&self.form.id), escape(&self.incident));
        let version = escape(&self.form.version);
        format!("<p>{missing}</p>\n<p><small>{about}<br>{form} {version} · {incident} · {filled}</small></p>\n")
    }

    fn section(&self, section: &Section, fields: &mut std::slice::Iter<'_, FilledField>, language: Language) -> String {
        let mut out = format!("<h2>{}</h2>\n<dl>\n", escape(section.label.get(language)));
        for field in &section.fields {
            let filled = fields.next().map_or(&[][..], |filled| &filled.said);
            let label = escape(field.label.get(language));
            out.push_str(&format!("<dt>{label}</dt>\n"));
            for said in filled {
                out.push_str(&format!("<dd>{}</dd>\n", escape(said.words.get(language))));
            }
            if filled.is_empty() {
                out.push_str(&self.nothing(field, language));
            }
        }
        out.push_str("</dl>\n");
        out
    }

    fn nothing(&self, field: &Field, language: Language) -> String {
        let is_missing = self.missing.contains(&field.id);
        let (class, text) = match (is_missing, field.wanted, language) {
            (true, _, Language::English) => ("missing", "missing: has to be filled in"),
            (true, _, Language::Chinese) => ("missing", "缺失：必填"),
            (false, Wanted::Finally, Language::English) => ("none", "not known yet; to follow"),
            (false, Wanted::Finally, Language::Chinese) => ("none", "尚未查明，后续补报"),
            (false, Wanted::Always | Wanted::Never, Language::English) => ("none", "nothing said"),
            (false, Wanted::Always | Wanted::Never, Language::Chinese) => ("none", "未填"),
        };
        format!("<dd><span class=\"{class}\">{text}</span></dd>\n")
    }
}

/// Text as text. Controls are dropped, and so are the marks that turn the order of reading.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' => {}
            '\n' | '\t' => out.push(one),
            _ if one.is_control() => {}
            _ => out.push(one),
        }
    }
    out
}
