import { useEffect, useRef, useState } from "react";
import { gatepost } from "../session/session.ts";

const GATHER_MS = 150;
// A connection that comes back by then was hardly away.
const PATIENCE_MS = 4_000;

/**
 * Calls back soon after something that the person sees was changed, in this tab or elsewhere.
 * Returns whether changes have not been heard of for a while.
 */
export function useLiveChanges(onChange: () => void): boolean {
  const [lost, setLost] = useState(false);
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });

  useEffect(() => {
    let gathering: ReturnType<typeof setTimeout> | undefined;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    let readyBefore = false;
    const live = gatepost.openLive("/api/live", {
      onMessage: (message) => {
        const type = typeOf(message);
        // Whatever happened while the connection was away was not announced.
        const missedSome = type === "ready" && readyBefore;
        if (type === "ready") readyBefore = true;
        if (!missedSome && type !== "tasks_changed" && type !== "lists_changed") return;
        clearTimeout(gathering);
        gathering = setTimeout(() => latest.current(), GATHER_MS);
      },
      onConnection: (connected) => {
        clearTimeout(waiting);
        if (connected) setLost(false);
        else waiting = setTimeout(() => setLost(true), PATIENCE_MS);
      },
    });
    return () => {
      clearTimeout(gathering);
      clearTimeout(waiting);
      live.close();
    };
  }, []);

  return lost;
}

function typeOf(message: unknown): unknown {
  return typeof message === "object" && message !== null ? Reflect.get(message, "type") : undefined;
}
