import { SessionChangedError, TokenUnavailableError } from "./errors.ts";
import type { Answer, Credential, Renewal, Transport } from "./transports.ts";

export interface TokenKeeper {
  /** A credential with life left in it, or null when nobody is signed in. */
  current(): Promise<Credential | null>;
  /** After a 401: the credential that has replaced `rejected` meanwhile, else one shared refresh. */
  replace(rejected: Credential): Promise<Credential | null>;
  /** Another tab has renewed what all tabs have in common. False when that is not for the person of this tab. */
  adopt(renewal: Renewal): boolean;
  /** Changes whenever the person may have changed; what began in an earlier epoch must not go on. */
  epoch(): number;
  /** Forgets the credential and the person; a refresh under way is discarded when it comes back. */
  forget(): void;
}

interface TokenKeeperOptions {
  readonly transport: Transport;
  readonly onRenewed: (renewal: Renewal) => void;
  /** Either of these leads to `forget`. */
  readonly onSessionGone: () => void;
  readonly onUserChanged: () => void;
}

const LONGEST_RENEWAL_MARGIN_MS = 60_000;
const RENEWAL_SHARE_OF_LIFETIME = 0.2;
const COOL_DOWN_MS = 2_000;
const LONGEST_WAIT_FOR_NEWS_MS = 500;
const NEWS_LOOK_MS = 10;

interface Held {
  readonly credential: Credential;
  readonly expiresAt: number;
  readonly renewFrom: number;
}

/** A token lives in this closure and nowhere else: no storage, no cookie that script can read, no global. */
export function createTokenKeeper(options: TokenKeeperOptions): TokenKeeper {
  const { transport } = options;
  let held: Held | undefined;
  let subject: string | undefined;
  let inFlight: Promise<Credential | null> | undefined;
  let quietUntil = 0;
  let nobodyUntil = 0;
  let epoch = 0;

  function forget(): void {
    if (held ?? subject ?? inFlight) epoch += 1;
    held = undefined;
    subject = undefined;
    inFlight = undefined;
    quietUntil = 0;
    nobodyUntil = 0;
  }

  function refresh(): Promise<Credential | null> {
    if (inFlight) return inFlight;
    const [ageing, startedIn] = [held, epoch];
    const flight = transport
      .alone(async (waited) => {
        const renewal = waited && (await renewedElsewhere(ageing)) ? undefined : await renew();
        if (epoch !== startedIn) throw new SessionChangedError("The session changed while its token was renewed.");
        return renewal === undefined ? (held?.credential ?? null) : settle(renewal);
      })
      .finally(() => {
        if (inFlight === flight) inFlight = undefined;
      });
    inFlight = flight;
    return flight;
  }

  async function renew(): Promise<Answer<Renewal>> {
    if (performance.now() < quietUntil) throw new TokenUnavailableError("The server was asked a moment ago.");
    return transport.renew();
  }

  function settle(renewal: Answer<Renewal>): Credential | null {
    if (renewal === "session-gone") {
      // Nobody was here all along: what is asked without a credential may go on.
      inFlight = undefined;
      options.onSessionGone();
      nobodyUntil = performance.now() + COOL_DOWN_MS;
      return null;
    }
    if (renewal === "unavailable") {
      quietUntil = performance.now() + COOL_DOWN_MS;
      throw new TokenUnavailableError("The server cannot give out a token at the moment.");
    }
    options.onRenewed(renewal);
    if (keep(renewal)) return renewal.credential;
    options.onUserChanged();
    throw new SessionChangedError("The session now belongs to somebody else.");
  }

  /** The other tab says so before it lets go of the lock, and its word may arrive a moment later. */
  async function renewedElsewhere(ageing: Held | undefined): Promise<boolean> {
    for (let waited = 0; held === ageing && waited < LONGEST_WAIT_FOR_NEWS_MS; waited += NEWS_LOOK_MS)
      await new Promise((resume) => setTimeout(resume, NEWS_LOOK_MS));
    return held !== undefined && held !== ageing;
  }

  /** False when the one who was here is not the one whom it belongs to. */
  function keep(renewal: Renewal): boolean {
    const receivedAt = performance.now();
    const margin = Math.min(LONGEST_RENEWAL_MARGIN_MS, renewal.lifetimeMs * RENEWAL_SHARE_OF_LIFETIME);
    const expiresAt = receivedAt + renewal.lifetimeMs;
    if (subject !== undefined && subject !== renewal.subject) return false;
    held = { credential: renewal.credential, expiresAt, renewFrom: expiresAt - margin };
    subject = renewal.subject;
    return true;
  }

  async function current(): Promise<Credential | null> {
    const now = performance.now();
    if (held && now < held.renewFrom) return held.credential;
    if (now < nobodyUntil) return null;
    const ageing = held;
    try {
      return await refresh();
    } catch (error) {
      // Renewal starts early so that a server that is away for a moment costs nobody a request.
      const stillGood = ageing !== undefined && ageing === held && performance.now() < ageing.expiresAt;
      if (error instanceof TokenUnavailableError && stillGood) return ageing.credential;
      throw error;
    }
  }

  async function replace(rejected: Credential): Promise<Credential | null> {
    return held && held.credential !== rejected ? held.credential : refresh();
  }

  return { current, replace, adopt: keep, epoch: () => epoch, forget };
}
