//! Questions of one resolution, and what is known of them.

use codd_facts::{ExprId, ImportId, Name};
use rustc_hash::FxHashMap;

use super::value::{At, FileId, Flows, FrameId, NO_FRAME, OWN, Site};

/// The questions whose answers are kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    Expr(Site),
    /// What a variable or field holds; a field may hold what the class of its object was
    /// applied to.
    Held(At, FrameId),
    Import(FileId, ImportId),
    Export(FileId, Name),
    /// What calling a function gives.
    Returned(At, FrameId),
    /// What a parameter of a function stands for.
    Parameter(At, u32, FrameId),
    /// What a container that is written out holds, under one key or any.
    Items(Site, Option<Name>),
}

/// An answer, and whether another round may change it.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) flows: Flows,
    pub(super) is_provisional: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Asked {
    /// With the number of questions around it.
    Open(usize),
    Answered(Answer),
}

/// What was asked so far.
#[derive(Debug)]
pub(super) struct Answers {
    /// Of the own file's expressions outside any call: most of what is asked, so found by their
    /// number and without a hash.
    own: Vec<Option<Asked>>,
    others: FxHashMap<Question, Asked>,
    open_count: usize,
}

/// The place of a question in [`Answers::own`].
fn own_place(question: &Question) -> Option<usize> {
    match question {
        Question::Expr(Site { file: OWN, expr, frame: NO_FRAME }) => Some(expr.index()),
        _ => None,
    }
}

impl Answers {
    /// For a file of so many expressions.
    pub(super) fn for_exprs(count: usize) -> Answers {
        Answers { own: vec![None; count], others: FxHashMap::default(), open_count: 0 }
    }

    pub(super) fn of(&self, question: &Question) -> Option<&Asked> {
        match own_place(question) {
            Some(at) => self.own.get(at)?.as_ref(),
            None => self.others.get(question),
        }
    }

    /// How many questions are open.
    pub(super) fn open_count(&self) -> usize {
        self.open_count
    }

    /// Notes that a question is being answered.
    pub(super) fn open(&mut self, question: Question) {
        let open = Asked::Open(self.open_count);
        self.open_count += 1;
        self.set(question, open);
    }

    /// Notes that the innermost open question has its answer, which is kept next.
    pub(super) fn close(&mut self) {
        self.open_count -= 1;
    }

    pub(super) fn keep(&mut self, question: Question, answer: Answer) {
        self.set(question, Asked::Answered(answer));
    }

    fn set(&mut self, question: Question, asked: Asked) {
        match own_place(&question).and_then(|at| self.own.get_mut(at)) {
            Some(slot) => *slot = Some(asked),
            None => {
                self.others.insert(question, asked);
            }
        }
    }

    /// Forgets the answers that another round may change, and gives them out.
    pub(super) fn take_provisional(&mut self) -> FxHashMap<Question, Answer> {
        let mut taken = FxHashMap::default();
        for (at, slot) in self.own.iter_mut().enumerate() {
            if let Some(Asked::Answered(answer)) = slot.take_if(|it| it.is_provisional()) {
                let expr = ExprId(at as u32);
                taken.insert(Question::Expr(Site { file: OWN, expr, frame: NO_FRAME }), answer);
            }
        }
        let others = self.others.extract_if(|_, it| it.is_provisional());
        taken.extend(others.filter_map(|(question, asked)| match asked {
            Asked::Answered(answer) => Some((question, answer)),
            Asked::Open(_) => None,
        }));
        taken
    }
}

impl Asked {
    fn is_provisional(&self) -> bool {
        matches!(self, Asked::Answered(answer) if answer.is_provisional)
    }
}
