# 报告义务。
duties-title = 报告义务
duties-of-title = 本事件的报告义务
duties-of-link = 义务、待答问题与时限
duties-calendar = 报告义务日程
duties-preview = 事前预览
duties-packs = 规则包
duties-filings = 报送件
duties-no-advice = 依规则包和此处已知的事实推算，不构成法律意见：作决定的人应阅读所列原文。
duties-clocks = 时限
duties-questions = 待答问题
duties-known = 已知事实
duties-why = 逐步说明理由
duties-what = 事项
duties-by-when = 期限
duties-tell = 报告对象
duties-written = 依据
duties-because = 原因
duties-would-settle = 明确后即可确定的事实
duties-due-caption = 应当履行的义务，最紧急的在前
duties-due-none = 就已知情况，没有应当履行的义务。
duties-undetermined-caption = 尚不能确定的义务，以及可使其确定的事实
duties-undetermined-none = 没有尚不能确定的义务。
duties-open = { $count }项尚不能确定，及其取决于的事实
duties-others = 尚未确定与无须履行的义务
duties-rest = 其余{ $count }项：由其他义务替代、未施行或无须履行
duties-rest-caption = 就已知情况无须履行的义务
duties-rest-none = 没有。
duties-displaced-by = 由以下义务替代：
duties-in-force-from = 自{ $day }起施行。
duties-over = 已不再施行。
duties-settled = 除非已知事实有误，其他事实均不能改变此结论。
duties-at-once = 立即：法律未规定具体时限，但这并不意味着可以等待。
duties-since = 起算：
duties-may-run = 期限可能已开始计算，请说明起算时间：
duties-hangs-on = 取决于：
duties-earlier-if = 明确以下事实后期限可能更早：
duties-sooner = 或提前：
duties-beside = 同时：
duties-otherwise = 若未决问题另有答案：
duties-no-holidays = 本规则包未列{ $year }年节假日
duties-earliest-counts = 起算时间不精确，以最早者为准。
duties-gives-way = 可能由以下义务替代：
duties-open-question = 法律未决问题
duties-open-questions = 法律未决之处
duties-weakest = 并依据以下可靠程度的来源：
duties-past-review = 已过复核期限
duties-review-passed = 应于{ $day }前复核：法律可能已有变化。
duties-read-on = 阅于{ $day }
duty-confidence-official = 官方文本
duty-confidence-secondary = 二手来源
duty-confidence-disputed = 有争议
duty-truth-true = 成立
duty-truth-false = 不成立
duty-truth-undetermined = 尚不能确定
duties-holder = 义务人
duties-channel = 报告方式
duties-penalty = 违反的后果
duties-content = 应当报告的内容：
duties-left-minutes = 剩余{ $count }分钟
duties-left-hours = 剩余{ $count }小时
duties-left-days = 剩余{ $count }天
duties-late-minutes = 逾期{ $count }分钟
duties-late-hours = 逾期{ $count }小时
duties-late-days = 逾期{ $count }天

# 待答问题。
duties-answer-title = 回答已知的事实
duties-answer-button = 签署答案
duties-answer-help = 知道多少答多少，其余留空。留空即为未知，绝不视为“否”。时间一律用UTC。
duties-ask-all = 再问{ $count }个影响较小的问题
duties-unknown = 未知
duties-and-others = 可能还有未选的
duties-none-of-these = 以上均无
duties-take-back = 收回
duties-take-back-help = 勾选的事实恢复为未知，除非事件本身或本方概况另有说明。
duties-help-count = 整数，例如3
duties-help-compute = 浮点运算次数，例如3e25
duties-help-country = 两个字母，例如DE
duties-help-countries = 每个国家两个字母，例如DE,FR；可能还有其他国家时，末尾加,...
duties-help-instant = UTC时间，例如2026-07-01T03:10Z；不精确时只写已知部分，例如2026-07-01；尚未发生则写：not yet
duties-unread = 无法读取
duties-would-change = 按这些答案，以下结论会有变化。
duties-no-change = 按这些答案，结论没有变化。
duties-not-saved = 尚未保存任何内容。
duties-more-changes = 另有{ $count }项
duties-asked-then = 届时还会问：

# 已知事实。
duties-known-caption = 事实及其来源
duties-known-none = 目前一无所知。
duties-fact = 事实
duties-value = 内容
duties-from = 来源
duties-change = 更改
duties-from-incident = 事件本身
duties-from-profile = 本方概况
duties-from-answered = 此处的答案
duties-from-filed = 报送件
duties-from-typed = 刚填写
duties-left-out = 此处保存但已无法读取的内容

