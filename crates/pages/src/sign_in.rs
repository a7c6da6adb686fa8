//! The page at which people sign in.

use crate::block::{Block, Page};
use crate::form::{Field, Form};

/// Where people sign in.
pub const SIGN_IN: &str = "/sign-in";

/// Where they sign out.
pub const SIGN_OUT: &str = "/sign-out";

/// Where they change their own password.
pub const OWN_PASSWORD: &str = "/settings/password";

/// The page, for whoever wanted to see another one.
#[must_use]
pub fn sign_in(then: &str) -> Page {
    let form = Form::post("sign-in", SIGN_IN)
        .titled("sign-in-form", "sign-in-button")
        .field(Field::line("name", "sign-in-name").required())
        .field(Field::secret("password", "sign-in-password").required())
        .given("then", then);
    Page::new("sign-in-title").with(Block::line("sign-in-about")).with(form.into()).with(Block::line("sign-in-lost"))
}
