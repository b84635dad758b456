//! Signing the short-lived metadata again, so that terminals see an unchanged release as fresh.
//! It changes nothing of what the release says; what it cannot prolong it gives alarm about.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::keys::{KeyFolder, later};
use super::manifest::Manifest;
use super::publish::{PublishError, existing, lock, write};
use super::signing::{SignedFile, Signer};
use super::trust::Verified;
use super::{RoleBytes, layout};

/// Alarm is given so many days before the root expires: two of three people with keys have to meet.
pub const ROOT_ALARM_DAYS: i64 = 180;
/// Alarm is given so many days before the targets expire: the next release prolongs them.
pub const TARGETS_ALARM_DAYS: i64 = 30;
/// Alarm is given so many days before snapshot or timestamp expire: a refresh prolongs them.
pub const REFRESH_ALARM_DAYS: i64 = 14;

/// Until when the signed parts of a repository are good: root, targets, snapshot, timestamp.
pub type Expiries = [(&'static str, Timestamp); 4];

/// What was signed again.
#[derive(Debug, Clone)]
pub struct Refreshed {
    /// The release, unchanged.
    pub manifest: Manifest,
    /// Until when everything is good now.
    pub expires: Expiries,
    /// What a refresh could not prolong and is about to expire.
    pub alarms: Vec<Alarm>,
}

/// Something that expires soon, or has expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Which part.
    pub role: &'static str,
    /// When.
    pub expires: Timestamp,
    /// Whole days left; negative when it is over.
    pub days_left: i64,
}

impl Alarm {
    /// What has to be done about it.
    pub fn remedy(&self) -> &'static str {
        match self.role {
            "root" => "请召集持有根密钥的人，用 kiosk-pack keys rotate 换发根证书",
            "targets" => "请用 kiosk-pack build 再发布一次",
            _ => "请运行 kiosk-pack refresh",
        }
    }
}

/// What of a repository expires soon.
pub fn alarms(expires: &Expiries, now: Timestamp) -> Vec<Alarm> {
    let alarm = |&(role, expires): &(&'static str, Timestamp)| {
        let before_days = match role {
            "root" => ROOT_ALARM_DAYS,
            "targets" => TARGETS_ALARM_DAYS,
            _ => REFRESH_ALARM_DAYS,
        };
        let left: SignedDuration = expires.duration_since(now);
        let days_left = left.as_secs().div_euclid(24 * 60 * 60);
        (days_left < before_days).then_some(Alarm { role, expires, days_left })
    };
    expires.iter().filter_map(alarm).collect()
}

/// Signs snapshot and timestamp of `repository` again. After a rotation the targets are signed again too, when their
/// key is another one.
pub async fn refresh(repository: &Path, key_folder: &Path, now: Timestamp) -> Result<Refreshed, PublishError> {
    let keys = KeyFolder::open(key_folder)?;
    let _lock = lock(key_folder)?;
    let before = existing(repository, &keys).await?.ok_or(PublishError::NothingYet(repository.to_owned()))?;
    // A clock that went back must not make the repository expire at once.
    let at = later(now, 0).max(before.manifest.issued);
    let signer = Signer::new(&keys, at);
    let targets = if keys.has_signed_targets(&before.targets.bytes) {
        kept(&before)
    } else {
        signer.targets(before.targets.version, &before.manifest_bytes).await?
    };
    let snapshot = signer.snapshot(before.snapshot.version, &targets).await?;
    let timestamp = signer.timestamp(before.timestamp.version, &snapshot).await?;
    let expires = [
        ("root", keys.root.signed.expires),
        ("targets", targets.expires),
        ("snapshot", snapshot.expires),
        ("timestamp", timestamp.expires),
    ];
    write(repository, &keys, std::iter::empty(), [targets, snapshot], timestamp)?;
    Ok(Refreshed { manifest: before.manifest, alarms: alarms(&expires, at), expires })
}

/// The targets as they are.
fn kept(before: &Verified) -> SignedFile {
    let RoleBytes { version, expires, bytes } = before.targets.clone();
    SignedFile { name: format!("{}/{version}.targets.json", layout::TUF_DIR), version, bytes, expires }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alarm_comes_in_time_and_says_what_to_do() {
        let now: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
        let after = |days| later(now, days);
        let all = |root, targets, snapshot, timestamp| {
            let expires = [
                ("root", after(root)),
                ("targets", after(targets)),
                ("snapshot", after(snapshot)),
                ("timestamp", after(timestamp)),
            ];
            alarms(&expires, now).iter().map(|a| (a.role, a.days_left)).collect::<Vec<_>>()
        };
        assert_eq!(all(1000, 365, 60, 60), []);
        assert_eq!(all(179, 29, 13, -1), [("root", 179), ("targets", 29), ("snapshot", 13), ("timestamp", -1)]);
        assert_eq!(all(180, 30, 14, 14), []);
    }
}
