//! What JavaScript calls the settings that the core's errors and log lines name.

use std::borrow::Cow;

use crate::error::{Limit, Setting};

/// Returns the name of a setting in JavaScript.
pub(crate) fn setting_name(setting: Setting) -> String {
    match setting {
        Setting::Limit(Limit::Tags) => "maxTags".to_owned(),
        Setting::Limit(Limit::TagPages) => "maxTagPages".to_owned(),
        Setting::ClientCertificate => "registries[host].clientCertificate".to_owned(),
        Setting::Insecure => "registries[host].insecure".to_owned(),
        Setting::TokenService => "registries[host].tokenService".to_owned(),
        Setting::Limit(_)
        | Setting::AllowPrivateAddresses
        | Setting::Proxy
        | Setting::ReleaseHosts
        | Setting::CurrentDigest
        | Setting::CertificateAuthorities => camel_case(&setting.name()),
        _ => format!("{}Ms", camel_case(&setting.name())),
    }
}

/// Gives a limit at the end of a log line the name that JavaScript knows.
pub(crate) fn with_setting_names(line: Cow<'_, str>) -> Cow<'_, str> {
    if !["(limits.", "(registries."].iter().any(|start| line.contains(start)) {
        return line;
    }
    let named = |line: String, setting: Setting| {
        line.replace(&format!("({})", setting.name()), &format!("({})", setting_name(setting)))
    };
    let settings = Limit::ALL.iter().map(|limit| Setting::Limit(*limit)).chain([Setting::TokenService]);
    Cow::Owned(settings.fold(line.into_owned(), named))
}

/// Turns `tag_page_bytes` into `tagPageBytes`.
pub(crate) fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        let mut letters = word.chars();
        let initial = letters.next().map(|letter| letter.to_ascii_uppercase());
        text + &initial.into_iter().chain(letters).collect::<String>()
    })
}
