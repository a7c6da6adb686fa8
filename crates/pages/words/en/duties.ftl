# Duties of reporting.
duties-title = Duties
duties-of-title = Duties of reporting
duties-of-link = Duties, questions and clocks
duties-calendar = Calendar of duties
duties-preview = Before it happens
duties-packs = Rule packs
duties-filings = Filings
duties-no-advice = Worked out from rule packs by what is known here. This is not legal advice: whoever decides reads the text that is named.
duties-clocks = Clocks
duties-questions = Questions
duties-known = What is known
duties-why = Why, step by step
duties-what = What
duties-by-when = By when
duties-tell = Tell
duties-written = Written in
duties-because = Because
duties-would-settle = Would settle it
duties-due-caption = What has to be done, the most urgent first
duties-due-none = Nothing is due by what is known.
duties-undetermined-caption = What cannot be said yet, and the facts that would settle it
duties-undetermined-none = Nothing is left open.
duties-open = { $count ->
    [one] 1 cannot be said yet, and what it hangs on
   *[other] { $count } cannot be said yet, and what they hang on
}
duties-others = What is open, and what is not due
duties-rest = { $count ->
    [one] 1 other: displaced, not in force, or not due
   *[other] { $count } others: displaced, not in force, or not due
}
duties-rest-caption = What nobody has to do by what is known
duties-rest-none = There are none.
duties-displaced-by = Another duty takes its place:
duties-in-force-from = In force from { $day }.
duties-over = It is no longer in force.
duties-settled = No further fact can change this, unless one of those that are known is wrong.
duties-at-once = At once: the law names no number, and that is no leave to wait.
duties-since = since
duties-may-run = Its clock may already run. Say when:
duties-hangs-on = hangs on:
duties-earlier-if = Earlier, if this says so:
duties-sooner = Perhaps sooner:
duties-beside = Beside it:
duties-otherwise = If the open question is answered otherwise:
duties-no-holidays = The holidays of { $year } are not in this pack
duties-earliest-counts = The start is not known exactly: the earliest counts.
duties-gives-way = would give way to
duties-open-question = open question of law
duties-open-questions = What the law leaves open
duties-weakest = rests also on what is
duties-past-review = past its review
duties-review-passed = should have been read again by { $day }: the law may have changed.
duties-read-on = read { $day }
duty-confidence-official = official
duty-confidence-secondary = secondary
duty-confidence-disputed = disputed
duty-truth-true = holds
duty-truth-false = does not hold
duty-truth-undetermined = cannot be said
duties-holder = Whom it binds
duties-channel = How
duties-penalty = What failing it can cost
duties-content = What has to be said:
duties-left-minutes = { $count ->
    [one] 1 minute left
   *[other] { $count } minutes left
}
duties-left-hours = { $count ->
    [one] 1 hour left
   *[other] { $count } hours left
}
duties-left-days = { $count ->
    [one] 1 day left
   *[other] { $count } days left
}
duties-late-minutes = { $count ->
    [one] 1 minute late
   *[other] { $count } minutes late
}
duties-late-hours = { $count ->
    [one] 1 hour late
   *[other] { $count } hours late
}
duties-late-days = { $count ->
    [one] 1 day late
   *[other] { $count } days late
}

# Questions.
duties-answer-title = Answer what is known
duties-answer-button = Sign the answers
duties-answer-help = Answer what you know, and leave the rest. What is left open stays unknown, and is never taken as “no”. Times are in UTC.
duties-ask-all = { $count ->
    [one] Ask 1 more, on which less hangs
   *[other] Ask { $count } more, on which less hangs
}
duties-unknown = not known
duties-and-others = perhaps others than those chosen
duties-none-of-these = none of these
duties-take-back = Take back
duties-take-back-help = What is ticked is unknown again, unless the incident or the profile says it.
duties-help-count = A whole number, such as 3
duties-help-compute = Floating-point operations, such as 3e25
duties-help-country = Two letters, such as DE
duties-help-countries = Two letters each, such as DE,FR; with ,... behind them if there may be others
duties-help-instant = In UTC, such as 2026-07-01T03:10Z, or less of it, such as 2026-07-01; or: not yet
duties-unread = cannot be read
duties-would-change = With these answers this would be otherwise.
duties-no-change = With these answers nothing would be otherwise.
duties-not-saved = Nothing is saved yet.
duties-more-changes = { $count ->
    [one] and 1 more
   *[other] and { $count } more
}
duties-asked-then = Would be asked then:

# What is known.
duties-known-caption = Facts, and who says them
duties-known-none = Nothing is known yet.
duties-fact = Fact
duties-value = Value
duties-from = Said by
duties-change = change
duties-from-incident = the incident
duties-from-profile = the profile of this party
duties-from-answered = an answer here
duties-from-filed = a filing
duties-from-typed = typed
duties-left-out = What is kept here and cannot be read any more

# Clocks.
duties-clock = Clock
duty-clock-running = running
duty-clock-acknowledged = taken on
duty-clock-late = LATE
duty-clock-filed = filed
duty-clock-displaced = displaced
duty-clock-withdrawn = withdrawn
duties-clocks-caption = Clocks, the next one first
duties-clocks-none = No clock is set.
duties-state = State
duties-history = So far
duties-to-do = To do
duties-incident = Incident
duties-taken-by = taken on by
duties-ended-by = ended by
duties-in-time = filed in time
duties-filed-late = filed late
duties-amended = amended
duties-missed = missed
duties-missed-perhaps = recorded as missed; a later entry bears an earlier time
duties-file = Fill the form
duties-more-clocks = { $count ->
    [one] 1 more clock runs.
   *[other] { $count } more clocks run.
}
duties-acknowledge-title = Take a clock on
duties-acknowledge-button = I take it on
duties-acknowledge-help = Says that you see to it. Reminders go on until it is filed.
duties-set-title = Set the clocks
duties-set-button = Set them by what is known now
duties-set-help = Sets, moves, and ends clocks as the facts now say. If nothing is otherwise, nothing is signed.
duties-filed-title = It was filed by other means
duties-filed-button = Sign that it was filed
duties-filed-help = For what went out without the forms here: the digest proves later what it was, without showing it.
duties-filed-version = Digest of what was filed
duties-filed-version-help = As `detente record digest` tells it, or SHA-256 in base64url
duties-withdraw-title = Withdraw a clock
duties-withdraw-button = Sign that it is not due
duties-withdraw-help = Only where the duty is not due although the facts say so. Better answer the fact that is wrong.
duties-withdraw-because = Digest of the record that says why

