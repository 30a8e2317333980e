import { useCallback, useEffect, useMemo, useState } from "react";
import { addShare, changeShare, deleteShare, fetchShares } from "../api/sharing.ts";
import type { Right, Share } from "../api/types.ts";
import { confirmed, withEdits } from "../pending/pending-edits.ts";
import { useOptimistic } from "../pending/use-optimistic.ts";

export interface Shares {
  /** By address. Undefined until the first answer. */
  readonly items: readonly Share[] | undefined;
  readonly failure: unknown;
  readonly reload: () => void;
  /** Each rejects when refused, with what it showed taken back. */
  readonly add: (address: string, right: Right) => Promise<Share>;
  readonly change: (share: Share, right: Right) => Promise<void>;
  readonly remove: (share: Share) => Promise<void>;
}

/** Who is let into one list. */
export function useShares(listId: string): Shares {
  const [answered, setAnswered] = useState<readonly Share[]>();
  const [failure, setFailure] = useState<unknown>();
  const { edits, show } = useOptimistic<Share>();
  const items = useMemo(() => answered && withEdits(answered, edits), [answered, edits]);

  const reload = useCallback(
    (signal?: AbortSignal) => {
      setFailure(undefined);
      fetchShares(listId, signal).then(setAnswered, (error: unknown) => {
        if (!signal?.aborted) setFailure(error);
      });
    },
    [listId],
  );

  useEffect(() => {
    const controller = new AbortController();
    reload(controller.signal);
    return () => controller.abort();
  }, [reload]);

  async function add(address: string, right: Right): Promise<Share> {
    const added = await addShare(listId, address, right);
    setAnswered((now) => [...(now ?? []), added].toSorted(byAddress));
    return added;
  }

  function change(share: Share, right: Right): Promise<void> {
    const edit = { ids: [share.id], changes: { right } };
    const work = () => changeShare(listId, share.id, right);
    return show(edit, work, (answer) => setAnswered((now) => now && confirmed(now, edit, answer)));
  }

  function remove(share: Share): Promise<void> {
    const edit = { ids: [share.id], changes: "removed" } as const;
    return show(
      edit,
      () => deleteShare(listId, share.id),
      () => setAnswered((now) => now && withEdits(now, [edit])),
    );
  }

  return { items, failure, reload: () => reload(), add, change, remove };
}

const byAddress = (one: Share, other: Share): number => one.address.localeCompare(other.address);
