//! Which packs a Redis server has: opendal reads and writes values there, and lists none.
//!
//! The names lie in a list of their own. Adding to it is one command of the server, so that two
//! that add at once both do.

use std::time::Duration;

use codd_store::{PlaceFault, SharedPack};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ConnectionAddr, ErrorKind, RedisError};

/// How long a connection and an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// More names than this are forgotten, the oldest first.
const MAX_NAMES: isize = 4096;

/// A server and who asks it.
pub(crate) struct RedisNames {
    client: Client,
}

impl RedisNames {
    pub(crate) fn new(url: &str) -> Option<RedisNames> {
        Client::open(url).ok().map(|client| RedisNames { client })
    }

    /// The server as opendal wants it, without user, password and number.
    pub(crate) fn endpoint(&self) -> String {
        match self.client.get_connection_info().addr() {
            ConnectionAddr::TcpTls { host, port, .. } => format!("rediss://{}:{port}", bare(host)),
            ConnectionAddr::Tcp(host, port) => format!("redis://{}:{port}", bare(host)),
            other => other.to_string(),
        }
    }

    pub(crate) fn database(&self) -> i64 {
        self.client.get_connection_info().redis_settings().db()
    }

    pub(crate) fn user(&self) -> Option<&str> {
        self.client.get_connection_info().redis_settings().username()
    }

    pub(crate) fn password(&self) -> Option<&str> {
        self.client.get_connection_info().redis_settings().password()
    }

    async fn connection(&self) -> Result<MultiplexedConnection, PlaceFault> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let connection = self.client.get_multiplexed_async_connection_with_config(&config);
        connection.await.map_err(|it| fault(&it))
    }

    /// The packs of a folder.
    pub(crate) async fn list(&self, folder: &str) -> Result<Vec<SharedPack>, PlaceFault> {
        let mut connection = self.connection().await?;
        let mut command = redis::cmd("LRANGE");
        command.arg(key(folder)).arg(0).arg(MAX_NAMES - 1);
        let lines: Vec<Vec<u8>> =
            command.query_async(&mut connection).await.map_err(|it| fault(&it))?;
        // The first is the latest. What is written otherwise is nobody's pack.
        let packs = lines.iter().zip((0..).map(|it: i64| -it)).filter_map(|(line, written)| {
            let (size, name) = std::str::from_utf8(line).ok()?.split_once(' ')?;
            Some(SharedPack { name: name.to_owned(), size: size.parse().ok()?, written })
        });
        Ok(packs.collect())
    }

    /// Adds a pack to those of a folder.
    pub(crate) async fn add(
        &self,
        folder: &str,
        name: &str,
        size: usize,
    ) -> Result<(), PlaceFault> {
        let mut connection = self.connection().await?;
        let key = key(folder);
        let mut commands = redis::pipe();
        commands.cmd("LPUSH").arg(&key).arg(format!("{size} {name}")).ignore();
        commands.cmd("LTRIM").arg(&key).arg(0).arg(MAX_NAMES - 1).ignore();
        commands.query_async::<()>(&mut connection).await.map_err(|it| fault(&it))
    }
}

fn key(folder: &str) -> String {
    format!("/codd/{folder}/names")
}

fn bare(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

fn fault(error: &RedisError) -> PlaceFault {
    let says_no = |code: &str| matches!(code, "NOAUTH" | "WRONGPASS" | "NOPERM");
    if error.kind() == ErrorKind::AuthenticationFailed || error.code().is_some_and(says_no) {
        PlaceFault::Denied
    } else if error.is_timeout() {
        PlaceFault::TooSlow
    } else {
        PlaceFault::Unreachable
    }
}
