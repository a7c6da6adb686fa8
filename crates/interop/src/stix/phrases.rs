//! Phrases that are filled into sentences, in Chinese.

/// English and Chinese.
const PHRASES: &[(&str, &str)] = &[
    ("a string", "字符串"),
    ("an integer", "整数"),
    ("an integer or a string", "整数或字符串"),
    ("a number", "数字"),
    ("a boolean", "布尔值"),
    ("an array", "数组"),
    ("an object", "对象"),
    ("a list", "列表"),
    ("a dictionary", "字典"),
    ("a dictionary of hashes", "散列字典"),
    ("a dictionary of objects", "对象字典"),
    ("a dictionary of extensions", "扩展字典"),
    ("a dictionary of languages", "语言字典"),
    ("`true` or `false`", "`true` 或 `false`"),
    ("exact to the millisecond at least", "至少精确到毫秒"),
    ("exact to the second", "精确到秒"),
    ("a type", "类型"),
    ("a property", "属性"),
    ("in lower case with hyphens", "小写并以连字符分隔"),
    ("a country code of two letters (ISO 3166-1)", "两个字母的国家代码（ISO 3166-1）"),
    ("a media type such as application/pdf", "媒体类型，例如 application/pdf"),
    ("a text that ends in _CLASS", "以 _CLASS 结尾的文本"),
    ("a service name of IANA's registry", "IANA 登记的服务名称"),
    ("a URL", "URL"),
    ("an address such as jane@example.com", "地址，例如 jane@example.com"),
    ("a domain name", "域名"),
    ("a host name: it holds an underscore", "主机名：其中含有下划线"),
    ("an IPv4 address or network", "IPv4 地址或网络"),
    ("an IPv6 address or network", "IPv6 地址或网络"),
    ("an address such as d2:fb:49:24:37:18", "地址，例如 d2:fb:49:24:37:18"),
    ("a CPE name of version 2.3", "CPE 2.3 名称"),
    ("a character set of IANA's registry", "IANA 登记的字符集"),
    ("of a to z, digits and hyphens", "由小写字母、数字和连字符组成"),
    ("a key whose hive is written out", "写出完整根键名的注册表键"),
    ("a domain object", "域对象"),
    ("a cyber-observable object", "网络可观测对象"),
    ("a domain object or a cyber-observable object", "域对象或网络可观测对象"),
    ("a STIX object", "STIX 对象"),
];

/// The phrase in Chinese, or the text as it is if it is no phrase of ours.
pub(super) fn chinese(text: &str) -> &str {
    PHRASES.iter().find(|(english, _)| *english == text).map_or(text, |(_, chinese)| chinese)
}
