# 发布:待办、可发布的内容、单项提议。
releases-title = 发布
releases-for-you = 等您处理
releases-for-you-none = 没有等您处理的提议。
releases-for-others = 等他人处理
releases-for-others-none = 没有等他人处理的提议。
releases-stuck = 按所提内容不能发布
releases-stuck-none = 没有受阻的提议。
releases-published = 已公布
releases-published-none = 尚未公布任何内容。
releases-recalled = 已召回
releases-recalled-none = 没有召回任何内容。
releases-looked-through = 查看最近 { $count } 项待办和最近 { $count } 项已公布的提议，只列出您的账户可以查看的。
releases-any-agreement = 所有生效的协议
releases-any-purpose = 各条款所列的第一项目的
releases-propose-title = 谁可以得到一条记录？
releases-propose-button = 看谁会得到什么
releases-propose-help = 此处不提出任何提议。您先看到谁会得到哪些字段，其余为何不能。

release-record = 记录
release-record-digest = 记录摘要值
release-agreement = 协议
release-proposer = 提议人
release-asked-at = 时间
release-state = 状态
release-purpose = 目的
release-recipients = 接收方
release-clause = 条款
release-marks = 所发布内容的标记
release-onward = 可否转发
release-onward-clients = 可转给须知情的客户和主管机关
release-onward-community = 可在其社群内转发
release-onward-nobody = 不得转发
release-onward-organisation = 可在其本组织内转发
release-onward-public = 可向任何人转发
release-kept = 最长保存
release-days = { $count } 天
release-approvals = 须批准的人数
release-persons = { $count ->
    [0] 无需提议人之外的人批准
   *[other] 提议人之外 { $count } 人
}
release-kept-back = 提议人保留的内容
release-place = 在信息流中的位置

release-fields = 哪些发布，哪些保留
release-fields-went = 哪些已发布，哪些已保留
release-fields-caption = 逐字段列出，保留的在前
release-fields-none = 除每次发布都出示的字段外，该记录没有其他字段。
release-core = 仅说明记录类别、归属和处理方式的字段随每次发布出示，不再列出。
release-field = 字段
release-goes = 如何处理
release-content = 内容
release-why = 原因
release-goes-whole = 发布
release-goes-coarse = 以粗化值发布
release-goes-stays = 保留
release-places = { $count } 处
release-changes = 其余内容要发布须作何改变
release-change = 须作的改变：
release-nothing-goes = 没有任何内容可以发布。

release-counters = 已向其发布的数量
release-counters-none = 不涉及计数。
release-counted = 计数项目
release-per-day = 每日
release-per-ever = 总计
release-per-month = 每月
release-per-year = 每年
release-before = 发布前
release-after = 发布后
release-at-most = 上限

release-stage-approvals = 须 { $needed } 人批准，已有 { $have } 人
release-stage-ready = 已批准，等待公布
release-stage-changed = 与所提内容已不一致，请重新提议
release-stage-stuck = 受阻
release-stage-published = 已公布
release-stage-recalled = 已召回
release-missing = 目前还缺什么

release-approvals-title = 批准
release-approvals-none = 尚无人批准。
release-approver = 批准人
release-approval-given = 已批准
release-approval-counts = 有效
release-approval-old = 已过期，不再有效
release-approval-other = 针对另一内容，不再有效
release-approved-by-you = 您已批准。如还需其他人批准，则等待他们。
release-another-approves = 须由他人批准：须是提议人以外、有批准权的账户。
release-another-publishes = 须由有公布权的人发出。

release-approve-title = 批准
release-approve-button = 就此内容批准
release-approve-help = 您所批准的正是下列字段、接收方和条款。其中任何一项或标注有变，您的批准即不再有效。批准不会发出任何内容。
release-publish-look = 公布：请先再看一遍要发布的内容
release-publish-title = 公布
release-publish-button = 现在公布
release-publish-help = 将把下列内容发给上述接收方。此举无法撤销：召回只是请对方删除。
release-urgent = 先于证明发出
release-urgent-help = 以最慢的线路也能在数秒内送达的帧发出。只是途径更短，不省略任何步骤。
release-author-proof = 作者的证明
release-author-proof-help = 该记录由另一方签署。请填入其证明记录已载入其日志的文本。
release-quorum = 我方信任的见证方
release-quorum-help = 列明本节点所信任见证方的策略文件文本。
release-recall-title = 召回
release-recall-button = 召回
release-recall-help = 将请接收方删除所得内容，但无法强制。召回永久留在信息流中。
release-recall-reason = 原因
release-propose-anew = 查看目前会发布的内容，并重新提议
recall-reason-error = 内容有误
recall-reason-legal = 法律要求
recall-reason-over-shared = 发布过多
recall-reason-source-withdrew = 来源方撤回
recall-reason-superseded = 已有更新的内容替代

receipts-title = 内部回执
receipt-about = 内部回执保存一项决定所依据的全部内容。它留在本节点，对外只附其摘要值。发生争议时，可据以说明作了什么决定、为何如此。
receipt-of-proposal = 提议的回执
receipt-of-release = 已发布内容的回执
receipt-decided-at = 决定时间
receipt-by = 请求人
receipt-replays = 依据回执重新作出决定，结果逐字节相同。
receipt-replays-not = 无法依据回执重新得出同样的结果：

what-if-title = 谁会得到什么
what-if-about = 查看不会改变或记录任何内容。底线、标注和条款均按目前状况判断。
what-if-no-digest = 这不是记录摘要值。摘要值由 43 个字母、数字、连字符和下划线组成，见记录页面。
what-if-nobody = 没有可用的生效协议，因此没有人可以得到它。
what-if-overview = 各协议会使谁得到
what-if-verdict = 结论
what-if-goes = 发布多少
what-if-places = { $count ->
    [0] 无
   *[other] { $count } 处
}
what-if-why = 为何不能，或尚不能
what-if-may-go = 可以发布。
what-if-may-go-once = 消除下列原因后可以发布。
what-if-stays = 予以保留。
what-if-clauses = 可适用的条款
what-if-no-clause = 没有由本方向其他各方发布的条款。
what-if-propose-title = 提议此项发布
what-if-propose-button = 提议
what-if-propose-approval = 须由他人批准后才能公布。现在不发出任何内容。
what-if-propose-alone = 该条款不要求任何人批准。公布之前不发出任何内容。
what-if-hide = 保留
what-if-hide-help = 勾选条款虽会出示、但应留在本方的内容。

done-release-propose = 已提议。尚未发出任何内容。
done-release-approve = 已批准。尚未发出任何内容。
done-release-publish = 已公布。
done-release-recall = 已召回。将请接收方删除。
told-proposal = 提议
told-feed = 信息流
told-index = 在信息流中的位置
told-decision-goes = { $count ->
    [0] 没有任何内容会发布。
   *[other] 将发布 { $count } 处：
}
told-decision-lacks = 尚有下列阻碍：
