import { fetchLists } from "./lists.ts";
import { Refusal } from "./refusal.ts";
import { request, requestJson } from "./request.ts";
import { withoutLostLists, type Restoration } from "./restoration.ts";
import type { BulkAction, ExportFormat, NewTask, Task, TaskChanges, TaskPage, TaskQuery } from "./types.ts";

const LARGEST_PAGE = 100;
const LARGEST_BULK = 100;

export function fetchTaskPage(
  query: TaskQuery,
  limit: number,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<TaskPage> {
  const parameters = new URLSearchParams({ status: query.status, sort: query.sort, limit: String(limit) });
  if (query.listId) parameters.set("list_id", query.listId);
  if (query.text) parameters.set("q", query.text);
  if (cursor) parameters.set("cursor", cursor);
  return requestJson<TaskPage>(`/api/tasks?${parameters}`, { signal });
}

/** The first `count` tasks, however many pages that takes: what a reload of a scrolled list needs. */
export async function fetchTasks(query: TaskQuery, count: number, signal?: AbortSignal): Promise<TaskPage> {
  const items: Task[] = [];
  let cursor: string | null = null;
  do {
    const limit = Math.min(LARGEST_PAGE, count - items.length);
    const page: TaskPage = await fetchTaskPage(query, limit, cursor, signal);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && items.length < count);
  return { items, next_cursor: cursor };
}

export const createTask = (task: NewTask) => requestJson<Task>("/api/tasks", { method: "POST", body: task });

export const updateTask = (id: string, changes: TaskChanges) =>
  requestJson<Task>(taskPath(id), { method: "PATCH", body: changes });

/** Acts on any number of tasks, in as many requests as the server's limit asks for. */
export async function changeManyTasks(change: BulkAction): Promise<void> {
  for (let start = 0; start < change.ids.length; start += LARGEST_BULK) {
    const body = { ...change, ids: change.ids.slice(start, start + LARGEST_BULK) };
    await request("/api/tasks/bulk", { method: "POST", body });
  }
}

/** A list may have gone since: what was in it comes back without one, as it does when a list is deleted. */
export async function restoreTasks(restorations: readonly Restoration[]): Promise<void> {
  for (const restoration of restorations) {
    try {
      await restore(restoration);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "TASK_LIST_NOT_FOUND") throw error;
      await restore(withoutLostLists(restoration, new Set((await fetchLists()).map(({ id }) => id))));
    }
  }
}

const restore = ({ tasks, key }: Restoration) =>
  request("/api/tasks/restore", { method: "POST", body: { tasks }, idempotencyKey: key });

export async function exportTasks(format: ExportFormat): Promise<Blob> {
  const response = await request(`/api/tasks/export?format=${format}`);
  return response.blob();
}

const taskPath = (id: string): string => `/api/tasks/${encodeURIComponent(id)}`;
