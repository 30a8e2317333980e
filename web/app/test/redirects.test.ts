import { expect, it } from "vitest";
import type { Location } from "../src/routing/location.ts";
import { redirectFor } from "../src/routing/redirects.ts";
import type { Session } from "../src/session/session.ts";

const signedIn: Session = { status: "signed-in", person: { id: "1", name: "Ada", email: "ada@example.com" } };

function at(address: string): Location {
  const url = new URL(address, "https://tasks.example");
  return { path: url.pathname, search: url.searchParams, address };
}

it("sends a stranger to sign in, with the way back", () => {
  const session: Session = { status: "signed-out", because: "never" };
  expect(redirectFor(session, at("/?status=open"))).toBe("/sign-in?next=%2F%3Fstatus%3Dopen");
  expect(redirectFor(session, at("/"))).toBe("/sign-in");
});

it("keeps no way back for a person who pressed Sign out", () => {
  expect(redirectFor({ status: "signed-out", because: "left" }, at("/?list=1"))).toBe("/sign-in");
});

it("leaves a stranger at either door", () => {
  const session: Session = { status: "signed-out", because: "never" };
  expect(redirectFor(session, at("/sign-in?next=%2F"))).toBeUndefined();
  expect(redirectFor(session, at("/sign-up"))).toBeUndefined();
});

it("takes a person who is signed in back where they were, and never to another origin", () => {
  expect(redirectFor(signedIn, at("/sign-in?next=%2F%3Fstatus%3Dopen"))).toBe("/?status=open");
  expect(redirectFor(signedIn, at("/sign-in?next=%2F%2Felsewhere.example"))).toBe("/");
  expect(redirectFor(signedIn, at("/"))).toBeUndefined();
});
