import { expect, it } from "vitest";
import { restorationsOf, withoutLostLists } from "../src/api/restoration.ts";
import type { Task } from "../src/api/types.ts";
import { undoingOf } from "../src/tasks/undoing.ts";

function task(id: string, fields: Partial<Task> = {}): Task {
  return {
    id,
    title: `task ${id}`,
    notes: "",
    due_date: null,
    priority: "none",
    done: false,
    list_id: null,
    created_at: "2026-03-01T08:00:00.000Z",
    updated_at: "2026-03-02T08:00:00.000Z",
    ...fields,
  };
}

it.each([
  ["complete", false, "reopen"],
  ["reopen", true, "complete"],
] as const)("undoes %s for those that it changed", (action, done, back) => {
  const tasks = [task("1", { done }), task("2", { done: !done })];
  expect(undoingOf({ action, ids: ["1", "2"] }, tasks)).toEqual([{ action: back, ids: ["1"] }]);
  expect(undoingOf({ action, ids: ["2"] }, tasks.slice(1))).toEqual([]);
});

it("moves each task back into the list that it came from", () => {
  const tasks = [
    task("1", { list_id: "home" }),
    task("2"),
    task("3", { list_id: "home" }),
    task("4", { list_id: "new" }),
  ];
  expect(undoingOf({ action: "move", ids: ["1", "2", "3", "4"], list_id: "new" }, tasks)).toEqual([
    { action: "move", ids: ["1", "3"], list_id: "home" },
    { action: "move", ids: ["2"], list_id: null },
  ]);
});

it("restores what was deleted as it was, without what is the server's", () => {
  const [undoing] = undoingOf({ action: "delete", ids: ["1"] }, [task("1", { done: true, list_id: "home" })]);
  const { id, updated_at, ...asItWas } = task("1", { done: true, list_id: "home" });
  expect(undoing).toMatchObject({ action: "restore", restorations: [{ tasks: [asItWas] }] });
});

it("cuts many tasks into requests that the server takes", () => {
  const many = restorationsOf(Array.from({ length: 250 }, (_, index) => task(String(index))));
  expect(many.map(({ tasks }) => tasks.length)).toEqual([100, 100, 50]);
  expect(new Set(many.map(({ key }) => key)).size).toBe(3);
  const long = restorationsOf(
    Array.from({ length: 40 }, (_, index) => task(String(index), { notes: "🌳".repeat(5000) })),
  );
  const sizes = long.map(({ tasks }) => new TextEncoder().encode(JSON.stringify({ tasks })).length);
  expect(Math.max(...sizes)).toBeLessThan(600_000);
  expect(long.flatMap(({ tasks }) => tasks)).toHaveLength(40);
});

it("restores without its list what was in one that is gone, under another key", () => {
  const [restoration] = restorationsOf([task("1", { list_id: "gone" }), task("2", { list_id: "home" })]);
  if (!restoration) throw new Error("There has to be one.");
  const without = withoutLostLists(restoration, new Set(["home"]));
  expect(without.tasks.map(({ list_id }) => list_id)).toEqual([null, "home"]);
  expect(without.key).not.toBe(restoration.key);
});
