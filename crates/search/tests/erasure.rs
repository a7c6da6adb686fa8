//! What was erased is in no file.

use crate::scene::{Report, Shelf, place};

/// Whether any file of the index holds these octets.
fn is_on_the_disk(shelf: &Shelf, wanted: &[u8]) -> bool {
    let files = std::fs::read_dir(shelf.dir.path()).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .any(|octets| octets.windows(wanted.len()).any(|window| window == wanted))
}

#[test]
fn words_of_an_erased_record_are_in_no_file() {
    let others: Vec<_> =
        (0..300).map(|at| Report::new(&format!("other {at}"), "Stop", &format!("word{at} zymurgz pump"))).collect();
    let mut shelf = Shelf::with(&others);
    shelf.add(&[Report::new("secret", "Xylophonist", "The quartzite fuse zymurgy of 燃气 burned.")]);
    shelf.add(&others[..1]);
    let _folded = shelf.index.clean().unwrap();
    let hex = "燃气".bytes().map(|octet| format!("{octet:02x}")).collect::<String>();
    let traces = ["Xylophonist", "quartzite fuse", "xylophonlst", "quartzlte", &hex, "zymurgy"];
    let before: Vec<_> = traces.iter().map(|trace| is_on_the_disk(&shelf, trace.as_bytes())).collect();
    // A word's index entry keeps only what it does not share with its neighbour, so not every trace stands there whole.
    assert!(before[0] && before[1], "{before:?}");
    let mut writer = shelf.index.writer().unwrap();
    assert!(writer.erase(&place(300)).unwrap());
    assert!(writer.has_erased());
    writer.commit().unwrap();
    assert!(shelf.index.clean().unwrap());
    for trace in
        ["Xylophonist", "quartzite", "xylophonlst", "ylophonlst", "quartzlte", "uartzlte", &hex, "e78783", "燃气"]
    {
        assert!(!is_on_the_disk(&shelf, trace.as_bytes()), "{trace}");
    }
    assert_eq!(shelf.found("quartzite").len(), 0);
    assert_eq!(shelf.found("燃").len(), 0);
    assert_eq!(shelf.found("word7").len(), 1);
    assert_eq!(shelf.index.count().unwrap(), 301);
}

#[test]
fn what_is_not_there_is_not_erased() {
    let mut shelf = Shelf::with(&[Report::new("crane", "Crane", "vest")]);
    let mut writer = shelf.index.writer().unwrap();
    assert!(!writer.erase(&place(9)).unwrap());
    writer.commit().unwrap();
    assert_eq!(shelf.found("vest"), ["Crane"]);
}
