import type { Note } from "./store.js";

/** The text with everything escaped that HTML reads. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** A list of notes as HTML. */
export function page(notes: Note[]): string {
  return `<ul>${notes.map((note) => `<li>${escapeHtml(note.text)}</li>`).join("")}</ul>`;
}
