import { useState } from "react";
import { sayProblem } from "../messages/toasts.ts";

interface Pages<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

interface NextPage<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/** Asks for the page that follows what has been loaded, and puts it at the end. */
export function useMore<Item, Loaded extends Pages<Item>>(
  loaded: Loaded | undefined,
  setLoaded: (next: (now: Loaded | undefined) => Loaded | undefined) => void,
  fetchNext: (loaded: Loaded, cursor: string) => Promise<NextPage<Item>>,
) {
  const [loadingMore, setLoadingMore] = useState(false);

  async function loadMore(): Promise<void> {
    if (!loaded?.nextCursor || loadingMore) return;
    setLoadingMore(true);
    try {
      const page = await fetchNext(loaded, loaded.nextCursor);
      // A reload meanwhile has replaced the list that this page continues.
      setLoaded((now) =>
        now === loaded ? { ...now, items: [...now.items, ...page.items], nextCursor: page.next_cursor } : now,
      );
    } catch (error) {
      sayProblem(error);
    } finally {
      setLoadingMore(false);
    }
  }

  return { loadingMore, loadMore };
}
