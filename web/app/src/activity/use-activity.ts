import { useCallback, useEffect, useState } from "react";
import { fetchActivity, fetchActivityDays, type ActivityDay, type ActivityItem } from "../api/activity.ts";
import { useMore } from "../loading/use-more.ts";

interface Loaded {
  readonly days: readonly ActivityDay[];
  readonly items: readonly ActivityItem[];
  readonly nextCursor: string | null;
}

export interface Activity {
  /** Undefined until the first answer. */
  readonly loaded: Loaded | undefined;
  readonly failure: unknown;
  readonly loadingMore: boolean;
  readonly loadMore: () => Promise<void>;
  readonly reload: () => void;
}

export function useActivity(): Activity {
  const [loaded, setLoaded] = useState<Loaded>();
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const controller = new AbortController();
    loadAll(controller.signal).then(
      (found) => {
        if (controller.signal.aborted) return;
        setFailure(undefined);
        setLoaded(found);
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setFailure(error);
      },
    );
    return () => controller.abort();
  }, [attempt]);

  const more = useMore<ActivityItem, Loaded>(loaded, setLoaded, (_, cursor) => fetchActivity(cursor));

  const reload = useCallback(() => {
    setFailure(undefined);
    setAttempt((count) => count + 1);
  }, []);

  return { loaded, failure, reload, ...more };
}

async function loadAll(signal: AbortSignal): Promise<Loaded> {
  // JavaScript counts the other way round: how far UTC is ahead of this clock.
  const utcOffsetMinutes = 0 - new Date().getTimezoneOffset();
  const [page, days] = await Promise.all([fetchActivity(null, signal), fetchActivityDays(utcOffsetMinutes, signal)]);
  return { days, items: page.items, nextCursor: page.next_cursor };
}
