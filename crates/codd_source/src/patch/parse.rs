//! Reading a unified diff: git's extended headers, plain diffs, and prose around them.

use super::names::{of_header, of_plain, unquoted, without_prefixes};
use super::{FilePatch, Hunk, HunkLine, Patch, PatchError, Side};
use crate::snapshot::{FileKind, SkipReason, Skipped};
use crate::{ContentId, RepoPath, printable_bytes};

/// The diff in `text`; an empty text is an empty patch.
pub fn parse(text: &[u8]) -> Result<Patch, PatchError> {
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        return Err(PatchError::Utf16);
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    if lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    // Git never ends a header with CR, so such a diff was converted as a whole on its way.
    let header = lines.iter().find(|it| it.starts_with(b"diff --git ") || it.starts_with(b"+++ "));
    if header.is_some_and(|it| it.ends_with(b"\r")) {
        for line in &mut lines {
            *line = line.strip_suffix(b"\r").unwrap_or(line);
        }
    }
    let mut parser = Parser { lines, at: 0, series: 0, patch: Patch::default() };
    parser.run()?;
    let patch = parser.patch;
    let found = !patch.files.is_empty() || !patch.skipped.is_empty();
    if !found && !text.iter().all(u8::is_ascii_whitespace) {
        return Err(PatchError::NoDiff);
    }
    Ok(patch)
}

struct Parser<'a> {
    lines: Vec<&'a [u8]>,
    at: usize,
    series: u32,
    patch: Patch,
}

/// What the headers of one file say, names as raw bytes.
#[derive(Default)]
struct Headers {
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
    is_new: bool,
    is_deleted: bool,
    is_copy: bool,
    is_binary: bool,
    old_mode: Option<Vec<u8>>,
    new_mode: Option<Vec<u8>>,
    old_id: Option<String>,
    new_id: Option<String>,
}

