# What stands around every page.
nav-desk = Duty desk
nav-incidents = Incidents
nav-duties = Duties
nav-intake = Take in
nav-signals = Signals
nav-scan = Scan
nav-reports = Reports
nav-releases = Releases
nav-questions = Questions
nav-agreements = Agreements
nav-feeds = Collections
nav-partners = Partners
nav-alarms = Alarms
nav-settings = Settings
frame-skip = Skip to the content
frame-places = Places
frame-clock = This node's clock:
frame-text = This page as plain text
frame-markings = A marking tells how far a record may go; a record that nobody has labelled goes nowhere.
plain-forms = There is something to fill in on the full page: { $path }

sign-in-title = Sign in
sign-in-form = Your account at this node
sign-in-about = This node belongs to the party named above. What you do here is written down under your account.
sign-in-name = Account
sign-in-password = Password
sign-in-button = Sign in
sign-in-lost = Lost your password? Ask an administrator of this node: nobody else can set it, and no message is sent.
sign-out-button = Sign out
sign-in-wrong = The account or the password is wrong, or the account is closed.
sign-in-wait = Too many attempts. Wait { $seconds } seconds and try again.
sign-in-busy = The node cannot begin a session now. Try again in a moment.
sign-in-elsewhere = This form was not sent from this page. Fill it in here.
sign-in-form-broken = The form could not be read. Fill it in again.

form-send = Send
form-show = Show
form-look = Show what would happen
form-weigh = What would change?
form-required = (must be filled in)
form-refused = Not done.
form-preview = Nothing has happened yet. This is what would be done; confirm it below.
form-changed = The fields, or what they are about, changed after the preview. Look at it again before you confirm.
form-stale = Your session ended meanwhile, or this page is old. What you typed still stands here; send it again.
form-not-ours-title = Not done
form-not-ours = This was not sent by a page of your session, or the session began anew meanwhile. Go back: your browser still has what you typed. Load that page again in another tab, and copy it there.
form-too-large = What was sent is too long, or could not be read.
yes = yes
no = no
draft-here = This was kept and not sent yet.
draft-save = Keep as a draft
draft-saved = Kept
draft-unsaved = Not kept: the line is down. It is tried again; leave this page open.
done-nothing = It stood there already. Nothing was signed.
live-new = Something new came in. Reload the page to see it.

tlp-none = no marking
incidents-count = { $count ->
    [one] 1 incident
   *[other] { $count } incidents
}
page-missing = There is no such page, or it is not for your account.
page-missing-title = Not here
page-busy-title = One moment
page-busy = A command has the node's records at this moment. Load the page again in a few seconds.
page-failed-title = This page could not be made
page-failed = The node's log says why. Tell whoever runs the node, and when it happened.
