import { expect, it } from "vitest";
import { safeReturnPath } from "../src/index.ts";

it.each(["/", "/?list=1&status=open", "/tasks#today", "/a/../b", "/?next=https://elsewhere.example"])(
  "keeps %j, a path of this origin",
  (path) => {
    expect(safeReturnPath(path)).toBe(path === "/a/../b" ? "/b" : path);
  },
);

it.each([
  null,
  undefined,
  "",
  "tasks",
  "//elsewhere.example",
  "/\\elsewhere.example",
  "\\\\elsewhere.example",
  "/\t/elsewhere.example",
  "/\n/elsewhere.example",
  "\u0000/",
  "/.//elsewhere.example",
  "/a/..//elsewhere.example",
  "https://elsewhere.example/",
  "javascript:alert(1)",
])("falls back for %j, which leaves it or is no path", (candidate) => {
  expect(safeReturnPath(candidate)).toBe("/");
});
