# 值班台。
desk-title = 现在需要您处理的事
desk-quiet = 目前没有待办事项。
desk-more = 另有 { $count } 项
desk-what = 事项
desk-who = 对方
desk-since = 起始时间
desk-until = 答复期限
desk-by = 提议人
desk-state = 状态
desk-watch = 检索
desk-feed = 信息流
desk-behind = 尚未读取
desk-entries = { $count } 条
desk-alarms = { $count ->
    [0] 警报：无
   *[other] 警报：{ $count } 项
}
desk-alarms-caption = 发现伙伴有不当行为而尚未处理
desk-alarms-none = 没有未处理的警报。
desk-questions = { $count ->
    [0] 询问：无
   *[other] 询问：{ $count } 项
}
desk-questions-caption = 尚无答复的询问，期限最近的在前
desk-questions-none = 没有待答复的询问。
desk-question-theirs = 伙伴向我方询问
desk-question-late = 伙伴向我方询问：已过期限
desk-question-ours = 我方询问，等待答复
desk-question-silent = 我方询问：逾期未答
desk-question-unsent = 我方询问：尚未发出
desk-releases = { $count ->
    [0] 发布：无待办
   *[other] 待办的发布：{ $count } 项
}
desk-releases-caption = 尚未公布的提议
desk-releases-none = 没有待处理的提议。
desk-release-for-you = 等待您批准
desk-release-waits = 等待他人批准
desk-release-approved = 已批准，等待公布
desk-found = { $count ->
    [0] 常设检索：无新结果
   *[other] 常设检索发现：{ $count } 条
}
desk-found-caption = 常设检索发现而尚无人确认的记录
desk-found-none = 没有新结果。
desk-signals = 等待处理的信号：{ $count }
desk-signals-caption = 在有人查看之前不参与比对的来源和信号
desk-signals-none = 没有等待处理的信号。
desk-acks = { $count ->
    [0] 回执：无缺失
   *[other] 缺失的回执：{ $count } 项
}
desk-acks-caption = 尚未读完我方所发布内容的伙伴
desk-acks-none = 所有伙伴都已确认收到我方发布的全部内容。
no-title = （未显示标题）
