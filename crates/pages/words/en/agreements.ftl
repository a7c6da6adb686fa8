# Agreements: the list, and one with its text, examples and changes.
agreements-title = Agreements
agreements-offered = On the table
agreements-offered-none = No text waits to be signed.
agreements-in-force = In force
agreements-in-force-none = No agreement is in force: nothing can be released to anybody.
agreements-suspended = Held back
agreements-suspended-none = No agreement is held back.
agreements-over = Over
agreements-over-none = No agreement has ended.
agreements-how-to-begin = A text is drafted from a template and put forward with “detente agreement draft” and “detente agreement propose”.
agreement-agreement = Agreement
agreement-others = With
agreement-until = Until
agreement-state = State
agreement-state-offered = put forward
agreement-state-countered = answered by another text
agreement-state-accepted = accepted by all
agreement-state-verified = tried by all
agreement-state-in-force = in force
agreement-state-not-yet = signed by all; its period has not begun
agreement-state-over = its period is over
agreement-state-suspended = held back: nothing is released under it
agreement-state-withdrawn = withdrawn
agreement-state-terminated = ended
agreement-waits-for-us = not signed by us
agreement-waits-for-them = not signed by all others
agreement-digest = Digest of the text
agreement-period = From and until
agreement-zone = Calendar the parties have in mind
agreement-prevails = Which text decides
agreement-prevails-equal = all authentic texts alike
agreement-prevails-machine = the policy that nodes run
agreement-prevails-en = the English text
agreement-prevails-zh-Hans = the Chinese text
agreement-keep = Bodies are kept for disputes
agreement-days = { $count ->
    [one] at least 1 day
   *[other] at least { $count } days
}
agreement-heads = The head of a feed is stated
agreement-minutes = { $count ->
    [one] at least every minute
   *[other] at least every { $count } minutes
}
agreement-depositary = Depositary
agreement-depositary-none = nobody
agreement-replaces = Amends
agreement-answers = Answers
agreement-compare = What it changes
agreement-stands = The parties, and where each stands
agreement-stands-none = No party has said anything of it.
agreement-party = Party
agreement-accepted = Accepts it
agreement-tried = Tried its examples
agreement-signed = Signed
agreement-besides = Besides
agreement-put-forward = put it forward
agreement-holds-back = holds it back
agreement-has-ended = has ended, declined or withdrawn it
agreement-findings = What its languages and policies do not say alike
agreement-finding-blocks = stops a signature
agreement-finding-warns = look at it
agreement-text = The text
agreement-text-caption = Clause by clause, the languages side by side
agreement-text-none = It has no clause.
agreement-clause = Clause
agreement-terms = What nodes do
agreement-language-authentic-en = English (authentic)
agreement-language-authentic-zh-Hans = Chinese (authentic)
agreement-language-courtesy-en = English (courtesy translation)
agreement-language-courtesy-zh-Hans = Chinese (courtesy translation)
agreement-permits = permits
agreement-forbids = forbids
agreement-sealed = sealed: shows only that a record exists
agreement-shows-only = Shows only:
agreement-drops = Keeps back:
agreement-coarsens = Shows coarse:
agreement-for = For:
agreement-kept-days = { $count ->
    [one] kept at most 1 day
   *[other] kept at most { $count } days
}
agreement-approvals = { $count ->
    [one] 1 person beside the proposer approves
   *[other] { $count } persons beside the proposer approve
}
agreement-answer-hours = { $count ->
    [one] questions answered within 1 hour
   *[other] questions answered within { $count } hours
}
agreement-budget = at most { $count }
agreement-examples = Worked examples
agreement-examples-caption = As this node decides them now, under its own floors
agreement-examples-none = It has no worked example.
agreement-example = Example
agreement-example-here = Here
agreement-example-expected = Expected
agreement-example-holds = Holds
agreement-example-goes = goes under clause { $clause }:
agreement-example-stays = stays:
agreement-example-yes = as expected
agreement-example-otherwise = otherwise
agreement-said-title = The negotiation
agreement-said-caption = What the parties said of this text, by their own clocks
agreement-said-none = Nothing was said of it.
agreement-said-what = What
agreement-said-when = When
agreement-said-why = Why
agreement-said-offer = put it forward
agreement-said-counter = put it forward as an answer
agreement-said-accept = accepted it
agreement-said-verify = tried its examples
agreement-said-sign = signed it
agreement-said-suspend = held it back
agreement-said-resume = took the hold back
agreement-said-withdraw = withdrew it
agreement-said-terminate = ended or declined it
agreement-sign-title = Sign this text
agreement-sign-button = Sign
agreement-sign-help = This binds your party to the text below once all others have signed it too. The signature goes to the other parties over their lines; “detente agreement messages” writes it to a file for a courier.
agreement-sign-read = I have read the text in the languages that bind us
agreement-sign-blocked = This text cannot be signed here: its languages or policies do not say the same, or an example comes out otherwise. See below; the parties have to put forward another text.
agreement-accept-only = Accept only, and sign later
agreement-accept-only-help = Says that your party accepts the text and that its examples come out the same here.
agreement-more = Hold back, withdraw, end
agreement-suspend-title = Hold it back
agreement-suspend-button = Hold back
agreement-suspend-help = Nothing is released under this agreement, by any party, until you resume it.
agreement-resume-title = Resume it
agreement-resume-button = Resume
agreement-resume-help = Releases go on, unless another party has held the agreement back too.
agreement-withdraw-title = Withdraw your text
agreement-withdraw-button = Withdraw
agreement-withdraw-help = Nobody can accept this text of yours any more.
agreement-terminate-title = End or decline it
agreement-terminate-button = End for good
agreement-terminate-help = This ends the agreement for good. What was released stays where it is, under its clauses.
agreement-reason-en = Why, in English
agreement-reason-zh = Why, in Chinese
agreement-reason-marking = Marking of the reason
agreement-reason-help = The reason goes to all parties, so it needs a marking like every text that leaves.
agreement-no-reason = no reason is given
redline-title = What it changes
redline-with = Compared with
redline-same = Both texts say the same.
redline-caption = Clauses that differ; what goes is struck out, what comes is underlined
redline-words = Words
redline-machine = What nodes would do otherwise
redline-added = new
redline-removed = removed
redline-moved = moved
redline-only-narrows = Only narrows: nothing may go that could not go before.
redline-widens = Would newly let out:
redline-records = “detente agreement diff” names the records of this node that would newly flow.
done-agreement-sign = Said, and logged. It goes to the other parties.
done-agreement-suspend = Held back.
done-agreement-resume = Resumed.
done-agreement-withdraw = Withdrawn.
done-agreement-terminate = Ended.
told-agreement = Agreement
told-changed = Changed
