import type { ActivityItem } from "./activity.ts";
import { requestJson } from "./request.ts";

export type CountKind = "sign_in" | "change" | "refusal" | "lockout" | "alarm";

/** How much has happened in one span of time; the last one is not over. */
export interface CountedSpan {
  readonly start: string;
  readonly sign_ins: number;
  readonly changes: number;
  readonly refusals: number;
  readonly lockouts: number;
  readonly alarms: number;
}

export interface CountedName {
  /** OWASP's name of what happened. */
  readonly name: string;
  readonly kind: CountKind;
  readonly count: number;
}

export interface SecurityCounts {
  readonly items: readonly CountedSpan[];
  readonly names: readonly CountedName[];
}

export interface SomebodysItem extends Omit<ActivityItem, "this_session"> {
  readonly user_id: string;
  readonly email: string | null;
}

export interface SomebodysPage {
  readonly items: readonly SomebodysItem[];
  readonly next_cursor: string | null;
}

export type Period = "hour" | "day" | "week" | "month";

export function fetchSecurityCounts(period: Period, signal?: AbortSignal): Promise<SecurityCounts> {
  // JavaScript counts the other way round: how far UTC is ahead of this clock.
  const ahead = 0 - new Date().getTimezoneOffset();
  const query = new URLSearchParams({ period, utc_offset_minutes: String(ahead) });
  return requestJson<SecurityCounts>(`/api/admin/activity/counts?${query}`, signal && { signal });
}

export function fetchEverybodysActivity(
  kind: ActivityItem["kind"] | null,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<SomebodysPage> {
  const query = new URLSearchParams({ ...(kind && { kind }), ...(cursor && { cursor }) });
  return requestJson<SomebodysPage>(`/api/admin/activity?${query}`, signal && { signal });
}
