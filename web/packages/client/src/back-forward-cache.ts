import type { SessionStoreControls } from "./session.ts";

/**
 * A page that comes back from the back-forward cache shows what it showed when it was left, whoever
 * is here by now. So what goes in shows nobody, and who is here is asked when it comes out.
 */
export function leaveNobodyBehind({ hide, check }: SessionStoreControls): () => void {
  const goIn = ({ persisted }: PageTransitionEvent) => {
    if (persisted) hide();
  };
  const comeOut = ({ persisted }: PageTransitionEvent) => {
    if (persisted) void check();
  };
  window.addEventListener("pagehide", goIn);
  window.addEventListener("pageshow", comeOut);
  return () => {
    window.removeEventListener("pagehide", goIn);
    window.removeEventListener("pageshow", comeOut);
  };
}
