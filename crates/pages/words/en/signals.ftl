# Misuse signals.
signals-title = Misuse signals
signals-scan = Look something through
signals-new = Sign a new signal
signals-still-reading = The signals of this node are still being read. Load the page again in a few seconds.
signals-filter = Filter
signals-filter-button = Show
signals-filter-wrong = This could not be read and was left out: { $value }
signals-any = any
signals-in-force = in force
signals-caption = Signals in force, the newest first
signals-caption-others = Signals that fit, the newest first
signals-none = No signal is in force here that your account may see.
signals-none-fits = No signal that fits is here for your account.
signals-empty-partner = Partners send signals under an agreement; a text for it is ready (misuse-signals):
signals-empty-own = Your own begin with one of a text, a keyword or a package:
signals-empty-import = Whoever runs the node can sign a whole file of rules, prompts or keywords:
signals-cut = Enough was looked through for one page. The list goes on: see the next page, or choose a kind, a party or a state.
signals-next = Next page
signals-others = All others too: taken back, over, waiting, not run
signals-what = Signal
signals-kind = Kind
signals-whose = Whose
signals-confidence = Confidence
signals-sure = { $count } of 100
signals-standing = State
signals-changed = Made
signals-seen = Sightings
signals-seen-by = { $parties ->
    [one] { $count ->
        [one] once, by 1 party
       *[other] { $count } times, by 1 party
    }
   *[other] { $count } times, by { $parties } parties
}
signals-seen-partly-told = { $parties ->
    [one] { $count ->
        [one] at least once, by 1 party
       *[other] at least { $count } times, by 1 party
    }
   *[other] at least { $count } times, by { $parties } parties
}
signals-not-told = not told
signals-seen-at-least = { $parties ->
    [one] at least { $count } times, by 1 party or more
   *[other] at least { $count } times, by { $parties } parties or more
}
signals-seen-caption = Who found it, the latest first. What it was found in is told by nobody.
signals-seen-none = Nobody has said that it was found.
signals-seen-by-whom = Found by
signals-seen-count = How often
signals-seen-first = First
signals-seen-last = Last
signals-seen-first-help = Such as 2026-06-30T14:00Z. Now, if you leave it empty.
signals-seen-last-help = The same. It cannot be in the future.
signals-proof = Record
signals-release = release it

signals-waiting = What waits, and what is not looked for
signals-nothing-waits = Nothing waits: all that came is looked for.
signals-more-wait = There are more than the { $count } that are shown; `detente signal list` has them.
signals-feeds-wait = These parties sent more than { $count } signals within an hour, or took back too many that nobody knows. What came before counts, and withdrawals are heard; the rest is not looked for until a person has spoken with them.
signals-feeds-wait-caption = Feeds that wait for a person
signals-feed-waits = Too many signals came: the rest waits for a person
signals-found-often = These were found more than { $count } times within an hour. Either they are wrong, or this is news: ask their author.
signals-found-often-caption = Signals that wait for a person, because they are found too often
signals-allow = Let one in
signals-allow-button = Let it in
signals-allow-help = Its signals are looked for however fast they come, or the signal however often it is found, until somebody holds it to the limits again. Look first at what came: it is a decision of this node alone.
signals-allow-who = Whose signals, or which signal
signals-not-run = These rules are here and are not run: a rule is run whole or not at all.
signals-not-run-caption = Rules that are not run
signals-why = Why
signals-not-run-author-large = the rules of this author together unfold to more than { $count } states
signals-not-run-bank-large = the rules of all authors together unfold to more than { $count } states
signals-not-run-author-unfiltered = this author has more than { $count } patterns that hold no fixed word and would run on every text
signals-not-run-bank-unfiltered = all authors together have more than { $count } patterns that hold no fixed word and would run on every text
signals-pattern-number = pattern { $count }:
signals-pattern-too-long = it is too long
signals-pattern-look-around = it uses look-around, which cannot be run in linear time
signals-pattern-reference-back = it refers back to a group, which cannot be run in linear time
signals-pattern-too-large = what is compiled of it is too large
signals-pattern-everything = it is found in any text
signals-pattern-not-text = it is about something that a text does not show
signals-pattern-syntax = it cannot be read ({ $reason })
signals-doubted = These records are only signed, and were not proved in their authors' logs when they came. They count neither as signals nor as sightings or withdrawals.
signals-doubted-caption = Records that are only signed
signals-record = Record
signals-record-kind = What it is
signals-unreadable = Members of these records are no signals that this program can read. The others of the same record count.
signals-unreadable-caption = Records with members that cannot be read
signals-members = Members

