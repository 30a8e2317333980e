import { safeReturnPath } from "@gatepost/client";
import type { Session } from "../session/session.ts";
import type { Location } from "./location.ts";

const DOORS = new Set(["/sign-in", "/sign-up"]);

/** Where this person has to be instead, if not here. */
export function redirectFor(session: Session, { path, search, address }: Location): string | undefined {
  if (session.status === "signed-in" && DOORS.has(path)) return safeReturnPath(search.get("next"));
  if (session.status === "signed-in" && path !== "/") return "/";
  if (session.status === "signed-out" && !DOORS.has(path)) {
    return session.because === "left" ? "/sign-in" : withNext("/sign-in", address);
  }
  return undefined;
}

/** Keeps the place to return to while moving between the doors. */
export function withNext(door: string, next: string | null): string {
  const place = safeReturnPath(next);
  return place === "/" ? door : `${door}?${new URLSearchParams({ next: place })}`;
}
