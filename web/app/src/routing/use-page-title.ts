import { useEffect } from "react";

const APP_NAME = "Tasks";

/** Taken back with the screen that set it, so that no list's name outlives its owner's visit. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${APP_NAME}`;
    return () => {
      document.title = APP_NAME;
    };
  }, [title]);
}
