import express from "express";

import { notes } from "./routes.js";

/** The application, without a port. */
export function createApp() {
  const app = express();
  app.use(express.json());
  app.use("/notes", notes);
  return app;
}
