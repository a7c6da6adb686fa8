# Taking in an incident.
intake-title = Take in an incident
intake-form = What is known
intake-help = Leave empty what you do not know: nothing is filled in for you, and what is missing is no obstacle. What you type is kept on this node as you type, and signed only when you press the button.
intake-button = Sign and log
intake-seven = Every report should say, by the OECD's framework:
intake-language = Write in your own language. What you write is never translated by this node; it stands as you wrote it.
intake-criterion = { $label } (criterion { $number } of the OECD)
intake-title-field = Title
intake-title-help = A few words by which others find it
intake-description = What happened
intake-description-help = What, where, how it was noticed, what follows
intake-involvement = How the AI system bears on it
intake-involvement-help = What it did, or did not do
intake-role = What you have to do with it
intake-source = Supporting material
intake-source-help = One to a line: a name, or NAME=ADDRESS such as Report=https://example.org/
intake-severity = Severity
intake-severity-help = Hazards and near misses are a hazard or a serious hazard; incidents an incident, a serious incident or a disaster
intake-harm = Kinds of harm
intake-harm-help = One to a line, in your words
intake-time-help = As exactly as is known, in UTC: 2026, 2026-06, 2026-06-30, 2026-06-30T08:15Z
intake-country = Countries
intake-country-help = One to a line, two letters, such as NL
intake-set = Anything else
intake-set-help = One to a line: PROPERTY=VALUE, such as deaths=0
intake-again = It is another event
intake-again-help = Tick this only if the same was said before and this is not the same event.
done-incident-new = The incident is signed and logged. Nobody else sees it until it is marked and released.
