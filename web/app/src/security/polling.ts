export const EVERY_MS = 4_000;
const LONGEST_PAUSE_MS = 60_000;

/** What of the document says whether anybody looks. */
export interface Watched {
  readonly hidden: boolean;
  addEventListener(type: "visibilitychange", listener: () => void): void;
  removeEventListener(type: "visibilitychange", listener: () => void): void;
}

interface Polling<Answer> {
  readonly ask: (signal: AbortSignal) => Promise<Answer>;
  readonly onAnswer: (answer: Answer) => void;
  /** Returns whether to ask again, ever later. */
  readonly onFailure: (error: unknown) => boolean;
  readonly watched: Watched;
}

/**
 * Asks again and again: one question at a time, none while nobody looks, and one at once when somebody does again.
 * Returns what ends it.
 */
export function poll<Answer>({ ask, onAnswer, onFailure, watched }: Polling<Answer>): () => void {
  const ended = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let pause = EVERY_MS;

  const askNow = async (): Promise<void> => {
    clearTimeout(timer);
    if (asking || watched.hidden || ended.signal.aborted) return;
    asking = true;
    let again = true;
    try {
      const answer = await ask(ended.signal);
      if (ended.signal.aborted) return;
      pause = EVERY_MS;
      onAnswer(answer);
    } catch (error) {
      if (ended.signal.aborted) return;
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
      again = onFailure(error);
    } finally {
      asking = false;
    }
    if (again) timer = setTimeout(() => void askNow(), pause);
    else stop();
  };

  const lookAgain = () => {
    if (watched.hidden) clearTimeout(timer);
    else void askNow();
  };
  const stop = () => {
    ended.abort();
    clearTimeout(timer);
    watched.removeEventListener("visibilitychange", lookAgain);
  };

  watched.addEventListener("visibilitychange", lookAgain);
  void askNow();
  return stop;
}
