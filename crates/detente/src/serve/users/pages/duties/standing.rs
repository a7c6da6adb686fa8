//! Answers about duties as tables: what has to be done first, then what cannot be said yet, then the rest.

use duties::{Answer, By, Dictionary, Reckoned, Sooner, Span, StageClock, Standing, StandingWord};
use pages::{Block, Inline, Row, Say, Table, Tone};
use record::time::Timestamp;

use super::super::shared::parted;
use super::words::{both, by_when, confidence, facts_words, source};

/// What the tables are made from.
pub(super) struct Told<'t> {
    pub(super) answers: &'t [Answer<'t>],
    pub(super) dictionary: &'t Dictionary,
    pub(super) now: Timestamp,
    /// The page on which a duty is explained, with a query that names it.
    pub(super) page: &'t str,
}

/// How a duty stands, as a word in a frame.
pub(super) fn tag(standing: StandingWord, is_disputed: bool) -> Inline {
    let tone = match (standing, is_disputed) {
        (StandingWord::Due, false) => Tone::Grave,
        (StandingWord::Due, true) | (StandingWord::Undetermined, _) => Tone::Watch,
        (StandingWord::Displaced | StandingWord::NotDue | StandingWord::NotInForce | _, _) => Tone::Calm,
    };
    let spoken =
        [duties::Language::English, duties::Language::Chinese].map(|tongue| standing.spoken(is_disputed, tongue));
    Inline::tag(tone, Say::Both(spoken))
}

