import { expect, it } from "vitest";
import { linkAbout, readFollowed } from "../src/react/mailed-links.ts";
import { DEFAULT_PATHS, placeAfter, withNext } from "../src/react/paths.ts";

it.each([
  ["/?status=open", "/?status=open"],
  ["/account#devices", "/account#devices"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example/", "/"],
  ["/sign-in?next=/sign-in", "/"],
  ["/sign-up", "/"],
  [null, "/"],
])("goes back to %s by %s", (next, place) => {
  expect(placeAfter(next, DEFAULT_PATHS)).toBe(place);
});

it("keeps the way back between the doors, and none where it leads nowhere new", () => {
  expect(withNext("/sign-in", "/?status=open", DEFAULT_PATHS)).toBe("/sign-in?next=%2F%3Fstatus%3Dopen");
  expect(withNext("/sign-in?language=de", "/account", DEFAULT_PATHS)).toBe("/sign-in?language=de&next=%2Faccount");
  expect(withNext("/sign-in", "/", DEFAULT_PATHS)).toBe("/sign-in");
  expect(withNext("/sign-in", "//evil.example", DEFAULT_PATHS)).toBe("/sign-in");
});

it("reads what a mailed link was about, and nothing else that its address says", () => {
  const query = (path: string) => new URL(path, "https://own.example").searchParams;
  expect(readFollowed(query(linkAbout("change", DEFAULT_PATHS)))).toEqual({ about: "change", error: undefined });
  expect(readFollowed(query("/verify-email?about=money&error=TOKEN_EXPIRED"))).toEqual({
    about: undefined,
    error: "TOKEN_EXPIRED",
  });
});
