//! A shared place as the store asks it: one call, bounded in time, on a runtime of its own.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use codd_source::CancelToken;
use codd_store::{Part, PlaceFault, SharedPack, SharedPlace};
use futures::{StreamExt, TryStreamExt, stream};
use opendal_core::{Error, ErrorKind, Operator};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::AddressError;
use crate::services::{self, Service};

/// How long a listing may take in all.
const LISTING: Duration = Duration::from_secs(10);

/// How long reading or writing what one call asks for may take in all.
const MOVING: Duration = Duration::from_secs(30);

/// So many objects are read at once.
const AT_ONCE: usize = 8;

/// Of more objects than this nobody wants to hear.
const MAX_LISTED: usize = 16_384;

/// How soon an interrupt is heard.
const HEARING: Duration = Duration::from_millis(50);

pub(crate) struct Place {
    shown: String,
    service: Service,
    cancel: CancelToken,
    /// Stays, and connections with it, until the place goes; without one it is gone.
    runtime: Mutex<Option<Runtime>>,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Place").field(&self.shown).finish()
    }
}

impl Place {
    pub(crate) fn new(
        shown: String,
        service: Service,
        cancel: CancelToken,
    ) -> Result<Place, AddressError> {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().build().map_err(|_| AddressError::Runtime)?;
        Ok(Place { shown, service, cancel, runtime: Mutex::new(Some(runtime)) })
    }

    /// What `work` gives, unless it takes too long or somebody interrupts.
    fn run<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, PlaceFault>>,
    ) -> Result<T, PlaceFault> {
        let runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(runtime) = &*runtime else { return Err(PlaceFault::Unreachable) };
        let heard = async {
            let mut work = pin!(work);
            loop {
                if let Ok(done) = timeout(HEARING, work.as_mut()).await {
                    return done;
                }
                self.cancel.check().map_err(|_| PlaceFault::Interrupted)?;
            }
        };
        runtime.block_on(async { timeout(limit, heard).await.unwrap_or(Err(PlaceFault::TooSlow)) })
    }

    /// Called within the runtime.
    fn operator(&self) -> Result<Operator, PlaceFault> {
        match &self.service {
            Service::Folder(path) => services::folder(path).map_err(|it| fault(&it)),
            Service::Objects(operator) | Service::Redis(operator, _) => Ok(operator.clone()),
        }
    }
}

impl SharedPlace for Place {
    fn shown(&self) -> &str {
        &self.shown
    }

    fn list(&self, folder: &str) -> Result<Vec<SharedPack>, PlaceFault> {
        self.run(LISTING, async {
            if let Service::Redis(_, names) = &self.service {
                return names.list(folder).await;
            }
            match list(&self.operator()?, folder).await {
                Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(Vec::new()),
                listed => listed.map_err(|it| self::fault(&it)),
            }
        })
    }

    fn read(&self, parts: &[Part]) -> Vec<Result<Vec<u8>, PlaceFault>> {
        let read = self.run(MOVING, async {
            let operator = self.operator()?;
            let reads = parts.iter().map(|it| read(&operator, it));
            Ok(stream::iter(reads).buffered(AT_ONCE).collect::<Vec<_>>().await)
        });
        read.unwrap_or_else(|fault| vec![Err(fault); parts.len()])
    }

    fn write(&self, folder: &str, name: &str, bytes: Vec<u8>) -> Result<(), PlaceFault> {
        self.run(MOVING, async {
            let size = bytes.len();
            let path = format!("{folder}/{name}");
            self.operator()?.write(&path, bytes).await.map_err(|it| fault(&it))?;
            // Named once it is there.
            match &self.service {
                Service::Redis(_, names) => names.add(folder, name, size).await,
                _ => Ok(()),
            }
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let runtime = self.runtime.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        // A name that is still being looked up is not waited for.
        if let Some(runtime) = runtime {
            runtime.shutdown_background();
        }
    }
}

async fn list(operator: &Operator, folder: &str) -> opendal::Result<Vec<SharedPack>> {
    let lister = operator.lister(&format!("{folder}/")).await?;
    let entries: Vec<_> = lister.take(MAX_LISTED).try_collect().await?;
    let packs = entries.into_iter().filter(|it| it.metadata().is_file()).map(|entry| {
        let metadata = entry.metadata();
        SharedPack {
            name: entry.name().to_owned(),
            size: metadata.content_length(),
            written: metadata.last_modified().map_or(0, |it| it.into_inner().as_second()),
        }
    });
    Ok(packs.collect())
}

async fn read(operator: &Operator, part: &Part) -> Result<Vec<u8>, PlaceFault> {
    let path = format!("{}/{}", part.folder, part.name);
    let error = match operator.read_with(&path).range(part.range.clone()).await {
        Ok(bytes) => return Ok(bytes.to_vec()),
        Err(error) => error,
    };
    let is_short = match error.kind() {
        ErrorKind::RangeNotSatisfied => true,
        // Fewer bytes than were asked for may be all that there is, or not all that was sent.
        ErrorKind::Unexpected => {
            let there = operator.stat(&path).await.map_err(|it| fault(&it))?;
            there.content_length() < part.range.end
        }
        _ => false,
    };
    // Shorter than it was listed: it is not what it was.
    if is_short { Ok(Vec::new()) } else { Err(fault(&error)) }
}

/// What an error means to who asked; what the server says besides is not repeated.
fn fault(error: &Error) -> PlaceFault {
    match error.kind() {
        ErrorKind::NotFound => PlaceFault::NotFound,
        ErrorKind::PermissionDenied => PlaceFault::Denied,
        ErrorKind::RateLimited => PlaceFault::TooSlow,
        ErrorKind::ConfigInvalid | ErrorKind::Unsupported | ErrorKind::NotADirectory => {
            PlaceFault::Settings
        }
        _ => PlaceFault::Unreachable,
    }
}
