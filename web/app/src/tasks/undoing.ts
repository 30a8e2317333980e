import { restorationsOf, type Restoration } from "../api/restoration.ts";
import type { BulkAction, Task } from "../api/types.ts";

/** What takes a bulk action back, in any order. */
export type Undoing = BulkAction | { readonly action: "restore"; readonly restorations: readonly Restoration[] };

/** How to undo an action on tasks that were as `before`. What it did not change is left alone. */
export function undoingOf(change: BulkAction, before: readonly Task[]): readonly Undoing[] {
  if (change.action === "delete") return [{ action: "restore", restorations: restorationsOf(before) }];
  if (change.action === "move") {
    const moved = before.filter(({ list_id }) => list_id !== change.list_id);
    const left = [...new Set(moved.map(({ list_id }) => list_id))];
    return left.map((list_id) => ({
      action: "move",
      ids: idsOf(moved.filter((task) => task.list_id === list_id)),
      list_id,
    }));
  }
  const completes = change.action === "complete";
  const ids = idsOf(before.filter(({ done }) => done !== completes));
  return ids.length > 0 ? [{ action: completes ? "reopen" : "complete", ids }] : [];
}

const idsOf = (tasks: readonly Task[]): readonly string[] => tasks.map(({ id }) => id);
