import { expect, it } from "vitest";
import type { Task, TaskList } from "../src/api/types.ts";
import { mayChange, mayMove } from "../src/lists/access.ts";

const lists = (["owner", "edit", "read"] as const).map((access): TaskList => ({
  id: access,
  name: access,
  open_count: 0,
  access,
  created_at: "",
  updated_at: "",
}));

function inList(list_id: string | null): Task {
  const times = { created_at: "", updated_at: "" };
  return { id: "1", title: "t", notes: "", due_date: null, priority: "none", done: false, list_id, ...times };
}

it.each([
  [null, true, true],
  ["owner", true, true],
  ["edit", true, false],
  ["read", false, false],
  ["not arrived yet", true, true],
])("offers for a task in %s: change %s, move %s", (listId, changed, moved) => {
  expect(mayChange(inList(listId), lists)).toBe(changed);
  expect(mayMove(inList(listId), lists)).toBe(moved);
});
