import { createAuthClient } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import { createAuthorizedFetch } from "./authorized-fetch.ts";
import { openLive, type Live, type LiveHandlers } from "./live.ts";
import { createSessionEvents, type SessionEvent, type SessionListener } from "./session-events.ts";
import { createTokenKeeper, type TokenAnswer, type TokenKeeper } from "./token-keeper.ts";

export interface GatepostOptions {
  /** The origin that serves `/api/auth`; the page's own by default. */
  readonly baseURL?: string;
  /** Origins that may receive the access token, besides that of `baseURL`. */
  readonly allowedOrigins?: readonly string[];
}

export type Gatepost = ReturnType<typeof createGatepost>;

/** One per page: sign-in through the official Better Auth client, and requests that prove who makes them. */
export function createGatepost(options: GatepostOptions = {}) {
  const baseURL = options.baseURL ?? globalThis.location.origin;
  const allowedOrigins = new Set([baseURL, ...(options.allowedOrigins ?? [])].map((url) => new URL(url).origin));

  const auth = createOfficialClient(baseURL, (event) => {
    tokens.forget();
    events.announce(event);
  });
  const tokens: TokenKeeper = createTokenKeeper({
    askServer: () => askForToken(auth),
    onSessionGone: () => events.announce("signed-out"),
    onUserChanged: () => events.announce("user-changed"),
  });
  const events = createSessionEvents(() => tokens.forget());

  return {
    /** The official client, unchanged. */
    auth,
    fetch: createAuthorizedFetch({ tokens, baseURL, allowedOrigins }),
    onSessionEvent: (listener: SessionListener): (() => void) => events.subscribe(listener),
    openLive(path: string, handlers: LiveHandlers): Live {
      const url = new URL(path, baseURL);
      if (!allowedOrigins.has(url.origin)) throw new TypeError(`${url.origin} may not receive the access token.`);
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
      return openLive({ url, tokens, events, ...handlers });
    },
    /** Lets go of the channel to the other tabs, for pages that outlive their client. */
    close: () => events.close(),
  };
}

type OfficialClient = ReturnType<typeof createOfficialClient>;

function createOfficialClient(baseURL: string, onSessionEvent: (event: SessionEvent) => void) {
  return createAuthClient({
    baseURL,
    plugins: [jwtClient()],
    fetchOptions: {
      // The server has answered by now: it comes first, then this tab's memory, then the other tabs.
      onSuccess: ({ response }) => {
        const event = sessionEventOf(new URL(response.url).pathname);
        if (event) onSessionEvent(event);
      },
    },
  });
}

function sessionEventOf(path: string): SessionEvent | undefined {
  if (/\/sign-out$|\/delete-user$/.test(path)) return "signed-out";
  if (/\/sign-(in|up)\/[^/]+$/.test(path)) return "user-changed";
  return undefined;
}

async function askForToken(auth: OfficialClient): Promise<TokenAnswer> {
  try {
    const { data, error } = await auth.token();
    if (error) return error.status === 401 ? "session-gone" : "unavailable";
    return { jwt: data.token };
  } catch {
    return "unavailable";
  }
}
