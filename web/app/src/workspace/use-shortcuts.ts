import { useEffect, useRef } from "react";
import { observable, useObservable } from "../observable.ts";

export const SHORTCUTS = {
  n: "Write a new task",
  "/": "Search",
  "?": "Show this help",
} as const;

export type ShortcutKey = keyof typeof SHORTCUTS;

const enabled = observable(true);

/** Speech input can press single keys by accident, so they can be turned off (WCAG 2.1.4). */
export const useShortcutsEnabled = (): boolean => useObservable(enabled);
export const setShortcutsEnabled = (on: boolean): void => enabled.set(on);

export function useShortcuts(actions: Readonly<Record<ShortcutKey, () => void>>): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!enabled.get() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (!isShortcut(event.key) || isTyping(event.target) || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      latest.current[event.key]();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

const isShortcut = (key: string): key is ShortcutKey => Object.hasOwn(SHORTCUTS, key);

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    target.matches("input:not([type=checkbox])")
  );
}
