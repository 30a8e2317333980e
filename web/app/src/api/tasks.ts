import { request, requestJson } from "./request.ts";
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
  return requestJson<TaskPage>(`/api/tasks?${parameters}`, signal && { signal });
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

export const deleteTask = async (id: string): Promise<void> => void (await request(taskPath(id), { method: "DELETE" }));

/** Acts on any number of tasks, in as many requests as the server's limit asks for. */
export async function changeManyTasks(change: BulkAction): Promise<number> {
  let total = 0;
  for (let start = 0; start < change.ids.length; start += LARGEST_BULK) {
    const body = { ...change, ids: change.ids.slice(start, start + LARGEST_BULK) };
    const { count } = await requestJson<{ count: number }>("/api/tasks/bulk", { method: "POST", body });
    total += count;
  }
  return total;
}

export async function exportTasks(format: ExportFormat): Promise<Blob> {
  const response = await request(`/api/tasks/export?format=${format}`);
  return response.blob();
}

const taskPath = (id: string): string => `/api/tasks/${encodeURIComponent(id)}`;
