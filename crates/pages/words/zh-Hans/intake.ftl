# 录入事件。
intake-title = 录入事件
intake-form = 已知情况
intake-help = 不清楚的请留空：系统不会代填，缺项也不妨碍提交。输入的内容会随时保存在本节点上，按下按钮后才签署。
intake-button = 签署并记入日志
intake-seven = 按经合组织框架，每份报告应说明：
intake-language = 请用您自己的语言书写。本节点从不翻译您所写的内容，一律照原文保留。
intake-criterion = { $label }（经合组织标准第 { $number } 项）
intake-title-field = 标题
intake-title-help = 便于他人查找的几个词
intake-description = 发生了什么
intake-description-help = 何事、何地、如何发现、后果如何
intake-involvement = 与人工智能系统的关系
intake-involvement-help = 系统做了什么或没有做什么
intake-role = 您与此事的关系
intake-source = 佐证材料
intake-source-help = 每行一项：名称，或 名称=网址，例如 报告=https://example.org/
intake-severity = 严重程度
intake-severity-help = 隐患和未遂事件选“隐患”或“严重隐患”；事件选“事件”“严重事件”或“灾难”
intake-harm = 损害类型
intake-harm-help = 每行一项，用您自己的话
intake-time-help = 按已知的精度填写，使用世界协调时：2026、2026-06、2026-06-30、2026-06-30T08:15Z
intake-country = 国家
intake-country-help = 每行一个，两个字母，例如 NL
intake-set = 其他内容
intake-set-help = 每行一项：项目=值，例如 deaths=0
intake-again = 这是另一起事件
intake-again-help = 仅当以前报过相同内容而此次并非同一事件时勾选。
done-incident-new = 事件已签署并记入日志。在加标记并发布之前，外界看不到它。
