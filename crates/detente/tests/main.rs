//! What the command promises to the people and programs that call it, told with the real binary in directories of its own.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod accounts;
mod agreements;
mod agreements_hostile;
mod answers;
mod api;
mod bundle_keys;
mod bundles;
mod clarify;
mod countermeasures;
mod demo;
mod department;
mod deposits;
mod disks;
mod duties;
mod duties_clocks;
mod duties_kept;
mod duties_running;
mod erased_feeds;
mod exchange;
mod filings;
mod floods;
mod floors;
mod hostile_log;
mod https;
mod import;
mod incident_desk;
mod incident_links;
mod incident_story;
mod init;
mod key_change;
mod key_commands;
mod keys;
mod kill_append;
mod kill_import;
mod labels;
mod log_append;
mod log_clock;
mod log_erase;
mod log_guard;
mod log_prove;
mod migrate;
mod misp;
mod nodes;
mod overspent;
mod pages;
mod pages_duties;
mod pages_incidents;
mod pages_releases;
mod pages_reporters;
mod pages_settings;
mod pages_signals;
mod partners;
mod peers;
mod present;
mod rebuild;
mod releases;
mod releases_hostile;
mod reports;
mod restated;
mod scene;
mod search;
mod search_watch;
mod show;
mod sign;
mod signals;
mod signals_live;
mod slow_line;
mod stix;
mod taxii_client;
mod taxii_scene;
mod treaty;
mod trends;
mod unread;
mod users;
mod users_api;
mod verify;
mod verify_directory;
mod verify_fork;
mod verify_log;
mod web;
mod worked_example;
mod world;
