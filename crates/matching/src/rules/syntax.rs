//! What a pattern says, before its classes are unfolded: how much reading them would take, and the same written so that it takes
//! less.
//!
//! `[\w.]` without regard to upper and lower case is read by looking for the other case of each of 140,000 characters, which takes a
//! millisecond, though `\w` holds both cases of all that it holds. So such a class is written with the other cases of what else it
//! names, and with regard to case.

use regex_syntax::ast::{
    Ast, ClassBracketed, ClassSet, ClassSetItem, ClassSetRange, ClassSetUnion, Flag, Flags, FlagsItem, FlagsItemKind,
    Group, GroupKind, Literal, LiteralKind, Span,
};
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

/// What it takes to look for the other case of all that a class holds, beside what it takes to read one.
const FOLDED: usize = 64;

/// Characters of a range of which the other cases are found in no time.
const SMALL_RANGE: u32 = 1_024;

/// Flags that change what classes hold.
#[derive(Debug, Clone, Copy)]
struct Now {
    insensitive: bool,
    unicode: bool,
}

impl Now {
    fn set(&mut self, flags: &Flags) {
        self.insensitive = flags.flag_state(Flag::CaseInsensitive).unwrap_or(self.insensitive);
        self.unicode = flags.flag_state(Flag::Unicode).unwrap_or(self.unicode);
    }
}

/// Writes the classes of a pattern so that they are read in less time, and says how much that still takes: one for each class of
/// very many characters, and 64 more if their other cases have to be looked for.
pub(super) fn lighten(pattern: &mut Ast) -> usize {
    walk(pattern, &mut Now { insensitive: false, unicode: true })
}

fn walk(part: &mut Ast, now: &mut Now) -> usize {
    match part {
        Ast::Empty(_) | Ast::Literal(_) | Ast::Dot(_) | Ast::Assertion(_) => 0,
        Ast::Flags(set) => {
            now.set(&set.flags);
            0
        }
        Ast::ClassPerl(_) => 1,
        Ast::ClassUnicode(_) => 1 + if now.insensitive { FOLDED } else { 0 },
        Ast::ClassBracketed(class) => {
            if let Some(lighter) = lighter(class, *now) {
                let cost = cost(class, false);
                *part = lighter;
                cost
            } else {
                cost(class, now.insensitive)
            }
        }
        Ast::Repetition(repetition) => walk(&mut repetition.ast, now),
        Ast::Group(group) => {
            let mut within = *now;
            if let GroupKind::NonCapturing(flags) = &group.kind {
                within.set(flags);
            }
            walk(&mut group.ast, &mut within)
        }
        Ast::Alternation(parts) => parts.asts.iter_mut().map(|part| walk(part, now)).sum(),
        Ast::Concat(parts) => parts.asts.iter_mut().map(|part| walk(part, now)).sum(),
    }
}

fn cost(class: &ClassBracketed, is_folded: bool) -> usize {
    let of_kind = match &class.kind {
        ClassSet::Item(item) => item_cost(item, is_folded),
        ClassSet::BinaryOp(_) => 1 + FOLDED,
    };
    of_kind + usize::from(class.negated)
}

fn item_cost(item: &ClassSetItem, is_folded: bool) -> usize {
    let large = if is_folded { 1 + FOLDED } else { 1 };
    match item {
        ClassSetItem::Empty(_) | ClassSetItem::Literal(_) | ClassSetItem::Ascii(_) => 0,
        ClassSetItem::Range(range) => {
            if is_small(range) {
                0
            } else {
                large
            }
        }
        ClassSetItem::Unicode(_) | ClassSetItem::Perl(_) => large,
        ClassSetItem::Bracketed(inner) => cost(inner, is_folded),
        ClassSetItem::Union(union) => union.items.iter().map(|item| item_cost(item, is_folded)).sum(),
    }
}

fn is_small(range: &ClassSetRange) -> bool {
    u32::from(range.end.c).saturating_sub(u32::from(range.start.c)) <= SMALL_RANGE
}

