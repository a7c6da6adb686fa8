# What everybody may read.
published-title = Published
published-about = What this party has marked for everybody. Nobody has to sign in to read it, and everybody can check it.
published-incidents = Incidents
published-none = Nothing is published now.
published-cut = Older incidents may be published too; ask this party.
published-log = The log
published-log-about = Every incident above stands in this log. This is its newest published head, with the signatures on it. The log itself lies under /log/ at the address at which this node talks to other nodes.
