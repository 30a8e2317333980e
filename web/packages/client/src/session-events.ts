/**
 * `signed-out`: the session is gone. `user-changed`: somebody signed in, maybe somebody else.
 * On either, drop everything that belonged to the person before.
 */
export type SessionEvent = "signed-out" | "user-changed";

export type SessionListener = (event: SessionEvent) => void;

export interface SessionEvents {
  /** Tells this tab and the others. */
  announce(event: SessionEvent): void;
  subscribe(listener: SessionListener): () => void;
  close(): void;
}

const CHANNEL = "gatepost.session";

/** Tabs tell each other what happened and never a token or a name: any script of the origin can listen. */
export function createSessionEvents(onEventElsewhere: SessionListener): SessionEvents {
  const listeners = new Set<SessionListener>();
  const channel = new BroadcastChannel(CHANNEL);
  const tellThisTab = (event: SessionEvent) => {
    for (const listener of [...listeners]) listener(event);
  };

  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data !== "signed-out" && data !== "user-changed") return;
    onEventElsewhere(data);
    tellThisTab(data);
  };

  return {
    announce(event) {
      channel.postMessage(event);
      tellThisTab(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      channel.close();
      listeners.clear();
    },
  };
}
