import { useMemo, useState } from "react";
import type { Task } from "../api/types.ts";

export interface Selection {
  readonly active: boolean;
  readonly tasks: readonly Task[];
  readonly everything: boolean;
  readonly has: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  readonly toggleEverything: () => void;
  readonly start: () => void;
  readonly stop: () => void;
}

/**
 * Which of the tasks on the screen are ticked. What is no longer on the screen, or may no longer be changed,
 * is no longer selected.
 */
export function useSelection(changeable: readonly Task[]): Selection {
  const [ticked, setTicked] = useState<ReadonlySet<string>>();

  return useMemo(() => {
    const tasks = changeable.filter(({ id }) => ticked?.has(id));
    const everything = tasks.length > 0 && tasks.length === changeable.length;
    return {
      active: ticked !== undefined,
      tasks,
      everything,
      has: (id) => ticked?.has(id) ?? false,
      toggle: (id) =>
        setTicked((now = new Set()) =>
          now.has(id) ? new Set([...now].filter((other) => other !== id)) : new Set([...now, id]),
        ),
      toggleEverything: () => setTicked(new Set(everything ? [] : changeable.map(({ id }) => id))),
      start: () => setTicked(new Set()),
      stop: () => setTicked(undefined),
    };
  }, [changeable, ticked]);
}
