//! Language tags (RFC 5646).

use record::language::LanguageTag;

use super::Check;
use crate::stix::code::Code;

/// The two-letter codes of ISO 639-1. There will be no more of them, so what is not here is none.
const TWO_LETTERS: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de \
dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu \
iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb \
nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su \
sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Codes of three letters that are in common use beside them, of ISO 639-2 and 639-3. Others may be registered too.
const THREE_LETTERS: &str = "afr alb amh ara arm ast aze bal baq bel ben bho bos bul bur cat ceb ces chi chr ckb cmn cpe csb \
cym cze dan deu div dut ell eng epo est eus fas fil fin fra fre fur gan geo ger gla gle glg gre grc gsw guj hak hat hau haw \
heb hin hmn hrv hsb hun hye ibo ice ind isl ita jav jbo jpn kab kan kat kaz khm kin kir kok kor kur lao lat lav lit ltz lzh \
mac mai mal man mao mar may mkd mlg mlt mni mon mri msa mul mya nah nan nap nds nep new nld nno nob nor nso oci ori orm pan \
pap per pol por prs pus que roh rom ron rum run rus sah san sat scn sco shn sin slk slo slv sme smo sna snd som sot spa sqi \
srp swa swe syr tam tat tel tet tgk tgl tha tib tir tpi tsn tso tuk tur udm uig ukr und urd uzb vie wel wol wuu xho yid yor \
yue zho zul zxx";

impl Check<'_> {
    pub(super) fn language(&mut self, text: &str, section: &'static str) {
        let primary = text.split('-').next().unwrap_or_default().to_ascii_lowercase();
        // Private and grandfathered tags are well-formed, and the library knows neither.
        if matches!(primary.as_str(), "x" | "i") && text.len() > 2 {
            return;
        }
        let is_unknown_pair = primary.len() == 2 && !contains(TWO_LETTERS, &primary);
        if text.parse::<LanguageTag>().is_err() || is_unknown_pair {
            self.note(Code::Language, section, text, "");
        } else if primary.len() > 2 && !contains(THREE_LETTERS, &primary) {
            self.note(Code::LanguageUnknown, section, text, "");
        }
    }
}

fn contains(list: &str, code: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == code)
}
