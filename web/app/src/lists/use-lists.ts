import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { createList, deleteList, fetchLists, renameList } from "../api/lists.ts";
import { leaveList } from "../api/sharing.ts";
import type { TaskList } from "../api/types.ts";
import { say, sayQuietly, sayTakenBack, type ToastAction } from "../messages/toasts.ts";
import { confirmed, withEdits, type PendingEdit } from "../pending/pending-edits.ts";
import { useOptimistic } from "../pending/use-optimistic.ts";

export interface Lists {
  /** The person's own and those shared with them, by name. Undefined until the first answer. */
  readonly items: readonly TaskList[] | undefined;
  /** Why there is no first answer. */
  readonly failure: unknown;
  readonly reload: () => void;
  /** Rejects when refused: the form that asked says why. */
  readonly create: (name: string) => Promise<TaskList>;
  /** These show at once. What is refused is taken back, and the person told. */
  readonly rename: (list: TaskList, name: string, onReopen: () => void) => Promise<void>;
  readonly remove: (list: TaskList) => Promise<void>;
  readonly leave: (list: TaskList) => Promise<void>;
}

export function useLists(): Lists {
  const { items: answered, failure, reload, take } = useAnsweredLists();
  const { edits, show } = useOptimistic<TaskList>();
  const items = useMemo(() => answered && withEdits(answered, edits).toSorted(byName), [answered, edits]);

  async function create(name: string): Promise<TaskList> {
    const created = await createList(name);
    // Whoever asked goes there next, so it has to be known by then.
    flushSync(() => take((now) => [...now, created]));
    reload();
    return created;
  }

  async function attempt(
    { id, name }: TaskList,
    changes: PendingEdit<TaskList>["changes"],
    work: () => Promise<TaskList | void>,
    onRefused?: ToastAction,
  ): Promise<boolean> {
    const edit = { ids: [id], changes };
    try {
      await show(edit, work, (answer) => take((now) => confirmed(now, edit, answer)));
      return true;
    } catch (error) {
      sayTakenBack(`“${name}”`, error, onRefused);
      return false;
    } finally {
      reload();
    }
  }

  async function rename(list: TaskList, name: string, onReopen: () => void): Promise<void> {
    const offer = { label: "Reopen", run: onReopen, subjects: [list.id] };
    const worked = await attempt(list, { name }, () => renameList(list.id, name), offer);
    if (worked) sayQuietly(`Renamed to “${name}”.`);
  }

  async function remove(list: TaskList): Promise<void> {
    const worked = await attempt(list, "removed", () => deleteList(list.id));
    if (worked) say(`Deleted the list “${list.name}”. Its tasks are still here.`);
  }

  async function leave(list: TaskList): Promise<void> {
    const worked = await attempt(list, "removed", () => leaveList(list.id));
    if (worked) say(`You have left “${list.name}”.`);
  }

  return { items, failure: answered ? undefined : failure, reload, create, rename, remove, leave };
}

function useAnsweredLists() {
  const [items, setItems] = useState<readonly TaskList[]>();
  const [failure, setFailure] = useState<unknown>();
  const running = useRef<AbortController>(undefined);

  const reload = useCallback(() => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    fetchLists(controller.signal).then(
      (lists) => {
        if (controller.signal.aborted) return;
        setFailure(undefined);
        setItems(lists);
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setFailure(error);
      },
    );
  }, []);

  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);

  const take = useCallback((edit: (items: readonly TaskList[]) => readonly TaskList[]) => {
    // An answer under way was written before this and would take it back on the screen.
    running.current?.abort();
    setItems((now) => edit(now ?? []));
  }, []);

  return { items, failure, reload, take };
}

const byName = (one: TaskList, other: TaskList): number => one.name.localeCompare(other.name);
