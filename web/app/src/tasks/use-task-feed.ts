import { useCallback, useMemo } from "react";
import type { Task, TaskQuery } from "../api/types.ts";
import { confirmed, withEdits, type PendingEdit } from "../pending/pending-edits.ts";
import { useOptimistic } from "../pending/use-optimistic.ts";
import { useTaskPages, type TaskPages } from "./use-task-pages.ts";

export type TaskEdit = PendingEdit<Task>;

export interface TaskFeed extends Pick<TaskPages, "failure" | "loadingMore" | "loadMore" | "reload"> {
  /** What the server last said, with the person's own edits laid over it. Undefined until the first answer. */
  readonly items: readonly Task[] | undefined;
  /** The items still answer the query before this one. */
  readonly outdated: boolean;
  readonly hasMore: boolean;
  /** Shows an edit while `work` is under way; rejects, with the edit taken back, when that is refused. */
  readonly edit: (edit: TaskEdit, work: () => Promise<Task | void>) => Promise<void>;
}

export function useTaskFeed(query: TaskQuery): TaskFeed {
  const { loaded, take, ...pages } = useTaskPages(query);
  const { edits, show } = useOptimistic<Task>();

  const items = useMemo(() => loaded && inList(loaded.query.listId, withEdits(loaded.items, edits)), [loaded, edits]);

  const edit = useCallback<TaskFeed["edit"]>(
    (wanted, work) => show(wanted, work, (answer) => take((now) => confirmed(now, wanted, answer))),
    [show, take],
  );

  return {
    ...pages,
    items,
    outdated: loaded !== undefined && !sameQuery(loaded.query, query),
    hasMore: Boolean(loaded?.nextCursor),
    edit,
  };
}

/** What is moved leaves its list at once; what is completed stays until the reload, for its tick to be seen. */
const inList = (listId: string | null, tasks: readonly Task[]): readonly Task[] =>
  listId === null ? tasks : tasks.filter(({ list_id }) => list_id === listId);

const sameQuery = (one: TaskQuery, other: TaskQuery): boolean =>
  one.status === other.status && one.listId === other.listId && one.text === other.text && one.sort === other.sort;
