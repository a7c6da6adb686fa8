//! `detente incident link`, `unlink`, `merge`, `split`: signed statements about two things, each of which can be taken back.

use std::collections::BTreeSet;

use incident::INCIDENT_TYPE;
use incident::links::{Graph, LINK_TYPE, Link, LinkStatement, LinkWord, Verdict};
use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::stix::{StixId, StixObject};
use storage::views::cases;

use super::{Desk, fresh_id, made_nothing, words, wrong};
use crate::arguments::{
    IncidentLinkArguments, IncidentMergeArguments, IncidentSplitArguments, IncidentUnlinkArguments, WhyArguments,
};
use crate::cases::Links;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{clock, node};

/// The statement that is not signed yet, where what would follow is told.
const NOT_SIGNED: RecordDigest = RecordDigest::from_octets([0; 32]);

pub(super) fn link(arguments: &IncidentLinkArguments, report: &mut Report) -> Done {
    check_reason(&arguments.why)?;
    let desk = Desk::open(&arguments.why.node)?;
    let link = checked(&desk, arguments.saying.word(), &arguments.from, &arguments.to)?;
    say(&desk, &link, &arguments.why, report)
}

pub(super) fn merge(arguments: &IncidentMergeArguments, report: &mut Report) -> Done {
    check_reason(&arguments.why)?;
    let desk = Desk::open(&arguments.why.node)?;
    let link = checked(&desk, LinkWord::SameAs, &arguments.from, &arguments.to)?;
    if arguments.undo {
        return undo(&desk, &link, &[LinkWord::SameAs], &arguments.why, report);
    }
    say(&desk, &link, &arguments.why, report)
}

pub(super) fn split(arguments: &IncidentSplitArguments, report: &mut Report) -> Done {
    check_reason(&arguments.why)?;
    let desk = Desk::open(&arguments.why.node)?;
    let links = arguments.into.iter().map(|into| checked(&desk, LinkWord::Split, &arguments.from, into));
    // All of them are checked before the first is said.
    for link in links.collect::<Done<Vec<_>>>()? {
        if arguments.undo {
            undo(&desk, &link, &[LinkWord::Split], &arguments.why, report)?;
        } else {
            say(&desk, &link, &arguments.why, report)?;
        }
    }
    Ok(())
}

pub(super) fn unlink(arguments: &IncidentUnlinkArguments, report: &mut Report) -> Done {
    check_reason(&arguments.why)?;
    let desk = Desk::open(&arguments.why.node)?;
    let Some(to) = &arguments.to else {
        return unlink_statement(&desk, &arguments.statement, &arguments.why, report);
    };
    let (from, to) = (known(&desk, &arguments.statement)?, known(&desk, to)?);
    let link = Link::new(LinkWord::Reports, from.clone(), to.clone())
        .or_else(|_| Link::new(LinkWord::Reports, to, from))
        .map_err(Failure::arguments)?;
    undo(&desk, &link, LinkWord::ALL, &arguments.why, report)
}

fn unlink_statement(desk: &Desk, text: &str, why: &WhyArguments, report: &mut Report) -> Done {
    let digest: RecordDigest = text.parse().map_err(|_| {
        Failure::arguments(format!("`{text}` is no statement's digest"))
            .advise("`detente incident show INCIDENT` has the digests; or name two ids")
    })?;
    let found = desk.cases().record(&digest)?.and_then(|found| LinkStatement::of_record(&found.record).ok());
    let link = found.and_then(|statement| statement.link).ok_or_else(|| {
        Failure::input(format!("no link {digest} is here"))
            .advise("`detente incident show INCIDENT` has those that are")
    })?;
    let links = around(desk, &link)?;
    take_back(desk, &link, &links, &BTreeSet::from([digest]), why, report)
}

/// Text that would act on its reader is refused before the keys are opened.
fn check_reason(why: &WhyArguments) -> Done {
    match incident::acting(&why.reason).into_iter().next() {
        Some(acting) => Err(Failure::input(format!("`reason` {acting}"))),
        None if why.reason.trim().is_empty() => {
            Err(Failure::arguments("the reason is empty").advise("say why in a few words"))
        }
        None => Ok(()),
    }
}

fn checked(desk: &Desk, word: LinkWord, from: &str, to: &str) -> Done<Link> {
    let (from, to) = (id(from)?, id(to)?);
    let link = Link::new(word, from, to).map_err(Failure::input)?;
    for end in [link.from(), link.to()] {
        let _here = known(desk, end.as_str())?;
    }
    Ok(link)
}

fn id(text: &str) -> Done<StixId> {
    text.parse().map_err(|error: record::stix::NotAStixId| {
        Failure::arguments(error).advise("name both by their ids; `detente incident list` has them")
    })
}

/// An id of which something is here: a link to what nobody here can open is of no use to whoever reads it.
fn known(desk: &Desk, text: &str) -> Done<StixId> {
    let id = id(text)?;
    if id.object_type() == INCIDENT_TYPE {
        return desk.cases().must_find(&id).map(|case| case.id);
    }
    if cases::of_object(&desk.node.store, id.as_str()).map_err(node::fail)?.is_empty() {
        return Err(Failure::input(format!("{id} is not here")).advise("log it first with: detente log append RECORD"));
    }
    Ok(id)
}

