import { timingSafeEqual } from "node:crypto";

import type { NextFunction, Request, Response } from "express";

import { signature } from "./keys.js";

/** Who is calling, as far as the service knows. */
export interface Caller {
  account: string;
}

/** Reads the session of a request; `undefined` for a stranger. */
export class Sessions {
  constructor(private readonly secret: string) {}

  read(request: Request): Caller | undefined {
    const [account, given] = (request.get("x-session") ?? "").split(".");
    if (!account || !given) return undefined;
    return this.isGenuine(account, given) ? { account } : undefined;
  }

  private isGenuine(account: string, given: string): boolean {
    const expected = Buffer.from(signature(this.secret, account));
    const actual = Buffer.from(given);
    return expected.length === actual.length && timingSafeEqual(expected, actual);
  }
}

export const sessions = new Sessions(process.env.NOTES_SECRET ?? "only-for-tests");

/** Lets only known callers through. */
export function requireCaller(request: Request, response: Response, next: NextFunction) {
  const caller = sessions.read(request);
  if (!caller) return response.status(401).end();
  response.locals.caller = caller;
  next();
}
