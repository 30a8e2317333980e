import { request, requestJson } from "./request.ts";
import type { Right, Share } from "./types.ts";

/** Everybody whom the person has let into their list; in another's list, themselves only. */
export async function fetchShares(listId: string, signal?: AbortSignal): Promise<readonly Share[]> {
  const { items } = await requestJson<{ items: readonly Share[] }>(sharesPath(listId), { signal });
  return items;
}

export const addShare = (listId: string, address: string, right: Right) =>
  requestJson<Share>(sharesPath(listId), { method: "POST", body: { address, right } });

export const changeShare = (listId: string, shareId: string, right: Right) =>
  requestJson<Share>(sharePath(listId, shareId), { method: "PATCH", body: { right } });

export const deleteShare = async (listId: string, shareId: string): Promise<void> =>
  void (await request(sharePath(listId, shareId), { method: "DELETE" }));

/** By taking back the one share that a guest sees, their own. */
export async function leaveList(listId: string): Promise<void> {
  for (const own of await fetchShares(listId)) await deleteShare(listId, own.id);
}

/** Takes up what was shared with the person's address before it was known to be theirs; resolves to how many lists. */
export async function takeUpShares(): Promise<number> {
  const { count } = await requestJson<{ count: number }>("/api/shares/take-up", { method: "POST" });
  return count;
}

const sharesPath = (listId: string): string => `/api/lists/${encodeURIComponent(listId)}/shares`;

const sharePath = (listId: string, shareId: string): string => `${sharesPath(listId)}/${encodeURIComponent(shareId)}`;
