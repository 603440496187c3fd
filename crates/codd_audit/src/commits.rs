//! The commits of a change, and which AI tools they name.

use codd_source::CommitInfo;

use crate::CommitRecord;

/// Trailers by which commits name the AI tools that helped.
const ASSISTANCE_TRAILERS: [&str; 3] = ["assisted-by", "co-authored-by", "generated-by"];

/// Names of AI tools, as they stand in trailers.
const AI_TOOLS: [&str; 9] =
    ["claude", "copilot", "cursor", "codex", "gemini", "aider", "devin", "windsurf", "opencode"];

/// The commit as it is written out, with the AI tools that its trailers name.
pub(crate) fn record(commit: &CommitInfo) -> CommitRecord {
    let trailers = commit.message.lines().filter_map(|line| line.split_once(':'));
    let assisted_by = trailers
        .filter(|(key, value)| {
            let (key, value) = (key.trim().to_ascii_lowercase(), value.to_ascii_lowercase());
            ASSISTANCE_TRAILERS.contains(&key.as_str())
                && (key == "assisted-by" || AI_TOOLS.iter().any(|tool| value.contains(tool)))
        })
        .map(|(_, value)| value.trim().to_owned())
        .collect();
    CommitRecord {
        id: commit.id.to_string(),
        author: format!("{} <{}>", commit.author_name, commit.author_email),
        date: commit.date.map(|date| date.to_string()).unwrap_or_default(),
        subject: commit.message.lines().next().unwrap_or_default().to_owned(),
        assisted_by,
    }
}
