//! The part of a pass that changes the content: fetch what is missing, switch, and give way to the full pack where a
//! delta does not hold. It decides nothing about trust; it is told a verified manifest.

use std::path::{Path, PathBuf};

use crate::base::durable;
use crate::base::id::RecordId;
use crate::release::{Blob, Manifest, trust};

use super::apply::{self, Failed};
use super::follow::{Pass, blocking};
use super::kept::{Kept, PACKS_DIR};
use super::plan::{Plan, Step};
use super::start::Start;
use super::{DeltaRefused, Fault, Refused, Source, Way, blobs, pack};

/// What a switch did besides.
struct Done {
    /// Where a damaged database went.
    aside: Option<PathBuf>,
    /// What was there before and is not any more; not known of content that could not be read.
    withdrawn: Vec<RecordId>,
}

impl Pass {
    /// Fetches what is missing and switches; a delta that does not hold gives way to the full pack.
    pub async fn update(
        &mut self,
        state_dir: &Path,
        source: &dyn Source,
        start: &Start,
        manifest: &Manifest,
    ) -> Result<(), Refused> {
        manifest.common().map_err(trust::TrustError::from)?;
        durable::create_dir(&state_dir.join(PACKS_DIR))?;
        let kept = Kept::read(state_dir);
        let (wanted, blobs) = (self.subscription.pick(manifest), self.subscription.blobs(manifest));
        let mut plan = Plan::new(wanted, &start.roots, |root| kept.has_room_after(root));
        // Each round turns a delta into a full pack, so it ends.
        loop {
            self.fetch(state_dir, source, &mut plan, &blobs).await?;
            self.gauge.applying();
            match self.switch(state_dir, start, manifest, &plan, kept.clone()).await? {
                Ok(Done { aside, withdrawn }) => {
                    (self.report.by_delta, self.report.by_full) = plan.counts();
                    self.report.set_aside.extend(aside);
                    self.report.withdrawn = withdrawn;
                    return Ok(());
                }
                Err(Failed { segment: Some(segment), cause })
                    if cause.is_of_the_delta() && plan.take_full(&segment) =>
                {
                    self.report.delta_refused.push(DeltaRefused { segment, cause: *cause });
                }
                Err(Failed { cause, .. }) => return Err(*cause),
            }
        }
    }

    async fn fetch(
        &mut self,
        state_dir: &Path,
        source: &dyn Source,
        plan: &mut Plan,
        blobs: &[Blob],
    ) -> Result<(), Refused> {
        let packs = state_dir.join(PACKS_DIR);
        let lacking = blobs.iter().filter(|blob| !blobs::is_here(state_dir, &blob.sha256, blob.size));
        let sizes = plan.packs().map(|pack| pack.size).chain(lacking.map(|blob| blob.size));
        self.gauge.copying(sizes.sum());
        for (segment, step) in plan.steps.clone() {
            let Step::Delta(delta) = step else { continue };
            match pack::fetch(source, &delta.pack, &packs).await {
                Ok(_) => {}
                Err(cause) if cause.is_of_the_delta() => {
                    plan.take_full(&segment);
                    self.report.delta_refused.push(DeltaRefused { segment, cause });
                }
                Err(cause) => return Err(cause),
            }
        }
        let mut missing: Vec<String> = Vec::new();
        for (_, segment, _) in plan.iter().filter(|(_, _, step)| **step == Step::Full) {
            match pack::fetch(source, &segment.full, &packs).await {
                Ok(_) => {}
                // What else a half stick has is worth keeping: the other half may come on the next one.
                Err(Refused::Fault(Fault::NotFound { name })) if source.way() == Way::Stick => missing.push(name),
                Err(cause) => return Err(cause),
            }
        }
        missing.extend(blobs::fetch_all(state_dir, source, blobs).await?);
        match missing.first() {
            None => Ok(()),
            Some(first) => Err(Refused::Incomplete {
                missing: missing.len() as u64,
                wanted: (plan.packs().count() + blobs.len()) as u64,
                first: first.clone(),
            }),
        }
    }

    async fn switch(
        &self,
        state_dir: &Path,
        start: &Start,
        manifest: &Manifest,
        plan: &Plan,
        mut kept: Kept,
    ) -> Result<Result<Done, Failed>, Refused> {
        let release = apply::new_release(manifest, plan, &self.subscription);
        let (plan, is_whole) = (plan.clone(), start.trouble.is_none());
        blocking(state_dir, move |dir| {
            kept.add(dir, apply::packs(&plan))?;
            Ok(match is_whole {
                true => apply::switch(dir, &release, &plan).map(|withdrawn| Done { aside: None, withdrawn }),
                false => apply::rebuild(dir, &release, &plan).map(|aside| Done { aside, withdrawn: Vec::new() }),
            })
        })
        .await?
    }
}
