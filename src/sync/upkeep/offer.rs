//! What a stick offers this terminal, or why it offers nothing.
//! Whose release it carries is found by whose signatures hold; nothing else on it is believed.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::base::chain::chain;
use crate::release::TrustError;

use super::super::{Fault, Freshness, Refused, Stick, peek};
use super::postman::comes_for_letters;
use super::{Followed, Offer, StickSight};

/// Looks at the stick in `dir` on behalf of everybody who is followed.
pub(super) async fn look_at(dir: &Path, followed: &[Followed], now: Timestamp) -> StickSight {
    let source = match Stick::open(dir) {
        Ok(source) => Arc::new(source),
        Err(Fault::Empty { .. } | Fault::NotFound { .. }) if comes_for_letters(dir) => return StickSight::Letters,
        Err(fault) => return StickSight::Refused { text: chain(&fault) },
    };
    let mut refusal = None;
    for Followed { publisher, state_dir, subscription, .. } in followed {
        let source = Arc::clone(&source);
        match peek(state_dir, source, subscription, now).await {
            Ok(peek) => {
                return StickSight::Offers(Offer {
                    publisher: *publisher,
                    release: peek.release,
                    issued: peek.issued,
                    bytes: peek.bytes,
                    files: peek.files,
                    missing: peek.missing,
                    is_newer: Some(peek.release) > peek.live,
                    is_expired: peek.freshness == Freshness::Expired,
                });
            }
            Err(Refused::Trust(TrustError::ForeignRoot) | Refused::NoRoot) => {}
            Err(refused) => refusal = refusal.or(Some(refused)),
        }
    }
    let text = refusal.map_or_else(|| chain(&TrustError::ForeignRoot), |refused| chain(&refused));
    StickSight::Refused { text }
}