/// All that is said around both ends.
fn around(desk: &Desk, link: &Link) -> Done<Links> {
    let (mut links, other) = (desk.cases().links(link.from())?, desk.cases().links(link.to())?);
    links.statements.extend(other.statements);
    links.found.extend(other.found);
    links.is_cut |= other.is_cut;
    links.graph = Graph::of(links.statements.iter().cloned());
    Ok(links)
}

fn say(desk: &Desk, link: &Link, why: &WhyArguments, report: &mut Report) -> Done {
    let links = around(desk, link)?;
    let said = links.graph.in_force().find(|one| one.author == desk.own() && one.link.as_ref() == Some(link));
    report.fact("link", format!("{} {} {}", link.from(), words::link(link.word()), link.to()));
    if let Some(said) = said {
        report.fact("record_digest", said.digest.to_string());
        made_nothing("This party says so already.", report);
        return Ok(());
    }
    let statement = LinkStatement::link(NOT_SIGNED, desk.own(), clock::now(), link.clone());
    say_what_follows(&links, link, statement, report);
    sign(desk, Some(link), &BTreeSet::new(), why, report)
}

/// Takes back what this party says of the two in these words.
fn undo(desk: &Desk, link: &Link, wanted: &[LinkWord], why: &WhyArguments, report: &mut Report) -> Done {
    let links = around(desk, link)?;
    let ends = BTreeSet::from([link.from(), link.to()]);
    let is_it = |one: &Link| wanted.contains(&one.word()) && BTreeSet::from([one.from(), one.to()]) == ends;
    let ours = links.graph.in_force().filter(|one| one.author == desk.own() && one.link.as_ref().is_some_and(is_it));
    let ours: BTreeSet<_> = ours.map(|one| one.digest).collect();
    if ours.is_empty() {
        made_nothing("This party says nothing of the kind, so there is nothing to take back.", report);
        return Ok(());
    }
    take_back(desk, link, &links, &ours, why, report)
}

fn take_back(
    desk: &Desk,
    link: &Link,
    links: &Links,
    ours: &BTreeSet<RecordDigest>,
    why: &WhyArguments,
    report: &mut Report,
) -> Done {
    for digest in ours {
        let author = links.statements.iter().find(|one| one.digest == *digest).map(|one| one.author);
        if author != Some(desk.own()) {
            return Err(Failure::refused(format!(
                "statement {digest} is another party's; only its author takes it back"
            ))
            .advise("say otherwise in a statement of your own: detente incident link --as related-not-same"));
        }
        if !links.holds(*digest) {
            made_nothing("It holds no more already.", report);
            return Ok(());
        }
    }
    report.fact("takes_back", Json::Array(ours.iter().map(|digest| Json::text(digest.to_string())).collect()));
    let statement = LinkStatement::undo(NOT_SIGNED, desk.own(), clock::now(), ours.iter().copied());
    say_what_follows(links, link, statement, report);
    sign(desk, None, ours, why, report)
}

fn sign(
    desk: &Desk,
    link: Option<&Link>,
    takes_back: &BTreeSet<RecordDigest>,
    why: &WhyArguments,
    report: &mut Report,
) -> Done {
    let id = fresh_id(LINK_TYPE)?;
    let object: StixObject =
        LinkStatement::to_object(&id, clock::now(), link, takes_back, &why.reason).map_err(wrong)?;
    if why.preview.preview {
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    let record = desk.node.sign(object)?;
    desk.log(&record, report)
}

/// Where each end leads before and after.
fn say_what_follows(links: &Links, link: &Link, statement: LinkStatement, report: &mut Report) {
    let after = Graph::of(links.statements.iter().cloned().chain([statement]));
    let (from, to) = (link.from(), link.to());
    let stands = |graph: &Graph| verdict(&graph.verdict(from, to));
    report.line(format!("\nof these two it is said: {}; then: {}", stands(&links.graph), stands(&after)));
    let mut rows = Vec::new();
    for end in [from, to].into_iter().filter(|end| end.object_type() == INCIDENT_TYPE) {
        let same: Vec<_> = after.same(end).into_iter().filter(|other| other != end).collect();
        let leads: Vec<_> = same.iter().map(ToString::to_string).collect();
        report.line(format!(
            "  {end} then stands for itself{}{}",
            if leads.is_empty() { "" } else { " and for " },
            leads.join(", ")
        ));
        let (beyond, _) = after.beyond(end);
        for one in &beyond {
            report.line(format!("    {} lies beyond: nobody said that it is this one, so it is not joined", one.id));
        }
        let beyond = beyond.iter().map(|one| Json::from(one.id.as_str())).collect();
        let same = same.iter().map(|other| Json::from(other.as_str())).collect();
        rows.push(Json::from(
            Map::new().with("id", end.as_str()).with("same", Json::Array(same)).with("beyond", Json::Array(beyond)),
        ));
    }
    report.data("before", stands(&links.graph));
    report.data("after", stands(&after));
    report.data("leads", Json::Array(rows));
}

pub(super) fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Open => "nothing".to_owned(),
        Verdict::Same(_) => "one".to_owned(),
        Verdict::NotSame(_) => "two".to_owned(),
        Verdict::Contested { .. } => "contested: some say one, some say two".to_owned(),
    }
}
