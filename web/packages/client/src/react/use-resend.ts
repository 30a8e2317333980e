import { useEffect, useState } from "react";
import { linkAbout } from "./mailed-links.ts";
import { useSurroundings } from "./provider.tsx";
import { useAttempt } from "./use-attempt.ts";

const COOL_DOWN_SECONDS = 60;

/** Has the link mailed again, and not again for a minute. */
export function useResend() {
  const { gatepost, paths } = useSurroundings();
  const attempt = useAttempt();
  const [secondsLeft, startCoolDown] = useCoolDown();

  async function resend(email: string) {
    const request = { email, callbackURL: linkAbout("address", paths) };
    const { refused } = await attempt((listener) => gatepost.auth.sendVerificationEmail(request, listener));
    if (!refused) startCoolDown();
    return refused;
  }
  return { resend, secondsLeft };
}

/** Counts down by a clock that nobody sets. */
function useCoolDown(): readonly [secondsLeft: number, start: () => void] {
  const [endsAt, setEndsAt] = useState(0);
  const [secondsLeft, setSecondsLeft] = useState(0);

  useEffect(() => {
    if (endsAt === 0) return;
    const tick = () => setSecondsLeft(Math.max(0, Math.ceil((endsAt - performance.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [endsAt]);

  return [secondsLeft, () => setEndsAt(performance.now() + COOL_DOWN_SECONDS * 1000)];
}
