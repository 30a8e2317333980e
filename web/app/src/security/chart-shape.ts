import type { CountedSpan } from "../api/security.ts";

/** The picture's own units; it is stretched to whatever room there is. */
export const WIDTH = 720;
export const HEIGHT = 200;

const SMALLEST = 4;
/** One lonely event is not to fill the picture. */
const LEAST_FULL = 4;
const LEAST_SHARE = 0.2;
const GAP = 0.28;

export interface Column {
  readonly start: string;
  readonly x: number;
  readonly width: number;
  /** How far up from the line. */
  readonly signIns: number;
  /** How far down from it. */
  readonly refusals: number;
  /** How far down from the refusals. */
  readonly lockouts: number;
  readonly hasAlarm: boolean;
}

export interface ChartShape {
  readonly columns: readonly Column[];
  /** Where the line is, from above. */
  readonly line: number;
  /** What the edges stand for. */
  readonly most: { readonly above: number; readonly below: number };
}

/** Sign-ins stand on a line and what was refused hangs from it, all to one scale. */
export function chartShape(spans: readonly CountedSpan[]): ChartShape {
  const above = roundUp(Math.max(0, ...spans.map((span) => span.sign_ins)));
  const below = roundUp(Math.max(0, ...spans.map((span) => span.refusals + span.lockouts)));
  const share = Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, above / (above + below)));
  const line = Math.round(HEIGHT * share);
  // The edges are as far as the scale goes: where one side has a least share, it has more room than counts.
  const perEvent = Math.min(line / above, (HEIGHT - line) / below);
  const height = (count: number): number => (count === 0 ? 0 : Math.max(SMALLEST, count * perEvent));
  const step = WIDTH / Math.max(1, spans.length);
  const columns = spans.map((span, position) => ({
    start: span.start,
    x: position * step + (step * GAP) / 2,
    width: step * (1 - GAP),
    signIns: height(span.sign_ins),
    refusals: height(span.refusals),
    lockouts: height(span.lockouts),
    hasAlarm: span.alarms > 0,
  }));
  return { columns, line, most: { above: Math.floor(line / perEvent), below: Math.floor((HEIGHT - line) / perEvent) } };
}

/** The next number that is good to read. */
function roundUp(count: number): number {
  if (count <= LEAST_FULL) return LEAST_FULL;
  const power = 10 ** Math.floor(Math.log10(count));
  const step = [1, 2, 4, 5, 8, 10].find((factor) => factor * power >= count) ?? 10;
  return step * power;
}

export type Totals = Readonly<Record<"sign_ins" | "refusals" | "lockouts" | "alarms", number>>;

export function totalsOf(spans: readonly CountedSpan[]): Totals {
  const sum = (key: keyof Totals): number => spans.reduce((total, span) => total + span[key], 0);
  return { sign_ins: sum("sign_ins"), refusals: sum("refusals"), lockouts: sum("lockouts"), alarms: sum("alarms") };
}
