import { useEffect, useRef } from "react";
import { takeUpShares } from "../api/sharing.ts";
import { say } from "../messages/toasts.ts";
import type { Person } from "../session/session.ts";

/**
 * What was shared with an address before it was known to be the person's becomes theirs to see: once for each visit,
 * and as soon as they have confirmed it. Until then the server gives them nothing of it.
 */
export function useTakeUp({ emailVerified }: Person, onTakenUp: () => void): void {
  const latest = useRef(onTakenUp);
  useEffect(() => {
    latest.current = onTakenUp;
  });
  useEffect(() => {
    if (!emailVerified) return;
    takeUpShares().then(
      (count) => {
        if (count === 0) return;
        say(count === 1 ? "A list that is shared with you is here now." : `${count} shared lists are here now.`);
        latest.current();
      },
      () => {
        // Nobody asked for it, and the next visit asks again.
      },
    );
  }, [emailVerified]);
}
