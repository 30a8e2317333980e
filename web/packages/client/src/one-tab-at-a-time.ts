const LOCK = "gatepost.renewal";
const LONGEST_WAIT_MS = 5_000;

/**
 * Runs `work` in one tab of this origin at a time. A tab that was frozen with the lock in its hands
 * is not waited for longer than a person would.
 */
export async function oneTabAtATime<Result>(work: (waited: boolean) => Promise<Result>): Promise<Result> {
  const first = await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) =>
    lock === null ? undefined : { result: await work(false) },
  );
  if (first) return first.result;

  let begun = false;
  const begin = (waited: boolean) => {
    begun = true;
    return work(waited);
  };
  try {
    return await navigator.locks.request(LOCK, { signal: AbortSignal.timeout(LONGEST_WAIT_MS) }, () => begin(true));
  } catch (error) {
    if (begun) throw error;
    return begin(false);
  }
}
