import type { Task, TaskList } from "../api/types.ts";

/**
 * What the page offers. The server decides what may be done; here it is known beforehand, so that nobody is
 * offered what would be refused. A list that has not arrived yet takes nothing away.
 */
export const isOwn = (list: TaskList): boolean => list.access === "owner";

export const listOf = (task: Task, lists: readonly TaskList[]): TaskList | undefined =>
  lists.find(({ id }) => id === task.list_id);

export const mayChange = (task: Task, lists: readonly TaskList[]): boolean => listOf(task, lists)?.access !== "read";

/** A task of another's list is its owner's, and stays there. */
export function mayMove(task: Task, lists: readonly TaskList[]): boolean {
  const list = listOf(task, lists);
  return list === undefined || isOwn(list);
}
