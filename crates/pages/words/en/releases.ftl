# Releases: the queue, what could go, and one proposal.
releases-title = Releases
releases-for-you = Waits for you
releases-for-you-none = Nothing waits for you.
releases-for-others = Waits for somebody else
releases-for-others-none = Nothing waits for anybody else.
releases-stuck = Cannot go as it was proposed
releases-stuck-none = Nothing is stuck.
releases-published = Went
releases-published-none = Nothing was published yet.
releases-recalled = Taken back
releases-recalled-none = Nothing was taken back.
releases-looked-through = The latest { $count } that wait and the latest { $count } that went are looked through, and those shown that are for your account.
releases-any-agreement = every agreement in force
releases-any-purpose = what each clause names first
releases-propose-title = Who could get a record?
releases-propose-button = Show who would get what
releases-propose-help = Nothing is proposed by this. You see first who would get which fields, and why not the rest.

release-record = Record
release-record-digest = The record's digest
release-agreement = Agreement
release-proposer = Proposed by
release-asked-at = When
release-state = State
release-purpose = Purpose
release-recipients = Goes to
release-clause = Clause
release-marks = Marking of what goes
release-onward = May be passed on
release-onward-clients = to clients and authorities that must know
release-onward-community = within its community
release-onward-nobody = to nobody
release-onward-organisation = within its own organisation
release-onward-public = to anyone
release-kept = Kept at most
release-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
release-approvals = Persons who must approve
release-persons = { $count ->
    [0] nobody beside the proposer
    [one] 1 beside the proposer
   *[other] { $count } beside the proposer
}
release-kept-back = Kept back by the proposer
release-place = Where in the feed

release-fields = What goes and what stays
release-fields-went = What went and what stayed
release-fields-caption = Field by field; what stays stands first
release-fields-none = The record has no field beside those that every release shows.
release-core = What says only what sort of record it is, whose, and how to handle it goes with every release and is not listed.
release-field = Field
release-goes = What becomes of it
release-content = What it says
release-why = Why
release-goes-whole = goes
release-goes-coarse = goes coarse
release-goes-stays = stays
release-places = { $count ->
    [one] 1 place
   *[other] { $count } places
}
release-changes = What would have to change for the rest to go
release-change = What would have to change:
release-nothing-goes = Nothing of it goes.

release-counters = How much went to them
release-counters-none = No counter is moved.
release-counted = Counted
release-per-day = a day
release-per-ever = in all
release-per-month = a month
release-per-year = a year
release-before = Before
release-after = After
release-at-most = At most

release-stage-approvals = approved by { $have } of { $needed }
release-stage-ready = approved; waits to be published
release-stage-changed = not what was proposed any more: propose it anew
release-stage-stuck = something is in the way
release-stage-published = published
release-stage-recalled = taken back
release-missing = What is missing now

release-approvals-title = Approvals
release-approvals-none = Nobody has approved it.
release-approver = Who
release-approval-given = given
release-approval-counts = counts
release-approval-old = too old: it counts no more
release-approval-other = for something else: it counts no more
release-approved-by-you = You have approved this. If more persons have to, it waits for them.
release-another-approves = Somebody else has to approve this: another account than the proposer's, with the right to approve.
release-another-publishes = Somebody with the right to publish has to send this.

release-approve-title = Approve
release-approve-button = Approve exactly this
release-approve-help = You approve exactly the fields, recipients and clause that stand below. If one of them changes, or the labels do, your approval counts no more. Nothing is sent by it.
release-publish-look = Publish: look once more at what goes
release-publish-title = Publish
release-publish-button = Publish now
release-publish-help = This sends what stands below to the recipients named above. It cannot be undone: a recall only asks them to delete it.
release-urgent = Send it ahead of its proof
release-urgent-help = In a frame that the slowest line brings in seconds. Only the way is shorter: nothing is skipped.
release-author-proof = The author's proof
release-author-proof-help = Another party signed this record. Its proof that the record stands in its log, as text.
release-quorum = Whom we believe
release-quorum-help = The policy file that names the witnesses whom this node believes, as text.
release-recall-title = Take it back
release-recall-button = Take it back
release-recall-help = The recipients are asked to delete what they have; nobody can make them. The recall stays in the feed for good.
release-recall-reason = Why
release-propose-anew = Look at it as it would go now, and propose it anew
recall-reason-error = there is a mistake in it
recall-reason-legal = the law asks for it
recall-reason-over-shared = more went than should have
recall-reason-source-withdrew = its source withdrew it
recall-reason-superseded = something newer took its place

receipts-title = Private receipts
receipt-about = A private receipt holds all that a decision looked at. It stays here; only its digest goes along. In a dispute it shows what was decided, and why.
receipt-of-proposal = Receipt of the proposal
receipt-of-release = Receipt of what went
receipt-decided-at = Decided
receipt-by = Asked by
receipt-replays = Decided again from the receipt: the same, octet for octet.
receipt-replays-not = It cannot be decided again to the same receipt:

what-if-title = Who would get what
what-if-about = Nothing is moved or written down by looking. Floors, labels and clauses are asked as they stand now.
what-if-no-digest = That is no digest of a record. It has 43 letters, digits, hyphens and underscores, and stands on the record's page.
what-if-nobody = No agreement is in force that could carry it, so nobody could get it.
what-if-overview = Whom each agreement would reach
what-if-verdict = Outcome
what-if-goes = How much goes
what-if-places = { $count ->
    [0] nothing
    [one] 1 place
   *[other] { $count } places
}
what-if-why = Why not, or not yet
what-if-may-go = It may go.
what-if-may-go-once = It may go once the reasons below are gone.
what-if-stays = It stays.
what-if-clauses = The clauses that could carry it
what-if-no-clause = No clause runs from here to all other parties.
what-if-propose-title = Propose this release
what-if-propose-button = Propose
what-if-propose-approval = Somebody else has to approve it before it can be published. Nothing is sent yet.
what-if-propose-alone = The clause asks for nobody's approval. Nothing is sent before it is published.
what-if-hide = Keep back
what-if-hide-help = Tick what should stay here although the clause would show it.

done-release-propose = Proposed. Nothing was sent.
done-release-approve = Approved. Nothing was sent.
done-release-publish = Published.
done-release-recall = Taken back. The recipients are asked to delete it.
told-proposal = Proposal
told-feed = Feed
told-index = Place in the feed
told-decision-goes = { $count ->
    [0] Nothing would go.
    [one] 1 place would go:
   *[other] { $count } places would go:
}
told-decision-lacks = Still in the way:
