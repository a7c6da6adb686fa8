# 人人可读的内容。
published-title = 公开内容
published-about = 本方标明可公开的内容。无需登录即可阅读，任何人都可核验。
published-incidents = 事件
published-none = 目前没有公开的内容。
published-cut = 更早的事件也可能已公开；请向本方查询。
published-log = 日志
published-log-about = 以上事件均在此日志中。以下是最新公布的日志头及其签名。日志本身位于本节点与其他节点通信地址的 /log/ 之下。
