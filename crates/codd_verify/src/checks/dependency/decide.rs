//! Decides of one package in one file, with what the other files say of it.

use std::collections::{BTreeMap, BTreeSet};

use codd_source::RepoPath;

use super::range::Range;
use super::record::{Asked, Record, Role};
use super::requirement::{self, Requirement};
use super::version::Version;
use super::{CompiledDependency, Ecosystem, Must};
use crate::context::{CheckContext, place as finding_place};
use crate::{CheckOutcome, ViewFile};

/// A record with the file that says it.
pub(super) struct Place<'a> {
    pub(super) path: &'a RepoPath,
    pub(super) file: &'a ViewFile,
    pub(super) record: Record,
}

/// All records by ecosystem and name.
pub(super) struct Known<'p, 'a> {
    by_name: BTreeMap<(Ecosystem, String), Vec<&'p Place<'a>>>,
    /// Files that say what was chosen, with the ecosystem that it is chosen for.
    locks: BTreeSet<(Ecosystem, &'p RepoPath)>,
}

/// Whether a version is one of those that a control names.
enum Taken {
    Yes,
    No,
    /// Some that are asked for are, and some are not.
    Partly,
    Unknown(String),
}

impl<'p, 'a> Known<'p, 'a> {
    pub(super) fn of(places: &'p [Place<'a>]) -> Known<'p, 'a> {
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut locks = BTreeSet::new();
        for place in places {
            let ecosystem = place.record.ecosystem;
            if place.record.role != Role::Manifest {
                locks.insert((ecosystem, place.path));
            }
            by_name.entry((ecosystem, ecosystem.key(&place.record.name))).or_default().push(place);
        }
        Known { by_name, locks }
    }

    /// Whether it is asked for in a manifest that no lock file is for, and nothing else says
    /// which version of it is used.
    pub(super) fn is_lockless(&self, place: &Place<'_>) -> bool {
        let record = &place.record;
        let is_asked = record.role == Role::Manifest
            && !record.is_peer
            && record.asked != Asked::Own
            && record.ecosystem != Ecosystem::Go;
        is_asked
            && !self.locks.iter().any(|(ecosystem, lock)| {
                *ecosystem == record.ecosystem && is_around(lock, place.path)
            })
            && !self.is_chosen_by_hand(place)
    }

    /// Whether it, or another manifest around it, asks for one version.
    fn is_chosen_by_hand(&self, place: &Place<'_>) -> bool {
        is_pinned_requirement(place)
            || self
                .others(place)
                .any(|it| is_around(it.path, place.path) && is_pinned_requirement(it))
    }

    fn others(&self, place: &Place<'_>) -> impl Iterator<Item = &&'p Place<'a>> {
        let ecosystem = place.record.ecosystem;
        let key = (ecosystem, ecosystem.key(&place.record.name));
        self.by_name.get(&key).into_iter().flatten()
    }

    /// Whether the project itself asks for it.
    pub(super) fn is_direct(&self, place: &Place<'_>) -> bool {
        match place.record.role {
            Role::Manifest => !place.record.is_indirect,
            _ => self.others(place).any(|it| {
                it.record.role == Role::Manifest
                    && !it.record.is_indirect
                    && is_around(place.path, it.path)
            }),
        }
    }

    /// What lock files beside a manifest or above it chose.
    fn locks(&self, place: &Place<'_>) -> Vec<&'p Place<'a>> {
        let locks = self.others(place).filter(|it| it.record.role != Role::Manifest);
        locks.copied().filter(|it| is_around(it.path, place.path)).collect()
    }

    /// Whether another manifest names the version that this one leaves to it.
    fn is_managed(&self, place: &Place<'_>) -> bool {
        self.others(place).any(|it| matches!(it.record.asked, Asked::Version(_)))
    }
}

/// Whether the folder of `outer` is that of `inner` or holds it.
fn is_around(outer: &RepoPath, inner: &RepoPath) -> bool {
    let (outer, inner) = (outer.parent(), inner.parent());
    outer.is_empty()
        || inner == outer
        || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
}

