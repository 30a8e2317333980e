import { createContext, useContext, useEffect, useMemo, useRef, useSyncExternalStore, type ReactNode } from "react";
import type { Gatepost } from "../gatepost.ts";
import type { Session, User } from "../session.ts";
import { DEFAULT_PATHS, type Paths } from "./paths.ts";
import { textsWith, type TextOverrides, type Texts } from "./texts.ts";

/** Goes to a path of this origin, as the app's router does. */
export type Navigate = (to: string, options?: { readonly replace?: boolean }) => void;

interface Surroundings {
  readonly gatepost: Gatepost;
  readonly texts: Texts;
  readonly paths: Paths;
  readonly navigate: Navigate;
}

interface GatepostProviderProps {
  readonly gatepost: Gatepost;
  /** What the components say, where it is not to be the English that they come with. Keep it outside of the component. */
  readonly texts?: TextOverrides;
  /** Without it, the browser loads the page anew. */
  readonly navigate?: Navigate;
  readonly paths?: Partial<Paths>;
  readonly children: ReactNode;
}

const SurroundingsContext = createContext<Surroundings | null>(null);
const CHECKING: Session = { status: "checking" };

/** Holds the client for the components below, and asks once who this is. */
export function GatepostProvider({ gatepost, texts, navigate = load, paths, children }: GatepostProviderProps) {
  const asked = useRef<Gatepost>(null);
  useEffect(() => {
    // Strict mode runs effects twice.
    if (asked.current === gatepost) return;
    asked.current = gatepost;
    void gatepost.session.check();
  }, [gatepost]);

  const surroundings = useMemo(
    () => ({ gatepost, texts: textsWith(texts), paths: { ...DEFAULT_PATHS, ...paths }, navigate }),
    [gatepost, texts, paths, navigate],
  );
  return <SurroundingsContext value={surroundings}>{children}</SurroundingsContext>;
}

function load(to: string, { replace = false } = {}): void {
  if (replace) window.location.replace(to);
  else window.location.assign(to);
}

export function useSurroundings(): Surroundings {
  const surroundings = useContext(SurroundingsContext);
  if (!surroundings) throw new Error("This needs a <GatepostProvider> around it.");
  return surroundings;
}

export const useGatepost = (): Gatepost => useSurroundings().gatepost;
export const useTexts = (): Texts => useSurroundings().texts;

/** Who is here. A server that renders the page always says `checking`: it asks nothing in a person's name. */
export function useSession(): Session {
  const { session } = useGatepost();
  return useSyncExternalStore(session.subscribe, session.get, () => CHECKING);
}

/** The person who is signed in; null for nobody, and while that is not known. */
export function useUser(): User | null {
  const session = useSession();
  return session.status === "signed-in" ? session.user : null;
}
