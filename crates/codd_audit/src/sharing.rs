//! Who is believed of those that share what they keep: whoever has the secret that was given to all.

use std::sync::Arc;

use codd_db::{PlaceFault, SharedPlace, SharingStatus};
use codd_source::System;

use crate::{counted, secret};

/// Why a shared place is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotShared {
    #[error(
        "`CODD_CACHE_SECRET` is not set, or has less than 16 bytes, and whoever can write there \
         would decide what a check sees"
    )]
    NoSecret,
}

impl NotShared {
    /// What to do next.
    pub fn help(self) -> &'static str {
        match self {
            NotShared::NoSecret => {
                "give all machines that share the same secret of 16 bytes or more, and nobody else"
            }
        }
    }
}

/// A place and the secret of what lies there.
type Shared<'a> = (&'a Arc<dyn SharedPlace>, Vec<u8>);

/// The place with the secret by which what lies there is believed.
///
/// That of this installation would not do: nobody else has it.
pub(crate) fn trusted<'a>(
    system: &dyn System,
    place: Option<&'a Arc<dyn SharedPlace>>,
) -> Result<Option<Shared<'a>>, (String, NotShared)> {
    let Some(place) = place else { return Ok(None) };
    match secret::shared(system) {
        Some(secret) => Ok(Some((place, secret))),
        None => Err((place.shown().to_owned(), NotShared::NoSecret)),
    }
}

/// What somebody should hear about a place that is used.
pub(crate) fn troubles(status: &SharingStatus) -> Option<String> {
    let mut told = Vec::new();
    if !status.refused.is_empty() {
        let packs = counted(status.refused.len(), "pack");
        told.push(format!("{packs} refused, since not as machines with this secret wrote them"));
    }
    match status.trouble {
        None | Some(PlaceFault::Interrupted) => {}
        Some(fault) => told.push(fault.to_string()),
    }
    (!told.is_empty()).then(|| {
        format!(
            "not all is shared at `{}`, which costs time alone: {}",
            status.place,
            told.join("; ")
        )
    })
}
