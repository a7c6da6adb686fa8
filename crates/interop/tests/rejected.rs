//! Rejected rows: kept with their reason, mended, and fed again.

use interop::{Companions, Markup, Source};

use crate::mappings::HARBOUR;
use crate::scene::{aiid, mapped, read};

fn again(rejects: &str) -> crate::scene::Came {
    read(Source::Aiid(Companions::none()), rejects.as_bytes(), Markup::Refuse)
}

#[test]
fn a_table_is_mended_in_its_own_form() {
    let came = aiid("x,7,2023-02-30,[],[],[],[],\"one, two\",Wrong day\nx,8,2023-02-28,[],[],[],[],d,Good\n");
    assert!(came.rejects.lines().next().unwrap().ends_with("description,title,detente_reason,detente_raw"));
    assert_eq!(again(&came.rejects).told().len(), 1, "unmended it is refused again");
    let mended = again(&came.rejects.replace("x,7,2023-02-30", "x,7,2023-02-27"));
    assert_eq!(mended.ids(), ["7"]);
    assert_eq!(mended.object(0).text("description"), Some("one, two"));
    assert_eq!(mended.losses.iter().filter(|(field, _)| field.starts_with("detente")).count(), 0);
}

#[test]
fn a_row_that_could_not_be_taken_apart_is_kept_as_it_stands() {
    let came = aiid("x,7,2023-02-28,[],[],[],[],in\"side,Title\n");
    assert!(came.rejects.contains(r#""x,7,2023-02-28,[],[],[],[],in""side,Title""#), "{}", came.rejects);
    assert!(again(&came.rejects).told()[0].contains("was not mended yet"), "{:?}", again(&came.rejects).told());
    let row = came.rejects.lines().nth(1).unwrap().replacen(",,,,,,,,,", "x,7,2023-02-28,[],[],[],[],inside,Title,", 1);
    let mended = format!("{}\n{row}\n", came.rejects.lines().next().unwrap());
    assert_eq!(again(&mended).ids(), ["7"], "{mended}");
}

#[test]
fn lines_arrays_and_yaml_keep_their_form() {
    let avid = read(
        Source::Avid,
        b"{\"metadata\":{\"report_id\":\"no\"},\"description\":{\"value\":\"x\"}}\n",
        Markup::Refuse,
    );
    let mended = avid.rejects.replace("\"no\"", "\"AVID-2026-R0001\"");
    assert_eq!(read(Source::Avid, mended.as_bytes(), Markup::Refuse).ids(), ["AVID-2026-R0001"], "{mended}");
    let mapping = HARBOUR.replace("\"format\": \"csv\"", "\"format\": \"json\"");
    let array = mapped(&mapping, r#"[{"Case":"H-1","Hurt":"two"},{"Case":"H-2"}]"#);
    assert_eq!(mapped(&mapping, array.rejects.replace("\"two\"", "2")).ids(), ["H-1"], "{}", array.rejects);
    let yaml = "case-studies:\n- id: AML.CS0001\n  name: \"A \\\"b\\\"\"\n  incident-date: 2023-02-30\n";
    let came = read(Source::Atlas, yaml.as_bytes(), Markup::Refuse);
    let mended = read(Source::Atlas, came.rejects.replace("02-30", "02-28").as_bytes(), Markup::Refuse);
    assert_eq!(mended.ids(), ["AML.CS0001"], "{}", came.rejects);
    assert_eq!(mended.object(0).text("name"), Some("A \"b\""));
    assert_eq!(mended.lost("detente_reason"), 0);
}
