/** A note of an account. */
export interface Note {
  id: number;
  account: string;
  text: string;
}

const notes: Note[] = [];

/** The notes of an account, newest first. */
export const notesOf = (account: string): Note[] =>
  notes.filter((note) => note.account === account).reverse();

/** Keeps a note. */
export function addNote(account: string, text: string): Note {
  const note = { id: notes.length + 1, account, text };
  notes.push(note);
  return note;
}

/** Forgets everything. */
export function clear(): void {
  notes.length = 0;
}
