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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use codd_db::{IgnoredSegment, Part, SegmentFault, SharedPack};
    use codd_source::{CancelToken, MemorySystem, Watched};
    use expect_test::expect;

    use super::*;
    use crate::{CacheChoice, OpenOptions, Silent, Workspace};

    #[derive(Debug, Default)]
    struct Place(Mutex<BTreeMap<(String, String), Vec<u8>>>);

    impl SharedPlace for Place {
        fn shown(&self) -> &'static str {
            "s3://builds"
        }

        fn list(&self, folder: &str) -> Result<Vec<SharedPack>, PlaceFault> {
            let objects = self.0.lock().unwrap();
            let here = objects.iter().filter(|((of, _), _)| of == folder);
            let pack = |((_, name), bytes): (&(String, String), &Vec<u8>)| SharedPack {
                name: name.clone(),
                size: bytes.len() as u64,
                written: 0,
            };
            Ok(here.map(pack).collect())
        }

        fn read(&self, parts: &[Part]) -> Vec<Result<Vec<u8>, PlaceFault>> {
            let objects = self.0.lock().unwrap();
            let read = |part: &Part| {
                let key = (part.folder.clone(), part.name.clone());
                let bytes = objects.get(&key).ok_or(PlaceFault::NotFound)?;
                Ok(bytes[part.range.start as usize..part.range.end as usize].to_vec())
            };
            parts.iter().map(read).collect()
        }

        fn write(&self, folder: &str, name: &str, bytes: Vec<u8>) -> Result<(), PlaceFault> {
            self.0.lock().unwrap().insert((folder.to_owned(), name.to_owned()), bytes);
            Ok(())
        }
    }

    fn open(place: &Arc<Place>, cache: CacheChoice, secret: Option<&str>) -> Workspace {
        let system = MemorySystem::with_files([("a.py", "def f():\n    return 1\n")]);
        system.commit("first");
        if let Some(secret) = secret {
            system.set_variable("CODD_CACHE_SECRET", secret);
        }
        let options = OpenOptions {
            folder: ".".into(),
            as_of: None,
            cache,
            shared: Some(Arc::clone(place) as Arc<dyn SharedPlace>),
            cancel: CancelToken::default(),
            watched: Watched::default(),
        };
        Workspace::open(Arc::new(system), options).unwrap()
    }

    const SECRET: Option<&str> = Some("the secret of the fleet");

    #[test]
    fn a_project_without_a_folder_shares_all_the_same() {
        let place = Arc::new(Place::default());
        open(&place, CacheChoice::Project, SECRET).scan(&Silent).unwrap();
        assert_eq!(place.0.lock().unwrap().len(), 1);
        let mut workspace = open(&place, CacheChoice::Project, SECRET);
        workspace.scan(&Silent).unwrap();
        let sharing = workspace.engine.store_status().unwrap().sharing.unwrap();
        assert_eq!((sharing.taken, sharing.refused, sharing.trouble), (1, vec![], None));
        assert_eq!(workspace.keep(), [""; 0]);
        let report = workspace.cache_report();
        assert_eq!(report.folder, None);
        let shared = report.shared.unwrap();
        assert_eq!((shared.url.as_str(), shared.packs, shared.reason), ("s3://builds", 1, None));
    }

    #[test]
    fn without_the_secret_of_all_nothing_is_taken_and_nothing_given() {
        let place = Arc::new(Place::default());
        for secret in [None, Some(""), Some("too short")] {
            let folder = CacheChoice::Folder("/kept".into());
            let mut workspace = open(&place, folder, secret);
            workspace.scan(&Silent).unwrap();
            expect![[r#"
                [
                    "`s3://builds` is not used: `CODD_CACHE_SECRET` is not set, or has less than 16 bytes, and whoever can write there would decide what a check sees; give all machines that share the same secret of 16 bytes or more, and nobody else",
                ]
            "#]]
            .assert_debug_eq(&workspace.keep());
        }
        assert_eq!(place.0.lock().unwrap().len(), 0);
    }

    #[test]
    fn who_wants_nothing_kept_shares_nothing() {
        let place = Arc::new(Place::default());
        let mut workspace = open(&place, CacheChoice::Off, SECRET);
        workspace.scan(&Silent).unwrap();
        assert_eq!((workspace.keep(), workspace.cache_report().shared), (vec![], None));
        assert_eq!(place.0.lock().unwrap().len(), 0);
    }

    #[test]
    fn all_that_went_wrong_is_one_line() {
        let fault = SegmentFault::Damaged;
        let refused = IgnoredSegment { name: "x.pack".to_owned(), fault };
        let mut status =
            SharingStatus { place: "s3://builds".to_owned(), ..SharingStatus::default() };
        assert_eq!(troubles(&status), None);
        status.trouble = Some(PlaceFault::Interrupted);
        assert_eq!(troubles(&status), None, "who interrupts knows");
        status =
            SharingStatus { refused: vec![refused], trouble: Some(PlaceFault::TooSlow), ..status };
        expect![
            "not all is shared at `s3://builds`, which costs time alone: 1 pack refused, since not as machines with this secret wrote them; it does not answer in time"
        ]
        .assert_eq(&troubles(&status).unwrap());
    }
}
