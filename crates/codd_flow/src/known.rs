//! Flows that were found before: what those of one family of languages depend on, and who keeps
//! them.

use codd_facts::PartHasher;

use crate::FlowAnalysis;
use crate::program::{FlowFile, FnIx, Program};

/// Where the flows of one snapshot are kept for others in which the same code calls the same.
pub trait KnownFlows: Sync {
    /// The flows that were kept under this key.
    fn find(&self, key: &[u8; 32]) -> Option<FlowAnalysis>;

    /// Keeps flows under their key, which holds all that they depend on besides this build.
    fn keep(&self, key: &[u8; 32], flows: &FlowAnalysis);
}

impl Program<'_> {
    /// All that the flows of these files, whose program this is, depend on: what the files say, and
    /// what the graph says of their functions.
    pub(crate) fn digest(
        &self,
        files: &[FlowFile<'_>],
        language: &str,
        models: &[u8; 32],
    ) -> [u8; 32] {
        let mut digest = Digest(PartHasher::default());
        digest.0.part(models);
        digest.0.part(language);
        digest.number(files.len());
        for (file, known) in files.iter().zip(&self.files) {
            digest.0.part(file.path.as_str());
            digest.0.part(file.content.0);
            digest.numbers(known.imported.iter().copied());
        }
        for function in &self.functions {
            digest.number(usize::from(function.dotted.is_some()));
            digest.0.part(function.dotted.as_deref().unwrap_or_default());
            digest.number(function.calls.len());
            for call in &function.calls {
                digest.0.part(&call.name);
                let place = call.place.map_or([0, 0], |it| [it.start + 1, it.end]);
                digest.numbers(place.into_iter().chain([call.target.0]));
            }
        }
        digest.number(self.handlers.len());
        for (FnIx(ix), framework, path) in &self.handlers {
            digest.number(*ix as usize);
            digest.0.part(framework);
            digest.0.part(path);
        }
        digest.0.finish()
    }
}

struct Digest(PartHasher);

impl Digest {
    fn number(&mut self, number: usize) {
        self.0.part((number as u64).to_le_bytes());
    }

    fn numbers(&mut self, numbers: impl Iterator<Item = u32>) {
        let bytes: Vec<u8> = numbers.flat_map(u32::to_le_bytes).collect();
        self.0.part(bytes);
    }
}