signals-decided = What was decided about signals
signals-decided-about = These are decisions of this node alone: nobody signs them, and they go nowhere. Each is looked at before it is made, and can be taken back.
signals-harmless = What is never flagged
signals-harmless-about = A content that is harmless although a signal finds it. Its keys are kept, and none of its words. What is the same or nearly the same is told as harmless, with the note; tell the author of a wrong signal with a question.
signals-harmless-caption = Contents that are never flagged, the latest first
signals-harmless-none = Everything that a signal finds is flagged.
signals-harmless-cut = The latest { $count } are shown; `detente signal harmless list` has them all.
signals-number = Number
signals-note = Why it is harmless
signals-note-help = It stands beside every match that is not flagged for it.
signals-by = Who said so
signals-decided-at = When
signals-keys = Key
signals-harmless-text = Never flag a text
signals-harmless-text-field = The text, as it was found
signals-harmless-text-help = The whole of it. What is much shorter or says other things is flagged as before.
signals-harmless-digest = Never flag a picture or a file
signals-harmless-digest-help = 64 hexadecimal digits, as programs for files write it. Exactly this file is harmless then; a picture that only looks alike is flagged.
signals-harmless-button = Never flag it
signals-flag-again = Flag something again
signals-flag-again-button = Flag it again
signals-flag-again-help = Look up its number above.
signals-allowed = Who is let in beyond the limits
signals-allowed-about = Feeds that bring too many signals, and signals that are found too often, wait for a person until somebody lets them in, beside the list of signals.
signals-allowed-bound = Of what was let in the latest { $count } are looked through, and those that you may see are listed. The command line knows all: `detente signal allow --undo`.
signals-allowed-caption = Parties and signals without a limit, the latest first
signals-allowed-none = Nobody is let in beyond the limits.
signals-allowed-who = What
signals-allowed-party = all signals of a party
signals-hold = Hold one to the limits again
signals-hold-button = Hold it to the limits
signals-hold-help = What came and was counted is found as before; what is too much from now on waits for a person.

