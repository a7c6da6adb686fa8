//! Which addresses are called: tables from the RFCs, and every border of every block.

use std::net::{IpAddr, SocketAddr};

use api::webhook::{Callee, NotAUrl, NotCallable, WebhookUrl, is_public};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn networks_that_are_not_public_are_not_called() {
    for closed in [
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.0.0",
        "169.254.169.254",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.170",
        "192.0.2.1",
        "192.0.2.255",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.255",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "192.31.196.1",
        "192.52.193.1",
        "192.175.48.1",
        // Loopback, unspecified, mapped, compatible, NAT64, discard, local NAT64.
        "::1",
        "::",
        "::ffff:8.8.8.8",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "::8.8.8.8",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        // Teredo, benchmarking, ORCHID, documentation, 6to4, segment routing, unique local, link-local, site-local, multicast.
        "2001::1",
        "2001:0:808:808::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "2620:4f:8000::1",
        "3fff::1",
        "3fff:fff:ffff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "4000::1",
        "1fff::1",
    ] {
        assert!(!is_public(ip(closed)), "{closed}");
    }
}

#[test]
fn the_rest_is_called_up_to_each_border() {
    for open in [
        "1.0.0.0",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "2000::1",
        "2001:200::1",
        "2001:db7:ffff::1",
        "2001:db9::1",
        "2003::1",
        "2606:4700:4700::1111",
        "2a00:1450:4001::1",
        "3ffe::1",
        "3fff:1000::1",
    ] {
        assert!(is_public(ip(open)), "{open}");
    }
}

fn url(text: &str) -> WebhookUrl {
    text.parse().unwrap()
}

#[test]
fn the_address_that_was_checked_is_the_one_that_is_called() {
    let hook = url("https://Hooks.example.org:8443/in?x=1");
    let callee = Callee::check(&hook, &[ip("8.8.8.8"), ip("2606:4700:4700::1111")]).unwrap();
    assert_eq!(callee.address(), SocketAddr::new(ip("8.8.8.8"), 8443));
    assert_eq!((callee.host(), callee.target()), ("hooks.example.org", "/in?x=1"));
    for mixed in [[ip("8.8.8.8"), ip("127.0.0.1")], [ip("10.0.0.1"), ip("8.8.8.8")]] {
        assert_eq!(Callee::check(&hook, &mixed), Err(NotCallable::NotPublic), "one is enough");
    }
    assert_eq!(Callee::check(&hook, &[]), Err(NotCallable::NoAddress));
    let literal = url("https://169.254.169.254/latest/meta-data");
    assert_eq!(
        Callee::check(&literal, &[ip("8.8.8.8")]),
        Err(NotCallable::NotPublic),
        "what it says counts, not what is said of it"
    );
    let six = Callee::check(&url("https://[2606:4700:4700::1111]/"), &[]).unwrap();
    assert_eq!(six.address(), "[2606:4700:4700::1111]:443".parse().unwrap());
}

#[test]
fn an_address_of_a_webhook_has_one_reading() {
    for good in [
        "https://hooks.example.org",
        "https://hooks.example.org/",
        "https://a.b-c.example:1024/x?y",
        "https://xn--fiqs8s.example/",
        "https://1.2.3.4/",
        "https://hooks.example.org?x",
    ] {
        assert!(good.parse::<WebhookUrl>().is_ok(), "{good}");
    }
    for (wrong, why) in [
        ("http://hooks.example.org/", NotAUrl::Scheme),
        ("HTTPS://hooks.example.org/", NotAUrl::Scheme),
        ("file:///etc/passwd", NotAUrl::Scheme),
        ("https://user@hooks.example.org/", NotAUrl::Parts),
        ("https://8.8.8.8@127.0.0.1/", NotAUrl::Parts),
        ("https://hooks.example.org\\@127.0.0.1/", NotAUrl::Parts),
        ("https://hooks.example.org/#x", NotAUrl::Parts),
        ("https://localhost/", NotAUrl::Host),
        ("https://127.1/", NotAUrl::Host),
        ("https://2130706433/", NotAUrl::Host),
        ("https://0x7f.0.0.1/", NotAUrl::Host),
        ("https://0177.0.0.1/", NotAUrl::Host),
        ("https://127.0.0.0x1/", NotAUrl::Host),
        ("https://[::1/", NotAUrl::Port),
        ("https://[fe80::1%25eth0]/", NotAUrl::Host),
        ("https:///x", NotAUrl::Host),
        ("https://hooks..example/", NotAUrl::Host),
        ("https://hooks.example.org./", NotAUrl::Host),
        ("https://hooks_.example.org/", NotAUrl::Host),
        ("https://%31.example.org/", NotAUrl::Host),
        ("https://hooks.example.org:22/", NotAUrl::Port),
        ("https://hooks.example.org:0/", NotAUrl::Port),
        ("https://hooks.example.org:65536/", NotAUrl::Port),
        ("https://hooks.example.org:/", NotAUrl::Port),
        ("https://hooks.example.org /", NotAUrl::Characters),
        ("https://海.example/", NotAUrl::Characters),
        ("https://hooks.example.org/\r\nHost: x", NotAUrl::Characters),
    ] {
        assert_eq!(wrong.parse::<WebhookUrl>(), Err(why), "{wrong}");
    }
}
