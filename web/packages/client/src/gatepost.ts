import type { BetterAuthClientPlugin } from "better-auth/client";
import { createAuthorizedFetch } from "./authorized-fetch.ts";
import { leaveNobodyBehind } from "./back-forward-cache.ts";
import { openLive, type Live, type LiveHandlers } from "./live.ts";
import { askForToken, askWhoThisIs, createOfficialClient, type OfficialClient } from "./official-client.ts";
import { createSessionEvents, type SessionListener } from "./session-events.ts";
import { createSessionStore, type SessionStore } from "./session.ts";
import { createTokenKeeper } from "./token-keeper.ts";
import { bearerTransport, cookieTransport } from "./transports.ts";

export interface GatepostOptions<Plugins extends BetterAuthClientPlugin[] = []> {
  /** The origin that serves `/api/auth`; the page's own by default. */
  readonly baseURL?: string;
  /** Origins that may receive the access token, besides that of `baseURL`. */
  readonly allowedOrigins?: readonly string[];
  /**
   * The route that keeps the access token in a cookie which no script can read, as
   * `Gatepost(access_cookie="/api/access-cookie")` names it. Without it the token is in memory.
   */
  readonly accessCookie?: string;
  /** Plugins of the official client, besides `jwtClient()`. */
  readonly plugins?: Plugins;
}

export interface Gatepost<Plugins extends BetterAuthClientPlugin[] = []> {
  /** The official client, unchanged. */
  readonly auth: OfficialClient<Plugins>;
  /** `fetch`, with the person's credential for allowed origins. */
  readonly fetch: typeof fetch;
  /** Who is here. */
  readonly session: SessionStore;
  /** Calls back when the person left or changed, in this tab or another. */
  onSessionEvent(listener: SessionListener): () => void;
  /** Signs out everywhere on this machine. Rejects when the server did not. */
  signOut(): Promise<void>;
  /** A WebSocket that comes back after being lost. */
  openLive(path: string, handlers: LiveHandlers): Live;
  /** Lets go of the page and of the channel to the other tabs, for pages that outlive their client. */
  close(): void;
}

/** One per page: sign-in through the official Better Auth client, and requests that prove who makes them. */
export function createGatepost<Plugins extends BetterAuthClientPlugin[] = []>(
  options?: GatepostOptions<Plugins>,
): Gatepost<Plugins>;
export function createGatepost(options: GatepostOptions<BetterAuthClientPlugin[]> = {}): Gatepost {
  // A server that renders a page has no location, and asks nothing in a person's name.
  const baseURL = options.baseURL ?? globalThis.location?.origin ?? "http://localhost";
  const allowedOrigins = new Set([baseURL, ...(options.allowedOrigins ?? [])].map((url) => new URL(url).origin));

  const auth = createOfficialClient(baseURL, options.plugins ?? [], (outcome) => {
    if (outcome === "look-again") return void session.check();
    if (outcome === "user-changed") return userChanged();
    session.signedOut("left");
    sessionGone();
  });
  const ask = () => askForToken(auth);
  const { accessCookie } = options;
  const transport =
    accessCookie === undefined ? bearerTransport(ask) : cookieTransport(ask, new URL(accessCookie, baseURL));

  const sessionGone = () => {
    transport.drop();
    events.announce("signed-out");
  };
  const userChanged = () => events.announce("user-changed");
  const session = createSessionStore({
    askWhoThisIs() {
      events.listen();
      return askWhoThisIs(auth);
    },
    onSessionGone: sessionGone,
    onUserChanged: userChanged,
  });
  const tokens = createTokenKeeper({
    transport,
    onRenewed: ({ credential, ...news }) => {
      if (credential.bearer === undefined) events.announceRenewal(news);
    },
    onSessionGone: sessionGone,
    onUserChanged: userChanged,
  });
  const events = createSessionEvents({
    onEvent(event) {
      tokens.forget();
      if (event === "user-changed") session.userChanged();
      else session.signedOut("ended");
    },
    onRenewalElsewhere(news) {
      if (accessCookie === undefined || tokens.adopt({ ...news, credential: { bearer: undefined } })) return;
      events.tellThisTab("user-changed");
    },
  });
  const authorizedFetch = createAuthorizedFetch({ tokens, baseURL, allowedOrigins });
  const stopWatching = globalThis.document ? leaveNobodyBehind(session) : () => {};

  return {
    auth,
    fetch(input, init) {
      events.listen();
      return authorizedFetch(input, init);
    },
    session,
    onSessionEvent: events.subscribe,
    async signOut() {
      const { error } = await auth.signOut();
      if (error) throw new Error(error.message ?? "The server did not sign out.");
    },
    openLive(path, handlers) {
      const url = new URL(path, baseURL);
      if (!allowedOrigins.has(url.origin)) throw new TypeError(`${url.origin} may not receive the access token.`);
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
      return openLive({ url, tokens, events, ...handlers });
    },
    close() {
      stopWatching();
      events.close();
    },
  };
}
