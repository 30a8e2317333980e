import { readAccessToken, type AccessToken } from "./access-token.ts";
import { SessionChangedError, TokenUnavailableError } from "./errors.ts";

/** What asking the server for a token can come to. Only `session-gone` ends a session. */
export type TokenAnswer = { readonly jwt: string } | "session-gone" | "unavailable";

export interface TokenKeeper {
  /** A token with life left in it, or null when nobody is signed in. */
  current(): Promise<string | null>;
  /** After a 401: the token that has replaced `rejected` meanwhile, else one shared refresh. */
  replace(rejected: string): Promise<string | null>;
  /** Changes whenever the person may have changed; what began in an earlier epoch must not go on. */
  epoch(): number;
  /** Forgets the token and the person; a refresh under way is discarded when it comes back. */
  forget(): void;
}

interface TokenKeeperOptions {
  readonly askServer: () => Promise<TokenAnswer>;
  readonly onSessionGone: () => void;
  readonly onUserChanged: () => void;
}

const LONGEST_RENEWAL_MARGIN_MS = 60_000;
const RENEWAL_SHARE_OF_LIFETIME = 0.2;
const COOL_DOWN_MS = 2_000;

interface HeldToken extends AccessToken {
  readonly expiresAt: number;
  readonly renewFrom: number;
}

/** The token lives in this closure and nowhere else: no storage, no cookie that script can read, no global. */
export function createTokenKeeper(options: TokenKeeperOptions): TokenKeeper {
  let held: HeldToken | undefined;
  let subject: string | undefined;
  let inFlight: Promise<string | null> | undefined;
  let quietUntil = 0;
  let epoch = 0;

  function forget(): void {
    epoch += 1;
    held = undefined;
    subject = undefined;
    inFlight = undefined;
    quietUntil = 0;
  }

  function refresh(): Promise<string | null> {
    if (inFlight) return inFlight;
    const flight = refreshOnce().finally(() => {
      if (inFlight === flight) inFlight = undefined;
    });
    inFlight = flight;
    return flight;
  }

  async function refreshOnce(): Promise<string | null> {
    if (performance.now() < quietUntil) throw new TokenUnavailableError("The server was asked a moment ago.");
    const startedIn = epoch;
    const answer = await options.askServer();
    if (epoch !== startedIn) throw new SessionChangedError("The session changed while its token was renewed.");

    if (answer === "session-gone") {
      if (subject !== undefined) forget();
      options.onSessionGone();
      return null;
    }
    if (answer === "unavailable") {
      quietUntil = performance.now() + COOL_DOWN_MS;
      throw new TokenUnavailableError("The server cannot give out a token at the moment.");
    }
    return keep(readAccessToken(answer.jwt));
  }

  function keep(token: AccessToken): string {
    const receivedAt = performance.now();
    const margin = Math.min(LONGEST_RENEWAL_MARGIN_MS, token.lifetimeMs * RENEWAL_SHARE_OF_LIFETIME);
    const expiresAt = receivedAt + token.lifetimeMs;
    const somebodyElse = subject !== undefined && subject !== token.subject;
    if (somebodyElse) forget();
    held = { ...token, expiresAt, renewFrom: expiresAt - margin };
    subject = token.subject;
    if (somebodyElse) {
      options.onUserChanged();
      throw new SessionChangedError("The session now belongs to somebody else.");
    }
    return token.jwt;
  }

  async function current(): Promise<string | null> {
    const now = performance.now();
    if (held && now < held.renewFrom) return held.jwt;
    const ageing = held;
    try {
      return await refresh();
    } catch (error) {
      // Renewal starts early so that a server that is away for a moment costs nobody a request.
      const stillGood = ageing !== undefined && ageing === held && performance.now() < ageing.expiresAt;
      if (error instanceof TokenUnavailableError && stillGood) return ageing.jwt;
      throw error;
    }
  }

  async function replace(rejected: string): Promise<string | null> {
    return held && held.jwt !== rejected ? held.jwt : refresh();
  }

  return { current, replace, epoch: () => epoch, forget };
}
