import { safeReturnPath } from "../return-path.ts";

/** Where the app shows each component. The links in mails lead there too. */
export interface Paths {
  readonly home: string;
  readonly signIn: string;
  readonly signUp: string;
  readonly forgottenPassword: string;
  readonly newPassword: string;
  readonly verifyEmail: string;
  readonly accountDeleted: string;
}

export const DEFAULT_PATHS: Paths = {
  home: "/",
  signIn: "/sign-in",
  signUp: "/sign-up",
  forgottenPassword: "/forgotten-password",
  newPassword: "/new-password",
  verifyEmail: "/verify-email",
  accountDeleted: "/account-deleted",
};

/** Keeps the place to return to while moving between the doors. */
export function withNext(door: string, next: string | null | undefined, paths: Paths): string {
  const place = placeAfter(next, paths);
  return place === paths.home ? door : withParameter(door, "next", place);
}

/** Where to go after signing in: not to a door again, where nobody who is in can stay. */
export function placeAfter(next: string | null | undefined, { home, signIn, signUp }: Paths): string {
  const place = safeReturnPath(next, home);
  const [path = ""] = place.split(/[?#]/, 1);
  return path === signIn || path === signUp ? home : place;
}

export function withParameter(path: string, name: string, value: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams({ [name]: value })}`;
}
