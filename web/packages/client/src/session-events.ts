/**
 * `signed-out`: the session is gone. `user-changed`: somebody signed in, maybe somebody else.
 * On either, drop everything that belonged to the person before.
 */
export type SessionEvent = "signed-out" | "user-changed";

export type SessionListener = (event: SessionEvent) => void;

/** That the cookie of all tabs was renewed: for whom, by an id that names nobody, and for how long. */
export interface RenewalNews {
  readonly subject: string;
  readonly lifetimeMs: number;
}

export interface SessionEvents {
  /** Tells this tab and the others. */
  announce(event: SessionEvent): void;
  tellThisTab(event: SessionEvent): void;
  announceRenewal(news: RenewalNews): void;
  subscribe(listener: SessionListener): () => void;
  /** Opens the channel to the other tabs; whoever asks for a session does. A server that renders has none. */
  listen(): void;
  close(): void;
}

interface SessionEventsOptions {
  /** Hears of each event before any listener does. */
  readonly onEvent: SessionListener;
  readonly onRenewalElsewhere: (news: RenewalNews) => void;
}

const CHANNEL = "gatepost.session";

/** Tabs tell each other what happened and never a token or a name: any script of the origin can listen. */
export function createSessionEvents(options: SessionEventsOptions): SessionEvents {
  const listeners = new Set<SessionListener>();
  let opened: BroadcastChannel | undefined;

  function channel(): BroadcastChannel {
    if (opened) return opened;
    opened = new BroadcastChannel(CHANNEL);
    opened.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === "signed-out" || data === "user-changed") {
        tellThisTab(data);
      } else if (isRenewalNews(data)) {
        options.onRenewalElsewhere(data);
      }
    };
    return opened;
  }

  function tellThisTab(event: SessionEvent): void {
    options.onEvent(event);
    for (const listener of [...listeners]) listener(event);
  }

  return {
    announce(event) {
      channel().postMessage(event);
      tellThisTab(event);
    },
    tellThisTab,
    announceRenewal: ({ subject, lifetimeMs }) => channel().postMessage({ subject, lifetimeMs }),
    subscribe(listener) {
      channel();
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    listen: () => void channel(),
    close() {
      opened?.close();
      listeners.clear();
    },
  };
}

function isRenewalNews(message: unknown): message is RenewalNews {
  return (
    typeof message === "object" &&
    message !== null &&
    typeof Reflect.get(message, "subject") === "string" &&
    typeof Reflect.get(message, "lifetimeMs") === "number"
  );
}
