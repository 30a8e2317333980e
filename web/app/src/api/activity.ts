import { requestJson } from "./request.ts";

export interface ActivityItem {
  readonly id: string;
  /** OWASP's name of what happened. */
  readonly name: string;
  readonly kind: "sign_in" | "change" | "refusal" | "lockout";
  readonly detail: string | null;
  readonly at: string;
  readonly source_ip: string | null;
  readonly this_session: boolean;
}

export interface ActivityPage {
  readonly items: readonly ActivityItem[];
  readonly next_cursor: string | null;
}

export interface ActivityDay {
  /** `YYYY-MM-DD`, on the person's calendar. */
  readonly day: string;
  readonly sign_ins: number;
  readonly changes: number;
  readonly refusals: number;
}

export function fetchActivity(cursor: string | null, signal?: AbortSignal): Promise<ActivityPage> {
  const query = cursor ? `?${new URLSearchParams({ cursor })}` : "";
  return requestJson<ActivityPage>(`/api/activity${query}`, signal && { signal });
}

/** The last thirty days, the oldest first; `utcOffsetMinutes` is by how much this clock is ahead of UTC. */
export async function fetchActivityDays(
  utcOffsetMinutes: number,
  signal?: AbortSignal,
): Promise<readonly ActivityDay[]> {
  const query = new URLSearchParams({ utc_offset_minutes: String(utcOffsetMinutes) });
  const { items } = await requestJson<{ items: readonly ActivityDay[] }>(
    `/api/activity/days?${query}`,
    signal && { signal },
  );
  return items;
}