# The calendar.
duties-calendar-none = No clock runs that is for your account.
duties-calendar-file = As a file for a calendar: ids and links alone
duties-calendar-cut = There are more, which fall later.
duties-calendar-bound = Only incidents of which you see all are here. Clocks of up to { $count } incidents are looked through, the most urgent first.
duties-late = { $count ->
    [one] Late: 1 clock
   *[other] Late: { $count } clocks
}
duties-late-caption = Their moment has passed and nothing was filed
duties-days = Day by day
duties-day = { $day } (UTC)
duties-soon-caption = Late, or due within a day
duties-soon-none = No clock runs out within a day.
duties-soon = { $count ->
    [0] Duties: none
    [one] Duties: 1
   *[other] Duties: { $count }
}
duties-withheld = { $count ->
    [one] 1 clock of an incident that your account cannot read
   *[other] { $count } clocks of incidents that your account cannot read
}
duties-withheld-caption = What runs out unseen: an incident that your account cannot read has a clock that ends then
duties-withheld-none = None runs of an incident that your account cannot read.
duties-withheld-help = Nothing of the incident is told here, nor which it is. Ask who may read it, or whoever runs the node at its machine, to see to it.
duties-unheard-caption = Nobody who is told of these may read the incident
duties-unheard-none = Whoever is told of a clock that runs out may read its incident.
duties-unheard = { $count ->
    [one] 1 clock of which nobody is told
   *[other] { $count } clocks of which nobody is told
}
duties-unheard-help = Reminders go to those that `duties` in serve.json names, or else to everybody, as far as they may read the incident. Name somebody there who may, or have somebody label the incident.
duties-said-by = by

# Before it happens.
duties-profile-title = Who we are, and what the system is
duties-profile-button = Sign the profile
duties-profile-help = What stands here holds for every incident of this node, unless an answer at the incident says otherwise.
duties-profile-known = The profile
duties-kinds = What an incident of each kind would bring about
duties-kind = { $kind }: { $due } due, { $open } undetermined
duties-kind-none = No duty of these packs.

# Rule packs.
duties-pack = Pack
duties-version = Version
duties-kept = Here as
duties-read = Law read on
duties-review-by = To be read again by
duties-adopted = adopted
duties-shipped = shipped
duties-not-used = is adopted and not used:
duties-packs-caption = The packs that stand
duties-packs-none = There are none.
duties-packs-adopting = Packs are adopted and dropped at the machine: detente duties adopt, detente duties drop.
duties-packs-about = What each was made from
duties-sources = Sources

# Filings.
duties-file-title = Fill the form
duties-file-choose = Form and language
duties-file-choose-button = Show this form
duties-form = Form
duties-language = Language
duties-language-en = English
duties-language-zh-Hans = Chinese
duties-file-last = Nothing more is to follow
duties-missing = { $count ->
    [0] Nothing that has to be said is missing.
    [one] 1 field that has to be filled in is missing.
   *[other] { $count } fields that have to be filled in are missing.
}
duties-missing-caption = What is missing
duties-write-title = Write what nothing here says, and freeze it
duties-write-button = Freeze, sign and log it
duties-write-help = Freezing does not send: it fixes octet for octet what you then hand to the recipient, and proves when.
duties-incomplete = Why it is frozen although something is missing
duties-incomplete-help = Leave this empty if nothing is missing. It is signed with the filing.
duties-filled = As it stands now
duties-nothing-said = nothing said
duties-field-missing = missing
duties-field-to-follow = to follow
duties-no-form = No form fits this stage. File it by other means, and say so at its clock.
duties-no-stage = There is no such stage, or it is not due.
duties-filings-title = Filings of this incident
duties-filings-caption = What was frozen, the newest first
duties-filings-none = Nothing was frozen.
duties-filings-count = { $count ->
    [one] 1 filing is frozen.
   *[other] { $count } filings are frozen.
}
duties-frozen-title = A frozen filing
duties-frozen-at = Frozen
duties-frozen-html = As a page to print (HTML)
duties-frozen-digest = Digest of the page
duties-frozen-holds = The page that is shown is octet for octet the one that was frozen.
duties-frozen-differs = What this program makes of it is not octet for octet the page that was frozen.
duties-frozen-because = Incomplete because
duties-stage = Stage
duties-pack-version = Pack and version

done-duties-answer = The answers are signed and logged. The duties below follow from them.
done-duties-profile = The profile is signed and logged.
done-duties-clock-set = The clocks are set by what is known now.
done-duties-clock-acknowledge = You have taken it on.
done-duties-clock-filed = It is signed that it was filed.
done-duties-clock-withdraw = The clock is withdrawn.
done-duties-form-file = The filing is frozen, signed and logged. It was sent to nobody: hand it to the recipient.

told-stage = Stage
told-form = Form
told-form-version = Version of the form
told-language = Language
told-standing = Stands
told-started = Started
told-due = Due
told-html-digest = Digest of the page
told-record-digest = Record
