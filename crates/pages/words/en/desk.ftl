# The duty desk.
desk-title = What needs you now
desk-quiet = Nothing waits for you.
desk-more = { $count ->
    [one] 1 more
   *[other] { $count } more
}
desk-what = What
desk-who = Who
desk-since = Since
desk-until = Answer by
desk-by = Proposed by
desk-state = State
desk-watch = Search
desk-feed = Feed
desk-behind = Not read yet
desk-entries = { $count ->
    [one] 1 entry
   *[other] { $count } entries
}
desk-alarms = { $count ->
    [0] Alarms: none
   *[other] Alarms: { $count }
}
desk-alarms-caption = What partners were caught at, and nobody has dealt with
desk-alarms-none = No partner was caught at anything that is still open.
desk-questions = { $count ->
    [0] Questions: none
   *[other] Questions: { $count }
}
desk-questions-caption = Questions without an answer, the nearest deadline first
desk-questions-none = No question is open.
desk-question-theirs = A partner asks us
desk-question-late = A partner asks us: the deadline has passed
desk-question-ours = We ask, and wait
desk-question-silent = We asked: no answer by the deadline
desk-question-unsent = We ask: not sent yet
desk-releases = { $count ->
    [0] Releases: none waits
   *[other] Releases that wait: { $count }
}
desk-releases-caption = Proposals that are not published
desk-releases-none = No proposal waits.
desk-release-for-you = waits for your approval
desk-release-waits = waits for somebody else's approval
desk-release-approved = approved; waits to be published
desk-found = { $count ->
    [0] Standing searches: nothing new
   *[other] Standing searches found: { $count }
}
desk-found-caption = Records that your standing searches found, and nobody has noted
desk-found-none = Nothing new was found.
desk-signals = Signals that wait: { $count }
desk-signals-caption = Feeds and signals that are not looked for until a person has looked at them
desk-signals-none = No signal waits.
desk-acks = { $count ->
    [0] Acknowledgements: none is missing
   *[other] Acknowledgements that are missing: { $count }
}
desk-acks-caption = Partners that have not read all that we released to them
desk-acks-none = Every partner has acknowledged all that we released.
no-title = (no title is shown)