impl<'a> Parser<'a> {
    fn line(&self, at: usize) -> Option<&'a [u8]> {
        self.lines.get(at).copied()
    }

    fn run(&mut self) -> Result<(), PatchError> {
        while let Some(line) = self.line(self.at) {
            if let Some(names) = line.strip_prefix(b"diff --git ") {
                self.git_file(names)?;
            } else if self.starts_plain_file() {
                self.plain_file()?;
            } else if line.starts_with(b"diff --cc ") || line.starts_with(b"diff --combined ") {
                return Err(PatchError::Combined { line: self.at as u32 + 1 });
            } else if line.starts_with(b"@@ -") && hunk_header(line).is_some() {
                return Err(PatchError::HunkWithoutFile { line: self.at as u32 + 1 });
            } else if let Some(names) = binary_names(line) {
                self.plain_binary(names)?;
            } else {
                self.series += u32::from(starts_commit(line));
                self.at += 1;
            }
        }
        Ok(())
    }

    fn starts_plain_file(&self) -> bool {
        let starts = |at, with: &[u8]| self.line(at).is_some_and(|it| it.starts_with(with));
        starts(self.at, b"--- ") && starts(self.at + 1, b"+++ ") && starts(self.at + 2, b"@@ -")
    }

    fn git_file(&mut self, names: &[u8]) -> Result<(), PatchError> {
        let start = self.at;
        let header_names = of_header(names);
        let mut headers = Headers::default();
        let mut moved = (None, None);
        self.at += 1;
        while let Some(line) = self.line(self.at) {
            let after = |key: &[u8]| line.strip_prefix(key);
            if let Some(mode) = after(b"old mode ") {
                headers.old_mode = Some(mode.to_vec());
            } else if let Some(mode) = after(b"new mode ") {
                headers.new_mode = Some(mode.to_vec());
            } else if let Some(mode) = after(b"new file mode ") {
                headers.is_new = true;
                headers.new_mode = Some(mode.to_vec());
            } else if let Some(mode) = after(b"deleted file mode ") {
                headers.is_deleted = true;
                headers.old_mode = Some(mode.to_vec());
            } else if let Some(name) = after(b"rename from ") {
                moved.0 = Some(unquoted(name).into_owned());
            } else if let Some(name) = after(b"rename to ") {
                moved.1 = Some(unquoted(name).into_owned());
            } else if let Some(name) = after(b"copy from ") {
                headers.is_copy = true;
                moved.0 = Some(unquoted(name).into_owned());
            } else if let Some(name) = after(b"copy to ") {
                moved.1 = Some(unquoted(name).into_owned());
            } else if let Some(ids) = after(b"index ") {
                index_line(ids, &mut headers);
            } else if line.starts_with(b"Binary files ") && line.ends_with(b" differ") {
                headers.is_binary = true;
            } else if after(b"similarity index ").is_none()
                && after(b"dissimilarity index ").is_none()
            {
                break;
            }
            self.at += 1;
        }
        let mut sides = header_names;
        if self.line(self.at).is_some_and(|it| it.starts_with(b"GIT binary patch")) {
            headers.is_binary = true;
            self.skip_binary();
        } else if let (Some(old), Some(new)) = (
            self.line(self.at).and_then(|it| it.strip_prefix(b"--- ")),
            self.line(self.at + 1).and_then(|it| it.strip_prefix(b"+++ ")),
        ) {
            self.at += 2;
            let (old, new) = (unquoted(old).into_owned(), unquoted(new).into_owned());
            headers.is_new |= old == b"/dev/null";
            headers.is_deleted |= new == b"/dev/null";
            if sides.is_none() || (old != b"/dev/null" && new != b"/dev/null") {
                sides = Some(match (old == b"/dev/null", new == b"/dev/null") {
                    (true, _) => (new.clone(), new),
                    (_, true) => (old.clone(), old),
                    _ => (old, new),
                });
            }
        }
        if let Some((old, new)) = &sides {
            let (bare_old, bare_new) = match (headers.is_new, headers.is_deleted) {
                // Only one name was there, twice: its prefix is all there is to go by.
                (true, _) | (_, true)
                    if old == new && names != [old.as_slice(), old].join(&b' ') =>
                {
                    let bare = new.strip_prefix(b"a/").or_else(|| new.strip_prefix(b"b/"));
                    (bare.unwrap_or(new), bare.unwrap_or(new))
                }
                _ => without_prefixes(old, new),
            };
            headers.old = Some(bare_old.to_vec());
            headers.new = Some(bare_new.to_vec());
        }
        if let (Some(old), Some(new)) = moved {
            (headers.old, headers.new) = (Some(old), Some(new));
        }
        let hunks = self.hunks()?;
        self.finish(start, headers, hunks)
    }

    fn plain_file(&mut self) -> Result<(), PatchError> {
        let start = self.at;
        let (old_line, new_line) = (&self.lines[start][4..], &self.lines[start + 1][4..]);
        // GNU diff writes the epoch as the time of a file that is not there.
        let is_absent = |line: &[u8], name: &[u8]| {
            let time = line.get(name.len()..).unwrap_or_default();
            name == b"/dev/null" || time.starts_with(b"\t1970-01-01 ")
        };
        let (old, new) = (unquoted(old_line), unquoted(new_line));
        let headers = Headers {
            is_new: is_absent(old_line, &old),
            is_deleted: is_absent(new_line, &new),
            ..Headers::default()
        };
        let absent = |name: &[u8]| name == b"/dev/null";
        let name =
            of_plain(Some(&*old).filter(|it| !absent(it)), Some(&*new).filter(|it| !absent(it)));
        let name = name.map(<[u8]>::to_vec);
        self.at += 2;
        let hunks = self.hunks()?;
        self.finish(start, Headers { old: name.clone(), new: name, ..headers }, hunks)
    }

    fn plain_binary(&mut self, names: (&[u8], &[u8])) -> Result<(), PatchError> {
        let start = self.at;
        self.at += 1;
        let (old, new) = names;
        let absent = |name: &[u8]| name == b"/dev/null";
        let name = of_plain(Some(old).filter(|it| !absent(it)), Some(new).filter(|it| !absent(it)));
        let name = name.map(<[u8]>::to_vec);
        let headers = Headers {
            is_new: absent(old),
            is_deleted: absent(new),
            is_binary: true,
            old: name.clone(),
            new: name,
            ..Headers::default()
        };
        self.finish(start, headers, Vec::new())
    }

    /// Skips the one or two blocks of a binary patch, each ended by an empty line.
    fn skip_binary(&mut self) {
        self.at += 1;
        for _ in 0..2 {
            let starts = |it: &[u8]| it.starts_with(b"literal ") || it.starts_with(b"delta ");
            if !self.line(self.at).is_some_and(starts) {
                return;
            }
            while self.line(self.at).is_some_and(|it| !it.is_empty()) {
                self.at += 1;
            }
            self.at += 1;
        }
    }

    fn hunks(&mut self) -> Result<Vec<Hunk>, PatchError> {
        let mut hunks = Vec::new();
        while let Some(line) = self.line(self.at).filter(|it| it.starts_with(b"@@ ")) {
            let number = self.at as u32 + 1;
            let header = || PatchError::HunkHeader { line: number, text: printable_bytes(line) };
            let mut hunk = hunk_header(line).ok_or_else(header)?;
            hunk.line = number;
            self.at += 1;
            self.hunk_lines(&mut hunk)?;
            hunks.push(hunk);
        }
        Ok(hunks)
    }

    fn hunk_lines(&mut self, hunk: &mut Hunk) -> Result<(), PatchError> {
        let (mut old, mut new) = (hunk.old_count, hunk.new_count);
        while old > 0 || new > 0 {
            let error =
                || PatchError::HunkLength { line: self.at as u32 + 1, header: hunk.header.clone() };
            let line = self.line(self.at).ok_or_else(error)?;
            // Mail programs take the space off an empty context line.
            let (first, text) = line.split_first().unwrap_or((&b' ', b""));
            let side = match first {
                b' ' => Side::Both,
                b'-' => Side::Old,
                b'+' => Side::New,
                b'\\' if !hunk.lines.is_empty() => {
                    without_newline(hunk);
                    self.at += 1;
                    continue;
                }
                _ => return Err(error()),
            };
            if side != Side::New {
                old = old.checked_sub(1).ok_or_else(error)?;
            }
            if side != Side::Old {
                new = new.checked_sub(1).ok_or_else(error)?;
            }
            let text = [text, b"\n"].concat();
            hunk.lines.push(HunkLine { side, text });
            self.at += 1;
        }
        if self.line(self.at).is_some_and(|it| it.starts_with(b"\\ ")) {
            without_newline(hunk);
            self.at += 1;
        }
        Ok(())
    }

    fn finish(
        &mut self,
        start: usize,
        headers: Headers,
        hunks: Vec<Hunk>,
    ) -> Result<(), PatchError> {
        let line = start as u32 + 1;
        let (Some(old), Some(new)) = (headers.old, headers.new) else {
            return Err(PatchError::NoName { line });
        };
        let (Some(old), Some(new)) = (path(&old, line)?, path(&new, line)?) else {
            let path = printable_bytes(&new);
            self.patch.skipped.push(Skipped { path, reason: SkipReason::NameNotUtf8 });
            return Ok(());
        };
        let is_submodule = [&headers.old_mode, &headers.new_mode]
            .into_iter()
            .flatten()
            .any(|mode| mode.starts_with(b"160"));
        let kind = |mode: &Option<Vec<u8>>| match mode.as_deref()? {
            b"120000" => Some(FileKind::Symlink),
            b"100755" => Some(FileKind::Executable),
            _ => Some(FileKind::Regular),
        };
        let text_id = ContentId::of(&self.lines[start..self.at.min(self.lines.len())].join(&b'\n'));
        self.patch.files.push(FilePatch {
            old: (!headers.is_new).then_some(old),
            new: (!headers.is_deleted).then_some(new),
            is_copy: headers.is_copy,
            old_kind: kind(&headers.old_mode),
            new_kind: kind(&headers.new_mode),
            is_submodule,
            is_binary: headers.is_binary,
            old_id: headers.old_id,
            new_id: headers.new_id,
            hunks,
            line,
            series: self.series,
            text_id,
        });
        Ok(())
    }
}

