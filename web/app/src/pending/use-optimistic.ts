import { useCallback, useState } from "react";
import type { PendingEdit } from "./pending-edits.ts";
import { createTurns } from "./turns.ts";

export interface Optimistic<Item> {
  readonly edits: readonly PendingEdit<Item>[];
  /**
   * Shows an edit while `work` is under way. When that succeeds, `onConfirmed` has to take the edit over;
   * when it is refused, the edit is gone and the reason is thrown.
   */
  readonly show: (
    edit: PendingEdit<Item>,
    work: () => Promise<Item | void>,
    onConfirmed: (answer: Item | void) => void,
  ) => Promise<void>;
}

export function useOptimistic<Item>(): Optimistic<Item> {
  const [edits, setEdits] = useState<readonly PendingEdit<Item>[]>([]);
  const [inTurn] = useState(createTurns);

  const show = useCallback<Optimistic<Item>["show"]>(
    async (edit, work, onConfirmed) => {
      setEdits((now) => [...now, edit]);
      try {
        onConfirmed(await inTurn(edit.ids, work));
      } finally {
        setEdits((now) => now.filter((other) => other !== edit));
      }
    },
    [inTurn],
  );

  return { edits, show };
}
