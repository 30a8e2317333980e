import { useCallback, useEffect, useRef, useState } from "react";
import type { ActivityItem } from "../api/activity.ts";
import { Refusal } from "../api/refusal.ts";
import {
  fetchEverybodysActivity,
  fetchSecurityCounts,
  type Period,
  type SecurityCounts,
  type SomebodysItem,
} from "../api/security.ts";
import { useMore } from "../loading/use-more.ts";
import { withLatest } from "./latest.ts";
import { poll } from "./polling.ts";

const isFinal = (error: unknown): boolean => error instanceof Refusal && (error.status === 401 || error.status === 403);

export interface LiveCounts {
  /** Undefined until the first answer. */
  readonly counts: SecurityCounts | undefined;
  /** Why the last answer did not come; what is shown is that of before. */
  readonly failure: unknown;
  /** Asks again after a failure that asking again did not seem to mend. */
  readonly reload: () => void;
}

/** How much has happened in everybody's accounts, kept up to date. */
export function useLiveCounts(period: Period): LiveCounts {
  const [counts, setCounts] = useState<SecurityCounts>();
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);

  useEffect(
    () =>
      poll({
        ask: (signal) => fetchSecurityCounts(period, signal),
        onAnswer: (answer) => {
          setFailure(undefined);
          setCounts(answer);
        },
        onFailure: (error) => {
          setFailure(error);
          if (isFinal(error)) setCounts(undefined);
          return !isFinal(error);
        },
        watched: document,
      }),
    [period, attempt],
  );

  const reload = useCallback(() => {
    setFailure(undefined);
    setAttempt((count) => count + 1);
  }, []);
  return { counts, failure, reload };
}

export type ShownKind = ActivityItem["kind"] | "all";

interface Loaded {
  readonly items: readonly SomebodysItem[];
  readonly nextCursor: string | null;
}

/** The latest of everybody; asked for again where the figures have changed, and only then. */
export function useEverybodysActivity(kind: ShownKind, counts: SecurityCounts | undefined) {
  const [loaded, setLoaded] = useState<Loaded>();
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const figures = counts && JSON.stringify(counts.names);
  const shown = useRef(kind);

  useEffect(() => {
    if (figures === undefined) return;
    const controller = new AbortController();
    const isAnother = shown.current !== kind;
    shown.current = kind;
    fetchEverybodysActivity(kind === "all" ? null : kind, null, controller.signal).then(
      (page) => {
        if (controller.signal.aborted) return;
        const latest = { items: page.items, nextCursor: page.next_cursor };
        setFailure(undefined);
        setLoaded((before) => withLatest(isAnother ? undefined : before, latest));
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setFailure(error);
      },
    );
    return () => controller.abort();
  }, [kind, figures, attempt]);

  const more = useMore<SomebodysItem, Loaded>(loaded, setLoaded, (_, cursor) =>
    fetchEverybodysActivity(kind === "all" ? null : kind, cursor),
  );
  const reload = useCallback(() => {
    setFailure(undefined);
    setAttempt((count) => count + 1);
  }, []);
  return { loaded, failure, reload, ...more };
}
