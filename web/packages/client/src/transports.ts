import type { AccessToken } from "./access-token.ts";
import { oneTabAtATime } from "./one-tab-at-a-time.ts";

/** What a request proves itself with: a token for its header, or a cookie that the browser adds by itself. */
export interface Credential {
  readonly bearer: string | undefined;
}

/** A credential that was just had, whose it is, and how long it is good for, counted from now. */
export interface Renewal {
  readonly credential: Credential;
  readonly subject: string;
  readonly lifetimeMs: number;
}

/** What asking the server can come to. Only `session-gone` ends a session. */
export type Answer<Success> = Success | "session-gone" | "unavailable";

/** How credentials are had and given back. */
export interface Transport {
  renew(): Promise<Answer<Renewal>>;
  /** Runs a renewal; says whether it had to wait for one of another tab's. */
  alone<Result>(work: (waited: boolean) => Promise<Result>): Promise<Result>;
  /** Takes back what was left with the browser. */
  drop(): void;
}

type AskForToken = () => Promise<Answer<AccessToken>>;

/** The token is in the memory of one tab, which hands it to no other: each asks for its own. */
export function bearerTransport(askForToken: AskForToken): Transport {
  return {
    async renew() {
      const token = await askForToken();
      return typeof token === "string" ? token : { ...token, credential: { bearer: token.jwt } };
    },
    alone: (work) => work(false),
    drop: () => {},
  };
}

/**
 * The token is handed in once and comes back in a `__Host-` cookie, which all tabs have in common.
 * `route` is where: that of `Gatepost(access_cookie=…)`.
 */
export function cookieTransport(askForToken: AskForToken, route: URL): Transport {
  let dropped: Promise<unknown> = Promise.resolve();

  const send = (method: "POST" | "DELETE", headers: Record<string, string>) =>
    fetch(route, { method, headers, credentials: "include", redirect: "error" });

  return {
    async renew() {
      const token = await askForToken();
      if (typeof token === "string") return token;
      // Else a cookie that is still being taken back could take this one with it.
      await dropped;
      try {
        const { ok } = await send("POST", { Authorization: `Bearer ${token.jwt}` });
        if (!ok) return "unavailable";
      } catch {
        return "unavailable";
      }
      return { credential: { bearer: undefined }, subject: token.subject, lifetimeMs: token.lifetimeMs };
    },
    alone: oneTabAtATime,
    drop() {
      // What it holds was revoked with the session; without the server it lies there until it expires.
      dropped = send("DELETE", {}).catch(() => undefined);
    },
  };
}
