import { useCallback, useEffect, useRef, useState } from "react";
import { fetchTaskPage, fetchTasks } from "../api/tasks.ts";
import type { Task, TaskQuery } from "../api/types.ts";
import { useMore } from "../loading/use-more.ts";

const PAGE_SIZE = 50;

export interface LoadedTasks {
  readonly query: TaskQuery;
  readonly items: readonly Task[];
  readonly nextCursor: string | null;
}

export interface TaskPages {
  /** The server's last answer, to this query or to the one before; undefined until the first. */
  readonly loaded: LoadedTasks | undefined;
  readonly failure: unknown;
  readonly loadingMore: boolean;
  readonly loadMore: () => Promise<void>;
  /** Asks again for what is shown now, whenever it is called. */
  readonly reload: () => void;
  /** Takes in what the server has agreed to. An answer under way may be older, and is dropped. */
  readonly take: (edit: (items: readonly Task[]) => readonly Task[]) => void;
}

/** The tasks that answer a query, as many pages of them as were asked for. */
export function useTaskPages(query: TaskQuery): TaskPages {
  const { status, listId, text, sort } = query;
  const [loaded, setLoaded] = useState<LoadedTasks>();
  const [failure, setFailure] = useState<unknown>();
  const running = useRef<AbortController>(undefined);

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

  const take = useCallback((edit: (items: readonly Task[]) => readonly Task[]) => {
    running.current?.abort();
    setLoaded((now) => now && { ...now, items: edit(now.items) });
  }, []);

  const more = useMore<Task, LoadedTasks>(loaded, setLoaded, (now, cursor) =>
    fetchTaskPage(now.query, PAGE_SIZE, cursor),
  );
  return { loaded, failure, reload: useReload(load, loaded), take, ...more };
}

/** What was started for one query may end when the screen shows another: it has to reload the latter. */
function useReload(load: (count: number) => void, loaded: LoadedTasks | undefined): () => void {
  const latest = useRef(() => {});
  useEffect(() => {
    latest.current = () => load(Math.max(PAGE_SIZE, loaded?.items.length ?? 0));
  });
  return useCallback(() => latest.current(), []);
}
