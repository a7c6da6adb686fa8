# One's own account.
settings-title = Your account
settings-account = Account
settings-roles = Roles
settings-rights = What you may do
settings-party = Party of this node
settings-zone-title = Your own time
settings-zone-help = Every time is shown in UTC. Choose an offset to see yours beside it. Change it yourself when your clocks change.
settings-zone = Offset from UTC
settings-zone-button = Keep
