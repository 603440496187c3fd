import { describe, expect, it } from "vitest";

import { signature } from "../src/keys.js";
import { page } from "../src/render.js";
import { Sessions } from "../src/session.js";

const request = (header: string) => ({ get: () => header }) as never;

describe("sessions", () => {
  const sessions = new Sessions("secret");

  it("knows a genuine caller", () => {
    const header = `ada.${signature("secret", "ada")}`;
    expect(sessions.read(request(header))).toEqual({ account: "ada" });
  });

  it("does not know a forged one", () => {
    expect(sessions.read(request("ada.00"))).toBeUndefined();
    expect(sessions.read(request(""))).toBeUndefined();
  });
});

it("escapes notes", () => {
  expect(page([{ id: 1, account: "ada", text: "<b>" }])).toBe("<ul><li>&lt;b&gt;</li></ul>");
});
