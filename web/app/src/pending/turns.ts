/**
 * Lets what concerns the same thing happen in the order in which it was asked for.
 * Two requests under way at once may arrive the other way round, and the older one would have the last word.
 */
export function createTurns() {
  const latest = new Map<string, Promise<void>>();

  return async function inTurn<Result>(subjects: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const before = subjects.map((subject) => latest.get(subject));
    const running = Promise.all(before).then(work);
    // Whether it worked is the caller's business; whoever is next only waits.
    const over = running.then(
      () => {},
      () => {},
    );
    for (const subject of subjects) latest.set(subject, over);
    try {
      return await running;
    } finally {
      for (const subject of subjects) if (latest.get(subject) === over) latest.delete(subject);
    }
  };
}
