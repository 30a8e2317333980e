import { useMemo, useState } from "react";
import type { Task } from "../api/types.ts";

export interface Selection {
  readonly active: boolean;
  readonly ids: readonly string[];
  readonly everything: boolean;
  readonly has: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  readonly toggleEverything: () => void;
  readonly start: () => void;
  readonly stop: () => void;
}

/** Which of the tasks on the screen are ticked. What is no longer on the screen is no longer selected. */
export function useSelection(shown: readonly Task[] | undefined): Selection {
  const [ticked, setTicked] = useState<ReadonlySet<string>>();

  return useMemo(() => {
    const shownIds = shown?.map(({ id }) => id) ?? [];
    const ids = shownIds.filter((id) => ticked?.has(id));
    const everything = ids.length > 0 && ids.length === shownIds.length;
    return {
      active: ticked !== undefined,
      ids,
      everything,
      has: (id) => ticked?.has(id) ?? false,
      toggle: (id) =>
        setTicked((now = new Set()) =>
          now.has(id) ? new Set([...now].filter((other) => other !== id)) : new Set([...now, id]),
        ),
      toggleEverything: () => setTicked(new Set(everything ? [] : shownIds)),
      start: () => setTicked(new Set()),
      stop: () => setTicked(undefined),
    };
  }, [shown, ticked]);
}