fn without_newline(hunk: &mut Hunk) {
    if let Some(last) = hunk.lines.last_mut()
        && last.text.ends_with(b"\n")
    {
        last.text.pop();
    }
}

/// The path, `None` when it is not UTF-8.
fn path(name: &[u8], line: u32) -> Result<Option<RepoPath>, PatchError> {
    let Ok(text) = std::str::from_utf8(name) else { return Ok(None) };
    let text = text.strip_prefix("./").unwrap_or(text);
    let outside = || PatchError::OutsidePath { line, path: text.to_owned() };
    if text.is_empty() {
        return Err(PatchError::NoName { line });
    }
    if text.split('/').any(|part| matches!(part, "" | "." | ".." | ".git") || part.contains('\0')) {
        return Err(outside());
    }
    Ok(Some(RepoPath::from(text)))
}

fn index_line(text: &[u8], headers: &mut Headers) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    let mut parts = text.split(' ');
    let Some((old, new)) = parts.next().and_then(|ids| ids.split_once("..")) else { return };
    let id = |text: &str| {
        let valid = text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        (valid && text.bytes().any(|byte| byte != b'0')).then(|| text.to_ascii_lowercase())
    };
    (headers.old_id, headers.new_id) = (id(old), id(new));
    if let Some(mode) = parts.next() {
        headers.old_mode = Some(mode.as_bytes().to_vec());
        headers.new_mode = Some(mode.as_bytes().to_vec());
    }
}

/// A line that starts another commit in a mailbox or in the output of `git log`.
fn starts_commit(line: &[u8]) -> bool {
    let rest = line.strip_prefix(b"From ").or_else(|| line.strip_prefix(b"commit "));
    rest.is_some_and(|it| {
        let id = it.get(..40).unwrap_or_default();
        !id.is_empty() && id.iter().all(u8::is_ascii_hexdigit)
    })
}

/// The names of a plain diff's `Binary files X and Y differ`.
fn binary_names(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let names = line.strip_prefix(b"Binary files ")?.strip_suffix(b" differ")?;
    let mut splits = names.windows(5).enumerate().filter(|(_, it)| it == b" and ");
    let (at, _) = splits.next()?;
    splits.next().is_none().then(|| (&names[..at], &names[at + 5..]))
}

fn hunk_header(line: &[u8]) -> Option<Hunk> {
    let rest = line.strip_prefix(b"@@ -")?;
    let end = rest.windows(3).position(|it| it == b" @@")?;
    let ranges = std::str::from_utf8(&rest[..end]).ok()?;
    let (old, new) = ranges.split_once(" +")?;
    let range = |text: &str| {
        let (start, count) = text.split_once(',').unwrap_or((text, "1"));
        let number = |it: &str| {
            it.bytes().all(|byte| byte.is_ascii_digit()).then(|| it.parse::<u32>().ok())?
        };
        Some((number(start)?, number(count)?))
    };
    let ((old_start, old_count), (new_start, new_count)) = (range(old)?, range(new)?);
    let header = format!("@@ -{ranges} @@");
    Some(Hunk { header, line: 0, old_start, old_count, new_start, new_count, lines: Vec::new() })
}