signals-not-read-yet = It is signed and logged. It is looked for within a second: load the page again.
signals-only-signed = This record is only signed, and was not proved in its author's log when it came. It is not looked for.
signals-taken-back = Its author took it back. It is not looked for any more.
signals-replaced = This version was replaced by a later one.
signals-newest = The version that counts
signals-family = Family
signals-source = Taken from
signals-how = How it was found
signals-holds-from = Holds from
signals-holds-until = Holds until
signals-disclosure = Disclosure
signals-id = Id
signals-versions = Versions
signals-versions-caption = Its versions, the newest first
signals-version = this version
signals-looks-for = What it looks for
signals-text = The text, as it was found
signals-finds-text = It finds the same text, nearly the same text, and both in the disguises that the program knows.
signals-keyword = Word or phrase
signals-finds-keyword = It finds these words anywhere in a text: whole words in Latin letters, anywhere among Han characters.
signals-rule-any = { $count ->
    [one] A rule of 1 pattern.
   *[other] A rule of { $count } patterns, of which one is enough.
}
signals-rule-all = { $count ->
    [one] A rule of 1 pattern.
   *[other] A rule of { $count } patterns, all of which have to be found.
}
signals-set-aside = It is not run:
signals-patterns = Patterns
signals-package = Name of the package
signals-ecosystem = Where it would be looked for
signals-finds-package = Models make this name up. It finds whoever is about to install it, or a name one character away.
signals-finds-keys = Its author shares digests and not the thing itself. It finds the same thing, and with a key of similarity what is near.
signals-finds-nothing = It can be asked about privately, and is found in no content.
signals-finds-other = A newer version of this program says what it looks for.
signals-not-anonymous = The hash of a picture is not anonymous: a picture that looks like the original can be made from it.
signals-exact-key = Key of the same
signals-similarity-key = Key of the near
signals-minhash = MinHash of a text
signals-simhash = SimHash of a text, in eight octets
signals-pdq = PDQ hash of a picture
signals-similarity-other = in a form that a newer version of this program reads
signals-part-of = Part of
signals-normaliser = Normal form
signals-ask = Ask its author about it
signals-what-if = Who could get it
signals-proof-page = The record, its proof, and how it came
signals-all = All signals
signals-released = Whom it was released to
signals-released-caption = Agreements under which it went
signals-released-none = It went to nobody.
signals-recipients = Recipients
signals-withdrawal-went = The withdrawal went to all of them.
signals-withdrawal-lacks = The withdrawal has not gone to all of them: they find the signal until it reaches them.
signals-withdrawal-release = Release the withdrawal
signals-sighting = Say that it was found
signals-sighting-button = Sign the sighting
signals-sighting-help = It says neither in what it was found nor whose that was. It is signed and logged here, and goes to the signal's author only when it is released.
signals-retract = Take it back
signals-retract-button = Take it back for good
signals-retract-help = What is taken back never comes again; a new signal has a new id. Whoever has it stops finding it once the withdrawal reaches him: release it where the signal went.
signals-retract-by-id = Take a signal of ours back by its id
signals-retract-id-help = The id stands beside what was found, also where the record is not for your account.
signals-retract-reason = Why
signals-retract-reason-help = A few words that every recipient reads
signals-tried = Say what was tried against it
signals-tried-help = It is said of the whole record that holds this signal, since that is what others can look up.

signals-new-about = A signal is signed for this party and logged here. It goes nowhere until it is marked and released.
signals-new-others = Pictures and files of weights or data, and files of many rules, are signed at the machine or over the API: `detente signal new --image`, `--file`, `detente signal import`.
signals-new-rule = Of a rule
signals-patterns-help = One regular expression to a line, without spaces around it. Look-around and references back cannot be run: look at it first, and each pattern that cannot is told below.
signals-together = How its patterns go together
signals-rule-checked = What the checker says of the rule
signals-rule-runs = It can be run.
signals-rule-does-not-run = It cannot be run, so it is not signed:
signals-rule-finds = texts in which its patterns are found, among the first 256 KiB of a text.
signals-rule-misses = what its author did not think of. Harmless texts that fit are found too: try it first on texts of your own.
signals-new-text = Of a text
signals-new-keyword = Of a keyword
signals-new-package = Of a package that does not exist
signals-new-button = Sign it
signals-new-title = Title of the record
signals-new-title-help = A few words. Recipients read it.
signals-new-text-field = The text, as it was found
signals-new-text-help = Invisible signs and line breaks too: they are taken as they are. At most 256 KiB.
signals-shows = What recipients see
signals-shows-help = Who has the same text finds it by its digests. By the text also those are found who disguise it with signs for letters.
signals-family-help = A name for signals that belong together
signals-confidence-help = How sure you are, 0 to 100
signals-holds-until-help = A day, such as 2027-06-30. For ever, if you leave it empty.
signals-ecosystem-help = Such as pypi or npm
signals-will-find = Is found:
signals-will-miss = Is not found:
signals-text-finds = the same text; nearly the same text; both with invisible signs, look-alike letters, full width, spacing, and traditional characters for simplified ones.
signals-text-misses = the same thing in other words, translated or summed up. If only digests are shared: disguises with signs for letters.
signals-keyword-finds = the words as whole words, anywhere in a text, through spaces and dots; among Han characters without any space. Harmless texts with these words too: choose words that occur nowhere else.
signals-keyword-misses = other forms of the words, translations, and what is meant and not said.
signals-package-finds = whoever asks about this name or one a character away, in this place.
signals-package-misses = the name in a running text, and the same name elsewhere.
done-signal-new = The signal is signed and logged. It is looked for here from now on, and goes nowhere until it is marked and released.
done-signal-allow = It is decided, and holds within a second.
done-signal-retract = It is taken back here. Now release the withdrawal to whoever got the signal.
done-sighting-new = The sighting is signed and logged. It helps the signal's author only once you release it: look for it below.

