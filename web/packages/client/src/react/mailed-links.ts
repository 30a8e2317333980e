import { withParameter, type Paths } from "./paths.ts";

/** What somebody was doing who comes to the page about their address. */
export type About = "address" | "change" | "sign-up";

const ABOUT = "about";

/** Where the links of mails about an address lead, after the server has done what they say. */
export const linkAbout = (about: About, paths: Paths): string => withParameter(paths.verifyEmail, ABOUT, about);

export interface Followed {
  readonly about: About | undefined;
  /** The code of what was wrong with the link. */
  readonly error: string | undefined;
}

/** Anybody can write such an address, so it only chooses among sentences. */
export function readFollowed(query: URLSearchParams): Followed {
  const said = query.get(ABOUT);
  const about = said === "address" || said === "change" || said === "sign-up" ? said : undefined;
  return { about, error: query.get("error") ?? undefined };
}
