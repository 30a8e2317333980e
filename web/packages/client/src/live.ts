import { TokenUnavailableError } from "./errors.ts";
import type { SessionEvents } from "./session-events.ts";
import type { TokenKeeper } from "./token-keeper.ts";

export interface LiveHandlers {
  /** One parsed JSON message of the server. */
  readonly onMessage: (message: unknown) => void;
  /** True when the connection opens, false when it is lost. */
  readonly onConnection?: (connected: boolean) => void;
}

export interface Live {
  close(): void;
}

interface LiveOptions extends LiveHandlers {
  readonly url: URL;
  readonly tokens: TokenKeeper;
  readonly events: SessionEvents;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/**
 * A WebSocket that comes back after being lost, with a token asked for anew each time.
 * The token travels as a subprotocol: browsers let script set no header here, and a URL ends up in logs.
 * It ends for good when the session does or the person changes.
 */
export function openLive(options: LiveOptions): Live {
  const { url, tokens, events, onMessage, onConnection } = options;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let refusedToken: string | undefined;
  let failures = 0;
  let closed = false;

  async function connect(): Promise<void> {
    timer = undefined;
    try {
      const token = await (refusedToken === undefined ? tokens.current() : tokens.replace(refusedToken));
      if (closed) return;
      if (token === null) return close();
      listen(new WebSocket(url, ["gatepost", `bearer.${token}`]), token);
    } catch (error) {
      if (!(error instanceof TokenUnavailableError)) return close();
      reconnectLater();
    }
  }

  function listen(opening: WebSocket, token: string): void {
    let opened = false;
    socket = opening;
    opening.onopen = () => {
      opened = true;
      refusedToken = undefined;
      onConnection?.(true);
    };
    opening.onmessage = ({ data }: MessageEvent<unknown>) => {
      failures = 0;
      if (typeof data === "string") onMessage(JSON.parse(data));
    };
    opening.onclose = () => {
      if (closed) return;
      // A browser does not say why a handshake failed, so a token that never opened one is suspect.
      if (!opened) refusedToken = token;
      onConnection?.(false);
      reconnectLater();
    };
  }

  function reconnectLater(): void {
    if (closed) return;
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
    failures += 1;
    // Half of it at random, so that a restarted server is not met by every page at once.
    timer = setTimeout(connect, ceiling * (0.5 + Math.random() / 2));
  }

  function reconnectNow(): void {
    if (timer === undefined) return;
    clearTimeout(timer);
    void connect();
  }

  function close(): void {
    if (closed) return;
    closed = true;
    clearTimeout(timer);
    unsubscribe();
    globalThis.removeEventListener?.("online", reconnectNow);
    socket?.close();
  }

  const unsubscribe = events.subscribe(close);
  globalThis.addEventListener?.("online", reconnectNow);
  void connect();
  return { close };
}
