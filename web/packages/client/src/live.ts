import { NotConnectedError, TokenUnavailableError } from "./errors.ts";
import type { SessionEvents } from "./session-events.ts";
import type { TokenKeeper } from "./token-keeper.ts";
import type { Credential } from "./transports.ts";

export interface LiveHandlers {
  /** One parsed JSON message of the server. */
  readonly onMessage: (message: unknown) => void;
  /** True when the connection opens, false when it is lost. */
  readonly onConnection?: (connected: boolean) => void;
}

export interface Live {
  /** Sends one message as JSON, or throws: what cannot be sent now does not wait for another connection. */
  send(message: unknown): void;
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
 * A WebSocket that comes back after being lost, with a credential asked for anew each time.
 * A token travels as a subprotocol: browsers let script set no header here, and a URL ends up in logs.
 * It ends for good when the session does or the person changes.
 */
export function openLive(options: LiveOptions): Live {
  const { url, tokens, events, onMessage, onConnection } = options;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let refused: Credential | undefined;
  let failures = 0;
  let closed = false;

  async function connect(): Promise<void> {
    timer = undefined;
    try {
      const credential = await (refused === undefined ? tokens.current() : tokens.replace(refused));
      if (closed) return;
      if (credential === null) return close();
      const { bearer } = credential;
      listen(new WebSocket(url, bearer === undefined ? ["gatepost"] : ["gatepost", `bearer.${bearer}`]), credential);
    } catch (error) {
      if (!(error instanceof TokenUnavailableError)) return close();
      reconnectLater();
    }
  }

  function listen(opening: WebSocket, credential: Credential): void {
    let opened = false;
    socket = opening;
    opening.onopen = () => {
      opened = true;
      refused = undefined;
      onConnection?.(true);
    };
    opening.onmessage = ({ data }: MessageEvent<unknown>) => {
      failures = 0;
      if (typeof data === "string") onMessage(JSON.parse(data));
    };
    opening.onclose = () => {
      if (closed) return;
      // A browser does not say why a handshake failed, so a credential that never opened one is suspect.
      if (!opened) refused = credential;
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

  function send(message: unknown): void {
    if (socket?.readyState !== WebSocket.OPEN) throw new NotConnectedError("The connection is not open.");
    socket.send(JSON.stringify(message));
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
  return { send, close };
}
