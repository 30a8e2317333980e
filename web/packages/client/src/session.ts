/** The person as the server knows them. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
}

export type Session =
  | { readonly status: "checking" }
  /** The server could not be asked, so nobody's things are shown. */
  | { readonly status: "unreachable" }
  | { readonly status: "signed-in"; readonly user: User }
  /** `never`: nobody was here. `left`: they signed out in this tab. `ended`: it ran out, or was ended elsewhere. */
  | { readonly status: "signed-out"; readonly because: "never" | "left" | "ended" };

export interface SessionStore {
  get(): Session;
  /** Calls back after each change. */
  subscribe(listener: () => void): () => void;
  /** Asks the server who this is. A later check, or a sign-out meanwhile, makes an earlier answer void. */
  check(): Promise<void>;
}

export interface SessionStoreControls extends SessionStore {
  signedOut(because: "left" | "ended"): void;
  /** Shows nobody until the next check. */
  hide(): void;
  userChanged(): void;
}

interface SessionStoreOptions {
  /** The person, or null when there is none. Rejects when the server cannot say. */
  readonly askWhoThisIs: () => Promise<User | null>;
  /** Somebody was here, and the server knows nobody any more. */
  readonly onSessionGone: () => void;
  /** Somebody else was here, or nobody, and the server knows somebody. */
  readonly onUserChanged: () => void;
}

export function createSessionStore(options: SessionStoreOptions): SessionStoreControls {
  const listeners = new Set<() => void>();
  let session: Session = { status: "checking" };
  // Outlives what is shown: a page that was hidden must still notice whom it is shown to.
  let lastUserId: string | undefined;
  let latestCheck = 0;

  function set(next: Session): void {
    session = next;
    for (const listener of [...listeners]) listener();
  }

  async function check(): Promise<void> {
    const number = ++latestCheck;
    const answer = await options.askWhoThisIs().then(
      (user): Session => (user ? { status: "signed-in", user } : { status: "signed-out", because: "never" }),
      (): Session => ({ status: "unreachable" }),
    );
    if (number !== latestCheck) return;
    // A server that is away for a moment signs nobody out.
    if (answer.status === "unreachable" && session.status === "signed-in") return;
    if (lastUserId !== undefined && answer.status === "signed-out") return options.onSessionGone();
    if (answer.status === "signed-in") {
      const isSomebodyElse = lastUserId !== undefined && lastUserId !== answer.user.id;
      if (isSomebodyElse || session.status === "signed-out") return options.onUserChanged();
      lastUserId = answer.user.id;
    }
    set(answer);
  }

  function hide(): void {
    latestCheck += 1;
    if (session.status !== "checking") set({ status: "checking" });
  }

  return {
    get: () => session,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    check,
    hide,
    signedOut(because) {
      latestCheck += 1;
      lastUserId = undefined;
      if (session.status !== "signed-out") set({ status: "signed-out", because });
    },
    userChanged() {
      // What is on the screen may be somebody else's: take it down before asking whose it is.
      hide();
      lastUserId = undefined;
      void check();
    },
  };
}
