import type { ActivityDay } from "../api/activity.ts";

/** The picture's own units; it is stretched to whatever room there is. */
export const WIDTH = 600;
export const HALF = 50;

const SMALLEST = 5;
/** One lonely event is not to fill the picture. */
const LEAST_FULL = 4;
const GAP = 0.3;

export interface DayBars {
  readonly day: string;
  readonly x: number;
  readonly width: number;
  /** How far up from the middle line. */
  readonly signIns: number;
  /** How far down from it. */
  readonly refusals: number;
}

export function dayBars(days: readonly ActivityDay[]): readonly DayBars[] {
  const full = Math.max(LEAST_FULL, ...days.flatMap((day) => [day.sign_ins, day.refusals]));
  const height = (count: number): number => (count === 0 ? 0 : Math.max(SMALLEST, (count / full) * HALF));
  const step = WIDTH / Math.max(1, days.length);
  return days.map((day, position) => ({
    day: day.day,
    x: position * step + (step * GAP) / 2,
    width: step * (1 - GAP),
    signIns: height(day.sign_ins),
    refusals: height(day.refusals),
  }));
}

export interface Totals {
  readonly signIns: number;
  readonly refusals: number;
}

export const totalsOf = (days: readonly ActivityDay[]): Totals => ({
  signIns: days.reduce((sum, day) => sum + day.sign_ins, 0),
  refusals: days.reduce((sum, day) => sum + day.refusals, 0),
});

export const counted = (count: number, one: string, many: string): string =>
  `${count === 0 ? "no" : count} ${count === 1 ? one : many}`;
