import { afterEach, expect, it, vi } from "vitest";
import { activitySentence, somebodysSentence } from "../src/activity/sentences.ts";
import type { CountedSpan } from "../src/api/security.ts";
import { chartShape, HEIGHT, totalsOf, WIDTH } from "../src/security/chart-shape.ts";
import { withLatest } from "../src/security/latest.ts";
import { startOfSpan, wholeSpan } from "../src/security/moments.ts";
import { nameInWords } from "../src/security/names.ts";
import { EVERY_MS, poll } from "../src/security/polling.ts";

const span = (signIns = 0, refusals = 0, lockouts = 0, alarms = 0): CountedSpan => ({
  start: `2026-03-28T00:00:${signIns}${refusals}${lockouts}Z`,
  sign_ins: signIns,
  changes: 0,
  refusals,
  lockouts,
  alarms,
});

afterEach(() => vi.useRealTimers());

it("draws everything to one scale, within the picture", () => {
  const shape = chartShape([span(), span(40), span(0, 60, 20), span(1, 1, 0, 1)]);
  const [none, came, refused, few] = shape.columns;
  expect([none?.signIns, none?.refusals, none?.lockouts, none?.hasAlarm]).toEqual([0, 0, 0, false]);
  expect((refused?.refusals ?? 0) / (came?.signIns ?? 1)).toBeCloseTo(60 / 40);
  expect(refused?.lockouts).toBeCloseTo((refused?.refusals ?? 0) / 3);
  expect(few?.hasAlarm).toBe(true);
  expect(few?.signIns).toBeGreaterThan(1);
  for (const column of shape.columns) {
    expect(column.x + column.width).toBeLessThanOrEqual(WIDTH);
    expect(column.signIns).toBeLessThanOrEqual(shape.line);
    expect(shape.line + column.refusals + column.lockouts).toBeLessThanOrEqual(HEIGHT);
  }
  expect(shape.most).toEqual({ above: 40, below: 80 });
});

it.each([
  [[span(1)], 0.5],
  [[span(0, 1_000)], 0.2],
  [[span(1_000)], 0.8],
])("leaves both sides of the line room", (spans, share) => {
  expect(chartShape(spans).line / HEIGHT).toBeCloseTo(share);
});

it("names edges by what would reach them", () => {
  const { most, columns } = chartShape([span(3, 900)]);
  expect(most).toEqual({ above: 250, below: 1_000 });
  expect(columns[0]?.refusals).toBeCloseTo(900 * ((HEIGHT * 0.8) / 1_000));
});

it("sums up", () => {
  expect(totalsOf([span(1, 2, 3, 4), span(1)])).toEqual({ sign_ins: 2, refusals: 2, lockouts: 3, alarms: 4 });
});

it("says when a span was", () => {
  const start = new Date(2026, 2, 28, 14, 0).toISOString();
  expect(wholeSpan(start, "day", "en-GB")).toBe("14:00 to 15:00");
  expect(wholeSpan(start, "hour", "en-GB")).toBe("14:00 to 14:05");
  expect(wholeSpan(start, "week", "en-GB")).toMatch(/^Sat.* 14:00 to 20:00$/);
  expect(wholeSpan(start, "month", "en-GB")).toBe(startOfSpan(start, "month", "en-GB"));
});

it("says what was counted, and of what it does not know the name", () => {
  expect(nameInWords("authn_login_fail")).toBe("Sign-ins that failed");
  expect(nameInWords("of_a_later_version")).toBe("of_a_later_version");
});

it.each([
  ["authn_link_sent", "reset_password", "A link was sent to set a new password"],
  ["authn_link_sent", null, "A link was sent"],
  ["authn_login_fail", "wrong_password", "A sign-in failed: the password was wrong"],
  ["authn_login_fail_max", null, "Too many wrong passwords from one address: it was stopped"],
])("says of somebody else %s (%s)", (name, detail, words) => {
  expect(somebodysSentence({ name, detail })).toBe(words);
});

it("speaks of nobody else as of whoever reads", () => {
  const names = ["authn_link_sent", "authn_password_change", "user_created", "user_updated", "malicious_csrf"];
  const said = [...names, "authn_token_refused"].map((name) => somebodysSentence({ name, detail: null }));
  expect(said.filter((words) => /\byou/i.test(words))).toEqual([]);
  expect(activitySentence({ name: "authn_login_lock", detail: null })).toMatch(/new addresses/);
});

it("puts what is new before what was there, and begins anew where something would be missing", () => {
  const page = (...ids: string[]) => ({ items: ids.map((id) => ({ id })), nextCursor: ids.at(-1) ?? null });
  const loaded = page("c", "b", "a");
  expect(withLatest(undefined, loaded)).toBe(loaded);
  expect(withLatest(loaded, page("c", "b"))).toBe(loaded);
  expect(withLatest(loaded, page("d", "c"))).toEqual({ ...page("d", "c", "b", "a"), nextCursor: "a" });
  expect(withLatest(loaded, page("f", "e"))).toEqual(page("f", "e"));
});

/** A document that somebody looks at, or not, and a server that answers when it is told to. */
function polled() {
  vi.useFakeTimers();
  let look = () => {};
  const watched = {
    hidden: false,
    addEventListener: (_: string, listener: () => void) => void (look = listener),
    removeEventListener: () => void (look = () => {}),
  };
  const waiting: { answer: (value: string) => void; fail: (error: unknown) => void }[] = [];
  const heard: unknown[] = [];
  let asked = 0;
  const stop = poll<string>({
    ask: () => {
      asked += 1;
      return new Promise((answer, fail) => waiting.push({ answer, fail }));
    },
    onAnswer: (answer) => heard.push(answer),
    onFailure: (error) => {
      heard.push(error);
      return error !== "final";
    },
    watched,
  });
  const show = (hidden: boolean) => {
    watched.hidden = hidden;
    look();
  };
  return { asked: () => asked, heard, waiting, stop, show };
}

it("asks one question at a time", async () => {
  const { asked, heard, waiting, stop } = polled();
  await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
  expect(asked()).toBe(1);
  waiting[0]?.answer("first");
  await vi.advanceTimersByTimeAsync(EVERY_MS - 1);
  expect([asked(), heard]).toEqual([1, ["first"]]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked()).toBe(2);
  stop();
  waiting[1]?.answer("too late");
  await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
  expect([asked(), heard]).toEqual([2, ["first"]]);
});

it("asks nothing while nobody looks, and at once when somebody does again", async () => {
  const { asked, waiting, show, stop } = polled();
  waiting[0]?.answer("first");
  await vi.advanceTimersByTimeAsync(1);
  show(true);
  await vi.advanceTimersByTimeAsync(100 * EVERY_MS);
  expect(asked()).toBe(1);
  show(false);
  show(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked()).toBe(2);
  stop();
  waiting[1]?.fail("too late");
  await vi.advanceTimersByTimeAsync(1);
  show(false);
  expect(asked()).toBe(2);
});

it("asks ever later while it fails, and no more after a refusal that stays", async () => {
  const { asked, heard, waiting } = polled();
  waiting[0]?.fail("away");
  await vi.advanceTimersByTimeAsync(2 * EVERY_MS - 1);
  expect(asked()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  waiting[1]?.fail("final");
  await vi.advanceTimersByTimeAsync(100 * EVERY_MS);
  expect([asked(), heard]).toEqual([2, ["away", "final"]]);
});