signal-new-prompt = a text that was given to a model
signal-new-prompt-family = what texts of one family have in common
signal-new-disinformation = a text that spreads what is false
signal-new-tool = what a tool, a server of tools or a skill says of itself
signal-shows-open = the text
signal-shows-digest = digests of it
signal-kind-account = account
signal-kind-data-set-file = file of a data set
signal-kind-data-set-shard = part of a file of a data set
signal-kind-disinformation-text = text that spreads what is false
signal-kind-domain = domain name
signal-kind-e-mail-address = e-mail address
signal-kind-hallucinated-package = package that models make up
signal-kind-image = picture
signal-kind-ip-address = IP address
signal-kind-keyword = keyword
signal-kind-model-file = file of model weights
signal-kind-model-shard = part of a file of model weights
signal-kind-prompt = prompt
signal-kind-prompt-family = family of prompts
signal-kind-rule = rule
signal-kind-tool = tool or skill
signal-kind-wallet = account for payments
signal-disclosure-digest = digests, which anybody can compute who has the same thing
signal-disclosure-keyed = a digest that only holders of an agreement's key can compute
signal-disclosure-open = the thing itself
signal-disclosure-private = nothing: it can be asked about privately
signal-standing-seen = in force
signal-standing-confirmed = confirmed
signal-standing-disputed = disputed
signal-standing-waits = waits
signal-standing-not-run = not run
signal-standing-not-yet = not yet
signal-standing-over = over
signal-standing-taken-back = taken back
signal-standing-private = private
signal-standing-about-waits = Too many came of its author, or it was found too often: it is not looked for until a person has looked at it.
signal-standing-about-not-run = The rule is here and is not run.
signal-standing-about-not-yet = Its time has not begun: it is not looked for yet.
signal-standing-about-over = Its time is over: it is not looked for any more.
signal-standing-about-private = It can be asked about privately, and is found in no content.
signal-method-exact = it is the same
signal-method-near = nearly the same text: { $alike } of 100 alike, { $least } asked for
signal-method-aligned = the same text as far as it can be read: { $agreeing } of { $legible } characters, { $illegible } cannot be read
signal-method-substituted = the same text with letters written as signs: { $words } of { $of-words } words are as long; of { $characters } characters { $letters } are the same letter, and { $signs } are signs that always stand for one
signal-method-simhash = nearly the same text by eight octets: { $distance } bits differ, at most { $radius }
signal-method-looks-alike = a picture that looks alike: { $distance } of 256 bits differ, at most { $radius }
signal-method-keyword = a keyword, after { $count } words or characters
signal-method-rule = { $count ->
    [one] a rule: 1 of its patterns
   *[other] a rule: { $count } of its patterns
}
signal-method-name = the name
signal-method-name-edits = { $count ->
    [one] a name 1 character away
   *[other] a name { $count } characters away
}
signal-method-other = in a way that a newer version of this program tells
signal-reading-bare = (without pictures, marks and numbers between, and turned to be read)
signal-reading-joined = (with its letters put together)
signal-reading-letters = (with signs read as letters)
signal-reading-letters-joined = (with signs read as letters, and put together)
signal-reading-han = (with characters read from their neighbours)
signal-reading-other = (read in another way)
told-signal = Signal
told-kind = Kind
told-disclosure = Disclosure
told-exact-key = Key of the same
told-sighting = Sighting
told-signal-author = Whose
told-retraction = Withdrawal
signal-harmless-text = text
signal-harmless-picture = picture
signal-harmless-file = file
done-signal-harmless-add = It is kept. Within a second it is never flagged here.
done-signal-harmless-remove = It is taken out. Within a second it is flagged again.
told-note = Why it is harmless
told-found-now = Signals that find it now
told-found-by = Found by
told-allowed = Without a limit
told-who = Whose
told-party = Party
told-number = Number
told-by = Who said so
told-at = When
told-key = Key
signal-together-any = one is enough
signal-together-all = all have to be found
