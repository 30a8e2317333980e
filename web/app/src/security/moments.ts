import type { Period } from "../api/security.ts";

export const PERIODS: Readonly<Record<Period, string>> = { hour: "Hour", day: "Day", week: "Week", month: "Month" };

export const LAST: Readonly<Record<Period, string>> = {
  hour: "In the last hour",
  day: "In the last 24 hours",
  week: "In the last seven days",
  month: "In the last thirty days",
};

const time: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit" };
const FORMATS: Readonly<Record<Period, Intl.DateTimeFormatOptions>> = {
  hour: time,
  day: time,
  week: { weekday: "short", ...time },
  month: { weekday: "short", day: "numeric", month: "short" },
};
const MINUTES: Readonly<Record<Period, number>> = { hour: 5, day: 60, week: 360, month: 0 };

/** When a span begins, as short as can be understood beside the others of its period. */
export function startOfSpan(start: string, period: Period, locale?: string): string {
  return new Intl.DateTimeFormat(locale, FORMATS[period]).format(Date.parse(start));
}

/** From when to when; a day is its own name. */
export function wholeSpan(start: string, period: Period, locale?: string): string {
  const from = startOfSpan(start, period, locale);
  if (period === "month") return from;
  const end = Date.parse(start) + MINUTES[period] * 60_000;
  return `${from} to ${new Intl.DateTimeFormat(locale, time).format(end)}`;
}
