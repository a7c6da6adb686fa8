# 已发布与已接收的内容。
feeds-title = 已发布与已接收
feeds-words = 每个集合只面向一类读者，其中内容仅供其阅读。
feeds-caption = 您可以阅读的集合
feeds-none = 没有向您发布的内容。
feeds-collection = 集合
feeds-about = 说明
feeds-programs = 用程序读取
feeds-programs-words = 程序可凭令牌在 /taxii2/ 以 TAXII 2.1 读取相同的集合；令牌由本节点管理员签发。
feeds-objects-caption = 对象，按加入的先后排列
feeds-objects-none = 其中没有内容。
feeds-object = 对象
feeds-type = 类型
feeds-modified = 版本时间
feeds-added = 加入时间
feeds-next = 之后加入的对象
feeds-version = { $time } 的版本
feeds-json = JSON 原文
