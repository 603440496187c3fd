//! Which client each service has, and how the environment says who asks.

use std::time::Duration;

use base64::Engine as _;
use codd_source::System;
use opendal::Operator;
use opendal::layers::{RetryLayer, TimeoutLayer};
use opendal::services::{Azblob, Fs, Gcs, Redis, S3};

use crate::AddressError;
use crate::address::{Address, BucketService};
use crate::redis_names::RedisNames;

/// How long one request may take.
const REQUEST: Duration = Duration::from_secs(5);

/// How long one read or write of a body may stand still.
const BODY: Duration = Duration::from_secs(10);

/// What lies in Redis takes memory there, so nothing stays for good.
const REDIS_KEEPS: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The most bytes of a file with credentials.
const CREDENTIALS_LIMIT: u64 = 1 << 20;

/// Below this folder lies what is codd's, where the URL can name none.
const REDIS_ROOT: &str = "/codd/";

/// A client that is not connected yet: what lies in a folder is looked at when it is asked for.
pub(crate) enum Service {
    Folder(String),
    Objects(Operator),
    /// Redis gives values by name; which names there are lies in a list beside them.
    Redis(Operator, Box<RedisNames>),
}

impl Service {
    pub(crate) fn new(address: Address, system: &dyn System) -> Result<Service, AddressError> {
        // Fails where one is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        match address {
            Address::Folder { path } => Ok(Service::Folder(path)),
            Address::Bucket { service, bucket, prefix } => {
                let operator = match service {
                    BucketService::S3 => s3(&bucket, &prefix, system),
                    BucketService::Gcs => gcs(&bucket, &prefix, system)?,
                    BucketService::Azblob => azblob(&bucket, &prefix, system),
                };
                operator.map(Service::Objects).map_err(|_| AddressError::NoBucket)
            }
            Address::Redis { url, .. } => {
                let names = RedisNames::new(&url).ok_or(AddressError::Redis)?;
                let mut builder = Redis::default()
                    .endpoint(&names.endpoint())
                    .db(names.database())
                    .root(REDIS_ROOT)
                    .default_ttl(REDIS_KEEPS);
                if let Some(user) = names.user() {
                    builder = builder.username(user);
                }
                if let Some(password) = names.password() {
                    builder = builder.password(password);
                }
                let operator = Operator::new(builder).map(|it| patient(it.finish()));
                let operator = operator.map_err(|_| AddressError::Redis)?;
                Ok(Service::Redis(operator, Box::new(names)))
            }
        }
    }
}

/// A folder, which is made where it is not there.
pub(crate) fn folder(path: &str) -> opendal::Result<Operator> {
    // Written beside the packs first, so that nobody sees half of one.
    let unfinished = format!("{}/unfinished", path.trim_end_matches('/'));
    let builder = Fs::default().root(path).atomic_write_dir(&unfinished);
    Ok(patient(Operator::new(builder)?.finish()))
}

/// Asks once more where an answer may come the second time, and waits for none too long.
fn patient(operator: Operator) -> Operator {
    let timeout = TimeoutLayer::new().with_timeout(REQUEST).with_io_timeout(BODY);
    let retry = RetryLayer::new().with_max_times(1).with_min_delay(Duration::from_millis(200));
    operator.layer(timeout).layer(retry)
}

/// The first of these variables that says something.
fn variable(system: &dyn System, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| system.variable(name).filter(|it| !it.is_empty()))
}

fn s3(bucket: &str, prefix: &str, system: &dyn System) -> opendal::Result<Operator> {
    let region = variable(system, &["AWS_REGION", "AWS_DEFAULT_REGION"]);
    // Nothing else on this machine says who asks.
    let mut builder = S3::default()
        .bucket(bucket)
        .root(prefix)
        .region(region.as_deref().unwrap_or("us-east-1"))
        .disable_config_load()
        .disable_ec2_metadata();
    if let Some(endpoint) = variable(system, &["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]) {
        builder = builder.endpoint(&endpoint);
    }
    let id = variable(system, &["AWS_ACCESS_KEY_ID"]);
    match id.zip(variable(system, &["AWS_SECRET_ACCESS_KEY"])) {
        Some((id, secret)) => {
            builder = builder.access_key_id(&id).secret_access_key(&secret);
            if let Some(token) = variable(system, &["AWS_SESSION_TOKEN"]) {
                builder = builder.session_token(&token);
            }
        }
        // A bucket that everybody may read.
        None => builder = builder.skip_signature(),
    }
    Ok(patient(Operator::new(builder)?.finish()))
}

fn gcs(
    bucket: &str,
    prefix: &str,
    system: &dyn System,
) -> Result<opendal::Result<Operator>, AddressError> {
    let mut builder =
        Gcs::default().bucket(bucket).root(prefix).disable_config_load().disable_vm_metadata();
    if let Some(endpoint) = variable(system, &["STORAGE_EMULATOR_HOST"]) {
        let has_scheme = endpoint.contains("://");
        let endpoint = if has_scheme { endpoint } else { format!("http://{endpoint}") };
        builder = builder.endpoint(&endpoint);
    }
    match variable(system, &["GOOGLE_APPLICATION_CREDENTIALS"]) {
        Some(file) => {
            let read = system.read(file.as_ref(), CREDENTIALS_LIMIT);
            let read = read.map_err(|_| AddressError::GoogleCredentials)?;
            builder = builder.credential(&base64::prelude::BASE64_STANDARD.encode(read));
        }
        None => builder = builder.skip_signature(),
    }
    Ok(Operator::new(builder).map(|it| patient(it.finish())))
}

fn azblob(container: &str, prefix: &str, system: &dyn System) -> opendal::Result<Operator> {
    let account = variable(system, &["AZURE_STORAGE_ACCOUNT"]).unwrap_or_default();
    let endpoint = variable(system, &["AZURE_STORAGE_BLOB_ENDPOINT"])
        .unwrap_or_else(|| format!("https://{account}.blob.core.windows.net"));
    let mut builder = Azblob::default()
        .container(container)
        .root(prefix)
        .endpoint(&endpoint)
        .account_name(&account);
    let key = variable(system, &["AZURE_STORAGE_KEY"]);
    match (key, variable(system, &["AZURE_STORAGE_SAS_TOKEN"])) {
        (Some(key), _) => builder = builder.account_key(&key),
        (None, Some(token)) => builder = builder.sas_token(token.trim_start_matches('?')),
        (None, None) => builder = builder.skip_signature(),
    }
    Ok(patient(Operator::new(builder)?.finish()))
}
