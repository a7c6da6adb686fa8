# Looking something through.
scan-title = Look something through
scan-about = Is there a known signal of misuse in it? What you paste is looked through in memory and kept nowhere: no draft, no log, no record.
scan-text = A text
scan-text-field = Text
scan-text-help = As it was found, disguises and all. A very long one is cut into parts first: what is sent may have 4 MiB.
scan-digest = A digest
scan-digest-field = SHA-256
scan-digest-help = Of a file, as programs for files write it: 64 hexadecimal digits. Or the key of a signal, as its page shows it.
scan-package = A package
scan-button = Look it through
scan-others = Pictures and whole files are looked through at the machine or over the API: `detente scan FILE`, `POST /api/v1/scan`.
scan-empty-bank = No signal is here that could be found. So nothing below says that something is harmless.
scan-not-done = Not looked through.
scan-nothing = There is nothing in it.
scan-no-digest = That is no SHA-256: give 64 hexadecimal digits, or `sha-256:` with 43 characters.
scan-no-package = Give the name of the package and where it is looked for, such as pypi.
scan-too-long = It is too long. Cut it into parts.
scan-outcome = What was found
scan-found = { $count ->
    [0] Nothing was found. That is no proof that it is harmless: look below at what was not looked at, and at what no scan finds.
    [one] 1 signal was found.
   *[other] { $count } signals were found.
}
scan-caption = Signals that were found, the nearest first
scan-nothing-found = Nothing was found.
scan-harmless = Found, and known to be harmless
scan-waiting = Found by signals that wait for a person
scan-method = How it was found
scan-nearness = How near
scan-percent = { $count } of 100
scan-record-hidden = its record is not for your account
scan-is-a-sighting = This is a sighting
scan-not-looked-at = What was not looked at
scan-all-looked-at = All of it was looked at, with every signal that counts here.
scan-feed-waits = sent more than { $count } signals within an hour: the rest of them waits for a person and is not looked for
scan-more-feeds-wait = More feeds wait.
scan-doubted = Records that are only signed, and were not proved in their authors' logs, do not count.
scan-unreadable = Some members of records are no signals that this program can read.
scan-caveat-rules-beginning = The text is longer than rules look at: they saw its beginning.
scan-caveat-rules-not-run = { $count ->
    [one] 1 rule is here and is not run.
   *[other] { $count } rules are here and are not run.
}
scan-caveat-rules-slow = { $count ->
    [one] 1 rule would have taken too long on this text.
   *[other] { $count } rules would have taken too long on this text.
}
scan-caveat-keywords = It holds more keywords than are told.
scan-caveat-compared = More texts have a part in common with it than were compared.
scan-caveat-quality = There is so little in the picture (quality { $count } of 100) that what looks alike was not looked for.
scan-caveat-empty = There is neither a letter nor a digit in it.
scan-caveat-disguises = The text has more than { $count } characters: disguises were not looked for in it.
scan-caveat-file = Only the digest was looked up. Digests of files are found so, and no text that is in them.
scan-caveat-matches = { $count ->
    [one] 1 more signal was found than are told.
   *[other] { $count } more signals were found than are told.
}
scan-misses = What no scan finds
scan-misses-words = What is said in other words: a paraphrase, a summary, a translation, a new misuse. Nothing here understands a text.
scan-misses-digest = Texts of which only digests were shared, under disguises of signs for letters.
scan-misses-pictures = Pictures that were made to be missed, cuts and large overlays of pictures, and other formats than JPEG.
scan-misses-length = What is beyond a bound: rules see the first 256 KiB of a text.
