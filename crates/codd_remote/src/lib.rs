//! Places where several machines share what they keep: folders, buckets, Redis.
//!
//! Only this crate uses a network and has an asynchronous runtime, and only where it is built with
//! its feature `services`. What it is told of the environment comes in through
//! [`codd_source::System`]; what it reads is believed by nobody before `codd_store` has looked at
//! its seals.

mod address;
#[cfg(feature = "services")]
mod place;
#[cfg(feature = "services")]
mod redis_names;
#[cfg(feature = "services")]
mod services;

use std::sync::Arc;

use codd_source::{CancelToken, System};
use codd_store::SharedPlace;

pub use address::AddressError;

use address::Address;

/// The place of a URL, which is asked nothing yet.
///
/// Credentials are those of the environment that the service's own tools use. Requests end soon
/// after `cancel` says so.
pub fn connect(
    url: &str,
    system: &dyn System,
    cancel: CancelToken,
) -> Result<Arc<dyn SharedPlace>, AddressError> {
    let address = Address::parse(url)?;
    open(address, system, cancel)
}

#[cfg(feature = "services")]
fn open(
    address: Address,
    system: &dyn System,
    cancel: CancelToken,
) -> Result<Arc<dyn SharedPlace>, AddressError> {
    let shown = address.shown();
    let service = services::Service::new(address, system)?;
    Ok(Arc::new(place::Place::new(shown, service, cancel)?))
}

#[cfg(not(feature = "services"))]
fn open(
    _address: Address,
    _system: &dyn System,
    _cancel: CancelToken,
) -> Result<Arc<dyn SharedPlace>, AddressError> {
    Err(AddressError::NotBuilt)
}
