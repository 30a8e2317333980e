import type { Task } from "../api/types.ts";

const DAY_MS = 86_400_000;

/** Calendar days, `YYYY-MM-DD`. A due date has no time and no time zone, so neither has the arithmetic. */
export type Day = string;

export function dayOf(date: Date): Day {
  const month = String(date.getMonth() + 1).padStart(2, "0");
  const day = String(date.getDate()).padStart(2, "0");
  return `${date.getFullYear()}-${month}-${day}`;
}

export function addDays(day: Day, count: number): Day {
  return new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);
}

export const daysBetween = (from: Day, to: Day): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** "Today", "Friday", "12 March": the shortest wording that cannot be misread. */
export function humanDay(day: Day, today: Day, locale?: string): string {
  const distance = daysBetween(today, day);
  if (distance === 0) return "Today";
  if (distance === 1) return "Tomorrow";
  if (distance === -1) return "Yesterday";
  if (distance > 1 && distance < 7) return written(day, { weekday: "long" }, locale);
  const sameYear = day.slice(0, 4) === today.slice(0, 4);
  return written(day, { day: "numeric", month: "short", ...(!sameYear && { year: "numeric" }) }, locale);
}

function written(day: Day, format: Intl.DateTimeFormatOptions, locale: string | undefined): string {
  return new Intl.DateTimeFormat(locale, { ...format, timeZone: "UTC" }).format(Date.parse(day));
}

export type DueGroup = "Before today" | "Today" | "Tomorrow" | "Next seven days" | "Later" | "No due date";

export function dueGroup(day: Day | null, today: Day): DueGroup {
  if (day === null) return "No due date";
  const distance = daysBetween(today, day);
  if (distance < 0) return "Before today";
  if (distance === 0) return "Today";
  if (distance === 1) return "Tomorrow";
  return distance <= 7 ? "Next seven days" : "Later";
}

export interface DueSection {
  readonly group: DueGroup;
  readonly tasks: readonly Task[];
}

/** Cuts a list that is already in order of due date; it reorders nothing. */
export function sectionsByDue(tasks: readonly Task[], today: Day): readonly DueSection[] {
  const sections: { group: DueGroup; tasks: Task[] }[] = [];
  for (const task of tasks) {
    const group = dueGroup(task.due_date, today);
    const last = sections.at(-1);
    if (last?.group === group) last.tasks.push(task);
    else sections.push({ group, tasks: [task] });
  }
  return sections;
}
