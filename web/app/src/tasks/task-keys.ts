import type { RefObject } from "react";
import type { Task } from "../api/types.ts";
import { useShortcuts } from "../workspace/use-shortcuts.ts";
import type { TaskRowHandlers } from "./task-row.tsx";
import type { Selection } from "./use-selection.ts";

interface TaskKeysOptions extends TaskRowHandlers {
  readonly results: RefObject<HTMLElement | null>;
  /** Those that may be changed. */
  readonly changeable: readonly Task[];
  readonly selection: Selection;
}

/** Single keys go from task to task, and act on the one that has the focus. */
export function useTaskKeys({ results, changeable, selection, onSetDone, onOpen, onDelete }: TaskKeysOptions): void {
  const withFocused = (act: (task: Task) => void) => () => {
    const focused = focusedRow(results.current)?.dataset["task"];
    const task = changeable.find(({ id }) => id === focused);
    if (task) act(task);
  };
  useShortcuts({
    next: () => moveFocus(results.current, 1),
    previous: () => moveFocus(results.current, -1),
    complete: withFocused((task) => {
      if (selection.active) selection.toggle(task.id);
      else onSetDone(task, !task.done);
    }),
    edit: withFocused(onOpen),
    remove: withFocused((task) => {
      if (!selection.active) onDelete(task);
    }),
  });
}

/** From title to title; into the first where none has the focus. Tab still reaches everything else. */
export function moveFocus(results: HTMLElement | null, step: 1 | -1): void {
  const titles = [...(results?.querySelectorAll<HTMLElement>(".task-open") ?? [])];
  const row = focusedRow(results);
  const here = titles.findIndex((title) => row?.contains(title));
  titles[here === -1 ? 0 : here + step]?.focus();
}

export function focusedRow(results: HTMLElement | null): HTMLElement | null {
  const focused = document.activeElement;
  return focused && results?.contains(focused) ? focused.closest<HTMLElement>(".task-row") : null;
}
