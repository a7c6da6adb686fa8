# 本人账户。
settings-title = 您的账户
settings-account = 账户
settings-roles = 角色
settings-rights = 您可以做的事
settings-party = 本节点所属一方
settings-zone-title = 您的当地时间
settings-zone-help = 所有时间均以 UTC 显示。选择时差后，旁边会显示您的当地时间。如遇夏令时调整，请自行更改。
settings-zone = 与 UTC 的时差
settings-zone-button = 保存
