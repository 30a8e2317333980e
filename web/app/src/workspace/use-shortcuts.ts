import { useEffect, useRef } from "react";
import { observable, useObservable } from "../observable.ts";

export const SHORTCUTS = {
  write: { keys: ["n"], meaning: "Write a new task" },
  search: { keys: ["/"], meaning: "Search" },
  next: { keys: ["j"], meaning: "Next task" },
  previous: { keys: ["k"], meaning: "Previous task" },
  complete: { keys: ["x"], meaning: "Complete the task, or reopen it" },
  edit: { keys: ["e"], meaning: "Edit the task" },
  remove: { keys: ["#", "Delete"], meaning: "Delete the task" },
  undo: { keys: ["u"], meaning: "Undo, or what else the newest message offers" },
  help: { keys: ["?"], meaning: "Show this help" },
} as const;

export type Shortcut = keyof typeof SHORTCUTS;

export type ShortcutActions = Partial<Readonly<Record<Shortcut, () => void>>>;

const enabled = observable(true);

/** Speech input can press single keys by accident, so they can be turned off (WCAG 2.1.4). */
export const useShortcutsEnabled = (): boolean => useObservable(enabled);
export const setShortcutsEnabled = (on: boolean): void => enabled.set(on);

export function useShortcuts(actions: ShortcutActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!enabled.get() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
      const shortcut = shortcutOf(event.key);
      const action = shortcut && latest.current[shortcut];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

function shortcutOf(key: string): Shortcut | undefined {
  const names = Object.keys(SHORTCUTS) as Shortcut[];
  return names.find((name) => SHORTCUTS[name].keys.some((its) => its === key));
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    target.matches("input:not([type=checkbox])")
  );
}
