import { useEffect, useRef } from "react";
import { gatepost } from "../session/session.ts";

const GATHER_MS = 150;

/** Calls back soon after something of this person's changed, in this tab or any other. */
export function useLiveChanges(onChange: () => void): void {
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let readyBefore = false;
    const live = gatepost.openLive("/api/live", {
      onMessage: (message) => {
        const type = typeOf(message);
        // Whatever happened while the connection was away was not announced.
        const missedSome = type === "ready" && readyBefore;
        if (type === "ready") readyBefore = true;
        if (!missedSome && type !== "tasks_changed" && type !== "lists_changed") return;
        clearTimeout(timer);
        timer = setTimeout(() => latest.current(), GATHER_MS);
      },
    });
    return () => {
      clearTimeout(timer);
      live.close();
    };
  }, []);
}

function typeOf(message: unknown): unknown {
  return typeof message === "object" && message !== null ? Reflect.get(message, "type") : undefined;
}
