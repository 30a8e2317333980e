import { expect, it } from "vitest";
import { confirmed, withEdits, type PendingEdit } from "../src/pending/pending-edits.ts";

interface Thing {
  readonly id: string;
  readonly title: string;
  readonly done: boolean;
}

const base: readonly Thing[] = [
  { id: "1", title: "one", done: false },
  { id: "2", title: "two", done: false },
];
const renamed: PendingEdit<Thing> = { ids: ["1"], changes: { title: "uno" } };
const completed: PendingEdit<Thing> = { ids: ["1", "2"], changes: { done: true } };
const removed: PendingEdit<Thing> = { ids: ["2"], changes: "removed" };

it("shows every edit that is not answered, in order", () => {
  expect(withEdits(base, [renamed, completed, removed])).toEqual([{ id: "1", title: "uno", done: true }]);
});

it("takes a refused edit back and leaves the later ones of the same thing", () => {
  expect(withEdits(base, [completed])[0]).toEqual({ id: "1", title: "one", done: true });
});

it("takes a refused edit back when a later one of the same thing has been confirmed", () => {
  const afterLater = confirmed(base, completed, undefined);
  expect(withEdits(afterLater, [renamed])[0]).toEqual({ id: "1", title: "uno", done: true });
  expect(withEdits(afterLater, [])[0]).toEqual({ id: "1", title: "one", done: true });
});

it("brings back what was not removed after all", () => {
  expect(withEdits(base, [removed]).map(({ id }) => id)).toEqual(["1"]);
  expect(withEdits(base, [])).toEqual(base);
});

it("believes the server's answer more than what was asked", () => {
  const answer = { id: "1", title: "Uno", done: false };
  expect(confirmed(base, renamed, answer)).toEqual([answer, base[1]]);
});
