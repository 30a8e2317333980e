import type { ActivityItem } from "../api/activity.ts";
import { dayOf, type Day } from "../tasks/due-date.ts";

export interface ActivitySection {
  readonly day: Day;
  readonly items: readonly ActivityItem[];
}

/** Cuts what is in order of time already where one day ends and the next begins, on this clock. */
export function activityByDay(items: readonly ActivityItem[]): readonly ActivitySection[] {
  const sections: { day: Day; items: ActivityItem[] }[] = [];
  for (const item of items) {
    const day = dayOf(new Date(item.at));
    const last = sections.at(-1);
    if (last?.day === day) last.items.push(item);
    else sections.push({ day, items: [item] });
  }
  return sections;
}
