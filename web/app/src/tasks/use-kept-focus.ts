import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import { focusedRow } from "./task-keys.ts";

/**
 * When the row that has the focus goes, whichever takes its place gets it: else the focus falls to the top
 * of the page, and a keyboard has to start again from there.
 */
export function useKeptFocus(results: RefObject<HTMLElement | null>): void {
  const place = useRef(-1);

  useEffect(() => {
    const note = () => {
      const row = focusedRow(results.current);
      place.current = row ? rowsOf(results.current).indexOf(row) : -1;
    };
    // A press on nothing takes the focus away on purpose.
    const forget = () => {
      place.current = -1;
    };
    document.addEventListener("focusin", note);
    document.addEventListener("pointerdown", forget);
    return () => {
      document.removeEventListener("focusin", note);
      document.removeEventListener("pointerdown", forget);
    };
  }, [results]);

  // After every change to the page, before it is painted.
  useLayoutEffect(() => {
    if (place.current === -1 || document.activeElement !== document.body) return;
    const rows = rowsOf(results.current);
    const heir = rows[place.current] ?? rows.at(-1);
    heir?.querySelector<HTMLElement>(".task-open")?.focus();
  });
}

const rowsOf = (results: HTMLElement | null): readonly HTMLElement[] => [
  ...(results?.querySelectorAll<HTMLElement>(".task-row") ?? []),
];