/// The duties in one line: how many of each.
pub(super) fn counts(answers: &[Answer<'_>]) -> Vec<Inline> {
    let count = |word: StandingWord, disputed: bool| {
        answers.iter().filter(|one| one.standing.word() == word && one.contested.is_empty() != disputed).count()
    };
    let words = [
        StandingWord::Due,
        StandingWord::Undetermined,
        StandingWord::Displaced,
        StandingWord::NotDue,
        StandingWord::NotInForce,
    ];
    let all = words.into_iter().flat_map(|word| [(word, false), (word, true)]);
    let counted =
        all.map(|(word, disputed)| (count(word, disputed), tag(word, disputed))).filter(|(count, _)| *count > 0);
    parted(counted.map(|(count, tag)| vec![Inline::sign(count), tag]))
}

impl<'t> Told<'t> {
    /// What has to be done, after how many duties stand how.
    pub(super) fn due_blocks(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Line(counts(self.answers)), self.due()];
        blocks.extend(self.questions_of_law());
        blocks
    }

    /// What cannot be said yet, and what nobody has to do: folded, since questions about it come before.
    pub(super) fn other_blocks(&self) -> Vec<Block> {
        let open = Say::count("duties-open", self.standing(StandingWord::Undetermined).count());
        let mut blocks = vec![Block::Fold(open, vec![self.undetermined()])];
        blocks.extend(self.rest());
        blocks
    }

    fn standing(&self, word: StandingWord) -> impl Iterator<Item = &'t Answer<'t>> {
        self.answers.iter().filter(move |answer| answer.standing.word() == word)
    }

    /// A row for each stage that has to be done, the next one first. What has to be done at once, or may run already, counts as now.
    fn due(&self) -> Block {
        let mut stages: Vec<(&Answer<'_>, &StageClock<'_>)> = self
            .standing(StandingWord::Due)
            .filter_map(|answer| Some((answer, answer.due()?)))
            .flat_map(|(answer, due)| due.clocks.iter().map(move |clock| (answer, clock)))
            .filter(|(_, clock)| !matches!(clock.reckoned, Reckoned::None))
            .collect();
        stages.sort_by_key(|(answer, clock)| (self.urgency(answer, clock), answer.duty.path.as_str()));
        let rows = stages.into_iter().map(|(answer, clock)| self.stage(answer, clock));
        let head = ["duties-what", "duties-by-when", "duties-tell", "duties-written"];
        Table::new("duties-due-caption", &head, "duties-due-none").rows(rows).into()
    }

    /// The moment by which somebody has to act, as far as it is known. A later stage whose start nobody knows waits for what comes before.
    fn urgency(&self, answer: &Answer<'_>, clock: &StageClock<'_>) -> Timestamp {
        let none = Timestamp::from_micros(i64::MAX);
        let is_first = answer.duty.stages.first().is_some_and(|first| first.id == clock.stage.id);
        match &clock.reckoned {
            Reckoned::By(by) => by.due.first,
            Reckoned::WithoutDelay { .. } => self.now,
            Reckoned::WaitsFor { .. } if is_first => self.now,
            Reckoned::Undetermined { sooner_if, .. } => {
                sooner_if.iter().filter_map(|one| one.due).map(|due| due.first).min().unwrap_or(none)
            }
            Reckoned::WaitsFor { .. } | Reckoned::None | _ => none,
        }
    }

    fn stage(&self, answer: &Answer<'_>, clock: &StageClock<'_>) -> Row {
        let what = [self.name(answer), vec![Inline::Text(both(&clock.stage.label))]];
        let is_past = Reckoned::by(&clock.reckoned).is_some_and(|by| by.due.first < self.now);
        let tone = if is_past { Tone::Grave } else { Tone::Watch };
        let beside = clock.at_once.iter().map(|one| self.sooner(one));
        let when = parted(std::iter::once(self.reckoned(clock)).chain(beside));
        Row::new(vec![parted(what), when, self.tell(answer), self.written(answer)]).toned(tone)
    }

    /// What a duty is called, how it stands, and the way to why.
    fn name(&self, answer: &Answer<'_>) -> Vec<Inline> {
        let why = format!("{}why={}#why", self.page, pages::encoded(&answer.duty.path));
        let mut line = vec![
            Inline::link(why, both(&answer.duty.label)),
            tag(answer.standing.word(), !answer.contested.is_empty()),
        ];
        line.push(Inline::code(&answer.duty.path));
        line
    }

    fn tell(&self, answer: &Answer<'_>) -> Vec<Inline> {
        vec![Inline::Text(both(&answer.duty.recipient))]
    }

    fn written(&self, answer: &Answer<'_>) -> Vec<Inline> {
        let mut line = source(&answer.duty.source);
        if answer.confidence != answer.duty.source.confidence {
            line.extend([Inline::Text(Say::Word("duties-weakest")), confidence(answer.confidence)]);
        }
        line.extend(answer.is_past_review.then(|| Inline::tag(Tone::Watch, "duties-past-review")));
        line
    }

    fn reckoned(&self, clock: &StageClock<'_>) -> Vec<Inline> {
        match &clock.reckoned {
            Reckoned::By(by) => self.by(by),
            Reckoned::WithoutDelay { started, deadline, perhaps, .. } => {
                let mut line = vec![Inline::Strong(Say::Word("duties-at-once")), Inline::Text(both(&deadline.label))];
                line.extend(started.map(since).into_iter().flatten());
                parted(std::iter::once(line).chain(perhaps.iter().map(|one| self.sooner(one))))
            }
            Reckoned::WaitsFor { missing, .. } => {
                let deadlines = clock.stage.deadlines.iter().map(|one| vec![Inline::Text(both(&one.label))]);
                let mut line = vec![Inline::Strong(Say::Word("duties-may-run"))];
                line.extend(facts_words(self.dictionary, missing));
                parted([line, parted(deadlines)])
            }
            Reckoned::Undetermined { missing, sooner_if, .. } => {
                let mut line = vec![Inline::Text(Say::Word("duties-hangs-on"))];
                line.extend(facts_words(self.dictionary, missing));
                parted(std::iter::once(line).chain(sooner_if.iter().map(|one| self.sooner(one))))
            }
            Reckoned::None | _ => Vec::new(),
        }
    }

    fn by(&self, by: &By<'_>) -> Vec<Inline> {
        let mut lines =
            vec![by_when(self.now, by.due), vec![Inline::Text(both(&by.deadline.label)), Inline::sign(by.zone)]];
        let could_move: Vec<_> = by.start_could_move.iter().copied().chain(by.zone_if).collect();
        if !could_move.is_empty() {
            let mut line = vec![Inline::Strong(Say::Word("duties-earlier-if"))];
            line.extend(facts_words(self.dictionary, &could_move));
            lines.push(line);
        }
        lines.extend(by.sooner_if.iter().map(|one| self.sooner(one)));
        lines.extend(by.otherwise.as_ref().map(|other| {
            let otherwise = [Inline::Text(Say::Word("duties-otherwise")), Inline::Text(both(&other.deadline.label))];
            otherwise.into_iter().chain([Inline::Time(other.due.first)]).collect()
        }));
        lines.extend(
            by.calendar_missing
                .iter()
                .map(|year| vec![Inline::tag(Tone::Watch, Say::with("duties-no-holidays", "year", year.to_string()))]),
        );
        parted(lines)
    }

    /// A deadline that applies beside the one that is told, or could.
    fn sooner(&self, sooner: &Sooner<'_>) -> Vec<Inline> {
        let begin = if sooner.is_certain() { "duties-beside" } else { "duties-sooner" };
        let mut line = vec![Inline::Text(Say::Word(begin)), Inline::Text(both(&sooner.deadline.label))];
        line.extend(sooner.due.map(|due| Inline::Time(due.first)));
        if !sooner.missing.is_empty() {
            line.push(Inline::Text(Say::Word("duties-hangs-on")));
            line.extend(facts_words(self.dictionary, &sooner.missing));
        }
        line.extend((!sooner.disputed.is_empty()).then(|| Inline::tag(Tone::Watch, "duties-open-question")));
        line
    }

    /// What the law leaves open about what is due, each question once, and what could still take a duty's place.
    fn questions_of_law(&self) -> Vec<Block> {
        let mut lines: Vec<Vec<Inline>> = Vec::new();
        for answer in self.standing(StandingWord::Due) {
            let asked = answer.disputed.iter().map(|question| {
                let mut line =
                    vec![Inline::tag(Tone::Watch, "duties-open-question"), Inline::Text(both(&question.text))];
                line.extend(source(&question.source));
                line
            });
            let displaced = answer.due().into_iter().flat_map(|due| &due.displaced_if).map(|possible| {
                let mut line = vec![Inline::Text(Say::Word("duties-gives-way")), Inline::code(possible.by)];
                line.extend(std::iter::once(Inline::Text(Say::Word("duties-hangs-on"))));
                line.extend(facts_words(self.dictionary, &possible.missing));
                [vec![Inline::code(&answer.duty.path)], line].concat()
            });
            for line in asked.chain(displaced) {
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        (!lines.is_empty()).then_some(Block::List(lines)).into_iter().collect()
    }

    fn undetermined(&self) -> Block {
        let rows = self.standing(StandingWord::Undetermined).map(|answer| {
            let missing = facts_words(self.dictionary, &answer.standing.missing());
            Row::new(vec![self.name(answer), missing, self.tell(answer), self.written(answer)]).toned(Tone::Watch)
        });
        let head = ["duties-what", "duties-would-settle", "duties-tell", "duties-written"];
        Table::new("duties-undetermined-caption", &head, "duties-undetermined-none").rows(rows).into()
    }

    /// What nobody has to do now, folded: whoever asks why not finds it.
    fn rest(&self) -> Option<Block> {
        let words = [StandingWord::Displaced, StandingWord::NotInForce, StandingWord::NotDue];
        let rows: Vec<_> =
            words.into_iter().flat_map(|word| self.standing(word)).map(|answer| self.rest_row(answer)).collect();
        let title = Say::count("duties-rest", rows.len());
        let table =
            Table::new("duties-rest-caption", &["duties-what", "duties-because", "duties-written"], "duties-rest-none");
        (!rows.is_empty()).then(|| Block::Fold(title, vec![table.rows(rows).into()]))
    }

    fn rest_row(&self, answer: &Answer<'_>) -> Row {
        let because = match &answer.standing {
            Standing::Displaced { by, .. } => vec![Inline::Text(Say::Word("duties-displaced-by")), Inline::code(by)],
            Standing::NotInForce { from: Some(from), .. } => {
                vec![Inline::Text(Say::with("duties-in-force-from", "day", from.to_string()))]
            }
            Standing::NotInForce { from: None, .. } => vec![Inline::Text(Say::Word("duties-over"))],
            Standing::NotDue | Standing::Due(_) | Standing::Undetermined { .. } | _ => {
                vec![Inline::Text(Say::Word("duties-settled"))]
            }
        };
        Row::new(vec![self.name(answer), because, source(&answer.duty.source)])
    }
}

fn since(started: Span) -> [Inline; 2] {
    [Inline::Text(Say::Word("duties-since")), Inline::Time(started.first)]
}

/// Packs that should have been read again, each told once.
pub(super) fn past_review(answers: &[Answer<'_>]) -> Vec<Block> {
    let mut packs: Vec<_> = answers.iter().filter(|one| one.is_past_review).map(|one| one.pack).collect();
    packs.dedup_by_key(|pack| pack.id.as_str());
    let note = |pack: &&duties::Pack| {
        let day = Say::with("duties-review-passed", "day", pack.review_by.to_string());
        Block::Notice(Tone::Watch, vec![Inline::Text(both(&pack.title)), Inline::Text(day)])
    };
    packs.iter().map(note).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use duties::Facts;
    use pages::{Frame, Page, Typed, Zone};

    /// The tables of these facts as plain text.
    fn told(json: &str, as_of: &str, language: api::Language) -> String {
        let now: Timestamp = as_of.parse().unwrap();
        let packs = duties::shipped::packs("2026-11-30".parse().unwrap()).unwrap();
        let facts = Facts::parse(packs.dictionary(), json.as_bytes()).unwrap();
        let answers = packs.evaluate(&facts, now);
        let told = Told { answers: &answers, dictionary: packs.dictionary(), now, page: "/incidents/x/duties?" };
        let page = Page::new("duties-title").and(told.due_blocks()).and(told.other_blocks());
        let (caller, query) = (access::Caller::nobody(), Typed::default());
        let (house, path, once) = ("Harbour", "/incidents/x/duties", "once");
        let frame = Frame {
            language,
            zone: Zone::UTC,
            now,
            path,
            query: &query,
            house,
            caller: &caller,
            form_token: None,
            once,
        };
        pages::plain::document(&frame, &page)
    }

    const CALIFORNIA: &str = r#"{"system.training_compute":"3e26","actor.roles":["frontier_developer"],
        "incident.causal_link":"established","incident.loss_of_control":true,"harm.deaths":1,"time.discovered":"2026-11-30T00:00:00Z"}"#;

    #[test]
    fn what_has_to_be_done_stands_with_its_moment_before_what_cannot_be_said_yet() {
        let text = told(CALIFORNIA, "2026-12-01T00:00:00Z", api::Language::English);
        assert!(!text.contains('⟨'), "{text}");
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("no `{words}` in {text}"));
        assert!(at("us-ca-sb53/report-15-days") < at("eu-nis2-23/notify"), "{text}");
        assert!(text.contains("[due]") && text.contains("2026-12-15") && text.contains("14 days left"), "{text}");
        let chinese = told(CALIFORNIA, "2026-12-01T00:00:00Z", api::Language::Chinese);
        assert!(chinese.contains("[应当履行]") && !chinese.contains('⟨'), "{chinese}");
    }

    #[test]
    fn with_nothing_known_nothing_is_due_and_every_open_duty_says_what_would_settle_it() {
        let text = told("{}", "2027-02-10T20:00:00Z", api::Language::English);
        assert!(text.contains("Nothing is due by what is known.") && text.contains("[undetermined]"), "{text}");
        assert!(text.contains("is not settled") || text.contains("would settle"), "{text}");
    }
}
