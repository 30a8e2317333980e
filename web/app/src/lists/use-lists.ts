import { useCallback, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { createList, deleteList, fetchLists, renameList } from "../api/lists.ts";
import type { TaskList } from "../api/types.ts";
import { say, sayProblem } from "../messages/toasts.ts";

export interface Lists {
  /** Undefined until the first answer. */
  readonly items: readonly TaskList[] | undefined;
  readonly reload: () => void;
  /** These two reject when refused: the form that asked says why. */
  readonly create: (name: string) => Promise<TaskList>;
  readonly rename: (list: TaskList, name: string) => Promise<void>;
  /** Resolves to whether it worked; when not, the person has been told. */
  readonly remove: (list: TaskList) => Promise<boolean>;
}

export function useLists(): Lists {
  const [items, setItems] = useState<readonly TaskList[]>();
  const running = useRef<AbortController>(undefined);

  const reload = useCallback(() => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    fetchLists(controller.signal).then(
      (lists) => setItems(lists.toSorted(byName)),
      (error: unknown) => {
        if (!controller.signal.aborted) sayProblem(error);
      },
    );
  }, []);

  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);

  async function create(name: string): Promise<TaskList> {
    const created = await createList(name);
    // Whoever asked goes there next, so it has to be known by then.
    flushSync(() => setItems((now = []) => [...now, created].toSorted(byName)));
    reload();
    return created;
  }

  async function rename(list: TaskList, name: string): Promise<void> {
    const renamed = await renameList(list.id, name);
    setItems((now) => now?.map((item) => (item.id === list.id ? renamed : item)).toSorted(byName));
    reload();
  }

  async function remove(list: TaskList): Promise<boolean> {
    try {
      await deleteList(list.id);
      say(`Deleted the list “${list.name}”. Its tasks are still here.`);
      return true;
    } catch (error) {
      sayProblem(error);
      return false;
    } finally {
      reload();
    }
  }

  return { items, reload, create, rename, remove };
}

const byName = (one: TaskList, other: TaskList): number => one.name.localeCompare(other.name);
