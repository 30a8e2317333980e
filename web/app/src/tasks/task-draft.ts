import type { Task, TaskChanges } from "../api/types.ts";

/** What a person edits in one go. */
export type TaskDraft = Pick<Task, "title" | "notes" | "due_date" | "priority" | "list_id">;

export const draftOf = ({ title, notes, due_date, priority, list_id }: Task): TaskDraft => ({
  title,
  notes,
  due_date,
  priority,
  list_id,
});

/** Only what differs is sent, so that a change made in another tab meanwhile is not written over. */
export function changesBetween(task: Task, draft: TaskDraft): TaskChanges | undefined {
  const original = draftOf(task);
  const changed = Object.entries(draft).filter(([name, value]) => value !== Reflect.get(original, name));
  return changed.length > 0 ? (Object.fromEntries(changed) as TaskChanges) : undefined;
}
