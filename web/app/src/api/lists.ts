import { request, requestJson } from "./request.ts";
import type { TaskList } from "./types.ts";

export async function fetchLists(signal?: AbortSignal): Promise<readonly TaskList[]> {
  const { items } = await requestJson<{ items: readonly TaskList[] }>("/api/lists", { signal });
  return items;
}

export const createList = (name: string) => requestJson<TaskList>("/api/lists", { method: "POST", body: { name } });

export const renameList = (id: string, name: string) =>
  requestJson<TaskList>(listPath(id), { method: "PATCH", body: { name } });

export const deleteList = async (id: string): Promise<void> => void (await request(listPath(id), { method: "DELETE" }));

const listPath = (id: string): string => `/api/lists/${encodeURIComponent(id)}`;
