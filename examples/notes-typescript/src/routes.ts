import { Router } from "express";

import { page } from "./render.js";
import { requireCaller } from "./session.js";
import { addNote, notesOf } from "./store.js";

export const notes = Router();

notes.get("/", requireCaller, (_request, response) => {
  response.json(notesOf(response.locals.caller.account));
});

notes.get("/page", requireCaller, (_request, response) => {
  response.send(page(notesOf(response.locals.caller.account)));
});

notes.post("/", requireCaller, (request, response) => {
  response.status(201).json(addNote(response.locals.caller.account, String(request.body.text)));
});
