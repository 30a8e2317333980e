import { expect, it } from "vitest";
import type { Task } from "../src/api/types.ts";
import { changesBetween, draftOf } from "../src/tasks/task-draft.ts";

const task: Task = {
  id: "1",
  title: "Oil the hinges",
  notes: "",
  due_date: "2026-03-28",
  priority: "low",
  done: false,
  list_id: null,
  created_at: "2026-03-01T08:00:00.000Z",
  updated_at: "2026-03-01T08:00:00.000Z",
};

it("sends nothing when nothing was changed", () => {
  expect(changesBetween(task, draftOf(task))).toBeUndefined();
});

it("sends what was changed and leaves the rest alone", () => {
  expect(changesBetween(task, { ...draftOf(task), due_date: null, priority: "high" })).toEqual({
    due_date: null,
    priority: "high",
  });
});
