import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  return () => window.removeEventListener("popstate", listener);
}

const onThePage = (): string => window.location.search;
const onAServer = (): null => null;

/** The query of the page's address; null on a server, and while a page of a server's is taken over. */
export function useQuery(): URLSearchParams | null {
  const query = useSyncExternalStore<string | null>(subscribe, onThePage, onAServer);
  return query === null ? null : new URLSearchParams(query);
}

/** Takes parameters out of the address and of the history, where the browser would keep them. */
export function forgetParameters(...names: readonly string[]): void {
  const url = new URL(window.location.href);
  for (const name of names) url.searchParams.delete(name);
  // A router may keep something of its own with the entry.
  window.history.replaceState(window.history.state, "", url.pathname + url.search + url.hash);
}
