import { expect, it } from "vitest";
import { activityByDay } from "../src/activity/by-day.ts";
import { activitySentence } from "../src/activity/sentences.ts";
import { counted, dayBars, HALF, totalsOf, WIDTH } from "../src/activity/timeline-shape.ts";
import type { ActivityDay, ActivityItem } from "../src/api/activity.ts";

const day = (date: string, signIns = 0, refusals = 0): ActivityDay => ({
  day: date,
  sign_ins: signIns,
  changes: 0,
  refusals,
});

const at = (date: Date): ActivityItem => ({
  id: date.toISOString(),
  name: "authn_login_success",
  kind: "sign_in",
  detail: null,
  at: date.toISOString(),
  source_ip: "127.0.0.1",
  this_session: false,
});

it.each([
  ["authn_login_success", null, "Signed in"],
  ["authn_login_success", "new_device", "Signed in with a new device"],
  ["authn_login_fail", "wrong_password", "A sign-in failed: the password was wrong"],
  ["authn_login_fail", null, "A sign-in failed"],
  ["authn_login_fail", "a detail of a later version", "A sign-in failed"],
  ["authn_link_sent", "reset_password", "You were sent a link to set a new password"],
  ["an event of a later version", null, "Something happened to your account"],
  ["constructor", null, "Something happened to your account"],
])("says %s (%s) in words", (name, detail, words) => {
  expect(activitySentence({ name, detail })).toBe(words);
});

it("begins another section where the person's own day ends", () => {
  const items = [new Date(2026, 2, 29, 0, 1), new Date(2026, 2, 28, 23, 59), new Date(2026, 2, 28, 0, 0)].map(at);
  expect(activityByDay(items).map((section) => [section.day, section.items.length])).toEqual([
    ["2026-03-29", 1],
    ["2026-03-28", 2],
  ]);
});

it("draws sign-ins and refusals to one scale, and the smallest so that it is seen", () => {
  const bars = dayBars([day("2026-03-27"), day("2026-03-28", 100, 50), day("2026-03-29", 0, 1)]);
  expect(bars.map((each) => [each.signIns, each.refusals])).toEqual([
    [0, 0],
    [HALF, HALF / 2],
    [0, 5],
  ]);
  expect(bars[1]?.x).toBeGreaterThan((bars[0]?.x ?? 0) + (bars[0]?.width ?? 0));
  expect((bars[2]?.x ?? 0) + (bars[2]?.width ?? 0)).toBeLessThanOrEqual(WIDTH);
});

it("does not fill the picture with one lonely event", () => {
  expect(dayBars([day("2026-03-28", 1)])[0]?.signIns).toBe(HALF / 4);
});

it("counts in words", () => {
  expect(totalsOf([day("2026-03-28", 2, 1), day("2026-03-29", 1)])).toEqual({ signIns: 3, refusals: 1 });
  expect([0, 1, 2].map((count) => counted(count, "refusal", "refusals"))).toEqual([
    "no refusals",
    "1 refusal",
    "2 refusals",
  ]);
});
