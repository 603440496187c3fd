//! The secret of this installation: it seals what is kept in a folder where a repository could put
//! packs of its own, whose outcomes would be believed.

use std::path::{Path, PathBuf};

use codd_source::System;

/// Names the secret itself, for machines that share what they keep and no home.
const VARIABLE: &str = "CODD_CACHE_SECRET";

/// Shorter ones could be guessed.
const SHORTEST: usize = 16;

/// The secret that the environment gives, or else the one that lies in the user's own folder,
/// where it is put when it is asked for first; `None` where there is no such folder.
pub(crate) fn of_installation(system: &dyn System) -> Option<Vec<u8>> {
    let given = system.variable(VARIABLE).filter(|it| !it.is_empty());
    if let Some(given) = given {
        return (given.len() >= SHORTEST).then(|| given.into_bytes());
    }
    let place = state_folder(system)?.join("codd").join("secret");
    let read = || system.read(&place, 1 << 10).ok().filter(|it| it.len() >= SHORTEST);
    if let Some(known) = read() {
        return Some(known);
    }
    // Where another process is faster, its secret is the one.
    let _ = system.write_new(&place, &system.random().ok()?);
    read()
}

/// The secret that machines which share what they keep were given; that of one installation
/// alone says nothing to the others.
pub(crate) fn shared(system: &dyn System) -> Option<Vec<u8>> {
    system.variable(VARIABLE).filter(|it| it.len() >= SHORTEST).map(String::into_bytes)
}

/// Where programs keep what is theirs on this machine.
fn state_folder(system: &dyn System) -> Option<PathBuf> {
    let folder = |name: &str| {
        let folder = system.variable(name).filter(|it| !it.is_empty())?;
        Path::new(&folder).is_absolute().then(|| PathBuf::from(folder))
    };
    folder("XDG_STATE_HOME")
        .or_else(|| folder("HOME").map(|it| it.join(".local/state")))
        .or_else(|| folder("LOCALAPPDATA"))
}

#[cfg(test)]
mod tests {
    use codd_source::MemorySystem;

    use super::*;

    #[test]
    fn the_secret_is_made_once_and_kept_in_the_users_own_folder() {
        let system = MemorySystem::new();
        let made = of_installation(&system).unwrap();
        assert_eq!(made.len(), 32);
        let place = Path::new("/home/.local/state/codd/secret");
        assert_eq!(system.read(place, 100).unwrap(), made);
        system.set_file(place, "another that is long enough");
        assert_eq!(of_installation(&system).unwrap(), b"another that is long enough");
        system.set_variable(VARIABLE, "given by the environment");
        assert_eq!(of_installation(&system).unwrap(), b"given by the environment");
        system.set_variable(VARIABLE, "short");
        assert_eq!(of_installation(&system), None);
    }

    #[test]
    fn without_a_folder_there_is_none() {
        let system = MemorySystem::new();
        system.set_variable("HOME", "");
        assert_eq!(of_installation(&system), None);
    }
}
