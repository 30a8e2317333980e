import { expect, it } from "vitest";
import { addDays, dayOf, daysBetween, dueGroup, humanDay } from "../src/tasks/due-date.ts";

const TODAY = "2026-03-28";

it("counts calendar days, also across the change to summer time", () => {
  expect(daysBetween(TODAY, "2026-03-30")).toBe(2);
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
});

it("takes the day from the person's own calendar", () => {
  expect(dayOf(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05");
});

it.each([
  ["2026-03-27", "Yesterday"],
  ["2026-03-28", "Today"],
  ["2026-03-29", "Tomorrow"],
  ["2026-04-01", "Wednesday"],
  ["2026-04-04", "4 Apr"],
  ["2026-03-20", "20 Mar"],
  ["2027-03-20", "20 Mar 2027"],
])("calls %s %s", (day, words) => {
  expect(humanDay(day, TODAY, "en-GB")).toBe(words);
});

it.each([
  ["2026-03-27", "Before today"],
  ["2026-03-28", "Today"],
  ["2026-03-29", "Tomorrow"],
  ["2026-04-04", "Next seven days"],
  ["2026-04-05", "Later"],
  [null, "No due date"],
])("puts %s under %s", (day, group) => {
  expect(dueGroup(day, TODAY)).toBe(group);
});
