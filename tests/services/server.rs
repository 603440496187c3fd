//! The servers: each with data, port and credentials of its own, ended when it is dropped.

use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::machine::{Run, SECRET};

const BUCKET: &str = "builds";
/// The one key that s3rver knows; what is signed with it is all it looks at.
const KEY: &str = "S3RVER";
const PASSWORD: &str = "hunter2-of-the-cache";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Folder,
    S3,
    Redis,
}

pub(crate) struct Server {
    kind: Kind,
    data: TempDir,
    port: u16,
    process: Option<Child>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// A folder, and the servers that `tests/services/run` installed.
pub(crate) fn every_server() -> Vec<Server> {
    vec![Server::folder(), Server::s3(), Server::redis()]
}

type Variables = Vec<(String, String)>;

impl Server {
    pub(crate) fn folder() -> Server {
        Server { kind: Kind::Folder, data: tempfile::tempdir().unwrap(), port: 0, process: None }
    }

    fn s3() -> Server {
        Server::started(Kind::S3, |data, port| {
            let mut command = Command::new("node");
            command.arg(variable("CODD_TEST_S3_SERVER"));
            command.args(["--directory", &data.to_string_lossy(), "--address", "127.0.0.1"]);
            command.args(["--port", &port.to_string(), "--configure-bucket", BUCKET]);
            command
        })
    }

    fn redis() -> Server {
        Server::started(Kind::Redis, |data, port| {
            let mut command = Command::new(variable("CODD_TEST_REDIS_SERVER"));
            command.args(["--dir", &data.to_string_lossy(), "--bind", "127.0.0.1"]);
            command.args(["--port", &port.to_string(), "--save", "", "--requirepass", PASSWORD]);
            command
        })
    }

    fn started(kind: Kind, command: impl Fn(&Path, u16) -> Command) -> Server {
        let data = tempfile::tempdir().unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut command = command(data.path(), port);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let process = process.unwrap_or_else(|error| panic!("{command:?} did not start: {error}"));
        let server = Server { kind, data, port, process: Some(process) };
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("{command:?} does not listen");
    }

    pub(crate) fn port(&self) -> Option<u16> {
        (self.kind != Kind::Folder).then_some(self.port)
    }

    /// The place as it is shown to people.
    pub(crate) fn shown(&self) -> String {
        match self.kind {
            Kind::Folder => format!("file://{}", self.data.path().display()),
            Kind::S3 => format!("s3://{BUCKET}/codd/shop"),
            Kind::Redis => format!("redis://127.0.0.1:{}/3", self.port),
        }
    }

    pub(crate) fn variables(&self) -> Variables {
        self.variables_at(self.port)
    }

    /// The same where the server is asked on another port.
    pub(crate) fn variables_at(&self, port: u16) -> Variables {
        let url = match self.kind {
            Kind::Redis => format!("redis://:{PASSWORD}@127.0.0.1:{port}/3"),
            _ => self.shown(),
        };
        self.with(url, port, KEY)
    }

    pub(crate) fn wrong_variables(&self) -> Variables {
        let url = match self.kind {
            Kind::Redis => format!("redis://:not-{PASSWORD}@127.0.0.1:{}/3", self.port),
            _ => self.shown(),
        };
        self.with(url, self.port, "NOTS3RVER")
    }

    fn with(&self, url: String, port: u16, key: &str) -> Variables {
        let mut variables = vec![("CODD_CACHE_URL", url), ("CODD_CACHE_SECRET", SECRET.to_owned())];
        if self.kind == Kind::S3 {
            variables.extend([
                ("AWS_ACCESS_KEY_ID", key.to_owned()),
                ("AWS_SECRET_ACCESS_KEY", PASSWORD.to_owned()),
                ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")),
            ]);
        }
        variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    pub(crate) fn assert_hides_credentials(&self, run: &Run) {
        for secret in [PASSWORD, KEY, SECRET] {
            assert!(!run.output.contains(secret) && !run.error.contains(secret), "{run:?}");
        }
    }

    /// The packs that lie there: paths of files, or keys.
    pub(crate) fn objects(&self) -> Vec<String> {
        if self.kind == Kind::Redis {
            let keys = self.ask(&[b"KEYS", b"*.pack"]);
            return keys.into_iter().map(|it| String::from_utf8(it).unwrap()).collect();
        }
        let mut found = Vec::new();
        let mut folders = vec![self.data.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let path = entry.path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                if path.is_dir() {
                    folders.push(path);
                } else if name.ends_with(".pack") || name.ends_with(".pack._S3rver_object") {
                    found.push(path.to_string_lossy().into_owned());
                }
            }
        }
        found
    }

    pub(crate) fn change_objects(&self, change: impl Fn(&mut Vec<u8>)) {
        let objects = self.objects();
        assert!(!objects.is_empty());
        for object in objects {
            if self.kind == Kind::Redis {
                let mut bytes = self.ask(&[b"GET", object.as_bytes()]).remove(0);
                change(&mut bytes);
                self.ask(&[b"SET", object.as_bytes(), &bytes]);
            } else {
                let mut bytes = fs::read(&object).unwrap();
                change(&mut bytes);
                fs::write(&object, bytes).unwrap();
            }
        }
    }

    /// Removes all that was given.
    pub(crate) fn clear(&self) {
        if self.kind == Kind::Redis {
            self.ask(&[b"FLUSHALL"]);
            return;
        }
        for object in self.objects() {
            fs::remove_file(PathBuf::from(object)).unwrap();
        }
    }

    /// Asks Redis, and gives the texts of its answer.
    fn ask(&self, command: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let mut answers = BufReader::new(stream.try_clone().unwrap());
        let mut answer = Vec::new();
        for words in [&[&b"AUTH"[..], PASSWORD.as_bytes()][..], &[b"SELECT", b"3"], command] {
            let mut request = format!("*{}\r\n", words.len()).into_bytes();
            for word in words {
                request.extend(format!("${}\r\n", word.len()).into_bytes());
                request.extend_from_slice(word);
                request.extend_from_slice(b"\r\n");
            }
            stream.write_all(&request).unwrap();
            answer = texts(&mut answers);
        }
        answer
    }
}

fn texts(answers: &mut BufReader<TcpStream>) -> Vec<Vec<u8>> {
    let mut line = String::new();
    answers.read_line(&mut line).unwrap();
    let (kind, rest) = line.trim_end().split_at(1);
    match kind {
        "*" => (0..rest.parse().unwrap()).flat_map(|_: usize| texts(answers)).collect(),
        "$" => {
            let mut bytes = vec![0; rest.parse::<usize>().unwrap() + 2];
            answers.read_exact(&mut bytes).unwrap();
            bytes.truncate(bytes.len() - 2);
            vec![bytes]
        }
        "-" => panic!("{rest}"),
        _ => vec![rest.as_bytes().to_vec()],
    }
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: start tests/services/run"))
}