# 时限。
duties-clock = 时限
duty-clock-running = 计时中
duty-clock-acknowledged = 已有人负责
duty-clock-late = 逾期
duty-clock-filed = 已报送
duty-clock-displaced = 已被替代
duty-clock-withdrawn = 已撤销
duties-clocks-caption = 时限，最近的在前
duties-clocks-none = 没有设定时限。
duties-state = 状态
duties-history = 经过
duties-to-do = 待办
duties-incident = 事件
duties-taken-by = 负责人：
duties-ended-by = 终止依据：
duties-in-time = 按时报送
duties-filed-late = 逾期报送
duties-amended = 补充报送
duties-missed = 已错过
duties-missed-perhaps = 曾记为错过；其后的记录时间更早
duties-file = 填写表格
duties-more-clocks = 另有{ $count }个时限在计时。
duties-acknowledge-title = 负责一个时限
duties-acknowledge-button = 由我负责
duties-acknowledge-help = 表示由您处理。报送之前仍会提醒。
duties-set-title = 设定时限
duties-set-button = 按现有事实设定
duties-set-help = 按现有事实设定、移动或终止时限。没有变化则不签署任何东西。
duties-filed-title = 已以其他方式报送
duties-filed-button = 签署：已报送
duties-filed-help = 用于未使用此处表格的报送：日后可凭摘要值证明报送了什么，而不必出示内容。
duties-filed-version = 所报送文件的摘要值
duties-filed-version-help = 即 `detente record digest` 给出的值，或以base64url表示的SHA-256
duties-withdraw-title = 撤销一个时限
duties-withdraw-button = 签署：无须履行
duties-withdraw-help = 仅用于事实显示应当履行而实际无须履行的情形。更好的做法是更正有误的事实。
duties-withdraw-because = 说明理由的记录的摘要值

# 日程。
duties-calendar-none = 没有您的账户可见的计时中的时限。
duties-calendar-file = 日历文件（仅含编号和链接）
duties-calendar-cut = 还有更晚的时限。
duties-calendar-bound = 此处只有您能看到全部内容的事件。最多查看{ $count }起事件的时限，最紧急的在前。
duties-late = 逾期：{ $count }个时限
duties-late-caption = 期限已过而尚未报送
duties-days = 逐日
duties-day = { $day }（UTC）
duties-soon-caption = 逾期，或一天之内到期
duties-soon-none = 一天之内没有到期的时限。
duties-soon = { $count ->
    [0] 报告义务：无
   *[other] 报告义务：{ $count }项
}

# 事前预览。
duties-profile-title = 我方身份与系统情况
duties-profile-button = 签署概况
duties-profile-help = 此处所填适用于本节点的每起事件，除非该事件的答案另有说明。
duties-profile-known = 本方概况
duties-kinds = 各类事件会带来哪些义务
duties-kind = { $kind }：应当履行{ $due }项，尚不能确定{ $open }项
duties-kind-none = 各规则包均无报告义务。

# 规则包。
duties-pack = 规则包
duties-version = 版本
duties-kept = 来历
duties-read = 法律阅读日期
duties-review-by = 复核期限
duties-adopted = 已采用
duties-shipped = 随程序提供
duties-not-used = 已采用但未使用：
duties-packs-caption = 现行规则包
duties-packs-none = 没有。
duties-packs-adopting = 规则包只能在机器上采用或停用：detente duties adopt、detente duties drop。
duties-packs-about = 各规则包的来源
duties-sources = 来源

# 报送件。
duties-file-title = 填写表格
duties-file-choose = 表格与语言
duties-file-choose-button = 显示此表格
duties-form = 表格
duties-language = 语言
duties-language-en = 英文
duties-language-zh-Hans = 中文
duties-file-last = 此后不再补报
duties-missing = { $count ->
    [0] 必填内容均已填写。
   *[other] 尚缺{ $count }项必填内容。
}
duties-missing-caption = 尚缺内容
duties-write-title = 填写此处没有的内容，然后固定
duties-write-button = 固定、签署并记入日志
duties-write-help = 固定并不发送：它逐字节确定您随后交给接收方的内容，并可证明时间。
duties-incomplete = 内容不全仍要固定的理由
duties-incomplete-help = 内容齐全时请留空。理由随报送件一并签署。
duties-filled = 目前的内容
duties-nothing-said = 未填
duties-field-missing = 缺失
duties-field-to-follow = 后续补报
duties-no-form = 没有适用于此阶段的表格。请以其他方式报送，并在其时限处说明。
duties-no-stage = 没有这一阶段，或该义务无须履行。
duties-filings-title = 本事件的报送件
duties-filings-caption = 已固定的报送件，最新的在前
duties-filings-none = 尚未固定任何报送件。
duties-filings-count = 已固定{ $count }份报送件。
duties-frozen-title = 已固定的报送件
duties-frozen-at = 固定时间
duties-frozen-html = 可打印的页面（HTML）
duties-frozen-digest = 页面的摘要值
duties-frozen-holds = 现在显示的页面与固定时逐字节相同。
duties-frozen-differs = 本程序由此生成的页面与固定时并非逐字节相同。
duties-frozen-because = 内容不全的理由
duties-stage = 阶段
duties-pack-version = 规则包与版本

done-duties-answer = 答案已签署并记入日志。以下义务据此推算。
done-duties-profile = 概况已签署并记入日志。
done-duties-clock-set = 已按现有事实设定时限。
done-duties-clock-acknowledge = 已由您负责。
done-duties-clock-filed = 已签署：已报送。
done-duties-clock-withdraw = 时限已撤销。
done-duties-form-file = 报送件已固定、签署并记入日志。尚未发送给任何人：请交给接收方。

told-stage = 阶段
told-form = 表格
told-form-version = 表格版本
told-language = 语言
told-standing = 义务状态
told-started = 起算
told-due = 期限
told-html-digest = 页面摘要值
told-record-digest = 记录
