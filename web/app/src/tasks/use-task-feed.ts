import { useCallback, useEffect, useRef, useState } from "react";
import { fetchTaskPage, fetchTasks } from "../api/tasks.ts";
import type { Task, TaskQuery } from "../api/types.ts";
import { sayProblem } from "../messages/toasts.ts";

const PAGE_SIZE = 50;

interface Loaded {
  readonly query: TaskQuery;
  readonly items: readonly Task[];
  readonly nextCursor: string | null;
}

export interface TaskFeed {
  /** Undefined until the first answer to any query. */
  readonly items: readonly Task[] | undefined;
  /** The items still answer the query before this one. */
  readonly outdated: boolean;
  readonly failure: unknown;
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly loadMore: () => Promise<void>;
  readonly reload: () => void;
  /** Shows a change before the server has it; the next reload has the last word. */
  readonly change: (edit: (items: readonly Task[]) => readonly Task[]) => void;
}

export function useTaskFeed(query: TaskQuery): TaskFeed {
  const { status, listId, text, sort } = query;
  const [loaded, setLoaded] = useState<Loaded>();
  const [failure, setFailure] = useState<unknown>();
  const [loadingMore, setLoadingMore] = useState(false);
  const running = useRef<AbortController>(undefined);
  const shownCount = useRef(0);

  useEffect(() => {
    shownCount.current = loaded?.items.length ?? 0;
  }, [loaded]);

  const load = useCallback(
    (count: number) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      const asked = { status, listId, text, sort };
      fetchTasks(asked, count, controller.signal).then(
        (page) => {
          if (controller.signal.aborted) return;
          setFailure(undefined);
          setLoaded({ query: asked, items: page.items, nextCursor: page.next_cursor });
        },
        (error: unknown) => {
          if (!controller.signal.aborted) setFailure(error);
        },
      );
    },
    [status, listId, text, sort],
  );

  useEffect(() => {
    load(PAGE_SIZE);
    return () => running.current?.abort();
  }, [load]);

  const reload = useCallback(() => load(Math.max(PAGE_SIZE, shownCount.current)), [load]);

  async function loadMore(): Promise<void> {
    if (!loaded?.nextCursor || loadingMore) return;
    setLoadingMore(true);
    try {
      const page = await fetchTaskPage(loaded.query, PAGE_SIZE, loaded.nextCursor);
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

  const change = useCallback((edit: (items: readonly Task[]) => readonly Task[]) => {
    // An answer under way was written before this change and would undo it on the screen.
    running.current?.abort();
    setLoaded((now) => now && { ...now, items: edit(now.items) });
  }, []);

  return {
    items: loaded?.items,
    outdated: loaded !== undefined && !sameQuery(loaded.query, query),
    failure,
    hasMore: Boolean(loaded?.nextCursor),
    loadingMore,
    loadMore,
    reload,
    change,
  };
}

const sameQuery = (one: TaskQuery, other: TaskQuery): boolean =>
  one.status === other.status && one.listId === other.listId && one.text === other.text && one.sort === other.sort;