impl CompiledDependency {
    pub(super) fn judge(
        &self,
        ctx: &CheckContext<'_>,
        place: &Place<'_>,
        known: &Known<'_, '_>,
        outcome: &mut CheckOutcome,
    ) {
        let record = &place.record;
        let is_manifest = record.role == Role::Manifest;
        let name = &record.name;
        let fails = |outcome: &mut CheckOutcome, said: String| {
            let at = finding_place(place.path, place.file, record.span);
            let message = self.message.clone().unwrap_or(said);
            let snippet = format!("{} {name}", record.ecosystem.word());
            outcome.findings.push(ctx.failure(Some(at), snippet, message));
        };
        let complies = |outcome: &mut CheckOutcome| {
            outcome.complies(|| Some(finding_place(place.path, place.file, record.span)));
        };
        match self.must {
            Some(Must::Pinned | Must::Locked | Must::Hashed)
                if record.is_peer || record.asked == Asked::Own =>
            {
                return;
            }
            Some(Must::Pinned | Must::Locked) if !is_manifest => return,
            _ => outcome.anchors += 1,
        }
        let said = match self.must {
            Some(Must::Pinned) => self.is_not_pinned(place, known),
            Some(Must::Locked) => {
                let locks = known.locks(place);
                let is_locked = locks.iter().any(|it| it.record.role != Role::Manifest)
                    || record.ecosystem == Ecosystem::Go
                    || known.is_chosen_by_hand(place);
                Ok((!is_locked).then(|| format!("no lock file beside it or above it has `{name}`")))
            }
            Some(Must::Hashed) => {
                let is_hashed = record.is_hashed
                    || known.locks(place).iter().any(|it| it.record.is_hashed)
                    // What is chosen is hashed there, or is a finding there.
                    || is_manifest && known.locks(place).iter().any(|it| it.record.role == Role::Lock);
                Ok((!is_hashed).then(|| format!("nothing has the digest of `{name}`")))
            }
            _ => Ok(None),
        };
        match said {
            Ok(Some(said)) => return fails(outcome, said),
            Err(why) => return outcome.skip(place.path, why),
            Ok(None) => {}
        }
        let Some(text) = &self.version else {
            return match self.must {
                Some(Must::Absent) => fails(outcome, format!("`{name}` is used")),
                _ => complies(outcome),
            };
        };
        let is_absent = self.must == Some(Must::Absent);
        let asked = match &record.asked {
            Asked::Version(version) => format!("`{version}`"),
            _ => "in any version".to_owned(),
        };
        match self.takes_version(text, place) {
            Taken::Yes if is_absent => fails(outcome, format!("`{name}` {asked} is one of `{text}`")),
            Taken::No if !is_absent => {
                fails(outcome, format!("`{name}` {asked} is none of `{text}`"));
            }
            Taken::Yes | Taken::No => complies(outcome),
            // What was chosen decides, where that is known.
            Taken::Partly | Taken::Unknown(_) if is_manifest && is_chosen(known, place) => {
                complies(outcome);
            }
            Taken::Partly => outcome.skip(
                place.path,
                format!("`{name}` {asked} may or may not be one of `{text}`, and no lock file says which was chosen"),
            ),
            Taken::Unknown(why) => outcome.skip(place.path, format!("the version of `{name}` is not known: {why}")),
        }
    }

    /// Says once of a manifest that no lock file is for it.
    pub(super) fn without_lock(
        &self,
        ctx: &CheckContext<'_>,
        places: &[&Place<'_>],
        outcome: &mut CheckOutcome,
    ) {
        const NAMED: usize = 3;
        let Some(first) = places.first() else { return };
        outcome.anchors += places.len() as u32;
        let said = "no lock file is beside it or above it";
        let message = self.message.as_deref().unwrap_or(said);
        let mut names: Vec<&str> = places.iter().map(|it| it.record.name.as_str()).collect();
        names.dedup();
        let (named, more) = names.split_at(names.len().min(NAMED));
        let mut of = named.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
        if !more.is_empty() {
            of = format!("{of} and {} more", more.len());
        }
        let at = finding_place(first.path, first.file, first.record.span);
        // What a manifest asks for may change: the finding stays the same one.
        let snippet = format!("{} dependencies", first.record.ecosystem.word());
        outcome.findings.push(ctx.failure(Some(at), snippet, format!("{message}: {of}")));
    }

    /// What is wrong with how a manifest asks; why it is not known.
    fn is_not_pinned(
        &self,
        place: &Place<'_>,
        known: &Known<'_, '_>,
    ) -> Result<Option<String>, String> {
        let record = &place.record;
        let name = &record.name;
        match &record.asked {
            Asked::Any => Ok(Some(format!("`{name}` is not pinned: any version will do"))),
            Asked::Elsewhere if known.is_managed(place) => Ok(None),
            Asked::Elsewhere => Err(format!("the version of `{name}` is set elsewhere")),
            Asked::Own => Ok(None),
            Asked::Dynamic(why) => Err(format!("the version of `{name}` is not known: {why}")),
            Asked::Version(text) => match requirement::read(record.ecosystem, text) {
                Some(Requirement { is_pinned: true, .. }) => Ok(None),
                Some(_) => Ok(Some(format!(
                    "`{name}` is not pinned: `{text}` takes more than one version"
                ))),
                None => Err(format!("`{text}` of `{name}` is not a version that codd can read")),
            },
        }
    }

    fn takes_version(&self, wanted: &str, place: &Place<'_>) -> Taken {
        let record = &place.record;
        let Some(wanted) = requirement::of_control(record.ecosystem, wanted) else {
            return Taken::Unknown(format!(
                "`{wanted}` is not a range of {}",
                record.ecosystem.word()
            ));
        };
        let asked = match (&record.asked, record.role) {
            (Asked::Version(text), Role::Manifest) => {
                requirement::read(record.ecosystem, text).map(|it| it.range)
            }
            (Asked::Version(text), _) => Version::read(record.ecosystem, text).map(Range::exactly),
            (Asked::Any, _) => Some(Range::any()),
            (Asked::Elsewhere, _) => return Taken::Unknown("it is set elsewhere".to_owned()),
            (Asked::Own, _) => return Taken::Unknown("it is a part of the project".to_owned()),
            (Asked::Dynamic(why), _) => return Taken::Unknown(why.clone()),
        };
        let Some(asked) = asked else {
            return Taken::Unknown("it is not a version that codd can read".to_owned());
        };
        if asked.is_within(&wanted) {
            Taken::Yes
        } else if asked.is_disjoint(&wanted) {
            Taken::No
        } else {
            Taken::Partly
        }
    }
}

/// Whether a lock file, or another manifest, says which version is used.
fn is_chosen(known: &Known<'_, '_>, place: &Place<'_>) -> bool {
    known.locks(place).iter().any(|it| it.record.role == Role::Lock)
        || place.record.asked == Asked::Elsewhere && known.is_managed(place)
}

/// Where Python's packages are asked for in one version each, that is what is used.
fn is_pinned_requirement(place: &Place<'_>) -> bool {
    let is_python = place.record.ecosystem == Ecosystem::Python;
    let Asked::Version(text) = &place.record.asked else { return false };
    is_python && requirement::read(place.record.ecosystem, text).is_some_and(|it| it.is_pinned)
}