/// The same class with regard to case, if it holds a large one and nothing of which the other cases are hard to tell.
fn lighter(class: &ClassBracketed, now: Now) -> Option<Ast> {
    let ClassSet::Item(of) = &class.kind else { return None };
    let items = if let ClassSetItem::Union(union) = of { union.items.as_slice() } else { std::slice::from_ref(of) };
    let has_large = items.iter().any(|item| matches!(item, ClassSetItem::Perl(_)));
    if !now.insensitive || !now.unicode || !has_large {
        return None;
    }
    let (mut kept, mut others) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            // What these hold they hold in both cases.
            ClassSetItem::Perl(_) => kept.push(item.clone()),
            ClassSetItem::Literal(literal) => others.push(ClassUnicodeRange::new(literal.c, literal.c)),
            ClassSetItem::Range(range) if is_small(range) => {
                others.push(ClassUnicodeRange::new(range.start.c, range.end.c));
            }
            ClassSetItem::Empty(_)
            | ClassSetItem::Range(_)
            | ClassSetItem::Ascii(_)
            | ClassSetItem::Unicode(_)
            | ClassSetItem::Bracketed(_)
            | ClassSetItem::Union(_) => return None,
        }
    }
    let mut others = ClassUnicode::new(others);
    others.try_case_fold_simple().ok()?;
    kept.extend(others.iter().map(|range| ranged(class.span, range.start(), range.end())));
    Some(with_case(ClassBracketed {
        span: class.span,
        negated: class.negated,
        kind: ClassSet::Item(ClassSetItem::Union(ClassSetUnion { span: class.span, items: kept })),
    }))
}

fn ranged(span: Span, start: char, end: char) -> ClassSetItem {
    let literal = |c| Literal { span, kind: LiteralKind::Verbatim, c };
    ClassSetItem::Range(ClassSetRange { span, start: literal(start), end: literal(end) })
}

/// `(?-i:...)`.
fn with_case(class: ClassBracketed) -> Ast {
    let span = class.span;
    let items = [FlagsItemKind::Negation, FlagsItemKind::Flag(Flag::CaseInsensitive)];
    let items = items.map(|kind| FlagsItem { span, kind }).to_vec();
    let kind = GroupKind::NonCapturing(Flags { span, items });
    Ast::group(Group { span, kind, ast: Box::new(Ast::class_bracketed(class)) })
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::Hir;

    use super::super::{syntax, translated};
    use super::lighten;

    /// None where the pattern is refused as it is written, and then in the other way too.
    fn both(pattern: &str) -> (Option<Hir>, Option<Hir>, usize) {
        let written = syntax(pattern).unwrap();
        let mut lighter = written.clone();
        let cost = lighten(&mut lighter);
        (translated(pattern, &written).ok(), translated(pattern, &lighter).ok(), cost)
    }

    #[test]
    fn what_is_lighter_holds_the_same() {
        let classes =
            [r"[\w.]", r"[^\s_k]", r"[\s\S]", r"[\d\-a-f]", r"[^\W]", r"[\Dſ]", r"[\w\p{Lu}]", r"[a-z&&[^k]]", "[^x]"];
        for class in classes {
            for flags in ["", "(?i)", "(?i)x(?-i)", "(?i)x(?-u)", "(?x-i)"] {
                let (written, lighter, _) = both(&format!("{flags}a{class}+(b|{class})"));
                assert_eq!(written, lighter, "{flags}{class}");
                assert!(written.is_some() || flags.contains("-u"), "{flags}{class}");
            }
        }
        let (written, lighter, cost) = both(r"(?:(?i)[\w.]|[\s'])(?-i:[\w.])(?i:[\d_])[\w.]");
        assert!(written.is_some());
        assert_eq!((written, cost), (lighter, 5));
    }

    #[test]
    fn what_stays_heavy_is_counted() {
        for (pattern, least, most) in
            [(r"(?i)\p{Lu}", 64, 70), (r"(?i)[\s\S]", 2, 2), ("[^x]", 1, 1), (r"\d\d", 2, 2), ("abc", 0, 0)]
        {
            let cost = both(pattern).2;
            assert!((least..=most).contains(&cost), "{pattern}: {cost}");
        }
    }
}
