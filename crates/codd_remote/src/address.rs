//! The URL of a shared place: which service, and where in it.

use std::path::Path;

#[cfg(any(feature = "services", test))]
use codd_source::printable;

/// Where a URL leads.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Address {
    Folder {
        path: String,
    },
    Bucket {
        service: BucketService,
        bucket: String,
        prefix: String,
    },
    /// The URL with what it says of user and password, and what is shown of it.
    Redis {
        url: String,
        shown: String,
    },
}

/// A service that holds objects in buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BucketService {
    S3,
    Gcs,
    Azblob,
}

const BUCKETS: [(&str, BucketService); 5] = [
    ("s3", BucketService::S3),
    ("gs", BucketService::Gcs),
    ("gcs", BucketService::Gcs),
    ("az", BucketService::Azblob),
    ("azblob", BucketService::Azblob),
];

/// Why a URL names no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("this is no URL of a shared place")]
    NoUrl,
    #[error("the URL names no bucket or container")]
    NoBucket,
    #[error("the URL names no absolute folder")]
    NoFolder,
    #[error("the URL of the Redis server cannot be read")]
    Redis,
    #[error("the bucket's URL holds a user or password")]
    Credentials,
    #[error("`GOOGLE_APPLICATION_CREDENTIALS` names a file that cannot be read")]
    GoogleCredentials,
    #[error("this codd was built without the clients of shared places")]
    NotBuilt,
    #[error("the clients of shared places cannot be started")]
    Runtime,
}

impl AddressError {
    /// What to do next.
    pub fn help(self) -> &'static str {
        match self {
            AddressError::NoUrl => {
                "write s3://BUCKET/FOLDER, gs://BUCKET/FOLDER, az://CONTAINER/FOLDER, \
                 redis://HOST:PORT or file:///FOLDER"
            }
            AddressError::NoBucket => "write it as in s3://BUCKET/FOLDER",
            AddressError::NoFolder => "write it as in file:///FOLDER",
            AddressError::Redis => "write redis://USER:PASSWORD@HOST:PORT/NUMBER",
            AddressError::Credentials => {
                "give them by the variables that the service's own tools read, such as \
                 AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            }
            AddressError::GoogleCredentials => "name the file of a service account, or none",
            AddressError::NotBuilt => "build it with `--features remote`",
            AddressError::Runtime => "leave out --cache-url",
        }
    }
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Address, AddressError> {
        let (scheme, rest) = url.split_once("://").ok_or(AddressError::NoUrl)?;
        let scheme = scheme.to_ascii_lowercase();
        if url.chars().any(|it| it.is_control() || it.is_whitespace()) {
            return Err(AddressError::NoUrl);
        }
        if let Some((_, service)) = BUCKETS.iter().find(|(name, _)| *name == scheme) {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.contains('@') || rest.contains('?') {
                return Err(AddressError::Credentials);
            }
            if bucket.is_empty() || bucket.contains(':') {
                return Err(AddressError::NoBucket);
            }
            let prefix = prefix.trim_matches('/').to_owned();
            return Ok(Address::Bucket { service: *service, bucket: bucket.to_owned(), prefix });
        }
        match scheme.as_str() {
            "file" | "fs" if Path::new(rest).is_absolute() => {
                Ok(Address::Folder { path: rest.to_owned() })
            }
            "file" | "fs" => Err(AddressError::NoFolder),
            "redis" | "rediss" => {
                // What stands before the last `@` is never shown, whatever letters it has.
                let server = rest.rsplit_once('@').map_or(rest, |it| it.1);
                let server = server.split(['?', '#']).next().unwrap_or_default();
                if server.trim_matches('/').is_empty() {
                    return Err(AddressError::Redis);
                }
                let shown = format!("{scheme}://{}", server.trim_end_matches('/'));
                Ok(Address::Redis { url: url.to_owned(), shown })
            }
            _ => Err(AddressError::NoUrl),
        }
    }

    /// The address for people, without credentials.
    #[cfg(any(feature = "services", test))]
    pub(crate) fn shown(&self) -> String {
        let shown = match self {
            Address::Folder { path } => format!("file://{path}"),
            Address::Bucket { service, bucket, prefix } => {
                let (scheme, _) =
                    BUCKETS.iter().find(|it| it.1 == *service).expect("each service has a name");
                let folder = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
                format!("{scheme}://{bucket}{folder}")
            }
            Address::Redis { shown, .. } => shown.clone(),
        };
        printable(&shown).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(urls: &[&str], expected: Expect) {
        let mut text = String::new();
        for url in urls {
            let read = match Address::parse(url) {
                Ok(address) => address.shown(),
                Err(error) => format!("{error}: {}", error.help()),
            };
            text.push_str(&format!("{url}  {read}\n"));
        }
        expected.assert_eq(&text);
    }

    #[test]
    fn each_service_has_its_urls_and_no_credentials_are_shown() {
        check(
            &[
                "s3://builds/codd/shop/",
                "S3://builds",
                "gs://b/x",
                "azblob://container/x",
                "file:///var/cache/codd",
                "redis://localhost",
                "redis://:s3cret@cache.example.org:6380/2?protocol=resp3",
                "rediss://user:p@ss@cache.example.org/",
                "redis://u:12#x@cache.example.org",
            ],
            expect![[r#"
                s3://builds/codd/shop/  s3://builds/codd/shop
                S3://builds  s3://builds
                gs://b/x  gs://b/x
                azblob://container/x  az://container/x
                file:///var/cache/codd  file:///var/cache/codd
                redis://localhost  redis://localhost
                redis://:s3cret@cache.example.org:6380/2?protocol=resp3  redis://cache.example.org:6380/2
                rediss://user:p@ss@cache.example.org/  rediss://cache.example.org
                redis://u:12#x@cache.example.org  redis://cache.example.org
            "#]],
        );
    }

    #[test]
    fn what_names_no_place_is_told_with_what_to_write() {
        check(
            &[
                "/tmp/x",
                "https://example.org",
                "s3://",
                "s3://k:s@b/x",
                "file://x",
                "redis:///",
                "",
            ],
            expect![[r#"
                /tmp/x  this is no URL of a shared place: write s3://BUCKET/FOLDER, gs://BUCKET/FOLDER, az://CONTAINER/FOLDER, redis://HOST:PORT or file:///FOLDER
                https://example.org  this is no URL of a shared place: write s3://BUCKET/FOLDER, gs://BUCKET/FOLDER, az://CONTAINER/FOLDER, redis://HOST:PORT or file:///FOLDER
                s3://  the URL names no bucket or container: write it as in s3://BUCKET/FOLDER
                s3://k:s@b/x  the bucket's URL holds a user or password: give them by the variables that the service's own tools read, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
                file://x  the URL names no absolute folder: write it as in file:///FOLDER
                redis:///  the URL of the Redis server cannot be read: write redis://USER:PASSWORD@HOST:PORT/NUMBER
                  this is no URL of a shared place: write s3://BUCKET/FOLDER, gs://BUCKET/FOLDER, az://CONTAINER/FOLDER, redis://HOST:PORT or file:///FOLDER
            "#]],
        );
    }
}
